package chars

import (
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// Legal reports whether XML 1.0 admits a character (§2.2, production Char) and does not
// advise against it, as against the controls from U+007F to U+009F and what Unicode
// calls no characters.
func Legal(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r < 0x7F || r >= 0xA0 && r <= 0xD7FF || r >= 0xE000 && r < 0xFDD0 || r > 0xFDEF && r <= 0xFFFD ||
		r >= 0x10000 && r <= utf8.MaxRune && r&0xFFFE != 0xFFFE
}

// Unescape is the text that s stands for: references to characters, by number or
// by a name of HTML, are replaced once. Those that are not written in full, as
// in an address, are text: "?a=1&copy=2" stays, and so does "&copyfrom;".
// References to control characters that XML forbids vanish; numbers that name no
// character at all are U+FFFD, as in HTML.
func Unescape(s string) string {
	i := strings.IndexByte(s, '&')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for ; i >= 0; i = strings.IndexByte(s, '&') {
		b.WriteString(s[:i])
		s = s[i:]
		size, repl, known := Reference(s)
		if known || repl == "" {
			repl = s[:size]
		}
		for _, r := range html.UnescapeString(repl) {
			if Legal(r) {
				b.WriteRune(r)
			}
		}
		s = s[size:]
	}
	b.WriteString(s)
	return b.String()
}

// maxReference is longer than any name of an HTML entity.
const maxReference = 40

// Reference looks at the & that text begins with. known says that text[:size] is a
// reference that XML knows; otherwise repl, as XML writes it, is to stand in its
// place: numbers for a name of HTML, nothing for what XML forbids, and for an &
// that begins no reference that itself.
func Reference[T string | []byte](text T) (size int, repl string, known bool) {
	size = 1
	for size < min(len(text), maxReference) && (alphanumeric(text[size]) || text[size] == '#' && size == 1) {
		size++
	}
	if size < 2 || size == len(text) || text[size] != ';' {
		return 1, "&amp;", false
	}
	switch string(text[1:size]) {
	case "amp", "lt", "gt", "quot", "apos":
		return size + 1, "", true
	}
	if text[1] == '#' {
		return numeric(text, string(text[2:size]))
	}
	whole := string(text[:size+1])
	// The standard library also takes the beginning of a name for a name.
	named := html.UnescapeString(whole)
	if named == whole || named != ";" && strings.HasSuffix(named, ";") {
		return 1, "&amp;", false
	}
	return size + 1, numbers(named), false
}

// numeric looks at a reference by number, whose digits are given.
func numeric[T string | []byte](text T, digits string) (int, string, bool) {
	size := len("&#;") + len(digits)
	r, ok := codePoint(digits)
	switch {
	case !ok:
		return 1, "&amp;", false
	case Legal(r):
		return size, numbers(string(r)), digits[0] != 'X'
	case r >= 0x80 && r < 0xA0:
		// What Windows-1252 has there, as everywhere on the web (HTML §13.2.5.80).
		meant, _ := utf8.DecodeRuneInString(html.UnescapeString("&#" + digits + ";"))
		if Legal(meant) {
			return size, numbers(string(meant)), false
		}
	case utf16.IsSurrogate(r) && len(text) > size+3 && text[size] == '&' && text[size+1] == '#':
		// Emoji written as the two halves of UTF-16.
		second, _, _ := strings.Cut(string(text[size+2:min(len(text), size+12)]), ";")
		if low, ok := codePoint(second); ok {
			if joined := utf16.DecodeRune(r, low); joined != utf8.RuneError {
				return size + len("&#;") + len(second), numbers(string(joined)), false
			}
		}
	}
	return size, "", false
}

// codePoint reads the digits of a reference by number. A number beyond Unicode
// comes back as -1, which is no legal character.
func codePoint(digits string) (r rune, ok bool) {
	base, allowed := 10, "0123456789"
	if rest, hexadecimal := strings.CutPrefix(strings.ToLower(digits), "x"); hexadecimal {
		base, digits, allowed = 16, rest, allowed+"abcdef"
	}
	if digits == "" || strings.Trim(digits, allowed) != "" {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n > utf8.MaxRune {
		return -1, true
	}
	return rune(n), true
}

// numbers is text as references by number.
func numbers(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
	}
	return b.String()
}

func alphanumeric(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z'
}
