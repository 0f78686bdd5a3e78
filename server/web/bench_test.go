package web

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"topicwire/feed/publish"
)

// bare is the least handler that serves one document: what Site is compared to.
type bare struct{ plain, zipped []byte }

func (b bare) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const etag, modified, mediaType = `"v1"`, "Mon, 23 Nov 2026 11:00:00 GMT", "application/atom+xml"
	h := w.Header()
	h.Set("Etag", etag)
	h.Set("Last-Modified", modified)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", mediaType)
	body := b.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = b.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// BenchmarkServe serves a feed of 100 KB by Site and by a bare net/http handler
// in turns, over keep-alive connections on loopback, and reports medians of
// ratios: ours/bare is the share of the bare handler's throughput that Site
// reaches, by the clock, and cpu-ours/bare by processor time, which tells more on
// a machine that does other things too. Both count the clients' own work.
func BenchmarkServe(b *testing.B) {
	const path = "/topics/regional-security.atom"
	s := newTestSite(b, Options{URL: publicURL}, sized(100<<10))
	d := s.topics[0].feeds[slices.Index(formats[:], publish.Atom)].Load()
	ours := listen(b, Server(s, nil), Listener)
	theirs := listen(b, &http.Server{Handler: bare{d.coded.body, d.form(gzipped).body}}, func(l net.Listener) net.Listener { return l })
	// A heap as large as a small server's: in one of 4 MiB, the least there is,
	// the collector runs every few hundred requests and is what is measured.
	heap := make([]byte, 32<<20)
	defer runtime.KeepAlive(heap)
	for _, form := range []struct{ name, header, etag string }{
		{"plain", "", ""},
		{"gzip", "Accept-Encoding: gzip\r\n", ""},
		{"304", "Accept-Encoding: gzip\r\nIf-None-Match: %s\r\n", `"v1"`},
	} {
		b.Run(form.name, func(b *testing.B) {
			const connections, batch = 4, 200 // requests a connection and turn
			mine, other := form.header, form.header
			if form.etag != "" {
				mine, other = fmt.Sprintf(form.header, gzipped.tag(d.etag)), fmt.Sprintf(form.header, form.etag)
			}
			us, them := dial(b, ours, path, mine, connections), dial(b, theirs, path, other, connections)
			us.run(b, batch)
			them.run(b, batch)
			var clock, cpu, micros, bareMicros []float64
			for b.Loop() {
				mine, mineCPU := us.run(b, batch)
				bare, bareCPU := them.run(b, batch)
				clock = append(clock, float64(bare)/float64(mine))
				cpu = append(cpu, float64(bareCPU)/float64(mineCPU))
				micros = append(micros, float64(mineCPU)/1e3/batch/connections)
				bareMicros = append(bareMicros, float64(bareCPU)/1e3/batch/connections)
			}
			b.ReportMetric(median(clock), "ours/bare")
			b.ReportMetric(median(cpu), "cpu-ours/bare")
			b.ReportMetric(median(micros), "cpu-µs/req")
			b.ReportMetric(median(bareMicros), "bare-cpu-µs/req")
		})
	}
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func listen(b *testing.B, srv *http.Server, wrap func(net.Listener) net.Listener) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = srv.Serve(wrap(l)) }()
	b.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

// clients are keep-alive connections that do as little as they can, so that the
// server's work shows.
type clients struct {
	conns   []net.Conn
	readers []*bufio.Reader
	request []byte
}

func dial(b *testing.B, addr, path, header string, n int) *clients {
	c := &clients{request: []byte("GET " + path + " HTTP/1.1\r\nHost: wire.example\r\nUser-Agent: reader/1\r\n" + header + "\r\n")}
	for range n {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		c.conns = append(c.conns, conn)
		c.readers = append(c.readers, bufio.NewReaderSize(conn, 64<<10))
	}
	return c
}

// run sends n requests on every connection. It is the time until the last answer
// and the processor time spent, the clients' included.
func (c *clients) run(b *testing.B, n int) (clock, cpu time.Duration) {
	var all sync.WaitGroup
	start, spent := time.Now(), processorTime(b)
	for i := range c.conns {
		all.Go(func() {
			for range n {
				if _, err := c.conns[i].Write(c.request); err != nil {
					b.Error(err)
					return
				}
				if err := skipAnswer(c.readers[i]); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return time.Since(start), processorTime(b) - spent
}

// processorTime is what this process has used so far.
func processorTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// skipAnswer reads one answer by its Content-Length.
func skipAnswer(r *bufio.Reader) error {
	length := 0
	for {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := io.CopyN(io.Discard, r, int64(length))
			return err
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
}

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
