package web

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// Everything below the addresses that a topic had leads to the same place below its
// present one; what is below those of a closed topic is gone, and says so to people and
// programs alike.
func TestFormerTopics(t *testing.T) {
	now := security
	now.Was = []feed.TopicID{"security", "regional", "water-old"}
	s := newTestSite(t, Options{URL: publicURL + "/news"}, conference())
	s.SetTopics([]feed.Topic{now, {ID: "water", Was: []feed.TopicID{"sea"}}}, "closed", "shut-2")
	host := serve(t, s)
	for _, tt := range []struct {
		path   string
		status int
		to     string
	}{
		{"/topics/security", 308, "/news/topics/regional-security"},
		{"/news/topics/security.atom", 308, "/news/topics/regional-security.atom"},
		{"/topics/regional.rss", 308, "/news/topics/regional-security.rss"},
		{"/topics/water-old.json", 308, "/news/topics/regional-security.json"},
		{"/topics/sea.atom?a=b&c=%20d", 308, "/news/topics/water.atom?a=b&c=%20d"},
		{"/news/topics/sea/2024-09", 308, "/news/topics/water/2024-09"},
		{"/topics/sea/archive/3.atom?x", 308, "/news/topics/water/archive/3.atom?x"},
		{"/topics/sea/uz%20x/%C3%BC", 308, "/news/topics/water/uz%20x/%C3%BC"},
		{"/topics/SEA.atom", 308, "/news/topics/water.atom"},
		{"/topics/sea/", 308, "/news/topics/water/"},
		{"/topics/closed", 410, ""},
		{"/news/topics/closed", 410, ""},
		{"/topics/closed/2024-09", 410, ""},
		{"/topics/closed.atom", 410, ""},
		{"/topics/closed.xml", 410, ""},
		{"/topics/shut-2/archive/1.atom", 410, ""},
		{"/topics/regional-security.atom", 200, ""},
		{"/topics/closed-2", 404, ""},
		{"/topics/secur", 404, ""},
		{"/topics//security", 404, ""},
		{"/x/topics/security", 404, ""},
	} {
		for _, method := range []string{"GET", "HEAD"} {
			a := ask(t, method, host+tt.path)
			if a.StatusCode != tt.status || a.Header.Get("Location") != tt.to {
				t.Errorf("%s %s: %d to %q, want %d to %q", method, tt.path, a.StatusCode, a.Header.Get("Location"), tt.status, tt.to)
			}
			cache := a.Header.Get("Cache-Control")
			switch {
			case tt.status == 308 && cache != "public, max-age=3600", tt.status == 410 && cache != "public, max-age=300":
				t.Errorf("%s: Cache-Control %q", tt.path, cache)
			}
			if tt.status != 410 {
				continue
			}
			if a.Header.Get("Etag") != "" || a.Header.Get("Last-Modified") != "" {
				t.Errorf("%s: what is gone has validators: %v", tt.path, a.Header)
			}
			mediaType, says := "text/html; charset=utf-8", "<h1>This topic is closed</h1>"
			if strings.Contains(tt.path, ".") {
				mediaType, says = "text/plain; charset=utf-8", "this topic is closed: nothing will appear here any more\n"
			}
			if got := a.Header.Get("Content-Type"); got != mediaType || method == "GET" && !strings.Contains(a.body, says) {
				t.Errorf("%s: %s, %s", tt.path, got, a.body)
			}
		}
	}
	if a := ask(t, "POST", host+"/topics/security"); a.StatusCode != 405 {
		t.Errorf("a POST: %d", a.StatusCode)
	}
	// A topic that returns is served again, and one that leaves is not by itself closed.
	s.SetTopics([]feed.Topic{{ID: "closed"}, {ID: "sea"}}, "water")
	for path, want := range map[string]int{"/topics/closed.atom": 200, "/topics/closed": 200, "/topics/sea.atom": 200, "/topics/water": 410, "/topics/security": 404, "/topics/shut-2": 404} {
		if a := ask(t, "GET", host+path); a.StatusCode != want {
			t.Errorf("%s later: %d, want %d", path, a.StatusCode, want)
		}
	}
}

// A topic that is renamed has under its new address at once what it had under the old
// one, and its date does not go back when it is rendered anew.
func TestARenamedTopicIsNeverEmpty(t *testing.T) {
	s := newTestSite(t, Options{URL: publicURL}, conference())
	host := serve(t, s)
	before := ask(t, "GET", host+"/topics/regional-security.atom")
	page := ask(t, "GET", host+"/topics/regional-security").body
	now := security
	now.ID, now.KnownAs, now.Was = "safety", "regional-security", []feed.TopicID{"other", "regional-security"}
	s.SetTopics([]feed.Topic{now})
	after := ask(t, "GET", host+"/topics/safety.atom")
	if after.StatusCode != 200 || after.body != before.body || after.Header.Get("Etag") != before.Header.Get("Etag") {
		t.Errorf("%d, %s", after.StatusCode, after.body)
	}
	if got := ask(t, "GET", host+"/topics/safety").body; got != page {
		t.Error("another page")
	}
	if index := ask(t, "GET", host+"/").body; !strings.Contains(index, `href="/topics/safety"`) || !strings.Contains(index, "East-Anti-Terror-2024") {
		t.Error("the index does not show it")
	}
	// One that says so of a topic that is still there has nothing of it.
	s.SetTopics([]feed.Topic{now, {ID: "other", Title: "Other"}, {ID: "third", Was: []feed.TopicID{"safety"}}})
	if a := ask(t, "GET", host+"/topics/third.atom"); a.StatusCode != 200 || strings.Contains(a.body, "East-Anti-Terror") {
		t.Errorf("beside it: %d, %s", a.StatusCode, a.body)
	}
	if a := ask(t, "GET", host+"/topics/safety/x"); a.StatusCode != 404 {
		t.Errorf("an address of a topic that is there leads to another: %d, %v", a.StatusCode, a.Header)
	}
	s.SetTopics([]feed.Topic{now})
	ed := conference()
	ed.Topic = now
	if err := s.Publish(ed); err != nil {
		t.Fatal(err)
	}
	last := ask(t, "GET", host+"/topics/safety.atom")
	if !strings.Contains(last.body, publicURL+"/topics/safety.atom") || last.Header.Get("Last-Modified") <= before.Header.Get("Last-Modified") {
		t.Errorf("published under the new id: %v", last.Header)
	}
	id := func(body string) string {
		_, rest, _ := strings.Cut(body, "<id>")
		id, _, _ := strings.Cut(rest, "</id>")
		return id
	}
	if id(before.body) == "" || id(before.body) != id(last.body) {
		t.Errorf("the feed's id was %s, and is %s", id(before.body), id(last.body))
	}
}
