package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"topicwire/feed"
	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) forgetCmd() *cobra.Command {
	var q desk.ForgetRequest
	var yes, asJSON bool
	c := &cobra.Command{
		Use:   "forget HOST|URL|ID",
		Short: "Take a host, a source or an entry away for good",
		Long: `Forget takes away for good what has to go: of a HOST every entry whose link is there
or below it, and all of its sources; of a source's address all of that source; of an
entry's link, its public id in a feed, or the number or address of a story's page those
entries. It leaves feeds, archives and pages, and does not come back when its source
brings it again. Other reports of the same stay under ids of their own.

It says first what would go, and asks; --yes answers, and --dry-run only says. What it
did is logged without what it was, and cannot be undone. Copies of the database that
still hold some of it are named: they are yours to remove.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			q.What = args[0]
			return p.forget(cmd, q, yes, asJSON)
		},
	}
	c.Flags().StringVar(&q.Note, "note", "", "why, for the log; do not repeat in it what is to go")
	c.Flags().StringVar(&q.By, "by", "", "who decides; the login name otherwise")
	c.Flags().BoolVar(&yes, "yes", false, "do not ask")
	c.Flags().BoolVar(&q.Dry, "dry-run", false, "only say what would go")
	c.Flags().BoolVar(&asJSON, "json", false, "print what went as one JSON object")
	return c
}

func (p *program) forget(cmd *cobra.Command, q desk.ForgetRequest, yes, asJSON bool) error {
	if q.By == "" {
		q.By = login()
	}
	_, s, err := p.asking(cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	only := q.Dry
	for q.Dry = only || !yes; ; q.Dry = false {
		f, err := server.Forget.Ask(cmd.Context(), s, q)
		if err != nil {
			return fmt.Errorf("forget: %w", err)
		}
		if asJSON && q.Dry == only {
			return encode(p.stdout, &f)
		}
		to := p.stdout
		if asJSON {
			to = p.stderr
		}
		if err := p.writeForgotten(to, &f); err != nil || q.Dry == only {
			return err
		}
		if err := p.confirm(cmd); err != nil {
			return err
		}
	}
}

// confirm asks whoever sits at the terminal.
func (p *program) confirm(cmd *cobra.Command) error {
	in := cmd.InOrStdin()
	if f, ok := in.(*os.File); ok && !term.IsTerminal(int(f.Fd())) {
		return &failure{exitUsage, "forget: nothing was forgotten: there is nobody to ask", "with --yes it does not ask"}
	}
	fmt.Fprint(p.stderr, "Forget it for good? [y/N] ")
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && err != io.EOF {
		return fmt.Errorf("forget: %w", err)
	}
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes":
		return nil
	}
	return &failure{exitFailed, "forget: nothing was forgotten", ""}
}

func (prog *program) writeForgotten(w io.Writer, f *desk.Forgotten) error {
	p := &printer{w: w}
	went := amount(&feed.Forgot{Host: f.Host, Entries: f.Entries, Sources: len(f.Sources)})
	if f.Dry {
		p.line("would be forgotten: %s", went)
	} else {
		p.line("forgotten: %s (decision %d, which cannot be undone)", went, f.Number)
	}
	for _, t := range f.Titles {
		p.line("  %s", dash(clip(desk.OneLine(t), 90)))
	}
	if more := f.Entries - len(f.Titles); len(f.Titles) > 0 && more > 0 {
		p.line("  and %d more", more)
	}
	for _, s := range f.Sources {
		p.line("  all of source %s", s)
	}
	if len(f.Topics) > 0 {
		ids := make([]string, len(f.Topics))
		for i, t := range f.Topics {
			ids[i] = string(t)
		}
		p.line("in: %s", strings.Join(ids, ", "))
	}
	if f.Others > 0 {
		p.line("that stay, of the same reports: %s of other sources or links", countOf(f.Others, "entry", "entries"))
	}
	for _, path := range f.Copies {
		p.line("still held by: %s", path)
	}
	for _, path := range f.Unread {
		p.line("may be held by, as it cannot be read: %s", path)
	}
	if !f.Dry {
		p.line("%s", prog.pasted("The database file has its bytes until it needs their pages. To be rid of them, stop the server and run `topicwire compact`."))
	}
	return p.err
}

// amount is how much went.
func amount(f *feed.Forgot) string {
	s := countOf(f.Entries, "entry", "entries")
	if f.Sources > 0 {
		s += " and " + countOf(f.Sources, "source", "sources")
	}
	if f.Host != "" {
		s += " of " + f.Host
	}
	return s
}
