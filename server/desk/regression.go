package desk

import (
	"math"
)

// A regression is a logistic one: it finds weights of features by which the
// entries that are right stand above those that are not. A weight costs, whatever
// its size (L1): most end at 0, so that the list is short. Everything is done in
// one order, a fixed number of times: the same entries give the same weights.
type regression struct {
	columns [][]cell  // by feature: where it hits, and what it is worth there
	sign    []float64 // by feature: 1 for one that may only speak for the topic, -1 against it
	price   []float64 // by feature: what its weight costs, as a factor
	right   []bool    // by entry
	share   []float64 // by entry: how much it counts; all together 1
	offset  []float64 // by entry: where the rules in force put it; nil for 0
	free    bool      // whether there is an intercept
	doubt   float64   // counts as much as an entry that a feature alone hits, and that is wrong

	intercept float64
	weights   []float64
	z         []float64 // by entry: its place, negative where it is unlikely to be right
	step      []float64
}

// A cell is what a feature is worth in an entry.
type cell struct {
	entry int32
	x     float64
}

func newRegression(columns [][]cell, right []bool, share []float64) *regression {
	r := &regression{columns: columns, right: right, share: share, free: true, weights: make([]float64, len(columns))}
	r.sign, r.price, r.step = make([]float64, len(columns)), make([]float64, len(columns)), make([]float64, len(columns)+1)
	for i := range columns {
		r.sign[i], r.price[i] = 1, 1
	}
	for i := range r.step {
		r.step[i] = 1
	}
	return r
}

// start puts the entries where offsets and weights put them.
func (r *regression) start() {
	r.z = make([]float64, len(r.right))
	if r.offset != nil {
		copy(r.z, r.offset)
	}
	if r.free {
		// Where every feature is absent, the intercept is what is known.
		var p float64
		for i, right := range r.right {
			if right {
				p += r.share[i]
			}
		}
		r.shift(math.Log(p / (1 - p)))
	}
}

func (r *regression) shift(d float64) {
	r.intercept += d
	for i := range r.z {
		r.z[i] += d
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
	var active []int
	for range outerRounds {
		moved := r.round(cost, nil)
		active = active[:0]
		for j, w := range r.weights {
			if w != 0 {
				active = append(active, j)
			}
		}
		for range innerRounds {
			if m := r.round(cost, active); m < 1e-2 {
				break
			}
		}
		if moved < 1e-2 {
			return
		}
	}
}

// round improves each weight once, of the given features or of all; it returns
// the greatest change.
func (r *regression) round(cost float64, of []int) float64 {
	most := 0.0
	if r.free {
		most = math.Abs(r.moveIntercept())
	}
	if of == nil {
		for j := range r.weights {
			most = max(most, math.Abs(r.move(j, cost)))
		}
		return most
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
	trust := r.step[j]
	var slope, bend float64
	for _, c := range r.columns[j] {
		z := r.z[c.entry]
		s := r.share[c.entry]
		slope += s * c.x * (logistic(z) - truth(r.right[c.entry]))
		bend += s * c.x * c.x * curvature(z, trust*c.x)
	}
	w := r.weights[j]
	if r.doubt > 0 && r.sign[j] > 0 {
		slope += r.doubt * logistic(r.intercept+w)
		bend += r.doubt * curvature(r.intercept+w, trust)
	}
	if bend < 1e-12 {
		return 0
	}
	price := cost * r.price[j]
	d := 0.0
	switch s := r.sign[j]; {
	case s > 0:
		d = max(-(slope+price)/bend, -w)
	default:
		d = min(-(slope-price)/bend, -w)
	}
	d = max(-trust, min(trust, d))
	r.step[j] = max(2*math.Abs(d), trust/2, 1e-3)
	if d == 0 {
		return 0
	}
	r.weights[j] = w + d
	for _, c := range r.columns[j] {
		r.z[c.entry] += d * c.x
	}
	return d
}

func (r *regression) moveIntercept() float64 {
	last := len(r.step) - 1
	trust := r.step[last]
	var slope, bend float64
	for i, z := range r.z {
		slope += r.share[i] * (logistic(z) - truth(r.right[i]))
		bend += r.share[i] * curvature(z, trust)
	}
	d := max(-trust, min(trust, -slope/bend))
	r.step[last] = max(2*math.Abs(d), trust/2, 1e-3)
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

func truth(right bool) float64 {
	if right {
		return 1
	}
	return 0
}

// dearest is the least cost at which every weight is 0.
func (r *regression) dearest() float64 {
	most := 0.0
	for j := range r.columns {
		slope := 0.0
		for _, c := range r.columns[j] {
			slope += r.share[c.entry] * c.x * (logistic(r.z[c.entry]) - truth(r.right[c.entry]))
		}
		most = max(most, -slope*r.sign[j]/r.price[j])
	}
	return most
}
