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
func (x *Index) commonplace(l *list, having uint32) bool {
	const share, mostly = 6, 2 // one entry in six; in half of them at least in small letters
	return having > max(fewEntries, x.search.entries/share) && l.plain*mostly >= having
}

// weightOf is the weight of a filing in an entry of the window.
func (x *Index) weightOf(f filing) uint64 {
	l := &x.table.lists[f.list()]
	if l.weight == 0 || uint32(l.among) != x.search.log {
		x.weigh(l, f.kind())
	}
	if k := f.kind(); k > kindName {
		return uint64(l.weight) * uint64(worth[k]) / plainWorth
	}
	return uint64(l.weight)
}

// weigh keeps the weight of a list: of a word, or of what is as rare and worth as
// much as a plain word.
func (x *Index) weigh(l *list, kind uint32) {
	log := x.search.log
	if kind > kindName {
		l.weight = uint16(x.curve.rare(log, l.having))
	} else {
		l.weight = uint16(x.curve.weight(kindOpen, log, l.having, l.names, l.plain))
	}
	l.among = uint16(log)
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
		if contradicts(f.kind()) {
			numbers++
		}
		telling := f.kind() == kindNumber
		if l := &x.table.lists[f.list()]; f.kind() <= kindName && l.names > l.plain {
			telling = true
		}
		m := s.marks[f.list()]
		if m == 0 {
			w := x.weightOf(f)
			norm += w * w
			if i < int(d.titles) && (telling || f.kind() != kindPlain && f.kind() <= kindName && x.table.lists[f.list()].plain == 0) {
				n.itsNames++
			}
			continue
		}
		q := &s.terms[m-1]
		w := uint64(q.weight)
		norm += w * w
		n.shared++
		if telling || !x.commonplace(&x.table.lists[f.list()], q.having) {
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
		if contradicts(f.kind()) && contradicts(q.kind()) {
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
	for i := len(slots) - 1; i >= max(0, len(slots)-looked); i-- {
		if x.docs[slots[i]-x.base].source == x.search.source {
			if n++; n == often {
				return true
			}
		}
	}
	return false
}

// unmatched is what a name that the other entry lacks weighs, in hundredths of its
// square: many reports name somebody whom the others leave out.
const unmatched = 64

// likely is what two spellings that are not the same make of a name, in hundredths.
const likely = 70

// Of the likeness of two entries of one language a part is that of their names,
// concepts and figures, which asks for more than it gives: two reports that
// share the words of a subject alone lose by it.
const (
	besidesPart  = .2
	besidesWorth = .6
)

// besides is the faded score of an entry of the language of the new one, with
// what both have besides words taken into account.
func (x *Index) besides(n *near, when int64) float64 {
	b, ok := x.beyondWords(n.doc)
	if !ok {
		return n.faded
	}
	if !b.rare {
		b.score *= commonly
	}
	score := b.score * besidesWorth * (1 - apart(when, n.doc.when)/(2*float64(MaxApart.Milliseconds())))
	if n.doc.source == x.search.source {
		score *= ownSource
	}
	// Rounded one by one: a machine that fuses the two would tell other stories.
	return float64(n.faded*(1-besidesPart)) + float64(score*besidesPart)
}

// Besides words, what one entry of the window in so many has is rare, or what so few
// have; and two entries of one language, which words tell better, must share so many
// things, a rare one among them, for a likeness that is worth half.
const (
	rareShare   = 40
	rareFew     = 6
	sameShared  = 4
	sameBesides = .5
)

// compareAcross measures an entry of the window against the new one by what both
// have besides words.
func (x *Index) compareAcross(d *doc, when int64) near {
	b, ok := x.beyondWords(d)
	n := near{doc: d, across: true, shared: b.shared, witnesses: b.shared}
	if !ok || b.shared < 2 {
		return n
	}
	if n.score = b.score; !b.rare {
		n.score *= commonly
	}
	if d.language == x.search.language {
		if !b.rare || b.shared < sameShared {
			return near{doc: d, across: true}
		}
		if n.score *= sameBesides; d.source == x.search.source {
			n.score *= commonly
		}
	}
	n.faded = n.score * (1 - apart(when, d.when)/float64(MaxApart.Milliseconds()))
	return n
}

// commonly is what a likeness without anything rare is worth.
const commonly = .7

// A beyond is what two entries have in common besides words.
type beyond struct {
	score  float64 // cosine
	shared int     // names, concepts and figures
	rare   bool    // one of them is
	// The sums of the score: of what both have, and of all that each has.
	product, own, its uint64
}

// share counts one that both have, and in how many entries it stands.
func (b *beyond) share(having, entries uint32) {
	b.shared++
	b.rare = b.rare || having <= max(rareFew, entries/rareShare)
}

// dateWorth is what a day or a year is worth besides words, in hundredths of its
// square among them: half of a day's reports have it.
const dateWorth = 9

// beyondWords measures an entry of the window against the new one by names,
// concepts, figures and dates; false if one of them has none.
func (x *Index) beyondWords(d *doc) (b beyond, ok bool) {
	s := &x.search
	var theirs [maxNames]name
	names := 0
	next := int(d.words)
	for i, f := range d.terms {
		fam := family(f.kind())
		if i < int(d.words) {
			if f.named() && names < maxNames {
				k := d.terms[next]
				next++
				l, kl := &x.table.lists[f.list()], &x.table.lists[k.list()]
				if isName(k.kind(), l.names, l.plain, d.language) {
					theirs[names] = name{skeleton: skeleton(kl.key & valueMask), weight: uint32(x.weightOf(k)), having: kl.having}
					names++
				}
			}
			if fam == familyWord {
				continue
			}
		}
		if fam == familySkeleton {
			continue
		}
		w := x.weightOf(f)
		m := s.marks[f.list()]
		if m > 0 {
			w = uint64(s.terms[m-1].weight)
		}
		w *= w
		if fam == familyDate {
			w = w * dateWorth / 100
		}
		b.its += w
		if m > 0 {
			b.product += w
			if fam != familyDate {
				b.share(s.terms[m-1].having, s.entries)
			}
		}
	}
	b.own = s.across
	x.matchNames(&b, theirs[:names])
	if b.its == 0 || b.own == 0 {
		return b, false
	}
	b.score = float64(b.product) / math.Sqrt(float64(b.own)*float64(b.its))
	return b, true
}

// matchNames pairs the names of the new entry with those of another, equal ones
// first.
func (x *Index) matchNames(b *beyond, theirs []name) {
	s := &x.search
	var mine, used [maxNames]bool
	for _, exact := range [...]bool{true, false} {
		for i := range s.names {
			m := &s.names[i]
			if mine[i] {
				continue
			}
			for j := range theirs {
				t := &theirs[j]
				if used[j] || exact && m.skeleton != t.skeleton || !exact && !m.skeleton.alike(t.skeleton) {
					continue
				}
				mine[i], used[j] = true, true
				p := uint64(m.weight) * uint64(t.weight)
				if !exact {
					p = p * likely / 100
				}
				b.product += p
				b.share(min(m.having, t.having), s.entries)
				break
			}
		}
	}
	for i := range s.names {
		b.own += s.names[i].square(mine[i])
	}
	for j := range theirs {
		b.its += theirs[j].square(used[j])
	}
}

// square is a name's part of the norm of its entry.
func (n *name) square(matched bool) uint64 {
	w := uint64(n.weight) * uint64(n.weight)
	if !matched {
		w = w * unmatched / 100
	}
	return w
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
