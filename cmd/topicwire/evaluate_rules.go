package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"topicwire/server/desk"
)

// thresholds prints what the best threshold of each topic would give, or all that
// are worth naming.
func (p *printer) thresholds(ev *desk.Evaluation, every bool) {
	scored := slices.DeleteFunc(slices.Clone(ev.Topics), func(s desk.TopicScore) bool { return len(s.Thresholds) == 0 })
	if every {
		for i := range scored {
			p.thresholdsOf(&scored[i])
		}
		p.withoutScore(ev)
		return
	}
	if len(scored) == 0 {
		return
	}
	p.below("Threshold, as configured and at its best on these entries (--thresholds lists others)")
	p.columns("CONFIGURED\tF1\tBEST\tPRECISION\tRECALL\tF1\t  TOPIC", func(row row) {
		for _, s := range scored {
			var own, best desk.Threshold
			for _, x := range s.Thresholds {
				if x.Configured {
					own = x
				}
				if x.Best {
					best = x
				}
			}
			row("%s\t%.3f\t%s\t%s\t  %s", desk.Points(own.Threshold), own.F1, desk.Points(best.Threshold), rated(&best.Tally), s.Topic)
		}
	})
}

// withoutScore names the topics that have no threshold to choose.
func (p *printer) withoutScore(ev *desk.Evaluation) {
	var without []string
	for i := range ev.Topics {
		if len(ev.Topics[i].Thresholds) == 0 {
			without = append(without, string(ev.Topics[i].Topic))
		}
	}
	if len(without) > 0 {
		p.below("Without a score, so that there is no threshold to choose: %s", strings.Join(without, ", "))
	}
}

func (p *printer) thresholdsOf(s *desk.TopicScore) {
	p.below("%s by threshold", s.Topic)
	p.columns("THRESHOLD\tMATCHED\tRIGHT\tPRECISION\tRECALL\tF1\t", func(row row) {
		for i := range s.Thresholds {
			x := &s.Thresholds[i]
			mark := ""
			switch {
			case x.Configured && x.Best:
				mark = "  configured, best F1"
			case x.Configured:
				mark = "  configured"
			case x.Best:
				mark = "  best F1"
			}
			row("%s\t%d\t%d\t%s\t%s", desk.Points(x.Threshold), x.Matched, x.Right, rated(&x.Tally), mark)
		}
	})
}

func (p *printer) folds(ev *desk.Evaluation) {
	f := ev.Folds
	if f == nil {
		return
	}
	if len(f.Topics) == 0 {
		p.withoutScore(ev)
		return
	}
	p.below("Cross-validated in %d folds: each fold is judged by the threshold that is best on the", f.Folds)
	p.line("others (held out), beside the one that is best on all entries, these included (tuned)")
	if f.Empty > 0 {
		p.line("%d of them hold no entry: take fewer folds, or more entries", f.Empty)
	}
	p.columns("CONFIGURED: P\tR\tF1\tHELD OUT: P\tR\tF1\tTUNED: P\tR\tF1\t  TOPIC", func(row row) {
		folded := func(x *desk.FoldedTally, name string) {
			row("%s\t%s\t%s\t  %s", rated(&x.AsConfigured), rated(&x.HeldOut), rated(&x.AsTuned), name)
		}
		for i := range f.Topics {
			folded(&f.Topics[i].FoldedTally, string(f.Topics[i].Topic))
		}
		if len(f.Topics) > 1 {
			folded(&f.Together, "all together")
		}
	})
	p.columns("THRESHOLD CONFIGURED\tTUNED\tCHOSEN ON THE OTHER FOLDS\t  TOPIC", func(row row) {
		for _, x := range f.Topics {
			row("%s\t%s\t%s\t  %s", desk.Points(x.Configured), desk.Points(x.Tuned), choices(x.Chosen), x.Topic)
		}
	})
	p.withoutScore(ev)
}

// choices are thresholds with how often each was chosen, in rising order.
func choices(chosen []float64) string {
	times := make(map[float64]int)
	for _, at := range chosen {
		times[at]++
	}
	var out []string
	for _, at := range slices.Sorted(maps.Keys(times)) {
		out = append(out, fmt.Sprintf("%s (%d×)", desk.Points(at), times[at]))
	}
	return strings.Join(out, ", ")
}

// listsShown and patternsShown are how many rows of a topic are printed.
const (
	listsShown    = 5
	patternsShown = 12
)

func (p *printer) patterns(ev *desk.Evaluation) {
	for i := range ev.Topics {
		s := &ev.Topics[i]
		if s.Patterns == nil {
			return // nobody asked
		}
		if i == 0 {
			p.below("Patterns by the entries in which they hit: filed wrongly, filed rightly, missed. Those that do")
			p.line("harm come first. In brackets: where nothing else hit of the score, or of that line of a gate.")
		}
		n := len(s.Patterns.Patterns)
		never := fmt.Sprintf("of which %d never hit", s.Patterns.Never)
		switch s.Patterns.Never {
		case 0:
			never = "all of which hit somewhere"
		case n:
			never = "none of which hits anywhere"
		}
		p.below("%s: %s, %s", s.Topic, countOf(n, "pattern", "patterns"), never)
		p.uses("LIST", s.Patterns.Lists, listsShown)
		p.uses("PATTERN", s.Patterns.Patterns, patternsShown)
	}
}

func (p *printer) uses(head string, uses []desk.PatternUse, most int) {
	blamed := slices.DeleteFunc(slices.Clone(uses), func(u desk.PatternUse) bool { return u.Wrong.All()+u.Missed.All() == 0 })
	if len(blamed) == 0 {
		return
	}
	p.columns("WRONG\tRIGHT\tMISSED\tIN\t  "+head, func(row row) {
		for _, u := range blamed[:min(len(blamed), most)] {
			name := clip(u.Rule, 60)
			if u.List != "" {
				name += " of $" + u.List
			}
			in := u.Part
			switch {
			case u.Part == "score":
				in = fmt.Sprintf("score %+g", u.Weight)
			case u.Line > 0:
				in = fmt.Sprintf("%s, line %d", u.Part, u.Line)
			}
			row("%s\t%s\t%s\t%s\t  %s", used(u.Wrong), used(u.Right), used(u.Missed), in, name)
		}
	})
}

// used is a count in one cell.
func used(c desk.UseCount) string {
	if c.Alone == 0 {
		return fmt.Sprint(c.All())
	}
	return fmt.Sprintf("%d (%d)", c.All(), c.Alone)
}
