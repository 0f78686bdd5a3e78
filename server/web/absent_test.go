package web

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// Where there is nothing the page says what is not there, and leads to what is beside it.
func TestWhatIsNotThereIsSaid(t *testing.T) {
	ed := conference()
	ed.Months = []feed.Month{{Year: 2024, Month: time.September}}
	s := storySite(t, Options{Month: func(WantedMonth) (*feed.MonthPage, error) { return nil, nil }}, nil, ed)
	host := serve(t, s)
	for _, tt := range []struct {
		path string
		want []string
		not  string
	}{
		{"/nothing", []string{"<h1>Not found</h1>", "A topic may have been renamed or withdrawn"}, "/topics/"},
		{"/topics/nothing", []string{"<h1>Not found</h1>"}, "/topics/"},
		{"/stories/4711", []string{"<h1>No such story</h1>", "no story of this number"}, "/topics/"},
		{"/topics/regional-security/1999-02", []string{"<title>Nothing of February 1999 · ", "no entries of February 1999", `<a href="/topics/regional-security"`, "All months", `<a href="/topics/regional-security/2`}, ""},
		{"/topics/regional-security/1999-02/lang/xx", []string{"no such page of February 1999", `<a href="/topics/regional-security"`}, ""},
		{"/topics/regional-security/archive", []string{"nothing at this address of the topic", `<a href="/topics/regional-security"`}, ""},
	} {
		res, err := http.Get(host + tt.path)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(res.Body)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		body := string(page)
		if res.StatusCode != http.StatusNotFound || res.Header.Get("Cache-Control") != cacheNone {
			t.Errorf("%s: status %d, Cache-Control %q", tt.path, res.StatusCode, res.Header.Get("Cache-Control"))
		}
		for _, want := range tt.want {
			if !strings.Contains(body, want) {
				t.Errorf("%s lacks %q:\n%s", tt.path, want, body)
			}
		}
		if tt.not != "" && strings.Contains(body, tt.not) {
			t.Errorf("%s has %q", tt.path, tt.not)
		}
	}
}
