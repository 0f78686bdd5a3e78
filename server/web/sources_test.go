package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
)

// shows are sources that can be read.
func shows(sources func() []feed.Health) func() ([]feed.Health, error) {
	return func() ([]feed.Health, error) { return sources(), nil }
}

// desk is sources in every condition, with addresses that must not be shown.
func desk() []feed.Health {
	visited := at(5, 11, 0)
	return []feed.Health{
		{
			Source: feed.Source{ID: "https://wire.example/rss.xml", Title: "Steppe Wire", Tags: []string{"wire", "region"}, Language: "en"},
			State: feed.SourceState{
				Meta: feed.Meta{Title: "steppe wire: all news", Link: "https://wire.example/", Language: "ru"}, First: at(1, 11, 0), Visited: visited,
				Succeeded: visited, Next: at(5, 12, 3), Why: "half the median gap between entries", Entries: 40, Visits: 96, NotModified: 72, New: 90,
				SharedID: "N/A", Dates: []time.Time{at(5, 10, 40), at(5, 8, 0)},
			},
		},
		{
			Source: feed.Source{ID: "https://den.example/rss", Header: map[string]string{"Authorization": "Bearer header-secret"}},
			State: feed.SourceState{
				Meta:  feed.Meta{Title: "Азиатский день", Link: "https://den.example/?ref=home-secret", Language: "ru-ru"},
				First: at(1, 11, 0), Visited: visited, Succeeded: at(4, 20, 15), Next: at(5, 15, 0), Why: "back-off after 3 failures",
				Failures: 3, Error: "get https://den.example/rss: error-secret: 503 Service Unavailable", HTTP: 503, Entries: 25, Visits: 50, NotModified: 10, New: 60,
			},
		},
		{
			Source: feed.Source{ID: "https://desk:pass-secret@paid.example/feeds/all.rss?key=query-secret", Tags: []string{"wire"}},
			State:  feed.SourceState{First: visited, Visited: visited, Failures: 1, Error: "parse: no feed", Visits: 1, Next: at(5, 12, 0)},
		},
		{Source: feed.Source{ID: "file:/srv/private-path/agency.xml", File: "/srv/private-path/agency.xml"}, State: feed.SourceState{Succeeded: visited, First: visited, Visited: visited, Visits: 1, Entries: 4}},
		{
			Source: feed.Source{ID: "https://old.example/feed", Title: "Closed paper"},
			State:  feed.SourceState{Gone: true, HTTP: 410, Error: "410 Gone", Succeeded: at(1, 3, 0), Visited: visited, First: at(1, 0, 0), Visits: 9, Next: at(12, 11, 0), Why: "gone; looked at again after a week"},
		},
		{
			Source: feed.Source{ID: "http://moved.example/rss", Title: "Moved daily"},
			State: feed.SourceState{
				Address: "https://new.example/rss", Succeeded: visited, Visited: visited, First: at(1, 0, 0), Visits: 4, New: 2,
				Moved: feed.Move{To: "https://newer.example/rss", Since: at(3, 9, 0), Visits: 2},
			},
		},
		{Source: feed.Source{ID: "https://fresh.example/atom", Title: "A fresh one"}},
	}
}

func TestSourcesPage(t *testing.T) {
	s := New(Options{Title: "Wire", URL: publicURL + "/w", Interval: time.Hour})
	host := serve(t, s)
	if a := ask(t, "GET", host+"/sources"); a.StatusCode != 200 || !strings.Contains(a.body, "No feed is read here yet") {
		t.Errorf("before the first sources: status %d", a.StatusCode)
	}
	s.SetSources(desk())
	a := ask(t, "GET", host+"/sources")
	checkPage(t, a.body)
	for _, want := range []string{
		`<title>Sources · Wire</title>`,
		`<link rel="canonical" href="https://wire.example/w/sources">`,
		`7 feeds are read here, every hour unless`,
		`<span class="name" dir="auto">Steppe Wire</span><a class="address" href="https://wire.example/rss.xml">wire.example/rss.xml</a>`,
		`<a class="address" href="https://wire.example/">wire.example</a>`,
		`<span class="language">EN</span> <span class="chip" dir="auto">wire</span> <span class="chip" dir="auto">region</span>`,
		`<time datetime="2024-09-04T20:15:00Z">4 Sep, 20:15</time>`,
		`<span class="name" dir="auto">paid.example</span><span class="address">paid.example/feeds/all.rss</span>`,
		`<span class="address">den.example</span>`,
		`<a class="address" href="https://new.example/rss">`,
		`<span class="condition failing">failing</span>`,
		`<span class="condition gone">gone</span>`,
		`<span class="condition new">new</span>`,
		`<span class="none">not yet</span>`,
	} {
		if !strings.Contains(a.body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	for _, never := range []string{"secret", "private-path", "file:", "503", "back-off", "no feed", "newer.example", "desk:"} {
		if strings.Contains(a.body, never) {
			t.Errorf("the page shows %s", never)
		}
	}
	var order []int
	for _, title := range []string{"A fresh one", "Closed paper", "Moved daily", ">paid.example", "Steppe Wire", "Untitled", "Азиатский день"} {
		order = append(order, strings.Index(a.body, title))
	}
	if !slices.IsSorted(order) || order[0] < 0 {
		t.Errorf("sources are not in the order of titles: %v", order)
	}
	index := ask(t, "GET", host+"/").body
	if !strings.Contains(index, `<a href="/w/sources">7 sources</a>`) {
		t.Error("the index does not count the sources")
	}
	for _, path := range []string{"/", "/about"} {
		if n := strings.Count(ask(t, "GET", host+path).body, `href="/w/sources"`); n != 2 {
			t.Errorf("%s links to the sources %d times, want 2", path, n)
		}
	}
	if got := ask(t, "GET", host+"/sources", "If-None-Match", a.Header.Get("Etag")).StatusCode; got != 304 {
		t.Errorf("the same page again: status %d", got)
	}
	s.SetSources(nil)
	if a := ask(t, "GET", host+"/sources"); !strings.Contains(a.body, "No feed is read here yet") {
		t.Error("sources that are gone are still there")
	}
}

// TestSetSourcesKeeps shows that neither the slice nor its order is taken.
func TestSetSourcesKeeps(t *testing.T) {
	sources := desk()
	New(Options{}).SetSources(sources)
	for i, h := range desk() {
		if sources[i].Source.ID != h.Source.ID {
			t.Fatal("SetSources sorted the slice of its caller")
		}
	}
}

func TestSetSourcesWhilePublishing(t *testing.T) {
	s := newTestSite(t, Options{}, conference())
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() { s.SetSources(desk()[:i+1]) })
		wg.Go(func() {
			if err := s.Publish(conference()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	host := serve(t, s)
	page, index := ask(t, "GET", host+"/sources").body, ask(t, "GET", host+"/").body
	if n := plural(strings.Count(page, `class="who"`), "source", "sources"); !strings.Contains(index, ">"+n+"</a>") {
		t.Errorf("the page has %s and the index says something else", n)
	}
}

func TestPublicAddress(t *testing.T) {
	for raw, want := range map[string]address{
		"":                                  {},
		"file:samples/a.xml":                {},
		"/etc/passwd":                       {},
		"javascript:alert(1)":               {},
		"ftp://files.example/x":             {},
		"http://%zz/":                       {},
		"https://wire.example":              {"wire.example", "https://wire.example"},
		"https://wire.example/":             {"wire.example", "https://wire.example/"},
		"https://wire.example:8443/a/b.xml": {"wire.example:8443/a/b.xml", "https://wire.example:8443/a/b.xml"},
		"https://wire.example/новости":      {"wire.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8", "https://wire.example/новости"},
		"https://wire.example/rss?token=s":  {"wire.example/rss", ""},
		"https://u:p@wire.example/rss":      {"wire.example/rss", ""},
		"https://u@wire.example/rss":        {"wire.example/rss", ""},
		"https://wire.example/rss#s":        {"wire.example/rss", ""},
	} {
		if got := publicAddress(raw); got != want {
			t.Errorf("publicAddress(%q) = %q, want %q", raw, got, want)
		}
	}
}

// TestHostileSources has code in every string of a source that comes from its
// feed, its server or the configuration.
func TestHostileSources(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	var sources []feed.Health
	for _, id := range []string{"javascript:alert(3)", "https://s.example/" + attack, attack, "file:" + attack} {
		sources = append(sources, feed.Health{
			Source: feed.Source{ID: feed.SourceID(id), Tags: []string{attack}, Language: attack},
			State: feed.SourceState{
				Meta: feed.Meta{Title: attack, Link: "javascript:alert(3)", Language: attack}, Error: attack, Why: attack, Failures: 1,
				Address: "javascript:alert(3)", Moved: feed.Move{To: "data:text/html," + attack, Visits: 1},
			},
		})
	}
	s := New(Options{})
	s.SetSources(sources)
	public := ask(t, "GET", serve(t, s)+"/sources").body
	checkPage(t, public)
	o := AdminOptions{
		Health: shows(func() []feed.Health { return sources }),
		ConfigState: func() ConfigState {
			return ConfigState{File: attack, Problems: []feed.Problem{{Text: attack, Hint: attack}}}
		},
	}
	host := serve(t, NewAdmin(o))
	operator := ask(t, "GET", host+"/?q=&condition=failing&page=1").body
	checkMarkup(t, operator, "form")
	none := ask(t, "GET", host+"/?q=%22%3E%3Cscript%3Ealert(4)&condition=%22%3E%3Cscript%3E&page=%3Cscript%3E&asked=%3Cscript%3E").body
	checkMarkup(t, none, "form")
	for name, page := range map[string]string{"public": public, "operator": operator, "none": none} {
		for _, link := range append(attributes(page, "href"), attributes(page, "src")...) {
			if strings.HasPrefix(link, "https://s.example/") || strings.HasPrefix(link, DefaultURL) {
				continue
			}
			if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") || strings.HasPrefix(link, "//") {
				t.Errorf("the %s page links to %q", name, link)
			}
		}
		if strings.Contains(page, "ZgotmplZ") {
			t.Errorf("%s: a value reached the template unchecked", name)
		}
	}
	if n := strings.Count(operator, `class="who"`); n != len(sources) {
		t.Errorf("%d rows, want %d", n, len(sources))
	}
}

func TestPagesOfSources(t *testing.T) {
	s := New(Options{Title: "Wire", URL: publicURL + "/w"})
	host := serve(t, s)
	s.SetSources(many(450))
	var titles []string
	for n, links := range map[string][]string{"": {`<a href="/w/sources/2" rel="next">`}, "/2": {`<a href="/w/sources" rel="prev">`, `<a href="/w/sources/3" rel="next">`}, "/3": {`<a href="/w/sources/2" rel="prev">`}} {
		a := ask(t, "GET", host+"/w/sources"+n)
		checkPage(t, a.body)
		page := rows(a.body)
		if want := 200; a.StatusCode != 200 || len(page) != want && (n != "/3" || len(page) != 50) || !slices.IsSorted(page) {
			t.Errorf("page %q: status %d, %d sources", n, a.StatusCode, len(page))
		}
		titles = append(titles, page...)
		for _, want := range append(links, "450 feeds are read here", `<link rel="canonical" href="https://wire.example/w/sources`+n+`">`, `<strong aria-current="page">`+cmp.Or(strings.Trim(n, "/"), "1")+`</strong>`) {
			if !strings.Contains(a.body, want) {
				t.Errorf("page %q lacks %s", n, want)
			}
		}
		if got := ask(t, "GET", host+"/sources"+n, "If-None-Match", a.Header.Get("Etag")).StatusCode; got != 304 {
			t.Errorf("page %q again: status %d", n, got)
		}
	}
	slices.Sort(titles)
	if n := len(slices.Compact(titles)); n != 450 {
		t.Errorf("%d sources on all pages", n)
	}
	for _, path := range []string{"/sources/4", "/sources/0", "/sources/02", "/sources/x", "/sources/-1", "/sources/99999999999999999999"} {
		if a := ask(t, "GET", host+path); a.StatusCode != 404 {
			t.Errorf("%s: status %d", path, a.StatusCode)
		}
	}
	if a := ask(t, "GET", host+"/sources/1"); a.StatusCode != 308 || a.Header.Get("Location") != "/w/sources" {
		t.Errorf("the first by its number: %d to %s", a.StatusCode, a.Header.Get("Location"))
	}
	var files []string
	if err := s.Files(func(f File) error {
		if strings.HasPrefix(f.Path, "sources") {
			files = append(files, f.Path)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if want := []string{"sources.opml", "sources/2/index.html", "sources/3/index.html", "sources/index.html"}; !slices.Equal(files, want) {
		t.Errorf("files %q", files)
	}
	// What is found later is on the page that is asked for later.
	changed := many(450)
	changed[449].Source.Title = "Wire 99999, renamed"
	s.SetSources(changed)
	if a := ask(t, "GET", host+"/sources/3"); !strings.Contains(a.body, "Wire 99999, renamed") {
		t.Error("the last page is the one of before")
	}
	s.SetSources(many(200))
	if a := ask(t, "GET", host+"/sources"); strings.Contains(a.body, `aria-label="Pages"`) || ask(t, "GET", host+"/sources/2").StatusCode != 404 {
		t.Error("a page that is full leads to another")
	}
}

// BenchmarkSetSources renders the list of many sources.
func BenchmarkSetSources(b *testing.B) {
	for _, n := range []int{100, 10000} {
		b.Run(fmt.Sprintf("sources=%d", n), func(b *testing.B) {
			s, sources := New(Options{}), many(n)
			for i := 0; b.Loop(); i++ {
				sources[0].State.Succeeded = sources[0].State.Succeeded.Add(time.Minute)
				s.SetSources(sources)
			}
		})
	}
}

func many(n int) []feed.Health {
	sources := make([]feed.Health, n)
	for i := range sources {
		sources[i] = desk()[0]
		sources[i].Source.ID = feed.SourceID(fmt.Sprintf("https://wire.example/%d.xml", i))
		sources[i].Source.Title = fmt.Sprintf("Wire %05d", i)
	}
	return sources
}
