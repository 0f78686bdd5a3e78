package server

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// inLanguages is a visit with one entry a language, all about rivers.
func inLanguages(s *Server, languages ...string) *feed.Visit {
	v := &feed.Visit{At: noon, Source: "https://x.example/rss", Next: noon.Add(time.Hour), HTTP: 200, Document: &feed.Reading{Body: 9, Generation: s.state.Load().Generation}}
	for i, l := range languages {
		e := feed.Entry{ID: fmt.Sprintf("tag:x.example,2024:%s:%d", l, i), Title: fmt.Sprintf("rivers %s %d", l, i), Language: l, Published: noon.Add(time.Duration(i-10) * time.Minute)}
		v.Document.Entries = append(v.Document.Entries, feed.Reported{Entry: e, Matches: s.state.Load().match(v.Source, &e)})
	}
	return v
}

func TestFeedsOfOneLanguage(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "rivers: {title: Rivers, any: [rivers]}, some: {languages: [en, ru]}, secret: {draft: true}"), func(s *Server) {
		if err := s.writer.do(inLanguages(s, "en", "ru", "uz", "ru", "")); err != nil {
			t.Fatal(err)
		}
	})
	whole := l.read(t, "/topics/rivers.atom")
	ru := l.read(t, "/topics/rivers/ru.atom")
	if !slices.Equal(ru.ids, []string{"tag:x.example,2024:ru:3", "tag:x.example,2024:ru:1"}) || len(whole.ids) != 5 {
		t.Errorf("in Russian %v, all %v", ru.ids, whole.ids)
	}
	if ru.links["self"] != "/topics/rivers/ru.atom" || ru.links["prev-archive"] != "" || !strings.Contains(ru.body, "<title>Rivers: Russian</title>") || !strings.Contains(ru.body, `xml:lang="ru"`) {
		t.Errorf("%v\n%.700s", ru.links, ru.body)
	}
	if feedID(ru) == feedID(whole) || feedID(ru) == "" {
		t.Error("two feeds have one id")
	}
	for path, want := range map[string]int{
		"/topics/rivers/uz.rss": 200, "/topics/rivers/ky.json": 200, "/topics/some/ru.atom": 200,
		"/topics/some/uz.atom": 404, "/topics/rivers/RU.atom": 404, "/topics/rivers/xx.atom": 404, "/topics/rivers/ru": 404, "/topics/secret/ru.atom": 404, "/topics/nobody/ru.atom": 404,
	} {
		if res := l.answer(t, path, nil); res.StatusCode != want {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	// What is new in the language is there as soon as in the topic; what is not new
	// changes nothing.
	tag := l.answer(t, "/topics/rivers/ru.atom", nil).Header.Get("Etag")
	more := inLanguages(l.Server, "uz")
	more.At, more.Document.Body = noon.Add(time.Hour), 10
	more.Document.Entries[0].Entry.ID, more.Document.Entries[0].Entry.Title = "tag:x.example,2024:more", "rivers more"
	if err := l.writer.do(more); err != nil {
		t.Fatal(err)
	}
	l.until(t, "/topics/rivers.atom", "tag:x.example,2024:more")
	if uz := l.read(t, "/topics/rivers/uz.atom"); !slices.Contains(uz.ids, "tag:x.example,2024:more") {
		t.Errorf("in Uzbek %v", uz.ids)
	}
	if res := l.answer(t, "/topics/rivers/ru.atom", http.Header{"If-None-Match": {tag}}); res.StatusCode != http.StatusNotModified {
		t.Errorf("in Russian, after news in Uzbek: %s", res.Status)
	}
}

func feedID(d document) string {
	head, _, _ := strings.Cut(d.body, "<entry")
	_, rest, _ := strings.Cut(head, "<id>")
	id, _, _ := strings.Cut(rest, "</id>")
	return id
}

// The feed of a story has every report that a public topic shows, each under the id that
// it has there, and follows the story to where it was merged.
func TestFeedsOfStories(t *testing.T) {
	l := goLive(t, liveConfig(t, t.TempDir(), "http://127.0.0.1:1/", "rivers: {any: [rivers]}, secret: {draft: true}"), func(s *Server) {
		v := inLanguages(s, "en", "uz", "ru", "en") // the last one is stored first
		for i, title := range []string{"a road", "daryolar", "реки: rivers", "rivers rise in the north"} {
			e := &v.Document.Entries[i]
			e.Entry.Title = title
			e.Matches = s.state.Load().match(v.Source, &e.Entry)
		}
		for _, c := range []feed.Change{
			v,
			&feed.Decision{At: noon, Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 2}},
			&feed.Decision{At: noon, Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 3}},
		} {
			if err := s.writer.do(c); err != nil {
				t.Fatal(err)
			}
		}
	})
	d := l.read(t, "/stories/1.atom")
	if !slices.Equal(d.ids, []string{"tag:x.example,2024:en:3", "tag:x.example,2024:ru:2"}) { // the third is of no public topic
		t.Errorf("the story has %v", d.ids)
	}
	if d.links["self"] != "/stories/1.atom" || d.links["alternate"] != "/stories/1" || !strings.Contains(d.body, "<title>реки: rivers</title>\n  <id>") {
		t.Errorf("%v\n%.600s", d.links, d.body)
	}
	if res := l.answer(t, "/stories/3.atom", nil); res.StatusCode != http.StatusMovedPermanently || res.Header.Get("Location") != "/stories/1.atom" {
		t.Errorf("a story that was merged: %s to %q", res.Status, res.Header.Get("Location"))
	}
	for _, path := range []string{"/stories/4.atom", "/stories/99.rss"} { // in a draft alone, and none
		if res := l.answer(t, path, nil); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %s", path, res.Status)
		}
	}
	if err := l.writer.do(&feed.Decision{At: noon.Add(time.Hour), Kind: feed.DecisionHide, Topic: "rivers", Entries: []feed.EntryKey{2}}); err != nil {
		t.Fatal(err)
	}
	l.until(t, "/topics/rivers.atom", "<updated>"+noon.Add(time.Hour).Format(time.RFC3339))
	if now := l.read(t, "/stories/1.atom"); !slices.Equal(now.ids, []string{"tag:x.example,2024:en:3"}) {
		t.Errorf("with one hidden, the story has %v", now.ids)
	}
}

// A report is in the feed of its story by whichever topic shows it, be it not the first
// that has its group.
func TestAStoryFeedAsksEveryTopic(t *testing.T) {
	l := goLive(t, monthConfig(t, "aa: {languages: [en], group: none}, bb: {languages: [ru], group: none}, cc: {group: none}"), func(s *Server) {
		a, b := dated(s, "https://a.example", noon, noon.AddDate(0, 0, -1), 1), dated(s, "https://b.example", noon, noon.AddDate(0, 0, -1), 1)
		e := &b.Document.Entries[0].Entry // a copy
		e.Link, e.Canonical = a.Document.Entries[0].Entry.Link, a.Document.Entries[0].Entry.Link
		for _, c := range []feed.Change{a, b} {
			if err := s.writer.do(c); err != nil {
				t.Fatal(err)
			}
		}
	})
	d, aa, bb := l.read(t, "/stories/1.atom"), l.read(t, "/topics/aa.atom"), l.read(t, "/topics/bb.atom")
	// A report that several topics have stands there once, as the first has it.
	if len(l.read(t, "/topics/cc.atom").ids) != 2 || len(aa.ids) != 1 || len(bb.ids) != 1 || len(d.ids) != 2 || !slices.Contains(d.ids, aa.ids[0]) || !slices.Contains(d.ids, bb.ids[0]) {
		t.Errorf("the story has %v, its topics %v and %v", d.ids, aa.ids, bb.ids)
	}
}
