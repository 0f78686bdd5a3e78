package text

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"

	"topicwire/feed"
)

// MaxWords is how many words of an entry are cut: more than an article has, or a
// chapter. What follows them is not looked at.
const MaxWords = 100_000

// Cut cuts the parts of an entry into words, MaxWords at most. The language is a BCP 47 tag, ""
// for unknown; what depends on it is ё and the possessive, both of which an
// Uzbek text keeps as letters.
func Cut(parts *Parts, language string) *Words { return CutOver(new(Words), parts, language) }

// CutOver is Cut into words that were cut before and that nobody reads any more.
func CutOver(w *Words, parts *Parts, language string) *Words {
	n, spaces := 0, 0
	for _, field := range parts {
		n += len(field)
		for _, s := range field {
			spaces += strings.Count(s, " ")
		}
	}
	w.Language, w.Parts, w.Words = language, slices.Grow(w.Parts[:0], n), slices.Grow(w.Words[:0], min(spaces+spaces/5+2*n, MaxWords))
	c := cutter{words: w.Words, table: simpleYe, uzbek: Uzbek(language)}
	for f, field := range parts {
		ordinal := 0
		for _, s := range field {
			p := Part{Field: feed.Field(f), Text: s, First: len(c.words), Ordinal: ordinal}
			c.cut(s)
			p.End = len(c.words)
			p.AllCapitals = allCapitals(c.words[p.First:])
			ordinal += p.End - p.First
			w.Parts = append(w.Parts, p)
		}
	}
	w.Words = c.words
	return w
}

// allCapitals is Part.AllCapitals.
func allCapitals(words []Word) bool {
	n := 0
	for i := range words {
		w := &words[i]
		if int(w.Upper) < min(len(w.Form), maxUpper) {
			return false
		}
		if w.cased() {
			n++
		}
	}
	return n >= 2
}

// cased reports whether a word without small letters has a capital: its form
// then has a letter with an upper case.
func (w *Word) cased() bool {
	if w.AllCapitals {
		return true
	}
	for _, r := range w.Form {
		if unicode.ToUpper(r) != r {
			return true
		}
	}
	return false
}

// A cutter cuts part after part. Most words are runs of simple letters and
// digits between plain separators: those are read here directly, which is
// several times faster than going by the tables of UAX 29 rune by rune. At
// anything else the word is handed to careful, which knows all the rules; both
// give the same words.
type cutter struct {
	words []Word
	forms strings.Builder // backs the forms that are not as the text has them
	tmp   []byte
	table *letters
	uzbek bool
	iter  *words.Iterator[string] // nil until it is needed
	// parting is where a tailoring parts words next, as far as known: kept, so
	// that a long text without any is not searched again for every word.
	parting int
}

func (c *cutter) cut(s string) {
	if c.uzbek {
		c.table = simple
	}
	c.parting = 0
	for i := 0; i < len(s) && len(c.words) < MaxWords; {
		if b := s[i]; b < utf8.RuneSelf && c.table[b] == 0 {
			i++
			continue
		}
		if end, body, folds, ok := c.run(s, i); ok {
			c.add(s, i, end, body, folds)
			i = end
		} else {
			i = c.careful(s, i)
		}
	}
}

// run finds the word that begins at start if it is a simple one: where it ends,
// where it ends without a possessive, and whether its form differs from it. It
// is not ok where the rules need a closer look.
func (c *cutter) run(s string, start int) (end, body int, folds, ok bool) {
	possessive := -1 // where the last apostrophe stands that may begin 's
	letter := false  // whether the last rune was a letter
	i := start
	for {
		r, size := simpleRune(s, i)
		if f := c.table[r]; f != 0 {
			folds = folds || rune(f) != r
			letter = r > '9'
			i += size
			continue
		}
		if i == start {
			return 0, 0, false, false
		}
		n, modifier := apostrophe(s[i:])
		if n == 0 || !letter {
			break
		}
		if !modifier {
			next, _ := simpleRune(s, i+n)
			if next != 0 && c.table[next] == 0 && next >= utf8.RuneSelf || next == 0 && i+n < len(s) && !separator(s, i+n) {
				return 0, 0, false, false
			}
			if c.table[next] == 0 || next <= '9' {
				break
			}
		}
		if s[i:i+n] != "ʻ" {
			possessive = i
		}
		folds = true
		i += n
	}
	if i < len(s) && !separator(s, i) {
		return 0, 0, false, false
	}
	return i, c.body(s, i, possessive), folds, true
}

// body is where a word that ends at end does so without a possessive 's, given
// where its last apostrophe stands, or -1.
func (c *cutter) body(s string, end, apos int) int {
	if apos < 0 || c.uzbek || s[end-1]|0x20 != 's' {
		return end
	}
	if n, _ := apostrophe(s[apos:]); apos+n+1 == end {
		return apos
	}
	return end
}

// simpleRune is the rune of one or two bytes that stands at s[i:], 0 for none.
func simpleRune(s string, i int) (r rune, size int) {
	if i >= len(s) {
		return 0, 0
	}
	b := s[i]
	if b < utf8.RuneSelf {
		return rune(b), 1
	}
	if 0xc2 <= b && b < 0xc0+simpleEnd>>6 && i+1 < len(s) && s[i+1]&0xc0 == 0x80 {
		return rune(b&0x1f)<<6 | rune(s[i+1]&0x3f), 2
	}
	return 0, 0
}

// separator reports whether what stands at s[i:] ends a word for certain,
// without regard to what came before. False means that it may not.
func separator(s string, i int) bool {
	switch b := s[i]; {
	case b == '.' || b == ',' || b == ';' || b == '\'':
		// These join in the middle of words or numbers.
		if i+1 == len(s) {
			return true
		}
		next := s[i+1]
		return next < utf8.RuneSelf && simple[next] == 0
	case b < utf8.RuneSelf:
		return simple[b] == 0
	case b == 0xc2: // no-break space « »
		return i+1 < len(s) && (s[i+1] == 0xa0 || s[i+1] == 0xab || s[i+1] == 0xbb)
	case b == 0xe2 && i+2 < len(s) && s[i+1] == 0x80:
		x := s[i+2]
		if x == 0x98 || x == 0x99 || x == 0x9b { // ‘ ’ ‛ join like '
			return i+3 == len(s) || s[i+3] < utf8.RuneSelf && simple[s[i+3]] == 0
		}
		return 0x90 <= x && x <= 0x97 || // hyphens and dashes
			0x9a <= x && x <= 0xa2 || // quotation marks, bullet
			x == 0xa6 // ellipsis
	}
	return false
}

// add appends the simple word s[start:end], whose form comes from s[start:body].
func (c *cutter) add(s string, start, end, body int, folds bool) {
	w := Word{Start: uint32(start), End: uint32(end)}
	if !folds {
		w.Form = s[start:end]
		for int(w.Upper) < len(w.Form) && w.Form[w.Upper] <= '9' && w.Upper < maxUpper {
			w.Upper++
		}
		c.words = append(c.words, w)
		return
	}
	var latin, cyrillic, lower bool
	capitals, upper := 0, 0
	t := c.tmp[:0]
	for i := start; i < body; {
		r, size := simpleRune(s, i)
		f := c.table[r]
		if f == 0 { // an apostrophe
			n, _ := apostrophe(s[i:])
			i += n
			continue
		}
		i += size
		switch {
		case rune(f) != r && unicode.IsUpper(r):
			capitals++
			latin = latin || r < utf8.RuneSelf
			cyrillic = cyrillic || r >= 0x400
		case r > '9':
			lower = true
		}
		if f < utf8.RuneSelf {
			t = append(t, byte(f))
		} else {
			t = append(t, 0xc0|byte(f>>6), 0x80|byte(f&0x3f))
		}
		if !lower {
			upper = len(t)
		}
	}
	if latin && cyrillic && !lower {
		c.tmp = t
		c.addFolded(s, start, end, body)
		return
	}
	w.Form = c.keep(t)
	w.Upper = uint16(min(upper, maxUpper))
	w.AllCapitals = capitals >= 2 && !lower
	c.words = append(c.words, w)
	c.tmp = t
}

// maxUpper bounds Word.Upper.
const maxUpper = 1<<16 - 1

// keep copies a form to where forms are kept.
func (c *cutter) keep(form []byte) string {
	n := c.forms.Len()
	if n+len(form) > c.forms.Cap() {
		// Forms handed out before keep the old buffer; none is moved.
		c.forms.Reset()
		c.forms.Grow(max(256, len(form), n))
		n = 0
	}
	c.forms.Write(form)
	return c.forms.String()[n:]
}
