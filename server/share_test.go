package server

import (
	"fmt"
	"regexp"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/storage"
)

// A source that floods a topic leaves two thirds of its document to others, in the feed of
// all topics too; who follows the archives gets all of it. Of the flood hardly more is read
// than the document holds.
func TestAFloodLeavesTheOthersInTheDocument(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "wire: {limit: 60}, own: {limit: 60, per_source: 1000/day}"), func(s *Server) {
		for i, source := range []string{"https://a.example", "https://b.example", "https://c.example"} {
			if err := s.writer.do(dated(s, source, noon.Add(time.Duration(i)*time.Hour), noon.AddDate(0, -2, 0), 100)); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.writer.do(dated(s, "https://a.example", noon.Add(4*time.Hour), noon.AddDate(0, -1, 0), 150)); err != nil {
			t.Fatal(err)
		}
	})
	titles := regexp.MustCompile(`<title>https://([a-z.]+) number`)
	count := func(body string) string {
		n := map[string]int{}
		for _, m := range titles.FindAllStringSubmatch(body, -1) {
			n[m[1]]++
		}
		return fmt.Sprint(n)
	}
	for path, want := range map[string]string{
		"/topics/wire.atom": "map[a.example:20 b.example:20 c.example:20]",
		"/all.atom":         "map[a.example:34 b.example:33 c.example:33]",
		"/topics/own.atom":  "map[a.example:60]",
	} {
		if got := count(l.read(t, path).body); got != want {
			t.Errorf("%s has %s, want %s", path, got, want)
		}
	}
	ids, _ := l.walk(t, "wire")
	if want := stored(t, l.Server, "wire"); len(want) != 450 || !slices.Equal(slices.Sorted(slices.Values(ids)), slices.Sorted(slices.Values(want))) {
		t.Errorf("%d entries by links, %d are stored", len(ids), len(want))
	}
	for _, topic := range []feed.TopicID{"wire", feed.AllTopics} {
		if err := l.Server.db.View(func(r *storage.Reader) error {
			older, stop := newestFirst(r, topic)
			defer stop()
			read, looked := 0, 0
			for _, ask := range []edition.Ask{{N: 50, Past: true}, {N: 200, But: map[feed.SourceID]bool{"https://a.example": true}}} {
				p, err := older(ask)
				if err != nil {
					return err
				}
				read, looked = read+len(p.Filed), looked+p.N
			}
			// Those of others, and the one that ends a portion.
			if looked != 250 || read < 50+2*(250-150-50)/3 || read > 50+100 {
				t.Errorf("%s: %d read of %d", topic, read, looked)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
}
