package story

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"topicwire/feed"
)

// An Index places entries. It holds the window in memory: the entries whose
// When is at most six days behind the newest, with the terms of each. It loads
// the window when it is first asked, and keeps it up to date from then on; what
// it answers depends on the window and the store alone, so an Index that has
// lived long answers like a new one. Groups and stories it asks for each time.
//
// It is for one goroutine at a time, but for Ahead.
type Index struct {
	// mu is held while what Ahead reads changes: given, o and window. The one goroutine
	// reads without it.
	mu    sync.RWMutex
	given Options // as they were set
	o     Options // filled
	curve *curve
	window

	spare spare
	ahead *hint // of the entry at hand; nil for none
	// made and spared are counted, see Hints.
	made, spared atomic.Int64
}

// A window is what the entries of it are found by.
type window struct {
	epoch  uint64 // how many there were before: slots count anew in each
	loaded bool
	from   int64 // what is older is not in the window, Unix milliseconds
	full   bool  // entries that are not older were left out for their number

	table table
	docs  []doc  // in the order of their keys, those that are gone too
	base  uint32 // the slot of docs[0]; slots grow by one a doc
	ages  []age
	alive int
	heads []head // of docs
	// newest is, for each block of docs, the newest When in it or before it: what stands
	// in blocks before those that reach into the time at hand is not looked at.
	newest []int64
	// speakers are how many entries are of each language.
	speakers map[uint16]int
	sources  map[feed.SourceID]uint32 // numbers of sources

	search search
}

// A doc is an entry of the window.
type doc struct {
	key      feed.EntryKey
	when     int64    // Unix milliseconds
	terms    []filing // nil for one that is gone
	source   uint32
	language uint16
	titles   uint8 // how many of its terms are of the title; they stand first
	words    uint8 // how many are words, figures and dates; they stand before names and concepts
}

// A head is what of a doc is looked at for each that shares a term: many of them
// stand in little memory.
type head struct {
	when     int64
	language uint16
	gone     bool
}

// A filing is a term of an entry of the window: the number of its list, and in
// the lowest bits its kind and whether its skeleton is among the names.
type filing uint32

func (f filing) list() int    { return int(f >> 5) }
func (f filing) kind() uint32 { return uint32(f & kindMask) }
func (f filing) named() bool  { return f&16 != 0 }

func filingOf(list int, t term) filing {
	f := filing(list)<<5 | filing(t.kind())
	if t.named() {
		f |= 16
	}
	return f
}

// New returns an Index with nothing loaded.
func New(o Options) *Index {
	x := &Index{given: o, o: orBalanced(o), curve: newCurve()}
	x.empty()
	return x
}

// Reset drops everything: what was placed since may not have reached the disk.
// The window is loaded again when it is next needed.
func (x *Index) Reset() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.empty()
}

// empty is Reset where mu is held.
func (x *Index) empty() {
	x.window = window{epoch: x.epoch + 1, sources: map[feed.SourceID]uint32{}, speakers: map[uint16]int{}}
}

// Forget takes an entry out of the window that is no longer stored.
func (x *Index) Forget(k feed.EntryKey) {
	i, ok := slices.BinarySearchFunc(x.docs, k, func(d doc, k feed.EntryKey) int { return cmp.Compare(d.key, k) })
	if !ok || x.docs[i].terms == nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.full {
		x.empty() // one that was left out has room now
		return
	}
	x.remove(x.base + uint32(i))
}

// load reads the window.
func (x *Index) load(s *feed.Surroundings, from time.Time) error {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.empty()
	err := x.read(s, from, aged{})
	if errors.Is(err, errMany) {
		// More than it may have: they would leave again, and their memory would not.
		var oldest aged
		if oldest, err = x.newestOf(s, from); err == nil {
			x.empty()
			err = x.read(s, from, oldest)
			x.full = true
		}
	}
	if err != nil {
		x.empty()
		return fmt.Errorf("load the window of stories: %w", err)
	}
	if !slices.IsSortedFunc(x.docs, byKey) {
		slices.SortFunc(x.docs, byKey)
	}
	x.table.fill(x.docs)
	x.ages = make([]age, len(x.docs))
	x.heads = make([]head, len(x.docs))
	for i := range x.docs {
		x.alive++
		x.heads[i] = head{when: x.docs[i].when, language: x.docs[i].language}
		x.reach(uint32(i), x.docs[i].when)
		x.speakers[x.docs[i].language]++
		x.ages[i] = age{x.docs[i].when, uint32(i)}
	}
	slices.SortFunc(x.ages, func(a, b age) int {
		return cmp.Or(cmp.Compare(a.when, b.when), cmp.Compare(a.slot, b.slot))
	})
	x.loaded = true
	return nil
}

// errMany says that the stored window has more entries than an index holds.
var errMany = errors.New("too many entries")

// An aged entry is one by its When, Unix milliseconds; of one moment the later ones leave
// the window last.
type aged struct {
	when int64
	key  feed.EntryKey
}

func byDate(a, b aged) int { return cmp.Or(cmp.Compare(a.when, b.when), cmp.Compare(a.key, b.key)) }

// newestOf is the oldest of the newest entries of the stored window, as many as an index
// holds.
func (x *Index) newestOf(s *feed.Surroundings, from time.Time) (aged, error) {
	var all []aged
	err := s.Window(from, func(w feed.Windowed) error {
		if count(w.Terms) > 0 {
			all = append(all, aged{w.When.UnixMilli(), w.Entry})
		}
		return nil
	})
	if err != nil || len(all) <= x.o.Window {
		return aged{}, err
	}
	slices.SortFunc(all, byDate)
	return all[len(all)-x.o.Window], nil
}

// read files the entries of the stored window that are not older than one; errMany for more
// than the index holds.
func (x *Index) read(s *feed.Surroundings, from time.Time, oldest aged) error {
	var chunk []filing // backs the terms of many entries
	return s.Window(from, func(w feed.Windowed) error {
		when := w.When.UnixMilli()
		if count(w.Terms) == 0 || oldest.key > 0 && byDate(aged{when, w.Entry}, oldest) < 0 {
			return nil
		}
		if len(x.docs) == x.o.Window {
			return errMany
		}
		if cap(chunk)-len(chunk) < maxTerms {
			chunk = make([]filing, 0, 1<<14)
		}
		n := len(chunk)
		chunk = x.file(chunk, w.Terms, nil)
		x.docs = append(x.docs, x.docOf(w.Entry, when, w.Source, w.Terms, chunk[n:len(chunk):len(chunk)]))
		return nil
	})
}

// file appends the filings of terms, and counts what kinds of words they are. found are the
// terms where they were sought just before, else nil.
func (x *Index) file(to []filing, t []byte, found []sought) []filing {
	for i := range count(t) {
		v := at(t, i)
		n := -1
		if found != nil {
			n = int(found[i].list)
		}
		if n < 0 {
			n = x.table.make(v.key())
		}
		x.table.tell(n, v.kind(), 1)
		to = append(to, filingOf(n, v))
	}
	return to
}

// perBlock is how many docs a block of newest has, as a power of two.
const perBlock = 6

// reach notes the When of a doc that comes behind all others.
func (x *Index) reach(slot uint32, when int64) {
	if n := len(x.newest); n > 0 {
		when = max(when, x.newest[n-1])
	}
	if b := slot>>perBlock - x.base>>perBlock; int(b) < len(x.newest) {
		x.newest[b] = when
		return
	}
	x.newest = append(x.newest, when)
}

// since is the first slot of a block before which nothing has a When of from or later.
func (x *Index) since(from int64) uint32 {
	b, _ := slices.BinarySearch(x.newest, from)
	if b == 0 {
		return x.base
	}
	return (x.base>>perBlock + uint32(b)) << perBlock
}

// docOf makes the doc of an entry whose terms are filed.
func (x *Index) docOf(key feed.EntryKey, when int64, source feed.SourceID, t feed.Terms, terms []filing) doc {
	return doc{key, when, terms, x.number(source), language(t), uint8(titleCount(t)), uint8(wordCount(t))}
}

// number numbers a source.
func (x *Index) number(s feed.SourceID) uint32 {
	n, ok := x.sources[s]
	if !ok {
		n = uint32(len(x.sources))
		x.sources[s] = n
	}
	return n
}

func byKey(a, b doc) int { return cmp.Compare(a.key, b.key) }

// add takes a new entry into the window. found are its terms where they were sought just
// before, else nil.
func (x *Index) add(e *feed.StoredEntry, t feed.Terms, found []sought) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if n := len(x.docs); n > 0 && x.docs[n-1].key >= e.Key || x.base > 1<<30 {
		// Slots are in the order of keys: begin anew.
		x.empty()
		return
	}
	slot := x.base + uint32(len(x.docs))
	d := x.docOf(e.Key, e.When().UnixMilli(), e.Source, t, x.file(make([]filing, 0, count(t)), t, found))
	x.docs = append(x.docs, d)
	x.heads = append(x.heads, head{when: d.when, language: d.language})
	x.reach(slot, d.when)
	x.speakers[d.language]++
	for _, f := range d.terms {
		l := &x.table.lists[f.list()]
		l.slots = append(l.slots, slot)
	}
	x.alive++
	x.push(slot)
	x.expire()
}

// remove takes the entry of a slot out of the window.
func (x *Index) remove(slot uint32) {
	d := &x.docs[slot-x.base]
	terms := d.terms
	x.alive--
	x.speakers[d.language]--
	*d = doc{key: d.key, when: d.when}
	x.heads[slot-x.base].gone = true
	for _, f := range terms {
		x.table.remove(f, x.gone)
	}
	n := 0
	for n < len(x.docs) && x.heads[n].gone {
		n++
	}
	b := x.base >> perBlock
	x.docs, x.heads, x.base = x.docs[n:], x.heads[n:], x.base+uint32(n)
	x.newest = x.newest[min(int(x.base>>perBlock-b), len(x.newest)):]
}

// old reports whether an entry is behind the window, or one is too many.
func (x *Index) old() bool {
	return len(x.ages) > 0 && (x.ages[0].when < x.from || x.alive > x.o.Window)
}

// expire lets go of the entries that are behind the window or too many. mu is held.
func (x *Index) expire() {
	for len(x.ages) > 0 {
		slot := x.ages[0].slot
		if !x.gone(slot) {
			old := x.docs[slot-x.base].when < x.from
			many := x.alive > x.o.Window
			if !old && !many {
				return
			}
			x.full = x.full || !old
			x.remove(slot)
		}
		x.pop()
	}
}

func (x *Index) gone(slot uint32) bool {
	return slot < x.base || x.heads[slot-x.base].gone
}
