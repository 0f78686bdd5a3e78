package desk

import (
	"strings"
	"unicode"
)

// OneLine is a text as a log and a terminal can have it: white space is single
// spaces, and characters that control a terminal or turn the direction of a line
// are left out.
func OneLine(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, s)
	return strings.Join(strings.Fields(s), " ")
}
