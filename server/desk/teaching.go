package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/match"
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
	q.Topic = unsourced([]feed.Topic{q.Topic})[0]
	v, all, sorted := lessons(witnesses)
	out := &Suggestion{
		Topic: q.Topic.ID, Labels: len(all),
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
	out.Prevalence = cmp.Or(q.Prevalence, float64(out.Right)/float64(out.Labels))
	if q.Prevalence == 0 && out.Prevalence > collectedShare {
		out.Prevalence = usualPrevalence
	}
	l := &learning{
		v: v, prevalence: out.Prevalence, least: 2 + oneIf(n.right >= manyRight), most: cmp.Or(q.Most, DefaultSuggestions),
		threshold: DefaultThreshold,
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
	for i, x := range all {
		x.base = st[i].Score
		got := st[i].Matches()
		if st[i].open || got {
			open, taken = append(open, x), append(taken, got)
			continue
		}
		out.Closed += side(x)
		l.closed.add(x, l.threshold, l.threshold)
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
	l.lists(out, r, open, taken)
	return out, nil
}

// lists learns what any and none of rules lack.
func (l *learning) lists(out *Suggestion, r feed.Rules, open []*lesson, taken []bool) {
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
}

// A standing is what the rules in force make of an entry.
type standing struct {
	match.Scored
	open bool // no gate and no language keeps it out; of a topic without a score, none but its any
}

// standings finds those of all witnesses. Rules that do not compile are a
// *RulesError.
func standings(ctx context.Context, t *feed.Topic, witnesses []*witness) ([]standing, error) {
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
	out := make([]standing, len(witnesses))
	err := inParallel(ctx, len(witnesses), func(i int) {
		w := witnesses[i]
		x := m.Scores(w.source, w.entry, w.words)
		out[i] = standing{x[0], x[1].Source && x[1].Language && x[1].Gates}
	})
	return out, err
}

// before is how the rules in force do.
func (l *learning) before(lessons []*lesson, st []standing) *SuggestedMeasure {
	var got taking
	for i, x := range lessons {
		got.add(x, l.threshold*float64(oneIf(st[i].Matches())), l.threshold)
	}
	return l.measured(got, l.whole(lessons))
}

func (l *learning) measured(got, of taking) *SuggestedMeasure {
	return &SuggestedMeasure{
		Found: got.of[1] / max(of.of[1], 1e-9), Wrongly: got.of[0] / max(of.of[0], 1e-9), Measure: l.expect(got, of),
	}
}

// weigh learns weights for a score.
func (l *learning) weigh(ctx context.Context, lessons []*lesson, out *Suggestion) error {
	t, err := l.try(ctx, lessons)
	if err != nil {
		return err
	}
	of := l.whole(lessons)
	best, ok := l.choose(t, of)
	if !ok {
		return nil
	}
	p := l.path(lessons)
	w, ok := p.weighing(best)
	for ; !ok && best.step+1 < costSteps; w, ok = p.weighing(best) {
		best.step++
	}
	for i := range of.of {
		of.of[i] += l.closed.of[i]
	}
	out.After = l.measured(t[best.step][best.cut].taking, of)
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
	feed.SortBy(out, func(a, b SuggestedPattern) int {
		unknown := oneIf(a.Language == "") - oneIf(b.Language == "") // those last
		return cmp.Or(unknown, strings.Compare(a.Language, b.Language), cmp.Compare(b.Weight, a.Weight))
	})
	return out
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
