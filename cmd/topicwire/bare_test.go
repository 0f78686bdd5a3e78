package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// asBare makes the test binary be the least server of the documents in a folder.
const asBare = "TOPICWIRE_AS_BARE"

// A bareDocument is what the least handler writes.
type bareDocument struct{ plain, zipped []byte }

// ServeHTTP does what nobody can leave out: a document with an entity tag, in two codings.
func (b bareDocument) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	const etag, modified, kind = `"v1"`, "Mon, 23 Nov 2026 11:00:00 GMT", "application/rss+xml"
	h := w.Header()
	h.Set("Etag", etag)
	h.Set("Last-Modified", modified)
	if r.Header.Get("If-None-Match") == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h.Set("Content-Type", kind)
	body := b.plain
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		h.Set("Content-Encoding", "gzip")
		body = b.zipped
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}

// runBare serves the document of a folder at every path, and prints where.
func runBare(dir string) int {
	plain, err := os.ReadFile(filepath.Join(dir, "document"))
	zipped, zerr := os.ReadFile(filepath.Join(dir, "document.gz"))
	l, lerr := net.Listen("tcp", "127.0.0.1:0")
	if err := errors.Join(err, zerr, lerr); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(l.Addr())
	fmt.Fprintln(os.Stderr, http.Serve(l, bareDocument{plain, zipped}))
	return 1
}

// startBare serves a document by the least handler, as a process.
func startBare(b *testing.B, plain, zipped []byte) (*exec.Cmd, string) {
	b.Helper()
	dir := b.TempDir()
	for name, body := range map[string][]byte{"document": plain, "document.gz": zipped} {
		if err := os.WriteFile(filepath.Join(dir, name), body, 0o600); err != nil {
			b.Fatal(err)
		}
	}
	c := exec.Command(os.Args[0])
	c.Env = append(os.Environ(), asBare+"="+dir, "GOGC=") // collected as by default
	out, err := c.StdoutPipe()
	if err == nil {
		err = c.Start()
	}
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { c.Process.Kill(); c.Wait() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return c, strings.TrimSpace(line)
}

// asSources makes the test binary be a server of feeds, one at each path and address.
const asSources = "TOPICWIRE_AS_SOURCES"

// runSources serves at /N a feed of 20 entries that say different things, and prints where:
// each of them at any address of the loopback network.
func runSources() int {
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Println(l.Addr().(*net.TCPAddr).Port)
	what := []string{"rivers", "roads", "markets", "schools", "weather", "theatres", "teachers", "harvests", "hospitals", "football", "trains", "courts", "taxes", "museums", "miners"}
	began := time.Now()
	fmt.Fprintln(os.Stderr, http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		source, _ := strconv.Atoi(strings.Trim(r.URL.Path, "/"))
		fmt.Fprintf(w, `<rss version="2.0"><channel><title>Source %d</title><link>https://n%[1]d.example/</link><description>d</description>`, source)
		for k := range 20 {
			n := source*20 + k
			fmt.Fprintf(w, `<item><guid isPermaLink="false">%[1]d</guid><title>Meeting %[1]d on day %[2]d about %[3]s in town %[4]d</title><link>https://n%[5]d.example/%[1]d</link><pubDate>%[6]s</pubDate><description>Officials of the region %[7]d met for two days and agreed on the sharing of %[3]s and on a common plan of %[8]d houses; they meet again in spring.</description></item>`,
				n, n*7%997, what[n%15], n*13%1009, source, began.Add(-time.Duration(n%4000)*time.Minute).Format(time.RFC1123Z), n*31%1013, n*17%1019)
		}
		io.WriteString(w, `</channel></rss>`)
	})))
	return 1
}
