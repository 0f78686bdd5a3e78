package chars

import (
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// TidyURL drops what browsers drop from an address before they read it: white
// space around it, tabs and line breaks anywhere.
func TidyURL(u string) string {
	u = strings.TrimFunc(u, func(r rune) bool { return r <= ' ' || unicode.IsSpace(r) || r == 0xFEFF })
	if strings.ContainsAny(u, "\t\n\r") {
		u = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(u)
	}
	return u
}

// EscapeURL percent-encodes what no URL has, so that url.Parse reads what browsers
// read: spaces and the like, stray percent signs, and letters behind the host.
func EscapeURL(s string) string {
	start, end := authority(s)
	var b strings.Builder
	b.Grow(len(s) + 32)
	for i := 0; i < len(s); i++ {
		c := s[i]
		inHost := i >= start && i < end && (c >= 0x80 || c == '[' || c == ']')
		if _, escape := Unpercent(s[i:]); escape || urlByte[c] || inHost {
			b.WriteByte(c)
		} else {
			b.WriteString(url.PathEscape(s[i : i+1]))
		}
	}
	return b.String()
}

// PlainURL reports whether the part of an address behind its host has nothing to
// escape and no dot segment.
func PlainURL(s string) bool {
	for i := 0; i < len(s); i++ {
		if _, escape := Unpercent(s[i:]); !escape && !urlByte[s[i]] {
			return false
		}
	}
	return !strings.Contains(s, "/.")
}

// Unpercent is the byte that is percent-encoded at the beginning of s.
func Unpercent(s string) (byte, bool) {
	if len(s) < 3 || s[0] != '%' {
		return 0, false
	}
	v, err := strconv.ParseUint(s[1:3], 16, 8)
	return byte(v), err == nil
}

// urlByte has the bytes that RFC 3986 permits in a URL, but for the percent sign
// and the brackets, whose place matters.
var urlByte = func() (t [256]bool) {
	for c := range t {
		t[c] = alphanumeric(byte(c)) || strings.IndexByte("-._~:/?#@!$&'()*+,;=", byte(c)) >= 0
	}
	return t
}()

// authority is where the authority of an address lies; 0, 0 for none.
func authority(s string) (start, end int) {
	i := strings.Index(s, "//")
	if i < 0 || i > 0 && s[i-1] != ':' || strings.ContainsAny(s[:i], "/?#") {
		return 0, 0
	}
	i += 2
	if n := strings.IndexAny(s[i:], "/?#"); n >= 0 {
		return i, i + n
	}
	return i, len(s)
}
