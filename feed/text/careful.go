package text

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// careful adds the word that begins at start, if one does, by the full rules,
// and returns where to go on.
func (c *cutter) careful(s string, start int) (next int) {
	if r, size := utf8.DecodeRuneInString(s[start:]); partsWords(r) {
		return start + size
	}
	end := c.segment(s, start)
	if !isWord(s[start:end]) {
		return end
	}
	// Apostrophes that are symbols to UAX 29 (` and ´) join too.
	for {
		n, _ := apostrophe(s[end:])
		if n == 0 || !letterAt(s, end+n) || !letterBefore(s[start:end]) {
			break
		}
		end = c.segment(s, end+n)
	}
	c.addFolded(s, start, end, start+c.unpossessed(s[start:end]))
	return end
}

// unpossessed is where a word ends without a possessive 's.
func (c *cutter) unpossessed(word string) int {
	last := -1
	for i := range word {
		if n, _ := apostrophe(word[i:]); n > 0 && word[i:i+n] != "ʻ" {
			last = i
		}
	}
	if last <= 0 {
		return len(word)
	}
	return c.body(word, len(word), last)
}

// segment is the end of the segment that begins at start: UAX 29's, or an
// earlier one where a tailoring parts it.
func (c *cutter) segment(s string, start int) int {
	if c.parting <= start {
		_, size := utf8.DecodeRuneInString(s[start:])
		c.parting = nextParting(s, start+size)
	}
	if c.iter == nil {
		c.iter = words.FromString("")
	}
	c.iter.SetText(s[start:c.parting])
	c.iter.Next()
	return start + len(c.iter.Value())
}

// nextParting is the first place from start on where a tailoring parts words,
// the end of s if there is none.
func nextParting(s string, start int) int {
	small, _ := utf8.DecodeLastRuneInString(s[:start]) // the rune before a full stop
	dot := -1
	for i, r := range s[start:] {
		switch {
		case partsWords(r):
			return start + i
		case r == '.':
			dot = i
			continue
		case dot >= 0 && dot == i-1 && unicode.IsUpper(r) && unicode.IsLower(small):
			return start + dot
		}
		small = r
	}
	return len(s)
}

// isWord reports whether a segment is a word: it has a letter or a number.
func isWord(seg string) bool {
	for _, r := range seg {
		if (unicode.IsLetter(r) || unicode.IsNumber(r)) && !isApostrophe(r) {
			return true
		}
	}
	return false
}

func letterAt(s string, i int) bool {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return unicode.IsLetter(r)
}

func letterBefore(s string) bool {
	for len(s) > 0 {
		r, size := utf8.DecodeLastRuneInString(s)
		if !unicode.Is(unicode.M, r) && !unicode.Is(unicode.Cf, r) {
			return unicode.IsLetter(r)
		}
		s = s[:len(s)-size]
	}
	return false
}

// addFolded appends the word s[start:end], whose form comes from s[start:body],
// unless nothing is left of it.
func (c *cutter) addFolded(s string, start, end, body int) {
	form, upper, capitals := fold(s[start:body], c.uzbek)
	if form == "" {
		return
	}
	c.words = append(c.words, Word{
		Form:        form,
		Start:       uint32(start),
		End:         uint32(end),
		Upper:       uint16(min(upper, maxUpper)),
		AllCapitals: capitals >= 2 && upper == len(form),
	})
}
