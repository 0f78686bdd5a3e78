package desk

import (
	"context"

	"topicwire/feed"
	"topicwire/feed/match"
)

// A standing is what the rules in force make of an entry.
type standing struct {
	open  bool    // no gate and no language keeps it out; of a topic without a score, none but its any
	taken bool    // it is in the topic
	score float64 // 0 for a topic without one
}

// standings finds those of all witnesses. Rules that do not compile are a
// *RulesError.
func standings(ctx context.Context, t *feed.Topic, all []*witness) ([]standing, error) {
	// Match reports what reaches a threshold: the rules are taken apart, so that
	// it reports every score.
	whole, gates, plus, minus := *t, *t, *t, *t
	whole.ID, gates.ID, plus.ID, minus.ID = "whole", "gates", "plus", "minus"
	parts := []feed.Topic{whole}
	if t.Rules.Score == nil {
		gates.Rules.Any = nil
	} else {
		gates.Rules.Score = nil
		least := func(times float64) *feed.Score {
			s := &feed.Score{Threshold: 1e-9}
			for _, w := range t.Rules.Score.Weights {
				s.Weights = append(s.Weights, feed.Weight{Term: w.Term, Weight: times * w.Weight})
			}
			return s
		}
		plus.Rules = feed.Rules{Score: least(1)}
		parts = append(parts, plus)
		if below(t.Rules.Score) {
			minus.Rules = feed.Rules{Score: least(-1)}
			parts = append(parts, minus)
		}
	}
	// None alone is no rule that compiles: such an entry is asked for by what it
	// must not have.
	none := gates.Rules.None
	bare := len(gates.Rules.All)+len(gates.Rules.Any) == 0
	if bare {
		gates.Rules = feed.Rules{}
		if len(none) > 0 {
			barred := *t
			barred.ID, barred.Rules = "barred", feed.Rules{Any: none}
			parts = append(parts, barred)
		}
	}
	parts = append(parts, gates)
	m, problems := match.Compile(parts)
	if m == nil {
		return nil, &RulesError{problems}
	}
	out := make([]standing, len(all))
	err := inParallel(ctx, len(all), func(i int) {
		w := all[i]
		s := &out[i]
		for _, h := range m.Match(w.source, w.entry, w.words) {
			switch h.Topic {
			case "whole":
				s.taken = true
			case "gates":
				s.open = true
			case "plus":
				s.score = h.Reason.Score
			case "minus":
				s.score = -h.Reason.Score
			}
		}
		if bare && len(none) > 0 && s.open {
			for _, h := range m.Match(w.source, w.entry, w.words) {
				s.open = s.open && h.Topic != "barred"
			}
		}
	})
	return out, err
}

// below reports whether a score has a weight below 0.
func below(s *feed.Score) bool {
	for _, w := range s.Weights {
		if w.Weight < 0 {
			return true
		}
	}
	return false
}
