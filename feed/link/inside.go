package link

import (
	"net/netip"
	"net/url"
	"strings"
)

// Inside reports whether whoever loads an absolute http or https address may ask a machine
// of their own network by it: its host is a special-use address (Special) in any spelling
// that browsers read, localhost, a name of one label, or one of a domain that networks keep
// for themselves. An address that names no host counts, too: nobody loads it. What a name
// leads to nobody can tell from the name.
func Inside(address string) bool {
	_, host, _ := strings.Cut(address, "//")
	if end := strings.IndexAny(host, `/?#\`); end >= 0 {
		host = host[:end]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if strings.HasPrefix(host, "[") {
		host, _, _ = strings.Cut(host[1:], "]")
		a, err := netip.ParseAddr(host)
		return err != nil || Special(a) != ""
	}
	host, _, _ = strings.Cut(host, ":")
	if strings.Contains(host, "%") {
		var err error
		if host, err = url.PathUnescape(host); err != nil {
			return true
		}
	}
	host, ok := asciiHost(host)
	if !ok {
		return true
	}
	if a, numeric, ok := LooseIPv4(host); numeric {
		return !ok || Special(a) != ""
	}
	dot := strings.LastIndexByte(host, '.')
	return dot < 0 || inner[host[dot+1:]] || strings.HasSuffix(host, ".home.arpa")
}

// inner are the last labels of names that are none of the internet (RFC 6761, 6762, and
// what ICANN keeps out of the root), and those that routers and offices use.
var inner = map[string]bool{
	"localhost": true, "local": true, "internal": true, "lan": true, "localdomain": true, "intranet": true, "private": true, "corp": true,
	"home": true, "test": true, "invalid": true,
}
