package fetch

import (
	"context"
	"encoding/binary"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"
)

// A nameServer answers A and AAAA questions over UDP on loopback.
type nameServer struct {
	mu    sync.Mutex
	names map[string][][]netip.Addr // answers to the first lookup, the second, …; the last stays
	asked map[string]int            // questions by name and type
}

func (s *nameServer) resolver(t *testing.T) *net.Resolver {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var done sync.WaitGroup
	done.Go(func() {
		buf := make([]byte, 1500)
		for {
			n, from, err := conn.ReadFrom(buf)
			if err != nil {
				return
			}
			if reply := s.reply(buf[:n]); reply != nil {
				conn.WriteTo(reply, from)
			}
		}
	})
	t.Cleanup(func() { conn.Close(); done.Wait() })
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", conn.LocalAddr().String())
	}}
}

// reply answers one question (RFC 1035 §4).
func (s *nameServer) reply(q []byte) []byte {
	name, i := "", 12
	for i < len(q) && q[i] != 0 {
		name += string(q[i+1:i+1+int(q[i])]) + "."
		i += 1 + int(q[i])
	}
	if i+5 > len(q) {
		return nil
	}
	kind := binary.BigEndian.Uint16(q[i+1:])
	answers := s.next(strings.ToLower(name), kind)
	out := append([]byte{q[0], q[1], 0x81, 0x80, 0, 1, 0, byte(len(answers)), 0, 0, 0, 0}, q[12:i+5]...)
	if answers == nil {
		out[3] |= 3 // no such name
	}
	for _, a := range answers {
		raw := a.AsSlice()
		out = append(out, 0xc0, 12, byte(kind>>8), byte(kind), 0, 1, 0, 0, 0, 0, 0, byte(len(raw)))
		out = append(out, raw...)
	}
	return out
}

func (s *nameServer) next(name string, kind uint16) []netip.Addr {
	s.mu.Lock()
	defer s.mu.Unlock()
	rounds := s.names[name]
	if rounds == nil {
		return nil
	}
	key := name + string(rune('0'+kind))
	n := min(s.asked[key], len(rounds)-1)
	s.asked[key]++
	answers := []netip.Addr{}
	for _, a := range rounds[n] {
		if a.Is4() && kind == 1 || a.Is6() && kind == 28 {
			answers = append(answers, a)
		}
	}
	return answers
}

func names(names map[string][]string) *nameServer {
	s := &nameServer{names: map[string][][]netip.Addr{}, asked: map[string]int{}}
	for name, rounds := range names {
		for _, r := range rounds {
			var addrs []netip.Addr
			for _, a := range strings.Fields(r) {
				addrs = append(addrs, netip.MustParseAddr(a))
			}
			s.names[name] = append(s.names[name], addrs)
		}
	}
	return s
}
