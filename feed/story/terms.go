package story

import (
	"encoding/binary"
	"strings"

	"topicwire/feed"
	"topicwire/feed/text"
)

// What of an entry is compared. Its first words tell what it reports; the rest
// of a full article only makes it look different from the same news in brief.
const (
	maxTitle    = 32 // different words of the title
	maxWords    = 56 // in all
	maxNames    = 12
	maxConcepts = 24
	maxTerms    = maxWords + maxNames + maxConcepts
	stem        = 5 // letters of a word that count: a stemmer for every language
)

// A term is one thing that an entry speaks of: a word of its language, a figure
// or a date, the skeleton of a name, or a concept.
//
//	bits 0–24   value: the hash of a word, figure, date or concept; a skeleton
//	bits 25–28  kind
//	bit  29     in the title
//	bit  30     of a word: its name's skeleton is among the names
//
// Encoded, terms are a version, two bytes of the language, the number of words
// in the title, the number of words, and four bytes a term: words, figures and
// dates as they are read, those of the title first, then names, then concepts.
type term uint32

const (
	version   = 2
	valueBits = 25
	valueMask = 1<<valueBits - 1
	kindMask  = 15
	titleBit  = 1 << 29
	namedBit  = 1 << 30
	headSize  = 5
	termSize  = 4
)

// The kinds of terms.
const (
	kindPlain    = iota // a word in small letters
	kindOpen            // a word with a capital that says nothing: of a headline, a sentence's first
	kindName            // a word with a capital where grammar asks for none
	kindNumber          // a figure with its unit
	kindSpelled         // a figure in letters
	kindDate            // a day of a month, or a year
	kindSkeleton        // a name, sure to be one
	kindPerhaps         // a name, if the word is one elsewhere
	kindPlace           // concepts, by their kinds
	kindOrg
	kindOffice
	kindEvent
	kindObject
	kinds
)

func (t term) value() uint32 { return uint32(t) & valueMask }
func (t term) kind() uint32  { return uint32(t) >> valueBits & kindMask }
func (t term) title() bool   { return t&titleBit != 0 }
func (t term) named() bool   { return t&namedBit != 0 }

func termOf(value, kind uint32) term { return term(value&valueMask | kind<<valueBits) }

// as is the term as one of another kind.
func (t term) as(kind uint32) term { return t&^(kindMask<<valueBits) | term(kind<<valueBits) }

// Terms encodes what an entry speaks of as stories compare it: the words of the
// title and the first of the text behind it, each once, its names, and the
// concepts that were found in it, in text order. It is nil where there is
// nothing.
func Terms(w *text.Words, found []feed.ConceptHit) feed.Terms {
	r := reader{w: w, language: languageKey(w), covered: covers(w, found)}
	var room [maxTerms]term
	r.words.terms = room[:0:maxWords]
	r.names.terms = room[maxWords : maxWords : maxWords+maxNames]
	r.found.terms = room[maxWords+maxNames:][:0]
	titles := 0
	for n := range w.Parts {
		p := &w.Parts[n]
		if p.Field == feed.FieldCategory {
			break
		}
		r.part(p)
		if p.Field == feed.FieldTitle {
			titles = len(r.words.terms)
		}
	}
	r.concepts(found)
	total := len(r.words.terms) + len(r.names.terms) + len(r.found.terms)
	if total == 0 {
		return nil
	}
	out := make(feed.Terms, 0, headSize+termSize*total)
	out = append(out, version, byte(r.language>>8), byte(r.language), byte(titles), byte(len(r.words.terms)))
	for _, set := range [...][]term{r.words.terms, r.names.terms, r.found.terms} {
		for _, t := range set {
			out = binary.LittleEndian.AppendUint32(out, uint32(t))
		}
	}
	return out
}

// languageKey is the language whose words a text shares: two letters of its tag;
// its script where the language is unknown.
func languageKey(w *text.Words) uint16 {
	if l := strings.ToLower(w.Language); len(l) >= 2 {
		return uint16(l[0])<<8 | uint16(l[1])
	}
	cyrillic := 0
	for i := range w.Words {
		if f := w.Words[i].Form; 0xd0 <= f[0] && f[0] <= 0xd3 {
			cyrillic++
		}
	}
	if 2*cyrillic > len(w.Words) {
		return '?'<<8 | 'c'
	}
	return '?'<<8 | 'l'
}

// covers are the words that a place or an organisation takes: their capitals are
// no names besides.
func covers(w *text.Words, found []feed.ConceptHit) []bool {
	var out []bool
	for _, h := range found {
		if h.Kind != feed.ConceptPlace && h.Kind != feed.ConceptOrg {
			continue
		}
		if out == nil {
			out = make([]bool, len(w.Words))
		}
		for i := h.First; i < h.End; i++ {
			out[i] = true
		}
	}
	return out
}

// A reader gathers the terms of an entry.
type reader struct {
	w        *text.Words
	language uint16
	covered  []bool
	words    termSet
	names    termSet
	found    termSet
	// seen is told each term that a text has, with the words it is of. It may be nil.
	seen func(t term, p *text.Part, first, last int)
}

// part reads one text.
func (r *reader) part(p *text.Part) {
	title, limit := term(0), maxWords
	if p.Field == feed.FieldTitle {
		title, limit = titleBit, maxTitle
	}
	words := r.w.Words[p.First:p.End]
	headline := p.AllCapitals || title != 0 && capitalised(words)
	from, to := 0, 0
	if title == 0 {
		from, to = dateline(p.Text)
	}
	end := credit(p, words)
	if title == 0 {
		end = cutOff(p, words)
	}
	for i := 0; i < end && len(r.words.terms) < limit; i++ {
		start := int(words[i].Start)
		if from <= start && start < to {
			continue
		}
		if f, ok := figureAt(p, words, i); ok {
			kind := uint32(kindNumber)
			switch {
			case f.date:
				kind = kindDate
			case f.spelled:
				kind = kindSpelled
			}
			t := termOf(hashOf(f.text, family(kind)), kind)
			if r.words.add(t | title); r.seen != nil {
				r.seen(t, p, i, f.last)
			}
			i = f.last
			continue
		}
		t, ok := r.word(&words[i])
		if !ok {
			continue
		}
		if t.kind() == kindName && (headline || begins(p.Text, start)) {
			t = t.as(kindOpen)
		}
		if r.seen != nil {
			r.seen(t, p, i, i)
		}
		if t.kind() != kindPlain && (r.covered == nil || !r.covered[p.First+i]) {
			if t = r.name(t, &words[i], title); t.named() && r.seen != nil {
				r.seen(r.names.terms[len(r.names.terms)-1], p, i, i)
			}
		}
		r.words.add(t | title)
	}
}

// name adds the skeleton of a word with a capital.
func (r *reader) name(t term, w *text.Word, title term) term {
	if len(r.names.terms) == maxNames {
		return t
	}
	k := skeletonOf(w.Form, r.w.Language)
	if k == 0 || r.words.has(t) {
		return t
	}
	kind := uint32(kindPerhaps)
	if t.kind() == kindName {
		kind = kindSkeleton
	}
	n := len(r.names.terms)
	r.names.add(termOf(uint32(k), kind) | title)
	if len(r.names.terms) > n {
		t |= namedBit
	}
	return t
}

// concepts adds what was found, each once.
func (r *reader) concepts(found []feed.ConceptHit) {
	for _, h := range found {
		if len(r.found.terms) == maxConcepts {
			return
		}
		title := term(0)
		if p := r.w.Part(h.First); p != nil && p.Field == feed.FieldTitle {
			title = titleBit
		}
		kind := conceptKind(h.Kind)
		r.found.add(termOf(hashOf(h.Concept, kindPlace), kind) | title)
	}
}

func conceptKind(k feed.ConceptKind) uint32 {
	switch k {
	case feed.ConceptPlace:
		return kindPlace
	case feed.ConceptOrg:
		return kindOrg
	case feed.ConceptOffice:
		return kindOffice
	case feed.ConceptEvent:
		return kindEvent
	}
	return kindObject
}

// word makes a term of a word. It is not ok for a letter on its own.
func (r *reader) word(w *text.Word) (t term, ok bool) {
	f := w.Form
	if text.Uzbek(r.w.Language) {
		f = folded(f, "uz") // both scripts in one alphabet
	}
	h := uint32(offset32)
	h = (h ^ uint32(r.language)) * prime32
	letters := 0
	for i := range len(f) {
		if f[i] < 0x80 || f[i] >= 0xc0 {
			if letters == stem {
				break
			}
			letters++
		}
		h = (h ^ uint32(f[i])) * prime32
	}
	// One ideograph is a word, one letter of an alphabet is none.
	if letters < 2 && (f == "" || f[0] < 0xe2) {
		return 0, false
	}
	kind := uint32(kindPlain)
	switch {
	case w.Upper > 0 && (int(w.Upper) < len(w.Form) || w.AllCapitals):
		kind = kindName
	case w.Upper > 0:
		kind = kindOpen
	}
	return termOf(mixed(h), kind), true
}
