package fetch

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strconv"
	"strings"
	"syscall"

	"code.dny.dev/ssrf"
)

// A BlockedError is a refusal to dial an address.
type BlockedError struct {
	Addr netip.Addr
	Host string // the name that led there, or the address as it was written
	Why  string
}

func (e *BlockedError) Error() string {
	s := "refused to connect to " + e.Addr.String()
	if e.Host != "" && e.Host != e.Addr.String() {
		s += " (" + e.Host + ")"
	}
	return s + ": " + e.Why
}

// A dial is what http.Transport asks for.
type dial func(ctx context.Context, network, addr string) (net.Conn, error)

// guardedDial dials with d. Every address is checked by d's Control, after the
// name was resolved and right before the connection: what is checked is what is
// dialled, and a name that answers something else a moment later gains nothing.
func guardedDial(d *net.Dialer, private bool) dial {
	if !private {
		d.Control = guard(ssrf.New(ssrf.WithAnyPort()))
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		if err := checkSpelling(host); err != nil {
			return nil, err
		}
		conn, err := d.DialContext(ctx, network, addr)
		var blocked *BlockedError
		if errors.As(err, &blocked) {
			return nil, &BlockedError{Addr: blocked.Addr, Host: host, Why: blocked.Why}
		}
		return conn, err
	}
}

func guard(g *ssrf.Guardian) func(network, address string, _ syscall.RawConn) error {
	return func(network, address string, conn syscall.RawConn) error {
		err := g.Safe(network, address, conn)
		if err == nil {
			return nil
		}
		blocked := &BlockedError{Why: err.Error()}
		if ap, perr := netip.ParseAddrPort(address); perr == nil {
			blocked.Addr = ap.Addr()
		}
		if errors.Is(err, ssrf.ErrProhibitedIP) {
			blocked.Why = "it is " + special(blocked.Addr) + ", not a public one; fetch.allow_private permits it"
		}
		return blocked
	}
}

// A block is a range of special-use addresses (RFC 6890 and the registries it
// began) under the name people know it by.
type block struct {
	prefix netip.Prefix
	name   string
}

// blocks only explain a refusal, they do not decide it. The first that fits
// counts.
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
	ff00::/8 a multicast address`)

func blocksOf(table string) (list []block) {
	for row := range strings.Lines(strings.TrimSpace(table)) {
		prefix, name, _ := strings.Cut(strings.TrimSpace(row), " ")
		list = append(list, block{netip.MustParsePrefix(prefix), name})
	}
	return list
}

// special names the kind of a special-use address.
func special(a netip.Addr) string {
	if a.Is4In6() {
		return "an IPv4 address in IPv6 form"
	}
	a = a.WithZone("")
	for _, b := range blocks {
		if b.prefix.Contains(a) {
			return b.name
		}
	}
	return "a special-use address"
}

// checkSpelling refuses a host that ends in a number, as only addresses do
// (WHATWG URL §3.5), unless it is an address as RFC 3986 §3.2.2 has it. Some
// resolvers read 2130706433, 0x7f.1 and 127.1 as 127.0.0.1, others look them up
// as names; nobody writes them in good faith.
func checkSpelling(host string) error {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	last := labels[len(labels)-1]
	if _, ok := number(last); !ok {
		return nil
	}
	addr, ok := looseIPv4(labels)
	if !ok {
		return fmt.Errorf("refused to connect to %q: it ends in a number but is no address", host)
	}
	return &BlockedError{Addr: addr, Host: host, Why: "the address is written in an odd way; write " + addr.String()}
}

// looseIPv4 is what inet_aton makes of one to four numbers.
func looseIPv4(labels []string) (netip.Addr, bool) {
	if len(labels) > 4 {
		return netip.Addr{}, false
	}
	var ip uint64
	for i, l := range labels {
		n, ok := number(l)
		size := 8 // bits
		if i == len(labels)-1 {
			size = 8 * (5 - len(labels))
		}
		if !ok || n >= 1<<size {
			return netip.Addr{}, false
		}
		ip = ip<<size | n
	}
	return netip.AddrFrom4([4]byte{byte(ip >> 24), byte(ip >> 16), byte(ip >> 8), byte(ip)}), true
}

// number reads a decimal, octal (0…) or hexadecimal (0x…) number; more than 64
// bits count as the largest.
func number(s string) (uint64, bool) {
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
