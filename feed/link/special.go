package link

import (
	"errors"
	"net/netip"
	"strconv"
	"strings"
)

// A block is a range of special-use addresses (RFC 6890 and the registries it
// began) under the name people know it by.
type block struct {
	prefix netip.Prefix
	name   string
}

// blocks are in the order in which they are asked: the first that fits counts. A test of
// feed/fetch holds them to what its client refuses to dial.
var blocks = blocksOf(`
	0.0.0.0/32 the unspecified address
	0.0.0.0/8 an address of this network
	10.0.0.0/8 a private address
	100.64.0.0/10 a shared address behind a carrier's NAT
	127.0.0.0/8 a loopback address
	169.254.0.0/16 a link-local address
	172.16.0.0/12 a private address
	192.0.0.0/24 an address for protocol assignments
	192.0.2.0/24 a documentation address
	192.88.99.0/24 a 6to4 relay address
	192.168.0.0/16 a private address
	198.18.0.0/15 a benchmarking address
	198.51.100.0/24 a documentation address
	203.0.113.0/24 a documentation address
	224.0.0.0/4 a multicast address
	255.255.255.255/32 the broadcast address
	240.0.0.0/4 a reserved address
	192.31.196.0/24 an address of AS112
	192.52.193.0/24 an address of AMT relays
	192.175.48.0/24 an address of AS112
	::/128 the unspecified address
	::1/128 the loopback address
	::/96 an IPv4-compatible address
	64:ff9b::/96 a NAT64 address
	64:ff9b:1::/48 a NAT64 address
	2001::/32 a Teredo address
	2001::/23 an address for protocol assignments
	2001:db8::/32 a documentation address
	2002::/16 a 6to4 address
	3fff::/20 a documentation address
	fc00::/7 a private address
	fe80::/10 a link-local address
	fec0::/10 a site-local address
	ff00::/8 a multicast address
	2620:4f:8000::/48 an address of AS112`)

func blocksOf(table string) (list []block) {
	for row := range strings.Lines(strings.TrimSpace(table)) {
		prefix, name, _ := strings.Cut(strings.TrimSpace(row), " ")
		list = append(list, block{netip.MustParsePrefix(prefix), name})
	}
	return list
}

// global is what IPv6 has set aside for the internet (RFC 4291 §2.5.4).
var global = netip.MustParsePrefix("2000::/3")

// Special names the kind of an address that is of no use on the internet: a private,
// loopback, link-local or reserved one, or one that holds an IPv4 address; "" for others.
func Special(a netip.Addr) string {
	if a.Is4In6() {
		return "an IPv4 address in IPv6 form"
	}
	a = a.WithZone("")
	for _, b := range blocks {
		if b.prefix.Contains(a) {
			return b.name
		}
	}
	if a.Is6() && !global.Contains(a) {
		return "a special-use address"
	}
	return ""
}

// LooseIPv4 is the address that browsers and inet_aton make of a host that ends in a
// number (WHATWG URL §3.5): of one to four numbers, decimal, octal or hexadecimal. numeric
// reports whether it ends in one, ok whether it is an address.
func LooseIPv4(host string) (addr netip.Addr, numeric, ok bool) {
	host = strings.TrimSuffix(host, ".")
	if _, numeric = number(host[strings.LastIndexByte(host, '.')+1:]); !numeric {
		return addr, false, false
	}
	labels := strings.Split(host, ".")
	if len(labels) > 4 {
		return addr, true, false
	}
	var ip uint64
	for i, l := range labels {
		n, ok := number(l)
		size := 8 // bits
		if i == len(labels)-1 {
			size = 8 * (5 - len(labels))
		}
		if !ok || n >= 1<<size {
			return addr, true, false
		}
		ip = ip<<size | n
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}), true, true
}

// number reads a decimal, octal (0…) or hexadecimal (0x…) number; more than 64
// bits count as the largest.
func number(s string) (uint64, bool) {
	if s == "" || s[0] < '0' || s[0] > '9' {
		return 0, false
	}
	s = strings.ToLower(s)
	base, digits := 10, s
	switch {
	case strings.HasPrefix(s, "0x"):
		base, digits = 16, s[2:]
		if digits == "" {
			return 0, true
		}
	case len(s) > 1 && s[0] == '0':
		base, digits = 8, s[1:]
		if strings.Trim(digits, "0123456789") == "" && strings.ContainsAny(digits, "89") {
			base = 10 // no octal number; still one
		}
	}
	n, err := strconv.ParseUint(digits, base, 64)
	return n, err == nil || errors.Is(err, strconv.ErrRange)
}
