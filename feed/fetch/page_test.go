package fetch

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"net/url"
	"reflect"
	"strings"
	"testing"
)

func TestPage(t *testing.T) {
	var got http.Header
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/home", http.StatusFound)
			return
		}
		got = r.Header.Clone()
		w.Header().Add("Link", "<a>; rel=alternate")
		w.Header().Add("Link", "<b>; rel=alternate")
		w.Header().Set("Content-Type", "text/html; charset=koi8-r")
		w.Header().Set("Content-Encoding", "gzip")
		w.Write(gzipped(t, []byte("<p>page")))
	})
	p, err := local().Page(t.Context(), u+"/", nil)
	want := &Page{URL: u + "/home", ContentType: "text/html; charset=koi8-r", Link: []string{"<a>; rel=alternate", "<b>; rel=alternate"}, Body: []byte("<p>page")}
	if err != nil || !reflect.DeepEqual(p, want) {
		t.Errorf("%+v, %v", p, err)
	}
	if !strings.HasPrefix(got.Get("Accept"), "text/html") || !strings.HasPrefix(got.Get("User-Agent"), "topicwire/1 ") || got.Get("Cookie") != "" || got.Get("Referer") != "" {
		t.Errorf("sent %v", got)
	}
}

func TestPageIsCut(t *testing.T) {
	for size, cut := range map[int]bool{MaxPage: false, MaxPage + 1: true, 3 * MaxPage: true} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.Write(bytes.Repeat([]byte("x"), size)) })
		p, err := local().Page(t.Context(), u, nil)
		if err != nil || p.Cut != cut || len(p.Body) != MaxPage {
			t.Errorf("%d bytes: %v, cut %v, %d", size, err, p.Cut, len(p.Body))
		}
	}
}

func TestPageAsksBeforeEveryRequest(t *testing.T) {
	requests := 0
	u := serve(t, func(w http.ResponseWriter, r *http.Request) {
		requests++
		http.Redirect(w, r, "/private", http.StatusFound)
	})
	no := errors.New("not there")
	_, err := local().Page(t.Context(), u+"/a", func(u *url.URL) error {
		if u.Path == "/private" {
			return no
		}
		return nil
	})
	if !errors.Is(err, no) || requests != 1 || !strings.Contains(err.Error(), "redirected to "+u+"/private: not there") {
		t.Errorf("%v after %d requests", err, requests)
	}
}

func TestPageStatus(t *testing.T) {
	for _, status := range []int{204, 304, 404, 429, 503} {
		u := serve(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) })
		var s *StatusError
		if _, err := local().Page(t.Context(), u, nil); !errors.As(err, &s) || s.Status != status {
			t.Errorf("%d: %v", status, err)
		}
	}
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		io.WriteString(w, "half")
	})
	if _, err := local().Page(t.Context(), u, nil); err == nil {
		t.Error("half a page is none")
	}
}
