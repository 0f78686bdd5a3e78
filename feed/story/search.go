package story

import (
	"cmp"
	"slices"
)

// What one search may cost. Terms are read from the rarest on, and what they
// find is measured exactly.
const (
	maxSlots    = 12_000 // of all lists together
	manySlots   = 3_000  // after these the commonest words, an eighth of the whole, are let go
	maxNearest  = 24     // of one language
	maxAcross   = 20     // of others
	commonShare = 50     // a term that one of so many entries has fetches none
	fewEntries  = 50     // or a few, in a small window
)

// A search is what the index keeps between searches to save its making.
type search struct {
	sums    []uint32 // by doc; 0 between searches
	touched []uint32
	unit    []uint32 // by list, for cohesion; 0 between searches

	terms    []sought // words, figures and dates first, as they are encoded
	words    int
	order    []uint64 // of what can be read, the rarest first: having, key and place in terms
	reads    []reading
	norm     uint64 // of the weights of words, figures and dates, squared
	across   uint64 // of those of concepts and figures, which count across languages
	names    []name
	language uint16
	source   uint32
	entries  uint32
	log      uint32 // of entries, as log2 has it
	titles   int
	numbers  int
	concepts int
	// titleNames are the names and numbers of the title.
	titleNames int
	best       []uint64
	fetched    filing // so that it is read
	near       []near
	other      []near
}

// What an order has besides the number of entries that have a term.
const (
	placeBits = 7 // of maxTerms
	keyBits   = valueBits + 3
)

// A sought term is one of the new entry.
type sought struct {
	term
	list    int32 // -1 for none
	having  uint32
	weight  uint32
	telling bool // a name or a number
	naming  bool // in a title, perhaps one
	common  bool // commonplace, where it is in the window
	formula int8 // whether the new one's source writes it again and again: 0 not looked up, 1 yes, -1 no
}

// A name is a skeleton of an entry with its weight.
type name struct {
	skeleton skeleton
	weight   uint32
	having   uint32
	term     int // of the search's terms
}

// byWords finds the entries of its language that are nearest by words to the one that
// was sought, the nearest first.
func (x *Index) byWords(when int64) []near {
	s := &x.search
	floor := x.o.Best * 2 / 3
	s.near = s.near[:0]
	x.mark(true)
	best := x.best(false, when, floor, least(s.norm, floor), maxNearest)
	x.fetch(best)
	for _, v := range best {
		if n := x.compare(&x.docs[uint32(v)], when); n.score >= floor {
			s.near = append(s.near, n)
		}
	}
	x.mark(false)
	slices.SortFunc(s.near, nearestFirst)
	return s.near
}

// bySharing finds those that are nearest by what they have besides words, in any
// language, the nearest first. In a window of one language words tell what names
// alone can.
func (x *Index) bySharing(when int64) []near {
	s := &x.search
	s.other = s.other[:0]
	if !x.shares(s) {
		return nil
	}
	floor := x.o.Across * 2 / 3
	x.mark(true)
	best := x.best(true, when, floor, 0, maxAcross)
	x.fetch(best)
	for _, v := range best {
		if n := x.compareAcross(&x.docs[uint32(v)], when); n.score >= floor {
			s.other = append(s.other, n)
		}
	}
	x.mark(false)
	slices.SortFunc(s.other, nearestFirst)
	return s.other
}

// best are the docs to compare with: those that are ahead's, where they are sure to be the
// same, else those that a search finds.
func (x *Index) best(across bool, when int64, floor float64, least uint32, most int) []uint64 {
	s := &x.search
	x.plan(s, across, floor)
	from := x.since(when - x.o.Apart.Milliseconds())
	if x.ahead != nil {
		if best, sure := x.follow(x.ahead.of(across), when, across, least, from, most); sure {
			x.spared.Add(1)
			return best
		}
	}
	x.sum(s, least, from)
	return x.largest(s, across, when-x.o.Apart.Milliseconds(), when+x.o.Apart.Milliseconds(), least, most)
}

// fetch reads of the terms of docs what a line of memory has, of all of them at once: one
// after the other they would each be waited for.
func (x *Index) fetch(best []uint64) {
	const line = 64 / 4
	var all filing
	for _, v := range best {
		t := x.docs[uint32(v)].terms
		for i := 0; i < len(t); i += line {
			all |= t[i]
		}
	}
	x.search.fetched = all
}

// shares reports whether entries are compared by what they have besides words.
func (x *Index) shares(s *search) bool {
	return x.o.Across < 1 && (s.concepts > 0 || x.speakers[s.language] != x.alive)
}

func nearestFirst(a, b near) int {
	return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.doc.key, b.doc.key))
}

// seek looks up the terms, and orders them by how rare they are.
func (x *Index) seek(s *search, t []byte, source uint32) {
	s.terms, s.order, s.names = s.terms[:0], s.order[:0], s.names[:0]
	s.norm, s.across, s.titles, s.numbers, s.titleNames, s.concepts = 0, 0, 0, 0, 0, 0
	s.language, s.source, s.words = language(t), source, wordCount(t)
	s.entries = uint32(x.alive) + 1 + prior
	s.log = log2(s.entries)
	most := max(fewEntries, s.entries/commonShare)
	for i := range count(t) {
		v := at(t, i)
		q := sought{term: v, list: int32(x.table.find(v.key()))}
		l := list{}
		if q.list >= 0 {
			l = x.table.lists[q.list]
			q.common = commonplace(&l, l.having+1, s.entries)
		}
		l.tell(v.kind(), 1)
		q.having = l.having + 1
		q.weight = x.curve.weight(v.kind(), s.log, q.having, l.names, l.plain)
		w := uint64(q.weight)
		switch f := family(v.kind()); {
		case f == familyWord:
			s.norm += w * w
		case f == familyNumber:
			s.norm += w * w
			s.across += w * w
		case f == familyDate:
			s.norm += w * w
			s.across += w * w * dateWorth / 100
		case f == familyConcept:
			s.concepts++
			s.across += w * w
		}
		if contradicts(v.kind()) {
			s.numbers++
		}
		q.telling = v.kind() == kindNumber || v.kind() <= kindName && l.names > l.plain
		if i < s.words && v.title() {
			s.titles++
			if q.naming = q.telling || v.kind() != kindPlain && v.kind() <= kindName && l.plain == 0; q.naming {
				s.titleNames++
			}
		}
		s.terms = append(s.terms, q)
		if q.list >= 0 && q.having <= most {
			s.order = append(s.order, uint64(q.having)<<(keyBits+placeBits)|uint64(v.key())<<placeBits|uint64(i))
		}
	}
	x.seekNames(s)
	slices.Sort(s.order)
}

// seekNames finds which skeletons are names: where a capital may say nothing,
// the word's other places in the window tell.
func (x *Index) seekNames(s *search) {
	next := s.words
	for i := range s.words {
		if !s.terms[i].named() {
			continue
		}
		q := &s.terms[next]
		l := list{}
		if n := s.terms[i].list; n >= 0 {
			l = x.table.lists[n]
		}
		if isName(q.kind(), l.names, l.plain, s.language) {
			s.names = append(s.names, name{skeleton(q.value()), q.weight, q.having, next})
		} else {
			q.weight = 0
		}
		next++
	}
}

// isName reports whether a skeleton is a name, by the window's use of its word.
func isName(kind, names, plain uint32, language uint16) bool {
	if kind == kindSkeleton {
		return names+1 > plain
	}
	if language == 'e'<<8|'n' && names == 0 {
		return false // every word of an English headline has a capital
	}
	return plain <= names
}

// mark marks the lists of the terms, so that compare knows them, or takes the
// marks away.
func (x *Index) mark(on bool) {
	s := &x.search
	for i := range s.terms {
		if n := s.terms[i].list; n >= 0 {
			v := &x.table.notes[n]
			*v &^= noteMark
			if on {
				*v |= note(i + 1)
			}
		}
	}
}
