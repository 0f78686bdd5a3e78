package html

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// cutAt is the byte at which at most n characters of a text end: behind the last
// whole word, or, where the words are not told apart by spaces or the only one is
// too long, between two characters that a reader tells apart (UAX 29 §3).
func cutAt(text string, n int) int {
	var (
		word, wordAt int // where the last word ends, and how many characters are before
		prev         rune
		count, end   int
	)
	for g := graphemes.FromString(text); g.Next(); {
		first, _ := utf8.DecodeRuneInString(g.Value())
		if end > 0 && (unicode.IsSpace(first) && !unicode.IsSpace(prev) || ideographic(prev) || ideographic(first) && !unicode.IsSpace(prev)) {
			word, wordAt = end, count
		}
		size := utf8.RuneCountInString(g.Value())
		if count+size > n {
			// A space far from the end is no place to cut a script that has none.
			if word == 0 || wordAt < n/2 && spaceless(prev) {
				return end
			}
			return word
		}
		count += size
		end += len(g.Value())
		prev, _ = utf8.DecodeLastRuneInString(g.Value())
	}
	return len(text)
}

// ideographic reports whether a character is of a script in which every one may end
// a line.
func ideographic(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// spaceless reports whether a character is of a script that has no spaces between
// words.
func spaceless(r rune) bool {
	return ideographic(r) || r >= 0xE00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}
