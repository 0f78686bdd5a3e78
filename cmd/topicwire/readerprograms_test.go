package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
)

// A reader is a feed reader that has subscribed to some addresses.
type reader interface {
	// reload asks for every address once.
	reload() error
	// shows is all that the reader has to show of each address.
	shows() (map[string][]shown, error)
}

// A shown is an entry as a reader shows it.
type shown struct {
	Feed      string `json:"feed"` // the address subscribed to
	ID        string `json:"id"`
	Title     string `json:"title"`
	Link      string `json:"link"`
	Date      int64  `json:"date"`      // Unix time
	Content   string `json:"content"`   // HTML
	Enclosure string `json:"enclosure"` // holds the address of the first file, where there is one
}

// A readerKind is a program that may be installed here, or a library of ours.
type readerKind struct {
	name string
	// missing says what is not installed, "" where nothing is.
	missing func() string
	// formats are those that it subscribes to, by topic. What a program reads is two
	// formats; each takes its time.
	formats map[string][]string
	// deltas says whether it takes feeds of what is new (A-IM: feed).
	deltas    bool
	subscribe func(dir string, urls []string) (reader, error)
}

func readerKinds() []readerKind {
	xml := map[string][]string{"t": {".atom", ".rss"}, "events": {".rss"}}
	all := map[string][]string{"t": {".atom", ".rss", ".json"}, "events": {".atom", ".rss", ".json"}}
	return []readerKind{
		{"newsboat", needs("newsboat", debianPython), xml, true, newNewsboat},
		{"sfeed", needs("sfeed_update", "curl"), xml, false, newSfeed},
		{"rss2email", needs("r2e", debianPython), xml, false, newRSS2Email},
		{"feedparser", needsFeedparser, xml, false, newFeedparser},
		{"gofeed", needs(), all, false, newGofeed(false)},
		{"gofeed, deltas", needs(), all, true, newGofeed(true)},
	}
}

// debianPython is the interpreter that Debian's packages install modules for; another
// one may come first in PATH.
const debianPython = "/usr/bin/python3"

func needs(programs ...string) func() string {
	return func() string {
		for _, p := range programs {
			if _, err := exec.LookPath(p); err != nil {
				return p
			}
		}
		return ""
	}
}

func needsFeedparser() string {
	if exec.Command(debianPython, "-c", "import feedparser").Run() != nil {
		return "python3-feedparser"
	}
	return ""
}

// runReader runs a reader's program in an environment that is the same everywhere, and
// gives what it printed.
func runReader(home, name string, args ...string) ([]byte, error) {
	c := exec.Command(name, args...)
	c.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + home, "TMPDIR=" + home, "LANG=C.UTF-8", "LC_ALL=C.UTF-8", "USER=reader"}
	out, err := c.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%s: %w\n%s", name, err, out)
	}
	return out, nil
}

// shownBy reads what testdata/readers.py says that a reader shows.
func shownBy(home string, args ...string) (map[string][]shown, error) {
	out, err := runReader(home, debianPython, append([]string{"testdata/readers.py"}, args...)...)
	if err != nil {
		return nil, err
	}
	all := make(map[string][]shown)
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var s shown
		if err := d.Decode(&s); err != nil {
			return nil, err
		}
		all[s.Feed] = append(all[s.Feed], s)
	}
	return all, nil
}

// writeReaderFile writes a file of a reader's configuration.
func writeReaderFile(dir, name, text string) error {
	return os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600)
}

// newsboat runs in a terminal; with -x it does one thing without. It knows entries by id
// whatever feed they are of, so each address has a newsboat to itself.
type newsboat struct {
	dir  string
	urls []string
}

func newNewsboat(dir string, urls []string) (reader, error) {
	n := newsboat{dir, urls}
	for i, u := range urls {
		if err := os.Mkdir(n.home(i), 0o700); err != nil {
			return nil, err
		}
		if err := writeReaderFile(n.home(i), "urls", u+"\n"); err != nil {
			return nil, err
		}
	}
	return n, writeReaderFile(dir, "config", "auto-reload no\n")
}

func (n newsboat) home(i int) string { return filepath.Join(n.dir, strconv.Itoa(i)) }

func (n newsboat) reload() error {
	for i := range n.urls {
		if _, err := runReader(n.home(i), "newsboat", "-u", filepath.Join(n.home(i), "urls"), "-c", filepath.Join(n.home(i), "cache.db"),
			"-C", filepath.Join(n.dir, "config"), "-x", "reload"); err != nil {
			return err
		}
	}
	return nil
}

func (n newsboat) shows() (map[string][]shown, error) {
	args := []string{"newsboat"}
	for i := range n.urls {
		args = append(args, filepath.Join(n.home(i), "cache.db"))
	}
	return shownBy(n.dir, args...)
}

// sfeed fetches by a function of its user's; as it comes, it never asks whether
// anything changed.
type sfeed struct {
	dir  string
	urls []string
}

func newSfeed(dir string, urls []string) (reader, error) {
	var rc strings.Builder
	fmt.Fprintf(&rc, `sfeedpath="%s/feeds"
fetch() {
	touch "%[1]s/$1.etag"
	curl -s -f -m 30 --etag-compare "%[1]s/$1.etag" --etag-save "%[1]s/$1.new" "$2" || return 1
	if [ -s "%[1]s/$1.new" ]; then mv "%[1]s/$1.new" "%[1]s/$1.etag"; fi
}
feeds() {
`, dir)
	for i, u := range urls {
		fmt.Fprintf(&rc, "\tfeed %d %s\n", i, u)
	}
	rc.WriteString("}\n")
	return sfeed{dir, urls}, writeReaderFile(dir, "sfeedrc", rc.String())
}

func (s sfeed) reload() error {
	_, err := runReader(s.dir, "sfeed_update", filepath.Join(s.dir, "sfeedrc"))
	return err
}

func (s sfeed) shows() (map[string][]shown, error) {
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\\`, `\`)
	all := make(map[string][]shown)
	for i, u := range s.urls {
		doc, err := os.ReadFile(filepath.Join(s.dir, "feeds", strconv.Itoa(i)))
		if err != nil {
			return nil, err
		}
		lines := bufio.NewScanner(bytes.NewReader(doc))
		for lines.Buffer(nil, 1<<20); lines.Scan(); {
			f := strings.Split(lines.Text(), "\t")
			if len(f) < 8 {
				return nil, fmt.Errorf("sfeed has a line of %d fields: %q", len(f), f)
			}
			date, err := strconv.ParseInt(f[0], 10, 64)
			if err != nil {
				return nil, err
			}
			all[u] = append(all[u], shown{u, f[5], f[1], f[2], date, unescape.Replace(f[3]), f[7]})
		}
		if err := lines.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// rss2email makes a mail of each entry.
type rss2email struct{ dir string }

func newRSS2Email(dir string, urls []string) (reader, error) {
	if err := writeReaderFile(dir, "config", fmt.Sprintf(`[DEFAULT]
to = reader@localhost
email-protocol = maildir
maildir-path = %s
maildir-mailbox = mails
date-header = True
html-mail = True
`, dir)); err != nil {
		return nil, err
	}
	r := rss2email{dir}
	for i, u := range urls {
		if err := r.run("add", "feed"+strconv.Itoa(i), u); err != nil {
			return nil, err
		}
	}
	return r, nil
}

func (r rss2email) run(args ...string) error {
	_, err := runReader(r.dir, "r2e", append([]string{"-c", filepath.Join(r.dir, "config"), "-d", filepath.Join(r.dir, "seen.json")}, args...)...)
	return err
}

func (r rss2email) reload() error { return r.run("run") }

func (r rss2email) shows() (map[string][]shown, error) {
	return shownBy(r.dir, "rss2email", filepath.Join(r.dir, "mails"))
}

// feedparser is what many programs in Python read feeds by.
type feedparser struct {
	dir  string
	urls []string
}

func newFeedparser(dir string, urls []string) (reader, error) { return feedparser{dir, urls}, nil }

func (f feedparser) reload() error {
	_, err := shownBy(f.dir, append([]string{"feedparser", filepath.Join(f.dir, "seen.json")}, f.urls...)...)
	return err
}

func (f feedparser) shows() (map[string][]shown, error) {
	return shownBy(f.dir, "feedparser", filepath.Join(f.dir, "seen.json"))
}
