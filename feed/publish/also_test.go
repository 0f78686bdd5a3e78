package publish

import (
	"encoding/json"
	"encoding/xml"
	"strings"
	"testing"

	"topicwire/feed"
)

// The list of other reports follows the content of every kind of entry in every
// format, and stands there as links for machines.
func TestAlsoEverywhere(t *testing.T) {
	also := []feed.Also{
		{Source: feed.SourceInfo{Title: "Gazeta & Co"}, Link: "https://gazeta.example/1?a=1&b=2", Title: "Another title", When: at(4, 8, 40), Language: "ru", Foreign: "Russian"},
		{Source: feed.SourceInfo{Title: "Agency"}, Link: "https://agency.example/1", When: at(4, 9, 0), Language: "en-GB"},
		{Source: feed.SourceInfo{Title: "Local file"}},
	}
	const list = `<p>Also reported by:</p><ul>` +
		`<li><a href="https://gazeta.example/1?a=1&amp;b=2">Gazeta &amp; Co</a> (in Russian), 4 Sep 2024 08:40 UTC: Another title</li>` +
		`<li><a href="https://agency.example/1">Agency</a>, 4 Sep 2024 09:00 UTC</li><li>Local file</li></ul>`
	for _, tt := range []struct {
		name  string
		entry feed.Entry
		body  string // before the list
	}{
		{"content", feed.Entry{Link: "https://a.example/1", Content: "<p>C</p>"}, "<p>C</p>"},
		{"summary and content", feed.Entry{Link: "https://a.example/1", Summary: "S", Content: "<p>C</p>"}, "<p>C</p>"},
		{"summary", feed.Entry{Link: "https://a.example/1", Summary: "S"}, "S"},
		{"summary without a link", feed.Entry{Summary: "S"}, "S"},
		{"link alone", feed.Entry{Link: "https://a.example/1"}, ""},
		{"title alone", feed.Entry{}, ""},
	} {
		tt.entry.Title = "T"
		ed := &feed.Edition{Topic: feed.Topic{ID: "x", Title: "X"}, Entries: []feed.Item{{
			PublicID: "urn:x:1", Entry: feed.StoredEntry{Entry: tt.entry, Seen: at(4, 8, 0)},
			Source: feed.SourceInfo{Title: "Lead"}, Also: also,
		}}}
		e := readAtom(t, render(t, ed, Atom)).Entries[0]
		if e.Content == nil || e.Content.Text != tt.body+list {
			t.Errorf("%s: content %+v", tt.name, e.Content)
		}
		var atom []string
		for _, l := range e.Links {
			if l.Rel == "related" {
				atom = append(atom, l.Href+" "+l.Lang+" "+l.Title)
			}
		}
		const related = "https://gazeta.example/1?a=1&b=2 ru Gazeta & Co, https://agency.example/1 en-GB Agency"
		if got := strings.Join(atom, ", "); got != related {
			t.Errorf("%s: links of Atom %s", tt.name, got)
		}

		var r struct {
			Items []struct {
				Description string `xml:"description"`
				Content     string `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
				Links       []struct {
					XMLName xml.Name
					readLink
				} `xml:"http://www.w3.org/2005/Atom link"`
			} `xml:"channel>item"`
		}
		if err := xml.Unmarshal(render(t, ed, RSS), &r); err != nil {
			t.Fatal(err)
		}
		shown := r.Items[0].Content
		if shown == "" {
			shown = r.Items[0].Description
		}
		if shown != tt.body+list {
			t.Errorf("%s: RSS shows %s", tt.name, shown)
		}
		var rss []string
		for _, l := range r.Items[0].Links {
			if l.Rel == "related" {
				rss = append(rss, l.Href+" "+l.Lang+" "+l.Title)
			}
		}
		if got := strings.Join(rss, ", "); got != related {
			t.Errorf("%s: links of RSS %s", tt.name, got)
		}

		var j struct {
			Items []struct {
				HTML      string `json:"content_html"`
				Topicwire struct {
					Group []struct{ Source, URL, Title, Published, Language string }
				} `json:"_topicwire"`
			}
		}
		if err := json.Unmarshal(render(t, ed, JSON), &j); err != nil {
			t.Fatal(err)
		}
		if got := j.Items[0].HTML; got != tt.body+list {
			t.Errorf("%s: content_html %s", tt.name, got)
		}
		g := j.Items[0].Topicwire.Group
		if len(g) != 3 || g[0].URL != also[0].Link || g[0].Title != "Another title" || g[1].Title != "T" || g[1].Published != "2024-09-04T09:00:00Z" || g[2].Source != "Local file" ||
			g[0].Language != "ru" || g[1].Language != "en-GB" || g[2].Language != "" {
			t.Errorf("%s: group %+v", tt.name, g)
		}
	}
}

// What others are called is what they wrote, not what the topic made of the
// lead's title.
func TestAlsoUnderAMadeTitle(t *testing.T) {
	ed := &feed.Edition{Topic: feed.Topic{ID: "x", Title: "X"}, Entries: []feed.Item{{
		PublicID: "urn:x:1", OwnTitle: "T", Entry: feed.StoredEntry{Entry: feed.Entry{Title: "T (Lead)"}, Seen: at(4, 8, 0)},
		Source: feed.SourceInfo{Title: "Lead"}, Also: []feed.Also{{Source: feed.SourceInfo{Title: "Agency"}, Link: "https://agency.example/1"}},
	}}}
	var j struct {
		Items []struct {
			Title     string
			Topicwire struct{ Group []struct{ Title string } } `json:"_topicwire"`
		}
	}
	if err := json.Unmarshal(render(t, ed, JSON), &j); err != nil {
		t.Fatal(err)
	}
	if it := j.Items[0]; it.Title != "T (Lead)" || it.Topicwire.Group[0].Title != "T" {
		t.Errorf("%+v", it)
	}
}
