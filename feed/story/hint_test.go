package story

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
)

// encoded are terms as Terms encodes them: words, figures and dates, then names, one for
// each word that is named, then concepts.
func encoded(language string, words, names, concepts []term) feed.Terms {
	t := feed.Terms{version, language[0], language[1], byte(len(words) / 2), byte(len(words))}
	for _, v := range slices.Concat(words, names, concepts) {
		t = binary.LittleEndian.AppendUint32(t, uint32(v))
	}
	return t
}

// A newsroom draws entries that are like each other.
type newsroom struct {
	rng        *rand.Rand
	shelf      *shelf
	x          *Index
	vocabulary int
	key        int
	at         time.Time
	written    [][]int
}

// A told entry is one that is yet to be placed, with what was found ahead for it.
type told struct {
	e     *feed.StoredEntry
	t     feed.Terms
	hints []*hint
}

func (n *newsroom) write() *told {
	var ids []int
	if k := len(n.written); k > 0 && n.rng.IntN(3) > 0 {
		ids = slices.Clone(n.written[k-1-n.rng.IntN(min(k, 40))])
		ids[n.rng.IntN(len(ids))] = n.rng.IntN(n.vocabulary)
	} else {
		for range 3 + n.rng.IntN(10) {
			ids = append(ids, min(n.rng.IntN(n.vocabulary), n.rng.IntN(n.vocabulary)))
		}
	}
	n.written = append(n.written, ids)
	language, of := "en", uint32(0)
	if n.rng.IntN(3) == 0 {
		language, of = "ru", 1<<20
	}
	var words, names, concepts []term
	used := map[uint32]bool{}
	add := func(to []term, t term) []term {
		if used[t.key()] {
			return to
		}
		used[t.key()] = true
		return append(to, t)
	}
	for _, id := range ids {
		switch v := uint32(id) + 1; {
		case id%11 == 0:
			words = add(words, termOf(v, kindNumber))
		case id%13 == 0:
			words = add(words, termOf(v, kindDate))
		case id%7 == 0:
			concepts = add(concepts, termOf(v, kindPlace+uint32(id)%5))
		case id%5 == 0 && len(names) < maxNames && !used[termOf(v, kindSkeleton).key()]:
			kind := uint32(n.rng.IntN(2)) // of the word, and so of the skeleton
			words = add(words, termOf(v|of, kindOpen+kind)|namedBit)
			names = add(names, termOf(v, kindPerhaps-kind))
		default:
			words = add(words, termOf(v|of, uint32(n.rng.IntN(3))))
		}
	}
	n.key++
	n.at = n.at.Add(time.Duration(n.rng.IntN(30)) * time.Minute)
	when := n.at
	switch n.rng.IntN(8) {
	case 0:
		when = when.Add(-time.Duration(n.rng.IntN(140)) * time.Hour)
	case 1:
		when = when.Add(time.Duration(n.rng.IntN(300)) * time.Minute)
	}
	e := &feed.StoredEntry{Key: feed.EntryKey(n.key), Source: feed.SourceID(fmt.Sprint("s", n.key%9)), Seen: when}
	e.Published = when
	return &told{e: e, t: encoded(language, words, names, concepts)}
}

// place takes an entry into the window.
func (n *newsroom) place(t *testing.T, w *told) { n.shelf.place(t, n.x, w.e, w.t) }

// forget lets go of an entry, as the store would.
func (n *newsroom) forget(k feed.EntryKey) {
	n.shelf.rows = slices.DeleteFunc(n.shelf.rows, func(w feed.Windowed) bool { return w.Entry == k })
	n.x.Forget(k)
}

// forgetFound lets go of what a hint found, where it is still there.
func (n *newsroom) forgetFound(h *hint, slot uint32) {
	if x := n.x; x.loaded && h.epoch == x.epoch && !x.gone(slot) {
		n.forget(x.docs[slot-x.base].key)
	}
}

// looked is what is looked for: by words or across, from which score and sum on, and how many.
type looked struct {
	across bool
	floor  float64
	least  uint32
	most   int
}

// usual are the two searches of an entry that was sought.
func usual(x *Index, s *search) []looked {
	floor := x.o.Best * 2 / 3
	all := []looked{{false, floor, least(s.norm, floor), maxNearest}}
	if x.shares(s) {
		all = append(all, looked{true, x.o.Across * 2 / 3, 0, maxAcross})
	}
	return all
}

// searched are what a search without a hint finds.
func (x *Index) searched(l looked, when int64) []uint64 {
	x.ahead = nil
	return slices.Sorted(slices.Values(x.best(l.across, when, l.floor, l.least, l.most)))
}

// foresaw is Ahead for one search that is not a usual one.
func foresaw(x *Index, t feed.Terms, when time.Time, l looked) *hint {
	var s search
	x.seek(&s, t, 0)
	h := &hint{index: x, epoch: x.epoch, terms: t, end: x.base + uint32(len(x.docs)), from: when.Add(-x.o.Apart - dated).UnixMilli()}
	x.foresee(&s, h.of(l.across), l.across, l.floor, l.least, h.from)
	return h
}

// followed is what a hint leads to; taken is false for a hint that is none.
func (x *Index) followed(h *hint, t feed.Terms, l looked, when int64) (best []uint64, sure, taken bool) {
	if x.ahead = x.hinted(h, t, when); x.ahead == nil {
		return nil, false, false
	}
	x.plan(&x.search, l.across, l.floor)
	best, sure = x.follow(h.of(l.across), when, l.across, l.least, x.since(when-x.o.Apart.Milliseconds()), l.most)
	return slices.Sorted(slices.Values(best)), sure, true
}

// What a hint leads to is what a search finds, wherever it says that it does: after others
// came and went, and words became more or less frequent.
func TestHintsFindWhatASearchFinds(t *testing.T) { hintsFind(t, 24) }

func hintsFind(t *testing.T, histories int) {
	var seen struct{ taken, sure, cut, unread, none, full [2]int }
	for seed := range uint64(histories) {
		rng := rand.New(rand.NewPCG(7, seed))
		o := Options{Best: []float64{0, .05, .12}[rng.IntN(3)]}
		if rng.IntN(3) == 0 {
			o.Window = 60 + rng.IntN(100)
		}
		n := &newsroom{rng: rng, shelf: newShelf(), x: New(o), vocabulary: 8 + rng.IntN(30<<rng.IntN(3)), at: epoch.Add(200 * time.Hour)}
		x := n.x
		for range rng.IntN(500) * rng.IntN(2) {
			n.place(t, n.write())
		}
		var line []*told
		for range 150 {
			for len(line) < 40 {
				line = append(line, n.write())
			}
			if rng.IntN(40) == 0 { // other words become frequent
				n.vocabulary = 8 + rng.IntN(30<<rng.IntN(3))
			}
			for range 3 {
				l := line[min(rng.IntN(len(line)), rng.IntN(len(line)))]
				shift := []time.Duration{0, 0, 0, 20 * time.Minute, -5 * time.Hour, -60 * time.Hour, 2 * time.Hour}[rng.IntN(7)]
				if h, _ := x.Ahead(l.t, l.e.When().Add(shift)).(*hint); h != nil {
					l.hints = append(l.hints, h)
				}
			}
			if rng.IntN(4) == 0 && n.key > 40 {
				n.forget(feed.EntryKey(1 + rng.IntN(n.key)))
			}
			if rng.IntN(120) == 0 {
				x.Reset()
			}
			l := line[0]
			line = line[1:]
			if len(l.hints) > 0 && rng.IntN(6) == 0 { // others come to be among the nearest
				for _, d := range l.hints[0].words.docs[len(l.hints[0].words.docs)*rng.IntN(4)/4:] {
					n.forgetFound(l.hints[0], d.slot)
				}
			}
			when := l.e.When().UnixMilli()
			for _, h := range l.hints {
				if !x.loaded {
					break
				}
				x.seek(&x.search, l.t, 0)
				for _, u := range usual(x, &x.search) {
					i := 0
					if u.across {
						i = 1
					}
					want := x.searched(u, when)
					got, sure, taken := x.followed(h, l.t, u, when)
					if !taken {
						seen.none[i]++
						continue
					}
					seen.taken[i]++
					if !sure {
						continue
					}
					seen.sure[i]++
					f := h.of(u.across)
					if len(f.docs) == foresight {
						seen.cut[i]++
					}
					if len(want) == u.most {
						seen.full[i]++
					}
					if slices.ContainsFunc(x.search.reads, func(r reading) bool {
						return x.slots(&x.search, r)[0] < h.end && !slices.ContainsFunc(f.reads, func(o reading) bool { return o.place == r.place })
					}) {
						seen.unread[i]++
					}
					if !slices.Equal(got, want) {
						t.Fatalf("history %d, entry %d, across %v: %d docs by the hint, %d by the search", seed, l.e.Key, u.across, len(got), len(want))
					}
				}
			}
			if x.loaded {
				n.unusual(t, l, line)
			}
			n.place(t, l)
		}
	}
	t.Logf("%+v", seen)
	for i, across := range []bool{false, true} {
		if seen.sure[i] < 1000 || seen.taken[i]-seen.sure[i] < 100 || seen.none[i] < 100 || seen.cut[i] < 20 || seen.full[i] < 20 || seen.unread[i] < 5 {
			t.Errorf("across %v: not all of it was tried", across)
		}
	}
}

// unusual makes a hint for other thresholds and numbers than are usual, lets the window
// change, and compares: the sums of many docs are then close to what the hint bounds.
func (n *newsroom) unusual(t *testing.T, l *told, line []*told) {
	t.Helper()
	x, rng, when := n.x, n.rng, l.e.When()
	u := looked{rng.IntN(2) == 0, []float64{.05, .2, .5}[rng.IntN(3)], 0, []int{1, 3, maxNearest, foresight - 1, foresight}[rng.IntN(5)]}
	x.seek(&x.search, l.t, 0)
	all := x.searched(looked{u.across, u.floor, 0, 1000}, when.UnixMilli())
	if len(all) == 0 {
		return
	}
	sum := uint32(all[rng.IntN(len(all))]>>32) + uint32(rng.IntN(2))
	u.least = sum
	h := foresaw(x, l.t, when, u)
	for range rng.IntN(3) {
		n.forget(x.docs[rng.IntN(len(x.docs))].key)
		if !x.loaded || len(x.docs) == 0 {
			return
		}
	}
	if docs := h.of(u.across).docs; len(docs) > 0 && rng.IntN(3) == 0 {
		n.forgetFound(h, docs[rng.IntN(len(docs))].slot)
	}
	if !x.loaded {
		return
	}
	x.seek(&x.search, l.t, 0)
	for _, least := range []uint32{sum, sum + sum/8, sum - sum/8} {
		u.least = least
		want := x.searched(u, when.UnixMilli())
		if got, sure, _ := x.followed(h, l.t, u, when.UnixMilli()); sure && !slices.Equal(got, want) {
			t.Fatalf("%+v: %d docs by the hint, %d by the search", u, len(got), len(want))
		}
	}
}

// put takes an entry of a date, of plain words, into the window.
func (n *newsroom) put(t *testing.T, when time.Time, words ...uint32) {
	t.Helper()
	n.key++
	e := &feed.StoredEntry{Key: feed.EntryKey(n.key), Source: "s", Seen: when}
	e.Published = when
	n.shelf.place(t, n.x, e, plain(words...))
}

func plain(words ...uint32) feed.Terms {
	var all []term
	for _, w := range words {
		all = append(all, termOf(w, kindPlain))
	}
	return encoded("en", all, nil, nil)
}

// small is a window of 25 entries with one word, and of as many with another.
func small(t *testing.T) *newsroom {
	n := &newsroom{shelf: newShelf(), x: New(Options{})}
	for i := range uint32(50) {
		n.put(t, epoch, 1+i%2, 100+i)
	}
	return n
}

// What is not among the docs of a hint has the sum that it says, at most and no less.
func TestWhatAHintMissed(t *testing.T) {
	n := small(t)
	entry := plain(1, 2)
	n.x.seek(&n.x.search, entry, 0)
	all := n.x.searched(looked{floor: .1, most: 100}, epoch.UnixMilli())
	sum := uint32(all[0] >> 32)
	if len(all) != 50 || uint32(all[49]>>32) != sum {
		t.Fatalf("%d docs, of sums from %d to %d", len(all), sum, all[len(all)-1]>>32)
	}
	for _, tt := range []struct {
		name         string
		least        uint32
		docs, missed uint32
	}{
		{"more than it keeps", 1, foresight, sum},
		{"none that counts", sum + 1, 0, sum},
		{"none near what counts", sum + 100, 0, sum + 99},
	} {
		f := foresaw(n.x, entry, epoch, looked{floor: .1, least: tt.least}).words
		if len(f.docs) != int(tt.docs) || f.missed != tt.missed {
			t.Errorf("%s: %d docs and %d missed, want %d and %d", tt.name, len(f.docs), f.missed, tt.docs, tt.missed)
		}
	}
	if f := foresaw(n.x, plain(1, 3), epoch, looked{floor: .1}).words; len(f.docs) != 25 || f.missed != 0 {
		t.Errorf("all that there are: %d docs and %d missed", len(f.docs), f.missed)
	}
}

// A hint is sure just until what it missed may count.
func TestUntilWhenAHintIsSure(t *testing.T) {
	n := small(t)
	x, entry := n.x, plain(1, 2)
	x.seek(&x.search, entry, 0)
	sum := uint32(x.searched(looked{floor: .1, most: 100}, epoch.UnixMilli())[0] >> 32)
	for _, tt := range []struct {
		name          string
		missed, least uint32
		most          int
		sure          bool
	}{
		{"less than counts", sum/2 - 1, sum / 2, 100, true},
		{"what counts", sum / 2, sum / 2, 100, false},
		{"none at all", 0, 0, 100, true},
		{"any at all", 1, 0, 100, false},
		{"less than the last of enough", sum - 1, 1, 10, true},
		{"as much as the last of enough", sum, 1, 10, false},
	} {
		h := foresaw(x, entry, epoch, looked{floor: .1})
		h.words.missed = tt.missed
		x.seek(&x.search, entry, 0)
		if _, sure, taken := x.followed(h, entry, looked{false, .1, tt.least, tt.most}, epoch.UnixMilli()); sure != tt.sure || !taken {
			t.Errorf("%s: sure is %v", tt.name, sure)
		}
	}
	// A word that came since tells nothing of those before; one that was there may.
	h := foresaw(x, plain(1, 7, 100), epoch, looked{floor: .1})
	for _, tt := range []struct {
		name   string
		unread uint32
		sure   bool
	}{{"a word that nobody had", 7, true}, {"the word of the first entry", 100, false}, {"the word of the last", 149, false}} {
		h.terms = plain(1, tt.unread)
		h.words.reads = []reading{{0, 1}}
		h.words.missed = 0
		n.put(t, epoch, 7)
		x.seek(&x.search, h.terms, 0)
		if _, sure, _ := x.followed(h, h.terms, looked{false, .1, 1, 100}, epoch.UnixMilli()); sure != tt.sure {
			t.Errorf("%s: sure is %v", tt.name, sure)
		}
	}
}

// A hint of something else is no hint.
func TestWhatIsNoHint(t *testing.T) {
	n, other := small(t), small(t)
	x, entry := n.x, plain(1, 2)
	ahead := func() *hint { return x.Ahead(entry, epoch).(*hint) }
	when := epoch.UnixMilli()
	if x.hinted(ahead(), entry, when) == nil || x.hinted(ahead(), entry, when-dated.Milliseconds()) == nil {
		t.Error("a hint that holds is not taken")
	}
	for name, taken := range map[string]*hint{
		"another entry's":      x.hinted(ahead(), plain(1, 3), when),
		"an earlier time's":    x.hinted(ahead(), entry, when-dated.Milliseconds()-1),
		"another index's":      other.x.hinted(ahead(), entry, when),
		"nothing":              x.hinted(nil, entry, when),
		"what is none":         x.hinted("", entry, when),
		"an entry without any": x.hinted((*hint)(nil), entry, when),
	} {
		if taken != nil {
			t.Errorf("%s hint is taken", name)
		}
	}
	x.mu.Lock()
	if x.Ahead(entry, epoch) != nil {
		t.Error("found ahead while the window changes")
	}
	x.mu.Unlock()
	if x.Ahead(nil, epoch) != nil {
		t.Error("found ahead for no words")
	}
	h := ahead()
	x.Reset()
	if x.Ahead(entry, epoch) != nil {
		t.Error("found ahead in a window that is not there")
	}
	n.put(t, epoch, 1)
	if x.hinted(h, entry, when) != nil {
		t.Error("a hint of a window that was dropped is taken")
	}
}

// A hint has bits for so many terms; an entry of more has none.
func TestAHintOfManyTerms(t *testing.T) {
	n := &newsroom{shelf: newShelf(), x: New(Options{})}
	var words, names, concepts []term
	for i := range uint32(maxWords) {
		w := termOf(i+1, kindNumber)
		if i < maxNames {
			w = termOf(i+1, kindName) | namedBit
			names = append(names, termOf(i+1, kindSkeleton))
		}
		words = append(words, w)
	}
	for i := range uint32(maxConcepts) {
		concepts = append(concepts, termOf(i+1, kindPlace))
	}
	entry := encoded("en", words, names, concepts)
	for range 3 {
		n.key++
		e := &feed.StoredEntry{Key: feed.EntryKey(n.key), Source: feed.SourceID(fmt.Sprint(n.key)), Seen: epoch}
		n.place(t, &told{e: e, t: entry})
	}
	x := n.x
	h := x.Ahead(entry, epoch).(*hint)
	x.seek(&x.search, entry, 0)
	for _, u := range usual(x, &x.search) {
		want := x.searched(u, epoch.UnixMilli())
		got, sure, _ := x.followed(h, entry, u, epoch.UnixMilli())
		many := len(x.search.reads) > 64
		if len(want) != 3 || sure == many || many != u.across || sure && !slices.Equal(got, want) {
			t.Errorf("across %v, %d terms read: sure is %v, %d docs by the hint, %d by the search", u.across, len(x.search.reads), sure, len(got), len(want))
		}
	}
}
