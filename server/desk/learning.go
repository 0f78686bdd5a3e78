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
}

// Bounds and constants of the learning; docs/topics.md says how they were chosen.
const (
	contendersFor     = 400 // the topic
	contendersAgainst = 100
	wordsAgainst      = 1 // of a pattern that speaks against the topic
	leastAgainst      = 4 // stories that speak for it
	priceAgainst      = 2 // of its weight, as a factor: a word that keeps entries out is a danger
	doubtOfWords      = .5
	costSteps         = 18
	costStep          = .65
	steepness         = 4 // by how much the logit rises from a score of 0 to the threshold
	maxPatternWeight  = 1 // in thresholds: more is never needed
)

// A setting is what the folds choose: how dear weights are, and how likely an
// entry must be right for the threshold.
type setting struct {
	step int     // costs fall with each
	cut  float64 // a logit
}

// cuts are those that are tried.
func cuts() []float64 {
	return []float64{-4, -3.5, -3, -2.5, -2, -1.5, -1, -.5, 0, .5, 1, 1.5, 2, 2.5, 3}
}

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
		p.contenders = append(p.contenders, l.contend(turn(lessons), max(l.least, leastAgainst), wordsAgainst, contendersAgainst)...)
	}
	for i := pro; i < len(p.contenders); i++ {
		c := &p.contenders[i]
		c.right, c.wrong = c.wrong, c.right
	}
	features := make([]feature, len(p.contenders))
	columns := make([][]cell, len(p.contenders))
	for i := range p.contenders {
		features[i], columns[i] = p.contenders[i].feature, p.contenders[i].cells
	}
	p.finder = newFinder(l.v, features)
	r := l.regression(lessons, columns)
	for i := pro; i < len(columns); i++ {
		r.sign[i], r.price[i] = -1, priceAgainst
	}
	r.start()
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

// turn takes right for wrong.
func turn(lessons []*lesson) []*lesson {
	out := make([]*lesson, len(lessons))
	for i, l := range lessons {
		t := *l
		t.right = !l.right
		out[i] = &t
	}
	return out
}

func (l *learning) regression(lessons []*lesson, columns [][]cell) *regression {
	right, share := make([]bool, len(lessons)), make([]float64, len(lessons))
	var sums [2]float64
	for _, x := range lessons {
		sums[side(x)] += x.share
	}
	wrongs := 0
	for i, x := range lessons {
		right[i] = x.right
		part := 1 - l.prevalence
		if x.right {
			part = l.prevalence
		} else {
			wrongs++
		}
		share[i] = part * x.share / sums[side(x)]
	}
	r := newRegression(columns, right, share)
	r.doubt = doubtOfWords * (1 - l.prevalence) / float64(max(1, wrongs))
	if l.based {
		r.free = false
		r.offset = make([]float64, len(lessons))
		for i, x := range lessons {
			r.offset[i] = steepness * (min(x.base, 2*l.threshold)/l.threshold - 1)
		}
	}
	return r
}

func side(l *lesson) int {
	if l.right {
		return 1
	}
	return 0
}

// weighing rounds what was learned at a step to halves of points, so that the
// threshold means the cut. It is not ok where the cut makes no sense there, or
// nothing is left.
func (p *path) weighing(s setting) (w []float64, ok bool) {
	l := p.learning
	// Rules in force have fixed what a point is worth; the cut then scales what
	// is added.
	unit := l.threshold / steepness * math.Exp2(-s.cut/2)
	if !l.based {
		theta := s.cut - p.intercepts[s.step]
		if theta < .5 {
			return nil, false
		}
		unit = l.threshold / theta
	}
	w = make([]float64, len(p.contenders))
	var left []int
	most := maxPatternWeight * l.threshold
	for i, b := range p.weights[s.step] {
		if w[i] = math.Round(2*b*unit) / 2; w[i] != 0 {
			w[i] = max(-most, min(most, w[i]))
			left = append(left, i)
		}
	}
	if len(left) > l.most {
		// Contenders stand in the order of their merit, those for the topic first.
		slices.SortStableFunc(left, func(a, b int) int { return cmp.Compare(p.force(b, w), p.force(a, w)) })
		for _, i := range left[l.most:] {
			w[i] = 0
		}
	}
	return w, len(left) > 0
}

// force is how much a pattern decides: its weight, where it hits.
func (p *path) force(i int, w []float64) float64 {
	c := &p.contenders[i]
	return math.Abs(w[i]) * float64(max(c.right, c.wrong))
}

// score is what weights add up to for values.
func score(values []value, weights []float64) float64 {
	sum := 0.0
	for _, v := range values {
		sum += weights[v.feature] * v.x
	}
	return sum
}

// folds is how many parts lessons are put into, each of which is judged by what
// the others teach.
const (
	folds       = 5
	deals       = 3
	manyLessons = 2000
)

// A taking is how much of the lessons was taken, by their shares.
type taking struct {
	right, wrong float64
	near         float64 // wrong, with those that came near counted in part
}

// add counts a lesson by its score. Of two hundred that are wrong hardly one is
// taken, which tells little about ten thousand: those that come near tell more.
func (t *taking) add(l *lesson, score, threshold float64) {
	switch {
	case l.right && score >= threshold:
		t.right += l.share
	case !l.right:
		if score >= threshold {
			t.wrong += l.share
		}
		t.near += l.share * max(0, min(1, 2*score/threshold-1))
	}
}

// A trial is what the folds say of each setting.
type trial struct {
	taken  [][]taking // by step and cut
	n      [][]int    // folds that had weights there
	of     taking     // all lessons
	rounds int
}

// try learns from all folds but one and judges that, for each.
func (l *learning) try(ctx context.Context, lessons []*lesson) (*trial, error) {
	rounds := deals
	if len(lessons) > manyLessons {
		rounds = 1
	}
	all := make([]*trial, rounds*folds)
	err := inParallel(ctx, len(all), func(i int) { all[i] = l.tryOne(lessons, i/folds, i%folds) })
	if err != nil {
		return nil, err
	}
	sum := newTrial()
	for _, t := range all {
		if t == nil {
			continue
		}
		for i := range sum.taken {
			for j := range sum.taken[i] {
				sum.taken[i][j].right += t.taken[i][j].right / float64(rounds)
				sum.taken[i][j].wrong += t.taken[i][j].wrong / float64(rounds)
				sum.taken[i][j].near += t.taken[i][j].near / float64(rounds)
				sum.n[i][j] += t.n[i][j]
			}
		}
	}
	sum.rounds = rounds
	for _, x := range lessons {
		if x.right {
			sum.of.right += x.share
		} else {
			sum.of.wrong += x.share
		}
	}
	return sum, nil
}

func newTrial() *trial {
	t := &trial{}
	for range costSteps {
		t.taken = append(t.taken, make([]taking, len(cuts())))
		t.n = append(t.n, make([]int, len(cuts())))
	}
	return t
}

func (l *learning) tryOne(lessons []*lesson, deal, fold int) *trial {
	t := newTrial()
	var seen, held []*lesson
	var rights [2]int
	for _, x := range lessons {
		if x.folds[deal] == fold {
			held = append(held, x)
		} else {
			seen = append(seen, x)
			rights[side(x)]++
		}
	}
	if rights[0] == 0 || rights[1] == 0 {
		return t
	}
	p := l.path(seen)
	values := make([][]value, len(held))
	for i, x := range held {
		values[i] = p.finder.values(&x.wording)
	}
	for step := range costSteps {
		for k, cut := range cuts() {
			w, ok := p.weighing(setting{step, cut})
			if !ok {
				continue
			}
			t.n[step][k]++
			for i, x := range held {
				t.taken[step][k].add(x, score(values[i], w)+x.base, l.threshold)
			}
		}
	}
	return t
}

// expect is how well rules would do on all that comes in, if a part wrong of the
// wrong lessons is taken. One more of them is taken to be half taken: none of two
// hundred does not mean none of ten thousand.
func (l *learning) expect(right, wrong float64, of taking) Measure {
	r := right / max(of.right, 1e-9)
	f := (wrong + .5) / (of.wrong + 1)
	hit, miss := l.prevalence*r, (1-l.prevalence)*f
	return measure(hit, hit+miss, r, 1)
}

// choose is the setting that does best, judged together with those beside it: one
// that is good by accident has bad neighbours.
func (l *learning) choose(t *trial) (best setting, at int, ok bool) {
	f1 := func(i, k int) (float64, bool) {
		if i < 0 || k < 0 || i >= costSteps || k >= len(cuts()) || t.n[i][k] < folds*t.rounds {
			return 0, false
		}
		return l.expect(t.taken[i][k].right, t.taken[i][k].near, t.of).F1, true
	}
	most := 0.0
	for i := range costSteps {
		for k, cut := range cuts() {
			if _, here := f1(i, k); !here {
				continue
			}
			sum, n := 0.0, 0.0
			for di := -1; di <= 1; di++ {
				for dk := -1; dk <= 1; dk++ {
					if v, there := f1(i+di, k+dk); there {
						sum, n = sum+v, n+1
					}
				}
			}
			if v := sum / n; v > most+1e-9 {
				best, at, most, ok = setting{i, cut}, k, v, true
			}
		}
	}
	return best, at, ok
}
