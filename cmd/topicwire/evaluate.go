package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"topicwire/server"
	"topicwire/server/desk"
)

func (p *program) evaluateCmd() *cobra.Command {
	var asJSON bool
	var o desk.EvaluateOptions
	c := &cobra.Command{
		Use:   "evaluate FILE.jsonl",
		Short: "Measure rules and stories by labelled entries",
		Long: `Evaluate reads entries whose place is known, one JSON object a line (- is standard
input), and says how well rules and stories agree with the labels. It needs no
database. A line has title, summary or content (plain text), and optionally id,
language, source, link, published, author and categories; its labels are

  topics      a list of topics: precision, recall and F1 of each topic whose id is
              a label (law-and-crime for "law and crime"); what topics ask of
              sources does not count, what they ask of languages does
  story       the name of a story, and
  duplicate   the name of a report: the entries are placed by their dates, and
              groups and stories compared with the labels, by B-cubed and by pairs;
              edit says how a copy differs, and each is measured apart

Precision is how much of what was found is right, recall how much of what is right
was found, F1 their harmonic mean.`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return p.evaluate(cmd, args[0], o, asJSON) },
	}
	c.Flags().BoolVar(&o.Misses, "misses", false, "list what is wrong, each with the reason")
	c.Flags().BoolVar(&o.Short, "short", false, "use the title and 200 characters of text")
	c.Flags().BoolVar(&asJSON, "json", false, "print one JSON object")
	return c
}

func (p *program) evaluate(cmd *cobra.Command, file string, o desk.EvaluateOptions, asJSON bool) error {
	cfg, err := p.mustLoad()
	if err != nil {
		return err
	}
	in := cmd.InOrStdin()
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return &failure{exitFailed, fmt.Sprintf("evaluate: %v", err), "name a file of labelled entries, or - for standard input"}
		}
		defer f.Close()
		in = f
	}
	o.Topics, o.Stories = cfg.Topics, server.StoryOptions(&cfg.Stories)
	ev, err := desk.Evaluate(cmd.Context(), in, o)
	if err != nil {
		return fmt.Errorf("evaluate %s: %w", file, err)
	}
	if len(ev.Topics) == 0 && ev.Stories == nil && ev.Duplicates == nil {
		f := &failure{exitFailed, fmt.Sprintf("evaluate %s: no label of it is a topic of %s, a story or a duplicate", file, p.config), ""}
		if len(ev.Unknown) > 0 {
			f.hint = "labels: " + unknownLabels(ev.Unknown)
		}
		return f
	}
	if asJSON {
		return encode(p.stdout, newEvaluationJSON(ev))
	}
	return writeEvaluation(p.stdout, ev)
}

// An evaluationJSON is a desk.Evaluation as programs read it.
type evaluationJSON struct {
	*desk.Evaluation
	Stories    *clusterScoreJSON `json:"stories"`
	Duplicates *clusterScoreJSON `json:"duplicates"`
}

type clusterScoreJSON struct {
	*desk.ClusterScore
	Joined []pairMissJSON `json:"joined,omitempty"`
	Parted []pairMissJSON `json:"parted,omitempty"`
}

type pairMissJSON struct {
	desk.PairMiss
	Likeness *likenessJSON `json:"likeness"`
}

func newEvaluationJSON(ev *desk.Evaluation) evaluationJSON {
	pairs := func(in []desk.PairMiss) (out []pairMissJSON) {
		for _, m := range in {
			out = append(out, pairMissJSON{m, newLikenessJSON(m.Likeness)})
		}
		return out
	}
	cluster := func(s *desk.ClusterScore) *clusterScoreJSON {
		if s == nil {
			return nil
		}
		return &clusterScoreJSON{s, pairs(s.Joined), pairs(s.Parted)}
	}
	return evaluationJSON{ev, cluster(ev.Stories), cluster(ev.Duplicates)}
}

func writeEvaluation(w io.Writer, ev *desk.Evaluation) error {
	if _, err := fmt.Fprintln(w, countOf(ev.Entries, "entry", "entries")); err != nil {
		return err
	}
	if len(ev.Topics) > 0 {
		if err := writeTopicScores(w, ev); err != nil {
			return err
		}
	}
	if len(ev.Unknown) > 0 {
		if _, err := fmt.Fprintf(w, "\nNo topic goes by: %s\n", unknownLabels(ev.Unknown)); err != nil {
			return err
		}
	}
	if ev.Duplicates != nil {
		if err := writeClusters(w, "Duplicates", "groups", ev.Duplicates); err != nil {
			return err
		}
	}
	if ev.Stories != nil {
		return writeClusters(w, "Stories", "stories", ev.Stories)
	}
	return nil
}

// unknownLabelsShown is how many labels without a topic are named.
const unknownLabelsShown = 12

func unknownLabels(all []desk.LabelCount) string {
	var out []string
	for i, l := range all {
		if i == unknownLabelsShown {
			out = append(out, fmt.Sprintf("%d more", len(all)-i))
			break
		}
		out = append(out, fmt.Sprintf("%s (%d)", l.Label, l.Entries))
	}
	return strings.Join(out, ", ")
}

func writeTopicScores(w io.Writer, ev *desk.Evaluation) error {
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "LABELLED\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t  TOPIC")
	for i := range ev.Topics {
		s := &ev.Topics[i]
		fmt.Fprintf(t, "%d\t%d\t%d\t%s\t  %s\n", s.Labelled, s.Matched, s.Right, measured(s.Measure), s.Topic)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	p := &printer{w: w}
	for i := range ev.Topics {
		s := &ev.Topics[i]
		writeMisses(p, string(s.Topic)+": matched without the label", s.False)
		writeMisses(p, string(s.Topic)+": missed", s.Missed)
	}
	return p.err
}

func measured(m desk.Measure) string {
	return fmt.Sprintf("%.3f\t%.3f\t%.3f", m.Precision, m.Recall, m.F1)
}

func writeMisses(p *printer, head string, misses []desk.Miss) {
	if len(misses) == 0 {
		return
	}
	p.line("")
	p.line("%s (%d)", head, len(misses))
	for _, m := range misses {
		p.line("  %s  %s", m.ID, clip(m.Title, 90))
		p.line("      %s", clip(m.Why, 160))
	}
}

func writeClusters(w io.Writer, name, kind string, s *desk.ClusterScore) error {
	fmt.Fprintf(w, "\n%s: %s with %s, put into %d %s\n\n", name, countOf(s.Entries, "entry", "entries"), countOf(s.Labels, "label", "labels"), s.Clusters, kind)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "PRECISION\tRECALL\tF1\t  MEASURE")
	fmt.Fprintf(t, "%s\t  B-cubed\n%s\t  pairs\n", measured(s.BCubed), measured(s.Pairwise))
	if err := t.Flush(); err != nil {
		return err
	}
	if len(s.Edits) > 0 {
		fmt.Fprintln(w)
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
		fmt.Fprintln(t, "ENTRIES\tCOPIES\tFOUND\tWRONG\tB-CUBED: P\tR\tF1\tPAIRS: P\tR\tF1\t  EDIT")
		for _, e := range s.Edits {
			fmt.Fprintf(t, "%d\t%d\t%s\t%s\t%s\t%s\t  %s\n", e.Entries, e.Copies, share(e.Found, e.Copies), share(e.Wrong, e.Entries), measured(e.BCubed), measured(e.Pairwise), e.Edit)
		}
		if err := t.Flush(); err != nil {
			return err
		}
	}
	p := &printer{w: w}
	writePairs(p, "put together, of two labels", s.Joined)
	writePairs(p, "kept apart, of one label", s.Parted)
	return p.err
}

// share is a part of a whole as a percentage.
func share(n, of int) string {
	if of == 0 {
		return "-"
	}
	return fmt.Sprintf("%.1f%%", 100*float64(n)/float64(of))
}

func writePairs(p *printer, head string, pairs []desk.PairMiss) {
	if len(pairs) == 0 {
		return
	}
	p.line("")
	p.line("%s (%d)", head, len(pairs))
	for _, m := range pairs {
		edit := ""
		if m.Edit != "" {
			edit = " [" + m.Edit + "]"
		}
		p.line("  %s  %s%s", m.ID, clip(m.Title, 90), edit)
		p.line("  %s  %s", m.WithID, clip(m.WithTitle, 90))
		p.line("      %s", clip(m.Why, 160))
	}
}
