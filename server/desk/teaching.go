package desk

import (
	"cmp"
	"context"
	"slices"

	"topicwire/feed"
)

// How many stories it takes to learn from. A few dozen of each are better.
const (
	leastRight  = 10
	leastOthers = 10
)

// Labels of which more than collectedShare are right were collected for the
// topic: nobody's topic is a third of what comes in. Then usualPrevalence is
// taken for it.
const (
	collectedShare  = .3
	usualPrevalence = .03
)

// worthwhile is by how much F1 has to rise for rules in force to be touched: a little rises by chance.
const worthwhile = .02

// manyRight is from how many stories on a pattern has to be right in three of
// them, and not in two.
const manyRight = 60

// teach makes a suggestion of what witnesses tell.
func teach(ctx context.Context, witnesses []witness, q SuggestRequest) (*Suggestion, error) {
	v, all, sorted := lessons(witnesses)
	out := &Suggestion{
		Topic: q.Topic.ID, Labels: len(all), Prevalence: q.Prevalence,
		Weights: []SuggestedPattern{}, Any: []SuggestedPattern{}, None: []SuggestedPattern{},
	}
	var n tally
	for _, l := range all {
		n.add(l)
		out.Right += side(l)
	}
	out.Stories = n.right
	if n.right < leastRight || n.wrong < leastOthers {
		return nil, &TooFewError{Topic: q.Topic.ID, Right: n.right, Others: n.wrong, Need: leastRight, NeedOthers: leastOthers}
	}
	if out.Prevalence == 0 {
		if out.Prevalence = float64(out.Right) / float64(out.Labels); out.Prevalence > collectedShare {
			out.Prevalence = usualPrevalence
		}
	}
	l := &learning{v: v, prevalence: out.Prevalence, least: 2, most: cmp.Or(q.Most, DefaultSuggestions), threshold: DefaultThreshold}
	if n.right >= manyRight {
		l.least = 3
	}
	r := q.Topic.Rules
	if out.New = len(r) == 0; out.New {
		out.Threshold = l.threshold
		return out, l.weigh(ctx, all, out)
	}
	st, err := standings(ctx, &q.Topic, sorted)
	if err != nil {
		return nil, err
	}
	out.Before = l.before(all, st)
	score := r.Part(feed.OpScore)
	if l.based = len(score.Parts) > 0; l.based {
		l.threshold, out.Threshold = score.Threshold, score.Threshold
	}
	var open []*lesson
	var taken []bool
	for i, s := range st {
		all[i].base = s.score
		if s.open || s.taken {
			open, taken = append(open, all[i]), append(taken, s.taken)
			continue
		}
		out.Closed += side(all[i])
		l.closed.add(all[i], l.threshold, l.threshold)
	}
	if l.based {
		if err := l.weigh(ctx, open, out); err != nil {
			return nil, err
		}
		if out.After != nil && out.After.F1 < out.Before.F1+worthwhile {
			out.Weights, out.After = []SuggestedPattern{}, nil
		}
		reweigh(out.Weights, score)
		return out, nil
	}
	x := l.extension(open, taken)
	out.None = suggested(x.none(l.most), nil)
	if len(r.Part(feed.OpAny).Parts) > 0 {
		out.Any = suggested(x.any(l.most), nil)
	}
	known := make(map[string]bool)
	for rule := range r.Each() {
		known[rule.Pattern] = true
	}
	out.Any = slices.DeleteFunc(out.Any, func(p SuggestedPattern) bool { return known[p.Pattern] })
	return out, nil
}

// before is how the rules in force do.
func (l *learning) before(all []*lesson, st []standing) *SuggestedMeasure {
	var got, of taking
	for i, x := range all {
		score := 0.0
		if st[i].taken {
			score = l.threshold
		}
		got.add(x, score, l.threshold)
		of.add(x, l.threshold, l.threshold)
	}
	return l.measured(got, of)
}

func (l *learning) measured(got, of taking) *SuggestedMeasure {
	return &SuggestedMeasure{
		Found: got.right / max(of.right, 1e-9), Wrongly: got.wrong / max(of.wrong, 1e-9),
		Measure: l.expect(got.right, got.near, of),
	}
}

// weigh learns weights for a score.
func (l *learning) weigh(ctx context.Context, all []*lesson, out *Suggestion) error {
	t, err := l.try(ctx, all)
	if err != nil {
		return err
	}
	best, k, ok := l.choose(t)
	if !ok {
		return nil
	}
	p := l.path(all)
	w, ok := p.weighing(best)
	for ; !ok && best.step+1 < costSteps; w, ok = p.weighing(best) {
		best.step++
	}
	of := t.of
	of.right += l.closed.right
	of.wrong += l.closed.wrong
	out.After = l.measured(t.taken[best.step][k], of)
	out.Weights = suggested(p.contenders, w)
	return ctx.Err()
}

// suggested are contenders as an answer: by language, the heaviest first. Without
// weights, in their order.
func suggested(all []contender, weights []float64) []SuggestedPattern {
	out := []SuggestedPattern{}
	for i := range all {
		c := &all[i]
		p := SuggestedPattern{Pattern: c.pattern(), Language: c.language, Right: c.right, Wrong: c.wrong}
		if weights != nil {
			if p.Weight = weights[i]; p.Weight == 0 {
				continue
			}
		}
		out = append(out, p)
	}
	slices.SortStableFunc(out, func(a, b SuggestedPattern) int {
		return cmp.Or(languageOrder(a.Language)-languageOrder(b.Language), cmp.Compare(a.Language, b.Language), cmp.Compare(b.Weight, a.Weight))
	})
	return out
}

// languageOrder puts unknown ones last.
func languageOrder(tag string) int {
	if tag == "" {
		return 1
	}
	return 0
}

// reweigh gives patterns that the score has already the weight that they should
// have, instead of what has to be added.
func reweigh(all []SuggestedPattern, s *feed.Rule) {
	now := make(map[string]float64)
	for _, term := range s.Parts {
		if term.Op == feed.OpPattern && term.Scope == feed.ScopeText {
			now[term.Pattern] = term.Weight
		}
	}
	for i := range all {
		p := &all[i]
		if n, ok := now[p.Pattern]; ok {
			p.Now, p.Weight = n, p.Weight+n
		}
	}
}
