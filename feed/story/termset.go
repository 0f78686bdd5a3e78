package story

import (
	"encoding/binary"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed/text"
)

// A termSet holds each term once, in the order of first occurrence.
type termSet struct {
	terms []term
	slots [256]uint8 // open addressing by value: index of a term + 1
}

// family tells words, figures, dates, names and concepts apart: within one, a
// value is one term, whatever its kind.
func family(kind uint32) uint32 {
	switch {
	case kind <= kindName:
		return familyWord
	case kind == kindNumber || kind == kindSpelled:
		return familyNumber
	case kind == kindDate:
		return familyDate
	case kind <= kindPerhaps:
		return familySkeleton
	}
	return familyConcept
}

const (
	familyWord = iota
	familyNumber
	familyDate
	familySkeleton
	familyConcept
)

// key names a term in the index.
func (t term) key() uint32 { return t.value() | family(t.kind())<<valueBits }

func (s *termSet) find(t term) (slot uint32, old *term) {
	i := t.key() * 0x9e3779b1 >> 24
	for ; s.slots[i] != 0; i = (i + 1) & 255 {
		if o := &s.terms[s.slots[i]-1]; o.key() == t.key() {
			return i, o
		}
	}
	return i, nil
}

func (s *termSet) has(t term) bool {
	_, old := s.find(t)
	return old != nil
}

// add adds a term, or lets the one there know what this one tells of its kind:
// one sure name makes it a name, and small letters say more than a headline.
func (s *termSet) add(t term) {
	i, old := s.find(t)
	if old == nil {
		s.terms = append(s.terms, t)
		s.slots[i] = uint8(len(s.terms))
		return
	}
	switch k := t.kind(); {
	case k == kindName && old.kind() <= kindName, old.kind() == kindOpen && k <= kindName, k == kindSkeleton && old.kind() == kindPerhaps:
		*old = old.as(k)
	}
}

// capitalised reports whether nearly all long words of a title begin with a
// capital, as in English headlines, so that capitals tell no names.
func capitalised(words []text.Word) bool {
	long, capital := 0, 0
	for i := range words {
		if len(words[i].Form) >= 4 && !number(words[i].Form) {
			long++
			if words[i].Upper > 0 {
				capital++
			}
		}
	}
	return capital*5 >= long*4
}

// begins reports whether the word at start begins a sentence.
func begins(s string, start int) bool {
	for i := start - 1; i >= 0; i-- {
		switch c := s[i]; {
		case c == ' ' || c == '"' || c == '\'' || c == '(' || c == '\n' || c == '\t':
		case c == '.' || c == '!' || c == '?' || c == ':':
			return true
		case c < utf8.RuneSelf:
			return false
		default:
			r, _ := utf8.DecodeLastRuneInString(s[:i+1])
			return unicode.IsPunct(r) && r != '’'
		}
	}
	return true
}

// cutOff is how many words of a text are whole: a number that the text ends
// with, and nothing behind it, may be half of one.
func cutOff(p *text.Part, words []text.Word) int {
	n := len(words)
	if n == 0 {
		return 0
	}
	rest := strings.TrimSpace(p.Text[words[n-1].End:])
	if number(words[n-1].Form) && (rest == "" || strings.HasPrefix(rest, "…") || strings.HasPrefix(rest, "...") || strings.HasPrefix(rest, "[")) {
		return n - 1
	}
	return n
}

func number(form string) bool { return form[0]-'0' <= 9 }

// count is how many terms are encoded in b; 0 for what Terms of this version
// cannot have written.
func count(b []byte) int {
	n := (len(b) - headSize) / termSize
	if len(b) <= headSize || (len(b)-headSize)%termSize != 0 || n > maxTerms || b[0] != version || int(b[4]) > n || b[3] > b[4] {
		return 0
	}
	return n
}

// language, titles and wordCount are of the head.
func language(b []byte) uint16 { return uint16(b[1])<<8 | uint16(b[2]) }
func titleCount(b []byte) int  { return int(b[3]) }
func wordCount(b []byte) int   { return int(b[4]) }

// at is term i of those encoded in b.
func at(b []byte, i int) term { return term(binary.LittleEndian.Uint32(b[headSize+termSize*i:])) }
