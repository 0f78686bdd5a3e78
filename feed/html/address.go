package html

import (
	"net/url"
	"strconv"
	"strings"
)

// resolve is ref as an absolute http or https URL, or "". White space around it
// and line breaks within are not part of an address; user and password are
// dropped, since a link that carries them misleads.
func resolve(base *url.URL, ref string) string {
	if plainAddress(ref) {
		return ref
	}
	ref = strings.TrimFunc(ref, func(r rune) bool { return r <= ' ' || r == 0xA0 })
	if strings.ContainsAny(ref, "\t\n\r") {
		ref = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(ref)
	}
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	u, err := url.Parse(escapeAddress(ref))
	if err != nil {
		return ""
	}
	if !u.IsAbs() {
		if base == nil {
			return ""
		}
		u = base.ResolveReference(u)
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" {
		return ""
	}
	u.User = nil
	ref = u.String()
	// A host without a scheme before it was not checked for stray colons.
	if _, err := url.Parse(ref); err != nil || len(ref) > maxAddress {
		return ""
	}
	return ref
}

// maxAddress is the length in bytes of the longest address kept.
const maxAddress = 8 << 10

// escapeAddress percent-encodes what can be no part of a URL, and percent signs
// that begin no escape.
func escapeAddress(s string) string {
	var b strings.Builder
	b.Grow(len(s) + 32)
	host := hostOf(s)
	for i := 0; i < len(s); i++ {
		c := s[i]
		inHost := i >= host[0] && i < host[1] && (c >= 0x80 || c == '[' || c == ']')
		if addressByte[c] || inHost || escape(s[i:]) {
			b.WriteByte(c)
		} else {
			b.WriteString(url.PathEscape(s[i : i+1]))
		}
	}
	return b.String()
}

// hostOf is where the authority of an address lies.
func hostOf(s string) [2]int {
	i := strings.Index(s, "//")
	if i < 0 || i > 0 && s[i-1] != ':' || strings.ContainsAny(s[:i], "/?#") {
		return [2]int{}
	}
	i += 2
	n := strings.IndexAny(s[i:], "/?#")
	if n < 0 {
		n = len(s) - i
	}
	return [2]int{i, i + n}
}

// escape reports whether s begins with a byte that is percent-encoded.
func escape(s string) bool {
	if len(s) < 3 || s[0] != '%' {
		return false
	}
	_, err := strconv.ParseUint(s[1:3], 16, 8)
	return err == nil
}

// addressByte has the bytes that RFC 3986 permits in a URL, but for the percent
// sign and the brackets, whose place matters.
var addressByte = func() (t [256]bool) {
	for _, c := range []byte(letters + decimals + "-._~:/?#@!$&'()*+,;=") {
		t[c] = true
	}
	return t
}()

// plainAddress reports whether s is an absolute http or https URL that needs no
// resolving: written in lower case up to the host, without user, port or dot
// segments, in the characters of RFC 3986. resolve would return it unchanged.
func plainAddress(s string) bool {
	scheme, _, ok := strings.Cut(s, "://")
	if !ok || len(s) > maxAddress || scheme != "https" && scheme != "http" {
		return false
	}
	start := len(scheme) + len("://")
	i := start
	for i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= '0' && s[i] <= '9' || s[i] == '.' || s[i] == '-') {
		i++
	}
	if i == start || i < len(s) && s[i] != '/' {
		return false
	}
	for hashes := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '%':
			if !escape(s[i:]) {
				return false
			}
		case c == '#':
			if hashes++; hashes > 1 || i+1 == len(s) {
				return false
			}
		case c == '/' && i+1 < len(s) && s[i+1] == '.':
			return false
		case !addressByte[c]:
			return false
		}
	}
	return true
}

// plainReference is plainAddress of an attribute's value, in which an ampersand
// is written &amp; and nothing else by reference.
func plainReference(v string) bool {
	for i := 0; i < len(v); i++ {
		if v[i] == '&' && (i+5 > len(v) || v[i:i+5] != "&amp;") {
			return false
		}
	}
	return plainAddress(v)
}
