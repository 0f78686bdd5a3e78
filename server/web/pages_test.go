package web

import (
	"fmt"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

var (
	attribute = regexp.MustCompile(`\s([a-z-]+)="([^"]*)"`)
	tag       = regexp.MustCompile(`<(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>`)
	value     = regexp.MustCompile(`"[^"]*"`)
	// ourScript is the one script of ours, which has nothing in the page itself.
	ourScript = regexp.MustCompile(`<script src="(/w)?/static/ago\.[0-9a-f]{12}\.js" defer></script>`)
	void      = []string{"meta", "link", "input", "br", "hr", "img"}
)

// attributes is every value of an attribute in a page.
func attributes(page, name string) []string {
	var values []string
	for _, m := range attribute.FindAllStringSubmatch(page, -1) {
		if m[1] == name {
			values = append(values, html.UnescapeString(m[2]))
		}
	}
	return values
}

// checkPage finds what no page of ours may have: elements that are not closed in
// order, ids that come twice, anything that runs or loads from elsewhere.
func checkPage(t *testing.T, page string) {
	t.Helper()
	checkMarkup(t, page)
}

// checkMarkup is checkPage for a page that may have some of those elements.
func checkMarkup(t *testing.T, page string, allowed ...string) {
	t.Helper()
	if !strings.HasPrefix(page, "<!DOCTYPE html>\n<html lang=\"en\">") {
		t.Errorf("the page begins with %.40q", page)
	}
	if len(ourScript.FindAllString(page, -1)) == 1 {
		page = ourScript.ReplaceAllString(page, "")
	}
	var open []string
	for _, m := range tag.FindAllStringSubmatch(strings.TrimPrefix(page, "<!DOCTYPE html>"), -1) {
		name := m[2]
		switch {
		case slices.Contains([]string{"script", "style", "iframe", "object", "embed", "form", "base"}, strings.ToLower(name)) && !slices.Contains(allowed, name):
			t.Errorf("the page has %s", m[0])
		case slices.Contains(void, name), strings.HasSuffix(m[3], "/"):
		case m[1] == "":
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Fatalf("%s closes %v", m[0], open)
		default:
			open = open[:len(open)-1]
		}
		if names := strings.ToLower(value.ReplaceAllString(m[3], "")); strings.Contains(names, " on") || strings.Contains(names, " style") {
			t.Errorf("the page has code or style in %s", m[0])
		}
		if (name == "link" || name == "img") && strings.Contains(m[3], "//") && !strings.Contains(m[3], `rel="canonical"`) {
			t.Errorf("the page loads from elsewhere: %s", m[0])
		}
	}
	if len(open) > 0 {
		t.Errorf("not closed: %v", open)
	}
	ids := attributes(page, "id")
	slices.Sort(ids)
	if n := len(ids); n != len(slices.Compact(ids)) {
		t.Error("an id comes twice")
	}
	if !slices.Contains(attributes(page, "id"), "main") {
		t.Error("the skip link leads nowhere")
	}
}

func TestPages(t *testing.T) {
	empty := &feed.Edition{Topic: feed.Topic{ID: "borders", Title: "Borders"}}
	options := map[string]Options{
		"told":   {Title: "Wire & <Co>", URL: publicURL + "/w", Version: "1.2", Contact: "desk@wire.example", Interval: time.Hour},
		"untold": {},
	}
	for name, o := range options {
		host := serve(t, newTestSite(t, o, conference(), empty, sized(3000)))
		for _, path := range []string{"/", "/about", "/sources", "/nothing", "/topics/regional-security", "/topics/borders"} {
			t.Run(name+path, func(t *testing.T) { checkPage(t, ask(t, "GET", host+path).body) })
		}
	}
	t.Run("no topics", func(t *testing.T) { checkPage(t, ask(t, "GET", serve(t, New(Options{}))+"/").body) })
}

func TestTopicPage(t *testing.T) {
	host := serve(t, newTestSite(t, Options{Title: "Wire", URL: publicURL}, conference()))
	page := ask(t, "GET", host+"/topics/regional-security").body
	for _, want := range []string{
		`<title>Regional security · Wire</title>`,
		`<link rel="canonical" href="https://wire.example/topics/regional-security">`,
		`7 entries from 4 sources`,
		`<h2><time datetime="2024-09-05">Thursday 5 September</time></h2>`,
		`<time datetime="2024-09-05T09:40:00Z">09:40</time>`,
		`<h3 dir="auto" lang="en"><a href="https://news.example/11">Tashkent hosts`,
		`<h3 dir="auto" lang="ru"><a href="https://news.example/12">В Ташкенте`,
		`<h3 dir="auto" lang="uz"><a href="https://news.example/13">`,
		`<h3 dir="auto" lang="uz-Cyrl"><a href="https://news.example/14">Ўзбекистонда`,
		`<a href="https://wire.example/">Steppe Wire</a>`,
		`<a href="https://xabar.example/konferensiya" title="Toshkentda xalqaro konferensiya"><bdi>Poytaxt xabarlari</bdi></a>`,
		`<bdi>Вилоят овози</bdi>`,
		`<span class="chip" dir="auto">anti-terror</span>`,
		`<span class="toggle">score 14.5 of 6</span>`,
		`<code>anti-terror*</code> <span class="list">$terror</span> <span class="weight">&#43;4</span>`,
		`<span class="field">summary:</span> <q>Anti-Terrorist</q>, <q>Anti-Terrorism</q>`,
		`id="f1"> EN <span class="n">3</span>`,
		`<article class="entry l1" id="e11">`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "messengers") {
		t.Error("a summary is longer than it should be")
	}
	var order []int
	for _, key := range []string{"e11", "e12", "e13", "e14", "e15", "e16", "e17"} {
		order = append(order, strings.Index(page, `id="`+key+`"`))
	}
	if !slices.IsSorted(order) || order[0] < 0 {
		t.Errorf("entries are not newest first: %v", order)
	}
}

// TestPageOrder files a late arrival first; the page still goes by its date.
func TestPageOrder(t *testing.T) {
	ed := conference()
	slices.Reverse(ed.Entries)
	s := newTestSite(t, Options{}, ed)
	page := string(s.renderTopic(ed))
	if strings.Count(page, `<section class="day">`) != 3 {
		t.Errorf("%d days, want 3", strings.Count(page, `<section class="day">`))
	}
	if strings.Index(page, `id="e11"`) > strings.Index(page, `id="e17"`) {
		t.Error("entries are not newest first")
	}
}

func TestAutodiscovery(t *testing.T) {
	water := &feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water"}}
	host := serve(t, newTestSite(t, Options{}, conference(), water))
	alternate := func(path, title string) []string {
		var links []string
		for _, f := range [][3]string{{"application/atom+xml", "Atom", "atom"}, {"application/rss+xml", "RSS", "rss"}, {"application/feed+json", "JSON", "json"}} {
			links = append(links, fmt.Sprintf(`<link rel="alternate" type="%s" title="%s (%s)" href="/%s.%s">`, f[0], title, f[1], path, f[2]))
		}
		return links
	}
	security := alternate("topics/regional-security", "Regional security")
	front := slices.Concat(alternate("all", "Topicwire"), security, alternate("topics/water", "Water"))
	for path, want := range map[string][]string{"/": front, "/topics/regional-security": security, "/about": nil, "/nothing": nil} {
		page := ask(t, "GET", host+path).body
		if got := regexp.MustCompile(`<link rel="alternate"[^>]*>`).FindAllString(page, -1); !slices.Equal(unescaped(got), want) {
			t.Errorf("%s: %q, want %q", path, got, want)
		}
	}
	for _, address := range []string{"/topics/water.atom", "/topics/water.rss", "/topics/water.json", "/all.atom", "/all.rss", "/all.json"} {
		if a := ask(t, "GET", host+address); a.StatusCode != 200 {
			t.Errorf("%s is announced and answers %d", address, a.StatusCode)
		}
	}
}

func unescaped(lines []string) []string {
	for i := range lines {
		lines[i] = html.UnescapeString(lines[i])
	}
	return lines
}

// TestHostileEntries has code in every string that comes from a source or the
// configuration. None may come out as markup, and no such link as a link.
func TestHostileEntries(t *testing.T) {
	const attack = `"><script>alert(1)</script><img src=x onerror=alert(2)>'`
	links := []string{"javascript:alert(3)", "JaVaScRiPt:alert(3)", " javascript:alert(3)", "data:text/html,<script>alert(3)</script>",
		"vbscript:x", "//evil.example/", "https:", "file:///etc/passwd", "\x01javascript:alert(3)", "http://\x7f/"}
	ed := &feed.Edition{Topic: feed.Topic{ID: "hostile", Title: attack, Description: attack, Language: attack}, Updated: at(5, 0, 0)}
	for i, link := range links {
		it := item(i+1, feed.SourceInfo{ID: "https://s.example/", Title: attack, Link: link}, attack, attack, "<p>"+html.EscapeString(attack)+"</p>x", at(5, 0, i),
			scored(1, hit(attack, attack, feed.FieldTitle, attack, 1)))
		it.Entry.Link = link
		it.Also = []feed.Also{{Source: feed.SourceInfo{Title: attack}, Link: link, Title: attack}}
		ed.Entries = append(ed.Entries, it)
	}
	host := serve(t, newTestSite(t, Options{Title: attack, Version: attack, Contact: attack}, ed))
	for _, path := range []string{"/", "/topics/hostile", "/about", "/nothing"} {
		page := ask(t, "GET", host+path).body
		checkPage(t, page)
		for _, link := range append(attributes(page, "href"), attributes(page, "src")...) {
			link = strings.TrimPrefix(link, DefaultURL)
			if !strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "#") || strings.HasPrefix(link, "//") {
				t.Errorf("%s links to %q", path, link)
			}
		}
		if n := strings.Count(page, "ZgotmplZ"); n > 0 {
			t.Errorf("%s: %d values reached the template unchecked", path, n)
		}
	}
}
