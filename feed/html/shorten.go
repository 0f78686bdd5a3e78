package html

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Shorten is text in at most n characters (runes): text itself where it fits,
// else as many whole words as fit with an ellipsis after them. A first word that
// alone is too long is cut. n below 1 gives "".
func Shorten(text string, n int) string {
	if len(text) <= n || utf8.RuneCountInString(text) <= n {
		return text
	}
	if n < 1 {
		return ""
	}
	end, word := 0, 0 // byte offsets: of n-1 runes, of the last whole word in them
	count := 0
	prevSpace := true
	for i, r := range text {
		space := unicode.IsSpace(r)
		if space && !prevSpace {
			word = i
		}
		prevSpace = space
		end = i
		if count == n-1 {
			break
		}
		count++
	}
	if word == 0 {
		word = end
	}
	return strings.TrimRightFunc(text[:word], func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(",;:–—-([{«“\"'", r)
	}) + "…"
}
