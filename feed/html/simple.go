package html

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// simpleText is the text of a fragment whose markup leaves no doubt: complete
// tags with quoted attributes, complete references, no comment, and no element
// that is dropped with its content or read in a way of its own. It reports
// false for any other. The fragment is XML text.
func simpleText(s string) (string, bool) {
	var (
		b   = make([]byte, 0, len(s))
		gap = false // white space, or a boundary, is due
	)
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '<':
			next, separates, ok := simpleTag(s, i+1)
			if !ok {
				return "", false
			}
			gap = gap || separates
			i = next
			continue
		case c <= ' ':
			gap = true
			i++
			continue
		}
		piece, next := "", i+1
		switch {
		case c == '&':
			end, _, ok := provenReference(s, i)
			if !ok {
				return "", false
			}
			piece, next = html.UnescapeString(s[i:end]), end
		case c < utf8.RuneSelf:
			for next < len(s) && plainByte[s[next]] {
				next++
			}
			piece = s[i:next]
		default:
			_, n := utf8.DecodeRuneInString(s[i:])
			piece, next = s[i:i+n], i+n
		}
		i = next
		if piece[0] >= utf8.RuneSelf || piece[0] == ' ' {
			if r, _ := utf8.DecodeRuneInString(piece); unicode.IsSpace(r) {
				gap = true
				continue
			}
		}
		if gap && len(b) > 0 {
			b = append(b, ' ')
		}
		gap = false
		b = append(b, piece...)
	}
	return string(b), true
}

// simpleTag steps over the tag whose name, or slash and name, begins at i.
func simpleTag(s string, i int) (next int, separates, ok bool) {
	end := i < len(s) && s[i] == '/'
	if end {
		i++
	}
	start := i
	for i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '1' && s[i] <= '6' && i > start) {
		i++
	}
	e := elements[s[start:i]]
	if i == start || i == len(s) || e == nil && s[start:i] != "span" {
		return 0, false, false
	}
	if e != nil {
		if e.kind == skipped || s[start:i] == "xmp" {
			return 0, false, false
		}
		separates = e.separates()
	}
	for !end && s[i] == ' ' {
		for i < len(s) && s[i] == ' ' {
			i++
		}
		start := i
		for i < len(s) && (s[i]|0x20 >= 'a' && s[i]|0x20 <= 'z' || s[i] == '-' && i > start) {
			i++
		}
		if i == start {
			break
		}
		if i+1 >= len(s) || s[i] != '=' || s[i+1] != '"' {
			return 0, false, false
		}
		n := strings.IndexByte(s[i+2:], '"')
		if n < 0 || i+2+n+1 >= len(s) {
			return 0, false, false
		}
		i += 2 + n + 1
	}
	if i < len(s) && s[i] == '/' && !end {
		i++
	}
	if i >= len(s) || s[i] != '>' {
		return 0, false, false
	}
	return i + 1, separates, true
}
