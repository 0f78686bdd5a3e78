package story

import "math"

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
		v := x.note(f)
		w, m := weighed(v, f.kind()), v.mark()
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
