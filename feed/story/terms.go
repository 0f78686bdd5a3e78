package story

import (
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// What of an entry is compared. Its first words tell what it reports; the rest
// of a full article only makes it look different from the same news in brief.
const (
	maxTitle = 32 // different words of the title
	maxTerms = 56 // in all
	stem     = 5  // letters of a word that count: a stemmer for every language
)

// A term is one word of an entry: a hash of its first letters, what kind of
// word it is, and whether it is one of the title.
//
//	bits 0–21   hash
//	bits 22–23  kind
//	bit  24     in the title
//
// Encoded, terms are one byte for the script, one for the number of those in
// the title, and three bytes each, those of the title first.
type term uint32

const (
	hashBits = 22
	hashMask = 1<<hashBits - 1
	titleBit = 1 << (hashBits + 2)
	headSize = 2
	termSize = 3
)

// The kinds of words.
const (
	kindPlain  = iota // in small letters
	kindOpen          // a capital that says nothing: of a headline, a sentence's first
	kindName          // a capital where grammar asks for none
	kindNumber        // begins with a digit
)

// The scripts, each with frequencies of its own.
const (
	scriptOther = iota // Latin and all others
	scriptCyrillic
	scripts
)

func (t term) hash() uint32 { return uint32(t) & hashMask }
func (t term) kind() uint32 { return uint32(t) >> hashBits & 3 }
func (t term) title() bool  { return t&titleBit != 0 }

// Terms encodes the words of an entry as stories compare them: those of the
// title and the first of the text behind it, each once. It is nil where there
// are none.
func Terms(w *text.Words) feed.Terms {
	s := termSet{terms: make([]term, 0, maxTerms)}
	letters := [scripts]int{}
	titles := 0
	for n := range w.Parts {
		p := &w.Parts[n]
		if p.Field == feed.FieldCategory {
			break
		}
		title, limit := term(0), maxTerms
		if p.Field == feed.FieldTitle {
			title, limit = titleBit, maxTitle
		}
		words := w.Words[p.First:p.End]
		headline := p.AllCapitals || title != 0 && capitalised(words)
		from, to := 0, 0
		if title == 0 {
			from, to = dateline(p.Text)
		}
		for i := 0; i < len(words) && len(s.terms) < limit; i++ {
			t, ok := read(&words[i])
			start := int(words[i].Start)
			if !ok || from <= start && start < to {
				continue
			}
			if t.kind() == kindName && (headline || begins(p.Text, start)) {
				t = t.as(kindOpen)
			}
			s.add(t | title)
			if t.kind() != kindNumber {
				letters[scriptOf(words[i].Form)]++
			}
		}
		if title != 0 {
			titles = len(s.terms)
		}
	}
	if len(s.terms) == 0 {
		return nil
	}
	out := make(feed.Terms, 0, headSize+termSize*len(s.terms))
	script := byte(scriptOther)
	if letters[scriptCyrillic] > letters[scriptOther] {
		script = scriptCyrillic
	}
	out = append(out, script, byte(titles))
	for _, t := range s.terms {
		out = append(out, byte(t), byte(t>>8), byte(t>>16))
	}
	return out
}

// as is the term as one of another kind.
func (t term) as(kind uint32) term { return t&^(3<<hashBits) | term(kind<<hashBits) }

// A termSet holds each word once, in the order of first occurrence.
type termSet struct {
	terms []term
	slots [256]uint8 // open addressing by hash: index of a term + 1
}

// add adds a term, or lets the one there know what this one tells of its kind:
// one sure name makes it a name, and small letters say more than a headline.
func (s *termSet) add(t term) {
	i := t.hash() & 255
	for ; s.slots[i] != 0; i = (i + 1) & 255 {
		old := &s.terms[s.slots[i]-1]
		if old.hash() != t.hash() {
			continue
		}
		if t.kind() == kindName || old.kind() == kindOpen {
			*old = old.as(t.kind())
		}
		return
	}
	s.terms = append(s.terms, t)
	s.slots[i] = uint8(len(s.terms))
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

func number(form string) bool { return form[0]-'0' <= 9 }

func scriptOf(form string) int {
	if 0xd0 <= form[0] && form[0] <= 0xd3 {
		return scriptCyrillic
	}
	return scriptOther
}

// read makes a term of a word. It is not ok for a letter on its own.
func read(w *text.Word) (t term, ok bool) {
	const offset, prime = 2166136261, 16777619 // FNV-1a
	h, f := uint32(offset), w.Form
	if number(f) {
		for i := range len(f) {
			if f[i] != ',' { // 1,000 is 1000
				h = (h ^ uint32(f[i])) * prime
			}
		}
		return term(mixed(h)).as(kindNumber), true
	}
	letters := 0
	for i := range len(f) {
		if utf8.RuneStart(f[i]) {
			if letters == stem {
				break
			}
			letters++
		}
		h = (h ^ uint32(f[i])) * prime
	}
	// One ideograph is a word, one letter of an alphabet is none.
	if letters < 2 && f[0] < 0xe2 {
		return 0, false
	}
	kind := uint32(kindPlain)
	switch {
	case w.Upper > 0 && (int(w.Upper) < len(f) || w.AllCapitals):
		kind = kindName
	case w.Upper > 0:
		kind = kindOpen
	}
	return term(mixed(h)).as(kind), true
}

// mixed is hashBits of a hash, each of them of all its bits.
func mixed(h uint32) uint32 {
	h ^= h >> 16
	h *= 0x85ebca6b
	h ^= h >> 13
	h *= 0xc2b2ae35
	return (h ^ h>>16) & hashMask
}

// count is how many terms are encoded in b; 0 for what Terms cannot have
// written.
func count(b []byte) int {
	n := (len(b) - headSize) / termSize
	if len(b) <= headSize || (len(b)-headSize)%termSize != 0 || n > maxTerms || int(b[1]) > n || b[0] >= scripts {
		return 0
	}
	return n
}

// at is term i of those encoded in b.
func at(b []byte, i int) term {
	e := b[headSize+termSize*i:]
	t := term(e[0]) | term(e[1])<<8 | term(e[2])<<16
	if i < int(b[1]) {
		t |= titleBit
	}
	return t
}
