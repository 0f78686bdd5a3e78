package publish

import (
	"encoding/xml"
	"net/mail"
	"strings"
	"testing"
	"time"
)

type readRSS struct {
	Channel struct {
		Title string `xml:"title"`
		Link  []struct {
			XMLName xml.Name
			Rel     string `xml:"rel,attr"`
			Href    string `xml:"href,attr"`
			Text    string `xml:",chardata"`
		} `xml:"link"`
		Description   string `xml:"description"`
		LastBuildDate string `xml:"lastBuildDate"`
		Items         []struct {
			Title       string   `xml:"title"`
			Description string   `xml:"description"`
			Content     string   `xml:"http://purl.org/rss/1.0/modules/content/ encoded"`
			Creator     []string `xml:"http://purl.org/dc/elements/1.1/ creator"`
			GUID        struct {
				Text        string `xml:",chardata"`
				IsPermaLink string `xml:"isPermaLink,attr"`
			} `xml:"guid"`
			PubDate   string `xml:"pubDate"`
			Enclosure []struct {
				URL    string `xml:"url,attr"`
				Type   string `xml:"type,attr"`
				Length *int64 `xml:"length,attr"`
			} `xml:"enclosure"`
			Media []struct {
				URL string `xml:"url,attr"`
			} `xml:"http://search.yahoo.com/mrss/ content"`
			Source []struct {
				URL   string `xml:"url,attr"`
				Title string `xml:",chardata"`
			} `xml:"source"`
			Category []struct {
				Domain string `xml:"domain,attr"`
				Text   string `xml:",chardata"`
			} `xml:"category"`
		} `xml:"item"`
	} `xml:"channel"`
}

// RSS 2.0 and the RSS Advisory Board's profile, rule by rule.
func TestRSSRules(t *testing.T) {
	var r readRSS
	if err := xml.Unmarshal(render(t, awkward(), RSS), &r); err != nil {
		t.Fatal(err)
	}
	c := r.Channel
	if c.Title == "" || c.Description == "" || c.Link[0].Text != "https://wire.example/news/topics/regional-security" {
		t.Errorf("channel %q %q %q", c.Title, c.Description, c.Link[0].Text)
	}
	if c.Link[1].Rel != "self" || c.Link[1].Href != "https://wire.example/news/topics/regional-security.rss" || c.Link[1].XMLName.Space != atomNamespace {
		t.Errorf("self link %+v", c.Link[1])
	}
	if len(c.Items) != 4 {
		t.Fatalf("%d items", len(c.Items))
	}
	for i, it := range c.Items {
		if it.Title == "" && it.Description == "" || it.GUID.Text == "" || len(it.Enclosure) > 1 || len(it.Source) > 1 {
			t.Errorf("item %d: %+v", i, it)
		}
		d, err := mail.ParseDate(it.PubDate)
		if err != nil || d.After(at(5, 0, 0)) || !strings.HasSuffix(it.PubDate, " +0000") || it.PubDate != d.Format(time.RFC1123Z) {
			t.Errorf("item %d: date %q: %v", i, it.PubDate, err)
		}
		for _, e := range it.Enclosure {
			if e.URL == "" || e.Type == "" || e.Length == nil {
				t.Errorf("item %d: enclosure %+v", i, e)
			}
		}
		if strings.Contains(it.Description+it.Content, "\x00") || len(it.Creator) == 0 {
			t.Errorf("item %d: %q by %v", i, it.Description, it.Creator)
		}
	}
	first, local, tag, copied := c.Items[0], c.Items[1], c.Items[2], c.Items[3]
	for i, want := range []string{"true", "false", "false", "false"} {
		if got := c.Items[i].GUID.IsPermaLink; got != want {
			t.Errorf("item %d: isPermaLink %q", i, got)
		}
	}
	if s := first.Source[0]; s.URL != "https://agency.example/atom.xml" || s.Title != "Agency" {
		t.Errorf("source %+v", s)
	}
	if len(local.Source) != 0 {
		t.Errorf("a file is named as a source: %+v", local.Source)
	}
	if copied.Source[0].URL != "https://third.example/rss" {
		t.Errorf("source of a copy %+v", copied.Source)
	}
	if len(first.Media) != 2 || len(first.Category) != 2 || first.Category[0].Domain != "https://agency.example/topics" || first.Category[0].Text != "Security & defence" {
		t.Errorf("media %v, categories %v", first.Media, first.Category)
	}
	if !strings.Contains(first.Content, "]]>") || !strings.Contains(first.Content, alsoHeading) || strings.Contains(first.Description, alsoHeading) {
		t.Errorf("content %q, description %q", first.Content, first.Description)
	}
	if tag.PubDate != "Wed, 04 Sep 2024 06:00:00 +0000" {
		t.Errorf("a date in the future became %s", tag.PubDate)
	}
}
