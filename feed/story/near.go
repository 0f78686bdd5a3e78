package story

import "math"

// What tells two long texts of one event from two of one subject: of the words
// that they share beyond the first plenty, one in every must be a name, a number,
// or rare, which is to be in one of rarity entries at most.
const (
	plenty = 8
	every  = 4
	rarity = 200
)

// A near is an entry of the window and how near the new one is to it.
type near struct {
	doc     *doc
	across  bool    // by what both have besides words: of another language, or of the same
	score   float64 // cosine
	faded   float64 // less for the time between
	shared  int     // words; across, names, concepts and figures
	telling int     // of them: names, numbers and rare words
	// witnesses are those of the shared that are not commonplace.
	witnesses int
	title     int // title words that both have
	titles    int // title words that one of them has
	// Numbers that both have, that only the new one has, and only the other.
	numbers, own, its int
	// Names and numbers of the title that only the new one has, and only the other.
	ownNames, itsNames int
}

// jaccard is the share of title words that both have.
func (n *near) jaccard() float64 { return float64(n.title) / float64(max(1, n.titles)) }

// tells reports whether the words that both have are more than those of their
// subject. Any two long articles about football share as many words as two brief
// reports of one match do, but no names.
func (n *near) tells() bool { return n.across || n.shared-plenty <= every*n.telling }

// contradicts reports whether terms of a kind set two reports apart that differ in
// them.
func contradicts(kind uint32) bool { return kind == kindNumber || kind == kindDate }

// commonplace reports whether a word in small letters stands in so many entries of
// the window that to share it witnesses nothing: grammar, in any language.
func commonplace(l *list, having, entries uint32) bool {
	const share, mostly = 6, 2 // one entry in six; in half of them at least in small letters
	return having > max(fewEntries, entries/share) && l.plain*mostly >= having
}

// weightOf is the weight of a filing in an entry of the window.
func (x *Index) weightOf(f filing) uint64 { return weighed(x.note(f), f.kind()) }

// weighed is the weight of a term of a kind by the note on its list.
func weighed(n note, kind uint32) uint64 {
	if kind > kindName {
		return n.weight() * uint64(worth[kind]) / plainWorth
	}
	return n.weight()
}

// note is that on the list of a filing. Its weight is of a word, or of what is as rare and
// worth as much as a plain word.
func (x *Index) note(f filing) note {
	n := x.table.notes[f.list()]
	if log := x.search.log; !n.of(log) {
		l := &x.table.lists[f.list()]
		w := uint32(0)
		if f.kind() > kindName {
			w = x.curve.rare(log, l.having)
		} else {
			w = x.curve.weight(kindOpen, log, l.having, l.names, l.plain)
		}
		n = n&noteMark | note(w<<20|log<<9)
		if l.names > l.plain {
			n |= noteNamed
		}
		if l.plain == 0 {
			n |= noteBare
		}
		x.table.notes[f.list()] = n
	}
	return n
}

// compare measures an entry of the window against the new one of the same
// language.
func (x *Index) compare(d *doc, when int64) near {
	s := &x.search
	n := near{doc: d}
	var norm, product, formula uint64
	numbers := 0
	own := d.source == s.source
	for i, f := range d.terms[:d.words] {
		kind := f.kind()
		if contradicts(kind) {
			numbers++
		}
		v := x.table.notes[f.list()]
		if !v.of(s.log) {
			v = x.note(f)
		}
		telling := kind == kindNumber || kind <= kindName && v.named()
		m := v.mark()
		if m == 0 {
			w := weighed(v, kind)
			norm += w * w
			if i < int(d.titles) && (telling || kind != kindPlain && kind <= kindName && v.bare()) {
				n.itsNames++
			}
			continue
		}
		q := &s.terms[m-1]
		w := uint64(q.weight)
		norm += w * w
		n.shared++
		if telling || !q.common {
			n.witnesses++
		}
		if q.naming && q.title() {
			n.ownNames--
		}
		if own && x.formula(q) {
			formula += w * w * 3 / 4
			product += w * w / 4
			continue
		}
		product += w * w
		if i < int(d.titles) && q.title() {
			n.title++
		}
		if contradicts(kind) && contradicts(q.kind()) {
			n.numbers++
		}
		if telling || q.having*rarity <= s.entries-prior {
			n.telling++
		}
	}
	n.ownNames += s.titleNames
	n.titles = int(d.titles) + s.titles - n.title
	n.own, n.its = s.numbers-n.numbers, numbers-n.numbers
	n.score = float64(product) / math.Sqrt(float64(s.norm-min(s.norm, formula))*float64(norm-formula))
	n.faded = n.score * (1 - apart(when, d.when)/(2*float64(MaxApart.Milliseconds())))
	if own {
		n.faded *= ownSource
	}
	return n
}

// ownSource is what a likeness within one source is worth: its reports share
// formulas, its copies are updates.
const ownSource = .9

func abs(v int64) int64 { return max(v, -v) }

func apart(a, b int64) float64 { return float64(abs(a - b)) }

// formula reports whether the new entry's source writes a word again and again: in
// more than two entries of the window. It is looked up once a search.
func (x *Index) formula(q *sought) bool {
	if q.formula == 0 {
		q.formula = -1
		if x.writes(int(q.list)) {
			q.formula = 1
		}
	}
	return q.formula > 0
}

func (x *Index) writes(list int) bool {
	const often, looked = 3, 256
	slots := x.table.lists[list].slots
	n := 0
	for i, left := len(slots)-1, looked; i >= 0 && left > 0; i-- {
		if x.gone(slots[i]) {
			continue
		}
		left--
		if x.docs[slots[i]-x.base].source == x.search.source {
			if n++; n == often {
				return true
			}
		}
	}
	return false
}

// cohesion is how near docs are to each other: the length of the mean of their
// unit vectors, 1 for docs that are alike. Within a language the vectors are of
// words, across of the rest.
func (x *Index) cohesion(docs []*doc, across bool) float64 {
	const unit = 1 << 16
	s := &x.search
	if len(s.unit) < len(x.table.lists) {
		s.unit = make([]uint32, len(x.table.lists)+len(x.table.lists)/8+64)
	}
	var weights [maxTerms]uint64
	var square uint64
	part := func(d *doc) []filing {
		if across {
			return d.terms[d.words:]
		}
		return d.terms[:d.words]
	}
	for _, d := range docs {
		var norm uint64
		terms := part(d)
		for i, f := range terms {
			weights[i] = x.weightOf(f)
			norm += weights[i] * weights[i]
		}
		length := uint64(math.Sqrt(float64(norm)))
		if length == 0 {
			continue
		}
		for i, f := range terms {
			u := uint64(s.unit[f.list()])
			v := u + weights[i]*unit/length
			square += v*v - u*u
			s.unit[f.list()] = uint32(v)
		}
	}
	for _, d := range docs {
		for _, f := range part(d) {
			s.unit[f.list()] = 0
		}
	}
	return max(.3, math.Sqrt(float64(square))/float64(unit*len(docs)))
}
