package desk

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// scored is a topic whose score is two for each hit of a word, four in a title;
// Tashkent is its gate.
func scored(threshold float64) feed.Topic {
	s := feed.Rule{Op: feed.OpScore, Threshold: threshold}
	for _, p := range strings.Fields("alpha beta gamma delta epsilon") {
		s.Parts = append(s.Parts, feed.Rule{Pattern: p, Weight: 2})
	}
	s.Parts = append(s.Parts, feed.Rule{Pattern: "football", Weight: -1})
	return feed.Topic{ID: "scored", Rules: append(anyOf("Tashkent"), s)}
}

// Entries of the scores 2, 4, 6, 8 and 10, of which 4, 6 and 10 have the label;
// a high one without the gate; one that is nobody's; and one below zero.
const scoredLines = `
{"id": 1, "title": "Tashkent", "summary": "alpha", "topics": []}
{"id": 2, "title": "Tashkent", "summary": "alpha beta", "topics": ["scored"]}
{"id": 3, "title": "Tashkent", "summary": "alpha beta gamma", "topics": ["scored"]}
{"id": 4, "title": "Tashkent", "summary": "alpha beta gamma delta", "topics": []}
{"id": 5, "title": "Tashkent", "summary": "alpha beta gamma delta epsilon", "topics": ["scored"]}
{"id": 6, "title": "Samarkand", "summary": "alpha beta gamma delta epsilon", "topics": ["scored"]}
{"id": 7, "title": "Tashkent", "summary": "alpha beta gamma", "topics": [], "maybe_topics": ["scored"]}
{"id": 8, "title": "Tashkent", "summary": "football", "topics": []}
`

func TestThresholds(t *testing.T) {
	ev := evaluate(t, scoredLines, EvaluateOptions{Topics: []feed.Topic{scored(6)}})
	s := ev.Topics[0]
	if s.Labelled != 4 || s.Matched != 3 || s.Right != 2 {
		t.Fatalf("%+v", s.Tally)
	}
	type row struct {
		at               float64
		matched, right   int
		configured, best bool
	}
	var got []row
	for _, x := range s.Thresholds {
		if x.Labelled != 4 {
			t.Errorf("%+v", x)
		}
		got = append(got, row{x.Threshold, x.Matched, x.Right, x.Configured, x.Best})
	}
	// Between 3 and 4 no entry lies, nor between 5 and 6: there 6 is the
	// configured one. 3 and 4 are equal, and 4 is nearer to it.
	want := []row{{1, 5, 3, false, false}, {4, 4, 3, false, true}, {6, 3, 2, true, false}, {7, 2, 1, false, false}, {9, 1, 1, false, false}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v\nwant %+v", got, want)
	}
	if ev := evaluate(t, scoredLines, EvaluateOptions{Topics: []feed.Topic{{ID: "scored", Rules: anyOf("alpha")}}}); ev.Topics[0].Thresholds != nil {
		t.Errorf("without a score: %+v", ev.Topics[0].Thresholds)
	}
}

// What the table says of a threshold is what the topic does with it.
func TestThresholdsAreWhatTheyWouldBe(t *testing.T) {
	var lines strings.Builder
	words := strings.Fields("alpha beta gamma delta epsilon")
	for i := range 120 {
		label := ""
		if i%3 == 0 || i%32 > 20 {
			label = `"scored"`
		}
		var picked []string
		for k, w := range words {
			if i>>k&1 == 1 {
				picked = append(picked, w)
			}
		}
		fmt.Fprintf(&lines, `{"title": "Tashkent", "summary": "%s %s", "topics": [%s]}`+"\n", strings.Join(picked, " "), strings.Repeat("word ", i), label)
	}
	all := evaluate(t, lines.String(), EvaluateOptions{Topics: []feed.Topic{scored(5)}}).Topics[0].Thresholds
	if len(all) < 6 {
		t.Fatalf("%+v", all)
	}
	for _, x := range all {
		if got := evaluate(t, lines.String(), EvaluateOptions{Topics: []feed.Topic{scored(x.Threshold)}}).Topics[0]; got.Tally != x.Tally {
			t.Errorf("with %v: %+v, the table says %+v", x.Threshold, got.Tally, x.Tally)
		}
	}
}

// However scores lie to the configured threshold, there are some thresholds on
// both sides of most of them, and not many.
func TestGrid(t *testing.T) {
	for _, c := range []struct {
		configured float64
		scores     []float64
		want       []float64 // the first of the grid, and the last
	}{
		{6, nil, []float64{1, 2, 3}},
		{9, []float64{1, 5, 20, 40}, []float64{2, 4, 6}},
		{0.3, []float64{0.1, 0.2, 0.3, 0.4, 0.5}, []float64{0.05, 0.1, 0.15}},
		{6, []float64{100, 150, 200, 300}, []float64{1, 2, 3}},
		{500, []float64{1, 1.5, 2, 3}, []float64{0.5, 1, 1.5}},
		{5, []float64{-3, -1, 0}, []float64{1, 2, 3}},
	} {
		v := &verdicts{topics: []feed.Topic{scored(c.configured)}, of: make([][]verdict, 1)}
		for _, s := range c.scores {
			var x verdict
			x.Source, x.Language, x.Gates, x.Score = true, true, true, s
			v.of[0] = append(v.of[0], x)
		}
		grid := v.grid(0)
		if len(grid) < 6 || len(grid) > 24 || !slices.Contains(grid, c.configured) || !slices.Equal(grid[:3], c.want) || !slices.IsSorted(grid) || grid[0] <= 0 {
			t.Errorf("%v of %v: %v", c.configured, c.scores, grid)
		}
		if len(slices.Compact(slices.Clone(grid))) != len(grid) {
			t.Errorf("twice: %v", grid)
		}
		if n := len(c.scores); n > 0 && c.scores[n-2] > 0 && grid[len(grid)-1] < c.scores[n-2] {
			t.Errorf("%v of %v ends below most scores: %v", c.configured, c.scores, grid)
		}
	}
}

func TestRoundStep(t *testing.T) {
	for f, want := range map[float64]float64{1: 1, 1.01: 2, 2: 2, 3: 5, 5.5: 10, 0.03: 0.05, 0.7: 1, 130: 200} {
		if got := roundStep(f); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", f, got, want)
		}
	}
}
