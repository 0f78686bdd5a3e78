package story

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A press writes news of made-up words: as frequent as words are (Zipf), with
// the words of an event shared by the entries that report it.
type press struct {
	rng   *rand.Rand
	zipf  func() int
	known []event
	last  *event // of the last entry
}

type event struct {
	words []int
	at    time.Time
	story feed.StoryKey // of its entries, where somebody files them
}

func newPress(seed uint64) *press {
	p := &press{rng: rand.New(rand.NewPCG(seed, 1))}
	const vocabulary = 60_000
	top := math.Log(vocabulary)
	p.zipf = func() int { return int(math.Exp(p.rng.Float64()*top)) - 1 }
	return p
}

// word is the word of a rank: short ones are frequent.
func word(rank int) string {
	const on, vo = "bdfgklmnprstvz", "aeiou"
	var b []byte
	for n := rank + 3; n > 0; n /= len(on) * len(vo) {
		b = append(b, on[n%len(on)], vo[n/len(on)%len(vo)])
	}
	return string(b)
}

// entry writes a title and some 200 characters.
func (p *press) entry(when time.Time) (title, summary string) {
	var e *event
	if n := len(p.known); n > 0 && p.rng.IntN(3) > 0 {
		if e = &p.known[n-1-p.rng.IntN(min(n, 3000))]; when.Sub(e.at) > 48*time.Hour {
			e = nil
		}
	}
	if e == nil {
		words := make([]int, 14)
		for i := range words {
			words[i] = 200 + p.zipf()
		}
		p.known = append(p.known, event{words: words, at: when})
		e = &p.known[len(p.known)-1]
	}
	p.last = e
	text := func(n int) string {
		var s []byte
		for i := range n {
			rank := p.zipf()
			if p.rng.IntN(3) == 0 {
				rank = e.words[p.rng.IntN(len(e.words))]
			}
			if i > 0 {
				s = append(s, ' ')
			}
			w := word(rank)
			if i == 0 || rank%5 == 0 {
				w = string(w[0]-32) + w[1:]
			}
			s = append(s, w...)
		}
		return string(s)
	}
	return text(9), text(32)
}

// A shelf is a store as placement sees it, for tests and benchmarks.
type shelf struct {
	feed.Surroundings
	rows    []feed.Windowed
	group   map[feed.EntryKey]feed.GroupKey
	groups  map[feed.GroupKey]*feed.Neighbour
	extent  map[feed.StoryKey]*feed.StoryExtent
	stories map[feed.StoryKey][]feed.GroupKey
}

func newShelf() *shelf {
	s := &shelf{group: map[feed.EntryKey]feed.GroupKey{}, groups: map[feed.GroupKey]*feed.Neighbour{}, extent: map[feed.StoryKey]*feed.StoryExtent{}, stories: map[feed.StoryKey][]feed.GroupKey{}}
	s.Window = func(from time.Time, visit func(feed.Windowed) error) error {
		for _, r := range s.rows {
			if !r.When.Before(from) {
				if err := visit(r); err != nil {
					return err
				}
			}
		}
		return nil
	}
	s.Group = func(k feed.EntryKey) (feed.Neighbour, error) {
		g, ok := s.groups[s.group[k]]
		if !ok {
			return feed.Neighbour{}, fmt.Errorf("no entry %d", k)
		}
		n := *g
		n.Entry = k
		return n, nil
	}
	s.Story = func(k feed.StoryKey) (feed.StoryExtent, error) {
		x := *s.extent[k]
		x.Sample = feed.SampleOf(s.stories[k])
		return x, nil
	}
	return s
}

// place asks the index and stores what it says.
func (s *shelf) place(tb testing.TB, x *Index, e *feed.StoredEntry, t feed.Terms, sameLink ...feed.Neighbour) feed.Placement {
	tb.Helper()
	if e.When().After(s.Mark) {
		s.Mark = e.When()
	}
	p, err := x.Place(e, t, sameLink, &s.Surroundings)
	if err != nil {
		tb.Fatal(err)
	}
	s.keep(e, t, p)
	return p
}

func (s *shelf) keep(e *feed.StoredEntry, t feed.Terms, p feed.Placement) {
	g := p.Group
	if g == 0 {
		g = feed.GroupKey(e.Key)
		y := p.Story
		if y == 0 {
			y = feed.StoryKey(e.Key)
			s.extent[y] = &feed.StoryExtent{Began: e.When()}
		}
		s.groups[g] = &feed.Neighbour{Group: g, Story: y}
		s.stories[y] = append(s.stories[y], g)
	}
	n := s.groups[g]
	n.Sources = append(n.Sources, e.Source)
	s.extent[n.Story].Entries++
	s.group[e.Key] = g
	if len(t) > 0 {
		row := feed.Windowed{Entry: e.Key, Source: e.Source, When: e.When(), Terms: t}
		i, _ := slices.BinarySearchFunc(s.rows, row, func(a, b feed.Windowed) int {
			if c := a.When.Compare(b.When); c != 0 {
				return c
			}
			return int(int64(a.Entry) - int64(b.Entry))
		})
		s.rows = slices.Insert(s.rows, i, row)
	}
}

var epoch = time.Date(2024, 9, 1, 0, 0, 0, 0, time.UTC)

func entryOf(k int, source, title, summary string, when time.Time) (*feed.StoredEntry, feed.Terms) {
	e := &feed.StoredEntry{Key: feed.EntryKey(k), Source: feed.SourceID(source), Seen: when}
	e.Title, e.Summary, e.Published = title, summary, when
	return e, Terms(text.Cut(&text.Parts{feed.FieldTitle: {title}, feed.FieldSummary: {summary}}, ""), nil)
}

// filled is a shelf with n entries of five days, each event a story.
func filled(n int) *shelf {
	s, p := newShelf(), newPress(1)
	for i := 1; i <= n; i++ {
		when := epoch.Add(time.Duration(i) * (120 * time.Hour / time.Duration(n)))
		title, summary := p.entry(when)
		e, t := entryOf(i, fmt.Sprint("s", i%997), title, summary, when)
		s.Mark = when
		placement := feed.Placement{Story: p.last.story}
		if p.last.story == 0 {
			p.last.story = feed.StoryKey(i)
		}
		s.keep(e, t, placement)
	}
	return s
}

func BenchmarkPlace(b *testing.B) {
	for _, n := range []int{10_000, 100_000} {
		s := filled(n)
		p := newPress(2)
		p.known = nil
		x := New(Options{})
		e, t := entryOf(n+1, "s0", "first", "", s.Mark)
		s.place(b, x, e, t)
		b.Run(fmt.Sprint("window ", n), func(b *testing.B) {
			// Each new entry pushes an old one out.
			q := newPress(1)
			for range n {
				q.entry(s.Mark)
			}
			var es []*feed.StoredEntry
			var ts []feed.Terms
			for i := range b.N {
				title, summary := q.entry(s.Mark)
				e, t := entryOf(n+2+i, fmt.Sprint("s", i%997), title, summary, s.Mark)
				es, ts = append(es, e), append(ts, t)
				s.group[e.Key] = 1
			}
			took := make([]time.Duration, b.N)
			near := 0
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				begin := time.Now()
				pl, err := x.Place(es[i], ts[i], nil, &s.Surroundings)
				took[i] = time.Since(begin)
				if err != nil {
					b.Fatal(err)
				}
				if pl.Tier != feed.TierNew {
					near++
				}
			}
			b.StopTimer()
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Nanoseconds())/1e3, "median-µs")
			b.ReportMetric(float64(took[len(took)*99/100].Nanoseconds())/1e3, "p99-µs")
			b.ReportMetric(float64(near)/float64(b.N), "placed")
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for _, n := range []int{40_000, 100_000} {
		s := filled(n)
		b.Run(fmt.Sprint("window ", n), func(b *testing.B) {
			x := New(Options{})
			for b.Loop() {
				if err := x.load(&s.Surroundings, s.Mark.Add(-span)); err != nil {
					b.Fatal(err)
				}
			}
			x.Reset()
			before := heap()
			if err := x.load(&s.Surroundings, s.Mark.Add(-span)); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
			b.ReportMetric(float64(len(x.table.lists)), "terms")
		})
	}
}

func heap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkTerms(b *testing.B) {
	title, summary := newPress(1).entry(epoch)
	w := text.Cut(&text.Parts{feed.FieldTitle: {title}, feed.FieldSummary: {summary}}, "en")
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n = len(Terms(w, nil))
	}
	b.ReportMetric(float64(n), "bytes")
}

// BenchmarkWindow fills an empty window, and then lets as many entries leave it as come:
// in the order in which they came, and in any order, as after a round over new sources.
func BenchmarkWindow(b *testing.B) {
	for _, n := range []int{20_000, 40_000, 100_000} {
		for _, mixed := range []bool{false, true} {
			b.Run(fmt.Sprintf("%d mixed %v", n, mixed), func(b *testing.B) {
				p := newPress(1)
				es, ts := make([]*feed.StoredEntry, n+n/4), make([]feed.Terms, n+n/4)
				for i := range es {
					age := time.Duration(i)
					if mixed && i < n {
						age = time.Duration(p.rng.IntN(n))
					}
					when := epoch.Add(age * (span / time.Duration(n)))
					title, summary := p.entry(epoch)
					es[i], ts[i] = entryOf(i+1, fmt.Sprint("s", i%997), title, summary, when)
				}
				for b.Loop() {
					x := New(Options{})
					x.loaded = true
					began := time.Now()
					for i := range n {
						x.add(es[i], ts[i], nil)
					}
					entered := time.Since(began)
					leaving := 0
					began = time.Now()
					for i := n; i < len(es); i++ {
						x.from = es[i].When().Add(-span).UnixMilli()
						was := x.alive
						x.expire()
						leaving += was - x.alive
					}
					b.ReportMetric(float64(time.Since(began).Nanoseconds())/float64(max(1, leaving)), "ns/leaving")
					b.ReportMetric(float64(entered.Nanoseconds())/float64(n), "ns/entering")
				}
			})
		}
	}
}

// BenchmarkCold places into a window that was empty.
func BenchmarkCold(b *testing.B) {
	for _, n := range []int{10_000, 40_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			p := newPress(1)
			es, ts := make([]*feed.StoredEntry, n), make([]feed.Terms, n)
			for i := range es {
				title, summary := p.entry(epoch)
				es[i], ts[i] = entryOf(i+1, fmt.Sprint("s", i%997), title, summary, epoch.Add(time.Duration(i)*time.Second))
			}
			for b.Loop() {
				s, x := newShelf(), New(Options{})
				for i := range es {
					s.place(b, x, es[i], ts[i])
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N*n), "µs/entry")
		})
	}
}
