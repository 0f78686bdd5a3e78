package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
	"topicwire/server/poll"
)

func (p *program) fetchCmd() *cobra.Command {
	var all, asJSON bool
	c := &cobra.Command{
		Use:   "fetch",
		Short: "Visit the sources that are due, once",
		Long: `Fetch visits every source that is due and ends with a table of the results.
It exits with 0 when every visit succeeded, 3 when some failed, 1 when all did.
While a process serves the database, that one makes the visits; most sources are
then not due, unless with --all.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			var reports []poll.Report
			bar := newBar(p.stderr, len(cfg.Sources))
			p.showing(asJSON)
			var write error
			if os.Getenv("GOGC") == "" {
				ctx, stop := context.WithCancel(cmd.Context())
				wait := p.pace.run(ctx, func(uint64) int { return roundGarbage })
				defer wait()
				defer stop()
			}
			began := time.Now()
			s, err := p.open(cmd.Context(), cfg, false)
			if err != nil {
				return err
			}
			err = server.Fetch.Each(cmd.Context(), s, all, func(r poll.Report) {
				r.Source = feed.SourceID(shownSource(r.Source))
				reports = append(reports, r)
				if asJSON {
					// At once, not at the end: what is printed is on disk.
					write = cmp.Or(write, encode(p.stdout, r))
				} else {
					bar.step(string(r.Source))
				}
			})
			bar.clear()
			err = cmp.Or(err, s.Close())
			if !asJSON {
				table(p.stdout, reports, blockedOf(cfg), time.Since(began))
			}
			if err != nil {
				return err
			}
			if write != nil {
				return fmt.Errorf("write results: %w", write)
			}
			return outcome(reports)
		},
	}
	c.Flags().BoolVarP(&all, "all", "a", false, "visit every source, whatever its schedule")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a source, in place of the table")
	return c
}

func outcome(reports []poll.Report) error {
	ended := make(map[poll.Status]int)
	for _, r := range reports {
		ended[r.Status]++
	}
	failed, tried := ended[poll.Failed], len(reports)-ended[poll.Skipped]
	switch {
	case failed == 0:
		return nil
	case failed == tried:
		return &failure{code: exitFailed, text: fmt.Sprintf("fetch: all of %s failed", count(tried, "visit"))}
	}
	return &failure{code: exitPartly, text: fmt.Sprintf("fetch: %d of %s failed", failed, count(tried, "visit"))}
}

// whyOf is why a visit failed, or there was none.
func whyOf(r *poll.Report, now time.Time) string {
	switch {
	case r.Status != poll.Skipped || r.NextVisit == nil:
		return r.Error
	case r.Error != "":
		return "its host asked to be left alone until " + clock(*r.NextVisit, now)
	case r.Why == "":
		return "not due until " + clock(*r.NextVisit, now)
	}
	return "not due until " + clock(*r.NextVisit, now) + ": " + r.Why
}

// clock is a moment of today by the time of day, another with its date, as this machine
// has them.
func clock(t, now time.Time) string {
	t, now = t.Local(), now.Local()
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format("15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// blockedOf counts the sources that nobody asks.
func blockedOf(cfg *config.Config) (n int) {
	for i := range cfg.Sources {
		if cfg.Sources[i].Blocked {
			n++
		}
	}
	return n
}

// table prints what each source brought, and the sums.
func table(w io.Writer, reports []poll.Report, blocked int, took time.Duration) {
	feed.SortBy(reports, func(a, b poll.Report) int { return strings.Compare(string(a.Source), string(b.Source)) })
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "SOURCE\tSTATUS\tHTTP\tENTRIES\tNEW\tUPDATED\tTIME\tWHY")
	sums := map[poll.Status]int{}
	fresh, updated := 0, 0
	for _, r := range reports {
		status := "-"
		if r.HTTP > 0 {
			status = fmt.Sprint(r.HTTP)
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t%d\t%d\t%d\t%s\t%s\n", r.Source, r.Status, status, r.Entries, r.New, r.Updated, time.Duration(r.Millis)*time.Millisecond, whyOf(&r, time.Now()))
		sums[r.Status]++
		fresh += r.New
		updated += r.Updated
	}
	t.Flush()
	fmt.Fprintln(w)
	for _, r := range reports {
		if r.Past > 0 {
			fmt.Fprintf(w, "%s brought more entries at once than max_new: %d of them lie in the past\n", r.Source, r.Past)
		}
	}
	if blocked > 0 {
		fmt.Fprintf(w, "%s: not asked, as the configuration blocks the host\n", count(blocked, "source"))
	}
	fmt.Fprintf(w, "%s: %d ok, %d unchanged, %d failed, %d not due; %d new entries, %d updated; %s\n", count(len(reports), "source"),
		sums[poll.OK], sums[poll.Unchanged], sums[poll.Failed], sums[poll.Skipped], fresh, updated, took.Round(time.Millisecond))
}
