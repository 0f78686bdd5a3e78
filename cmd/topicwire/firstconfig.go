package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/feed/opml"
	"topicwire/server"
)

// A firstConfig is what a first configuration says.
type firstConfig struct {
	file     string // where it is to be
	database string // "" for beside it
	url      string
	listen   string // "" for what fits the url
	contact  string
	feeds    []opml.Feed
	title    string // of the topic
	words    []string
}

// Addresses of a server that nobody gave others.
const (
	defaultURL   = "http://127.0.0.1:8080"
	ownListener  = "127.0.0.1:8080"
	otherAdmin   = "127.0.0.1:8082"
	defaultTitle = "News"
)

// text is the file.
func (c *firstConfig) text() []byte {
	var b bytes.Buffer
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	at := " -c " + cmdline.Word(c.file)
	if filepath.Base(c.file) == "config.yaml" {
		at = ""
	}
	line("# The configuration of Topicwire: what it reads, and what it publishes.")
	line("#")
	line("#   topicwire check%s    says what is wrong with this file, and where", at)
	line("#   topicwire serve%s    reads the feeds and serves the topics; a running server follows", at)
	line("#   %s    each change of this file", strings.Repeat(" ", len("topicwire serve"+at)))
	line("#")
	line("# docs/configuration.md describes every key, docs/topics.md how topics are written.")
	line("")
	line("# The server. Readers reach it at url, which all links begin with. It listens at listen:")
	line("# on this machine alone where a web server stands before it.")
	line("server:")
	line("  url: %s", yamlText(c.url))
	line("  listen: %s", yamlText(c.listener()))
	if _, port, _ := net.SplitHostPort(c.listener()); port == "8081" {
		line("  admin: %s         # of operators; 8081 otherwise", otherAdmin)
	}
	line("  title: Topicwire                # the name of the whole")
	line("  # timezone: Asia/Tashkent       # of times on pages; UTC otherwise")
	line("")
	line("# The database, and copies of it.")
	line("storage:")
	line("  path: %s", yamlText(cmp.Or(c.database, "topicwire.db")))
	line("  # backup: {dir: backups}        # one a day, seven are kept; best on another disk")
	line("")
	line("# How feeds are asked. Their publishers are told the contact, a mail address or a page,")
	line("# with every request.")
	line("fetch:")
	if c.contact == "" {
		line(`  contact: ""`)
	} else {
		line("  contact: %s", yamlText(c.contact))
	}
	line("  interval: 1h                    # of feeds that have no interval of their own")
	line("")
	line("# The feeds. `topicwire sources discover SITE` finds those of a site, and")
	line("# `topicwire sources import FILE` those of an OPML file, as lines for this place.")
	if len(c.feeds) == 0 {
		line("sources: []                       # none yet: write them below, without the []")
		line("#  - url: https://www.example.org/feed")
		line("#    title: Example")
	} else {
		line("sources:")
		_ = writeItems(&b, new(opml.Document), c.feeds) // to memory
	}
	line("")
	line("# The topics. Each is a page and a feed, under the id that it has here. It takes what has")
	line("# any of its words: phrases in any case, word* for words that begin so. One without words")
	line("# takes everything.")
	line("topics:")
	line("  %s:", topicID(c.title))
	line("    title: %s", yamlText(c.title))
	if len(c.words) == 0 {
		line("    # any: [air quality, reservoir*]")
	} else {
		line("    any:")
		for _, w := range c.words {
			line("      - %s", yamlText(w))
		}
	}
	return b.Bytes()
}

// listener is where a server is to listen whose readers reach it at the url: where that
// says, in http with a port; else at this machine, behind a web server.
func (c *firstConfig) listener() string {
	u, err := url.Parse(c.url)
	if c.listen != "" || err != nil || u.Scheme != "http" || u.Port() == "" {
		return cmp.Or(c.listen, ownListener)
	}
	if ip, err := netip.ParseAddr(u.Hostname()); u.Hostname() == "localhost" || err == nil && ip.IsLoopback() {
		return u.Host
	}
	return ":" + u.Port()
}

// behind reports whether a web server has to stand before it.
func (c *firstConfig) behind() bool { return c.listener() == ownListener && c.url != defaultURL }

// topicID is the id of a topic with a title, which must be of Latin letters and digits.
func topicID(title string) string {
	var b strings.Builder
	for _, r := range strings.ToLower(norm.NFKD.String(title)) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			b.WriteRune(r)
		case unicode.In(r, unicode.Mn, unicode.Lm) || strings.ContainsRune("'`´‘’", r): // Oʻquv is oquv
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	id := b.String()
	return cmp.Or(strings.Trim(id[:min(len(id), 64)], "-"), "news")
}

// wrong is what check would say about the configuration, but for an empty contact; nil for
// nothing.
func (c *firstConfig) wrong() error {
	problems := problemsOf(c.file, c.text())
	if len(problems) == 0 {
		return nil
	}
	text := problems[0].Text
	if hint := problems[0].Hint; hint != "" {
		text += " (" + hint + ")"
	}
	return errors.New(text)
}

// problemsOf is what check would say about a configuration that is not written yet, but for
// an empty contact.
func problemsOf(file string, data []byte) []feed.Problem {
	dir, err := filepath.Abs(filepath.Dir(file))
	if err != nil {
		return []feed.Problem{{Text: err.Error()}}
	}
	cfg, problems := config.Parse(file, data, dir, os.LookupEnv)
	if cfg != nil {
		m, more := server.Check(cfg)
		problems = append(problems, more...)
		if m != nil {
			problems = append(problems, m.Lint(nil)...)
		}
	}
	return slices.DeleteFunc(problems, func(pr feed.Problem) bool {
		return pr.Severity == feed.Warning && strings.HasPrefix(pr.Text, "fetch.contact is empty")
	})
}

// setKeys gives keys of a configuration other values, and leaves everything else as it
// stands, comments too. Each key is named by its section and itself, SECTION.KEY, and must
// stand there on a line of its own.
func setKeys(text []byte, values map[string]string) ([]byte, error) {
	section, lines := "", strings.SplitAfter(string(text), "\n")
	of := regexp.MustCompile(`^([a-z_]+):`)
	key := regexp.MustCompile(`^  ([a-z_]+): *("[^"]*"|[^ #\n]+)( *)(#.*)?\n$`)
	set := map[string]bool{}
	for i, l := range lines {
		if m := of.FindStringSubmatch(l); m != nil {
			section = m[1]
		}
		m := key.FindStringSubmatch(l)
		if m == nil {
			continue
		}
		value, ok := values[section+"."+m[1]]
		if !ok {
			continue
		}
		set[section+"."+m[1]] = true
		l = "  " + m[1] + ": " + value
		if m[4] != "" { // where it stood, if there is room
			column := len("  " + m[1] + ": " + m[2] + m[3])
			l += strings.Repeat(" ", max(column-len(l), 2)) + m[4]
		}
		lines[i] = l + "\n"
	}
	for name := range values {
		if !set[name] {
			return nil, fmt.Errorf("there is no %s", name)
		}
	}
	return []byte(strings.Join(lines, "")), nil
}
