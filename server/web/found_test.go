package web

import (
	"net/http"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/opml"
)

func TestListsOfFeeds(t *testing.T) {
	water := feed.Topic{ID: "water", Title: "Water & land"}
	s := newTestSite(t, Options{Title: "Wire", URL: publicURL + "/news"}, conference(), &feed.Edition{Topic: water})
	s.SetSources(desk())
	host := serve(t, s)
	a := ask(t, "GET", host+"/topics.opml")
	doc, err := opml.Read([]byte(a.body))
	if err != nil {
		t.Fatal(err)
	}
	if a.Header.Get("Content-Type") != "text/x-opml; charset=utf-8" || a.Header.Get("Access-Control-Allow-Origin") != "*" || a.Header.Get("Etag") == "" {
		t.Errorf("headers %v", a.Header)
	}
	if doc.Title != "Wire" || !doc.Created.Equal(s.topics[0].modified) || len(doc.Feeds) != 2 || doc.Feeds[1].Title != "Water & land" ||
		doc.Feeds[1].URL != publicURL+"/news/topics/water.atom" || doc.Feeds[1].HTMLURL != publicURL+"/news/topics/water" {
		t.Errorf("%+v", doc)
	}
	if again := ask(t, "GET", host+"/news/topics.opml"); again.body != a.body {
		t.Error("behind a prefix it is another list")
	}
	s.SetTopics([]feed.Topic{water})
	if a := ask(t, "GET", host+"/topics.opml"); strings.Contains(a.body, "regional-security") {
		t.Errorf("a topic that is gone is listed: %s", a.body)
	}
	sources := ask(t, "GET", host+"/sources.opml").body
	if !strings.Contains(sources, `xmlUrl="https://wire.example/rss.xml"`) {
		t.Errorf("sources: %s", sources)
	}
	for _, secret := range []string{"secret", "file:", "private-path"} {
		if strings.Contains(sources, secret) {
			t.Errorf("the list of sources has %q: %s", secret, sources)
		}
	}
	if page := ask(t, "GET", host+"/").body; !strings.Contains(page, `<a href="/news/topics.opml" type="text/x-opml">`) {
		t.Error("no page names the list")
	}
}

// What an operator calls something may hold anything: no page has characters that control
// something, no list of feeds has markup, and a list of none is one all the same.
func TestOddTitles(t *testing.T) {
	odd := conference()
	odd.Topic.Title, odd.Topic.Description = "Water\u0085 & <b>power</b>\x07", "What\u0085ever"
	s := newTestSite(t, Options{Title: "The\u0085 <i>wire</i>"}, odd)
	s.SetSources(nil)
	for _, path := range []string{"/", "/topics/regional-security", "/about", "/topics.opml"} {
		if page := direct(s, path).Body.String(); strings.ContainsAny(page, "\u0085\x07") {
			t.Errorf("%s has a control character", path)
		}
	}
	if list := direct(s, "/topics.opml").Body.String(); !strings.Contains(list, `text="Water &amp; power"`) || !strings.Contains(list, "<title>The wire</title>") {
		t.Error(list)
	}
	if list := direct(s, "/sources.opml").Body.String(); !strings.Contains(list, `<outline text="No feeds"/>`) { // OPML asks for one
		t.Error(list)
	}
}

// The addresses that people and programs try lead somewhere.
func TestGuessedAddresses(t *testing.T) {
	one := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	two := serve(t, newTestSite(t, Options{URL: publicURL + "/news"}, conference(), &feed.Edition{Topic: feed.Topic{ID: "water"}}))
	for _, tt := range []struct {
		host, path string
		status     int
		to         string
	}{
		{one, "/feed", 302, "/topics/regional-security.atom"},
		{one, "/feed/", 302, "/topics/regional-security.atom"},
		{one, "/rss.xml", 302, "/topics/regional-security.rss"},
		{one, "/Atom.xml", 302, "/topics/regional-security.atom"},
		{one, "/feed.json", 302, "/topics/regional-security.json"},
		{two, "/feed", 302, "/news/"},
		{two, "/news/feed.xml", 302, "/news/"},
		{one, "/topics/regional-security.xml", 308, "/topics/regional-security.atom"},
		{one, "/topics/Regional-Security.ATOM", 308, "/topics/regional-security.atom"},
		{one, "/topics/regional-security/feed", 308, "/topics/regional-security.atom"},
		{one, "/topics/regional-security/rss", 308, "/topics/regional-security.rss"},
		{two, "/news/Topics/WATER", 308, "/news/topics/water"},
		{one, "/topics/nothing.xml", 404, ""},
		{one, "/feedback", 404, ""},
		{one, "//feed", 404, ""},
		{one, "/.xml", 404, ""},
	} {
		a := ask(t, "GET", tt.host+tt.path)
		if a.StatusCode != tt.status || a.Header.Get("Location") != tt.to {
			t.Errorf("%s: %d to %q, want %d to %q", tt.path, a.StatusCode, a.Header.Get("Location"), tt.status, tt.to)
		}
	}
	for path, mediaType := range map[string]string{
		"/favicon.ico": "image/png", "/apple-touch-icon.png": "image/png", "/robots.txt": "text/plain; charset=utf-8",
	} {
		if a := ask(t, "GET", one+path); a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != mediaType || a.body == "" {
			t.Errorf("%s: %d, %v", path, a.StatusCode, a.Header)
		}
	}
}
