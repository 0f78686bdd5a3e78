package desk

import (
	"hash/fnv"
	"math"
	"slices"

	"topicwire/feed"
)

// A Threshold is how a topic would do with a threshold.
type Threshold struct {
	Threshold float64 `json:"threshold"`
	Tally
	Configured bool `json:"configured"`
	Best       bool `json:"best"` // of those named, by F1
}

// thresholds measures a topic at the thresholds worth naming. Of those between
// which no entry lies one is named.
func (v *verdicts) thresholds(t int) (out []Threshold) {
	for _, x := range v.curve(t, v.all) {
		last := len(out) - 1
		switch {
		case x.Matched == 0 && !x.Configured && !x.Best: // beyond all scores
		case last < 0 || out[last].Matched != x.Matched:
			out = append(out, x)
		case x.Configured || x.Best: // of equal ones the configured is the best
			out[last] = x
		}
	}
	return out
}

// configured is a topic's own threshold; 0 where it has no score.
func (v *verdicts) configured(t int) float64 { return v.topics[t].Rules.Part(feed.OpScore).Threshold }

// curve is how a topic would do on some of the entries at each threshold of its
// grid; nil without a score. The best one is that of the greatest F1, of equal ones
// the nearest to the configured.
func (v *verdicts) curve(t int, some []int) []Threshold {
	configured := v.configured(t)
	if configured == 0 {
		return nil
	}
	var out []Threshold
	best := 0
	for i, at := range v.grid(t) {
		x := Threshold{Threshold: at, Tally: v.tallyAt(t, at, some), Configured: at == configured}
		out = append(out, x)
		if b := &out[best]; x.F1 > b.F1 || x.F1 == b.F1 && math.Abs(at-configured) < math.Abs(b.Threshold-configured) {
			best = i
		}
	}
	out[best].Best = true
	return out
}

// tallyAt counts what a topic would do with another threshold.
func (v *verdicts) tallyAt(t int, threshold float64, some []int) Tally {
	return v.tally(t, some, func(x *verdict) bool { return x.Reaches(threshold) })
}

// Of a grid: about how many thresholds lie up to twice the configured one, and
// above.
const (
	thresholdsNear  = 12
	thresholdsAbove = 5
)

// grid are the thresholds worth naming, in rising order: the multiples of a
// round step up to twice the configured one, or twice the middle score where
// scores are lower; those of a wider step from there to where most scores end;
// and the configured one. Labels have no say in it.
func (v *verdicts) grid(t int) []float64 {
	configured := v.configured(t)
	var scores []float64
	for i := range v.of[t] {
		if x := &v.of[t][i]; x.Reaches(math.SmallestNonzeroFloat64) {
			scores = append(scores, x.Score)
		}
	}
	slices.Sort(scores)
	near, top := 2*configured, 2*configured
	if n := len(scores); n > 0 {
		near, top = min(near, 2*scores[n/2]), scores[n*9/10]
	}
	out := []float64{configured}
	multiples := func(step, above, upTo float64) {
		for k := math.Floor(above/step) + 1; k*step <= upTo; k++ {
			if at := math.Round(k*step*1e6) / 1e6; at != configured { // as people write it
				out = append(out, at)
			}
		}
	}
	step := roundStep(near / thresholdsNear)
	multiples(step, 0, near)
	if top > near {
		multiples(max(step, roundStep((top-near)/thresholdsAbove)), near, top)
	}
	slices.Sort(out)
	return out
}

// roundStep is the least of 1, 2, 5, 10, … and 0.5, 0.2, 0.1, … that is not
// less than f.
func roundStep(f float64) float64 {
	ten := math.Pow(10, math.Floor(math.Log10(f)))
	for _, m := range []float64{1, 2, 5} {
		if m*ten >= f {
			return m * ten
		}
	}
	return 10 * ten
}

// The number of folds that Evaluate takes.
const (
	MinFolds = 2
	MaxFolds = 20
)

// Folds tell what thresholds are worth on entries that they were not tuned to:
// entries are dealt into folds, all of a story into one, and each fold is judged
// by the threshold that is best on the others.
type Folds struct {
	Folds    int         `json:"folds"`
	Topics   []FoldedOne `json:"topics"` // those with a score, in the order of the configuration
	Together FoldedTally `json:"together"`
	Empty    int         `json:"empty,omitempty"` // folds that no entry was dealt into
}

// A FoldedOne is a topic in folds.
type FoldedOne struct {
	Topic feed.TopicID `json:"topic"`
	// Configured and Tuned are the configured threshold and the one that is best
	// on everything; Chosen is the one that is best on all other folds, of each
	// fold.
	Configured float64   `json:"threshold_configured"`
	Tuned      float64   `json:"threshold_tuned"`
	Chosen     []float64 `json:"thresholds_chosen"`
	FoldedTally
}

// A FoldedTally is how a topic does over all folds.
type FoldedTally struct {
	AsConfigured Tally `json:"as_configured"`
	AsTuned      Tally `json:"as_tuned"` // to the very entries that it is judged by
	HeldOut      Tally `json:"held_out"` // each fold by the threshold chosen on the others
}

func (v *verdicts) folds(n int) *Folds {
	out := &Folds{Folds: n, Topics: []FoldedOne{}}
	held, others := make([][]int, n), make([][]int, n) // the entries of each fold, and the others
	for i, l := range v.entries {
		own := foldOf(l, n)
		for f := range n {
			if f == own {
				held[f] = append(held[f], i)
			} else {
				others[f] = append(others[f], i)
			}
		}
	}
	for _, entries := range held {
		out.Empty += oneIf(entries == nil)
	}
	for t := range v.topics {
		best, ok := v.best(t, v.all)
		if !ok {
			continue
		}
		one := FoldedOne{Topic: v.topics[t].ID, Configured: v.configured(t), Tuned: best.Threshold}
		one.AsConfigured, one.AsTuned = v.tallyAt(t, one.Configured, v.all), best.Tally
		for f := range n {
			best, _ := v.best(t, others[f])
			one.Chosen = append(one.Chosen, best.Threshold)
			one.HeldOut.add(v.tallyAt(t, best.Threshold, held[f]))
		}
		out.Together.AsConfigured.add(one.AsConfigured)
		out.Together.AsTuned.add(one.AsTuned)
		out.Together.HeldOut.add(one.HeldOut)
		out.Topics = append(out.Topics, one)
	}
	return out
}

// best is the best of a topic's thresholds on some of the entries; it is not ok
// without a score.
func (v *verdicts) best(t int, some []int) (x Threshold, ok bool) {
	for _, x = range v.curve(t, some) {
		if x.Best {
			return x, true
		}
	}
	return x, false
}

// foldOf deals an entry: by its story, else by its report, else by itself, so
// that what tells of one event is never on both sides.
func foldOf(l *Labelled, n int) int {
	name := "entry " + l.ID
	switch {
	case l.Story != "":
		name = "story " + l.Story
	case l.Duplicate != "":
		name = "duplicate " + l.Duplicate
	}
	return int(hashOf(name) % uint64(n))
}

func hashOf(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}
