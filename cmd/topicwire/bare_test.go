package main

import (
	"bufio"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
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
