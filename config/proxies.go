package config

import (
	"net/netip"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// ownProxies are trusted where the configuration names none: those of this machine.
const ownProxies = `[127.0.0.1, "::1"]`

func ownProxy() []netip.Prefix {
	return []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("::1/128")}
}

// proxiesInto is the kind of a list of addresses and networks, which may be empty.
func (r *reader) proxiesInto(to *[]netip.Prefix) kind {
	item := form(`^\s*\[?[0-9a-fA-F:.]+\]?(/[0-9]{1,3})?\s*$`)
	list := &schema{Type: "array", Items: item}
	read := r.need("an address or a network")
	return kind{schema: list, read: func(n *node, what string) {
		if n.Kind == yaml.ScalarNode && n.Line == 0 { // the default
			*to = ownProxy()
			return
		}
		found := []netip.Prefix{}
		if n.Kind != yaml.SequenceNode || len(n.Content) > 0 {
			for _, i := range r.items(n, what) {
				text, ok := read(i, "a proxy")
				if !ok {
					continue
				}
				p, wrong, hint := network(text)
				switch {
				case wrong != "":
					r.fail(i, wrong, hint)
				case !slices.Contains(found, p):
					if p.Bits() == 0 {
						r.warn(i, quote(text)+" trusts everybody: whoever connects may say where the request came from", "name the proxies alone")
					}
					found = append(found, p)
				}
			}
		}
		*to = found
	}}
}

// network is an address, as a network of one, or a network.
func network(text string) (p netip.Prefix, wrong, hint string) {
	if inner, ok := strings.CutPrefix(text, "["); ok && strings.HasSuffix(inner, "]") {
		text = strings.TrimSuffix(inner, "]")
	}
	if a, err := netip.ParseAddr(text); err == nil && a.Zone() == "" {
		return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), "", ""
	}
	p, err := netip.ParsePrefix(text)
	switch {
	case strings.HasPrefix(text, "unix:"):
		return p, quote(text) + " is no address", "what connects to a socket is trusted anyway: leave it out"
	case err != nil:
		return p, quote(text) + " is no address of a proxy, and no network", "127.0.0.1, 10.0.0.0/8 or ::1, without a port; names are not looked up"
	case p.Addr().Is4In6():
		return p, quote(text) + " is a network of IPv4 written as one of IPv6", "write it as 10.0.0.0/8"
	case p != p.Masked():
		return p, quote(text) + " is an address within a network", "write " + p.Masked().String() + " for the network, or " + p.Addr().String() + " for the address"
	}
	return p, "", ""
}
