package desk

import (
	"cmp"
	"context"
	"math"
	"slices"
)

// A learning makes weights of lessons.
type learning struct {
	v          *vocabulary
	threshold  float64
	based      bool    // whether the lessons have scores by rules in force
	prevalence float64 // how much of what comes in is taken to be right, 0 to 1
	least      int     // stories in which a pattern must be right
	most       int     // patterns
	closed     taking  // lessons that no weight can bring in
	rounds     int     // how often lessons are dealt
}

// Constants of the learning. They were chosen on three topics of Reuters-21578, by
// how rules do on entries that were not learned from.
const (
	contendersFor     = 200 // that the regression chooses from
	contendersAgainst = 100
	wordsAgainst      = 1 // of a pattern that speaks against the topic
	leastAgainst      = 4 // stories in which it stands
	// A word that keeps entries out is a danger: its weight costs twice as much.
	priceAgainst = 2
	// How many wrong entries each pattern is doubted by, besides those seen.
	doubtOfWords = .5
	// Costs fall from where every weight is 0, by a factor a step.
	costSteps = 16
	costStep  = .65
	// By how much the logit rises from a score of 0 to the threshold of rules in
	// force: an entry without a hit is right once in fifty times.
	steepness = 4
	// Cuts are tried from the lowest on, in steps.
	lowestCut = -4
	cutStep   = .5
	cuts      = 15
)

// A setting is what the folds choose: how dear weights are, which falls with each
// step, and how likely an entry must be right for the threshold.
type setting struct{ step, cut int }

// logit is that of the likelihood.
func (s setting) logit() float64 { return lowestCut + cutStep*float64(s.cut) }

// A path is what one set of lessons teaches at each cost.
type path struct {
	learning   *learning
	contenders []contender
	finder     *finder
	intercepts []float64
	weights    [][]float64 // by step
}

// path learns from lessons, which are sorted by story.
func (l *learning) path(lessons []*lesson) *path {
	p := &path{learning: l}
	p.contenders = l.contend(lessons, l.least, maxWords, contendersFor)
	pro := len(p.contenders)
	if l.based {
		// Rules from nothing are no better for words that speak against the
		// topic, and longer.
		turned := relabelled(lessons, func(i int) bool { return !lessons[i].right })
		for _, c := range l.contend(turned, max(l.least, leastAgainst), wordsAgainst, contendersAgainst) {
			c.right, c.wrong = c.wrong, c.right
			p.contenders = append(p.contenders, c)
		}
	}
	features := make([]feature, len(p.contenders))
	columns := make([][]cell, len(p.contenders))
	for i := range p.contenders {
		features[i], columns[i] = p.contenders[i].feature, p.contenders[i].cells
	}
	p.finder = newFinder(l.v, features)
	r := l.regression(lessons, columns, pro)
	cost := r.dearest()
	for range costSteps {
		cost *= costStep
		r.fit(cost)
		p.weights = append(p.weights, slices.Clone(r.weights))
		p.intercepts = append(p.intercepts, r.intercept)
	}
	return p
}

func (l *learning) contend(lessons []*lesson, least, words, most int) []contender {
	g := gathering{v: l.v, lessons: lessons, least: least, words: words}
	return contenders(newFinder(l.v, g.gather()), lessons, least, most)
}

func side(l *lesson) int { return oneIf(l.right) }

// weighing rounds what was learned at a step to halves of points, so that the
// threshold means the cut. It is not ok where the cut makes no sense there, or
// nothing is left.
func (p *path) weighing(s setting) (w []float64, ok bool) {
	l := p.learning
	// Rules in force have fixed what a point is worth; the cut then scales what
	// is added.
	unit := l.threshold / steepness * math.Exp2(-s.logit()/2)
	if !l.based {
		theta := s.logit() - p.intercepts[s.step]
		if theta < .5 {
			return nil, false
		}
		unit = l.threshold / theta
	}
	w = make([]float64, len(p.contenders))
	var left []int
	for i, b := range p.weights[s.step] {
		if w[i] = math.Round(2*b*unit) / 2; w[i] != 0 {
			w[i] = max(-l.threshold, min(l.threshold, w[i])) // one hit decides: more is never needed
			left = append(left, i)
		}
	}
	if len(left) > l.most {
		// How much a pattern decides: its weight, where it hits.
		force := func(i int) float64 {
			return math.Abs(w[i]) * float64(max(p.contenders[i].right, p.contenders[i].wrong))
		}
		// Contenders stand in the order of their merit, those for the topic first.
		slices.SortStableFunc(left, func(a, b int) int { return cmp.Compare(force(b), force(a)) })
		for _, i := range left[l.most:] {
			w[i] = 0
		}
	}
	return w, len(left) > 0
}

// score is what weights add up to for values.
func score(values []value, weights []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += weights[v.feature] * v.x
	}
	return sum
}

// Lessons are dealt into folds, each of which is judged by what the others teach.
// Few lessons are dealt several times: how one deal falls decides too much.
const (
	folds        = 5
	deals        = 8 // at most
	dealtLessons = 4000
)

// A taking is how much of the lessons was taken, by their shares.
type taking struct {
	of   [2]float64 // wrong and right
	near float64    // wrong, with those that came near counted in part
}

// add counts a lesson by its score. Of two hundred that are wrong hardly one is
// taken, which tells little about ten thousand: those that come near tell more.
func (t *taking) add(l *lesson, score, threshold float64) {
	if score >= threshold {
		t.of[side(l)] += l.share
	}
	if !l.right {
		way := max(0, min(1, 2*score/threshold-1)) // from half of the threshold on
		t.near += l.share * way * way
	}
}

// whole is the taking of all lessons.
func (l *learning) whole(lessons []*lesson) (t taking) {
	for _, x := range lessons {
		t.add(x, l.threshold, l.threshold)
	}
	return t
}

// A trial is what the folds say of each setting, by step and cut.
type trial [costSteps][cuts]struct {
	taking
	n int // folds of all deals that had weights there
}

// try learns from all folds but one and judges that one, for each fold and deal.
func (l *learning) try(ctx context.Context, lessons []*lesson) (*trial, error) {
	l.rounds = max(1, min(deals, dealtLessons/max(1, len(lessons))))
	trials := make([]*trial, l.rounds*folds)
	err := inParallel(ctx, len(trials), func(i int) { trials[i] = l.tryOne(lessons, i/folds, i%folds) })
	if err != nil {
		return nil, err
	}
	sum := new(trial)
	for _, t := range trials {
		for i := range sum {
			for k := range sum[i] {
				from, to, n := &t[i][k], &sum[i][k], float64(l.rounds)
				to.of[0] += from.of[0] / n
				to.of[1] += from.of[1] / n
				to.near += from.near / n
				to.n += from.n
			}
		}
	}
	return sum, nil
}

// tryOne judges one fold.
func (l *learning) tryOne(lessons []*lesson, deal, fold int) *trial {
	t := new(trial)
	var seen, held []*lesson
	var sides [2]int
	for _, x := range lessons {
		if x.folds[deal] == fold {
			held = append(held, x)
		} else {
			seen = append(seen, x)
			sides[side(x)]++
		}
	}
	if sides[0] == 0 || sides[1] == 0 {
		return t
	}
	p := l.path(seen)
	values := make([][]value, len(held))
	for i, x := range held {
		values[i] = p.finder.values(&x.wording)
	}
	for step := range t {
		for cut := range t[step] {
			if w, ok := p.weighing(setting{step, cut}); ok {
				at := &t[step][cut]
				at.n++
				for i, x := range held {
					at.add(x, score(values[i], w)+x.base, l.threshold)
				}
			}
		}
	}
	return t
}

// expect is how well rules would do on all that comes in, if a part wrong of the
// wrong lessons is taken. One more of them is taken to be half taken: none of two
// hundred does not mean none of ten thousand.
func (l *learning) expect(got, of taking) Measure {
	r := got.of[1] / max(of.of[1], 1e-9)
	f := (got.near + .5) / (of.of[0] + 1)
	hit, miss := l.prevalence*r, (1-l.prevalence)*f
	return measure(hit, hit+miss, r, 1)
}

// choose is the setting that does best, judged together with those beside it: one
// that is good by accident has bad neighbours.
func (l *learning) choose(t *trial, of taking) (best setting, ok bool) {
	most := 0.0
	for i := range t {
		for k := range t[i] {
			if f1 := l.around(t, of, i, k); f1 > most+1e-9 {
				best, most, ok = setting{i, k}, f1, true
			}
		}
	}
	return best, ok
}

// around is the mean F1 of a setting and those beside it; 0 where some fold had
// no weights for it.
func (l *learning) around(t *trial, of taking, step, cut int) float64 {
	sum, n := 0.0, 0.0
	for i := max(0, step-1); i <= min(costSteps-1, step+1); i++ {
		for k := max(0, cut-1); k <= min(cuts-1, cut+1); k++ {
			if t[i][k].n == folds*l.rounds {
				sum += l.expect(t[i][k].taking, of).F1
				n++
			} else if i == step && k == cut {
				return 0
			}
		}
	}
	return sum / n
}
