package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed/chars"
)

// CleanXML returns s without what an XML 1.0 document cannot or should not hold: bytes
// that are not UTF-8, characters outside production [2] Char, which are most control
// characters and what Unicode calls no characters, and the other controls (U+007F to U+009F), of which
// the one that ends a line (U+0085) becomes a space. A clean string is returned as it
// is.
func CleanXML(s string) string {
	if firstUnclean(s) < 0 {
		return s
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == 0x85:
			return ' '
		case !chars.Legal(r):
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}

// firstUnclean is the index of the first byte or character that goes, or -1.
func firstUnclean(s string) int {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7F {
			i++
			continue
		}
		if c == 0x7F || c == 0xC2 && i+1 < len(s) && s[i+1] < 0xA0 {
			return i
		}
		if c < ' ' {
			if c != '\t' && c != '\n' && c != '\r' {
				return i
			}
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && n == 1 || !chars.Legal(r) {
			return i
		}
		i += n
	}
	return -1
}

// visible reports whether a reader sees r at all: neither white space nor one
// of the marks that have no width.
func visible(r rune) bool {
	if r < utf8.RuneSelf {
		return r > ' ' && r != 0x7F
	}
	switch {
	case unicode.IsSpace(r), r < 0xA0, r == 0xAD:
		return false
	case r >= 0x200B && r <= 0x200F, r >= 0x2060 && r <= 0x2064, r == 0xFEFF:
		return false
	}
	return true
}
