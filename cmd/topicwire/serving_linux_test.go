package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// spent is the processor time that a process has used, all its threads together.
func spent(tb testing.TB, p *os.Process) time.Duration {
	tb.Helper()
	var at unix.Timespec
	// The clock of a process by its number: clock_getcpuclockid(3).
	if err := unix.ClockGettime(int32(^p.Pid)<<3|2, &at); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(at.Nano())
}

// A crowd is keep-alive connections to a server which ask for the same time and again.
type crowd struct {
	server  *os.Process
	conns   []net.Conn
	readers []*bufio.Reader
	request []byte
}

func newCrowd(b *testing.B, server *os.Process, addr, path, header string, n int) *crowd {
	b.Helper()
	c := &crowd{server: server, request: []byte("GET " + path + " HTTP/1.1\r\nHost: wire.example\r\nUser-Agent: reader/1\r\n" + header + "\r\n")}
	for range n {
		conn, err := net.Dial("tcp", addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { conn.Close() })
		c.conns = append(c.conns, conn)
		c.readers = append(c.readers, bufio.NewReaderSize(conn, 64<<10))
	}
	return c
}

// run sends n requests on every connection; it is the server's processor time a request.
func (c *crowd) run(b *testing.B, n int, status string) time.Duration {
	b.Helper()
	before := spent(b, c.server)
	var all sync.WaitGroup
	for i, conn := range c.conns {
		all.Go(func() {
			for range n {
				if _, err := conn.Write(c.request); err != nil {
					b.Error(err)
					return
				}
				if err := skipAnswer(c.readers[i], status); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	all.Wait()
	return (spent(b, c.server) - before) / time.Duration(n*len(c.conns))
}

// skipAnswer reads an answer by its Content-Length.
func skipAnswer(r *bufio.Reader, status string) error {
	first, err := r.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(first, []byte("HTTP/1.1 "+status)) {
		return fmt.Errorf("answered %q", first)
	}
	for length := 0; ; {
		line, err := r.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			_, err := r.Discard(length)
			return err
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
}

// hundred serves a feed of a hundred entries of about 800 bytes each, for a topic.
func hundred(b *testing.B) string {
	var doc strings.Builder
	doc.WriteString(`<rss version="2.0"><channel><title>Source</title><link>https://news.example/</link><description>d</description>`)
	text := strings.Repeat("Officials of the region met for two days and agreed on the sharing of water. ", 7)
	for i := range 100 {
		fmt.Fprintf(&doc, `<item><guid isPermaLink="false">%[1]d</guid><title>Meeting number %[1]d about water in Tashkent</title><link>https://news.example/%[1]d</link><pubDate>%[2]s</pubDate><description>%[3]s, %[1]d</description></item>`,
			i, time.Now().Add(-time.Duration(i)*time.Hour).Format(time.RFC1123Z), text[i:])
	}
	doc.WriteString(`</channel></rss>`)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, doc.String()) }))
	b.Cleanup(srv.Close)
	return srv.URL
}

// fetched is a document in a coding, and its entity tag.
func fetched(b *testing.B, url, coding string) (body []byte, etag string) {
	b.Helper()
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		b.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", coding)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	if body, err = io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK {
		b.Fatal(res.Status, err)
	}
	return body, res.Header.Get("Etag")
}

// BenchmarkServing is what an answer costs the server: topicwire serve and a bare net/http
// handler that writes the same bytes, each a process of its own, in turns over keep-alive
// connections. Only the servers' processor time counts. It reports medians: bare/ours is
// the share of the bare handler's speed. TOPICWIRE_BENCH_PROGRAM names another binary to
// measure.
func BenchmarkServing(b *testing.B) {
	config := filepath.Join(b.TempDir(), "config.yaml")
	writeConfig(b, config, fmt.Sprintf("%ssources: [{url: '%s/a'}]\ntopics: {t: {any: [Tashkent]}}\n", wire, hundred(b)))
	s := startService(b, config)
	s.until("/topics/t.atom", "Meeting number 99")
	addr := strings.TrimPrefix(s.url, "http://")
	for _, document := range []struct{ name, path string }{{"feed", "/topics/t.atom"}, {"page", "/topics/t"}, {"sources", "/sources"}} {
		plain, _ := fetched(b, s.url+document.path, "identity")
		zipped, etag := fetched(b, s.url+document.path, "gzip")
		bare, at := startBare(b, plain, zipped)
		for _, form := range []struct{ name, header, ours, bare, status string }{
			{"plain", "", "", "", "200"},
			{"gzip", "Accept-Encoding: gzip\r\n", "", "", "200"},
			{"304", "Accept-Encoding: gzip\r\n", "If-None-Match: " + etag + "\r\n", "If-None-Match: \"v1\"\r\n", "304"},
		} {
			b.Run(document.name+"/"+form.name, func(b *testing.B) {
				const connections, batch = 8, 50
				us := newCrowd(b, s.cmd.Process, addr, document.path, form.header+form.ours, connections)
				them := newCrowd(b, bare.Process, at, "/document", form.header+form.bare, connections)
				us.run(b, batch, form.status)
				them.run(b, batch, form.status)
				var ours, theirs, share []float64
				for b.Loop() {
					mine, other := us.run(b, batch, form.status), them.run(b, batch, form.status)
					ours, theirs = append(ours, mine.Seconds()*1e6), append(theirs, other.Seconds()*1e6)
					share = append(share, float64(other)/float64(mine))
				}
				b.ReportMetric(total(theirs)/total(ours), "all-bare/ours")
				b.ReportMetric(middle(share), "bare/ours")
				b.ReportMetric(middle(ours), "µs/request")
				b.ReportMetric(middle(theirs), "bare-µs/request")
				b.ReportMetric(float64(len(plain)), "bytes")
			})
		}
	}
}

func middle(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func total(x []float64) (sum float64) {
	for _, v := range x {
		sum += v
	}
	return sum
}
