package story

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// What a hint leads to is what a search finds, wherever it says that it does: after others
// came and went, and words became more or less frequent.
func TestHintsFindWhatASearchFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 7))
	sure, unsure, cut := 0, 0, 0
	for range 60 {
		s, x := newShelf(), New(Options{})
		key := 0
		vocabulary := 60 + rng.IntN(200)
		var texts [][]string
		write := func() (*feed.StoredEntry, feed.Terms) {
			var words []string
			if n := len(texts); n > 0 && rng.IntN(3) > 0 {
				words = slices.Clone(texts[n-1-rng.IntN(min(n, 40))])
				words[rng.IntN(len(words))] = word(rng.IntN(vocabulary) + 300)
			} else {
				for range 4 + rng.IntN(8) {
					words = append(words, word(rng.IntN(vocabulary)+300))
				}
			}
			texts = append(texts, words)
			key++
			return entryOf(key, fmt.Sprint("s", key%9), "", strings.Join(words, " "), epoch.Add(time.Duration(key)*time.Minute))
		}
		for range 50 + rng.IntN(750) {
			e, terms := write()
			s.place(t, x, e, terms)
		}
		type told struct {
			e *feed.StoredEntry
			t feed.Terms
			h *hint
		}
		var later []told
		for range 20 {
			e, terms := write()
			h, _ := x.Ahead(terms, e.When()).(*hint)
			if h == nil {
				t.Fatal("nothing found ahead")
			}
			if len(h.words.docs) == foresight {
				cut++
			}
			later = append(later, told{e, terms, h})
		}
		key = 10_000
		if rng.IntN(2) == 0 {
			vocabulary = 20 // some words become frequent
		}
		for range rng.IntN(150) {
			if rng.IntN(3) == 0 {
				x.Forget(feed.EntryKey(rng.IntN(800) + 1))
				continue
			}
			e, terms := write()
			s.place(t, x, e, terms)
		}
		for _, d := range later[0].h.words.docs[:len(later[0].h.words.docs)*rng.IntN(4)/3] {
			x.Forget(feed.EntryKey(d.slot + 1)) // others come to be among the nearest
		}
		for _, l := range later {
			when, floor := l.e.When().UnixMilli(), x.o.Best*2/3
			x.seek(&x.search, l.t, 0)
			low := least(x.search.norm, floor)
			x.ahead = nil
			want := slices.Sorted(slices.Values(x.best(false, when, floor, low, maxNearest)))
			if x.ahead = x.hinted(l.h, l.t, when); x.ahead == nil {
				t.Fatal("a hint of this window is not taken")
			}
			x.plan(&x.search, false, floor)
			found, is := x.follow(x.ahead.of(false), when, false, low, x.since(when-x.o.Apart.Milliseconds()), maxNearest)
			if !is {
				unsure++
				continue
			}
			sure++
			if got := slices.Sorted(slices.Values(found)); !slices.Equal(got, want) {
				t.Fatalf("entry %d: %d docs by the hint, %d by the search", l.e.Key, len(got), len(want))
			}
		}
	}
	if sure < 100 || unsure < 100 || cut == 0 {
		t.Error("not all of it was tried")
	}
	t.Logf("%d sure, %d not, %d with more docs than a hint has", sure, unsure, cut)
}
