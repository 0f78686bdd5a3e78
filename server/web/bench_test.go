package web

import (
	"net/http"
	"testing"
)

// BenchmarkHandler is the handler alone, without a connection.
func BenchmarkHandler(b *testing.B) {
	s := newTestSite(b, Options{}, sized(100<<10))
	d := s.topics[0].feeds[0].Load()
	req, err := http.NewRequest("GET", "/topics/regional-security.atom", nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip, deflate, br")
	for _, tag := range []string{"", gzipped.tag(d.etag)} {
		name := "200"
		if tag != "" {
			name = "304"
			req.Header.Set("If-None-Match", tag)
		}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			w := &discard{header: http.Header{}}
			for b.Loop() {
				clear(w.header)
				s.ServeHTTP(w, req)
			}
		})
	}
}

type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) Write(b []byte) (int, error) { return len(b), nil }
func (d *discard) WriteHeader(int)             {}
