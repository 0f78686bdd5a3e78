package feed_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"topicwire/feed"
)

// TestSortBy holds it to slices.SortStableFunc.
func TestSortBy(t *testing.T) {
	type pair struct{ by, n int }
	r := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		list := make([]pair, r.IntN(60))
		for i := range list {
			list[i] = pair{r.IntN(10), i}
		}
		want := slices.Clone(list)
		compare := func(a, b pair) int { return cmp.Compare(a.by, b.by) }
		slices.SortStableFunc(want, compare)
		if feed.SortBy(list, compare); !slices.Equal(list, want) {
			t.Fatalf("sorted to %v, want %v", list, want)
		}
	}
}
