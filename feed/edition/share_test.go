package edition

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// bySource is how many entries of an edition each source leads, as "a 3, b 1".
func bySource(ed *feed.Edition) string {
	count := make(map[feed.SourceID]int)
	for i := range ed.Entries {
		count[ed.Entries[i].Source.ID]++
	}
	var s []string
	for id, n := range count {
		s = append(s, fmt.Sprint(id, " ", n))
	}
	slices.Sort(s)
	return strings.Join(s, ", ")
}

// filings are groups of one entry: "a 3, b 1" is three of a, then one of b, a minute apart.
func filings(spec string) (filed []feed.Filed) {
	for _, part := range strings.Split(spec, ", ") {
		var source string
		var n int
		if _, err := fmt.Sscan(part, &source, &n); err != nil {
			panic(err)
		}
		for range n {
			filed = append(filed, filedAt(len(filed)+1, source, minute(len(filed))))
		}
	}
	return filed
}

func TestNoSourceCrowdsOutOthers(t *testing.T) {
	for _, tt := range []struct {
		name, filed string
		limit       int
		want        string
	}{
		{"a flood leaves two thirds to the others", "b 30, c 20, d 16, e 4, a 200", 100, "a 34, b 26, c 20, d 16, e 4"},
		{"rounded up", "b 9, c 9, a 20", 10, "a 4, b 2, c 4"},
		{"whoever it is", "b 2, c 2, a 5", 3, "a 1, b 1, c 1"},
		{"what the others do not fill is its again", "b 10, c 10, a 200", 100, "a 80, b 10, c 10"},
		{"of two nobody has more for the other's loss", "b 60, a 200", 100, "a 50, b 50"},
		{"though one has few", "b 40, a 200", 100, "a 60, b 40"},
		{"alone", "a 200", 100, "a 100"},
		{"nobody falls out", "b 3, c 3, a 94", 100, "a 94, b 3, c 3"},
		{"no more than four times the limit is looked at", "b 10, c 3, a 37", 10, "a 8, c 2"},
		{"one place", "b 2, a 9", 1, "a 1"},
		{"two places", "b 2, a 6", 2, "a 1, b 1"},
	} {
		topic, filed := feed.Topic{Limit: tt.limit}, filings(tt.filed)
		ed := Of(&topic, filed, options)
		if got := bySource(ed); got != tt.want {
			t.Errorf("%s: of %s %s, want %s", tt.name, tt.filed, got, tt.want)
		}
		if len(ed.Entries) != min(tt.limit, len(filed)) || !slices.IsSortedFunc(ed.Entries, func(a, b feed.Item) int { return b.Filed.Compare(a.Filed) }) {
			t.Errorf("%s: %d entries, or not in the order of filing", tt.name, len(ed.Entries))
		}
		newest := make(map[feed.SourceID]feed.EntryKey)
		for i := range ed.Entries {
			it := &ed.Entries[i]
			if k := newest[it.Source.ID]; k != 0 && it.Entry.Key != k-1 {
				t.Errorf("%s: of %s %d follows %d", tt.name, it.Source.ID, it.Entry.Key, k)
			}
			newest[it.Source.ID] = it.Entry.Key
		}
	}
}

// The operator's own cap is what holds, though it lets a source have more.
func TestACapReplacesTheShare(t *testing.T) {
	topic := &feed.Topic{Limit: 10, PerSource: feed.Cap{Entries: 9, Per: feed.PerDay}}
	if got := bySource(Of(topic, filings("b 9, c 9, a 9"), options)); got != "a 9, c 1" {
		t.Error(got)
	}
}

// What an operator put there is nobody's share, and does not leave for it.
func TestIncludedCountsForNoSource(t *testing.T) {
	filed := filings("b 9, c 9, a 9")
	filed[18].Included = true // the oldest of a
	ed := Of(&feed.Topic{Limit: 9}, filed, options)
	if got := keys(ed.Entries); got != "27 26 25 19 18 17 16 9 8" {
		t.Error(got)
	}
	// Not even where the others have too few, and a source gets more for it.
	filed = filings("b 3, c 2, a 9")
	filed[5].Included = true // the oldest of a
	ed = Of(&feed.Topic{Limit: 9}, filed, options)
	if got := keys(ed.Entries); got != "14 13 12 6 5 4 3 2 1" {
		t.Errorf("beside few others: %s", got)
	}
}

// What is for pages alone is nobody's share: nothing falls out of a page for it but what
// is older.
func TestPagesHaveNoShares(t *testing.T) {
	filed := filings("b 9, c 9, a 12")
	for i := range filed {
		filed[i].Past = true
	}
	ed := Of(&feed.Topic{Limit: 9}, filed, options)
	if got := keys(ed.Past); got != "30 29 28 27 26 25 24 23 22" || len(ed.Entries) > 0 {
		t.Errorf("%s, and %d entries", got, len(ed.Entries))
	}
}

// A group counts for the source of its lead alone.
func TestALeadsSourceHoldsTheShare(t *testing.T) {
	filed := filings("b 9, c 9, d 9")
	for i := 18; i < 27; i++ {
		joined := entry(100+i, "a")
		filed[i].Entries = append(filed[i].Entries, joined)
	}
	if got := bySource(Of(&feed.Topic{Limit: 9}, filed, options)); got != "b 3, c 3, d 3" {
		t.Error(got)
	}
	for i := 18; i < 27; i++ {
		filed[i].Lead = feed.EntryKey(100 + i)
	}
	if got := bySource(Of(&feed.Topic{Limit: 9}, filed, options)); got != "a 3, b 3, c 3" {
		t.Error(got)
	}
}

// The feed of a language has its own document, and others in it.
func TestTheShareOfALanguage(t *testing.T) {
	filed := filings("b 9, c 9, a 9, d 12")
	for i := range filed {
		filed[i].Entries[0].Language = "ru"
		if i >= 27 {
			filed[i].Entries[0].Language = "en"
		}
	}
	o := options
	o.Language = "ru"
	if got := bySource(Of(&feed.Topic{Limit: 12}, filed, o)); got != "a 4, b 4, c 4" {
		t.Error(got)
	}
	o.Language = "en"
	if got := bySource(Of(&feed.Topic{Limit: 12}, filed, o)); got != "d 12" {
		t.Error(got)
	}
}

// As more is filed, what left the document stays out of it: as long as all is looked at,
// and where one source floods it, longer.
func TestNothingReturnsToADocument(t *testing.T) {
	for seed := range uint64(18) {
		r := rand.New(rand.NewPCG(5, seed))
		topic := &feed.Topic{Limit: 50 + r.IntN(40)}
		sources, steps := 1+r.IntN(8), 200
		if seed%3 == 0 {
			topic.Limit, sources, steps = 3+r.IntN(20), 2, 300
		}
		var filed []feed.Filed
		was, left := make(map[string]bool), make(map[string]bool)
		source := 0
		for i := range steps {
			if r.IntN(6) == 0 {
				source = r.IntN(sources)
			}
			filed = append(filed, filedAt(i+1, fmt.Sprint("s", source), minute(i)))
			now := make(map[string]bool)
			for _, it := range Of(topic, filed, options).Entries {
				now[it.PublicID] = true
				if left[it.PublicID] {
					t.Fatalf("seed %d: %s is there again with entry %d", seed, it.PublicID, i+1)
				}
			}
			for id := range was {
				left[id] = left[id] || !now[id]
			}
			was = now
		}
	}
}

// What crowds out is said of what left, and of nothing else.
func TestAbsentForItsShare(t *testing.T) {
	filed := filings("b 9, c 9, a 6")
	o := Options{Source: info, At: start.Add(time.Hour)}
	const crowd = "over the share of A: no source holds more than a third of the document while entries of others would fall out of it for it"
	for group, want := range map[feed.GroupKey]string{24: "", 22: "", 21: crowd, 19: crowd, 18: "", 12: "beyond the newest 9", 1: "beyond the newest 9"} {
		if got := Absent(&feed.Topic{Limit: 9}, filed, group, o); got != want {
			t.Errorf("%d: %q, want %q", group, got, want)
		}
	}
}
