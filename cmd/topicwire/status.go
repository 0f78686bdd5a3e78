package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server"
)

func (p *program) statusCmd() *cobra.Command {
	var asJSON, quick bool
	c := &cobra.Command{
		Use:   "status",
		Short: "Show how the service does: what is wrong, configuration, topics, sources, database",
		Long: `Status tells what needs a person, whether a process serves the database, which
configuration is in force and whether a newer one was refused, how many entries each
topic publishes, and how the sources do. Where something needs a person it exits
with 3. Without a serving process it reads the database itself, and makes none where
there is none yet.

With --quick it asks the serving process alone, at once, and exits with 1 where none
answers or the service as a whole is in trouble: a health check for containers.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if quick && asJSON {
				return &failure{exitUsage, "--quick has no JSON", "leave one of --json and --quick out"}
			}
			if quick {
				return p.quick(cmd.Context())
			}
			st, err := p.status(cmd.Context())
			if err != nil {
				return err
			}
			if asJSON {
				err = encode(p.stdout, &st)
			} else {
				err = writeStatus(p.stdout, &st, time.Now(), p.pasted)
			}
			if err == nil && len(st.Alarms) > 0 {
				err = &failure{code: exitPartly} // all was said
			}
			return err
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	c.Flags().BoolVar(&quick, "quick", false, "only say whether the serving process is well")
	return c
}

// quickly is how long the serving process may take to say how it does.
const quickly = 5 * time.Second

// quick asks the serving process how the service does as a whole.
func (p *program) quick(ctx context.Context) error {
	cfg, problems := config.Draft(p.config)
	if cfg == nil {
		return p.print(problems)
	}
	ctx, cancel := context.WithTimeoutCause(ctx, quickly, fmt.Errorf("the serving process does not answer within %s", quickly))
	defer cancel()
	c, err := server.Dial(ctx, cfg.Storage.Path)
	if err != nil {
		return &failure{exitFailed, "no process serves " + cfg.Storage.Path, "start one with `topicwire serve`"}
	}
	defer c.Close()
	alarms, err := server.Wrong.Ask(ctx, c, struct{}{})
	if err != nil {
		return err
	}
	bad := false
	for i := range alarms {
		if alarms[i].Kind.Unready() {
			bad = true
			fmt.Fprintf(p.stdout, "%s\n", alarms[i].Text)
		}
	}
	if bad {
		return &failure{code: exitFailed}
	}
	_, err = fmt.Fprintln(p.stdout, "ok")
	return err
}

// writeAlarms prints what needs a person, the gravest first.
func writeAlarms(w io.Writer, alarms []feed.Alarm, now time.Time, pasted func(string) string) {
	if len(alarms) == 0 {
		return
	}
	fmt.Fprintf(w, "%s:\n", needYou(len(alarms)))
	for i := range alarms {
		a := &alarms[i]
		fmt.Fprintf(w, "  since %s  %s\n", ago(&a.Since, now), a.Text)
		if a.Hint != "" {
			fmt.Fprintf(w, "    hint: %s\n", pasted(a.Hint))
		}
	}
	fmt.Fprintln(w)
}

func needYou(n int) string {
	if n == 1 {
		return "1 thing needs you"
	}
	return fmt.Sprintf("%d things need you", n)
}

// status is that of the process that serves, reached even where the configuration
// has errors by now, since the status says what became of it; else what the
// database tells.
func (p *program) status(ctx context.Context) (server.Status, error) {
	cfg, problems := p.load()
	if cfg == nil {
		if draft, _ := config.Draft(p.config); draft != nil {
			if c, err := server.Dial(ctx, draft.Storage.Path); err == nil {
				defer c.Close()
				return server.StatusNow.Ask(ctx, c, struct{}{})
			}
		}
	}
	if err := p.print(problems); err != nil {
		return server.Status{}, err
	}
	s, err := p.stored(ctx, cfg, true)
	if errors.Is(err, errNone) {
		return noDatabase(cfg), nil
	}
	if err != nil {
		return server.Status{}, err
	}
	defer s.Close()
	return server.StatusNow.Ask(ctx, s, struct{}{})
}

// noDatabase is the status before anything was ever fetched.
func noDatabase(cfg *config.Config) server.Status {
	st := server.Status{
		Version: version(), Config: cfg.File, Refused: []string{}, Restart: []string{}, Topics: []server.TopicStatus{}, Alarms: []feed.Alarm{},
		Works: []feed.Progress{}, Sources: server.SourceCounts{All: len(cfg.Sources), New: len(cfg.Sources)},
		Database: server.DatabaseStatus{Path: cfg.Storage.Path},
	}
	for i := range cfg.Topics {
		t := &cfg.Topics[i]
		st.Topics = append(st.Topics, server.TopicStatus{ID: t.ID, Title: t.Title, Draft: t.Draft})
	}
	return st
}

// writeStatus prints a status for people. pasted makes commands that a text names such
// that they can be pasted.
func writeStatus(w io.Writer, st *server.Status, now time.Time, pasted func(string) string) error {
	writeAlarms(w, st.Alarms, now, pasted)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	line := func(name, format string, args ...any) {
		fmt.Fprintf(t, "%s\t%s\n", name, fmt.Sprintf(format, args...))
	}
	if st.Running {
		line("service", "running, process %d, since %s, version %s", st.PID, ago(st.Since, now), st.Version)
		line("memory", "%s", size(int64(st.Memory)))
	} else {
		line("service", "not running")
	}
	switch {
	case len(st.Refused) > 0:
		line("configuration", "%s, changed and refused; the one read %s stays", st.Config, ago(st.Loaded, now))
	case st.Held != nil:
		line("configuration", "%s, changed and held; the one read %s stays", st.Config, ago(st.Loaded, now))
	case st.Loaded != nil:
		line("configuration", "%s, read %s", st.Config, ago(st.Loaded, now))
	default:
		line("configuration", "%s", st.Config)
	}
	for _, p := range st.Refused {
		line("", "%s", p)
	}
	if st.Held != nil {
		for _, l := range heldLines(st.Held) {
			line("", "%s", pasted(l))
		}
	}
	if len(st.Restart) > 0 {
		line("", "after a restart only: %s", strings.Join(st.Restart, ", "))
	}
	blocked := ""
	if n := st.Sources.Blocked; n > 0 {
		blocked = fmt.Sprintf(", %d blocked", n)
	}
	line("sources", "%d: %d ok, %d failing, %d new, %d gone%s", st.Sources.All, st.Sources.OK, st.Sources.Failing, st.Sources.New, st.Sources.Gone, blocked)
	visiting := ""
	if st.Visiting > 0 {
		visiting = fmt.Sprintf("%d under way, ", st.Visiting)
	}
	line("visits", "%slast %s, next %s", visiting, ago(st.Visited, now), due(st.Next, now))
	if st.Database.Bytes == 0 && !st.Running {
		line("database", "%s, no database yet", st.Database.Path)
	} else {
		line("database", "%s, %s, entries: %d, stories: %d", st.Database.Path, size(st.Database.Bytes), st.Database.Entries, st.Database.Stories)
	}
	if st.Database.Compact {
		line("", "%s", pasted(size(st.Database.Free)+" of it are free: stop the server and run `topicwire compact`"))
	}
	if b := st.Backup; b != nil {
		last := "none yet"
		if b.Last != nil {
			last = fmt.Sprintf("%s, %s", b.Path, ago(b.Last, now))
		}
		if st.Running && b.Next != nil {
			last += ", next " + due(b.Next, now)
		}
		line("backups", "%s", last)
		if b.Error != "" {
			line("", "failing: %s", b.Error)
		}
	}
	if h := st.Hub; h.Subscriptions > 0 {
		line("hub", "%s, %d failing", count(h.Subscriptions, "subscription"), h.Failing)
	}
	if r := st.Refiling; r != nil {
		what := "changed for " + count(len(r.Topics), "topic")
		if len(r.Topics) == 0 {
			what = "the feed of all topics follows other topics"
		}
		line("rules", "%s; entries looked at so far: %d of %d", what, r.Entries, max(r.Entries, r.Total))
	}
	for i := range st.Works {
		if w := &st.Works[i]; w.Work != feed.WorkRefiling {
			line(string(w.Work), "%s, since %s", farOf(w.Work, w.Done, w.Total), ago(&w.Began, now))
		}
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	fmt.Fprintln(t, "TOPIC\tENTRIES\tLAST CHANGE\tSTATE")
	for i := range st.Topics {
		topic := &st.Topics[i]
		state := "published"
		if topic.Draft {
			state = "draft"
		}
		if topic.Pending {
			state += ", stored entries to be filed"
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\n", topic.ID, topic.Entries, ago(topic.Changed, now), state)
	}
	return t.Flush()
}

// due is when something is to happen.
func due(at *time.Time, now time.Time) string {
	if at != nil && !at.After(now) {
		return "due now"
	}
	return ago(at, now)
}

// size is a number of bytes as people say it.
func size(n int64) string {
	switch {
	case n < 1<<20:
		return fmt.Sprintf("%d KB", (n+1023)/1024)
	case n < 10<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	}
	return fmt.Sprintf("%d MB", n>>20)
}
