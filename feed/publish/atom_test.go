package publish

import (
	"encoding/xml"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// What the tests read back of an Atom document.
type readFeed struct {
	XMLName xml.Name     `xml:"http://www.w3.org/2005/Atom feed"`
	ID      string       `xml:"http://www.w3.org/2005/Atom id"`
	Updated string       `xml:"http://www.w3.org/2005/Atom updated"`
	Title   []string     `xml:"http://www.w3.org/2005/Atom title"`
	Links   []readLink   `xml:"http://www.w3.org/2005/Atom link"`
	Author  []readPerson `xml:"http://www.w3.org/2005/Atom author"`
	Entries []readEntry  `xml:"http://www.w3.org/2005/Atom entry"`
}

type readLink struct {
	Rel   string `xml:"rel,attr"`
	Type  string `xml:"type,attr"`
	Href  string `xml:"href,attr"`
	Lang  string `xml:"hreflang,attr"`
	Title string `xml:"title,attr"`
}

type readPerson struct {
	Name string `xml:"name"`
}

type readText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type readEntry struct {
	ID        string       `xml:"id"`
	Title     string       `xml:"title"`
	Updated   string       `xml:"updated"`
	Published string       `xml:"published"`
	Links     []readLink   `xml:"link"`
	Authors   []readPerson `xml:"author"`
	Summary   *readText    `xml:"summary"`
	Content   *readText    `xml:"content"`
	Source    *readSource  `xml:"source"`
}

type readSource struct {
	ID      string       `xml:"id"`
	Title   string       `xml:"title"`
	Updated string       `xml:"updated"`
	Links   []readLink   `xml:"link"`
	Authors []readPerson `xml:"author"`
}

func (f *readFeed) link(rel string) string {
	for _, l := range f.Links {
		if l.Rel == rel {
			return l.Href
		}
	}
	return ""
}

func readAtom(t testing.TB, b []byte) *readFeed {
	t.Helper()
	var f readFeed
	if err := xml.Unmarshal(b, &f); err != nil {
		t.Fatal(err)
	}
	return &f
}

// RFC 4287, rule by rule.
func TestAtomRules(t *testing.T) {
	ed := awkward()
	f := readAtom(t, render(t, ed, Atom))
	if f.ID == "" || len(f.Title) != 1 || f.Updated != "2024-09-05T08:30:00Z" || len(f.Author) != 0 {
		t.Errorf("feed %+v: it has an author only where an entry has none", f)
	}
	if empty := readAtom(t, render(t, &feed.Edition{Topic: ed.Topic}, Atom)); len(empty.Author) != 1 || empty.Author[0].Name != site.Title {
		t.Errorf("an empty feed has the author %v", empty.Author)
	}
	checkLinks(t, "feed", f.Links)
	for i, l := range f.Links {
		if !strings.HasPrefix(l.Href, "https://wire.example/news/topics/regional-security") || l.Rel == "" {
			t.Errorf("link %d of the feed: %+v", i, l)
		}
	}
	if len(f.Entries) != len(ed.Entries) {
		t.Fatalf("%d entries", len(f.Entries))
	}
	ids := make(map[string]bool)
	for i, e := range f.Entries {
		if e.ID != ed.Entries[i].PublicID || ids[e.ID] {
			t.Errorf("entry %d: id %q", i, e.ID)
		}
		ids[e.ID] = true
		if e.Title == "" || len(e.Authors) == 0 {
			t.Errorf("entry %d: title %q, authors %v", i, e.Title, e.Authors)
		}
		for _, s := range []string{e.Updated, e.Published, e.Source.Updated} {
			if _, err := time.Parse("2006-01-02T15:04:05Z", s); err != nil && s != "" {
				t.Errorf("entry %d: %v", i, err)
			}
		}
		if e.Updated == "" || e.Source == nil || e.Source.ID == "" || e.Source.Title == "" || e.Source.Updated == "" {
			t.Errorf("entry %d: updated %q, source %+v", i, e.Updated, e.Source)
		}
		checkLinks(t, e.ID, e.Links)
		if e.Content == nil && !slices.ContainsFunc(e.Links, func(l readLink) bool { return l.Rel == "alternate" }) {
			t.Errorf("entry %d has neither content nor an alternate link", i)
		}
	}
	first := f.Entries[0]
	if first.Published != "2024-09-04T08:15:00Z" || first.Updated != "2024-09-04T09:45:00Z" {
		t.Errorf("dates %s, %s", first.Published, first.Updated)
	}
	if want := ed.Entries[0].Entry.Content; !strings.HasPrefix(first.Content.Text, want) {
		t.Errorf("content\n got %q\nwant %q …", first.Content.Text, want)
	}
	if future := f.Entries[2]; future.Published != "2024-09-04T06:00:00Z" || future.Updated != "2024-09-04T06:00:00Z" {
		t.Errorf("a date in the future: %s, %s", future.Published, future.Updated)
	}
	if undated := f.Entries[1]; undated.Published != "" || undated.Updated != "2024-09-04T07:00:00Z" {
		t.Errorf("an entry without a date: %q, %q", undated.Published, undated.Updated)
	}
	if a := f.Entries[2].Authors; len(a) != 1 || a[0].Name != "The Agency" {
		t.Errorf("the author of the source feed: %v", a)
	}
	if s := f.Entries[3].Source; s.Title != "Third Wire" || len(s.Links) != 1 || s.Links[0].Href != "https://third.example/rss" {
		t.Errorf("the source of a copy: %+v", s)
	}
}

func checkLinks(t *testing.T, where string, links []readLink) {
	t.Helper()
	seen := make(map[[2]string]bool)
	for _, l := range links {
		if !strings.HasPrefix(l.Href, "https://") {
			t.Errorf("%s: link to %q", where, l.Href)
		}
		if l.Rel != "alternate" {
			continue
		}
		if k := [2]string{l.Type, l.Lang}; seen[k] {
			t.Errorf("%s: two alternates of type %s", where, l.Type)
		} else {
			seen[k] = true
		}
	}
}
