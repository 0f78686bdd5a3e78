package web

import (
	"net/http/httptest"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// An answer has the same fields and the same body however it travels.
func TestHeadersTravel(t *testing.T) {
	s := newTestSite(t, Options{URL: publicURL}, sized(100<<10))
	plain := httptest.NewServer(s)
	defer plain.Close()
	addr := "http://" + served(t, s)
	d := s.topics[0].feeds[0].Load()
	for _, path := range []string{"/", "/topics/regional-security.atom", "/topics/regional-security.rss", "/topics/regional-security", "/sources", "/about", "/healthz", "/nothing", "/topics/"} {
		for _, with := range [][]string{
			{}, {"Accept-Encoding", "gzip"}, {"Accept-Encoding", "br"}, {"Accept-Encoding", "identity;q=0, *;q=0"},
			{"If-None-Match", d.etag}, {"If-None-Match", "*"}, {"If-Match", `"other"`}, {"Sec-Fetch-Dest", "document"},
			{"If-None-Match", `"old"`, "A-Im", "feed"}, {"Connection", "close"},
		} {
			for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
				var got [2]answer
				for i, at := range []string{plain.URL, addr} {
					got[i] = ask(t, method, at+path, with...)
					got[i].Header.Del("Date")
				}
				if diff := cmp.Diff(got[0].Header, got[1].Header); diff != "" || got[0].StatusCode != got[1].StatusCode || got[0].body != got[1].body || got[0].ContentLength != got[1].ContentLength {
					t.Errorf("%s %s %v: %d, %d; %d, %d bytes\n%s", method, path, with, got[0].StatusCode, got[1].StatusCode, len(got[0].body), len(got[1].body), diff)
				}
			}
		}
	}
}
