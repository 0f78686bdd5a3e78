package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// SetProxies tells the site whose word on where a request came from counts. Who connects
// to a unix socket always is a proxy. Without a call nobody else is.
func (s *Site) SetProxies(proxies []netip.Prefix) { s.proxies.Store(&proxies) }

// trusts reports whether an address is that of a proxy.
func (s *Site) trusts(a netip.Addr) bool {
	proxies := s.proxies.Load()
	return proxies != nil && slices.ContainsFunc(*proxies, func(p netip.Prefix) bool { return p.Contains(a) })
}

// client is where a request came from, and by which scheme: as the peer's connection has
// it, or, where that is a proxy, as it says. Each proxy adds to the right of
// X-Forwarded-For whom it was called by, so that the rightmost address that is no proxy's
// is the last one that somebody trusted saw; all to the left of it is anybody's word.
// Forwarded (RFC 7239 §4) is read where there is no X-Forwarded-For.
func (s *Site) client(r *http.Request) (address, scheme string) {
	address, scheme = r.RemoteAddr, "http"
	if r.TLS != nil {
		scheme = "https"
	}
	local, _ := r.Context().Value(http.LocalAddrContextKey).(net.Addr)
	peer, ok := addressOf(r.RemoteAddr)
	if byProxy := local != nil && local.Network() == "unix" || ok && s.trusts(peer); !byProxy {
		return address, scheme
	}
	hops, by := forwarded(r.Header)
	if by != "" {
		scheme = by
	}
	for _, hop := range slices.Backward(hops) {
		a, ok := addressOf(hop)
		if !ok {
			break // of what stands to the left nobody knows who wrote it
		}
		if address = a.String(); !s.trusts(a) {
			break
		}
	}
	return address, scheme
}

// forwarded is what a proxy says: through whom a request came, the nearest last, and by
// which scheme the proxy was called; "" where it does not say, or it is none of the web's.
func forwarded(h http.Header) (hops []string, scheme string) {
	for hop := range strings.SplitSeq(strings.Join(h.Values("X-Forwarded-For"), ","), ",") {
		hops = append(hops, strings.TrimSpace(hop))
	}
	schemes := strings.Split(strings.Join(h.Values("X-Forwarded-Proto"), ","), ",")
	scheme = schemes[len(schemes)-1]
	if len(h.Values("X-Forwarded-For")) == 0 {
		hops = nil
		for element := range quotedSplit(strings.Join(h.Values("Forwarded"), ","), ',') {
			hop := ""
			for pair := range quotedSplit(element, ';') {
				name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
				value = strings.Trim(value, `"`)
				switch strings.ToLower(name) {
				case "for":
					hop = value
				case "proto":
					scheme = value
				}
			}
			hops = append(hops, hop)
		}
	}
	scheme = strings.ToLower(strings.TrimSpace(scheme))
	if scheme != "http" && scheme != "https" {
		scheme = ""
	}
	return hops, scheme
}

// quotedSplit parts a text at a separator that stands in no quotation marks.
func quotedSplit(text string, at byte) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		quoted, begin := false, 0
		for i := range len(text) {
			switch {
			case text[i] == '"':
				quoted = !quoted
			case text[i] == at && !quoted:
				if !yield(text[begin:i]) {
					return
				}
				begin = i + 1
			}
		}
		yield(text[begin:])
	}
}

// addressOf is the address of ADDRESS, ADDRESS:PORT, [IPv6] or [IPv6]:PORT.
func addressOf(text string) (netip.Addr, bool) {
	if p, err := netip.ParseAddrPort(text); err == nil {
		return p.Addr().Unmap().WithZone(""), true
	}
	if inner, ok := strings.CutPrefix(text, "["); ok {
		text, _ = strings.CutSuffix(inner, "]")
	}
	a, err := netip.ParseAddr(text)
	return a.Unmap().WithZone(""), err == nil
}
