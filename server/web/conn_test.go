package web

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// A sink is a connection that keeps what is written to it. It fails once it has
// taken limit bytes, where limit is not 0.
type sink struct {
	net.Conn
	bytes.Buffer
	limit     int
	deadlines int
}

var errFull = errors.New("full")

func (s *sink) Read(p []byte) (int, error) { return s.Buffer.Read(p) }
func (s *sink) Write(p []byte) (int, error) {
	if room := s.limit - s.Len(); s.limit > 0 && len(p) > room {
		n, _ := s.Buffer.Write(p[:room])
		return n, errFull
	}
	return s.Buffer.Write(p)
}
func (s *sink) SetWriteDeadline(time.Time) error { s.deadlines++; return nil }

func TestConnHolds(t *testing.T) {
	const head, blank = "HTTP/1.1 200 OK\r\nA: 1\r\n", "\r\n"
	s := &sink{}
	c := &conn{Conn: s}
	write := func(p string) {
		t.Helper()
		if n, err := c.Write([]byte(p)); n != len(p) || err != nil {
			t.Errorf("Write(%q) = %d, %v", p, n, err)
		}
	}
	sent := func(want string) {
		t.Helper()
		if got := s.String(); got != want {
			t.Errorf("sent %q, want %q", got, want)
		}
		s.Reset()
	}
	lines := []byte("B: 2\r\nC: 3\r\n")
	write("as it is")
	sent("as it is")

	// A header without a body, and one with all of a small one.
	for _, body := range []string{"", "body"} {
		c.begin(lines)
		write(head + blank + body)
		sent(head + "B: 2\r\nC: 3\r\n" + blank + body)
	}
	// A body that comes in two pieces goes out with its header at once.
	for _, l := range [][]byte{lines, nil} {
		if l != nil {
			c.begin(l)
		}
		c.hold([]byte("body in pieces"))
		write(head + blank + "body")
		sent("")
		write(" in pieces")
		sent(head + string(l) + blank + "body in pieces")
		c.release()
	}
	// What does not come is not waited for.
	c.begin(lines)
	c.hold([]byte("body in pieces"))
	write(head + blank + "body")
	c.release()
	sent(head + "B: 2\r\nC: 3\r\n" + blank + "body")
	c.hold([]byte("body"))
	c.release()
	write("end")
	sent("end")

	c.begin(lines)
	if n, err := c.Write([]byte("no header")); n != 0 || !errors.Is(err, errNoHeader) {
		t.Errorf("what is no header: %d, %v", n, err)
	}
	sent("")
}

func TestConnFailure(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\n\r\n"
	s := &sink{limit: len(head) + 6}
	c := &conn{Conn: s}
	c.hold([]byte("body in pieces"))
	_, _ = c.Write([]byte(head + "body"))
	if n, err := c.Write([]byte(" in pieces")); n != 2 || !errors.Is(err, errFull) {
		t.Errorf("a write cut after 2 bytes gives %d, %v", n, err)
	}
	c.release()
	if got := s.String(); got != head+"body i" {
		t.Errorf("sent %q", got)
	}
	s.Reset()
	c.begin([]byte("A: 1\r\n"))
	if n, err := c.Write([]byte(head + "body of more")); n != len(head) || !errors.Is(err, errFull) {
		t.Errorf("a header with a body, cut: %d, %v", n, err)
	}
}

func TestConnDeadline(t *testing.T) {
	s := &sink{}
	c := &conn{Conn: s}
	start := at(5, 0, 0)
	for _, step := range []struct {
		t   time.Time
		set int
	}{
		{start, 1}, {start.Add(time.Second), 1}, {start.Add(writeSlack - 1), 1}, {start.Add(writeSlack), 2},
		{start, 3}, {time.Time{}, 4}, {start, 5},
	} {
		if err := c.SetWriteDeadline(step.t); err != nil || s.deadlines != step.set {
			t.Errorf("after %v: %d deadlines set, want %d (%v)", step.t, s.deadlines, step.set, err)
		}
	}
}

// TestListener sends documents of every size around the server's buffers over
// one connection: what arrives is what was published.
func TestListener(t *testing.T) {
	s := New(Options{})
	srv := httptest.NewUnstartedServer(nil)
	srv.Config = Server(s, nil)
	srv.Listener = Listener(srv.Listener)
	srv.Start()
	defer srv.Close()
	for _, n := range []int{1, 2048, 3500, 4095, 4096, 4097, 8192, 100_000, 5_000_000} {
		body := bytes.Repeat([]byte("0123456789"), n/10+1)[:n]
		place := s.slot("/size")
		place.Store(newDocument(body, time.Time{}, traits{mediaType: "text/plain"}, nil))
		s.table.Store(&map[string]*slot{"/size": place})
		for _, method := range []string{"GET", "HEAD", "GET"} {
			a := ask(t, method, srv.URL+"/size")
			if a.StatusCode != 200 || a.ContentLength != int64(n) || method == "GET" && a.body != string(body) {
				t.Errorf("%s of %d bytes: status %d, %d bytes", method, n, a.StatusCode, len(a.body))
			}
		}
	}
	// Two requests sent at once are answered in turn.
	c, err := net.Dial("tcp", strings.TrimPrefix(srv.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := io.WriteString(c, "GET /size HTTP/1.1\r\nHost: x\r\n\r\nGET /size HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(c)
	if err != nil || bytes.Count(all, []byte("HTTP/1.1 200 OK")) != 2 || len(all) < 10_000_000 {
		t.Errorf("two requests: %d bytes, %v", len(all), err)
	}
}
