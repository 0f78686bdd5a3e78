package publish

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"flag"
	"io"
	"net/mail"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/html"
)

var update = flag.Bool("update", false, "write the golden files")

var site = Site{Title: "Central Asia wire", URL: "https://wire.example/news", Generator: "Topicwire 1.0"}

func at(day, hour, minute int) time.Time {
	return time.Date(2024, 9, day, hour, minute, 0, 0, time.UTC)
}

// awkward is an edition with what has broken feeds before.
func awkward() *feed.Edition {
	gazeta := feed.SourceInfo{ID: "https://gazeta.example/rss", Title: "Gazeta & Co", Link: "https://gazeta.example/", Language: "ru", Rights: "© Gazeta", Updated: at(4, 9, 0)}
	agency := feed.SourceInfo{
		ID: "https://agency.example/atom.xml", Title: "Agency", Link: "https://agency.example/", FeedID: "tag:agency.example,2020:feed",
		Language: "en", Authors: []feed.Person{{Name: "The Agency", URI: "https://agency.example/about"}}, Updated: at(4, 10, 0),
	}
	file := feed.SourceInfo{ID: "file:samples/local.xml", Title: "Local file"}
	return &feed.Edition{
		Topic:   feed.Topic{ID: "regional-security", Title: "Regional security <SCO>", Description: "Security & cooperation", Language: "en"},
		Updated: at(5, 8, 30),
		Entries: []feed.Item{
			{ // everything at once
				PublicID: "https://agency.example/conference",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "https://agency.example/conference", Link: "https://agency.example/conference",
						Title:     "Tashkent hosts \"RATS\" & CIS <conference> on 4\u20135 September",
						Summary:   "<p>Delegates of nine states.</p>",
						Content:   "<p>Two days ]]> of talks &amp; an exercise.</p>\n<p>See <a href=\"https://agency.example/?a=1&amp;b=2\">more</a>.</p>",
						Published: at(4, 8, 15), Updated: at(4, 9, 45), Language: "en", Rights: "© Agency 2024",
						Authors:    []feed.Person{{Name: "A. Writer", Email: "a@agency.example"}, {Name: "B. Writer", URI: "https://agency.example/b"}},
						Categories: []feed.Category{{Term: "security", Scheme: "https://agency.example/topics", Label: "Security & defence"}, {Term: "СНГ"}, {Term: "СНГ"}},
						Enclosures: []feed.Enclosure{
							{URL: "https://agency.example/a.jpg?w=1&h=2", Type: "image/jpeg", Length: 12345},
							{URL: "https://agency.example/long.mp4", Type: "video/mp4", Length: 5_000_000_000},
							{URL: "https://agency.example/unknown"},
						},
					},
					Key: 7, Source: agency.ID, Seen: at(4, 8, 20),
				},
				Source: agency, Filed: at(4, 8, 21), Changed: at(4, 9, 50), Story: 7,
				Also: []feed.Also{
					{Source: gazeta, Link: "https://gazeta.example/1?a=1&b=2", Title: "В Ташкенте открылась <конференция>", When: at(4, 8, 40)},
					{Source: file, When: at(4, 9, 0)},
				},
				Reasons: []feed.Reason{
					{Score: 9, Threshold: 6, Hits: []feed.Hit{
						{Pattern: "RATS", List: "sco", Field: feed.FieldTitle, Text: "RATS", Weight: 6},
						{Pattern: "CIS", Field: feed.FieldTitle, Text: "CIS", Weight: 3},
						{Pattern: "exercise*", Field: feed.FieldContent, Text: "exercise"},
					}},
					{Hits: []feed.Hit{{Pattern: "RATS", Field: feed.FieldTitle, Text: "rats"}, {Pattern: "конференц*", Field: feed.FieldTitle, Text: "конференция"}}},
				},
			},
			{ // no title, no link, characters that XML forbids, a name of a file
				PublicID: "urn:uuid:5f3b2f0e-3f57-5b6c-9d3e-1d2c3b4a5f60",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "local-1", Summary: "Oʻzbekiston\x00 poytaxtida\x0b xavfsizlik boʻyicha konferensiya ish boshladi, unda toʻqqiz davlat vakillari ishtirok etmoqda\uFFFE.",
						Language: "uz",
					},
					Key: 6, Source: file.ID, Seen: at(4, 7, 0),
				},
				Source: file, Filed: at(4, 7, 1), Changed: at(4, 7, 1),
			},
			{ // only a title and a link; a date in the future; a feed that has an author
				PublicID: "tag:agency.example,2024:9",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "tag:agency.example,2024:9", Link: "https://agency.example/9", Title: "Ўзбекистон Республикаси Президенти нутқи",
						Published: at(30, 0, 0),
					},
					Key: 5, Source: agency.ID, Seen: at(4, 6, 0),
				},
				Source: agency, Filed: at(4, 6, 1), Changed: at(4, 6, 1),
			},
			{ // copied from a third feed; summary alone, with others; no own language
				PublicID: "https://gazeta.example/?p=4",
				Entry: feed.StoredEntry{
					Entry: feed.Entry{
						ID: "https://gazeta.example/?p=4", Link: "https://gazeta.example/news/4", Title: "Единая система ПВО СНГ",
						Summary: "Страны СНГ договорились.", Updated: at(3, 12, 0),
						Origin: &feed.Origin{Title: "Third Wire", Link: "https://third.example/rss"},
					},
					Key: 4, Source: gazeta.ID, Seen: at(3, 13, 0),
				},
				Source: gazeta, Filed: at(3, 13, 1), Changed: at(3, 13, 1),
				Also: []feed.Also{{Source: agency, Link: "https://agency.example/4", When: at(3, 13, 5)}},
			},
		},
	}
}

func render(t testing.TB, ed *feed.Edition, f Format) []byte {
	t.Helper()
	b, err := Render(ed, f, site)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestGolden(t *testing.T) {
	for name, ed := range map[string]*feed.Edition{
		"awkward": awkward(),
		"empty":   {Topic: feed.Topic{ID: "nothing-yet", Title: "Nothing yet"}},
	} {
		for _, f := range Formats() {
			t.Run(name+f.Ext(), func(t *testing.T) {
				got := readable(t, f, render(t, ed, f))
				path := filepath.Join("testdata", name+f.Ext())
				if *update {
					if err := os.WriteFile(path, got, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(path)
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(got, want) {
					t.Errorf("differs from %s (run with -update to accept):\n%s", path, got)
				}
			})
		}
	}
}

// readable is a document as the golden files have it: JSON indented.
func readable(t *testing.T, f Format, b []byte) []byte {
	t.Helper()
	if f != JSON {
		return b
	}
	var out bytes.Buffer
	if err := json.Indent(&out, b, "", "  "); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSameEditionSameBytes(t *testing.T) {
	for _, f := range Formats() {
		first := render(t, awkward(), f)
		// A source that published something else since is no change of ours.
		later := awkward()
		for i := range later.Entries {
			later.Entries[i].Source.Updated = at(6, 0, 0)
		}
		for range 3 {
			if !bytes.Equal(render(t, later, f), first) {
				t.Fatalf("%s: a second rendering differs", f)
			}
		}
	}
}

func TestRenderErrors(t *testing.T) {
	if _, err := Render(awkward(), "rdf", site); err == nil {
		t.Error("no error for an unknown format")
	}
	for _, base := range []string{"", "/news", "wire.example", "ftp://wire.example", "https://", "http://[::1"} {
		if _, err := Render(awkward(), Atom, Site{URL: base}); err == nil {
			t.Errorf("no error for the address %q", base)
		}
	}
}

// Ids must survive a move of the server; only links may change.
func TestIDsDoNotDependOnTheSite(t *testing.T) {
	a := readAtom(t, render(t, awkward(), Atom))
	moved, err := Render(awkward(), Atom, Site{Title: "Other", URL: "http://127.0.0.1:8080/"})
	if err != nil {
		t.Fatal(err)
	}
	b := readAtom(t, moved)
	if a.ID != b.ID || !strings.HasPrefix(a.ID, "urn:uuid:") {
		t.Errorf("feed id %s, then %s", a.ID, b.ID)
	}
	for i := range a.Entries {
		if a.Entries[i].ID != b.Entries[i].ID || a.Entries[i].Source.ID != b.Entries[i].Source.ID {
			t.Errorf("entry %d has another id", i)
		}
	}
	if self := b.link("self"); self != "http://127.0.0.1:8080/topics/regional-security.atom" {
		t.Errorf("self %s", self)
	}
}

func TestXMLIsWellFormed(t *testing.T) {
	xmllint, err := exec.LookPath("xmllint")
	if err != nil {
		t.Log("xmllint is not installed: only encoding/xml reads the documents")
	}
	for _, f := range []Format{Atom, RSS} {
		b := render(t, awkward(), f)
		if !bytes.HasPrefix(b, []byte(`<?xml version="1.0" encoding="UTF-8"?>`)) || !utf8.Valid(b) {
			t.Errorf("%s begins %.60q", f, b)
		}
		if s := string(b); html.CleanXML(s) != s {
			t.Errorf("%s has characters that XML forbids", f)
		}
		d := xml.NewDecoder(bytes.NewReader(b))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
		}
		if xmllint == "" {
			continue
		}
		cmd := exec.Command(xmllint, "--noout", "--nonet", "-")
		cmd.Stdin = bytes.NewReader(b)
		if out, err := cmd.CombinedOutput(); err != nil || len(out) > 0 {
			t.Errorf("xmllint on %s: %v\n%s", f, err, out)
		}
	}
}

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
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
	Lang string `xml:"hreflang,attr"`
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
	if f.ID == "" || len(f.Title) != 1 || f.Updated != "2024-09-05T08:30:00Z" || len(f.Author) != 1 || f.Author[0].Name == "" {
		t.Errorf("feed %+v", f)
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

// JSON Feed 1.1, rule by rule, and our extension.
func TestJSONRules(t *testing.T) {
	var j struct {
		Version, Title string
		HomePage       string `json:"home_page_url"`
		Feed           string `json:"feed_url"`
		Items          []struct {
			ID          string
			URL         string
			Title       string
			HTML        string `json:"content_html"`
			Text        string `json:"content_text"`
			Summary     string
			Published   string `json:"date_published"`
			Modified    string `json:"date_modified"`
			Language    string
			Authors     []struct{ Name string }
			Author      *struct{ Name string }
			Tags        []string
			Attachments []struct {
				URL  string
				MIME string `json:"mime_type"`
				Size int64  `json:"size_in_bytes"`
			}
			Topicwire struct {
				About  string
				Source struct{ Title, URL, Feed string }
				Filed  string
				Why    []struct{ Words, Field string }
				Score  *float64
				Group  []struct{ Source, URL, Title, Published string }
				Story  uint64
			} `json:"_topicwire"`
		}
	}
	b := render(t, awkward(), JSON)
	if err := json.Unmarshal(b, &j); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(b, []byte(`\u003c`)) {
		t.Error("markup is escaped")
	}
	if j.Version != "https://jsonfeed.org/version/1.1" || j.Title == "" || j.Feed != "https://wire.example/news/topics/regional-security.json" || j.HomePage != "https://wire.example/news/topics/regional-security" || len(j.Items) != 4 {
		t.Fatalf("%+v", j)
	}
	for i, it := range j.Items {
		if it.ID == "" || (it.HTML == "") == (it.Text == "") || len(it.Authors) == 0 || it.Author != nil || it.Modified == "" || strings.Contains(it.Summary, "<") {
			t.Errorf("item %d: %+v", i, it)
		}
		for _, a := range it.Attachments {
			if a.URL == "" || a.MIME == "" {
				t.Errorf("item %d: attachment %+v", i, a)
			}
		}
		if it.Topicwire.About != "https://wire.example/news/about" || it.Topicwire.Filed == "" || it.Topicwire.Source.Title == "" {
			t.Errorf("item %d: extension %+v", i, it.Topicwire)
		}
	}
	first := j.Items[0]
	if first.Attachments[1].Size != 5_000_000_000 || first.Published != "2024-09-04T08:15:00Z" {
		t.Errorf("%+v", first)
	}
	x := first.Topicwire
	if len(x.Why) != 4 || x.Why[0].Words != "RATS" || x.Why[0].Field != "title" || x.Score == nil || *x.Score != 9 || x.Story != 7 {
		t.Errorf("why %+v, score %v", x.Why, x.Score)
	}
	if len(x.Group) != 2 || x.Group[0].Title != "В Ташкенте открылась <конференция>" || x.Group[1].Title != first.Title || x.Group[0].Published != "2024-09-04T08:40:00Z" {
		t.Errorf("group %+v", x.Group)
	}
	if x.Source.Feed != "https://agency.example/atom.xml" || j.Items[1].Topicwire.Source.Feed != "" {
		t.Errorf("sources %+v, %+v", x.Source, j.Items[1].Topicwire.Source)
	}
	if want := "Oʻzbekiston poytaxtida xavfsizlik boʻyicha konferensiya ish boshladi, unda…"; j.Items[1].Title != want {
		t.Errorf("title %q, want %q", j.Items[1].Title, want)
	}
	if j.Items[2].Text != j.Items[2].Title {
		t.Errorf("text %q", j.Items[2].Text)
	}
	var empty map[string]json.RawMessage
	if err := json.Unmarshal(render(t, &feed.Edition{Topic: feed.Topic{ID: "x"}}, JSON), &empty); err != nil || string(empty["items"]) != "[]" {
		t.Errorf("items of an empty feed: %s, %v", empty["items"], err)
	}
}

// The three formats carry the same ids in the same order.
func TestFormatsAgree(t *testing.T) {
	ed := awkward()
	a := readAtom(t, render(t, ed, Atom))
	var r readRSS
	if err := xml.Unmarshal(render(t, ed, RSS), &r); err != nil {
		t.Fatal(err)
	}
	var j struct{ Items []struct{ ID, Title string } }
	if err := json.Unmarshal(render(t, ed, JSON), &j); err != nil {
		t.Fatal(err)
	}
	for i, e := range a.Entries {
		if r.Channel.Items[i].GUID.Text != e.ID || j.Items[i].ID != e.ID {
			t.Errorf("ids of entry %d: %s, %s, %s", i, e.ID, r.Channel.Items[i].GUID.Text, j.Items[i].ID)
		}
		if r.Channel.Items[i].Title != e.Title || j.Items[i].Title != e.Title {
			t.Errorf("titles of entry %d: %s, %s, %s", i, e.Title, r.Channel.Items[i].Title, j.Items[i].Title)
		}
	}
}

// The list of others is HTML that stands up by itself.
func TestAlsoListIsSafe(t *testing.T) {
	list := alsoList([]other{
		{`<b>"A" & B</b>`, `https://a.example/?x=1&y="><script>`, "</ul><script>alert(1)</script>", at(4, 8, 0)},
		{"No link", "", "", time.Time{}},
	})
	if got, want := html.Text(list), `Also reported by: <b>"A" & B</b>, 4 Sep 2024 08:00 UTC: </ul><script>alert(1)</script> No link`; got != want {
		t.Errorf("text\n got %s\nwant %s", got, want)
	}
	if strings.Contains(list, "<script") || strings.Contains(list, "<b>") {
		t.Error(list)
	}
}

// Titles, names and ids come from everywhere; none may break a document.
func FuzzRender(f *testing.F) {
	f.Add("title", "<p>content</p>", "https://a.example/1", "Source")
	f.Add("]]>", "]]>]]>", "javascript:x", "\x00\xff")
	f.Add("", "", "", "")
	f.Add("\ufffe&#0;", "<![CDATA[", "https://a.example/\" onclick=", "\r\n\t")
	f.Fuzz(func(t *testing.T, title, content, link, name string) {
		ed := &feed.Edition{
			Topic: feed.Topic{ID: "x", Title: title, Description: content, Language: name},
			Entries: []feed.Item{{
				PublicID: "urn:x:1",
				Entry: feed.StoredEntry{Entry: feed.Entry{
					Title: title, Content: content, Summary: name, Link: link, Rights: title, Language: link,
					Authors: []feed.Person{{Name: name, URI: link, Email: title}}, Categories: []feed.Category{{Term: title, Scheme: link, Label: name}},
					Enclosures: []feed.Enclosure{{URL: link, Type: title}, {URL: link, Type: name}}, Origin: &feed.Origin{ID: link, Title: name, Link: link},
				}, Seen: at(4, 0, 0)},
				Source: feed.SourceInfo{ID: feed.SourceID(link), Title: name, Link: link, FeedID: title, Rights: content},
				Also:   []feed.Also{{Source: feed.SourceInfo{Title: name}, Link: link, Title: title}},
			}},
		}
		for _, format := range Formats() {
			b := render(t, ed, format)
			if format == JSON {
				if !json.Valid(b) {
					t.Errorf("not JSON: %s", b)
				}
				continue
			}
			d := xml.NewDecoder(bytes.NewReader(b))
			for {
				if _, err := d.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v\n%s", format, err, b)
				}
			}
		}
	})
}

// large is an edition of 100 entries of about 1 KB.
func large() *feed.Edition {
	ed := &feed.Edition{Topic: feed.Topic{ID: "regional-security", Title: "Regional security", Language: "en"}, Updated: at(5, 0, 0)}
	body := "<p>" + strings.Repeat("The conference of the regional body opened in Tashkent &amp; went on. ", 14) + "</p>"
	for i := range 100 {
		it := awkward().Entries[i%4]
		it.PublicID = feed.NameUUID("bench", string(rune('a'+i)))
		it.Entry.Content = body
		ed.Entries = append(ed.Entries, it)
	}
	return ed
}

func BenchmarkRender(b *testing.B) {
	ed := large()
	for _, f := range Formats() {
		b.Run(string(f), func(b *testing.B) {
			b.SetBytes(int64(len(render(b, ed, f))))
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Render(ed, f, site); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
