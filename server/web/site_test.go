package web

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

func TestSetTopics(t *testing.T) {
	water := feed.Topic{ID: "water", Title: "Water"}
	s := New(Options{URL: publicURL, Interval: 30 * time.Minute})
	host := serve(t, s)
	if a := ask(t, "GET", host+"/"); a.StatusCode != 200 || !strings.Contains(a.body, "This server has no topics") {
		t.Errorf("a site without topics: status %d", a.StatusCode)
	}

	s.SetTopics([]feed.Topic{water, security})
	index := ask(t, "GET", host+"/").body
	if w, r := strings.Index(index, ">Water<"), strings.Index(index, ">Regional security<"); w < 0 || r < w {
		t.Errorf("topics out of order: Water at %d, Regional security at %d", w, r)
	}
	if !strings.Contains(index, "No feed is read yet") {
		t.Error("the index does not say why there is nothing")
	}
	for _, path := range []string{"/topics/water", "/topics/water.atom", "/topics/water.rss", "/topics/water.json"} {
		a := ask(t, "GET", host+path)
		if a.StatusCode != 200 || len(a.body) == 0 || a.Header.Get("Last-Modified") != "" {
			t.Errorf("%s of an empty topic: status %d, %d bytes, Last-Modified %q", path, a.StatusCode, len(a.body), a.Header.Get("Last-Modified"))
		}
	}
	if err := s.Publish(conference()); err != nil {
		t.Fatal(err)
	}
	before := ask(t, "GET", host+"/topics/regional-security.atom")

	renamed := security
	renamed.Title = "Security of the region"
	s.SetTopics([]feed.Topic{renamed})
	if a := ask(t, "GET", host+"/topics/water.atom"); a.StatusCode != 404 {
		t.Errorf("a topic that is gone: status %d", a.StatusCode)
	}
	after := ask(t, "GET", host+"/topics/regional-security.atom")
	if before.body != after.body || before.Header.Get("Etag") != after.Header.Get("Etag") {
		t.Error("a topic that stays has another feed")
	}
	index = ask(t, "GET", host+"/").body
	if !strings.Contains(index, "Security of the region") || !strings.Contains(index, "East-Anti-Terror-2024") || strings.Contains(index, "Water") {
		t.Error("the index does not show the topics as they are now")
	}
	err := s.Publish(&feed.Edition{Topic: water}, conference())
	if err == nil || err.Error() != "publish water: no such topic" {
		t.Errorf("publishing a topic that is gone: %v", err)
	}
	if a := ask(t, "GET", host+"/topics/water.atom"); a.StatusCode != 404 {
		t.Errorf("a topic that is gone came back: status %d", a.StatusCode)
	}
}

// TestPublishFailure shows that what cannot be rendered changes nothing.
func TestPublishFailure(t *testing.T) {
	s := New(Options{URL: "gopher://wire.example"})
	s.SetTopics([]feed.Topic{security})
	host := serve(t, s)
	if err := s.Publish(conference()); err == nil {
		t.Fatal("an address that is none was published")
	}
	if a := ask(t, "GET", host+"/topics/regional-security"); a.StatusCode != 404 {
		t.Errorf("the page of a topic that could not be rendered: status %d", a.StatusCode)
	}
	if a := ask(t, "GET", host+"/"); a.StatusCode != 200 || strings.Contains(a.body, "East-Anti-Terror") {
		t.Errorf("the index shows what was not published: status %d", a.StatusCode)
	}
}

func TestFormats(t *testing.T) {
	if got := publish.Formats(); !slices.Equal(got, formats[:]) {
		t.Errorf("publish has the formats %v, the site %v", got, formats)
	}
}

func TestLastModified(t *testing.T) {
	s := newTestSite(t, Options{}, conference())
	host := serve(t, s)
	fetch := func() (etag string, modified time.Time) {
		t.Helper()
		a := ask(t, "GET", host+"/topics/regional-security.atom")
		modified, err := http.ParseTime(a.Header.Get("Last-Modified"))
		if err != nil {
			t.Fatal(err)
		}
		return a.Header.Get("Etag"), modified
	}
	republish := func(ed *feed.Edition) {
		t.Helper()
		if err := s.Publish(ed); err != nil {
			t.Fatal(err)
		}
	}
	tag, first := fetch()
	if !first.Equal(at(5, 11, 1)) {
		t.Errorf("Last-Modified %v, want the edition's date", first)
	}
	republish(conference())
	if again, modified := fetch(); again != tag || !modified.Equal(first) {
		t.Errorf("the same edition has %s %v, had %s %v", again, modified, tag, first)
	}
	ed := conference()
	ed.Entries = ed.Entries[:3]
	republish(ed)
	if again, modified := fetch(); again == tag || !modified.Equal(first.Add(time.Second)) {
		t.Errorf("other entries under the same date: %s %v, had %s %v", again, modified, tag, first)
	}
	ed = conference()
	ed.Updated = at(1, 0, 0)
	republish(ed)
	if _, modified := fetch(); modified.Before(first.Add(time.Second)) {
		t.Errorf("Last-Modified went back to %v", modified)
	}
	ed = conference()
	ed.Updated = at(6, 0, 0)
	republish(ed)
	if _, modified := fetch(); !modified.Equal(at(6, 0, 0)) {
		t.Errorf("Last-Modified %v, want the edition's date", modified)
	}
}

// TestSameState shows that the same state gives the same bytes and tags in
// another process or on another node.
func TestSameState(t *testing.T) {
	one := serve(t, newTestSite(t, Options{URL: publicURL}, conference()))
	two := serve(t, newTestSite(t, Options{URL: publicURL}, &feed.Edition{Topic: feed.Topic{ID: "water"}}, conference()))
	for _, path := range []string{"/topics/regional-security", "/topics/regional-security.atom", "/topics/regional-security.rss", "/topics/regional-security.json"} {
		for _, coding := range []string{"", "gzip"} {
			a, b := ask(t, "GET", one+path, "Accept-Encoding", coding), ask(t, "GET", two+path, "Accept-Encoding", coding)
			if a.body != b.body || a.Header.Get("Etag") != b.Header.Get("Etag") {
				t.Errorf("%s differs between two sites in the same state", path)
			}
		}
	}
}

// tagOf is the tag that an answer should have by its bytes.
func tagOf(a answer) string {
	name := a.Header.Get("Content-Encoding")
	decode := decoders[name]
	if decode == nil {
		return etag([]byte(a.body))
	}
	r, err := decode(strings.NewReader(a.body))
	if err != nil {
		return err.Error()
	}
	body, err := io.ReadAll(r)
	if err != nil {
		return err.Error()
	}
	return strings.TrimSuffix(etag(body), `"`) + "-" + name + `"`
}

// TestPublishWhileServing reads while topics come, change and go. Every answer
// must be whole: its length and tag those of its bytes.
func TestPublishWhileServing(t *testing.T) {
	s := newTestSite(t, Options{}, conference())
	host := serve(t, s)
	water := feed.Topic{ID: "water", Title: "Water"}
	done := make(chan struct{})
	var writers, readers sync.WaitGroup
	for w := range 2 {
		writers.Go(func() {
			for i := range 40 {
				ed := conference()
				ed.Entries = ed.Entries[:1+(i+w)%7]
				ed.Updated = ed.Updated.Add(time.Duration(i) * time.Second)
				if err := s.Publish(ed); err != nil {
					t.Error(err)
				}
				if w == 0 && i%4 == 0 {
					s.SetTopics([]feed.Topic{security, water}[:1+i/4%2])
				}
			}
		})
	}
	for _, coding := range []string{"", "gzip", "br"} {
		readers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-done:
					return
				default:
				}
				path := []string{"/topics/regional-security.atom", "/topics/regional-security", "/"}[n%3]
				a := ask(t, "GET", host+path, "Accept-Encoding", coding)
				if a.StatusCode != 200 || tagOf(a) != a.Header.Get("Etag") {
					t.Errorf("%s: status %d, tag %s of other bytes", path, a.StatusCode, a.Header.Get("Etag"))
					return
				}
			}
		})
	}
	writers.Wait()
	close(done)
	readers.Wait()
}

// TestOvertaken shows that a rendering that took long does not undo a newer one.
func TestOvertaken(t *testing.T) {
	s := newTestSite(t, Options{}, &feed.Edition{Topic: security})
	old := conference()
	old.Entries = old.Entries[:1]
	tp, slow := s.start(security.ID)
	docs, err := publish.RenderAll(old, s.site())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Publish(conference()); err != nil {
		t.Fatal(err)
	}
	newer := tp.page.Load()
	if s.commit(tp, slow, docs, s.renderTopic(old)) || tp.page.Load() != newer {
		t.Error("the older edition took the newer one's place")
	}
	if tp, turn := s.start(security.ID); !s.commit(tp, turn, docs, s.renderTopic(old)) || tp.page.Load() == newer {
		t.Error("the newest call did not take its place")
	}
}

func TestRequestLog(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug}))
	s := New(Options{Log: log})
	host := serve(t, s)
	ask(t, "GET", host+"/nothing", "User-Agent", "reader/1")
	if got := out.String(); !strings.Contains(got, "path=/nothing status=404 agent=reader/1") {
		t.Errorf("log: %s", got)
	}
}

func TestEvery(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "", -time.Hour: "", time.Hour: "every hour", 24 * time.Hour: "every day", 2 * time.Hour: "every 2 hours",
		90 * time.Minute: "every 90 minutes", time.Minute: "every minute", 1500 * time.Millisecond: "every 1.5s",
	} {
		if got := every(d); got != want {
			t.Errorf("every(%v) = %q, want %q", d, got, want)
		}
	}
}

func BenchmarkPublish(b *testing.B) {
	for _, topics := range []int{1, 100} {
		b.Run(fmt.Sprintf("topics=%d", topics), func(b *testing.B) {
			var all []feed.Topic
			for i := range topics {
				all = append(all, feed.Topic{ID: feed.TopicID(fmt.Sprintf("topic-%d", i)), Title: fmt.Sprintf("Topic %d", i)})
			}
			s := New(Options{URL: publicURL})
			s.SetTopics(all)
			ed := sized(100 << 10)
			ed.Topic = all[0]
			for b.Loop() {
				ed.Updated = ed.Updated.Add(time.Minute)
				ed.Entries[0].Entry.Title += "."
				if err := s.Publish(ed); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
