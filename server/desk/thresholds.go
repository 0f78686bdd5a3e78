package desk

import (
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
func (v *verdicts) thresholds(t int) []Threshold {
	configured := v.configured(t)
	if configured == 0 {
		return nil
	}
	var all, out []Threshold
	for _, at := range v.grid(t) {
		all = append(all, Threshold{Threshold: at, Tally: v.tallyAt(t, at, v.all), Configured: at == configured})
	}
	all[bestThreshold(all, configured)].Best = true
	for _, x := range all {
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

// bestThreshold is the number of the threshold of the greatest F1; of equal ones the
// nearest to the configured.
func bestThreshold(all []Threshold, configured float64) int {
	at := 0
	for i := range all {
		a, b := &all[i], &all[at]
		if a.F1 > b.F1 || a.F1 == b.F1 && math.Abs(a.Threshold-configured) < math.Abs(b.Threshold-configured) {
			at = i
		}
	}
	return at
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
