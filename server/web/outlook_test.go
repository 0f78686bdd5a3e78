package web

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// asked are sources after their first visits: so many that were read, with so many entries
// each, that failed, and that nobody has asked yet.
func asked(read, entries, failed, fresh int) (sources []feed.Health) {
	add := func(n int, st feed.SourceState) {
		for range n {
			id := feed.SourceID(fmt.Sprintf("https://s%d.example/rss", len(sources)))
			sources = append(sources, feed.Health{Source: feed.Source{ID: id}, State: st})
		}
	}
	add(read, feed.SourceState{Visits: 1, Visited: at(5, 7, 0), Succeeded: at(5, 7, 0), New: entries})
	add(failed, feed.SourceState{Visits: 1, Visited: at(5, 7, 0), Failures: 1, Error: "no"})
	add(fresh, feed.SourceState{})
	return sources
}

// A page without entries says why that is and what comes next, in the zone of the site; it
// loads itself anew while sources are asked for the first time, and only then; and it is
// another document in each state, though no topic changed.
func TestOutlooks(t *testing.T) {
	zone, err := time.LoadLocation("Asia/Tashkent")
	if err != nil {
		t.Fatal(err)
	}
	var now Underway
	s := New(Options{Title: "Wire", URL: publicURL + "/w", Zone: zone, Underway: func() Underway { return now }})
	host := serve(t, s) + "/w"
	const refresh = `<meta http-equiv="refresh" content="10">`
	check := func(name, path, want string, again bool) (etag string) {
		t.Helper()
		a := ask(t, "GET", host+path)
		checkPage(t, a.body)
		if !strings.Contains(a.body, want) {
			_, body, _ := strings.Cut(a.body, "<main")
			t.Errorf("%s: %s lacks %q:\n%s", name, path, want, body)
		}
		if strings.Contains(a.body, refresh) != again {
			t.Errorf("%s: %s loads itself anew: %v, want %v", name, path, !again, again)
		}
		if kept := a.Header.Get("Cache-Control") != cacheAsking; kept == again {
			t.Errorf("%s: %s has Cache-Control %q", name, path, a.Header.Get("Cache-Control"))
		}
		return a.Header.Get("Etag")
	}
	for _, path := range []string{"init", "init --desk central-asia", "This server has no topics, and reads no feeds", "docs/configuration.md", "  - url: https://www.example.org/feed"} {
		check("no topics", "/", path, false)
	}
	s.SetSources(asked(0, 0, 0, 1))
	check("sources alone", "/", "This server has no topics. Whoever", false)
	s.SetSources(nil)

	s.SetTopics([]feed.Topic{{ID: "borders", Title: "Borders"}, {ID: "water", Title: "Water"}})
	if err := s.Publish(&feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water"}}); err != nil {
		t.Fatal(err)
	}
	tags := map[string]string{}
	for _, tt := range []struct {
		name        string
		now         Underway
		sources     []feed.Health
		index, page string
		again       bool
	}{
		{"no sources", Underway{}, nil, "<h2>No feed is read yet</h2>", "topicwire sources discover SITE", false},
		{"blocked ones", Underway{}, []feed.Health{{Source: feed.Source{Blocked: true}}}, "<h2>No feed is read yet</h2>", "<h2>No feed is read yet</h2>", false},
		{"one begun", Underway{}, asked(0, 0, 0, 1), "<h2>1 source is being asked for the first time</h2>", "None has answered yet.", true},
		{"begun", Underway{}, asked(0, 0, 0, 42), "<h2>42 sources are being asked for the first time</h2>\n<p>None has answered yet.", "42 sources are being asked", true},
		{"on the way", Underway{}, asked(12, 2, 1, 29), "<h2>42 sources are being asked for the first time</h2>\n<p>12 have answered so far, with 24 entries.", "12 have answered", true},
		{"no network", Underway{Offline: at(5, 2, 14)}, asked(0, 0, 3, 39), "<h2>No network since 07:14</h2>\n<p>None of the 42 sources could be reached: no host has answered since <time datetime=\"2024-09-05T02:14:00Z\">5 Sep, 07:14</time>.", "No network since 07:14", false},
		{"no network again", Underway{Offline: at(5, 2, 14)}, asked(2, 3, 0, 40), "2 sources brought 6 entries", "2 sources brought 6 entries", false},
		{"all failed", Underway{}, asked(0, 0, 42, 0), "<h2>No source could be read</h2>\n<p>None of the 42 sources could be read so far: <a href=\"/w/sources\">", `href="/w/sources">the list of sources</a>`, false},
		{"none had any", Underway{}, asked(2, 0, 0, 0), "2 sources were read, and had no entries.", "2 sources were read", false},
		{"under new rules", Underway{Refiling: true}, asked(2, 3, 0, 0), "The 6 entries of 2 sources are being looked through", "The 6 entries of 2 sources", false},
		{"no match", Underway{}, asked(2, 3, 1, 0), "2 sources brought 6 entries, and none of them matched a topic.", "2 sources brought 6 entries, and none of them matched this topic.", false},
		{"a new one", Underway{}, append(asked(1, 1, 0, 1), feed.Health{State: feed.SourceState{Visits: 9, Succeeded: at(4, 1, 0), New: 8}}), "<h2>1 source is being asked for the first time</h2>\n<p>The other 2 brought 9 entries so far", "The other 2 brought", true},
	} {
		now = tt.now
		s.SetSources(tt.sources)
		for path, want := range map[string]string{"/": tt.index, "/topics/borders": tt.page, "/topics/water": tt.page} {
			etag := check(tt.name, path, want, tt.again)
			if before, again := tags[path+etag]; again && tt.name != "blocked ones" {
				t.Errorf("%s: %s has the entity tag of %q", tt.name, path, before)
			}
			tags[path+etag] = tt.name
		}
		if got := s.Waiting(); got != tt.again {
			t.Errorf("%s: waiting %v", tt.name, got)
		}
	}

	// Beside topics with entries one without says it in a line, and the index stands.
	now = Underway{}
	s.SetSources(asked(2, 3, 0, 0))
	ed := conference()
	ed.Topic = feed.Topic{ID: "water", Title: "Water"}
	if err := s.Publish(ed); err != nil {
		t.Fatal(err)
	}
	check("one has some", "/", `<p class="empty">Nothing here yet: 2 sources brought 6 entries, and none of them matched this topic.</p>`, false)
	check("one has some", "/topics/borders", "none of them matched this topic", false)
	s.SetSources(asked(2, 3, 0, 1))
	if a := ask(t, "GET", host+"/topics/water"); strings.Contains(a.body, "first time") || !strings.Contains(a.body, "7 entries from") {
		t.Error("a topic with entries tells how sources do")
	}
	// One that had some says no untruth.
	if err := s.Publish(&feed.Edition{Topic: feed.Topic{ID: "borders", Title: "Borders"}, Updated: at(5, 1, 0), Tally: feed.Tally{Reports: 3, Groups: 3}}); err != nil {
		t.Fatal(err)
	}
	s.SetSources(asked(2, 3, 0, 0))
	check("had some", "/topics/borders", "<h2>Nothing at the moment</h2>", false)

	// Files are of nobody who asks.
	s = newTestSite(t, Options{URL: publicURL}, &feed.Edition{Topic: security})
	before := s.EmptyState("regional-security")
	s.SetSources(asked(0, 0, 0, 3))
	host = serve(t, s)
	check("files", "/", "The 3 sources were not asked yet when this page was made.", false)
	if after := s.EmptyState("regional-security"); after == before || after == "" || s.EmptyState("none") != "" {
		t.Errorf("its state is %q after %q", after, before)
	}
}

// The date of a page that changes with the sources never goes back, and its feeds stay.
func TestAnOutlookMovesThePageAlone(t *testing.T) {
	s := New(Options{URL: publicURL, Underway: func() Underway { return Underway{} }})
	water := feed.Topic{ID: "water", Title: "Water"}
	s.SetTopics([]feed.Topic{water})
	if err := s.Publish(&feed.Edition{Topic: water, Updated: at(5, 1, 0)}); err != nil {
		t.Fatal(err)
	}
	host := serve(t, s)
	feedBefore, before := ask(t, "GET", host+"/topics/water.atom"), ask(t, "GET", host+"/topics/water")
	s.SetSources(asked(0, 0, 0, 2))
	feedAfter, after := ask(t, "GET", host+"/topics/water.atom"), ask(t, "GET", host+"/topics/water")
	if feedBefore.Header.Get("Etag") != feedAfter.Header.Get("Etag") || feedBefore.Header.Get("Last-Modified") != feedAfter.Header.Get("Last-Modified") {
		t.Error("the feed is another one")
	}
	if before.Header.Get("Etag") == after.Header.Get("Etag") || before.Header.Get("Last-Modified") >= after.Header.Get("Last-Modified") {
		t.Errorf("the page: %v, then %v", before.Header, after.Header)
	}
	s.SetSources(asked(0, 0, 0, 2))
	if again := ask(t, "GET", host+"/topics/water"); again.Header.Get("Last-Modified") != after.Header.Get("Last-Modified") {
		t.Error("the page moved without a change")
	}
}
