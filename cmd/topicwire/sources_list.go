package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/server"
)

func (p *program) sourcesListCmd(use, short string) *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.NoArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return p.listSources(cmd, asJSON) },
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a source")
	return c
}

// A sourceLine is a source's record as programs read it. Times are RFC 3339,
// null where there is none.
type sourceLine struct {
	Source      string     `json:"source"` // its address, as link.Masked has it
	Title       string     `json:"title"`
	Tags        []string   `json:"tags"`
	State       string     `json:"state"` // new, ok, failing, gone
	LastVisit   *time.Time `json:"last_visit"`
	LastSuccess *time.Time `json:"last_success"`
	NewestEntry *time.Time `json:"newest_entry"` // its date
	NextVisit   *time.Time `json:"next_visit"`
	Why         string     `json:"why"` // what decided the next visit
	HTTP        int        `json:"http"`
	Failures    int        `json:"failures"`
	Error       string     `json:"error"`
	Entries     int        `json:"entries"`
	PerDay      float64    `json:"entries_per_day"`
	NotModified float64    `json:"not_modified"` // share of visits answered 304
	MovedTo     string     `json:"moved_to"`
	Notes       []string   `json:"notes"`        // what it does wrong and is read all the same
	Hub         string     `json:"hub"`          // host of the hub that pushes it, or was asked to
	PushedUntil *time.Time `json:"pushed_until"` // null while none pushes
}

func line(h *feed.Health) sourceLine {
	st := &h.State
	l := sourceLine{
		Source: shownSource(h.Source.ID), Title: h.Title(), Tags: h.Source.Tags, State: h.Condition(),
		LastVisit: feed.Moment(st.Visited), LastSuccess: feed.Moment(st.Succeeded), NewestEntry: feed.Moment(st.Newest()), NextVisit: feed.Moment(h.Due()), Why: h.Because(),
		HTTP: st.HTTP, Failures: st.Failures, Error: st.Error, Entries: st.Entries,
		PerDay: h.PerDay(), NotModified: h.NotModifiedShare(), MovedTo: link.Masked(cmp.Or(st.Address, st.Moved.To)),
		Notes: h.Notes(),
	}
	if lease := st.Lease; lease != nil {
		l.Hub, l.PushedUntil = lease.HubHost(), feed.Moment(lease.Until)
	}
	if l.Title == string(h.Source.ID) {
		l.Title = l.Source
	}
	if l.Notes == nil {
		l.Notes = []string{}
	}
	if l.Tags == nil {
		l.Tags = []string{}
	}
	return l
}

func (p *program) listSources(cmd *cobra.Command, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	all, err := p.health(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	if asJSON {
		lines := make([]sourceLine, len(all))
		for i := range all {
			lines[i] = line(&all[i])
		}
		return encodeEach(p.stdout, lines)
	}
	return sourceTable(p.stdout, all, time.Now())
}

// health is the sources with their states in the database.
func (p *program) health(ctx context.Context, cfg *config.Config) ([]feed.Health, error) {
	s, err := p.stored(ctx, cfg, true)
	if errors.Is(err, errNone) {
		all := make([]feed.Health, len(cfg.Sources)) // all of them new
		for i := range all {
			all[i] = feed.Health{Source: cfg.Sources[i], State: feed.SourceState{ID: cfg.Sources[i].ID}}
		}
		return all, nil
	}
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return server.Health(ctx, s, cfg.Sources)
}

func sourceTable(w io.Writer, all []feed.Health, now time.Time) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SOURCE\tSTATE\tLAST VISIT\tNEWEST ENTRY\tNEXT VISIT\tBECAUSE OF\tENTRIES\tA DAY\t304\tFAILURES\tLAST ERROR")
	for i := range all {
		l := line(&all[i])
		fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%s\t%d\t%s\t%.0f%%\t%d\t%s\n", l.Source, l.State, ago(l.LastVisit, now), ago(l.NewestEntry, now), due(l.NextVisit, now), dash(l.Why),
			l.Entries, rate(l.PerDay), 100*l.NotModified, l.Failures, dash(l.Error))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for i := range all {
		notes := all[i].Notes()
		if p := all[i].Pushing(now); p != "" {
			notes = append(notes, p)
		}
		for _, note := range notes {
			if _, err := fmt.Fprintf(w, "note: %s: %s\n", shownSource(all[i].Source.ID), note); err != nil {
				return err
			}
		}
	}
	return nil
}

// shownSource is the id of a source as it may be printed.
func shownSource(id feed.SourceID) string { return link.Masked(string(id)) }

func dash(s string) string { return cmp.Or(s, "-") }

func rate(perDay float64) string {
	if perDay == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f", perDay)
}

// ago is a moment as people say it: "5m ago", "in 2h".
func ago(t *time.Time, now time.Time) string {
	if t == nil {
		return "-"
	}
	d := t.Sub(now)
	unit := func(d time.Duration) string {
		switch {
		case d < time.Minute:
			return fmt.Sprintf("%ds", int(d.Seconds()))
		case d < 2*time.Hour:
			return fmt.Sprintf("%dm", int(d.Minutes()))
		case d < 48*time.Hour:
			return fmt.Sprintf("%dh", int(d.Hours()))
		}
		return fmt.Sprintf("%dd", int(d.Hours()/24))
	}
	if d < 0 {
		return unit(-d) + " ago"
	}
	return "in " + unit(d)
}
