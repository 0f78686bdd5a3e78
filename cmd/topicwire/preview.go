package main

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) previewCmd() *cobra.Command {
	var asJSON bool
	var store string
	q := desk.PreviewRequest{}
	c := &cobra.Command{
		Use:   "preview [TOPIC]...",
		Short: "Show what changed rules would add and remove",
		Long: `Preview matches all stored entries against the rules of the configuration file that
differ from those in force, and compares with what is filed: how many reports a topic would gain and lose, from
which sources, and the newest of them with the words that decide. Nothing is
changed. Try rules in a copy of the configuration before they take effect:

  topicwire preview -c NEW.yaml --storage topicwire.db

Reports that operators hid or included are left as they are. It exits with 0
whether or not there is a difference.`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.preview(cmd, q, args, store, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a topic")
	c.Flags().StringVar(&store, "storage", "", "compare with the database `FILE`, not with the configuration's storage.path")
	c.Flags().IntVar(&q.Samples, "samples", 5, "show so many of each kind a topic")
	return c
}

func (p *program) preview(cmd *cobra.Command, q desk.PreviewRequest, topics []string, store string, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	q.Sources, q.All = cfg.Sources, len(topics) == 0
	for _, id := range topics {
		t, err := p.topicOf(cfg, id)
		if err != nil {
			return err
		}
		q.Topics = append(q.Topics, *t)
	}
	if q.All {
		q.Topics, q.Compiled = cfg.Topics, p.compiled.Matcher
	}
	if q.Samples < 0 {
		return &failure{exitUsage, "--samples cannot be negative", ""}
	}
	if q.Samples == 0 {
		q.Samples = -1 // none; 0 leaves it to the desk
	}
	if store != "" {
		if cfg.Storage.Path, err = filepath.Abs(store); err != nil {
			return fmt.Errorf("preview: %w", err)
		}
	}
	w := p.showing(asJSON)
	s, err := p.desk(cmd, cfg)
	if errors.Is(err, errNone) {
		return &failure{exitFailed, err.Error(), "name the database to compare with: --storage FILE"}
	}
	if err != nil && store != "" {
		return ofKey("--storage", err)
	}
	if err != nil {
		return err
	}
	defer s.Close()
	var all []desk.Previewed
	err = w.during(cmd.Context(), s, feed.WorkPreview, func() (err error) {
		all, err = server.Preview.Ask(cmd.Context(), s, q)
		return err
	})
	if err != nil {
		return err
	}
	if asJSON {
		return encodeEach(p.stdout, all)
	}
	return writePreview(p.stdout, all)
}

func writePreview(w io.Writer, all []desk.Previewed) error {
	p := &printer{w: w}
	for i := range all {
		a := &all[i]
		if i > 0 {
			p.line("")
		}
		writePreviewed(p, a)
	}
	if len(all) > 0 {
		p.line("")
		p.line("Compared with %s; nothing was changed.", countOf(all[0].Entries, "stored entry", "stored entries"))
	}
	return p.err
}

func writePreviewed(p *printer, a *desk.Previewed) {
	head := string(a.Topic)
	if a.New {
		head += " (new)"
	}
	if a.Pending {
		p.line("%s: older rules are still being replaced by those in force; what is filed now will change", a.Topic)
	}
	if a.Gone {
		p.line("%s (no longer configured): its feed ends, with %s", a.Topic, countOf(a.Now, "report", "reports"))
		return
	}
	if a.Added+a.Removed == 0 {
		p.line("%s: no difference (%s)", head, countOf(a.Now, "report", "reports"))
		return
	}
	p.line("%s: %d reports now, %d then: +%d -%d", head, a.Now, a.Then, a.Added, a.Removed)
	if a.Past > 0 {
		p.line("  %d of those added are older than backfill: for the topic's page only", a.Past)
	}
	if a.Decided > 0 {
		p.line("  %s hidden or included by operators, left as they are", countOf(a.Decided, "report", "reports"))
	}
	writeSamples(p, "+", "added", a.Adds, a.Added)
	writeSamples(p, "-", "removed", a.Removes, a.Removed)
	p.line("  by source:")
	for i, s := range a.BySource {
		if i == maxSources {
			p.line("    and %d more", len(a.BySource)-i)
			break
		}
		p.line("    %+5d %5d  %s", s.Added, -s.Removed, s.Source)
	}
}

// maxSources is how many sources a preview names to people.
const maxSources = 20

func writeSamples(p *printer, sign, what string, samples []desk.PreviewSample, all int) {
	for i := range samples {
		s := &samples[i]
		p.line("  %s %s  %s", sign, s.Published.UTC().Format("2006-01-02"), clip(s.Title, 90))
		var why []string
		if s.Source != "" {
			why = append(why, s.Source)
		}
		if s.Reason != nil {
			why = append(why, briefReason(s.Reason))
		}
		p.line("      %s", clip(strings.Join(why, ": "), 110))
	}
	if n := all - len(samples); n > 0 && len(samples) > 0 {
		p.line("  %s and %d more %s", sign, n, what)
	}
}
