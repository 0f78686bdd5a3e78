package desk

import (
	"context"
	"slices"

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
	// Without a score, what any asks for is one: then it is no gate.
	open := *t
	if len(t.Rules.Part(feed.OpScore).Parts) == 0 {
		open.Rules = slices.Clone(t.Rules)
		if any := open.Rules.Part(feed.OpAny); len(any.Parts) > 0 {
			any.Op, any.Threshold, any.Parts = feed.OpScore, 1, slices.Clone(any.Parts)
			for i := range any.Parts {
				any.Parts[i].Weight = 1
			}
		}
	}
	m, problems := match.Compile([]feed.Topic{*t, open})
	if m == nil {
		return nil, &RulesError{problems}
	}
	out := make([]standing, len(all))
	err := inParallel(ctx, len(all), func(i int) {
		w := all[i]
		x := m.Scores(w.source, w.entry, w.words)
		out[i] = standing{open: x[1].Source && x[1].Language && x[1].Gates, taken: x[0].Matches(), score: x[0].Score}
	})
	return out, err
}
