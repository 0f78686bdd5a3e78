package fetch

import (
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
)

func local() *Client {
	return New(Options{Version: "1", Contact: "https://desk.example/feeds", AllowPrivate: true})
}

func serve(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

func gzipped(t *testing.T, b []byte) []byte {
	t.Helper()
	var buf bytes.Buffer
	z := gzip.NewWriter(&buf)
	if _, err := z.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func TestRequestIsPolite(t *testing.T) {
	var got *http.Request
	u := serve(t, func(w http.ResponseWriter, r *http.Request) { got = r.Clone(context.Background()) })
	c := local()
	defer c.Close()
	v := feed.Validators{ETag: `W/"odd "" one`, LastModified: "Wed,04 Sep 2024 8:00:00 GMT"}
	if _, err := c.Get(t.Context(), Request{URL: u + "/feed?a=b&c", Validators: v, Header: map[string]string{"Authorization": "Bearer x"}}); err != nil {
		t.Fatal(err)
	}
	if got.URL.String() != "/feed?a=b&c" {
		t.Errorf("asked for %s", got.URL)
	}
	want := map[string]string{
		"If-None-Match": v.ETag, "If-Modified-Since": v.LastModified, "User-Agent": "topicwire/1 (+https://desk.example/feeds)",
		"Accept-Encoding": "gzip, br, zstd", "Accept": accept, "Authorization": "Bearer x",
	}
	for k, v := range want {
		if g := got.Header[k]; len(g) != 1 || g[0] != v {
			t.Errorf("%s: %q, want %q", k, g, v)
		}
	}
	for k := range got.Header {
		if _, ok := want[k]; !ok {
			t.Errorf("sent %s, which nobody asked for", k)
		}
	}
}

func TestFirstRequestIsUnconditional(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header["If-None-Match"] != nil || r.Header["If-Modified-Since"] != nil {
			t.Errorf("sent %v", r.Header)
		}
		w.Header().Set("ETag", `"1"`)
		io.WriteString(w, "x")
	})
	res, err := local().Get(t.Context(), Request{URL: u})
	if err != nil || res.Validators != (feed.Validators{ETag: `"1"`}) || string(res.Body) != "x" || res.Unchanged() {
		t.Errorf("%+v, %v", res, err)
	}
}

func TestAnswers(t *testing.T) {
	big := bytes.Repeat([]byte{' '}, MaxBody+1)
	tests := []struct {
		name    string
		handler http.HandlerFunc
		status  int
		body    string
		err     string
	}{
		{"304 that nobody asked for", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(304) }, 0, "", "304 to an unconditional request"},
		{"gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(gzipped(t, []byte("hello")))
		}, 200, "hello", ""},
		{"gzip that breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(gzipped(t, bytes.Repeat([]byte("hello"), 100))[:20])
		}, 0, "", "unexpected EOF"},
		{"an encoding nobody asked for", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "lzma")
			io.WriteString(w, "x")
		}, 0, "", `unknown Content-Encoding "lzma"`},
		{"too large", func(w http.ResponseWriter, _ *http.Request) { w.Write(big) }, 0, "", "larger than 10 MiB"},
		{"too large behind gzip", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			w.Write(gzipped(t, big))
		}, 0, "", "larger than 10 MiB"},
		{"404", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404) }, 0, "", "the server answered 404 Not Found"},
		{"204 has no document", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 0, "", "the server answered 204"},
		{"a redirect without an address", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(301) }, 0, "", "without a Location"},
		{"a redirect to a file", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", "file:///etc/passwd")
			w.WriteHeader(302)
		}, 0, "", "no http address"},
		{"a redirect to itself", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/", http.StatusFound) }, 0, "", "more than 5 redirects"},
		{"a body that breaks off", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			io.WriteString(w, "half")
		}, 0, "", "unexpected EOF"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := local()
			defer c.Close()
			res, err := c.Get(t.Context(), Request{URL: serve(t, tt.handler)})
			if tt.err != "" {
				if err == nil || !strings.Contains(err.Error(), tt.err) {
					t.Fatalf("err = %v, want %q", err, tt.err)
				}
				return
			}
			if err != nil || res.Status != tt.status || string(res.Body) != tt.body {
				t.Errorf("%+v, %v", res, err)
			}
		})
	}
}

// The operator's headers hold secrets: another origin must never see them.
func TestHeadersStayWithTheirOrigin(t *testing.T) {
	var leaked http.Header
	other := serve(t, func(w http.ResponseWriter, r *http.Request) {
		leaked = r.Header.Clone()
		io.WriteString(w, "moved")
	})
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Key") != "secret" {
			t.Error("the origin did not get its header")
		}
		http.Redirect(w, r, other+"/new", http.StatusMovedPermanently)
	})
	res, err := local().Get(t.Context(), Request{URL: u, Header: map[string]string{"X-Key": "secret", "Authorization": "x"}})
	if err != nil || string(res.Body) != "moved" || res.URL != other+"/new" {
		t.Fatalf("%+v, %v", res, err)
	}
	if leaked.Get("X-Key") != "" || leaked.Get("Authorization") != "" || leaked.Get("Referer") != "" {
		t.Errorf("the other origin saw %v", leaked)
	}
}

func TestSlowServersMeetTheDeadline(t *testing.T) {
	release := make(chan struct{})
	var once sync.Once
	free := func() { once.Do(func() { close(release) }) }
	t.Cleanup(free)
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "a")
		w.(http.Flusher).Flush()
		<-release
	})
	t.Cleanup(free) // before the server closes, which waits for its handlers
	c := New(Options{AllowPrivate: true, Deadline: 50 * time.Millisecond})
	defer c.Close()
	_, err := c.Get(t.Context(), Request{URL: u})
	if err == nil || err.Error() != "no complete answer within 50ms" {
		t.Errorf("err = %v", err)
	}
}
