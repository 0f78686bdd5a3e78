package server

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// An edition whose entries leave with time is made anew when one is to leave, and
// not before; drafts are published nowhere.
func TestEditionsFollowTimeAndDraftsStayUnseen(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	now := noon
	s, err := Open(t.Context(), Options{
		Config: wire(t, db, "fresh: {max_age: 2h}, all: {}, draft: {draft: true}"),
		Now:    func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer closeServer(t, s)
	if err := s.writer.do(bring(s, 10)); err != nil {
		t.Fatal(err)
	}
	counts := map[feed.TopicID]int{}
	publish := func() {
		s.publisher.touchAll()
		s.publisher.publish(func(all ...*publish.Documents) error {
			clear(counts)
			for _, docs := range all {
				counts[docs.Topic.ID] = len(docs.Entries)
			}
			return nil
		})
	}
	publish()
	if len(counts) != 3 || counts["fresh"] != 10 || counts["all"] != 10 || counts[feed.AllTopics] != 10 {
		t.Errorf("published: %v", counts)
	}
	if n := filedUnder(t, s, "draft"); n != 10 {
		t.Errorf("%d filed under the draft, for its operators", n)
	}
	if got := s.publisher.aged(now.Add(2*time.Hour - time.Minute)); len(got) != 0 {
		t.Errorf("to be made anew too early: %v", got)
	}
	now = now.Add(2*time.Hour + time.Minute)
	if got := s.publisher.aged(now); !slices.Equal(got, []feed.TopicID{"fresh"}) {
		t.Errorf("to be made anew: %v", got)
	}
	publish()
	if counts["fresh"] != 0 || counts["all"] != 10 {
		t.Errorf("after two hours: %v", counts)
	}
	if got := s.publisher.aged(now.Add(time.Hour)); len(got) != 0 {
		t.Errorf("nothing is left to leave: %v", got)
	}
}

func TestPublisher(t *testing.T) {
	for _, tt := range []struct{ name, id, link, named, want string }{
		{"by its site", "https://feeds.proxy.example/1", "https://www.gazeta.uz/ru/", "", "gazeta.uz"},
		{"by its address where the feed names no site", "https://www.gazeta.uz/en/rss/", "", "", "gazeta.uz"},
		{"a site on a host of many, whatever the address", "https://house.example/rss", "https://t.me/s/house", "", ""},
		{"a proxy of feeds", "https://feeds.feedburner.com/house", "", "", ""},
		{"a file", "file:samples/house.xml", "", "", ""},
		{"a file with a site", "file:samples/house.xml", "https://house.example/", "", "house.example"},
		{"the operator's word", "https://t.me/s/house", "https://t.me/s/house", "Gazeta.UZ", "gazeta.uz"},
		{"in any white space", "https://a.example/rss", "https://a.example/", " The\t House ", "the house"},
	} {
		st := feed.SourceState{ID: feed.SourceID(tt.id), Meta: feed.Meta{Link: tt.link}}
		if got := sourceInfo(st, &feed.Source{ID: st.ID, Publisher: tt.named}).Publisher; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
	// One that is no longer configured is of the house of its site.
	if got := sourceInfo(feed.SourceState{ID: "https://news.house.example/rss"}, nil).Publisher; got != "house.example" {
		t.Errorf("of a source that is gone: %q", got)
	}
}

// An edition is as of the newest change, whatever the clock says; a tick is logged
// where time alone makes another edition, and only then.
func TestEditionsAreAsOfTheNewestChange(t *testing.T) {
	db := filepath.Join(t.TempDir(), "s.db")
	now := noon
	o := Options{Config: wire(t, db, "fresh: {max_age: 2h}, all: {}"), Now: func() time.Time { return now }}
	s, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var ticks []time.Time
	count := func() {
		apply := s.writer.apply
		s.writer.apply = func(cs []feed.Change) (storage.Result, error) {
			for _, c := range cs {
				if tick, ok := c.(*feed.Tick); ok {
					ticks = append(ticks, tick.At)
				}
			}
			return apply(cs)
		}
	}
	count()
	// The second touches nothing: when it is done, what the first touched is noted.
	for _, c := range []feed.Change{bring(s, 10), &feed.Claim{At: now}} {
		if err := s.writer.do(c); err != nil {
			t.Fatal(err)
		}
	}
	published := func() (fresh int) {
		fresh = -1
		s.publisher.touch(s.publisher.aged(now))
		s.publisher.publish(func(docs ...*publish.Documents) error {
			for _, d := range docs {
				if d.Topic.ID == "fresh" {
					fresh = len(d.Entries)
				}
			}
			return nil
		})
		return fresh
	}
	exported := func() int {
		doc, err := s.Export(t.Context(), "fresh", publish.JSON)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Count(string(doc), `"date_published"`) + strings.Count(string(doc), "Number ")
	}
	s.publisher.touchAll()
	if n := published(); n != 10 || exported() == 0 {
		t.Fatalf("%d published, %d exported", n, exported())
	}
	now = noon.Add(2*time.Hour - time.Second)
	if n := published(); n != -1 || len(ticks) != 0 {
		t.Errorf("%d published and ticks %v before anything ages", n, ticks)
	}
	// Another process, later: the state is the same, and so is what it exports.
	closeServer(t, s)
	now = noon.Add(3 * time.Hour)
	o.Asking = true
	if s, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	if exported() == 0 {
		t.Error("the clock alone made another edition")
	}
	closeServer(t, s)
	// One that serves lets the log know.
	o.Asking = false
	if s, err = Open(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	defer closeServer(t, s)
	count()
	s.publisher.touchAll()
	if n := published(); n != 10 {
		t.Errorf("%d published as of the newest change", n)
	}
	if n := published(); n != 0 || len(ticks) != 1 || !ticks[0].Equal(now) || exported() != 0 {
		t.Errorf("%d published, %d exported, ticks %v", n, exported(), ticks)
	}
	now = now.Add(time.Hour)
	if published(); len(ticks) != 1 {
		t.Errorf("ticks %v though nothing ages", ticks)
	}
}

// What a topic publishes is updated when an entry leaves it, though none is left to
// carry the time.
func TestAnEditionIsUpdatedByWhatLeaves(t *testing.T) {
	now := noon
	s, err := Open(t.Context(), Options{Config: wire(t, filepath.Join(t.TempDir(), "s.db"), "water: {any: [rivers]}"), Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer closeServer(t, s)
	if err := s.writer.do(bring(s, 1)); err != nil {
		t.Fatal(err)
	}
	updated := func() time.Time {
		t.Helper()
		st := s.state.Load()
		ed, err := s.edition(st, &st.cfg.Topics[0])
		if err != nil {
			t.Fatal(err)
		}
		return ed.Updated
	}
	apply := func(c feed.Change) {
		t.Helper()
		was := updated()
		if err := s.writer.do(c); err != nil {
			t.Fatal(err)
		}
		if got := updated(); !got.Equal(now) || was.Equal(now) {
			t.Errorf("%T: updated %s, before %s, applied %s", c, got, was, now)
		}
	}
	now = now.Add(time.Hour)
	apply(&feed.Decision{At: now, Kind: feed.DecisionHide, Topic: "water", Entries: []feed.EntryKey{1}})
	now = now.Add(time.Hour)
	apply(&feed.Refiling{At: now, Generation: s.state.Load().Generation, Topics: []feed.TopicID{"water"}, Done: true,
		Entries: []feed.EntryMatches{{Entry: 1}}})
}
