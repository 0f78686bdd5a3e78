package web

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// The feed of all topics is beside the front page, whatever the topics are, and says
// where it is; it is no topic of the index or of the list.
func TestTheFeedOfAllTopics(t *testing.T) {
	s := newTestSite(t, Options{Title: "Wire", URL: publicURL + "/news"}, conference())
	host := serve(t, s)
	for path, mediaType := range map[string]string{"/all.atom": "application/atom+xml", "/all.rss": "application/rss+xml", "/news/all.json": "application/feed+json"} {
		a := ask(t, "GET", host+path)
		if a.StatusCode != 200 || !strings.HasPrefix(a.Header.Get("Content-Type"), mediaType) || a.Header.Get("Last-Modified") != "" || !strings.Contains(a.body, "Wire") {
			t.Errorf("%s before anything is published: %d, %v", path, a.StatusCode, a.Header)
		}
	}
	list, front := ask(t, "GET", host+"/topics.opml").body, ask(t, "GET", host+"/").body
	ed := conference()
	ed.Topic = feed.Topic{ID: feed.AllTopics, Title: "Wire"}
	if err := s.Publish(ed); err != nil {
		t.Fatal(err)
	}
	a := ask(t, "GET", host+"/all.atom")
	link := `<` + publicURL + `/news/all.atom>; rel="self"; type="application/atom+xml", <` + publicURL + `/news/>; rel="alternate"; type="text/html"`
	if a.Header.Get("Link") != link || !strings.Contains(a.body, "East-Anti-Terror-2024") || a.Header.Get("Last-Modified") == "" {
		t.Errorf("published: %v", a.Header)
	}
	if b := ask(t, "GET", host+"/all.atom", "If-None-Match", a.Header.Get("Etag")); b.StatusCode != 304 {
		t.Errorf("unchanged: %d", b.StatusCode)
	}
	if got := ask(t, "GET", host+"/topics.opml").body; got != list || strings.Contains(got, "all.atom") {
		t.Error("it is among the topics' feeds")
	}
	if got := ask(t, "GET", host+"/").body; got != front {
		t.Error("it is on the front page")
	}
	// It stays where topics come and go, and its address is found as a topic's is.
	s.SetTopics(nil)
	for path, want := range map[string]string{"/all.atom": "200", "/ALL.rss": "308 /news/all.rss", "/all.xml": "308 /news/all.atom", "/topics/*all.atom": "404", "/all": "404"} {
		got := ask(t, "GET", host+path)
		if is := strings.TrimSpace(got.Status[:3] + " " + got.Header.Get("Location")); is != want {
			t.Errorf("%s: %s, want %s", path, is, want)
		}
	}
	if got := ask(t, "GET", host+"/all.atom").body; got != a.body {
		t.Error("it is another one without topics")
	}
}
