package publish

import (
	"encoding/json"
	"encoding/xml"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// The feed of all topics lies beside the front page, and says of each entry which topics
// have it, behind its own categories.
func TestTheFeedOfAllTopics(t *testing.T) {
	ed := awkward()
	ed.Topic = feed.Topic{ID: feed.AllTopics, Title: "Wire"}
	ed.Entries = ed.Entries[:1]
	ed.Entries[0].Topics = []feed.TopicName{{ID: "security", Title: "Regional <b>security</b> & more"}, {ID: "sco"}, {ID: "x", Title: "СНГ"}}
	docs, err := RenderAll(ed, site)
	if err != nil {
		t.Fatal(err)
	}
	type category struct {
		Term, Scheme, Label string
	}
	var atom struct {
		ID    string     `xml:"id"`
		Links []readLink `xml:"link"`
		Entry struct {
			Categories []struct {
				Term   string `xml:"term,attr"`
				Scheme string `xml:"scheme,attr"`
				Label  string `xml:"label,attr"`
			} `xml:"category"`
		} `xml:"entry"`
	}
	if err := xml.Unmarshal(docs.Bodies[Atom], &atom); err != nil {
		t.Fatal(err)
	}
	var got []category
	for _, c := range atom.Entry.Categories {
		got = append(got, category(c))
	}
	const scheme = "https://wire.example/news/topics/"
	want := []category{
		{"Security & defence", "https://agency.example/topics", "Security & defence"}, {"СНГ", "", "СНГ"},
		{"security", scheme, "Regional security & more"}, {"sco", scheme, "sco"}, {"x", scheme, "СНГ"},
	}
	if !slices.Equal(got, want) {
		t.Errorf("Atom: %q, want %q", got, want)
	}
	var links []string
	for _, l := range atom.Links {
		links = append(links, l.Rel+" "+l.Href)
	}
	if want := []string{"self https://wire.example/news/all.atom", "alternate https://wire.example/news/", "alternate https://wire.example/news/all.rss", "alternate https://wire.example/news/all.json"}; !slices.Equal(links, want) {
		t.Errorf("%q, want %q", links, want)
	}
	if atom.ID != feed.NameUUID("topic", "*all") {
		t.Errorf("its id is %s", atom.ID)
	}
	rss := string(docs.Bodies[RSS])
	for _, part := range []string{
		`<category domain="` + scheme + `">Regional security &#x26; more</category>`, `<category domain="` + scheme + `">sco</category>`,
		`<link>https://wire.example/news/</link>`, `href="https://wire.example/news/all.rss"`,
	} {
		if !strings.Contains(rss, part) {
			t.Errorf("RSS lacks %s:\n%s", part, rss)
		}
	}
	var j struct {
		Home  string `json:"home_page_url"`
		Self  string `json:"feed_url"`
		Items []struct{ Tags []string }
	}
	if err := json.Unmarshal(docs.Bodies[JSON], &j); err != nil {
		t.Fatal(err)
	}
	if want := []string{"Security & defence", "СНГ", "Regional security & more", "sco"}; !slices.Equal(j.Items[0].Tags, want) || j.Home != "https://wire.example/news/" || j.Self != "https://wire.example/news/all.json" {
		t.Errorf("JSON: %+v, want %q", j, want)
	}
}

// A topic that was renamed is the same feed.
func TestARenamedTopicKeepsTheIDOfItsFeed(t *testing.T) {
	id := func(topic feed.Topic) string {
		ed := awkward()
		ed.Topic = topic
		var read readFeed
		body, err := Render(ed, Atom, site)
		if err == nil {
			err = xml.Unmarshal(body, &read)
		}
		if err != nil {
			t.Fatal(err)
		}
		return read.ID
	}
	was := id(feed.Topic{ID: "security"})
	if got := id(feed.Topic{ID: "safety", KnownAs: "security"}); got != was || was == "" {
		t.Errorf("%s, and was %s", got, was)
	}
	if got := id(feed.Topic{ID: "safety"}); got == was {
		t.Error("two topics are one feed")
	}
}
