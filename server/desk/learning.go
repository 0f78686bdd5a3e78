package desk

import (
	"cmp"
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
		for _, c := range l.contend(turn(lessons), max(l.least, leastAgainst), wordsAgainst, contendersAgainst) {
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
	for i, b := range p.weights[s.step] {
		if w[i] = math.Round(2*b*unit) / 2; w[i] != 0 {
			w[i] = max(-l.threshold, min(l.threshold, w[i])) // one hit decides: more is never needed
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
