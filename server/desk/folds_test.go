package desk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// Entries of one story share a fold, without stories those of one report, and
// the same file is dealt the same way each time.
func TestFoldOf(t *testing.T) {
	for n := MinFolds; n <= MaxFolds; n++ {
		sizes := make([]int, n)
		for i := range 400 {
			story := fmt.Sprint("s", i)
			a := foldOf(&Labelled{ID: fmt.Sprint(i), Story: story, Duplicate: "x"}, n)
			b := foldOf(&Labelled{ID: "other", Story: story, Duplicate: "y"}, n)
			if a != b {
				t.Fatalf("%d folds: a story in %d and %d", n, a, b)
			}
			if foldOf(&Labelled{ID: "1", Duplicate: story}, n) != foldOf(&Labelled{ID: "2", Duplicate: story}, n) {
				t.Fatalf("%d folds: a report in two", n)
			}
			sizes[foldOf(&Labelled{ID: fmt.Sprint(i)}, n)]++
		}
		if slices.Min(sizes)*4 < 400/n {
			t.Errorf("%d folds of very different sizes: %v", n, sizes)
		}
	}
}

// inFolds finds ids that are dealt into wanted folds.
func inFolds(n int, wanted ...int) (ids []string) {
	next := 0
	for _, f := range wanted {
		for ; foldOf(&Labelled{ID: fmt.Sprint(next)}, n) != f; next++ {
		}
		ids = append(ids, fmt.Sprint(next))
		next++
	}
	return ids
}

// In the first fold the labelled entries have the score 6 and the others 4, in
// the second 4 and 2. Each alone is told apart without a mistake, by the
// threshold that fails on the other.
func TestFolds(t *testing.T) {
	ids := inFolds(2, 0, 0, 0, 1, 1, 1)
	var lines strings.Builder
	for i, c := range []struct{ words, label string }{
		{"alpha beta gamma", `"scored"`}, {"alpha beta gamma", `"scored"`}, {"alpha beta", ""},
		{"alpha beta", `"scored"`}, {"alpha beta", `"scored"`}, {"alpha", ""},
	} {
		fmt.Fprintf(&lines, `{"id": "%s", "title": "Tashkent", "summary": "%s", "topics": [%s]}`+"\n", ids[i], c.words, c.label)
	}
	plain := feed.Topic{ID: "plain", Rules: anyOf("alpha")}
	fmt.Fprintln(&lines, `{"id": "x", "title": "", "topics": ["plain"]}`)
	ev := evaluate(t, lines.String(), EvaluateOptions{Topics: []feed.Topic{scored(5), plain}, Folds: 2})
	f := ev.Folds
	if f == nil || f.Folds != 2 || len(f.Topics) != 1 || f.Together != f.Topics[0].FoldedTally {
		t.Fatalf("%+v", f)
	}
	x := f.Topics[0]
	// For the first fold 4 is chosen, best on the second and nearest to 5; for
	// the second 5, which is best on the first.
	if x.Topic != "scored" || x.Configured != 5 || x.Tuned != 4 || !slices.Equal(x.Chosen, []float64{4, 5}) {
		t.Errorf("%+v", x)
	}
	if x.AsConfigured != newTally(4, 2, 2) || x.AsTuned != newTally(4, 5, 4) || x.HeldOut != newTally(4, 3, 2) {
		t.Errorf("%+v", x.FoldedTally)
	}
	if ev := evaluate(t, lines.String(), EvaluateOptions{Topics: []feed.Topic{scored(5)}}); ev.Folds != nil {
		t.Errorf("folds nobody asked for: %+v", ev.Folds)
	}
	if ev := evaluate(t, lines.String(), EvaluateOptions{Topics: []feed.Topic{plain}, Folds: 20}); ev.Folds == nil || len(ev.Folds.Topics) != 0 {
		t.Errorf("without a score: %+v", ev.Folds)
	}
}

// The folds make up the whole: whatever is chosen, each entry is judged once.
func TestFoldsJudgeEachEntryOnce(t *testing.T) {
	for n := MinFolds; n <= MaxFolds; n += 3 {
		x := evaluate(t, scoredLines, EvaluateOptions{Topics: []feed.Topic{scored(6)}, Folds: n}).Folds.Topics[0]
		if x.HeldOut.Labelled != 4 || len(x.Chosen) != n || x.AsConfigured != newTally(4, 3, 2) || x.AsTuned.F1 < x.AsConfigured.F1 {
			t.Errorf("%d folds: %+v", n, x)
		}
	}
}

// Folds that nothing was dealt into are counted: there are fewer entries than folds.
func TestFoldsWithoutEntries(t *testing.T) {
	line := func(i int) string { return fmt.Sprintf(`{"id": "%d", "title": "alpha", "topics": ["scored"]}`+"\n", i) }
	if f := evaluate(t, line(1)+line(2), EvaluateOptions{Topics: []feed.Topic{scored(5)}, Folds: 5}).Folds; f.Empty < 3 {
		t.Errorf("%+v", f)
	}
	lines := ""
	for i := range 100 {
		lines += line(i)
	}
	if f := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{scored(5)}, Folds: 5}).Folds; f.Empty != 0 {
		t.Errorf("%+v", f)
	}
}
