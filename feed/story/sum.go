package story

import "slices"

// plan chooses what sum reads: the rarest terms, until what is left can no longer make a
// score of floor: over words within the language, or over what counts across.
func (x *Index) plan(s *search, across bool, floor float64) {
	norm := s.norm
	if across {
		norm = s.across
		for _, n := range s.names {
			norm += uint64(n.weight) * uint64(n.weight)
		}
	}
	left, enough := norm, uint64(float64(norm)*floor*floor)
	for i := range s.terms {
		if q := &s.terms[i]; q.list < 0 && q.counts(across) {
			left -= min(left, uint64(q.weight)*uint64(q.weight)) // rarer than all others
		}
	}
	s.reads = s.reads[:0]
	room := maxSlots
	for _, o := range s.order {
		place := o & (1<<placeBits - 1)
		q := &s.terms[place]
		if !q.counts(across) {
			continue
		}
		if left < enough || room <= 0 || room < maxSlots-manySlots && left < norm/8 {
			break
		}
		left -= min(left, uint64(q.weight)*uint64(q.weight))
		room -= int(x.table.lists[q.list].having)
		s.reads = append(s.reads, reading{uint8(place), max(1, q.weight*q.weight>>6)})
	}
}

// A reading is of one term's list.
type reading struct {
	place uint8  // of the term in terms
	part  uint32 // what the term is in a sum
}

// sum adds up, by doc, the products of the weights of what is planned, from a slot on. Of
// docs that have none of the rarer terms those are left out whose sum would be less than
// least.
func (x *Index) sum(s *search, least, from uint32) {
	if len(s.sums) < len(x.docs) {
		s.sums = make([]uint32, len(x.docs)+len(x.docs)/8+64)
	}
	sums, touched := s.sums, s.touched[:0]
	rest := uint32(0) // what the lists that were not read can make
	for _, r := range s.reads {
		rest += r.part
		s.fetched |= filing(x.slots(s, r)[0]) // all of them at once, as in fetch
	}
	for _, r := range s.reads {
		known := rest < least
		rest -= r.part
		for _, slot := range since(x.slots(s, r), from) {
			d := slot - x.base
			if sums[d] == 0 {
				if known {
					continue
				}
				touched = append(touched, d)
			}
			sums[d] += r.part
		}
	}
	s.touched = touched
}

// slots are those of the term that a reading is of.
func (x *Index) slots(s *search, r reading) []uint32 {
	return x.table.lists[s.terms[r.place].list].slots
}

// since are the slots from one on.
func since(slots []uint32, from uint32) []uint32 {
	if slots[0] >= from {
		return slots
	}
	n, _ := slices.BinarySearch(slots, from)
	return slots[n:]
}

// counts reports whether a term is one of those that are summed.
func (q *sought) counts(across bool) bool {
	f := family(q.kind())
	if across {
		return f != familyWord && f != familyDate && q.weight > 0
	}
	return f < familySkeleton && q.weight > 0
}

// least is the sum from which on a doc is looked at. Where the sum is whole, a score of
// floor has one of floor² of the norm; what was left out may be some of it.
func least(norm uint64, floor float64) uint32 { return uint32(float64(norm>>6) * floor * floor / 4) }

// largest are the docs with the largest sums, as sum and doc, of those that are
// near enough in time and, by words, of the language of the new one.
func (x *Index) largest(s *search, across bool, from, to int64, least uint32, most int) []uint64 {
	best := s.best[:0]
	for _, d := range s.touched {
		sum := s.sums[d]
		s.sums[d] = 0
		v := uint64(sum)<<32 | uint64(d)
		if sum < least || len(best) == most && v < best[0] {
			continue
		}
		h := &x.heads[d]
		if !across && h.language != s.language || h.when < from || h.when > to || h.gone {
			continue
		}
		if len(best) < most {
			best = append(best, v)
			if len(best) == most {
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
