package web

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
)

func TestStoryAnswers(t *testing.T) {
	draft := bridge()
	draft.Story = 30
	for i := range draft.Members {
		draft.Members[i].Topics = []feed.TopicID{"a-draft"}
	}
	stories := map[feed.StoryKey]feed.StoryView{21: bridge(), 20: bridge(), 30: draft, 29: {Story: 30, Members: draft.Members}, 31: {Story: 31}}
	s := storySite(t, Options{URL: publicURL + "/wire"}, stories, conference())
	host := serve(t, s)
	tests := []struct {
		path     string
		status   int
		location string
	}{
		{"/stories/21", 200, ""},
		{"/wire/stories/21", 200, ""},
		{"/stories/21?utm_source=x", 200, ""},
		{"/stories/20", 301, "/wire/stories/21"}, // merged
		{"/stories/30", 404, ""},                 // in a draft alone
		{"/stories/29", 404, ""},                 // merged into that
		{"/stories/31", 404, ""},                 // all its entries are gone
		{"/stories/99", 404, ""},
		{"/stories/0", 404, ""},
		{"/stories/021", 404, ""},
		{"/stories/+21", 404, ""},
		{"/stories/-21", 404, ""},
		{"/stories/21.0", 404, ""},
		{"/stories/0x15", 404, ""},
		{"/stories/2_1", 404, ""},
		{"/stories/٢١", 404, ""},
		{"/stories/18446744073709551637", 404, ""},
		{"/stories/21/", 404, ""},
		{"/stories/21/e21", 404, ""},
		{"/stories/", 404, ""},
		{"/stories", 404, ""},
	}
	for _, tt := range tests {
		for _, coding := range []string{"", "gzip"} {
			get := ask(t, "GET", host+tt.path, "Accept-Encoding", coding)
			if get.StatusCode != tt.status || get.Header.Get("Location") != tt.location {
				t.Errorf("%s: status %d to %q, want %d to %q", tt.path, get.StatusCode, get.Header.Get("Location"), tt.status, tt.location)
			}
			sameButBody(t, get, ask(t, "HEAD", host+tt.path, "Accept-Encoding", coding))
			if tt.status != 200 {
				continue
			}
			if got := ask(t, "GET", host+tt.path, "Accept-Encoding", coding, "If-None-Match", get.Header.Get("Etag")).StatusCode; got != 304 {
				t.Errorf("%s again: status %d", tt.path, got)
			}
			for key, want := range map[string]string{
				"Content-Type": "text/html; charset=utf-8", "Cache-Control": cachePage, "Vary": "Accept-Encoding", "Content-Encoding": coding,
				"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
			} {
				if got := get.Header.Get(key); got != want {
					t.Errorf("%s: %s %q, want %q", tt.path, key, got, want)
				}
			}
			if tag := get.Header.Get("Etag"); !strings.HasPrefix(tag, `"`) {
				t.Errorf("%s: ETag %q, want a strong one", tt.path, tag)
			}
		}
	}
	if got := ask(t, "POST", host+"/stories/21").StatusCode; got != 405 {
		t.Errorf("POST: status %d", got)
	}
	if got := ask(t, "GET", serve(t, newTestSite(t, Options{}, conference()))+"/stories/21").StatusCode; got != 404 {
		t.Errorf("a site without stories: status %d", got)
	}
}

// direct asks a site in the test's own goroutine.
func direct(s *Site, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestStoryFailure(t *testing.T) {
	fails := true
	s := newTestSite(t, Options{Story: func(feed.StoryKey) (feed.StoryView, bool, error) {
		if fails {
			return feed.StoryView{}, false, errors.New("disk-secret")
		}
		return bridge(), true, nil
	}}, conference())
	a := direct(s, "/stories/21")
	if a.Code != 503 || a.Header().Get("Retry-After") == "" || strings.Contains(a.Body.String(), "secret") {
		t.Errorf("status %d, Retry-After %q, %s", a.Code, a.Header().Get("Retry-After"), a.Body)
	}
	fails = false
	if got := direct(s, "/stories/21").Code; got != 200 {
		t.Errorf("after the failure: status %d", got)
	}
}

// TestStoryBusy has a visitor give up while as many stories as may be at once
// are being looked up.
func TestStoryBusy(t *testing.T) {
	s := storySite(t, Options{}, map[feed.StoryKey]feed.StoryView{21: bridge()}, conference())
	for range shelfWorks {
		s.shelf.work <- struct{}{}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/stories/21", nil))
	if w.Code != 503 {
		t.Errorf("status %d", w.Code)
	}
	<-s.shelf.work
	if got := direct(s, "/stories/21").Code; got != 200 {
		t.Errorf("with room again: status %d", got)
	}
}

// TestStoryCache counts how often stories are looked up.
func TestStoryCache(t *testing.T) {
	calls, title, now := 0, "First title", at(6, 0, 0)
	s := newTestSite(t, Options{Story: func(feed.StoryKey) (feed.StoryView, bool, error) {
		calls++
		p := bridge()
		p.Members[0].Title = title
		return p, true, nil
	}}, conference())
	s.shelf.now = func() time.Time { return now }
	see := func(when string, wantCalls int, wantTitle string) {
		t.Helper()
		a := direct(s, "/stories/21")
		if a.Code != 200 || !strings.Contains(a.Body.String(), wantTitle) || calls != wantCalls {
			t.Errorf("%s: status %d, %d look-ups, want %d and %s", when, a.Code, calls, wantCalls, wantTitle)
		}
	}
	see("at first", 1, "First title")
	title = "Second title"
	now = now.Add(storyFresh - 1)
	see("while fresh", 1, "First title")
	now = now.Add(1)
	see("afterwards", 2, "Second title")
	title = "Third title"
	s.SetTopics([]feed.Topic{security})
	see("with other topics", 3, "Third title")
	s.SetTopics(nil)
	if got := direct(s, "/stories/21").Code; got != 404 {
		t.Errorf("a story whose topic is gone: status %d", got)
	}
}

// TestStoryCacheBound shows what gives way: the page that was not asked for the
// longest.
func TestStoryCacheBound(t *testing.T) {
	c := newShelf()
	now := at(6, 0, 0)
	c.now = func() time.Time { now = now.Add(time.Millisecond); return now }
	body := []byte(strings.Repeat("x", shelfBytes/16))
	for k := range 20 {
		c.keep(storyPath(feed.StoryKey(k+1)), &document{coded: &coded{body: body}}, 0, fresh{turn: 7})
		if c.fresh(storyPath(1), 7) == nil {
			t.Fatalf("a page in use gave way to the %dth", k)
		}
	}
	held := 0
	for _, p := range c.kept {
		held += p.size()
	}
	if held != c.bytes || held > shelfBytes || len(c.kept) != 7 || c.fresh(storyPath(20), 7) == nil {
		t.Errorf("%d pages of %d bytes, counted as %d", len(c.kept), held, c.bytes)
	}
	c.keep(storyPath(99), &document{coded: &coded{body: make([]byte, 2*shelfBytes)}}, 0, fresh{turn: 7})
	if len(c.kept) != 1 || c.bytes > 4*shelfBytes+4096 {
		t.Errorf("beside a page beyond all bounds: %d pages, %d bytes", len(c.kept), c.bytes)
	}
	for k := range 20 {
		c.drop(storyPath(feed.StoryKey(k + 1)))
	}
	c.drop(storyPath(99))
	if c.bytes != 0 {
		t.Errorf("an empty cache counts %d bytes", c.bytes)
	}
}

// TestStoryTogether has many readers of one story and changes of topics.
func TestStoryTogether(t *testing.T) {
	s := newTestSite(t, Options{Story: func(feed.StoryKey) (feed.StoryView, bool, error) { return bridge(), true, nil }}, conference())
	host := serve(t, s)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			for range 20 {
				res, err := client.Get(host + "/stories/21")
				if err != nil {
					t.Error(err)
					return
				}
				res.Body.Close()
				if res.StatusCode != 200 {
					t.Errorf("status %d", res.StatusCode)
				}
			}
		})
	}
	for i := range 20 {
		renamed := security
		renamed.Title = fmt.Sprint("Title ", i)
		s.SetTopics([]feed.Topic{renamed})
	}
	all.Wait()
	if page := ask(t, "GET", host+"/stories/21").body; !strings.Contains(page, "Title 19") {
		t.Error("the page names a topic by an old title")
	}
}

func BenchmarkStory(b *testing.B) {
	s := newTestSite(b, Options{}, conference())
	story, topics := bridge(), []feed.Topic{security}
	for b.Loop() {
		newDocument(s.renderStory(story, topics, at(5, 11, 1)), time.Time{}, timedTraits(), nil)
	}
}
