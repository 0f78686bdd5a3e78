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
	// The gates without the score, and the score without the gates. None alone is no
	// rule that compiles, and gates are told whatever the score: any will do.
	gates, score := *t, *t
	gates.ID, score.ID = "gates", "score"
	if t.Rules.Score == nil {
		gates.Rules.Any = nil
	}
	gates.Rules.Score = &feed.Score{Threshold: 1, Weights: []feed.Weight{{Term: feed.Rule{Pattern: "any"}, Weight: 1}}}
	score.Rules = feed.Rules{Score: t.Rules.Score}
	m, problems := match.Compile([]feed.Topic{*t, gates, score})
	if m == nil {
		return nil, &RulesError{problems}
	}
	out := make([]standing, len(all))
	err := inParallel(ctx, len(all), func(i int) {
		w := all[i]
		s := m.Scores(w.source, w.entry, w.words)
		takes := s[0].Source && s[0].Language
		out[i] = standing{open: takes && s[1].Gates, taken: s[0].Matches()}
		if takes {
			out[i].score = s[2].Score
		}
	})
	return out, err
}
