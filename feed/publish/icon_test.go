package publish

import (
	"encoding/json"
	"encoding/xml"
	"testing"

	"topicwire/feed"
)

// TestIcons names in all formats the topic's own icon, else the site's, else the
// program's; drawings are passed over, and RSS says sizes that it allows.
func TestIcons(t *testing.T) {
	png := func(width, height int) feed.Icon { return feed.Icon{Ext: ".png", Width: width, Height: height} }
	const base = "https://wire.example/news"
	for _, tt := range []struct {
		name          string
		topic, site   feed.Icon
		icon, logo    string
		width, height int
	}{
		{"none", feed.Icon{}, feed.Icon{}, "/icon.png", "/logo.png", 144, 144},
		{"the site's", feed.Icon{}, feed.Icon{Ext: ".jpg", Width: 96, Height: 48}, "/icon.jpg", "", 96, 48},
		{"the topic's", feed.Icon{Ext: ".gif", Width: 32, Height: 32}, png(96, 96), "/topics/water/icon.gif", "", 32, 32},
		{"a drawing and none", feed.Icon{Ext: ".svg"}, feed.Icon{}, "/icon.png", "/logo.png", 144, 144},
		{"a drawing and the site's", feed.Icon{Ext: ".svg"}, png(96, 96), "/icon.png", "", 96, 96},
		{"two drawings", feed.Icon{Ext: ".svg"}, feed.Icon{Ext: ".svg"}, "/icon.png", "/logo.png", 144, 144},
		{"too wide", png(512, 256), feed.Icon{}, "/topics/water/icon.png", "", 144, 72},
		{"too high", png(100, 800), feed.Icon{}, "/topics/water/icon.png", "", 50, 400},
		{"a line", png(5000, 1), feed.Icon{}, "/topics/water/icon.png", "", 144, 1},
	} {
		s := site
		s.URL, s.Icon = base, tt.site
		ed := &feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water", Icon: tt.topic}}
		docs, err := RenderAll(ed, s)
		if err != nil {
			t.Fatal(err)
		}
		want := base + tt.icon
		var atom struct {
			Icon string `xml:"icon"`
			Logo string `xml:"logo"`
		}
		var rss struct {
			URL    string `xml:"channel>image>url"`
			Width  int    `xml:"channel>image>width"`
			Height int    `xml:"channel>image>height"`
		}
		var doc struct{ Icon, Favicon string }
		for f, into := range map[Format]any{Atom: &atom, RSS: &rss} {
			if err := xml.Unmarshal(docs.Bodies[f], into); err != nil {
				t.Fatal(err)
			}
		}
		if err := json.Unmarshal(docs.Bodies[JSON], &doc); err != nil {
			t.Fatal(err)
		}
		wantLogo := tt.logo
		if wantLogo != "" {
			wantLogo = base + wantLogo
		}
		if atom.Icon != want || atom.Logo != wantLogo || doc.Icon != want || doc.Favicon != want || rss.URL != want {
			t.Errorf("%s: %+v, %+v, %+v, want %s and %q", tt.name, atom, rss, doc, want, wantLogo)
		}
		if rss.Width != tt.width || rss.Height != tt.height {
			t.Errorf("%s: %d × %d in RSS, want %d × %d", tt.name, rss.Width, rss.Height, tt.width, tt.height)
		}
	}
}
