package web

import (
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
)

// guard says why a request must not reach the operators' pages, or "".
//
// The listener is on this machine, and so are the operator's browser and every
// web page open in it. Such a page gets here in two ways. It lets a name of its
// own resolve to a loopback address (DNS rebinding): then Host carries that
// name. Or it sends a request across origins, which needs no permission to be
// sent: then Origin and the Fetch Metadata headers tell.
func guard(r *http.Request) string {
	if !ownHost(r) {
		return "operator pages answer to localhost and loopback addresses only"
	}
	site := r.Header.Values("Sec-Fetch-Site")
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		// A request with neither header comes from no browser.
		if len(site) > 0 && (len(site) > 1 || site[0] != "same-origin") || !ownOrigin(r) {
			return "this request comes from another page"
		}
		return ""
	}
	// A link from elsewhere may be followed; nothing may be embedded or read.
	for _, site := range site {
		follows := r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
		if site != "same-origin" && site != "none" && !follows {
			return "this request comes from another page"
		}
	}
	return ""
}

// ownHost reports whether Host names this machine itself: localhost, a loopback
// address, or what clients of a unix socket call it. A socket alone does not
// prove a good client: ssh forwards a port of the operator's machine to one.
func ownHost(r *http.Request) bool {
	host := r.Host
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	} else if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		host = host[1 : len(host)-1]
	}
	if strings.EqualFold(host, "localhost") {
		return true
	}
	if a, ok := r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok && a.Network() == "unix" && (host == "" || host == "unix") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Zone() == "" && a.Unmap().IsLoopback()
}

// ownOrigin reports whether Origin, where there is one, is the address that the
// request was sent to: scheme, host and port (RFC 6454 §4). ownHost has vouched
// for the host.
func ownOrigin(r *http.Request) bool {
	values := r.Header.Values("Origin")
	if len(values) == 0 {
		return true
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	u, err := url.Parse(values[0])
	return err == nil && len(values) == 1 && u.Scheme == scheme && u.Host != "" && strings.EqualFold(u.Host, r.Host)
}
