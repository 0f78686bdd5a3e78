package web

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// served is what a server of documents listens on.
func served(t *testing.T, h http.Handler) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := Server(h, nil)
	go func() { _ = srv.Serve(Listener(l)) }()
	t.Cleanup(func() { _ = srv.Close() })
	return l.Addr().String()
}

// A handler that takes long learns that its client went away, whether it was asked first
// or after others; one whose client waits does not.
func TestAClientThatLeaves(t *testing.T) {
	begun, left := make(chan bool), make(chan bool)
	addr := served(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/slow":
			begun <- true
			<-r.Context().Done()
			left <- true
		case "/late":
			time.Sleep(3 * watchAfter)
			if r.Context().Err() != nil {
				w.WriteHeader(http.StatusGone)
			}
		}
	}))
	for _, before := range []string{"", "/quick", "/late /quick /late"} {
		c, err := net.Dial("tcp", addr)
		if err != nil {
			t.Fatal(err)
		}
		in := bufio.NewReader(c)
		for path := range strings.FieldsSeq(before) {
			_, _ = io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
			if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 200 {
				t.Fatalf("%s: %v, %v", path, res, err)
			}
		}
		_, _ = io.WriteString(c, "GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
		<-begun
		c.Close()
		<-left
	}
}

// Requests in pieces, and several at once, are answered whatever the handler's time.
func TestRequestsInPieces(t *testing.T) {
	addr := served(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/late" {
			time.Sleep(2 * watchAfter)
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		_, _ = io.WriteString(w, r.URL.Path+string(body)+"\n")
	}))
	c, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const one = "GET /late HTTP/1.1\r\nHost: x\r\n\r\nGET /soon HTTP/1.1\r\nHost: x\r\n\r\n"
	const body = "POST /late HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nab"
	for _, piece := range []string{"GET /late HT", "TP/1.1\r\nHost: x\r\n\r\n" + one + one, "GET /s", "oon HTTP/1.1\r\nHo", "st: x\r\n\r\n", body, "cde", "GET /soon HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"} {
		if _, err := io.WriteString(c, piece); err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
	in := bufio.NewReader(c)
	for i, want := range []string{"/late", "/late", "/soon", "/late", "/soon", "/soon", "/lateabcde", "/soon"} {
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatalf("answer %d: %v", i, err)
		}
		if got, err := io.ReadAll(res.Body); err != nil || string(got) != want+"\n" {
			t.Errorf("answer %d: %q, want %q, %v", i, got, want, err)
		}
	}
}

// A clocked connection counts the deadlines that are set, and has nothing to read.
type clocked struct {
	net.Conn
	set []time.Time
}

func (c *clocked) SetReadDeadline(t time.Time) error { c.set = append(c.set, t); return nil }
func (c *clocked) Read([]byte) (int, error)          { return 0, nil }

// Deadlines of reading are set when something is read, where the one in force is not about
// the same; a read of one byte that is to end has not begun.
func TestReadDeadline(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		under := &clocked{}
		c := &conn{Conn: under}
		var p [8]byte
		set := func(when string, want int) {
			t.Helper()
			if len(under.set) != want {
				t.Errorf("%s: %d deadlines set, want %d", when, len(under.set), want)
			}
		}
		wait := func(t time.Time) { _ = c.SetReadDeadline(t) }
		past := time.Unix(1, 0)
		for i := range 5 {
			wait(time.Now().Add(2 * time.Minute))
			_, _ = c.Read(p[:])
			set("idle", 1)
			wait(time.Time{})
			if i%2 == 0 { // the handler ends before the read of one byte begins, or after
				wait(past)
				if _, err := c.Read(p[:1]); err == nil {
					t.Error("a read that was ended goes on")
				}
			} else {
				ended := make(chan error)
				go func() { _, err := c.Read(p[:1]); ended <- err }()
				synctest.Wait()
				wait(past)
				if err := <-ended; err == nil {
					t.Error("a read that is ended goes on")
				}
			}
			wait(time.Time{})
			set("answered", 1)
			time.Sleep(time.Second)
		}
		wait(time.Now().Add(15 * time.Second))
		_, _ = c.Read(p[:])
		set("a shorter one", 2)
		time.Sleep(time.Minute)
		wait(time.Time{})
		if n, err := c.Read(p[:1]); n != 0 || err != nil {
			t.Errorf("a read of one byte that lasts: %d, %v", n, err)
		}
		set("none", 3)
	})
}
