package html

import (
	"net/url"
	"strings"

	"topicwire/feed/chars"
)

// resolve is ref as an absolute http or https URL, or "". White space around it
// and line breaks within are not part of an address; user and password are
// dropped, since a link that carries them misleads.
func resolve(base *url.URL, ref string) string {
	if plainAddress(ref) {
		return ref
	}
	ref = chars.TidyURL(ref)
	if ref == "" || len(ref) > maxAddress {
		return ""
	}
	u, err := url.Parse(chars.EscapeURL(ref))
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

// followed is ref as an address that a reader can follow: of the web, or one to
// write to, to call or to open in Telegram. "" for any other.
func followed(base *url.URL, ref string) string {
	if address := resolve(base, ref); address != "" {
		return address
	}
	return contact(ref)
}

// contact is ref as a mailto, tel or tg address without white space (RFC 6068,
// RFC 3966), or "".
func contact(ref string) string {
	scheme, rest, _ := strings.Cut(chars.TidyURL(ref), ":")
	switch scheme = asciiLower(scheme); scheme {
	case "mailto", "tel":
		rest = strings.TrimLeft(rest, "/")
	case "tg":
	default:
		return ""
	}
	if scheme == "tel" {
		rest = strings.Join(strings.Fields(rest), "")
	}
	if len(rest) > maxAddress {
		return ""
	}
	u, err := url.Parse(chars.EscapeURL(scheme + ":" + rest))
	if err != nil || u.Opaque+u.Host+u.RawQuery == "" {
		return ""
	}
	u.User = nil
	if ref = u.String(); len(ref) > maxAddress {
		return ""
	}
	return ref
}

// maxAddress is the length in bytes of the longest address kept.
const maxAddress = 8 << 10

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
	_, fragment, found := strings.Cut(s[i:], "#")
	return chars.PlainURL(s[i:]) && (!found || fragment != "" && !strings.Contains(fragment, "#"))
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
