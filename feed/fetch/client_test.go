package fetch

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"
)

// Requests of others go the same guarded way, and come back as they are answered.
func TestHTTPIsGuarded(t *testing.T) {
	var got *http.Request
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			<-r.Context().Done()
		}
		got = r
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		http.Redirect(w, r, "/elsewhere", http.StatusTemporaryRedirect)
	})
	c := local()
	defer c.Close()
	client := c.HTTP()
	for range 2 {
		res, err := client.Post(u+"/hub", "application/x-www-form-urlencoded", strings.NewReader("a=b"))
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != http.StatusTemporaryRedirect || got.URL.Path != "/hub" || got.Header["Cookie"] != nil {
			t.Errorf("%s for %s with %v", res.Status, got.URL, got.Header)
		}
	}
	if c.UserAgent() != "topicwire/1 (+https://desk.example/feeds)" {
		t.Errorf("it calls itself %q", c.UserAgent())
	}
	public := New(Options{})
	defer public.Close()
	_, err := public.HTTP().Post(u, "", nil)
	if blocked, ok := errors.AsType[*BlockedError](err); !ok || blocked.Addr.String() != "127.0.0.1" {
		t.Errorf("a loopback address: %v", err)
	}
	hasty := New(Options{AllowPrivate: true, Deadline: 20 * time.Millisecond})
	defer hasty.Close()
	if _, err := hasty.HTTP().Get(u + "/slow"); err == nil || !strings.Contains(err.Error(), "deadline") {
		t.Errorf("no answer: %v", err)
	}
}

// What is sent here is decoded as what is fetched, and bounded as that.
func TestReceive(t *testing.T) {
	c := local()
	defer c.Close()
	text := bytes.Repeat([]byte("<feed/>"), 1000)
	for name, tt := range map[string]struct {
		coding string
		body   []byte
		want   error
	}{
		"plain": {"", text, nil}, "gzip": {"gzip", gzipped(t, text), nil}, "without its word": {"", gzipped(t, text), nil}, "brotli": {"br", packed(t, text, brotlied), nil},
		"unknown": {"compress", text, errors.ErrUnsupported}, "cut": {"gzip", gzipped(t, text)[:50], io.ErrUnexpectedEOF},
		"a bomb": {"gzip", gzipped(t, make([]byte, MaxBody+1)), ErrTooLarge}, "too long": {"", make([]byte, MaxBody+1), ErrTooLarge},
	} {
		sent, got, err := c.Receive(t.Context(), http.Header{"Content-Encoding": {tt.coding}}, bytes.NewReader(tt.body), nil)
		if len(tt.body) <= MaxBody && !bytes.Equal(sent, tt.body) {
			t.Errorf("%s: %d bytes as sent, %d came", name, len(tt.body), len(sent))
		}
		switch {
		case tt.want == nil && (err != nil || !bytes.Equal(got, text)):
			t.Errorf("%s: %d bytes, %v", name, len(got), err)
		case tt.want != nil && (err == nil || tt.want != errors.ErrUnsupported && !errors.Is(err, tt.want)):
			t.Errorf("%s: %v, want %v", name, err, tt.want)
		}
	}
}

// Link headers come with the answer that they stand in, not with one that led there.
func TestLinkHeadersOfTheAnswer(t *testing.T) {
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			w.Header().Set("Link", "<old>; rel=hub")
			http.Redirect(w, r, "/new", http.StatusFound)
			return
		}
		w.Header().Add("Link", "<a>; rel=hub")
		w.Header().Add("Link", "<b>; rel=self")
	})
	c := local()
	defer c.Close()
	res, err := c.Get(t.Context(), Request{URL: u})
	if want := []string{"<a>; rel=hub", "<b>; rel=self"}; err != nil || !reflect.DeepEqual(res.Link, want) {
		t.Errorf("%+v, %v, want %q", res, err, want)
	}
}
