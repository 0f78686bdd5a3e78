package web

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// relation is a link of a Link header.
var relation = regexp.MustCompile(`<([^>]*)>; rel="(self|hub)"`)

// P1, P3 and P5: feeds and pages name their hubs and exactly one self in their Link
// header, on GET and HEAD; self is where they are asked for, absolute and each its own,
// and the document says the same.
func TestDiscoveryOfHubs(t *testing.T) {
	hubs := []string{"https://wire.example/news/hub", "https://hub.example/?a=1"}
	s := newTestSite(t, Options{URL: "https://wire.example/news/", Hubs: hubs}, conference())
	address := serve(t, s)
	for _, ext := range []string{"", ".atom", ".rss", ".json"} {
		path := "/topics/regional-security" + ext
		self := "https://wire.example/news" + path
		for _, at := range []string{path, "/news" + path} {
			for _, method := range []string{http.MethodGet, http.MethodHead} {
				a := ask(t, method, address+at)
				var got []string
				for _, m := range relation.FindAllStringSubmatch(strings.Join(a.Header.Values("Link"), ", "), -1) {
					got = append(got, m[2]+" "+m[1])
				}
				if want := []string{"self " + self, "hub " + hubs[0], "hub " + hubs[1]}; a.StatusCode != http.StatusOK || !slices.Equal(got, want) {
					t.Errorf("%s %s: %q, want %q", method, at, got, want)
				}
				for _, link := range append(hubs, self) {
					if method == http.MethodGet && !strings.Contains(a.body, `"`+link+`"`) {
						t.Errorf("%s does not name %s", at, link)
					}
				}
			}
		}
	}
	for path, s := range map[string]*Site{"/about": s, "/topics/regional-security": newTestSite(t, Options{}, conference())} {
		if a := ask(t, http.MethodGet, serve(t, s)+path); strings.Contains(a.body, `rel="hub"`) || strings.Contains(strings.Join(a.Header.Values("Link"), ""), "hub") {
			t.Errorf("%s names a hub", path)
		}
	}
}

// Hubs carry what is published, as it is served, under its path; nothing before it is
// published.
func TestCarried(t *testing.T) {
	for _, base := range []string{"https://wire.example", "https://wire.example/n%C3%A9ws"} {
		s := New(Options{URL: base})
		ed := conference()
		s.SetTopics([]feed.Topic{ed.Topic})
		want := []string{"/topics/regional-security", "/topics/regional-security.atom", "/topics/regional-security.json", "/topics/regional-security.rss"}
		all := []string{"/all.atom", "/all.json", "/all.rss"}
		if got := slices.Sorted(slices.Values(s.CarriedPaths())); !slices.Equal(got, slices.Concat(all, want)) {
			t.Errorf("%s: %q", base, got)
		}
		for _, path := range want {
			if _, ok := s.Carried(path); ok {
				t.Errorf("%s is carried, and nothing was published yet", path)
			}
		}
		if err := s.Publish(ed); err != nil {
			t.Fatal(err)
		}
		address := serve(t, s)
		for _, path := range want {
			got, ok := s.Carried(path)
			a := ask(t, http.MethodGet, address+path)
			if !ok || string(got.Body) != a.body || got.ContentType != a.Header.Get("Content-Type") || got.Self != base+path {
				t.Errorf("%s: %v %s %s", path, ok, got.ContentType, got.Self)
			}
			if err := s.Publish(ed); err != nil {
				t.Fatal(err)
			}
			if again, _ := s.Carried(path); &again.Body[0] != &got.Body[0] {
				t.Errorf("%s: the same document is another", path)
			}
		}
		for _, path := range []string{"", "/", "/about", "/topics.opml", "/topics/none.atom", "/news/topics/regional-security.atom", "/topics/regional-security.atom/"} {
			if c, ok := s.Carried(path); ok {
				t.Errorf("%q is carried: %s", path, c.Self)
			}
		}
		s.SetTopics(nil)
		if c, ok := s.Carried(want[1]); ok || len(s.CarriedPaths()) > len(all) {
			t.Errorf("a topic that is gone is carried: %s", c.Self)
		}
	}
}
