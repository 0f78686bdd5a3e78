package fetch

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A message goes out as it is, with nothing but a name added, and comes back with
// whatever was answered; redirects are an answer.
func TestSend(t *testing.T) {
	var got *http.Request
	var body string
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got, body = r, string(b)
		if r.URL.Path == "/moved" {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(http.StatusFound)
			return
		}
		w.WriteHeader(http.StatusTeapot)
		io.WriteString(w, strings.Repeat("x", MaxAnswer+1))
	})
	c := local()
	defer c.Close()
	header := http.Header{"Content-Type": {"text/plain"}, "Link": {"<a>; rel=\"hub\"", "<b>"}}
	a, err := c.Send(t.Context(), Message{Method: http.MethodPost, URL: u + "/x?a=b&c#f", Header: header, Body: []byte("whole")})
	if err != nil || a.Status != http.StatusTeapot || len(a.Body) != MaxAnswer {
		t.Fatalf("%+v, %v", a, err)
	}
	if got.Method != http.MethodPost || got.RequestURI != "/x?a=b&c" || body != "whole" || got.ContentLength != 5 {
		t.Errorf("%s %s, %q of %d", got.Method, got.RequestURI, body, got.ContentLength)
	}
	for k := range got.Header {
		if k != "Content-Type" && k != "Link" && k != "User-Agent" && k != "Content-Length" {
			t.Errorf("%s: %q was added", k, got.Header[k])
		}
	}
	if len(got.Header["Link"]) != 2 || got.UserAgent() != "topicwire/1 (+https://desk.example/feeds)" || len(header) != 2 {
		t.Errorf("%v of %v", got.Header, header)
	}
	if a, err := c.Send(t.Context(), Message{Method: http.MethodGet, URL: u + "/moved"}); err != nil || a.Status != http.StatusFound {
		t.Errorf("%+v, %v", a, err)
	}
}

// What must not be dialled is not, and what does not answer is given up.
func TestSendIsGuarded(t *testing.T) {
	u := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	c := New(Options{})
	defer c.Close()
	_, err := c.Send(t.Context(), Message{Method: http.MethodPost, URL: u})
	var blocked *BlockedError
	if !errors.As(err, &blocked) {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "mailto:x@y.example", "file:///etc/passwd", "http://", "/x"} {
		if _, err := c.Send(t.Context(), Message{Method: http.MethodGet, URL: bad}); err == nil {
			t.Errorf("%q was sent", bad)
		}
	}
	slow := New(Options{AllowPrivate: true, Deadline: 20 * time.Millisecond})
	defer slow.Close()
	if _, err := slow.Send(t.Context(), Message{Method: http.MethodPost, URL: u + "/?token=s3cret"}); err == nil || !strings.Contains(err.Error(), "no complete answer") {
		t.Errorf("%v", err)
	}
}

// A server may close a connection that was kept just as the next message goes out: that
// one goes out again.
func TestSendOverAKeptConnectionThatIsClosed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() { // one answer a connection; the next request is read, and the door shut
				defer conn.Close()
				in := bufio.NewReader(conn)
				for n := range 2 {
					r, err := http.ReadRequest(in)
					if err != nil {
						return
					}
					b, _ := io.ReadAll(r.Body)
					if n == 0 {
						io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n"+string(b))
					}
				}
			}()
		}
	}()
	c := local()
	defer c.Close()
	for range 4 {
		a, err := c.Send(t.Context(), Message{Method: http.MethodPost, URL: "http://" + l.Addr().String(), Body: []byte("word")})
		if err != nil || string(a.Body) != "word" {
			t.Errorf("%+v, %v", a, err)
		}
	}
}
