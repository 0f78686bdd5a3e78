package main

import (
	"cmp"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/server"
	"topicwire/server/desk"
)

// idsHelp says what an ID of these commands is.
const idsHelp = `An ID is an entry's link, its public id in a feed, or the number or address of a
story's page. Decisions are logged with a note and a name, survive every change of
rules, and can be taken back by the same command with --undo.`

func (p *program) hideCmd() *cobra.Command {
	return p.decisionCmd(feed.DecisionHide, "hide TOPIC ID", "Take an entry out of a topic",
		`Hide takes an entry out of a topic's feed and pages. Where others reported the same,
the next of them takes its place under the same id, so that readers do not see it as
new. With --all the whole report goes, with all who join it later; a story's number
hides every report that the topic has of it.`, "hide the whole report, not the entry alone")
}

func (p *program) includeCmd() *cobra.Command {
	return p.decisionCmd(feed.DecisionInclude, "include TOPIC ID", "Put an entry into a topic, in spite of its rules",
		`Include files an entry under a topic whatever its rules say, as news of now. What was
hidden of it comes back.`, "")
}

func (p *program) mergeCmd() *cobra.Command {
	return p.decisionCmd(feed.DecisionMerge, "merge ID ID", "Say that two reports, or two stories, are one",
		`Merge makes one report of two, or one story where an ID is a story's number. The
older one grows. Two entries of one source never share a report: merge their stories.`, "")
}

func (p *program) splitCmd() *cobra.Command {
	return p.decisionCmd(feed.DecisionSplit, "split ID", "Say that a report, or a story, is not one",
		`Split makes an entry a report and story of its own; an entry that is alone in its
report, or with --all its whole report, leaves the story; a story's number makes each
of its reports a story of its own.`, "take the whole report out of its story, not the entry out of its report")
}

// decisionCmd is one of the commands that decide. all is the help of --all, ""
// for none.
func (p *program) decisionCmd(kind feed.DecisionKind, use, short, long, all string) *cobra.Command {
	q := desk.DecideRequest{Kind: kind}
	var asJSON bool
	c := &cobra.Command{
		Use: use, Short: short, Long: long + "\n\n" + idsHelp,
		Args: cobra.ExactArgs(strings.Count(use, " ")),
		RunE: func(cmd *cobra.Command, args []string) error { return p.decide(cmd, q, args, asJSON) },
	}
	c.Flags().StringVar(&q.Note, "note", "", "why, for the log")
	c.Flags().StringVar(&q.By, "by", "", "who decides; the login name otherwise")
	c.Flags().BoolVar(&q.Taking, "undo", false, "take the newest such decision back")
	c.Flags().BoolVar(&asJSON, "json", false, "print the decision as one JSON object")
	if all != "" {
		c.Flags().BoolVar(&q.Whole, "all", false, all)
	}
	return c
}

func (p *program) decide(cmd *cobra.Command, q desk.DecideRequest, args []string, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	q.IDs = args
	if q.Kind == feed.DecisionHide || q.Kind == feed.DecisionInclude {
		t, err := p.topicOf(cfg, args[0])
		if err != nil {
			return err
		}
		q.Topic, q.IDs, q.Rules, q.Sources = t.ID, args[1:], t, cfg.Sources
	}
	if q.By == "" {
		q.By = login()
	}
	s, err := p.desk(cmd, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	res, err := server.Decide.Ask(cmd.Context(), s, q)
	if err != nil && q.Undo != 0 && !interrupted(err) {
		return &failure{exitFailed, fmt.Sprintf("undo: %v", err), "`topicwire decisions` lists them all"}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", cmp.Or(q.Kind, feed.DecisionUndo), err)
	}
	if asJSON {
		return encode(p.stdout, &res)
	}
	_, err = fmt.Fprintln(p.stdout, p.pasted(res.Text))
	return err
}

// login is the name of who runs the program.
func login() string {
	if n := os.Getenv("USER"); n != "" {
		return n
	}
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

func (p *program) decisionsCmd() *cobra.Command {
	var asJSON bool
	var undo uint64
	q := desk.DecideRequest{Taking: true}
	c := &cobra.Command{
		Use:   "decisions",
		Short: "List what operators hid, included, merged, split and forgot",
		Long: `Decisions lists what operators decided, the newest first. With --undo one of them
is taken back by its number.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if cmd.Flags().Changed("undo") {
				if undo == 0 {
					return &failure{exitUsage, "decisions are numbered from 1", "see `topicwire decisions`"}
				}
				q.Undo = undo
				return p.decide(cmd, q, nil, asJSON)
			}
			return p.listDecisions(cmd, asJSON)
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object a decision")
	c.Flags().Uint64Var(&undo, "undo", 0, "take decision `NUMBER` back")
	c.Flags().StringVar(&q.Note, "note", "", "why it is taken back, for the log")
	c.Flags().StringVar(&q.By, "by", "", "who takes it back; the login name otherwise")
	return c
}

func (p *program) listDecisions(cmd *cobra.Command, asJSON bool) error {
	_, s, err := p.asking(cmd)
	if err != nil {
		return err
	}
	defer s.Close()
	all, err := server.Decisions.Ask(cmd.Context(), s, desk.DecisionsRequest{})
	if err != nil {
		return err
	}
	if asJSON {
		return encodeEach(p.stdout, all)
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(p.stdout, "no decisions")
		return err
	}
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "NUMBER\tWHEN\tBY\tWHAT\tTOPIC\tENTRY\tNOTE\tLINK\tID")
	for i := range all {
		d := &all[i]
		titles := clip(desk.OneLine(strings.Join(d.Titles, " + ")), 60)
		if d.Forgot != nil {
			titles = amount(d.Forgot)
		}
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", d.Number, minute(&d.At), dash(desk.OneLine(d.By)), kindOf(&d.Decided), dash(string(d.Topic)), dash(titles), dash(desk.OneLine(d.Note)),
			dash(each(d.About, subjectLink)), dash(each(d.About, subjectID)))
	}
	return t.Flush()
}

// subjectLink is the address of what a decision is about, and subjectID what else commands take as
// its ID: a story's number, or a public id that is another than the address.
func subjectLink(s *desk.Subject) string { return desk.OneLine(s.Link) }

func subjectID(s *desk.Subject) string {
	switch {
	case s.Story != 0:
		return fmt.Sprint(s.Story)
	case s.ID == s.Link:
		return ""
	}
	return desk.OneLine(s.ID)
}

// each is what subjects have of something, joined as titles are.
func each(about []desk.Subject, of func(*desk.Subject) string) string {
	var all []string
	for i := range about {
		if s := of(&about[i]); s != "" && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return strings.Join(all, " + ")
}

// kindOf is what a decision did, and whether it was taken back.
func kindOf(d *feed.Decided) string {
	switch {
	case d.Kind == feed.DecisionUndo:
		return fmt.Sprintf("undo of %d", d.Undo)
	case d.UndoneBy != 0:
		return fmt.Sprintf("%s (undone by %d)", d.Kind, d.UndoneBy)
	}
	return string(d.Kind)
}

// decisionLine is a decision as a sentence.
func decisionLine(d *feed.Decided) string {
	s := fmt.Sprintf("Decision %d of %s, by %s: %s", d.Number, minute(&d.At), dash(desk.OneLine(d.By)), kindOf(d))
	if note := desk.OneLine(d.Note); note != "" {
		s += " (" + note + ")"
	}
	return s
}
