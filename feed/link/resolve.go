package link

import (
	"net/url"
	"strings"

	"topicwire/feed/chars"
)

// Resolve is ref as an absolute http or https URL (RFC 3986 §5), relative to
// base where ref is relative; "" where it is none, or relative and base is nil.
// An absolute address keeps the form it was written in, as far as it is a valid
// one: the host in ASCII, characters that no URL has percent-encoded, user and
// password dropped.
func Resolve(base *url.URL, ref string) string {
	ref = chars.TidyURL(ref)
	if ref == "" || len(ref) > maxLength {
		return ""
	}
	if plain(ref) {
		return ref
	}
	// net/url takes a second # for something to escape; browsers keep it.
	address, fragment, _ := strings.Cut(chars.EscapeURL(ref), "#")
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
	return chars.PlainURL(rest[n:])
}
