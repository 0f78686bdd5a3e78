package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"topicwire/server/desk"
)

// writeThresholds prints what the best threshold of each topic would give, and
// where asked for all that are worth naming.
func writeThresholds(w io.Writer, ev *desk.Evaluation, shown evaluationShown) error {
	scored := slices.DeleteFunc(slices.Clone(ev.Topics), func(s desk.TopicScore) bool { return len(s.Thresholds) == 0 })
	if shown.thresholds {
		for i := range scored {
			if err := writeThresholdsOf(w, &scored[i]); err != nil {
				return err
			}
		}
		return writeWithoutScore(w, ev)
	}
	if len(scored) == 0 {
		return nil
	}
	fmt.Fprintf(w, "\nThreshold, as configured and at its best on these entries (--thresholds lists others)\n")
	t := newColumns(w)
	t.row("CONFIGURED\tF1\tBEST\tPRECISION\tRECALL\tF1\t  TOPIC")
	for i := range scored {
		all := scored[i].Thresholds
		best := all[slices.IndexFunc(all, func(x desk.Threshold) bool { return x.Best })]
		own := all[slices.IndexFunc(all, func(x desk.Threshold) bool { return x.Configured })]
		t.row("%s\t%.3f\t%s\t%s\t  %s", desk.Points(own.Threshold), own.F1, desk.Points(best.Threshold), rated(&best.Tally), scored[i].Topic)
	}
	return t.end()
}

// writeWithoutScore names the topics that have no threshold to choose.
func writeWithoutScore(w io.Writer, ev *desk.Evaluation) error {
	var without []string
	for i := range ev.Topics {
		if len(ev.Topics[i].Thresholds) == 0 {
			without = append(without, string(ev.Topics[i].Topic))
		}
	}
	if len(without) == 0 {
		return nil
	}
	_, err := fmt.Fprintf(w, "\nWithout a score, so that there is no threshold to choose: %s\n", strings.Join(without, ", "))
	return err
}

func writeThresholdsOf(w io.Writer, s *desk.TopicScore) error {
	fmt.Fprintf(w, "\n%s by threshold\n", s.Topic)
	t := newColumns(w)
	t.row("THRESHOLD\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t")
	for i := range s.Thresholds {
		x := &s.Thresholds[i]
		var marks []string
		if x.Configured {
			marks = append(marks, "configured")
		}
		if x.Best {
			marks = append(marks, "best F1")
		}
		mark := strings.Join(marks, ", ")
		if mark != "" {
			mark = "  " + mark
		}
		t.row("%s\t%d\t%d\t%s\t%s", desk.Points(x.Threshold), x.Matched, x.Right, rated(&x.Tally), mark)
	}
	return t.end()
}

func writeFolds(w io.Writer, ev *desk.Evaluation, _ evaluationShown) error {
	f := ev.Folds
	if f == nil {
		return nil
	}
	if len(f.Topics) == 0 {
		return writeWithoutScore(w, ev)
	}
	fmt.Fprintf(w, "\nCross-validated in %d folds: each fold is judged by the threshold that is best on the\nothers (held out), beside the one that is best on all entries, these included (tuned)\n", f.Folds)
	t := newColumns(w)
	t.row("CONFIGURED: P\tR\tF1\tHELD OUT: P\tR\tF1\tTUNED: P\tR\tF1\t  TOPIC")
	row := func(x *desk.FoldedTally, name string) {
		t.row("%s\t%s\t%s\t  %s", rated(&x.AsConfigured), rated(&x.HeldOut), rated(&x.AsTuned), name)
	}
	for i := range f.Topics {
		row(&f.Topics[i].FoldedTally, string(f.Topics[i].Topic))
	}
	if len(f.Topics) > 1 {
		row(&f.Together, "all together")
	}
	if err := t.end(); err != nil {
		return err
	}
	t = newColumns(w)
	t.row("THRESHOLD CONFIGURED\tTUNED\tCHOSEN ON THE OTHER FOLDS\t  TOPIC")
	for i := range f.Topics {
		x := &f.Topics[i]
		t.row("%s\t%s\t%s\t  %s", desk.Points(x.Configured), desk.Points(x.Tuned), choices(x.Chosen), x.Topic)
	}
	if err := t.end(); err != nil {
		return err
	}
	return writeWithoutScore(w, ev)
}

// choices are thresholds with how often each was chosen, in rising order.
func choices(chosen []float64) string {
	sorted := slices.Sorted(slices.Values(chosen))
	var out []string
	for i := 0; i < len(sorted); {
		n := 1
		for i+n < len(sorted) && sorted[i+n] == sorted[i] {
			n++
		}
		out = append(out, fmt.Sprintf("%s (%d×)", desk.Points(sorted[i]), n))
		i += n
	}
	return strings.Join(out, ", ")
}
