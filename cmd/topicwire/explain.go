package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) explainCmd() *cobra.Command {
	var asJSON, story bool
	c := &cobra.Command{
		Use:   "explain TOPIC URL|- | --story URL [URL]",
		Short: "Show why an entry is in a topic, or is not",
		Long: `Explain shows what each rule of a topic makes of an entry: where it hit, what it
adds to the score, and what is missing for a match. URL is the link of a stored
entry, its public id in a feed, or the number of a story; of a stored entry it also
says whether readers of the topic see it, and why not.

With - the entry is read from standard input: its first line is the title, the rest
the text; or a JSON object with title, summary, content, link, language, source,
author and categories.

With --story it shows where an entry was placed: the other reports of its story,
which one it came to, and how near the two are; with two entries, what both speak
of, and why they are one story or two.`,
		Example: `  topicwire explain regional-security https://news.example/1
  echo "SCO anti-terror body meets in Tashkent" | topicwire explain regional-security -
  topicwire explain --story https://news.example/1
  topicwire explain --story https://news.example/1 https://khabar.example/2`,
		Args: func(cmd *cobra.Command, args []string) error {
			if story {
				return cobra.RangeArgs(1, 2)(cmd, args)
			}
			return cobra.ExactArgs(2)(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if story && len(args) == 2 {
				return p.explainPair(cmd, args[0], args[1], asJSON)
			}
			if story {
				return p.explainStory(cmd, args[0], asJSON)
			}
			return p.explainEntry(cmd, args[0], args[1], asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&story, "story", false, "show the story of the entry URL instead; of two entries, why they are one story or two")
	return c
}

func (p *program) explainEntry(cmd *cobra.Command, topic, id string, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	t, err := p.topicOf(cfg, topic)
	if err != nil {
		return err
	}
	q := desk.ExplainRequest{Topic: *t, Compiled: p.compiled.Matcher, Sources: cfg.Sources, ID: id}
	var x desk.Explained
	if id == "-" {
		e, source, err := desk.ReadEntry(cmd.InOrStdin())
		if err != nil {
			return &failure{exitUsage, fmt.Sprintf("read entry: %v", err), "the first line is the title, the rest the text; or give a JSON object"}
		}
		q.ID, q.Entry, q.Source = "", &e, source
		x, err = new(desk.Desk).Explain(cmd.Context(), q) // needs no store
		if err != nil {
			return err
		}
	} else {
		s, err := p.desk(cmd, cfg)
		if err != nil {
			return err
		}
		defer s.Close()
		if x, err = server.Explain.Ask(cmd.Context(), s, q); err != nil {
			if errors.Is(err, desk.ErrUnknown) && cfg.Blocked.Has(id) {
				return &failure{exitFailed, err.Error(), "its host is blocked in " + cfg.File + ": nothing of it is stored"}
			}
			if errors.Is(err, desk.ErrUnknown) {
				return &failure{exitFailed, err.Error(), "hand an entry that is not stored to `" + cmdline.Line("explain", topic, "-") + "`"}
			}
			return err
		}
	}
	if asJSON {
		return encode(p.stdout, &x)
	}
	if err := writeExplained(p.stdout, t, &x); err != nil {
		return err
	}
	for i := range x.Entries {
		if e := &x.Entries[i]; cfg.Blocked.Has(e.Link) {
			said := &printer{w: p.stdout}
			said.below("The host of %s is blocked: what is new of it is not stored, whatever the rules say.", e.Link)
			return said.err
		}
	}
	return nil
}

func (p *program) explainStory(cmd *cobra.Command, id string, asJSON bool) error {
	cfg, s, err := p.asking(cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	v, err := server.Story.Ask(cmd.Context(), s, id)
	if err != nil {
		return err
	}
	if err := p.meet(cmd.Context(), s, cfg, &v); err != nil {
		return err
	}
	for i := range v.Members {
		m := &v.Members[i]
		m.SourceID = feed.SourceID(shownSource(m.SourceID))
	}
	if asJSON {
		return encode(p.stdout, &v)
	}
	return writeStory(p.stdout, &v)
}
