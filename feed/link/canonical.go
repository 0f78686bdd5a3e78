package link

import (
	"strings"

	"topicwire/feed/chars"
)

// maxLength is the length in bytes of the longest address, read or written.
const maxLength = 8 << 10

// Canonical is the address of the page that u names, without what does not
// change the page: equal for two links to one page, and only meant for
// comparing. "" where u is no absolute http or https URL.
//
// Scheme and host are in lower case, the host in its ASCII form, without www.,
// without mobile and AMP prefixes, without user and default port; the path in
// the normal form of RFC 3986 §6.2.2, its trailing slash kept, an AMP ending
// dropped; the query without tracking parameters, all others in their order; no
// fragment. Canonical of its own result is that result.
func Canonical(u string) string {
	a, ok := split(u)
	if !ok {
		return ""
	}
	for range maxUnwrap {
		inner, wrapped := unwrapAMP(a)
		if !wrapped {
			break
		}
		a = inner
	}
	host, query := foldHost(a.host), dropTracking(a.query)
	if a.port != "" {
		host += ":" + a.port
	}
	if query != "" {
		query = "?" + query
	}
	u = a.scheme + "://" + host + dropAMP(normalPath(a.path)) + query
	if len(u) > maxLength {
		return ""
	}
	return u
}

// maxUnwrap is how many AMP caches one inside the other are seen through.
const maxUnwrap = 3

// An address is an http or https URL in its parts.
type address struct {
	scheme      string // http or https
	host        string // lower case, ASCII
	port        string // "" for the scheme's own
	path, query string // as written
}

// split takes an absolute http or https URL apart as RFC 3986 appendix B does.
// It is lenient with what stands behind the host, strict about the host.
func split(u string) (address, bool) {
	u = chars.TidyURL(u)
	if len(u) > maxLength {
		return address{}, false
	}
	scheme, rest, ok := strings.Cut(u, "://")
	a := address{scheme: strings.ToLower(scheme)}
	if !ok || a.scheme != "http" && a.scheme != "https" {
		return address{}, false
	}
	rest, _, _ = strings.Cut(rest, "#")
	rest, a.query, _ = strings.Cut(rest, "?")
	authority := rest
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		authority, a.path = rest[:i], rest[i:]
	}
	authority = authority[strings.LastIndexByte(authority, '@')+1:]
	a.host, a.port, ok = splitHost(authority)
	if a.scheme == "http" && a.port == "80" || a.scheme == "https" && a.port == "443" {
		a.port = ""
	}
	return a, ok
}

// unwrapAMP is the address of the page that an AMP cache shows: Google's viewer
// (google.com/amp/s/HOST/PATH) and the cache itself
// (HOST-WITH-HYPHENS.cdn.ampproject.org/c/s/HOST/PATH).
func unwrapAMP(a address) (address, bool) {
	var rest string
	switch {
	case strings.HasSuffix(a.host, ".cdn.ampproject.org") || a.host == "cdn.ampproject.org":
		kind, after, _ := strings.Cut(strings.TrimPrefix(a.path, "/"), "/")
		if kind != "c" && kind != "v" && kind != "wp" {
			return a, false
		}
		rest = after
	case strings.HasPrefix(foldHost(a.host), "google.") && strings.HasPrefix(a.path, "/amp/"):
		rest = a.path[len("/amp/"):]
	default:
		return a, false
	}
	scheme := "http"
	if after, ok := strings.CutPrefix(rest, "s/"); ok {
		scheme, rest = "https", after
	}
	inner := scheme + "://" + rest
	if a.query != "" {
		inner += "?" + a.query
	}
	b, ok := split(inner)
	if !ok || !strings.Contains(b.host, ".") {
		return a, false
	}
	return b, true
}

// dropAMP drops the endings by which sites name the accelerated version of a
// page, unless nothing but the root would be left.
func dropAMP(path string) string {
	for {
		switch {
		case strings.HasSuffix(path, "/amp") && len(path) > len("/amp"):
			path = path[:len(path)-len("/amp")]
		case strings.HasSuffix(path, "/amp/") && len(path) > len("/amp/"):
			path = path[:len(path)-len("amp/")]
		case strings.HasSuffix(path, ".amp.html"):
			path = strings.TrimSuffix(path, ".amp.html") + ".html"
		default:
			return path
		}
	}
}
