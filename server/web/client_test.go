package web

import (
	"bytes"
	"context"
	"crypto/tls"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
)

// Where a request came from is what the last that is trusted saw; what others write into
// headers is not heard.
func TestClient(t *testing.T) {
	const reader, other = "203.0.113.7", "198.51.100.9"
	proxies := []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("::1/128"), netip.MustParsePrefix("10.0.0.0/8")}
	type header = http.Header
	xff := func(v ...string) header { return header{"X-Forwarded-For": v} }
	for _, c := range []struct {
		name    string
		peer    string
		unix    bool
		tls     bool
		header  header
		address string // "" for the peer as it stands
		scheme  string // "" for http
	}{
		{name: "nobody between", peer: reader + ":4711"},
		{name: "nobody between, TLS", peer: reader + ":4711", tls: true, scheme: "https"},
		{name: "anybody may write headers", peer: reader + ":4711", header: header{"X-Forwarded-For": {other}, "X-Forwarded-Proto": {"https"}, "Forwarded": {"for=" + other}}},
		{name: "a proxy that says nothing", peer: "127.0.0.1:9"},
		{name: "a proxy", peer: "127.0.0.1:9", header: header{"X-Forwarded-For": {reader}, "X-Forwarded-Proto": {"https"}}, address: reader, scheme: "https"},
		{name: "a proxy by IPv6", peer: "[::1]:9", header: xff(reader), address: reader},
		{name: "a proxy by mapped IPv4", peer: "[::ffff:127.0.0.1]:9", header: xff(reader), address: reader},
		{name: "another address of this machine", peer: "127.0.0.2:9", header: xff(reader)},
		{name: "what the reader claimed stands to the left", peer: "127.0.0.1:9", header: xff(other + ", " + reader), address: reader},
		{name: "a chain of proxies", peer: "127.0.0.1:9", header: xff(other+", "+reader+", 10.1.2.3", "10.9.9.9"), address: reader},
		{name: "a chain whose lines are several", peer: "10.0.0.1:9", header: xff(other, reader), address: reader},
		{name: "proxies alone", peer: "127.0.0.1:9", header: xff("10.1.2.3, 10.9.9.9"), address: "10.1.2.3"},
		{name: "nonsense is nobody's", peer: "127.0.0.1:9", header: xff(other + ", unknown")},
		{name: "nonsense behind a proxy", peer: "127.0.0.1:9", header: xff("x<y>, 10.1.2.3"), address: "10.1.2.3"},
		{name: "nonsense to the left of the reader", peer: "127.0.0.1:9", header: xff("drop table, " + reader), address: reader},
		{name: "nothing", peer: "127.0.0.1:9", header: xff("")},
		{name: "a trailing comma", peer: "127.0.0.1:9", header: xff(reader + ",")},
		{name: "with ports", peer: "127.0.0.1:9", header: xff("[2001:db8::7]:4711, 10.0.0.3:80"), address: "2001:db8::7"},
		{name: "IPv6 without", peer: "127.0.0.1:9", header: xff("2001:db8::7"), address: "2001:db8::7"},
		{name: "a socket", peer: "@", unix: true, header: header{"X-Forwarded-For": {reader}, "X-Forwarded-Proto": {"https"}}, address: reader, scheme: "https"},
		{name: "a socket that says nothing", peer: "@", unix: true},
		{name: "no scheme of the web", peer: "127.0.0.1:9", header: header{"X-Forwarded-Proto": {"gopher\n"}}},
		{name: "the scheme by which the nearest was called", peer: "127.0.0.1:9", header: header{"X-Forwarded-Proto": {"http, HTTPS"}}, scheme: "https"},
		{name: "by RFC 7239", peer: "127.0.0.1:9", header: header{"Forwarded": {`for=` + other + `;proto=http, For="[2001:db8::7]:4711";Proto=https;by=10.0.0.1`}}, address: "2001:db8::7", scheme: "https"},
		{name: "by RFC 7239, with a comma in it", peer: "127.0.0.1:9", header: header{"Forwarded": {`for="a,b", for=` + reader, `for=10.0.0.2`}}, address: reader},
		{name: "by RFC 7239, hidden", peer: "127.0.0.1:9", header: header{"Forwarded": {`for=` + other + `, for=_hidden;proto=https`}}, scheme: "https"},
		{name: "both: the one that proxies set", peer: "127.0.0.1:9", header: header{"X-Forwarded-For": {reader}, "Forwarded": {"for=" + other + ";proto=https"}}, address: reader},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := New(Options{})
			s.SetProxies(proxies)
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			if c.header != nil {
				r.Header = c.header
			}
			if c.tls {
				r.TLS = new(tls.ConnectionState)
			}
			if c.unix {
				r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, net.Addr(&net.UnixAddr{Name: "/run/x", Net: "unix"})))
			}
			want, scheme := c.address, c.scheme
			if want == "" {
				want = c.peer
			}
			if scheme == "" {
				scheme = "http"
			}
			if got, by := s.client(r); got != want || by != scheme {
				t.Errorf("it came from %s by %s, want %s by %s", got, by, want, scheme)
			}
		})
	}
}

// The log names readers, not the proxy: by TCP where the proxy is trusted, and by a
// socket always. The operators' listener takes nobody's word.
func TestLogNamesReaders(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := New(Options{Log: log})
	// said is what is logged of a request over a network.
	said := func(h http.Handler, network, address string) string {
		t.Helper()
		out.Reset()
		l, err := net.Listen(network, address)
		if err != nil {
			t.Fatal(err)
		}
		srv := Server(h, log)
		ended := make(chan error, 1)
		go func() { ended <- srv.Serve(l) }()
		c := &http.Client{Transport: &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, network, l.Addr().String())
		}}}
		req, err := http.NewRequest("GET", "http://localhost/healthz", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("X-Forwarded-For", "203.0.113.7")
		req.Header.Set("X-Forwarded-Proto", "https")
		do(t, c, req)
		if err := srv.Shutdown(t.Context()); err != nil {
			t.Fatal(err)
		}
		<-ended
		return out.String()
	}
	const tcp, byProxy = "127.0.0.1:0", "remote=203.0.113.7 scheme=https"
	if log := said(s, "tcp", tcp); strings.Contains(log, "203.0.113.7") || !strings.Contains(log, "remote=127.0.0.1:") || !strings.Contains(log, "scheme=http\n") {
		t.Errorf("of a peer that is no proxy: %s", log)
	}
	if log := said(s, "unix", filepath.Join(t.TempDir(), "s")); !strings.Contains(log, byProxy) {
		t.Errorf("of a socket: %s", log)
	}
	s.SetProxies([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	if log := said(s, "tcp", tcp); !strings.Contains(log, byProxy) {
		t.Errorf("of a proxy: %s", log)
	}
	if log := said(NewAdmin(AdminOptions{Log: log}), "tcp", tcp); strings.Contains(log, "203.0.113.7") || !strings.Contains(log, "remote=127.0.0.1:") {
		t.Errorf("on the operators' listener: %s", log)
	}
}
