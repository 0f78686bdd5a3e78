package web

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"testing"

	"topicwire/feed"
)

var metaTag = regexp.MustCompile(`<meta (?:name|property)="(description|og:[a-z:_]+)" content="([^"]*)">`)

// previewOf are the description and Open Graph properties of a page.
func previewOf(t *testing.T, page string) map[string]string {
	t.Helper()
	got := map[string]string{}
	for _, m := range metaTag.FindAllStringSubmatch(page, -1) {
		if _, twice := got[m[1]]; twice {
			t.Errorf("%s comes twice", m[1])
		}
		got[m[1]] = html.UnescapeString(m[2])
	}
	return got
}

// TestPreviews is what pages say of themselves to programs that show links to them.
func TestPreviews(t *testing.T) {
	icon := painted(t, 96, 48).Icon
	ed, bare, empty := conference(), sized(3000), &feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water"}}
	bare.Topic = feed.Topic{ID: "bare", Title: "Bare", Icon: icon}
	s := storySite(t, Options{Title: "Wire", URL: publicURL + "/w"}, map[feed.StoryKey]feed.StoryView{21: bridge()}, ed, bare, empty)
	s.SetSources(desk())
	host := serve(t, s)
	for _, tt := range []struct{ path, kind, title, description, image, size string }{
		{"/", "website", "Wire", "3 topics from 7 sources: Regional security, Bare, Water", "/logo.png", "288×144"},
		{"/topics/regional-security", "website", "Regional security", "Security cooperation in and around Central Asia", "/logo.png", "288×144"},
		{"/topics/bare", "website", "Bare", "3 entries from 1 source.", "/topics/bare/icon.png", "96×48"},
		{"/topics/water", "website", "Water", "No entries yet.", "/logo.png", "288×144"},
		{"/stories/21", "article", "Border posts at the Amu Darya bridge close for joint exercise of 120 officers", "7 reports from 4 sources over 1 day 3 h, first by Steppe Wire.", "/logo.png", "288×144"},
		{"/about", "website", "About", "Who runs Wire, how it reads feeds, and how a publisher can opt out.", "/logo.png", "288×144"},
		{"/sources", "website", "Sources", "7 feeds are read for Wire.", "/logo.png", "288×144"},
	} {
		page := spaced(ask(t, "GET", host+tt.path).body)
		width, height, _ := strings.Cut(tt.size, "×")
		want := map[string]string{
			"description": tt.description, "og:description": tt.description, "og:title": tt.title, "og:type": tt.kind, "og:site_name": "Wire",
			"og:url": publicURL + "/w" + tt.path, "og:image": publicURL + "/w" + tt.image, "og:image:width": width, "og:image:height": height,
		}
		if got := previewOf(t, page); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: %q, want %q", tt.path, got, want)
		}
	}
	if got := previewOf(t, ask(t, "GET", host+"/nothing").body); len(got) > 0 {
		t.Errorf("what is not there says %q", got)
	}
	if a := ask(t, "GET", host+"/logo.png"); len(a.body) < 24 || a.body[16:24] != "\x00\x00\x01\x20\x00\x00\x00\x90" {
		t.Error("the logo is not as large as previews say")
	}
	// A site's own icon stands for all; a story has that of a topic.
	ed.Topic.Icon = feed.Icon{Ext: ".gif", Width: 32, Height: 32}
	host = serve(t, storySite(t, Options{URL: publicURL, Icon: painted(t, 64, 64)}, map[feed.StoryKey]feed.StoryView{21: bridge()}, ed, empty))
	for path, want := range map[string]string{"/": "/icon.png", "/topics/water": "/icon.png", "/stories/21": "/topics/regional-security/icon.gif"} {
		if got := previewOf(t, ask(t, "GET", host+path).body)["og:image"]; got != publicURL+want {
			t.Errorf("%s: %s, want %s", path, got, want)
		}
	}
}

// TestHostilePreview has code, quotes and length in what a page says of itself.
func TestHostilePreview(t *testing.T) {
	const attack = `0;url=javascript:alert(1)"><script>alert(2)</script>'`
	ed := &feed.Edition{Topic: feed.Topic{ID: "hostile", Title: attack, Description: attack + strings.Repeat(" long", 200)}}
	page := ask(t, "GET", serve(t, newTestSite(t, Options{Title: attack}, ed))+"/topics/hostile").body
	checkPage(t, page)
	got := previewOf(t, page)
	if got["og:title"] != attack || got["og:site_name"] != attack || !strings.HasPrefix(got["description"], attack) {
		t.Errorf("%q", got)
	}
	if n := len([]rune(got["description"])); n > descriptionLength+1 {
		t.Errorf("a description of %d characters", n)
	}
}
