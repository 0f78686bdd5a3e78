package story

import (
	"cmp"
	"math"
	"slices"
)

// What one search may cost. Terms are read from the rarest on, and what they
// find is measured exactly.
const (
	maxSlots   = 12_000 // of all lists together
	manySlots  = 3_000  // after these the commonest words, an eighth of the whole, are let go
	maxNearest = 24
)

// What tells two long texts of one event from two of one subject: of the words
// that they share beyond the first plenty, one in every must be a name, a number,
// or rare, which is to be in one of rarity entries at most.
const (
	plenty = 8
	every  = 4
	rarity = 200
)

// A search is what the index keeps between searches to save its making.
type search struct {
	sums    []uint32 // by doc; 0 between searches
	touched []uint32
	marks   []uint8  // by list: the place of its term in terms + 1; 0 between searches
	unit    []uint32 // by list, for cohesion; 0 between searches

	terms   []sought
	norm    uint64 // of their weights, squared
	entries uint32
	log     uint32 // of entries, as log2 has it
	titles  int
	numbers int
	best    []uint64
	near    []near
}

// A sought term is one of the new entry.
type sought struct {
	term
	list   int32 // -1 for none
	having uint32
	weight uint32
}

// A near is an entry of the window and how near the new one is to it.
type near struct {
	doc     *doc
	score   float64 // cosine
	faded   float64 // less for the time between
	shared  int     // words
	telling int     // of them: names, numbers and rare words
	title   int     // title words that both have
	titles  int     // title words that one of them has
	// Numbers that both have, that only the new one has, and only the other.
	numbers, own, its int
}

// jaccard is the share of title words that both have.
func (n *near) jaccard() float64 { return float64(n.title) / float64(max(1, n.titles)) }

// tells reports whether the words that both have are more than those of their
// subject. Any two long articles about football share as many words as two brief
// reports of one match do, but no names.
func (n *near) tells() bool { return n.shared-plenty <= every*n.telling }

// nearest finds the entries that are nearest to one with terms t, the nearest
// first.
func (x *Index) nearest(t []byte, when int64) []near {
	x.seek(t)
	floor := x.o.Best * 2 / 3
	x.sum(floor)
	s := &x.search
	s.near = s.near[:0]
	x.mark(true)
	for _, v := range x.largest(when, floor) {
		if n := x.compare(&x.docs[uint32(v)], when); n.score >= floor {
			s.near = append(s.near, n)
		}
	}
	x.mark(false)
	slices.SortFunc(s.near, func(a, b near) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc.key, b.doc.key))
	})
	return s.near
}

// seek looks up the terms, and puts the rarest first.
func (x *Index) seek(t []byte) {
	s := &x.search
	s.terms, s.norm, s.titles, s.numbers = s.terms[:0], 0, 0, 0
	s.entries = uint32(x.alive[t[0]]) + 1 + prior
	s.log = log2(s.entries)
	for i := range count(t) {
		v := at(t, i)
		q := sought{term: v, list: int32(x.table.find(v.hash()))}
		l := list{}
		if q.list >= 0 {
			l = x.table.lists[q.list]
		}
		l.tell(v.kind(), 1)
		q.having = l.having + 1
		q.weight = x.curve.weight(v.kind(), s.log, q.having, l.names, l.plain)
		s.terms = append(s.terms, q)
		s.norm += uint64(q.weight) * uint64(q.weight)
		if v.title() {
			s.titles++
		}
		if v.kind() == kindNumber {
			s.numbers++
		}
	}
	slices.SortFunc(s.terms, func(a, b sought) int {
		return cmp.Or(cmp.Compare(a.having, b.having), cmp.Compare(a.hash(), b.hash()))
	})
}

// sum adds up the products of weights over the rarest terms, until what is left
// can no longer make a score of floor.
func (x *Index) sum(floor float64) {
	s := &x.search
	if len(s.sums) < len(x.docs) {
		s.sums = make([]uint32, len(x.docs)+len(x.docs)/8+64)
	}
	sums, touched := s.sums, s.touched[:0]
	left, enough := s.norm, uint64(float64(s.norm)*floor*floor)
	room := maxSlots
	for i := range s.terms {
		q := &s.terms[i]
		if left < enough || room <= 0 || room < maxSlots-manySlots && left < s.norm/8 {
			break
		}
		left -= uint64(q.weight) * uint64(q.weight)
		if q.list < 0 {
			continue
		}
		slots := x.table.lists[q.list].slots
		room -= len(slots)
		w := max(1, q.weight*q.weight>>6)
		for _, slot := range slots {
			d := slot - x.base
			if sums[d] == 0 {
				touched = append(touched, d)
			}
			sums[d] += w
		}
	}
	s.touched = touched
}

// largest are the docs with the largest sums, as sum and doc, of those that are
// near enough in time.
func (x *Index) largest(when int64, floor float64) []uint64 {
	s := &x.search
	apart := x.o.Apart.Milliseconds()
	// Where the sum is whole, a score of floor has one of floor² of the norm;
	// what was left out may be some of it.
	least := uint32(float64(s.norm>>6) * floor * floor / 4)
	best := s.best[:0]
	for _, d := range s.touched {
		sum := s.sums[d]
		s.sums[d] = 0
		v := uint64(sum)<<32 | uint64(d)
		if sum < least || len(best) == maxNearest && v < best[0] {
			continue
		}
		if dt := x.docs[d].when - when; dt > apart || dt < -apart {
			continue
		}
		if len(best) < maxNearest {
			best = append(best, v)
			if len(best) == maxNearest {
				slices.Sort(best)
			}
			continue
		}
		i := 1
		for ; i < len(best) && best[i] < v; i++ {
			best[i-1] = best[i]
		}
		best[i-1] = v
	}
	s.best = best
	return best
}

// mark marks the lists of the terms, so that compare knows them, or takes the
// marks away.
func (x *Index) mark(on bool) {
	s := &x.search
	if len(s.marks) < len(x.table.lists) {
		s.marks = make([]uint8, len(x.table.lists)+len(x.table.lists)/8+64)
	}
	for i := range s.terms {
		if n := s.terms[i].list; n >= 0 {
			s.marks[n] = 0
			if on {
				s.marks[n] = uint8(i + 1)
			}
		}
	}
}

// weightOf is the weight of a filing in an entry of the window.
func (x *Index) weightOf(f filing) uint64 {
	l, s := &x.table.lists[f.list()], &x.search
	if f.kind() == kindNumber {
		return uint64(x.curve.weight(kindNumber, s.log, l.having, 0, 0))
	}
	if l.weight == 0 || uint32(l.among) != s.log {
		l.weight, l.among = uint16(x.curve.weight(kindOpen, s.log, l.having, l.names, l.plain)), uint16(s.log)
	}
	return uint64(l.weight)
}

// compare measures an entry of the window against the new one.
func (x *Index) compare(d *doc, when int64) near {
	s := &x.search
	n := near{doc: d}
	var norm, product uint64
	numbers := 0
	for i, f := range d.terms {
		if f.kind() == kindNumber {
			numbers++
		}
		m := s.marks[f.list()]
		if m == 0 {
			w := x.weightOf(f)
			norm += w * w
			continue
		}
		q := &s.terms[m-1]
		w := uint64(q.weight)
		norm += w * w
		product += w * w
		n.shared++
		if i < int(d.titles) && q.title() {
			n.title++
		}
		if f.kind() == kindNumber {
			n.numbers++
		}
		if l := &x.table.lists[f.list()]; f.kind() == kindNumber || l.names > l.plain || q.having*rarity <= s.entries-prior {
			n.telling++
		}
	}
	n.titles = int(d.titles) + s.titles - n.title
	n.own, n.its = s.numbers-n.numbers, numbers-n.numbers
	n.score = float64(product) / math.Sqrt(float64(s.norm)*float64(norm))
	apart := when - d.when
	if apart < 0 {
		apart = -apart
	}
	n.faded = n.score * (1 - float64(apart)/float64(2*MaxApart.Milliseconds()))
	return n
}

// cohesion is how near docs are to each other: the length of the mean of their
// unit vectors, 1 for docs that are alike.
func (x *Index) cohesion(docs []*doc) float64 {
	const unit = 1 << 16
	s := &x.search
	if len(s.unit) < len(x.table.lists) {
		s.unit = make([]uint32, len(x.table.lists)+len(x.table.lists)/8+64)
	}
	var weights [maxTerms]uint64
	var square uint64
	for _, d := range docs {
		var norm uint64
		for i, f := range d.terms {
			weights[i] = x.weightOf(f)
			norm += weights[i] * weights[i]
		}
		length := uint64(math.Sqrt(float64(norm)))
		for i, f := range d.terms {
			u := uint64(s.unit[f.list()])
			v := u + weights[i]*unit/length
			square += v*v - u*u
			s.unit[f.list()] = uint32(v)
		}
	}
	for _, d := range docs {
		for _, f := range d.terms {
			s.unit[f.list()] = 0
		}
	}
	return math.Sqrt(float64(square)) / float64(unit*len(docs))
}
