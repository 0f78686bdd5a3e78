package fetch

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"code.dny.dev/ssrf"

	"topicwire/feed/link"
)

func parsed(t *testing.T, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// The ranges of RFC 6890 and the registries it began: the first, the last and,
// in wide ones, one address between.
var specialUse = []struct {
	addr, kind string
}{
	{"0.0.0.0", "unspecified"}, {"0.0.0.1", "this network"}, {"0.255.255.255", "this network"},
	{"10.0.0.0", "private"}, {"10.1.2.3", "private"}, {"10.255.255.255", "private"},
	{"100.64.0.0", "NAT"}, {"100.127.255.255", "NAT"},
	{"127.0.0.0", "loopback"}, {"127.0.0.1", "loopback"}, {"127.255.255.255", "loopback"},
	{"169.254.0.0", "link-local"}, {"169.254.169.254", "link-local"}, {"169.254.255.255", "link-local"},
	{"172.16.0.0", "private"}, {"172.31.255.255", "private"},
	{"192.0.0.0", "protocol"}, {"192.0.0.255", "protocol"},
	{"192.0.2.0", "documentation"}, {"192.0.2.255", "documentation"},
	{"192.88.99.0", "6to4"}, {"192.88.99.255", "6to4"},
	{"192.168.0.0", "private"}, {"192.168.1.1", "private"}, {"192.168.255.255", "private"},
	{"198.18.0.0", "benchmarking"}, {"198.19.255.255", "benchmarking"},
	{"198.51.100.0", "documentation"}, {"198.51.100.255", "documentation"},
	{"203.0.113.0", "documentation"}, {"203.0.113.255", "documentation"},
	{"224.0.0.0", "multicast"}, {"239.255.255.255", "multicast"},
	{"240.0.0.0", "reserved"}, {"255.255.255.254", "reserved"}, {"255.255.255.255", "broadcast"},
	{"::", "unspecified"}, {"::1", "loopback"},
	{"::7f00:1", "IPv4-compatible"}, {"::10.0.0.1", "IPv4-compatible"}, {"::8.8.8.8", "IPv4-compatible"},
	{"::ffff:127.0.0.1", "IPv6 form"}, {"::ffff:a00:1", "IPv6 form"}, {"::ffff:8.8.8.8", "IPv6 form"},
	{"::ffff:0:127.0.0.1", "special-use"}, // IPv4-translated, RFC 2765
	{"64:ff9b::7f00:1", "NAT64"}, {"64:ff9b::10.0.0.1", "NAT64"}, {"64:ff9b::8.8.8.8", "NAT64"},
	{"64:ff9b:1::", "NAT64"}, {"64:ff9b:1:ffff:ffff:ffff:7f00:1", "NAT64"},
	{"100::1", "special-use"}, // discard-only
	{"2001::1", "Teredo"}, {"2001:0:ffff:ffff:ffff:ffff:ffff:ffff", "Teredo"},
	{"2001:2::1", "protocol"}, {"2001:10::1", "protocol"}, {"2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", "protocol"},
	{"2001:db8::", "documentation"}, {"2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "documentation"},
	{"2002::", "6to4"}, {"2002:7f00:1::", "6to4"}, {"2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "6to4"},
	{"3fff::1", "documentation"},
	{"fc00::", "private"}, {"fd12:3456::1", "private"}, {"fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "private"},
	{"fe80::", "link-local"}, {"fe80::1", "link-local"}, {"fe80::1%lo", "link-local"}, {"febf:ffff::1", "link-local"},
	{"fec0::1", "site-local"}, {"feff::1", "site-local"},
	{"ff00::", "multicast"}, {"ff02::1", "multicast"}, {"ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "multicast"},
	{"4000::1", "special-use"}, {"::2", "IPv4-compatible"},
}

func TestGuardRefusesSpecialUseAddresses(t *testing.T) {
	control := guard(ssrf.New(ssrf.WithAnyPort()))
	for _, tt := range specialUse {
		network := "tcp6"
		if netip.MustParseAddr(tt.addr).Is4() {
			network = "tcp4"
		}
		err := control(network, net.JoinHostPort(tt.addr, "80"), nil)
		var b *BlockedError
		if !errors.As(err, &b) || b.Addr != netip.MustParseAddr(tt.addr) {
			t.Errorf("%s: err = %v", tt.addr, err)
			continue
		}
		for _, part := range []string{"refused to connect to " + b.Addr.String() + ": it is ", tt.kind, "fetch.allow_private permits it"} {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q lacks %q", tt.addr, err, part)
			}
		}
	}
}

// The neighbours of the refused ranges are the public internet.
func TestGuardPassesPublicAddresses(t *testing.T) {
	control := guard(ssrf.New(ssrf.WithAnyPort()))
	for _, addr := range []string{
		"1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255", "128.0.0.0",
		"169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "191.255.255.255", "192.0.1.0", "192.0.3.0", "192.88.98.255", "192.88.100.0",
		"192.167.255.255", "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "198.51.101.0", "203.0.112.255", "203.0.114.0", "223.255.255.255",
		"2000::1", "2001:200::1", "2001:db7:ffff::1", "2001:db9::1", "2001:4860:4860::8888", "2003::1", "2a00:1450:4001::1", "3ffe:ffff::1",
	} {
		network := "tcp6"
		if netip.MustParseAddr(addr).Is4() {
			network = "tcp4"
		}
		for _, port := range []string{"80", "443", "8080"} {
			if err := control(network, net.JoinHostPort(addr, port), nil); err != nil {
				t.Errorf("%s: %v", addr, err)
			}
		}
	}
	if err := control("udp4", "8.8.8.8:53", nil); err == nil {
		t.Error("a feed came by UDP")
	}
	if err := control("tcp4", "nonsense", nil); err == nil {
		t.Error("what cannot be read was passed")
	}
}

// spellings are hosts that some resolver or parser makes a special-use address
// of. addr is the one the refusal names.
var spellings = []struct {
	host, addr string
}{
	{"127.0.0.1", "127.0.0.1"}, {"0.0.0.0", "0.0.0.0"}, {"10.0.0.1", "10.0.0.1"}, {"169.254.169.254", "169.254.169.254"},
	{"0x7f.1", "127.0.0.1"}, {"0X7F.1", "127.0.0.1"}, {"0x7F000001", "127.0.0.1"}, {"0x7f.0x0.0x0.0x1", "127.0.0.1"}, {"0x7f.0.0.0x", "127.0.0.0"},
	{"2130706433", "127.0.0.1"}, {"0", "0.0.0.0"}, {"017700000001", "127.0.0.1"}, {"2852039166", "169.254.169.254"},
	{"0177.0.0.1", "127.0.0.1"}, {"0177.1", "127.0.0.1"}, {"127.1", "127.0.0.1"}, {"127.0.1", "127.0.0.1"}, {"10.1", "10.0.0.1"}, {"127.0.0.01", "127.0.0.1"},
	{"127.0.0.1.", "127.0.0.1"}, {"127.1.", "127.0.0.1"},
	{"127%E3%80%820%E3%80%820%E3%80%821", "127.0.0.1"}, // percent-encoded ideographic full stops
	{"127。0。0。1", "127.0.0.1"}, {"127．0．0．1", "127.0.0.1"}, {"127｡0｡0｡1", "127.0.0.1"},
	{"１２７.0.0.1", "127.0.0.1"}, {"①②⑦.0.0.1", "127.0.0.1"}, {"127。1", "127.0.0.1"}, {"0x7f。1", "127.0.0.1"},
	{"[::1]", "::1"}, {"[0:0:0:0:0:0:0:1]", "::1"}, {"[::]", "::"},
	{"[::ffff:127.0.0.1]", "127.0.0.1"}, {"[::ffff:7f00:1]", "127.0.0.1"}, {"[::FFFF:A00:1]", "10.0.0.1"}, {"[0:0:0:0:0:ffff:7f00:1]", "127.0.0.1"},
	{"[::127.0.0.1]", "::7f00:1"}, {"[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1"}, {"[2002:7f00:1::]", "2002:7f00:1::"},
	{"[fe80::1]", "fe80::1"}, {"[FE80::1%25lo]", "fe80::1%lo"}, {"[fd00::1]", "fd00::1"}, {"[::1%25lo]", "::1%lo"},
}

func TestOddSpellingsAreRefused(t *testing.T) {
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	port := u[strings.LastIndexByte(u, ':'):]
	c := New(Options{})
	defer c.Close()
	hop := redirector(t)
	for _, tt := range spellings {
		address := "http://" + tt.host + port + "/"
		_, err := c.Get(t.Context(), Request{URL: address})
		refused(t, address, err, tt.addr)
		_, err = hop(address)
		refused(t, "a redirect to "+address, err, tt.addr)
	}
	for _, host := range []string{"127.0.0.1%2e", "%3127.0.0.1", "%30x7f.1", "127.0.0.1%00", "[::1", "::1", "[127.0.0.1]", "", "127.0.0.1.1", "256.1", "0x100000000", "1.2.3.4.5", "09.1", "999999999999999999999999"} {
		_, err := c.Get(t.Context(), Request{URL: "http://" + host + port + "/"})
		if err == nil {
			t.Errorf("%q was fetched", host)
		}
	}
	if asked {
		t.Error("a request went out")
	}
}

func refused(t *testing.T, what string, err error, addr string) {
	t.Helper()
	var b *BlockedError
	if !errors.As(err, &b) {
		t.Errorf("%s: err = %v, want a refusal", what, err)
		return
	}
	if b.Addr.String() != addr || b.Why == "" || !strings.Contains(err.Error(), "refused to connect to "+addr) || !strings.Contains(err.Error(), b.Why) {
		t.Errorf("%s: %v, want %s named", what, err, addr)
	}
}

// redirector is a fetch of a public host that redirects to an address. The first
// hop is dialled past the guard, everything else is guarded.
func redirector(t *testing.T) func(to string) (*Response, error) {
	t.Helper()
	var to string
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusMovedPermanently)
	})
	c := New(Options{})
	t.Cleanup(c.Close)
	guarded := c.transport.DialContext
	c.transport.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if addr == "public.example:80" {
			addr = strings.TrimPrefix(u, "http://")
			return new(net.Dialer).DialContext(ctx, network, addr)
		}
		return guarded(ctx, network, addr)
	}
	return func(target string) (*Response, error) {
		to = target
		return c.Get(t.Context(), Request{URL: "http://public.example/feed"})
	}
}

func TestNamesOfPrivateAddressesAreRefused(t *testing.T) {
	s := names(map[string][]string{
		"loop.example.": {"127.0.0.1"}, "intranet.example.": {"10.1.2.3"}, "metadata.example.": {"169.254.169.254"},
		"six.example.": {"::1"}, "mapped.example.": {"::ffff:127.0.0.1"}, "nat.example.": {"64:ff9b::a00:1"}, "both.example.": {"192.168.0.1 fd00::1"},
		"xn--80ak6aa92e.example.": {"127.0.0.1"}, "dot.example.": {"127.0.0.1"},
	})
	c := New(Options{Resolver: s.resolver(t)})
	defer c.Close()
	for host, addr := range map[string]string{
		"loop.example": "127.0.0.1", "LOOP.example": "127.0.0.1", "intranet.example": "10.1.2.3", "metadata.example": "169.254.169.254",
		"six.example": "::1", "mapped.example": "127.0.0.1", "nat.example": "64:ff9b::a00:1", "аррӏе.example": "127.0.0.1", "dot.example.": "127.0.0.1",
	} {
		_, err := c.Get(t.Context(), Request{URL: "http://" + host + "/"})
		refused(t, host, err, addr)
	}
	_, err := c.Get(t.Context(), Request{URL: "http://intranet.example/"})
	if want := "refused to connect to 10.1.2.3 (intranet.example): it is a private address, not a public one; fetch.allow_private permits it"; err == nil || err.Error() != want {
		t.Errorf("err = %v, want %s", err, want)
	}
	var b *BlockedError
	if _, err = c.Get(t.Context(), Request{URL: "http://both.example/"}); !errors.As(err, &b) {
		t.Errorf("both.example: %v", err)
	}
	if _, err = c.Get(t.Context(), Request{URL: "http://nowhere.example/"}); err == nil || errors.As(err, &b) || !strings.Contains(err.Error(), "no such host") {
		t.Errorf("nowhere.example: %v", err)
	}
	// localhost comes from the hosts file, not from the name server.
	if _, err = c.Get(t.Context(), Request{URL: "http://localhost/"}); !errors.As(err, &b) {
		t.Errorf("localhost: %v", err)
	}
}

// A name that is public when it is looked at and private when it is dialled gets
// no connection: the guard looks at the dialled address.
func TestRebindingIsRefused(t *testing.T) {
	asked := false
	u := serve(t, func(http.ResponseWriter, *http.Request) { asked = true })
	s := names(map[string][]string{"rebind.example.": {"93.184.215.14", "127.0.0.1"}})
	r := s.resolver(t)
	first, err := r.LookupNetIP(t.Context(), "ip", "rebind.example")
	if err != nil || len(first) != 1 {
		t.Fatal(first, err)
	}
	if err := guard(ssrf.New(ssrf.WithAnyPort()))("tcp4", first[0].String()+":80", nil); err != nil {
		t.Fatalf("%s, the first answer, is public: %v", first[0], err)
	}
	c := New(Options{Resolver: r})
	defer c.Close()
	_, err = c.Get(t.Context(), Request{URL: "http://rebind.example" + u[strings.LastIndexByte(u, ':'):]})
	refused(t, "rebind.example", err, "127.0.0.1")
	if asked {
		t.Error("a request went out")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := s.asked["rebind.example.1"]; n != 2 {
		t.Errorf("%d lookups, want the test's own and one: what is checked is what is dialled", n)
	}
}

func TestRedirectsToPrivateNamesAreRefused(t *testing.T) {
	hop := redirector(t)
	_, err := hop("http://localhost:1/")
	var b *BlockedError
	if !errors.As(err, &b) || !b.Addr.IsLoopback() || !strings.HasPrefix(err.Error(), "redirected to http://localhost:1/: refused to connect to ") {
		t.Errorf("err = %v", err)
	}
	for _, to := range []string{"file:///etc/passwd", "gopher://127.0.0.1/", "unix:/run/x", "//", "http:", "http:127.0.0.1"} {
		if res, err := hop(to); err == nil {
			t.Errorf("%s: %+v", to, res)
		}
	}
}

func TestProxyIsIgnored(t *testing.T) {
	for _, k := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(k, "http://127.0.0.1:1/")
	}
	s := names(map[string][]string{"site.example.": {"127.0.0.1"}})
	// Not by address: the standard library never sends loopback to a proxy.
	c := New(Options{AllowPrivate: true, Resolver: s.resolver(t)})
	defer c.Close()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "direct") })
	res, err := c.Get(t.Context(), Request{URL: "http://site.example" + u[strings.LastIndexByte(u, ':'):]})
	if err != nil || string(res.Body) != "direct" {
		t.Errorf("%+v, %v", res, err)
	}
}

func FuzzCheckSpelling(f *testing.F) {
	for _, s := range spellings {
		f.Add(s.host)
	}
	f.Fuzz(func(t *testing.T, host string) {
		err := checkSpelling(host)
		if _, perr := netip.ParseAddr(host); perr == nil && err != nil {
			t.Errorf("%q is an address: %v", host, err)
		}
		var b *BlockedError
		if errors.As(err, &b) && !b.Addr.Is4() {
			t.Errorf("%q: %v", host, err)
		}
	})
}

// What a special-use address is has one list, and the client refuses by another one: they
// say the same.
func TestTheListIsWhatIsRefused(t *testing.T) {
	control := guard(ssrf.New(ssrf.WithAnyPort()))
	same := func(a netip.Addr) {
		t.Helper()
		network := "tcp6"
		if a.Is4() {
			network = "tcp4"
		}
		if refused := control(network, netip.AddrPortFrom(a, 80).String(), nil) != nil; refused != (link.Special(a) != "") {
			t.Errorf("%s: refused %v, listed as %q", a, refused, link.Special(a))
		}
	}
	for _, prefix := range slices.Concat(ssrf.IPv4DeniedPrefixes, ssrf.IPv6DeniedPrefixes, []netip.Prefix{ssrf.IPv6GlobalUnicast, ssrf.IPv6NAT64Prefix}) {
		first := prefix.Masked().Addr()
		last := first.AsSlice()
		for i := prefix.Bits(); i < len(last)*8; i++ {
			last[i/8] |= 0x80 >> (i % 8)
		}
		end, _ := netip.AddrFromSlice(last)
		for _, a := range []netip.Addr{first.Prev(), first, first.Next(), end.Prev(), end, end.Next()} {
			if a.IsValid() {
				same(a)
			}
		}
	}
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		same(netip.AddrFrom4([4]byte{byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32()), byte(r.Uint32())}))
		var b [16]byte
		for i := range b {
			b[i] = byte(r.Uint32())
		}
		b[0] = 0x20 | b[0]&0x1f
		same(netip.AddrFrom16(b))
	}
}
