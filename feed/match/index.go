package match

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A wordID numbers a word or prefix of the patterns; 0 is none.
type wordID uint32

// An index finds the phrases that stand in a text. It is built once and then
// only read.
type index struct {
	exact, prefix table
	forms         []string // by word
	phrases       []filed
	words         []indexWord       // of all phrases, one after the other
	cased         map[uint32]string // by word, what its form must be with its capitals
	// The phrases filed under a word are postings[starts[id]:starts[id+1]].
	starts   []uint32
	postings []uint32
	// begins has a bit for the first two bytes of every word that phrases are filed under.
	begins [1 << 16 / 64]uint64
}

// A filed phrase has its words at index.words[first:first+n].
type filed struct {
	first   uint32
	pattern patternID
	n       uint8
	under   uint8 // which of its words it is filed under
	in      texts
	where   fields
}

type indexWord struct {
	id       wordID
	prefix   bool
	capitals bool
	cased    bool // there is one in index.cased
}

// buildIndex files the phrases of all patterns.
func buildIndex(patterns []pattern) *index {
	x := &index{forms: []string{""}, cased: make(map[uint32]string)}
	exact, prefix := make(map[string]wordID), make(map[string]wordID)
	for id := range patterns {
		for _, ph := range patterns[id].phrases {
			f := filed{first: uint32(len(x.words)), pattern: patternID(id), n: uint8(len(ph.words)), in: ph.in, where: ph.where}
			for _, w := range ph.words {
				ids := exact
				if w.prefix {
					ids = prefix
				}
				if w.cased != "" {
					x.cased[uint32(len(x.words))] = w.cased
				}
				x.words = append(x.words, indexWord{x.number(ids, w.form), w.prefix, w.capitals, w.cased != ""})
			}
			x.phrases = append(x.phrases, f)
		}
	}
	x.exact, x.prefix = tableOf(exact), tableOf(prefix)
	x.file()
	x.forms = slices.Clip(x.forms)
	x.words = slices.Clip(x.words)
	x.phrases = slices.Clip(x.phrases)
	return x
}

// number numbers a word of a pattern.
func (x *index) number(ids map[string]wordID, form string) wordID {
	id, ok := ids[form]
	if !ok {
		form = strings.Clone(form) // not the whole pattern that it is cut from
		id = wordID(len(x.forms))
		x.forms = append(x.forms, form)
		ids[form] = id
	}
	return id
}

// file chooses the word of each phrase that it is filed under, and fills the
// postings.
func (x *index) file() {
	uses := make([]uint32, len(x.forms))
	for _, w := range x.words {
		uses[w.id]++
	}
	under := func(phrase uint32) uint32 {
		f := &x.phrases[phrase]
		return uint32(x.phraseWords(f)[f.under].id)
	}
	x.postings = make([]uint32, len(x.phrases))
	for i := range x.phrases {
		x.postings[i] = uint32(i)
		f := &x.phrases[i]
		words := x.phraseWords(f)
		for k := range words {
			if x.rarer(words[k], words[f.under], uses) {
				f.under = uint8(k)
			}
		}
	}
	slices.SortStableFunc(x.postings, func(a, b uint32) int { return cmp.Compare(under(a), under(b)) })
	x.starts = startsOf(x.postings, len(x.forms), under)
	for id, form := range x.forms {
		if len(form) > 1 && x.starts[id] < x.starts[id+1] {
			n := uint(form[0])<<8 | uint(form[1])
			x.begins[n/64] |= 1 << (n % 64)
		}
	}
}

// mayFile reports whether phrases may be filed under a form, or under what it begins with.
func (x *index) mayFile(form string) bool {
	if len(form) < 2 {
		return true
	}
	n := uint(form[0])<<8 | uint(form[1])
	return x.begins[n/64]&(1<<(n%64)) != 0
}

// startsOf tells where in a sorted list the entries of each number begin: those
// of n are list[starts[n]:starts[n+1]].
func startsOf[T any](list []T, numbers int, number func(T) uint32) []uint32 {
	starts := make([]uint32, numbers+1)
	for _, one := range list {
		starts[number(one)+1]++
	}
	for n := range numbers {
		starts[n+1] += starts[n]
	}
	return starts
}

// rarer guesses from the patterns alone whether texts have word a less often
// than b, so that the same rules give the same index everywhere: short words are
// common ones unless they are abbreviations, a word that few patterns use is
// rarer than one that many do, a whole word than a prefix, a long word than a
// short one.
func (x *index) rarer(a, b indexWord, uses []uint32) bool {
	if s, t := x.short(a), x.short(b); s != t {
		return t
	}
	if uses[a.id] != uses[b.id] {
		return uses[a.id] < uses[b.id]
	}
	if a.prefix != b.prefix {
		return b.prefix
	}
	return len(x.forms[a.id]) > len(x.forms[b.id])
}

func (x *index) short(w indexWord) bool {
	return !w.capitals && utf8.RuneCountInString(x.forms[w.id]) <= 3
}

func (x *index) phraseWords(f *filed) []indexWord {
	return x.words[f.first : f.first+uint32(f.n)]
}

// phrasesOf are the phrases of a pattern.
func (x *index) phrasesOf(p patternID) []filed {
	from, _ := slices.BinarySearchFunc(x.phrases, p, func(f filed, p patternID) int { return cmp.Compare(f.pattern, p) })
	end := from
	for end < len(x.phrases) && x.phrases[end].pattern == p {
		end++
	}
	return x.phrases[from:end]
}

// A candidate is a word of a text that a phrase may be filed under.
type candidate struct {
	at int32 // the word
	id wordID
}

// A search is the scratch space of find.
type search struct {
	w          *text.Words
	part       *text.Part
	in         texts
	ids        []wordID // of the words as whole words, 0 for none
	candidates []candidate
}

// find calls found for each place where a phrase stands, with the phrase and its
// first word: in the order of the words that the phrases are filed under.
func (x *index) find(s *search, w *text.Words, found func(f *filed, first int)) {
	s.w, s.in = w, foreignText
	switch {
	case w.Language == "":
		s.in = unknownText
	case text.Uzbek(w.Language):
		s.in = uzbekText
	}
	s.ids = slices.Grow(s.ids[:0], len(w.Words))[:len(w.Words)]
	for p := range w.Parts {
		s.part = &w.Parts[p]
		s.candidates = s.candidates[:0]
		for i := s.part.First; i < s.part.End; i++ {
			s.candidates, s.ids[i] = x.candidates(s.candidates, i, w.Words[i].Form)
		}
		for _, c := range s.candidates {
			x.verify(s, c, found)
		}
	}
}

// verify compares the phrases filed under a candidate with the words around it.
func (x *index) verify(s *search, c candidate, found func(f *filed, first int)) {
	for _, n := range x.postings[x.starts[c.id]:x.starts[c.id+1]] {
		f := &x.phrases[n]
		first := int(c.at) - int(f.under)
		if first < s.part.First || first+int(f.n) > s.part.End || f.in&s.in == 0 || !f.where.has(s.part.Field) {
			continue
		}
		if x.stands(s, f, first) {
			found(f, first)
		}
	}
}

func (x *index) stands(s *search, f *filed, first int) bool {
	for k, pw := range x.phraseWords(f) {
		i := first + k
		w := &s.w.Words[i]
		form := x.forms[pw.id]
		if pw.prefix && !strings.HasPrefix(w.Form, form) || !pw.prefix && s.ids[i] != pw.id {
			return false
		}
		if pw.cased && !x.standsCased(s, f, k, i) {
			return false
		}
		if pw.capitals && (int(w.Upper) < len(form) || s.part.AllCapitals && s.part.Field == feed.FieldTitle) {
			return false
		}
	}
	return true
}

// standsCased compares word k of a phrase, whose form fits that of word i of the
// text, in its capitals and small letters.
func (x *index) standsCased(s *search, f *filed, k, i int) bool {
	want, got := x.cased[f.first+uint32(k)], s.w.Cased(s.part, i)
	if x.words[int(f.first)+k].prefix {
		return strings.HasPrefix(got, want)
	}
	return got == want
}
