package main

import (
	"fmt"
	"io"
	"strings"

	"topicwire/server/desk"
)

func writeEvaluation(w io.Writer, ev *desk.Evaluation, shown evaluationShown) error {
	if _, err := fmt.Fprintln(w, countOf(ev.Entries, "entry", "entries")); err != nil {
		return err
	}
	switch {
	case len(ev.Topics) > 0:
		if err := writeTopics(w, ev, shown); err != nil {
			return err
		}
	case shown.ofTopics:
		fmt.Fprintf(w, "\nNo label is a topic: there are no sources, thresholds, folds or patterns to show.\n")
	}
	if len(ev.Unknown) > 0 {
		if _, err := fmt.Fprintf(w, "\nNo topic goes by: %s\n", unknownLabels(ev.Unknown)); err != nil {
			return err
		}
	}
	if ev.LanguagesTold != nil {
		if err := writeLanguagesTold(w, ev.LanguagesTold); err != nil {
			return err
		}
	}
	if ev.Duplicates != nil {
		if err := writeClusters(w, &duplicateWords, ev.Duplicates); err != nil {
			return err
		}
	}
	if ev.Stories != nil {
		return writeClusters(w, &storyWords, ev.Stories)
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

func writeTopics(w io.Writer, ev *desk.Evaluation, shown evaluationShown) error {
	t := newColumns(w)
	t.row("LABELLED\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t  TOPIC")
	for i := range ev.Topics {
		s := &ev.Topics[i]
		t.row("%s\t  %s", tallied(&s.Tally), s.Topic)
	}
	if len(ev.Topics) > 1 {
		t.row("%s\t  all together", tallied(&ev.Together))
	}
	if err := t.end(); err != nil {
		return err
	}
	for _, write := range []func(io.Writer, *desk.Evaluation, evaluationShown) error{
		writeLanguages, writeSources, writeThresholds, writeFolds, writePatterns,
	} {
		if err := write(w, ev, shown); err != nil {
			return err
		}
	}
	p := &printer{w: w}
	for i := range ev.Topics {
		s := &ev.Topics[i]
		writeMisses(p, string(s.Topic)+": matched without the label", s.False)
		writeMisses(p, string(s.Topic)+": missed", s.Missed)
	}
	return p.err
}

// tallied are the six cells of a tally; what nothing was found or wanted for is
// no figure.
func tallied(t *desk.Tally) string {
	return fmt.Sprintf("%d\t%d\t%d\t%s", t.Labelled, t.Matched, t.Right, rated(t))
}

// rated are precision, recall and F1 of a tally.
func rated(t *desk.Tally) string {
	cell := func(f float64, some bool) string {
		if !some {
			return "-"
		}
		return fmt.Sprintf("%.3f", f)
	}
	return cell(t.Precision, t.Matched > 0) + "\t" + cell(t.Recall, t.Labelled > 0) + "\t" + cell(t.F1, t.Matched+t.Labelled > 0)
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
