package publish

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"testing"

	"topicwire/feed"
)

// P2 and P3 of WebSub §4: each document names its hubs and one canonical self, which
// differs between formats (P5). Without hubs it names none.
func TestDocumentsNameTheirHubs(t *testing.T) {
	with := site
	with.Hubs = []string{"https://wire.example/news/hub", "https://hub.example/?a=1&b=2"}
	ed := &feed.Edition{Topic: feed.Topic{ID: "water", Title: "Water"}}
	for _, f := range Formats() {
		for _, s := range []Site{with, site} {
			b, err := Render(ed, f, s)
			if err != nil {
				t.Fatal(err)
			}
			self, hubs := named(t, f, b)
			if want := "https://wire.example/news/topics/water" + f.Ext(); !slices.Equal(self, []string{want}) || !slices.Equal(hubs, s.Hubs) {
				t.Errorf("%s: self %q, hubs %q, want %q and %q", f, self, hubs, want, s.Hubs)
			}
		}
	}
}

// named are the links of a document to itself and to hubs.
func named(t *testing.T, f Format, b []byte) (self, hubs []string) {
	t.Helper()
	if f == JSON {
		var doc struct {
			FeedURL string `json:"feed_url"`
			Hubs    []struct{ Type, URL string }
		}
		if err := json.Unmarshal(b, &doc); err != nil {
			t.Fatal(err)
		}
		for _, h := range doc.Hubs {
			if h.Type != "WebSub" {
				t.Errorf("a hub of type %q", h.Type)
			}
			hubs = append(hubs, h.URL)
		}
		return []string{doc.FeedURL}, hubs
	}
	type links []struct {
		Rel  string `xml:"rel,attr"`
		Href string `xml:"href,attr"`
	}
	var doc struct {
		Links   links `xml:"http://www.w3.org/2005/Atom link"`
		Channel struct {
			Links links `xml:"http://www.w3.org/2005/Atom link"`
		} `xml:"channel"`
	}
	if err := xml.Unmarshal(b, &doc); err != nil {
		t.Fatal(err)
	}
	for _, l := range append(doc.Links, doc.Channel.Links...) {
		switch l.Rel {
		case "self":
			self = append(self, l.Href)
		case "hub":
			hubs = append(hubs, l.Href)
		}
	}
	return self, hubs
}
