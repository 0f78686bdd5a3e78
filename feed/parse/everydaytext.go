package parse

import (
	"bytes"
	"html"
	"strings"
	"unicode/utf8"
)

// words is the text of an element as gofeed gives it: CDATA sections as they are,
// references elsewhere replaced, once.
func (r *everyday) words(name []byte) (string, bool) {
	inner, ok := r.content(name)
	if !ok {
		return "", false
	}
	return r.opened(bytes.TrimSpace(inner)), true
}

// opened is the text that trimmed content stands for.
func (r *everyday) opened(inner []byte) string {
	if bytes.IndexByte(inner, '<') < 0 {
		return r.decoded(inner)
	}
	if bytes.HasPrefix(inner, cdataStart) && bytes.Index(inner, cdataEnd) == len(inner)-len(cdataEnd) {
		return string(inner[len(cdataStart) : len(inner)-len(cdataEnd)])
	}
	var b strings.Builder
	for {
		before, rest, found := bytes.Cut(inner, cdataStart)
		b.WriteString(r.decoded(before))
		if !found {
			return b.String()
		}
		section, after, _ := bytes.Cut(rest, cdataEnd)
		b.Write(section)
		inner = after
	}
}

// decoded is text with its references replaced, as HTML has them.
func (r *everyday) decoded(text []byte) string {
	if bytes.IndexByte(text, '&') < 0 {
		return string(text)
	}
	var b strings.Builder
	b.Grow(len(text))
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			b.Write(text)
			return b.String()
		}
		b.Write(text[:i])
		text = text[i:]
		c, size, same := reference(text)
		switch {
		case size == 0:
			r.odd = true
			return ""
		case same:
			b.WriteRune(c)
		default:
			b.WriteString(html.UnescapeString(string(text[:size])))
		}
		text = text[size:]
	}
}

// charData is text as XML has it. ok is false where it is not the same as HTML has it.
func charData(text []byte) (s string, ok bool) {
	if bytes.IndexByte(text, '&') < 0 {
		return string(text), true
	}
	b := make([]byte, 0, len(text))
	for {
		i := bytes.IndexByte(text, '&')
		if i < 0 {
			return string(append(b, text...)), true
		}
		b = append(b, text[:i]...)
		c, size, same := reference(text[i:])
		if !same {
			return "", false
		}
		b = utf8.AppendRune(b, c)
		text = text[i+size:]
	}
}

// reference is the character that a reference at the beginning of text is to, and its
// size; 0 for none. same says that XML and HTML agree on it.
func reference(text []byte) (c rune, size int, same bool) {
	end := bytes.IndexByte(text[:min(len(text), len("&#x0010FFFF;"))], ';')
	if end < 2 {
		return 0, 0, false
	}
	switch name := text[1:end]; string(name) {
	case "lt":
		return '<', 4, true
	case "gt":
		return '>', 4, true
	case "amp":
		return '&', 5, true
	case "quot":
		return '"', 6, true
	case "apos":
		return '\'', 6, true
	default:
		if name[0] != '#' || len(name) < 2 {
			return 0, 0, false
		}
		n, ok := codePoint(name[1:])
		if !ok {
			return 0, 0, false
		}
		return n, end + 1, n >= ' ' && n < 0x7f || n > 0x9f && n != 0xfffd && n < 0xfffe && utf8.ValidRune(n)
	}
}

// codePoint is a number as references have it.
func codePoint(digits []byte) (n rune, ok bool) {
	base := rune(10)
	if digits[0] == 'x' || digits[0] == 'X' {
		digits, base = digits[1:], 16
	}
	if len(digits) == 0 {
		return 0, false
	}
	for _, d := range digits {
		v := rune(99)
		switch {
		case d >= '0' && d <= '9':
			v = rune(d - '0')
		case d|0x20 >= 'a' && d|0x20 <= 'f':
			v = rune(d|0x20-'a') + 10
		}
		if v >= base || n > utf8.MaxRune {
			return 0, false
		}
		n = n*base + v
	}
	return n, true
}
