package story

import (
	"bytes"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
)

// A hint is what a search found that was made ahead of the writer, while the window was
// another: the docs with the largest sums, and what any other doc can have had at most.
// By that the writer tells whether its own search would find the same.
type hint struct {
	index  *Index
	epoch  uint64
	terms  feed.Terms
	end    uint32 // the slot behind the last that was seen
	from   int64  // what is older was not looked at, Unix milliseconds
	words  foreseen
	others foreseen
}

func (h *hint) of(across bool) *foreseen {
	if across {
		return &h.others
	}
	return &h.words
}

// A foreseen is what was found by words, or by what counts across. The zero value has read
// nothing and found nothing, and says so.
type foreseen struct {
	reads []reading
	docs  []foundDoc
	// missed is the largest sum that a doc that was seen and is not among docs has.
	missed uint32
}

// A foundDoc has a bit for each of the readings by which it was found.
type foundDoc struct {
	slot uint32
	by   uint64
}

const (
	// foresight is how many docs are kept of one search: those that are compared, and as
	// many that may have come to be among them.
	foresight = 2 * maxNearest
	// inAdvance is how much less a sum may be than what makes a doc a candidate, in
	// quarters: as weights change it may have become one.
	inAdvance = 3
	// dated is how much farther back is looked at: an entry may turn out to be older.
	dated = time.Hour
)

// A spare keeps what searches ahead are made with.
type spare struct {
	mu       sync.Mutex
	searches []*search
}

func (s *spare) take() *search {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := len(s.searches)
	if n == 0 {
		return &search{}
	}
	x := s.searches[n-1]
	s.searches = s.searches[:n-1]
	return x
}

func (s *spare) give(x *search) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.searches = append(s.searches, x)
}

// Ahead searches the window for an entry that is yet to be placed; when is its date. What it
// returns is a Surroundings.Hint, nil for nothing: where the window is not there, or just
// being changed. It may be called from many goroutines, also while Place runs.
func (x *Index) Ahead(t feed.Terms, when time.Time) any {
	if count(t) == 0 || !x.mu.TryRLock() {
		return nil
	}
	defer x.mu.RUnlock()
	if !x.loaded {
		return nil
	}
	s := x.spare.take()
	defer x.spare.give(s)
	x.made.Add(1)
	x.seek(s, t, 0)
	h := &hint{index: x, epoch: x.epoch, terms: t, end: x.base + uint32(len(x.docs)), from: when.Add(-x.o.Apart - dated).UnixMilli()}
	floor := x.o.Best * 2 / 3
	x.foresee(s, &h.words, false, floor, least(s.norm, floor)/4*inAdvance, h.from)
	if x.shares(s) {
		x.foresee(s, &h.others, true, x.o.Across*2/3, 0, h.from)
	}
	return h
}

// Hints is how many hints Ahead made, and how many searches they spared. It may be called
// from any goroutine.
func (x *Index) Hints() (made, spared int64) { return x.made.Load(), x.spared.Load() }

// foresee is one search of Ahead.
func (x *Index) foresee(s *search, f *foreseen, across bool, floor float64, least uint32, from int64) {
	x.plan(s, across, floor)
	if len(s.reads) > 64 {
		return // there are no bits for them
	}
	first := x.since(from)
	x.sum(s, least, first)
	best := x.largest(s, across, from, 1<<62, least, foresight)
	*f = foreseen{reads: append([]reading(nil), s.reads...), docs: make([]foundDoc, len(best))}
	switch {
	case len(best) == foresight:
		f.missed = uint32(best[0] >> 32)
	case least > 0:
		f.missed = least - 1
	}
	for i, v := range best {
		d := uint32(v)
		f.docs[i].slot = x.base + d
		s.sums[d] = uint32(i + 1)
	}
	for i, r := range s.reads {
		for _, slot := range since(x.slots(s, r), first) {
			if n := s.sums[slot-x.base]; n > 0 {
				f.docs[n-1].by |= 1 << i
			}
		}
	}
	for _, v := range best {
		s.sums[uint32(v)] = 0
	}
}

// hinted is a hint that is of an entry and of the window as it was not long ago; else nil.
func (x *Index) hinted(given any, t feed.Terms, when int64) *hint {
	h, _ := given.(*hint)
	if h == nil || h.index != x || h.epoch != x.epoch || h.from > when-x.o.Apart.Milliseconds() || !bytes.Equal(h.terms, t) {
		return nil
	}
	return h
}

// follow finds the largest sums of what is planned among the docs that were found ahead and
// those that came since. sure says that no other doc can be among them: the sums of others
// were missed at most, and grew by no more than the weights did, and by the terms that were
// not read.
func (x *Index) follow(f *foreseen, when int64, across bool, least, from uint32, most int) (best []uint64, sure bool) {
	s, end := &x.search, x.ahead.end
	var parts [64]uint32 // of what was read, now
	unread := make([]reading, 0, maxTerms)
	slack := uint64(0)
	by, of := uint64(0), uint64(1) // the most that a part is of what it was
	for _, r := range s.reads {
		j := slices.IndexFunc(f.reads, func(o reading) bool { return o.place == r.place })
		if j < 0 {
			if x.slots(s, r)[0] < end {
				unread = append(unread, r)
				slack += uint64(r.part)
			}
			continue
		}
		parts[j] = r.part
		if uint64(r.part)*of > by*uint64(f.reads[j].part) {
			by, of = uint64(r.part), uint64(f.reads[j].part)
		}
	}
	grown := uint64(f.missed)*by/of + slack
	x.sum(s, least, max(from, end))
	for _, d := range f.docs {
		if d.slot < from {
			continue
		}
		sum := uint32(0)
		for j, rest := 0, d.by; rest != 0; j, rest = j+1, rest>>1 {
			if rest&1 != 0 {
				sum += parts[j]
			}
		}
		for _, r := range unread {
			if _, has := slices.BinarySearch(x.slots(s, r), d.slot); has {
				sum += r.part
			}
		}
		if sum > 0 {
			s.sums[d.slot-x.base] = sum
			s.touched = append(s.touched, d.slot-x.base)
		}
	}
	best = x.largest(s, across, when-x.o.Apart.Milliseconds(), when+x.o.Apart.Milliseconds(), least, most)
	enough := uint64(max(least, 1))
	if len(best) == most {
		enough = best[0] >> 32
	}
	return best, grown < enough
}
