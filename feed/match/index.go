package match

import (
	"math/bits"
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
	exact  map[string]wordID
	prefix map[string]wordID
	// roots tells for the first three letters of a word how long, in bytes, the
	// prefixes are that begin with them: bit n for n bytes, bit 63 for 63 and
	// more. A word asks for those only.
	roots   map[root]uint64
	forms   []string // by word
	phrases []filed
	words   []indexWord // of all phrases, one after the other
	// The phrases filed under a word are postings[starts[id]:starts[id+1]].
	starts   []uint32
	postings []uint32
	longest  int // prefix, in bytes
}

// root is the first minPrefix runes of a word.
type root [minPrefix]rune

// A filed phrase has its words at index.words[first:first+n].
type filed struct {
	first   uint32
	pattern patternID
	n       uint8
	under   uint8 // which of its words it is filed under
	in      texts
}

type indexWord struct {
	id       wordID
	prefix   bool
	capitals bool
}

// buildIndex files the phrases of all patterns.
func buildIndex(patterns []pattern) *index {
	x := &index{
		exact:  make(map[string]wordID),
		prefix: make(map[string]wordID),
		roots:  make(map[root]uint64),
		forms:  []string{""},
	}
	for id, p := range patterns {
		for _, ph := range p {
			f := filed{first: uint32(len(x.words)), pattern: patternID(id), n: uint8(len(ph.words)), in: ph.in}
			for _, w := range ph.words {
				x.words = append(x.words, indexWord{x.word(w), w.prefix, w.capitals})
			}
			x.phrases = append(x.phrases, f)
		}
	}
	x.file()
	x.words = slices.Clip(x.words)
	x.phrases = slices.Clip(x.phrases)
	return x
}

// word numbers a word of a pattern.
func (x *index) word(w phraseWord) wordID {
	ids := x.exact
	if w.prefix {
		ids = x.prefix
	}
	id, ok := ids[w.form]
	if ok {
		return id
	}
	id = wordID(len(x.forms))
	form := strings.Clone(w.form) // not the whole pattern that it is cut from
	x.forms = append(x.forms, form)
	ids[form] = id
	if w.prefix {
		r, _ := rootOf(form)
		x.roots[r] |= 1 << min(len(form), 63)
		x.longest = max(x.longest, len(form))
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
	x.starts = make([]uint32, len(x.forms)+1)
	for i := range x.phrases {
		f := &x.phrases[i]
		words := x.phraseWords(f)
		for k := range words {
			if x.rarer(words[k], words[f.under], uses) {
				f.under = uint8(k)
			}
		}
		x.starts[words[f.under].id+1]++
	}
	for i := 1; i < len(x.starts); i++ {
		x.starts[i] += x.starts[i-1]
	}
	x.postings = make([]uint32, len(x.phrases))
	next := slices.Clone(x.starts)
	for i := range x.phrases {
		id := x.phraseWords(&x.phrases[i])[x.phrases[i].under].id
		x.postings[next[id]] = uint32(i)
		next[id]++
	}
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

// rootOf is not ok where the form has fewer runes.
func rootOf(form string) (r root, ok bool) {
	n := 0
	for _, c := range form {
		r[n] = c
		if n++; n == minPrefix {
			return r, true
		}
	}
	return r, false
}

// find calls found for each place where a phrase stands: the phrase and its
// first word. ids is scratch space, returned for the next call.
func (x *index) find(w *text.Words, ids []wordID, found func(f *filed, first int)) []wordID {
	ids = slices.Grow(ids[:0], len(w.Words))[:len(w.Words)]
	for i := range w.Words {
		ids[i] = x.exact[w.Words[i].Form]
	}
	look := looker{x, w, ids, otherText, nil, found}
	if text.Uzbek(w.Language) {
		look.in = uzbekText
	}
	for p := range w.Parts {
		look.part = &w.Parts[p]
		for i := look.part.First; i < look.part.End; i++ {
			if ids[i] != 0 {
				look.verify(i, ids[i])
			}
			look.prefixes(i)
		}
	}
	return ids
}

// A looker goes through the words of one text.
type looker struct {
	*index
	w     *text.Words
	ids   []wordID
	in    texts
	part  *text.Part
	found func(*filed, int)
}

// prefixes verifies the candidates under the prefixes of word i.
func (l *looker) prefixes(i int) {
	form := l.w.Words[i].Form
	r, ok := rootOf(form)
	if !ok {
		return
	}
	for lengths := l.roots[r]; lengths != 0; lengths &= lengths - 1 {
		n := bits.TrailingZeros64(lengths)
		if n == 63 {
			for ; n <= min(len(form), l.longest); n++ {
				l.prefixOf(i, n)
			}
			return
		}
		if n > len(form) {
			return
		}
		l.prefixOf(i, n)
	}
}

func (l *looker) prefixOf(i, n int) {
	if id := l.prefix[l.w.Words[i].Form[:n]]; id != 0 {
		l.verify(i, id)
	}
}

// verify compares the phrases filed under a word with the words around word i.
func (l *looker) verify(i int, id wordID) {
	for _, n := range l.postings[l.starts[id]:l.starts[id+1]] {
		f := &l.phrases[n]
		first := i - int(f.under)
		if first < l.part.First || first+int(f.n) > l.part.End || f.in != anyText && f.in != l.in {
			continue
		}
		if l.stands(f, first) {
			l.found(f, first)
		}
	}
}

func (l *looker) stands(f *filed, first int) bool {
	for k, pw := range l.phraseWords(f) {
		i := first + k
		w := &l.w.Words[i]
		form := l.forms[pw.id]
		if pw.prefix && !strings.HasPrefix(w.Form, form) || !pw.prefix && l.ids[i] != pw.id {
			return false
		}
		if pw.capitals && (int(w.Upper) < len(form) || l.part.AllCapitals && l.part.Field == feed.FieldTitle) {
			return false
		}
	}
	return true
}
