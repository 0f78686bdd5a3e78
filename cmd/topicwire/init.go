package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"topicwire"
	"topicwire/config"
	"topicwire/feed/cmdline"
	"topicwire/feed/fetch"
)

// answers are what the flags of init say.
type answers struct {
	firstConfig
	opml, addresses []string
	words           string
	desk            string
	yes             bool
	folders         fs.FileMode // of folders that are to be made for the file; 0 for none
}

func (p *program) initCmd() *cobra.Command {
	var a answers
	c := &cobra.Command{
		Use:   "init",
		Short: "Write a first configuration",
		Long: `Init asks for the public address, for an address of yours that publishers are told,
for the first feeds and for a topic, and writes a configuration with them. What a flag
answers is not asked; with --yes nothing is: the rest has its default. A feed may be
named by the address of its site, which is looked at where there is a network, or many
by an OPML file, whose feeds are written out.

With --desk it writes a configuration that is ready, with the lists of words that it
needs in a folder beside it; --desk list names those that there are.

The file is that of -c, else /etc/topicwire/config.yaml where that folder is there and
may be written to, else ./config.yaml. One that is there already is never replaced.`,
		Example: `  topicwire init
  topicwire init --yes --feed https://www.gazeta.uz/en/ --topic Water --words 'water, reservoir*'
  topicwire init --desk central-asia --url https://wire.example.org --contact desk@example.org`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.init(cmd, &a) },
	}
	f := c.Flags()
	f.StringVar(&a.url, "url", "", "the public `ADDRESS`; "+defaultURL+" otherwise")
	f.StringVar(&a.listen, "listen", "", "`HOST:PORT`, or unix:PATH, to listen at; what fits the public address otherwise")
	f.StringVar(&a.contact, "contact", "", "a mail `ADDRESS` or page for publishers")
	f.StringArrayVar(&a.addresses, "feed", nil, "the `ADDRESS` of a feed or of its site; may be given several times")
	f.StringArrayVar(&a.opml, "opml", nil, "an OPML `FILE` with feeds; may be given several times")
	f.StringVar(&a.title, "topic", "", "the `TITLE` of the first topic")
	f.StringVar(&a.words, "words", "", "the `WORDS` that it is recognised by, with commas between them; empty for everything")
	f.StringVar(&a.desk, "desk", "", "write the desk of this `NAME`: "+strings.Join(deskNames(), ", "))
	f.BoolVar(&a.yes, "yes", false, "ask nothing")
	for _, own := range []string{"feed", "opml", "topic", "words"} {
		c.MarkFlagsMutuallyExclusive("desk", own)
	}
	_ = c.RegisterFlagCompletionFunc("desk", cobra.FixedCompletions(deskNames(), cobra.ShellCompDirectiveNoFileComp)) // there is that flag
	return c
}

func deskNames() (names []string) {
	for _, d := range topicwire.Desks() {
		names = append(names, d.Name)
	}
	return names
}

func (p *program) init(cmd *cobra.Command, a *answers) error {
	desk, err := deskOf(a.desk)
	if err != nil {
		return err
	}
	if err := p.settle(a); err != nil {
		return err
	}
	q := questions{cmd: cmd, a: a, asker: newAsker(cmd.InOrStdin(), p.stdout)}
	if err := q.server(); err != nil {
		return err
	}
	var beside map[string][]byte
	var text []byte
	if desk == nil {
		if err = q.feeds(); err == nil {
			err = q.topic()
		}
		if text = a.text(); err == nil && len(text) > config.MaxSize {
			err = &failure{exitUsage, fmt.Sprintf("init: %s do not fit into one file", count(len(a.feeds), "feed")), "leave the OPML file out, and name it under sources: as `- opml: FILE`"}
		} else if err == nil {
			err = a.wrong()
		}
	} else {
		text, beside, err = a.ofDesk(desk)
	}
	if err != nil {
		return err
	}
	if cmd.Context().Err() != nil {
		return context.Cause(cmd.Context())
	}
	if a.folders != 0 {
		err = makeFolders(filepath.Dir(a.file), a.folders)
	}
	if err == nil {
		err = newFiles(a.file, text, beside)
	}
	if err != nil {
		if f, ok := errors.AsType[*failure](err); ok {
			return f
		}
		return fmt.Errorf("init: %w", err)
	}
	return p.begun(a, len(beside))
}

// settle decides where the configuration is to be, and that it can be there.
func (p *program) settle(a *answers) error {
	system := config.System()
	a.file = p.config
	if !p.given() {
		a.file = "config.yaml"
		switch dir := filepath.Dir(system.File); {
		case !there(dir):
		case writable(dir) == nil:
			a.file = system.File
		default:
			fmt.Fprintf(p.stderr, "note: this writes ./config.yaml; `sudo topicwire init` writes that of this machine's service\n")
		}
	}
	if there(a.file) {
		return taken(a.file)
	}
	at := config.LocationOf(a.file, os.LookupEnv)
	a.database = at.Database
	dir := filepath.Dir(a.file)
	a.folders = fs.FileMode(at.Mode)
	for a.folders != 0 && !there(dir) {
		dir = filepath.Dir(dir) // what is missing is made when there is something to write
	}
	return writable(dir)
}

// deskOf finds a desk by its name; nil for none.
func deskOf(name string) (*topicwire.Desk, error) {
	if name == "" {
		return nil, nil
	}
	text := fmt.Sprintf("init: there is no desk %q", name)
	if name == "list" {
		text = "init: there are these desks"
	}
	var hints []string
	for _, d := range topicwire.Desks() {
		if d.Name == name {
			return &d, nil
		}
		hints = append(hints, "--desk "+d.Name+": "+d.About)
	}
	return nil, &failure{exitUsage, text, strings.Join(hints, "\n")}
}

// ofDesk is a desk with the answers in it, and what lies beside its configuration.
func (a *answers) ofDesk(d *topicwire.Desk) (text []byte, beside map[string][]byte, err error) {
	files, err := d.Files()
	if err != nil {
		return nil, nil, err
	}
	beside = make(map[string][]byte, len(files))
	for name, data := range files {
		beside[name] = []byte(data)
	}
	text = beside["config.yaml"]
	delete(beside, "config.yaml")
	// An included folder is included whole.
	for name := range beside {
		dir := filepath.Join(filepath.Dir(a.file), filepath.FromSlash(filepath.Dir(name)))
		others, err := os.ReadDir(dir)
		if err != nil {
			continue
		}
		for _, o := range others {
			if _, own := beside[filepath.ToSlash(filepath.Join(filepath.Dir(name), o.Name()))]; !own {
				return nil, nil, taken(filepath.Join(dir, o.Name()))
			}
		}
	}
	values := map[string]string{"server.url": yamlText(a.url), "server.listen": yamlText(a.listener())}
	if a.contact != "" {
		values["fetch.contact"] = yamlText(a.contact)
	}
	if a.database != "" {
		values["storage.path"] = yamlText(a.database)
	}
	text, err = setKeys(text, values)
	// Its head is for a checkout.
	s := strings.Replace(string(text), "# yaml-language-server: $schema=./config.schema.json\n", "", 1)
	s = strings.Replace(s, "go run ./cmd/topicwire serve        then open "+defaultURL, "topicwire serve        then open "+a.url, 1)
	return []byte(s), beside, err
}

// questions are those of init, in their order.
type questions struct {
	*asker
	cmd *cobra.Command
	a   *answers
}

// one has the answer of a flag, or asks for one. An empty answer is the default.
func (q *questions) one(flag, question, or string, take func(string) error) error {
	f := q.cmd.Flags().Lookup(flag)
	if !f.Changed && !q.a.yes {
		return q.ask(q.cmd.Context(), question, or, take)
	}
	answer := or
	if f.Changed {
		answer = strings.TrimSpace(f.Value.String())
	}
	return q.flagged(flag, take(answer))
}

// flagged is what is wrong with the answer of a flag.
func (q *questions) flagged(flag string, err error) error {
	if err == nil || q.cmd.Context().Err() != nil {
		return err
	}
	return &failure{exitUsage, fmt.Sprintf("init: --%s: %v", flag, err), "nothing was written"}
}

// plain is a configuration with nothing but defaults, to try an answer in.
func (q *questions) plain() firstConfig {
	return firstConfig{file: q.a.file, url: defaultURL, title: defaultTitle}
}

func (q *questions) server() error {
	err := q.one("url", "The address at which readers reach the server", defaultURL, func(s string) error {
		c := q.plain()
		c.url = strings.TrimRight(s, "/")
		q.a.url = c.url
		return c.wrong()
	})
	if err == nil && q.a.listen != "" {
		c := q.plain()
		c.listen = q.a.listen
		err = q.flagged("listen", c.wrong())
	}
	if err != nil {
		return err
	}
	return q.one("contact", "Your contact for publishers, a mail address or a page (empty: none)", "", func(s string) error {
		c := q.plain()
		c.contact, q.a.contact = s, s
		if s != "" && !strings.Contains(s, "@") && !strings.Contains(s, "://") {
			return errors.New("that is neither a mail address nor an address of a page (https://…)")
		}
		return c.wrong()
	})
}

func (q *questions) feeds() error {
	ctx, a := q.cmd.Context(), q.a
	s := &seeker{client: fetch.New(fetch.Options{Version: version(), Contact: a.contact}), out: q.out, dir: filepath.Dir(a.file)}
	defer s.client.Close()
	take := func(answer string) error {
		found, err := s.find(ctx, answer)
		if err != nil {
			return err
		}
		c := q.plain()
		if c.feeds = withFeeds(a.feeds, found); len(c.feeds) == len(a.feeds) {
			s.say("that is there already")
			return nil
		}
		if err := c.wrong(); err != nil {
			return err
		}
		a.feeds = c.feeds
		return nil
	}
	given := false
	for _, f := range []struct {
		flag    string
		answers []string
		take    func(string) error
	}{{"opml", a.opml, func(path string) error {
		found, err := s.list(path)
		a.feeds = withFeeds(a.feeds, found)
		return err
	}}, {"feed", a.addresses, take}} {
		for _, answer := range f.answers {
			given = true
			if err := q.flagged(f.flag, f.take(answer)); err != nil {
				return err
			}
		}
	}
	if given || a.yes {
		return nil
	}
	fmt.Fprintln(q.out, "The feeds to read: addresses of feeds or of their sites, or an OPML file. An empty line ends.")
	for done := false; !done; {
		err := q.ask(ctx, "Feed", "", func(answer string) error {
			if done = answer == ""; done {
				return nil
			}
			return take(answer)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

func (q *questions) topic() error {
	err := q.one("topic", "The title of the first topic", defaultTitle, func(s string) error {
		c := q.plain()
		c.title, q.a.title = s, s
		return c.wrong()
	})
	if err != nil {
		return err
	}
	return q.one("words", "Its words, with commas between them (empty: everything)", "", func(s string) error {
		c := q.plain()
		for w := range strings.SplitSeq(s, ",") {
			if w = strings.Trim(w, " \t\"“”"); w != "" { // quotation marks mean nothing to a pattern
				c.words = append(c.words, w)
			}
		}
		q.a.firstConfig.words = c.words
		return c.wrong()
	})
}

// begun says what was written, and what comes next.
func (p *program) begun(a *answers, beside int) error {
	cfg, problems := config.Load(a.file)
	if cfg == nil {
		return fmt.Errorf("init: %s: %v", a.file, problems[0])
	}
	at := ""
	if os.Getenv("TOPICWIRE_CONFIG") != a.file && lookedFor() != a.file {
		at = " -c " + cmdline.Word(a.file)
	}
	written := a.file
	if beside > 0 {
		written += fmt.Sprintf(" and %s beside it", count(beside, "file"))
	}
	w := &printer{w: p.stdout}
	w.line("")
	w.line("Written: %s, with %s and %s.", written, count(len(cfg.Sources), "feed"), count(len(cfg.Topics), "topic"))
	if len(cfg.Sources) == 0 {
		w.line("It reads nothing yet: write feeds under its sources: (`topicwire sources discover SITE` finds them).")
	}
	if a.contact == "" {
		w.line("Its contact is empty: please set it before you poll for long, for publishers ask who reads them.")
	}
	next := "topicwire serve" + at
	if a.file == config.System().File {
		if _, err := os.Stat("/run/systemd/system"); err == nil {
			next = "systemctl enable --now topicwire"
			if os.Geteuid() != 0 {
				next = "sudo " + next
			}
		}
	}
	w.line("")
	w.line("  %s", next)
	w.line("")
	if a.behind() {
		w.line("starts it at %s, for a web server that passes %s on to it.", a.listener(), a.url)
	} else {
		w.line("starts it; then open %s", a.url)
	}
	w.line("`topicwire check%s` reads the file again whenever you have changed it.", at)
	return w.err
}
