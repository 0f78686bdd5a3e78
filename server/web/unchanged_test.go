package web

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// quiet is an answer that nobody reads.
type quiet struct{ header http.Header }

func (q quiet) Header() http.Header         { return q.header }
func (q quiet) Write(b []byte) (int, error) { return len(b), nil }
func (q quiet) WriteHeader(int)             {}

// To say that nothing is new takes the same for a small feed and a large one, and codes
// nothing, whatever coding the reader has.
func TestNothingNewCostsTheSame(t *testing.T) {
	cost := func(size int) (allocations float64) {
		s := newTestSite(t, Options{}, sized(size))
		const path = "/topics/regional-security.atom"
		tag := brotlied.tag(direct(s, path).Header().Get("Etag"))
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("If-None-Match", tag)
		r.Header.Set("Accept-Encoding", "br, gzip")
		w := quiet{http.Header{}}
		if s.answer(w, r) != http.StatusNotModified {
			t.Fatal("it is not told that nothing is new")
		}
		n := testing.AllocsPerRun(100, func() { s.answer(w, r) })
		d := (*s.table.Load())[path].Load()
		for c := range d.forms {
			if coding(c) != identity && d.forms[c].body != nil {
				t.Errorf("%s was made to say that nothing is new", coding(c).name())
			}
		}
		return n
	}
	if small, large := cost(10_000), cost(1_000_000); large > small {
		t.Errorf("%v allocations for 1 MB, %v for 10 KB", large, small)
	}
}
