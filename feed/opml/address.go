package opml

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
)

// address reads what an outline has as an address. It gives an absolute http or
// https URL, with what a URL cannot hold percent-encoded, or says why there is
// none.
func address(s string) (addr, why string) {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\ufffd"))
	if s == "" {
		return "", "the address is empty"
	}
	if len(s) > maxAddress {
		return "", fmt.Sprintf("the address is longer than %d bytes", maxAddress)
	}
	if len(s) > 5 && strings.EqualFold(s[:5], "feed:") {
		// feed://HOST stands for http://HOST, feed:URL for the URL.
		if s = s[5:]; strings.HasPrefix(s, "//") {
			s = "http:" + s
		}
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if scheme = strings.ToLower(scheme); !ok || scheme != "http" && scheme != "https" {
		return "", "the address " + quote(s) + " is not http or https"
	}
	addr = scheme + "://" + escape(rest)
	u, err := url.Parse(addr)
	switch {
	case err != nil:
		return "", "the address " + quote(s) + " is not a URL"
	case u.User != nil:
		return "", "the address of " + quote(u.Hostname()) + " holds a user name or password"
	case u.Hostname() == "":
		return "", "the address " + quote(s) + " has no host"
	case u.Port() != "":
		if p, err := strconv.ParseUint(u.Port(), 10, 16); err != nil || p == 0 {
			return "", "the address " + quote(s) + " has no valid port"
		}
	}
	if len(addr) > maxAddress {
		return "", fmt.Sprintf("the address is longer than %d bytes", maxAddress)
	}
	return addr, ""
}

// escape percent-encodes what no URL holds (RFC 3986 §2) and people write all
// the same; letters beyond ASCII stay.
func escape(s string) string {
	if !strings.ContainsFunc(s, foreign) {
		return strings.Clone(s)
	}
	var b strings.Builder
	for _, c := range s {
		switch {
		case c == '\t' || c == '\n' || c == '\r': // of a line that was wrapped
		case foreign(c):
			for _, x := range []byte(string(c)) {
				fmt.Fprintf(&b, "%%%02X", x)
			}
		default:
			b.WriteRune(c)
		}
	}
	return b.String()
}

func foreign(c rune) bool {
	if c < 0x7f {
		return c <= ' ' || strings.ContainsRune("<>\"\\^`{|}", c)
	}
	return !unicode.IsPrint(c)
}

// quote shows an address in a message, without what may stand before an @ and
// without its parameters.
func quote(s string) string {
	if at := strings.LastIndexByte(s, '@'); at >= 0 {
		s = "…" + s[at:]
	}
	if i := strings.IndexAny(s, "?;#"); i >= 0 {
		s = s[:i+1] + "…"
	}
	return strconv.Quote(clean(s, 80))
}

// AddressKey is equal for addresses that differ only in scheme, case of the
// host, default port, fragment and slashes at the end: those that almost always
// name one feed. It is for comparing only.
func AddressKey(addr string) string {
	u, err := url.Parse(addr)
	if err != nil {
		return addr
	}
	host := strings.ToLower(u.Host)
	host = strings.TrimSuffix(strings.TrimSuffix(host, ":80"), ":443")
	return host + strings.TrimRight(u.EscapedPath(), "/") + "?" + u.RawQuery
}
