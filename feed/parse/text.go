package parse

import (
	"bytes"
	"fmt"
	"html"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	cdataStart = []byte("<![CDATA[")
	cdataEnd   = []byte("]]>")
)

// text repairs the text from pos to end.
func (s *xmlScanner) text(end int) error {
	if err := s.piece(end - s.pos); err != nil {
		return err
	}
	return s.repair(s.pos, end, false)
}

// piece charges for a run of text: gofeed joins the runs of an extension
// element one by one, each time copying what is there.
func (s *xmlScanner) piece(n int) error {
	f := &s.stack[s.depth]
	if !f.extension {
		return nil
	}
	f.text += n
	return s.spend(50+f.text/2, 0)
}

// cdata passes over the CDATA section at pos.
func (s *xmlScanner) cdata(rest []byte) error {
	if s.markers++; s.markers > maxMarkers {
		return fmt.Errorf("more than %d CDATA sections", maxMarkers)
	}
	n := bytes.Index(rest[len(cdataStart):], cdataEnd)
	if n < 0 {
		return errTruncated
	}
	if err := s.piece(n); err != nil {
		return err
	}
	inner := rest[len(cdataStart) : len(cdataStart)+n]
	s.pos += len(cdataStart) + n + len(cdataEnd)
	return s.tags(bytes.Count(inner, []byte{'<'}))
}

// tags charges for tags inside the HTML of an entry.
func (s *xmlScanner) tags(n int) error {
	if s.markup += n; s.markup > maxMarkup {
		return fmt.Errorf("more than %d tags in the HTML of entries", maxMarkup)
	}
	return s.spend(n*markupWork, 0)
}

// repair makes doc[start:end] what XML allows between tags or, for an
// attribute, between quotes: references to forbidden characters go, HTML's
// named ones become numeric, what is no reference is escaped.
func (s *xmlScanner) repair(start, end int, attribute bool) error {
	tags := 0
	for start < end {
		stop := end
		if n := bytes.IndexByte(s.doc[start:end], '&'); n >= 0 {
			stop = start + n
		}
		if err := s.delimiters(start, stop, attribute); err != nil {
			return err
		}
		if stop == end {
			break
		}
		size, repl, good := reference(s.doc[stop:end])
		if good {
			if s.doc[stop+1] == 'l' {
				tags++
			}
		} else if err := s.ed.replace(stop, stop+size, repl); err != nil {
			return err
		}
		start = stop + size
	}
	if tags == 0 {
		return nil
	}
	return s.tags(tags)
}

// delimiters escapes a bare < in an attribute, and ]]> in text, where XML
// forbids it (§2.4).
func (s *xmlScanner) delimiters(start, end int, attribute bool) error {
	c := byte('>')
	if attribute {
		c = '<'
	}
	for i := start; i < end; i++ {
		n := bytes.IndexByte(s.doc[i:end], c)
		if n < 0 {
			return nil
		}
		i += n
		var err error
		switch {
		case attribute:
			err = s.ed.replace(i, i+1, "&lt;")
		case i >= start+2 && s.doc[i-1] == ']' && s.doc[i-2] == ']':
			err = s.ed.replace(i, i+1, "&gt;")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// maxReference is longer than any name of an HTML entity.
const maxReference = 40

// reference looks at the & that b begins with. good says that b[:size] is a
// reference XML knows; otherwise repl is to stand in its place.
func reference(b []byte) (size int, repl string, good bool) {
	n := bytes.IndexByte(b[:min(len(b), maxReference)], ';')
	if n < 2 {
		return 1, "&amp;", false
	}
	name := b[1:n]
	switch string(name) {
	case "amp", "lt", "gt", "quot", "apos":
		return n + 1, "", true
	}
	if name[0] == '#' {
		return numeric(b, name[1:], n+1)
	}
	for _, c := range name {
		if !nameBytes[c] || c == ':' || c == '-' || c == '.' || c == '_' {
			return 1, "&amp;", false
		}
	}
	whole := string(b[:n+1])
	text := html.UnescapeString(whole)
	if text == whole || strings.HasSuffix(text, ";") {
		return 1, "&amp;", false
	}
	return n + 1, references(text), false
}

// numeric looks at a numeric reference b[:size] with the given digits.
func numeric(b, digits []byte, size int) (int, string, bool) {
	r, ok := codePoint(digits)
	switch {
	case !ok:
		return 1, "&amp;", false
	case legal(r):
		return size, "&#" + strconv.Itoa(int(r)) + ";", digits[0] != 'X'
	case utf16.IsSurrogate(r) && len(b) > size+3 && b[size] == '&' && b[size+1] == '#':
		// Emoji written as the two halves of UTF-16.
		if n := bytes.IndexByte(b[size:min(len(b), size+12)], ';'); n > 0 {
			if low, ok := codePoint(b[size+2 : size+n]); ok {
				if joined := utf16.DecodeRune(r, low); joined != utf8.RuneError {
					return size + n + 1, references(string(joined)), false
				}
			}
		}
	}
	return size, "", false
}

// codePoint reads the digits of a numeric reference. A number beyond Unicode
// comes back as -1, which is no legal character.
func codePoint(digits []byte) (r rune, ok bool) {
	base := 10
	if len(digits) > 0 && (digits[0] == 'x' || digits[0] == 'X') {
		base, digits = 16, digits[1:]
	}
	if len(digits) == 0 {
		return 0, false
	}
	for _, c := range digits {
		if !(c >= '0' && c <= '9' || base == 16 && (c|0x20 >= 'a' && c|0x20 <= 'f')) {
			return 0, false
		}
	}
	n, err := strconv.ParseUint(string(digits), base, 32)
	if err != nil || n > utf8.MaxRune {
		return -1, true
	}
	return rune(n), true
}

func references(text string) string {
	var b strings.Builder
	for _, r := range text {
		b.WriteString("&#" + strconv.Itoa(int(r)) + ";")
	}
	return b.String()
}

// unescape is the text that raw content or a raw attribute value stands for:
// CDATA sections opened, references replaced once, forbidden characters gone.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '&') < 0 && bytes.IndexByte(raw, '<') < 0 {
		return string(raw)
	}
	var b strings.Builder
	for len(raw) > 0 {
		if bytes.HasPrefix(raw, cdataStart) {
			inner := raw[len(cdataStart):]
			n := bytes.Index(inner, cdataEnd)
			if n < 0 {
				n = len(inner)
			}
			b.Write(inner[:n])
			raw = inner[min(len(inner), n+len(cdataEnd)):]
			continue
		}
		if raw[0] != '&' {
			b.WriteByte(raw[0])
			raw = raw[1:]
			continue
		}
		size, repl, good := reference(raw)
		switch {
		case good:
			b.WriteString(html.UnescapeString(string(raw[:size])))
		case repl == "&amp;":
			b.WriteByte('&')
		default:
			b.WriteString(html.UnescapeString(repl))
		}
		raw = raw[size:]
	}
	return b.String()
}
