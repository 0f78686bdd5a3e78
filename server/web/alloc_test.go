package web

import (
	"bufio"
	"net"
	"net/http"
	"runtime"
	"slices"
	"testing"

	"topicwire/feed/publish"
)

func TestAllocated(t *testing.T) {
	b := &testing.B{}
	_ = b
	s := newTestSite(t, Options{URL: publicURL}, sized(100<<10))
	d := s.topics[0].feeds[slices.Index(formats[:], publish.Atom)].Load()
	start := func(srv *http.Server, wrap func(net.Listener) net.Listener) string {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go func() { _ = srv.Serve(wrap(l)) }()
		t.Cleanup(func() { srv.Close() })
		return l.Addr().String()
	}
	ours := start(Server(s, nil), Listener)
	theirs := start(&http.Server{Handler: bare{d.coded.body, d.form(gzipped).body}}, func(l net.Listener) net.Listener { return l })
	for _, form := range []struct{ name, header, ours, bare string }{
		{"plain", "", "", ""}, {"gzip", "Accept-Encoding: gzip\r\n", "", ""},
		{"304", "Accept-Encoding: gzip\r\n", "If-None-Match: " + gzipped.tag(d.etag) + "\r\n", "If-None-Match: \"v1\"\r\n"},
	} {
		measure := func(addr, more string) (float64, float64) {
			c, err := net.Dial("tcp", addr)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			r := bufio.NewReaderSize(c, 64<<10)
			req := []byte("GET /topics/regional-security.atom HTTP/1.1\r\nHost: wire.example\r\nUser-Agent: reader/1\r\n" + form.header + more + "\r\n")
			run := func(n int) {
				for range n {
					c.Write(req)
					if err := skipAnswer(r); err != nil {
						t.Fatal(err)
					}
				}
			}
			run(100)
			var a, z runtime.MemStats
			runtime.ReadMemStats(&a)
			run(2000)
			runtime.ReadMemStats(&z)
			return float64(z.TotalAlloc-a.TotalAlloc) / 2000, float64(z.Mallocs-a.Mallocs) / 2000
		}
		ob, on := measure(ours, form.ours)
		bb, bn := measure(theirs, form.bare)
		t.Logf("%s: ours %.0f B %.1f allocs, bare %.0f B %.1f", form.name, ob, on, bb, bn)
	}
}
