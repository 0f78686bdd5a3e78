package link

import (
	"net/url"
	"strings"

	"topicwire/feed/chars"
)

// normalPath writes a path as RFC 3986 §6.2.2 does: escapes in upper case,
// those of unreserved characters decoded, everything outside the permitted
// characters escaped, no dot segments; "/" for "".
func normalPath(path string) string {
	path = normalEscapes(path, pathByte)
	if strings.Contains(path, "/.") {
		path = dropDots(path)
	}
	if path == "" {
		return "/"
	}
	return path
}

// normalEscapes normalises percent-encoding and encodes what keep does not
// hold. A percent sign that begins no escape is encoded itself.
func normalEscapes(s string, keep *[256]bool) string {
	clean := 0
	for clean < len(s) && keep[s[clean]] {
		clean++
	}
	if clean == len(s) {
		return s // as nearly always
	}
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		v, escape := chars.Unpercent(s[i:])
		switch {
		case escape && unreserved(v):
			b.WriteByte(v)
			i += 2
		case escape:
			b.WriteString(strings.ToUpper(s[i : i+3]))
			i += 2
		case keep[c]:
			b.WriteByte(c)
		default:
			b.WriteString(url.PathEscape(s[i : i+1]))
		}
	}
	return b.String()
}

func unreserved(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_' || c == '~'
}

// pathByte and queryByte have the characters that stand for themselves.
var (
	pathByte  = bytesOf("!$&'()*+,;=:@/")
	queryByte = bytesOf("!$&'()*+,;=:@/?[]|{}")
)

func bytesOf(also string) *[256]bool {
	var t [256]bool
	for c := range 256 {
		t[c] = unreserved(byte(c)) || strings.IndexByte(also, byte(c)) >= 0
	}
	return &t
}

// dropDots removes dot segments (RFC 3986 §5.2.4).
func dropDots(path string) string {
	var kept []string
	segments := strings.Split(path, "/")
	for i, s := range segments[1:] {
		last := i == len(segments)-2
		switch s {
		case ".", "..":
			if s == ".." && len(kept) > 0 {
				kept = kept[:len(kept)-1]
			}
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, s)
		}
	}
	return "/" + strings.Join(kept, "/")
}
