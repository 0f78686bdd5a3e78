package feed

import (
	"slices"
	"testing"
)

func TestWorksTellHowFarTheyAre(t *testing.T) {
	Tell(t.Context(), 1, 2) // nobody asked
	var done, total int64
	ctx := Telling(t.Context(), func(d, n int64) { done, total = d, n })
	if Tell(ctx, 1, 2); done != 1 || total != 2 {
		t.Errorf("%d of %d", done, total)
	}
	for _, w := range []Work{WorkRefiling, WorkRetention, WorkPreview, WorkVerify, WorkBuild, WorkBackup, WorkCompact, WorkRestore} {
		if w.Says() == string(w) {
			t.Errorf("%s says nothing", w)
		}
	}
}

// A work of parts goes from nothing to the whole.
func TestPartsOfAWorkTellOfTheWhole(t *testing.T) {
	var far []int64
	ctx := Telling(t.Context(), func(d, n int64) {
		if far = append(far, d); n != 400 {
			t.Errorf("of %d", n)
		}
	})
	first, second := Within(ctx, 0, 300, 400), Within(ctx, 300, 100, 400)
	Tell(first, 0, 12)
	Tell(first, 1, 12)
	Tell(first, 5, 0) // nobody knows how much that is
	Tell(first, 12, 12)
	Tell(second, 1<<40, 1<<41)
	Tell(second, 1<<41, 1<<41)
	if want := []int64{0, 25, 300, 350, 400}; !slices.Equal(far, want) {
		t.Errorf("%d, want %d", far, want)
	}
}
