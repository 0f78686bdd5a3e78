package desk

import (
	"hash/fnv"

	"topicwire/feed"
)

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
	all := &Folds{Folds: n, Topics: []FoldedOne{}}
	in, out := make([][]int, n), make([][]int, n) // the entries of each fold, and the others
	for i, l := range v.entries {
		own := foldOf(l, n)
		for f := range n {
			if f == own {
				in[f] = append(in[f], i)
			} else {
				out[f] = append(out[f], i)
			}
		}
	}
	for t := range v.topics {
		if v.configured(t) == 0 {
			continue
		}
		one := v.folded(t, in, out)
		all.Together.AsConfigured.add(one.AsConfigured)
		all.Together.AsTuned.add(one.AsTuned)
		all.Together.HeldOut.add(one.HeldOut)
		all.Topics = append(all.Topics, one)
	}
	return all
}

func (v *verdicts) folded(t int, in, out [][]int) FoldedOne {
	one := FoldedOne{Topic: v.topics[t].ID, Configured: v.configured(t)}
	grid := v.grid(t)
	choose := func(some []int) (float64, Tally) {
		all := make([]Threshold, len(grid))
		for k, at := range grid {
			all[k] = Threshold{Threshold: at, Tally: v.tallyAt(t, at, some)}
		}
		x := all[bestThreshold(all, one.Configured)]
		return x.Threshold, x.Tally
	}
	one.AsConfigured = v.tallyAt(t, one.Configured, v.all)
	one.Tuned, one.AsTuned = choose(v.all)
	for f := range in {
		at, _ := choose(out[f])
		one.Chosen = append(one.Chosen, at)
		one.HeldOut.add(v.tallyAt(t, at, in[f]))
	}
	return one
}

// foldOf deals an entry: by its story, else by its report, else by itself, so
// that what tells of one event is never on both sides.
func foldOf(l *Labelled, n int) int {
	h := fnv.New64a()
	switch {
	case l.Story != "":
		h.Write([]byte("story " + l.Story))
	case l.Duplicate != "":
		h.Write([]byte("duplicate " + l.Duplicate))
	default:
		h.Write([]byte("entry " + l.ID))
	}
	return int(h.Sum64() % uint64(n))
}
