package desk

import (
	"math"
	"slices"
)

// A regression is a logistic one: it finds weights of features by which the
// entries that are right stand above those that are not. A weight costs, whatever
// its size (L1): most end at 0, so that the list is short. Everything is done in
// one order, a fixed number of times: the same entries give the same weights.
type regression struct {
	columns [][]cell // by feature: where it hits, and what it is worth there
	// price is by feature what its weight costs, as a factor: above 0 of one that
	// may only speak for the topic, below 0 of one that may only speak against it.
	price []float64
	truth []float64 // by entry: 1 for one that is right, 0 for another
	share []float64 // by entry: how much it counts; all together 1
	free  bool      // whether there is an intercept
	doubt float64   // counts as much as an entry that a feature alone hits, and that is wrong

	intercept float64
	weights   []float64
	place     []float64 // by entry, at first where the rules in force put it: negative where it is unlikely to be right
	step      []float64 // that is trusted next, by feature; the last one is the intercept's
}

// A cell is what a feature is worth in an entry.
type cell struct {
	entry int32
	x     float64
}

// start sets the intercept to what is known where every feature is absent.
func (r *regression) start() {
	if r.free {
		var p float64
		for i, right := range r.truth {
			p += right * r.share[i]
		}
		r.shift(math.Log(p / (1 - p)))
	}
}

func (r *regression) shift(d float64) {
	r.intercept += d
	for i := range r.place {
		r.place[i] += d
	}
}

// Rounds of fit: all features are tried outer times, and after each those that have
// a weight inner times. More change the weights, and nothing in how they do.
const (
	outerRounds = 3
	innerRounds = 6
)

// fit finds the weights for a cost, from where they are.
func (r *regression) fit(cost float64) {
	every := numbers(len(r.weights))
	for range outerRounds {
		moved := r.round(cost, every)
		var active []int
		for j, w := range r.weights {
			if w != 0 {
				active = append(active, j)
			}
		}
		if active == nil {
			active = every
		}
		for range innerRounds {
			if r.round(cost, active) < 1e-2 {
				break
			}
		}
		if moved < 1e-2 {
			return
		}
	}
}

// round improves the weight of each given feature once; it returns the greatest
// change.
func (r *regression) round(cost float64, of []int) float64 {
	most := 0.0
	if r.free {
		most = math.Abs(r.moveIntercept())
	}
	for _, j := range of {
		most = max(most, math.Abs(r.move(j, cost)))
	}
	return most
}

// move improves one weight by a Newton step within a trusted distance, with a
// bound on the curvature that holds everywhere within it (Genkin, Lewis and
// Madigan, Large-scale Bayesian logistic regression, 2007).
func (r *regression) move(j int, cost float64) float64 {
	trust, w, price, speaksFor := r.step[j], r.weights[j], cost*r.price[j], r.price[j] > 0
	var slope, bend float64
	for _, c := range r.columns[j] {
		z, s := r.place[c.entry], r.share[c.entry]
		slope += s * c.x * (logistic(z) - r.truth[c.entry])
		bend += s * c.x * c.x * curvature(z, trust*c.x)
	}
	if speaksFor {
		slope += r.doubt * logistic(r.intercept+w)
		bend += r.doubt * curvature(r.intercept+w, trust)
	}
	if bend < 1e-12 {
		return 0
	}
	d := -(slope + price) / bend
	if speaksFor {
		d = max(d, -w)
	} else {
		d = min(d, -w)
	}
	d = r.trusted(j, d)
	if d == 0 {
		return 0
	}
	r.weights[j] = w + d
	for _, c := range r.columns[j] {
		r.place[c.entry] += d * c.x
	}
	return d
}

// trusted is as much of a step as is trusted; the next one is trusted by how far
// this one went.
func (r *regression) trusted(j int, d float64) float64 {
	trust := r.step[j]
	d = max(-trust, min(trust, d))
	r.step[j] = max(2*math.Abs(d), trust/2, 1e-3)
	return d
}

func (r *regression) moveIntercept() float64 {
	last := len(r.step) - 1
	var slope, bend float64
	for i, z := range r.place {
		slope += r.share[i] * (logistic(z) - r.truth[i])
		bend += r.share[i] * curvature(z, r.step[last])
	}
	d := r.trusted(last, -slope/bend)
	r.shift(d)
	return d
}

func logistic(z float64) float64 { return 1 / (1 + math.Exp(-z)) }

// curvature bounds that of the logistic loss within a distance of z.
func curvature(z, within float64) float64 {
	z = math.Abs(z)
	if z <= within {
		return .25
	}
	e := math.Exp(z - within)
	return 1 / (2 + e + 1/e)
}

// dearest is the least cost at which every weight is 0.
func (r *regression) dearest() float64 {
	most := 0.0
	for j := range r.columns {
		slope := 0.0
		for _, c := range r.columns[j] {
			slope += r.share[c.entry] * c.x * (logistic(r.place[c.entry]) - r.truth[c.entry])
		}
		most = max(most, -slope/r.price[j])
	}
	return most
}

// regression sets out to weigh columns, of which the first ones may only speak for
// the topic, and the others against it.
func (l *learning) regression(lessons []*lesson, columns [][]cell, pro int) *regression {
	r := &regression{columns: columns, free: !l.based, weights: make([]float64, len(columns)), place: make([]float64, len(lessons))}
	r.price = slices.Concat(slices.Repeat([]float64{1}, pro), slices.Repeat([]float64{-priceAgainst}, len(columns)-pro))
	r.step = slices.Repeat([]float64{1}, len(columns)+1)
	sums := l.whole(lessons)
	wrongs := 0
	for i, x := range lessons {
		part := l.prevalence
		if !x.right {
			part = 1 - l.prevalence
			wrongs++
		}
		r.truth = append(r.truth, float64(side(x)))
		r.share = append(r.share, part*x.share/sums.of[side(x)])
		if l.based {
			r.place[i] = steepness * (min(x.base, 2*l.threshold)/l.threshold - 1)
		}
	}
	r.doubt = doubtOfWords * (1 - l.prevalence) / float64(max(1, wrongs))
	r.start()
	return r
}
