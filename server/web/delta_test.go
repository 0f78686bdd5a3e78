package web

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// titlesIn are those of a JSON Feed, or what the answer was instead.
func titlesIn(t *testing.T, a answer) string {
	t.Helper()
	if a.StatusCode == 304 {
		return "304"
	}
	var f struct{ Items []struct{ Title string } }
	if err := json.Unmarshal([]byte(a.body), &f); err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, i := range f.Items {
		list = append(list, i.Title)
	}
	return strings.Join(list, " ")
}

func TestFeedsOfWhatIsNew(t *testing.T) {
	entry := func(id string, changed int) feed.Item {
		return feed.Item{PublicID: "tag:w.example,2024:" + id, Entry: feed.StoredEntry{Entry: feed.Entry{Title: id, Link: "https://w.example/" + id}, Seen: at(5, 0, 0)},
			Filed: at(5, 0, 0), Changed: at(5, changed, 0)}
	}
	edition := func(hour int, entries ...feed.Item) *feed.Edition {
		return &feed.Edition{Topic: security, Updated: at(5, hour, 0), Entries: entries}
	}
	s := newTestSite(t, Options{URL: publicURL}, edition(1, entry("a", 1), entry("b", 1)))
	host := serve(t, s)
	const path = "/topics/regional-security.json"
	get := func(header ...string) answer { return ask(t, "GET", host+path, header...) }
	show := func(ed *feed.Edition) {
		t.Helper()
		if err := s.Publish(ed); err != nil {
			t.Fatal(err)
		}
	}
	first := get().Header.Get("Etag")
	show(edition(2, entry("c", 2), entry("a", 2), entry("b", 1)))
	second := get().Header.Get("Etag")
	if first == second || first == "" {
		t.Fatalf("tags %s and %s", first, second)
	}

	a := get("A-IM", "feed", "If-None-Match", first)
	if got := titlesIn(t, a); a.StatusCode != 226 || got != "c a" {
		t.Errorf("%d: %s, want the new one and the changed one", a.StatusCode, got)
	}
	for key, want := range map[string]string{"Im": "feed", "Etag": second, "Cache-Control": "no-store, im", "Vary": "Accept-Encoding, A-IM, If-None-Match", "Access-Control-Allow-Origin": "*"} {
		if got := a.Header.Get(key); got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
	for name, tt := range map[string]struct {
		header []string
		want   string
	}{
		"unasked":              {[]string{"If-None-Match", first}, "200 c a b"},
		"asked by weight 0":    {[]string{"A-IM", "feed;q=0", "If-None-Match", first}, "200 c a b"},
		"another manipulation": {[]string{"A-IM", "vcdiff, gzip", "If-None-Match", first}, "200 c a b"},
		"one of several":       {[]string{"A-IM", "vcdiff, Feed", "If-None-Match", `"x", W/` + strings.Replace(first, `"`, `"`, 1)}, "226 c a"},
		"in another coding":    {[]string{"A-IM", "feed", "If-None-Match", strings.TrimSuffix(first, `"`) + `-gzip"`}, "226 c a"},
		"without a tag":        {[]string{"A-IM", "feed"}, "200 c a b"},
		"an unknown tag":       {[]string{"A-IM", "feed", "If-None-Match", `"x"`}, "200 c a b"},
		"through feedparser": {[]string{"A-IM", "feed", "If-None-Match", first,
			"Accept", "application/atom+xml,application/rdf+xml,application/rss+xml,application/x-netcdf,application/xml;q=0.9,text/xml;q=0.2,*/*;q=0.1"}, "200 c a b"},
		"the present one": {[]string{"A-IM", "feed", "If-None-Match", second}, "304 304"},
	} {
		a := get(tt.header...)
		if got := strings.Join([]string{a.Status[:3], titlesIn(t, a)}, " "); got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
	if a := ask(t, "GET", host+path, "A-IM", "feed", "If-None-Match", first, "Accept-Encoding", "gzip"); a.StatusCode != 226 || a.Header.Get("Etag") != strings.TrimSuffix(second, `"`)+`-gzip"` {
		t.Errorf("in gzip: %d, tag %s", a.StatusCode, a.Header.Get("Etag"))
	}

	// Where entries only left, nothing is new.
	show(edition(3, entry("c", 2), entry("a", 2)))
	if a := get("A-IM", "feed", "If-None-Match", second); a.StatusCode != 304 || a.Header.Get("Etag") == second {
		t.Errorf("%d with the tag %s, after %s", a.StatusCode, a.Header.Get("Etag"), second)
	}
	if got := titlesIn(t, get("A-IM", "feed", "If-None-Match", first)); got != "c a" {
		t.Errorf("two editions on: %s", got)
	}

	// Who was away for very long gets all.
	for n := range maxVersions {
		show(edition(4, entry("d", 4), entry("a", 4+n%2)))
		show(&feed.Edition{Topic: security, Updated: at(5, 5, 0).Add(time.Duration(n) * time.Minute), Entries: []feed.Item{entry("d", 4)}})
	}
	if a := get("A-IM", "feed", "If-None-Match", first); a.StatusCode != 200 {
		t.Errorf("after %d editions: %d", 2*maxVersions, a.StatusCode)
	}
	if n := len(s.topics[0].history.past); n > maxVersions {
		t.Errorf("%d versions are kept", n)
	}
}
