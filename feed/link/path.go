package link

import "strings"

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
	clean := true
	for i := 0; i < len(s); i++ {
		if !keep[s[i]] {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	const digits = "0123456789ABCDEF"
	var b strings.Builder
	b.Grow(len(s) + 16)
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' && i+2 < len(s) {
			if v, ok := unhex(s[i+1], s[i+2]); ok {
				if unreserved(v) {
					b.WriteByte(v)
				} else {
					b.WriteByte('%')
					b.WriteByte(digits[v>>4])
					b.WriteByte(digits[v&15])
				}
				i += 2
				continue
			}
		}
		if keep[c] {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

func unhex(a, b byte) (byte, bool) {
	x, ok1 := nibble(a)
	y, ok2 := nibble(b)
	return x<<4 | y, ok1 && ok2
}

func nibble(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c|0x20 >= 'a' && c|0x20 <= 'f':
		return c | 0x20 - 'a' + 10, true
	}
	return 0, false
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
