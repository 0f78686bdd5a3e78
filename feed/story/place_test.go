package story

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"topicwire/feed"
)

const (
	quakeTitle = "Strong earthquake shakes Kashkadarya region near Karshi"
	quakeText  = "A magnitude 5.4 earthquake struck near Karshi in southern Uzbekistan on Tuesday, damaging 120 houses, the Ministry of Emergency Situations said."
)

// background is what else is in the news, so that words have frequencies.
func background(tb testing.TB, s *shelf, x *Index, n int) (next int) {
	p := newPress(3)
	for i := 1; i <= n; i++ {
		title, summary := p.entry(epoch)
		e, t := entryOf(i, fmt.Sprint("press", i), title, summary, epoch)
		s.place(tb, x, e, t)
	}
	return n + 1
}

func TestPairs(t *testing.T) {
	tests := []struct {
		name, source, title, summary string
		after                        time.Duration
		want                         feed.Tier
		rule                         string
	}{
		{"the same text", "b", quakeTitle, quakeText, time.Hour, feed.TierGroup, "text"},
		{"under another title", "b", "Karshi earthquake: what is known", quakeText, time.Hour, feed.TierGroup, "text"},
		{"the title alone", "b", quakeTitle, "", time.Hour, feed.TierGroup, ""},
		{"other figures", "b", quakeTitle, "A magnitude 6.1 earthquake struck near Karshi in southern Uzbekistan on Monday, damaging 87 houses, the Ministry of Emergency Situations said.", time.Hour, feed.TierStory, "story"},
		{"the same text of the same source", "a", quakeTitle, quakeText, time.Hour, feed.TierStory, "story"},
		{"a series of the same source", "a", quakeTitle, "Seismologists publish their weekly bulletin of tremors recorded by stations across the country.", time.Hour, feed.TierNew, ""},
		{"the same event in other words", "b", "Houses damaged as earthquake hits southern Uzbekistan", "Rescuers of the Ministry of Emergency Situations work in Karshi after tremors shook the city.", time.Hour, feed.TierStory, "story"},
		{"other news", "b", "Tashkent opens a new metro line", "Passengers can travel from Chilanzar to the airport in forty minutes.", time.Hour, feed.TierNew, ""},
		{"the same text 72 hours later", "b", quakeTitle, quakeText, 72 * time.Hour, feed.TierGroup, "text"},
		{"the same text more than 72 hours later", "b", quakeTitle, quakeText, 73 * time.Hour, feed.TierNew, ""},
		{"the same text, published 72 hours before", "b", quakeTitle, quakeText, -72 * time.Hour, feed.TierGroup, "text"},
		{"no words at all", "b", "", "", time.Hour, feed.TierNew, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s, x := newShelf(), New(Options{})
			k := background(t, s, x, 200)
			first, terms := entryOf(k, "a", quakeTitle, quakeText, epoch)
			s.place(t, x, first, terms)
			e, terms := entryOf(k+1, tt.source, tt.title, tt.summary, epoch.Add(tt.after))
			p := s.place(t, x, e, terms)
			if p.Tier != tt.want {
				t.Fatalf("tier %d, want %d: %+v %+v", p.Tier, tt.want, p, p.Why)
			}
			if p.Tier == feed.TierNew {
				if p != (feed.Placement{}) {
					t.Errorf("a new entry has %+v", p)
				}
				return
			}
			if p.Partner != first.Key || p.Story != feed.StoryKey(first.Key) || (p.Group != 0) != (p.Tier == feed.TierGroup) {
				t.Errorf("placed in %+v", p)
			}
			if tt.rule != "" && p.Why.Rule != tt.rule {
				t.Errorf("rule %q, want %q", p.Why.Rule, tt.rule)
			}
		})
	}
}

func TestWhy(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 200)
	first, terms := entryOf(k, "a", quakeTitle, quakeText, epoch)
	s.place(t, x, first, terms)
	e, terms := entryOf(k+1, "b", quakeTitle, "A magnitude 6.1 earthquake struck near Karshi in southern Uzbekistan on Monday, damaging 87 houses, the Ministry of Emergency Situations said.", epoch.Add(time.Hour))
	why := s.place(t, x, e, terms).Why
	if why == nil || why.Score < why.Needed || why.Needed == 0 || why.Mean < why.MeanNeeded || why.MeanNeeded == 0 {
		t.Fatalf("why = %+v", why)
	}
	if want := []string{"6.1", "87"}; !slices.Equal(why.Numbers, want) {
		t.Errorf("numbers %q, want %q", why.Numbers, want)
	}
	if why.Apart != time.Hour {
		t.Errorf("apart %v", why.Apart)
	}
	if n := len(why.Shared); n != maxShared {
		t.Fatalf("%d shared words", n)
	}
	names := false
	for i, w := range why.Shared {
		names = names || w.Word == "Karshi"
		if w.Word == "" || w.Share <= 0 || i > 0 && w.Share > why.Shared[i-1].Share {
			t.Errorf("shared %d is %+v", i, w)
		}
	}
	if !names {
		t.Errorf("Karshi is not among %+v", why.Shared)
	}
}

func TestSameLinkComesFirst(t *testing.T) {
	s, x := newShelf(), New(Options{})
	first, terms := entryOf(1, "a", quakeTitle, quakeText, epoch)
	s.place(t, x, first, terms)
	e, terms := entryOf(2, "b", "Tashkent opens a new metro line", "Passengers can travel to the airport.", epoch)
	e.Canonical = "https://a.example/1"
	p := s.place(t, x, e, terms, feed.Neighbour{Group: 1, Story: 1, Entry: 1, Sources: []feed.SourceID{"a"}})
	if p.Tier != feed.TierSameLink || p.Group != 1 || p.Why != nil {
		t.Errorf("placed in %+v", p)
	}
	// It is in the window all the same.
	e, terms = entryOf(3, "c", "Tashkent opens a new metro line", "Passengers can travel to the airport.", epoch)
	if p := s.place(t, x, e, terms); p.Tier != feed.TierGroup || p.Partner != 2 {
		t.Errorf("the copy of its text is placed in %+v", p)
	}
}

// One source's second copy stays out of a group that the source is in already,
// though its partner there is another's.
func TestOneEntryOfASourceInAGroup(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 50)
	for i, source := range []string{"a", "b", "a"} {
		e, terms := entryOf(k+i, source, quakeTitle, quakeText, epoch)
		p := s.place(t, x, e, terms)
		if want := []feed.Tier{feed.TierNew, feed.TierGroup, feed.TierStory}[i]; p.Tier != want {
			t.Errorf("entry %d of %s: tier %d, want %d", i, source, p.Tier, want)
		}
	}
}

func TestStoriesAreBounded(t *testing.T) {
	for _, tt := range []struct {
		name   string
		o      Options
		extent feed.StoryExtent
		want   feed.Tier
	}{
		{"within", Options{}, feed.StoryExtent{Began: epoch.Add(-6 * 24 * time.Hour), Entries: 999}, feed.TierStory},
		{"too old", Options{}, feed.StoryExtent{Began: epoch.Add(-8 * 24 * time.Hour), Entries: 2}, feed.TierNew},
		{"too large", Options{Entries: 20}, feed.StoryExtent{Began: epoch, Entries: 20}, feed.TierNew},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, x := newShelf(), New(tt.o)
			k := background(t, s, x, 50)
			e, terms := entryOf(k, "a", quakeTitle, quakeText, epoch)
			s.place(t, x, e, terms)
			*s.extent[feed.StoryKey(k)] = tt.extent
			e, terms = entryOf(k+1, "a", quakeTitle, quakeText, epoch)
			if p := s.place(t, x, e, terms); p.Tier != tt.want {
				t.Errorf("tier %d, want %d", p.Tier, tt.want)
			}
		})
	}
}

// An entry that is behind the window is compared with nothing, and is not in
// the window itself.
func TestBehindTheWindow(t *testing.T) {
	s, x := newShelf(), New(Options{})
	e, terms := entryOf(1, "a", "Something else", "of today", epoch)
	s.place(t, x, e, terms)
	for k, source := range map[int]string{2: "a", 3: "b"} {
		e, terms := entryOf(k, source, quakeTitle, quakeText, epoch.Add(-span-time.Second))
		if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
			t.Errorf("entry %d: tier %d", k, p.Tier)
		}
	}
	if len(x.docs) != 1 {
		t.Errorf("%d entries in the window", len(x.docs))
	}
}

// An entry that lost its partner by retention is placed as if that had never
// been.
func TestForget(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 50)
	e, terms := entryOf(k, "a", quakeTitle, quakeText, epoch)
	s.place(t, x, e, terms)
	x.Forget(e.Key)
	x.Forget(e.Key + 100)
	e, terms = entryOf(k+1, "b", quakeTitle, quakeText, epoch)
	if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
		t.Errorf("placed with the forgotten: %+v", p)
	}
}

// An index that lived through everything places like one that was just loaded:
// with late arrivals, forgotten entries, entries that leave the window by age
// and by number, and failed changes.
func TestLivedLikeLoaded(t *testing.T) {
	for _, window := range []int{0, 100} {
		t.Run(fmt.Sprint("window ", window), func(t *testing.T) {
			o := Options{Window: window}
			rng := rand.New(rand.NewPCG(5, 5))
			s, p, lived := newShelf(), newPress(7), New(o)
			tiers := map[feed.Tier]int{}
			across := 0
			for i := 1; i <= 600; i++ {
				when := epoch.Add(time.Duration(i) * 30 * time.Minute)
				if rng.IntN(5) == 0 {
					when = when.Add(-time.Duration(rng.IntN(8*24)) * time.Hour)
				}
				p.known = p.known[max(0, len(p.known)-20):]
				title, summary := p.entry(when)
				e, _ := entryOf(i, fmt.Sprint("s", rng.IntN(20)), title, summary, when)
				terms := spoken(e, []string{"en", "kk"}[rng.IntN(2)], "c"+strconv.Itoa(rng.IntN(30)), "d"+strconv.Itoa(rng.IntN(30)))
				mark := s.Mark
				if e.When().After(s.Mark) {
					s.Mark = e.When()
				}
				fresh, err := New(o).Place(e, terms, nil, &s.Surroundings)
				if err != nil {
					t.Fatal(err)
				}
				if rng.IntN(40) == 0 {
					// The change fails after it was placed, and comes again.
					if _, err := lived.Place(e, terms, nil, &s.Surroundings); err != nil {
						t.Fatal(err)
					}
					lived.Reset()
				}
				s.Mark = mark
				got := s.place(t, lived, e, terms)
				if !reflect.DeepEqual(got, fresh) {
					t.Fatalf("entry %d: lived %+v %+v, loaded %+v %+v", i, got, got.Why, fresh, fresh.Why)
				}
				tiers[got.Tier]++
				if got.Why != nil && got.Why.Rule == "story across languages" {
					across++
				}
				if rng.IntN(10) == 0 && len(s.rows) > 0 {
					n := rng.IntN(len(s.rows))
					lived.Forget(s.rows[n].Entry)
					s.rows = slices.Delete(s.rows, n, n+1)
				}
			}
			if tiers[feed.TierStory] < 20 || tiers[feed.TierNew] < 20 || across < 10 {
				t.Errorf("too little happened: %v, %d across", tiers, across)
			}
		})
	}
}

func TestErrorsOfTheStore(t *testing.T) {
	s, x := newShelf(), New(Options{})
	broken := fmt.Errorf("broken page")
	e, terms := entryOf(1, "a", quakeTitle, quakeText, epoch)
	bad := s.Surroundings
	bad.Window = func(time.Time, func(feed.Windowed) error) error { return broken }
	if _, err := x.Place(e, terms, nil, &bad); err == nil {
		t.Error("an unreadable window is no error")
	}
	if p := s.place(t, x, e, terms); p.Tier != feed.TierNew {
		t.Errorf("after the error: %+v", p)
	}
}

func TestOptions(t *testing.T) {
	if got := New(Options{}).o; got != Balanced() {
		t.Errorf("the zero value is %+v", got)
	}
	if o := New(Options{Apart: 100 * time.Hour, Text: .9}).o; o.Apart != MaxApart || o.Text != .9 {
		t.Errorf("options %+v", o)
	}
	for name, want := range map[string]bool{"": true, "balanced": true, "precise": true, "bold": false} {
		if _, ok := Preset(name); ok != want {
			t.Errorf("preset %q: %v", name, ok)
		}
	}
}

// An index goes by the thresholds that the store has in force, from the next entry
// on; other ones may take more of the window.
func TestThresholdsInForce(t *testing.T) {
	s, x := newShelf(), New(Options{})
	k := background(t, s, x, 200)
	strict := Options{Text: 2, Both: 2, Same: 2, Best: 1, Across: 1, Window: 100}
	for i, tt := range []struct {
		source feed.SourceID
		set    *Options
		want   feed.Tier
	}{{"a", nil, feed.TierNew}, {"b", nil, feed.TierGroup}, {"c", &strict, feed.TierNew}, {"d", &Options{}, feed.TierGroup}} {
		s.Stories = tt.set
		e, terms := entryOf(k+i, string(tt.source), quakeTitle, quakeText, epoch.Add(time.Duration(i)*time.Minute))
		if p := s.place(t, x, e, terms); p.Tier != tt.want {
			t.Errorf("%s: tier %s, want %s", tt.source, p.Tier, tt.want)
		}
	}
	if x.alive != 204 {
		t.Errorf("%d entries in the window, want all", x.alive)
	}
}

// Of a stored window that has more entries than an index holds, the newest are loaded, and
// no others.
func TestAWindowThatIsTooLargeIsNotLoadedWhole(t *testing.T) {
	s, p, whole := newShelf(), newPress(7), New(Options{})
	for i := 1; i <= 150; i++ {
		when := epoch.Add(time.Duration((i*37)%150) * 10 * time.Minute)
		title, summary := p.entry(when)
		e, _ := entryOf(i, fmt.Sprint("s", i%20), title, summary, when)
		if e.When().After(s.Mark) {
			s.Mark = e.When()
		}
		s.place(t, whole, e, spoken(e, "en"))
	}
	x := New(Options{Window: 100})
	if err := x.load(&s.Surroundings, s.Mark.Add(-span)); err != nil {
		t.Fatal(err)
	}
	if len(x.docs) != 100 || !x.full {
		t.Fatalf("%d entries are loaded, want 100 (full %v)", len(x.docs), x.full)
	}
	left := epoch.Add(50 * 10 * time.Minute).UnixMilli()
	for i := range x.docs {
		if x.docs[i].when < left {
			t.Errorf("entry %d is loaded, of %s, and 100 are newer", x.docs[i].key, time.UnixMilli(x.docs[i].when).UTC())
		}
	}
}
