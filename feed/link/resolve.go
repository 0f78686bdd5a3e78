package link

import (
	"net/url"
	"strings"
)

// Resolve is ref as an absolute http or https URL (RFC 3986 §5), relative to
// base where ref is relative; "" where it is none, or relative and base is nil.
// An absolute address keeps the form it was written in, as far as it is a valid
// one: the host in ASCII, characters that no URL has percent-encoded, user and
// password dropped.
func Resolve(base *url.URL, ref string) string {
	ref = tidy(ref)
	if ref == "" || len(ref) > maxLength {
		return ""
	}
	if plain(ref) {
		return ref
	}
	// net/url takes a second # for something to escape; browsers keep it.
	address, fragment, _ := strings.Cut(escape(ref), "#")
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if !u.IsAbs() {
		if base == nil {
			return ""
		}
		u = base.ResolveReference(u)
		u.Fragment, u.RawFragment = "", ""
	}
	u.Scheme = strings.ToLower(u.Scheme)
	if u.Scheme != "http" && u.Scheme != "https" || u.Opaque != "" {
		return ""
	}
	host, port, ok := splitHost(u.Host)
	if !ok {
		return ""
	}
	u.User, u.Host = nil, host
	if port != "" {
		u.Host += ":" + port
	}
	if ref = u.String(); fragment != "" {
		ref += "#" + fragment
	}
	if len(ref) > maxLength {
		return ""
	}
	return ref
}

// plain reports whether an address is absolute and valid as it stands.
func plain(s string) bool {
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || scheme != "https" && scheme != "http" {
		return false
	}
	n := 0
	for n < len(rest) && hostByte(rest[n]) && (rest[n] < 'A' || rest[n] > 'Z') {
		n++
	}
	if _, ok := asciiHost(rest[:n]); !ok || n > 0 && rest[n-1] == '.' || n < len(rest) && rest[n] != '/' {
		return false
	}
	for i := n; i < len(rest); i++ {
		switch c := rest[i]; {
		case c == '%':
			if _, ok := unescape(rest[i:]); !ok {
				return false
			}
		case !urlByte[c]:
			return false
		case c == '/' && strings.HasPrefix(rest[i:], "/."):
			return false
		}
	}
	return true
}

// escape percent-encodes what no URL has, so that url.Parse reads what browsers
// read: spaces and other characters behind the host, and stray percent signs.
func escape(s string) string {
	start, end := authority(s)
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if _, escaped := unescape(s[i:]); escaped || urlByte[s[i]] || i >= start && i < end {
			b.WriteByte(s[i])
		} else {
			b.WriteString(url.PathEscape(s[i : i+1]))
		}
	}
	return b.String()
}

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
