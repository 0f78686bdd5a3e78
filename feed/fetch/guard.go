package fetch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"syscall"

	"code.dny.dev/ssrf"

	"topicwire/feed/link"
)

// A BlockedError is a refusal to dial an address.
type BlockedError struct {
	Addr netip.Addr // the zero value where the name alone decided
	Host string     // the name that led there, or the address as it was written
	Why  string
}

func (e *BlockedError) Error() string {
	if !e.Addr.IsValid() {
		return "refused to connect to " + e.Host + ": " + e.Why
	}
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
// dialled, and a name that answers something else a moment later gains nothing. Hosts
// that are blocked are refused by their names.
func guardedDial(d *net.Dialer, private bool, hosts link.Hosts) dial {
	if !private {
		d.Control = guard(ssrf.New(ssrf.WithAnyPort()))
	}
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		host, _, err := net.SplitHostPort(addr)
		if err != nil {
			return nil, err
		}
		if hosts.Name(host) {
			return nil, &BlockedError{Host: host, Why: "the configuration blocks the host"}
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

// special names the kind of a special-use address, for a refusal that was decided.
func special(a netip.Addr) string { return cmp.Or(link.Special(a), "a special-use address") }

// checkSpelling refuses a host that ends in a number, as only addresses do
// (WHATWG URL §3.5), unless it is an address as RFC 3986 §3.2.2 has it. Some
// resolvers read 2130706433, 0x7f.1 and 127.1 as 127.0.0.1, others look them up
// as names; nobody writes them in good faith.
func checkSpelling(host string) error {
	if _, err := netip.ParseAddr(host); err == nil {
		return nil
	}
	addr, numeric, ok := link.LooseIPv4(host)
	switch {
	case !numeric:
		return nil
	case !ok:
		return fmt.Errorf("refused to connect to %q: it ends in a number but is no address", host)
	}
	return &BlockedError{Addr: addr, Host: host, Why: "the address is written in an odd way; write " + addr.String()}
}
