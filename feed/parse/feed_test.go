package parse

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

var rssSample = `<?xml version="1.0"?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">
<channel>
 <title>Valley &amp;amp; river</title>
 <link>https://wire.example/</link>
 <atom:link rel="self" href="https://wire.example/rss"/>
 <atom:link rel="hub" href="https://hub.example/"/>
 <language>en_US</language>
 <copyright>CC BY</copyright>
 <managingEditor>desk@wire.example (The desk)</managingEditor>
 <lastBuildDate>Thu, 05 Sep 2024 15:00:00 MSK</lastBuildDate>
 <ttl>60</ttl><skipHours><hour>0</hour><hour>24</hour><hour>x</hour></skipHours><skipDays><day>Sunday</day></skipDays>
 <sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>
 <item>
  <title>Council &amp;amp; &lt;b&gt;river&lt;/b&gt;</title>
  <link> /one </link>
  <guid isPermaLink="false"> tag:Wire,1 </guid>
  <description>&lt;p onclick="x()"&gt;Short &lt;a href="two"&gt;link&lt;/a&gt;&lt;script&gt;1&lt;/script&gt;</description>
  <content:encoded><![CDATA[<p>Long</p>]]></content:encoded>
  <pubDate>Thu, 05 Sep 2024 17:00:00 UZT</pubDate>
  <author>a@wire.example (Ann)</author><dc:creator>Bo</dc:creator><dc:creator>Ann</dc:creator>
  <category domain="https://wire.example/tags">Water</category><dc:subject>Region</dc:subject><category>Region</category>
  <enclosure url="/a.mp3" type="Audio/MPEG; x=y" length="12"/>
  <media:group><media:content url="https://wire.example/b.jpg" type="image/jpeg" fileSize="x"/></media:group>
  <source url="https://agency.example/rss">Agency</source>
 </item>
 <item><title>Permalink</title><guid>https://wire.example/2?utm_source=rss</guid><description>Same</description><content:encoded>Same</content:encoded><dc:date>2024-09-05T12:00:00.5Z</dc:date><dc:language>uz</dc:language></item>
 <item><title>Neither</title><pubDate>5 сентября 2024, 17:00 UZT</pubDate></item>
 <item><title>Again</title><guid isPermaLink="false">tag:Wire,1</guid></item>
</channel></rss>`

var atomSample = `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru" xml:base="https://wire.example/a/b">
 <id>URN:Wire:1</id><title type="html">Wire &lt;i&gt;one&lt;/i&gt;</title>
 <link href="."/><link rel="self" href="feed"/><updated>2024-09-05T12:00:00Z</updated>
 <author><name>Desk</name></author>
 <entry xml:base="c/" xml:lang="UZ">
  <id> HTTP://Wire.Example/%7e1 </id><title type="text">vector&lt;int> &amp;amp; more</title><m:title xmlns:m="http://search.yahoo.com/mrss/" type="html">Other</m:title>
  <link rel="alternate" type="application/pdf" href="pdf"/><link href="page" hreflang="uz"/><link rel="enclosure" href="/x.ogg" type="audio/ogg" length="7"/>
  <published>2024-09-05T14:00:00+02:00</published><updated>2024-09-05T13:00:00Z</updated>
  <author><name>Ann</name><uri>/ann</uri><email>ann@wire.example</email></author>
  <category term="w" scheme="https://wire.example/" label="Water"/>
  <summary type="text">a &lt;b> c</summary>
  <content type="xhtml" xml:base="d/"><div xmlns="http://www.w3.org/1999/xhtml"><p>See <a href="e">this</a></p></div></content>
  <source><id>urn:x</id><title>Agency</title><link rel="self" href="https://agency.example/atom"/></source>
  <rights>CC0</rights>
 </entry>
 <entry><id>https://wire.example/2</id><title>No link</title><content>&lt;p>Hi&lt;/p></content></entry>
</feed>`

var jsonSample = `{"version":"https://jsonfeed.org/version/1.1","title":"Wire","home_page_url":"https://wire.example/","feed_url":"https://wire.example/feed.json",
 "language":"en","hubs":[{"type":"WebSub","url":"https://hub.example/"}],"authors":[null,{"name":"Desk"}],
 "items":[null,
  {"id":7,"url":"/one","title":"One","content_html":"<p>Hi</p>","summary":"a < b","date_published":"2024-09-05T17:00:00+05:00","tags":["Water"],
   "authors":[{"name":"Ann","url":"https://wire.example/ann"}],"attachments":[{"url":"/a.mp3","mime_type":"audio/mpeg","size_in_bytes":12}]},
  {"id":"2","external_url":"https://else.example/","content_text":"x & y\nz","title":"\u0001T"},
  {"id":"3","title":{"wrong":"type"}}]}`

func mustFeed(t *testing.T, doc string) *Document {
	t.Helper()
	d, err := Feed([]byte(doc), Options{URL: "https://fetched.example/f"})
	if err != nil {
		t.Fatal(err)
	}
	checkDocument(t, "sample", d)
	for i := range d.Entries {
		d.Entries[i].Raw = 0
	}
	return d
}

func equal(t *testing.T, what string, got, want any) {
	t.Helper()
	g, err := json.MarshalIndent(got, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	w, err := json.MarshalIndent(want, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	if string(g) != string(w) {
		t.Errorf("%s:\n%s\nwant\n%s", what, g, w)
	}
}

var noon = time.Date(2024, 9, 5, 12, 0, 0, 0, time.UTC)

func TestRSS(t *testing.T) {
	d := mustFeed(t, rssSample)
	equal(t, "meta", d.Meta, feed.Meta{
		Title: "Valley & river", Link: "https://wire.example/", Self: "https://wire.example/rss", Hub: "https://hub.example/",
		Language: "en-us", Rights: "CC BY", Authors: []feed.Person{{Name: "The desk", Email: "desk@wire.example"}}, Updated: noon,
	})
	equal(t, "hints", d.Hints, feed.Hints{TTL: 60, SkipHours: []int{0, 0}, SkipDays: []time.Weekday{time.Sunday}, UpdatePeriod: 30 * time.Minute})
	if len(d.Window) != 4 {
		t.Errorf("window of %d, want 4", len(d.Window))
	}
	equal(t, "entries", d.Entries, []feed.Entry{
		{
			ID: "tag:Wire,1", Link: "https://wire.example/one", Canonical: "https://wire.example/one", Title: "Council & river",
			Summary: `<p>Short <a href="https://wire.example/two">link</a></p>`, Content: "<p>Long</p>", Published: noon, Language: "en-us",
			Authors:    []feed.Person{{Name: "Ann", Email: "a@wire.example"}, {Name: "Bo"}},
			Categories: []feed.Category{{Term: "Water", Scheme: "https://wire.example/tags"}, {Term: "Region"}},
			Enclosures: []feed.Enclosure{{URL: "https://wire.example/a.mp3", Type: "audio/mpeg", Length: 12}, {URL: "https://wire.example/b.jpg", Type: "image/jpeg"}},
			Origin:     &feed.Origin{Title: "Agency", Link: "https://agency.example/rss"},
			Image:      "https://wire.example/b.jpg",
		},
		{
			ID: "https://wire.example/2?utm_source=rss", Link: "https://wire.example/2?utm_source=rss", Canonical: "https://wire.example/2",
			Title: "Permalink", Summary: "Same", Published: noon, Language: "uz",
		},
		{ID: d.Entries[2].ID, Title: "Neither", Published: noon, Language: "en-us"},
		{ID: "tag:Wire,1", Title: "Again", Language: "en-us"},
	})
	if !strings.HasPrefix(d.Entries[2].ID, "hash:") {
		t.Errorf("id %q of an entry with neither guid nor link", d.Entries[2].ID)
	}
}

func TestAtom(t *testing.T) {
	d := mustFeed(t, atomSample)
	equal(t, "meta", d.Meta, feed.Meta{
		Title: "Wire one", Link: "https://wire.example/a/", Self: "https://wire.example/a/feed", ID: "URN:Wire:1",
		Language: "ru", Authors: []feed.Person{{Name: "Desk"}}, Updated: noon,
	})
	equal(t, "entries", d.Entries, []feed.Entry{
		{
			ID: "HTTP://Wire.Example/%7e1", Link: "https://wire.example/a/c/page", Canonical: "https://wire.example/a/c/page",
			Title: "vector<int> &amp; more", Summary: "a &lt;b&gt; c", Content: `<p>See <a href="https://wire.example/a/c/d/e">this</a></p>`,
			Published: noon, Updated: noon.Add(time.Hour), Language: "uz", Rights: "CC0",
			Authors:    []feed.Person{{Name: "Ann", URI: "https://wire.example/ann", Email: "ann@wire.example"}},
			Categories: []feed.Category{{Term: "w", Scheme: "https://wire.example/", Label: "Water"}},
			Enclosures: []feed.Enclosure{{URL: "https://wire.example/x.ogg", Type: "audio/ogg", Length: 7}},
			Origin:     &feed.Origin{ID: "urn:x", Title: "Agency", Link: "https://agency.example/atom", Self: "https://agency.example/atom"},
		},
		{ID: "https://wire.example/2", Link: "https://wire.example/2", Canonical: "https://wire.example/2", Title: "No link", Content: "<p>Hi</p>", Language: "ru"},
	})
}

func TestRDF(t *testing.T) {
	d := mustFeed(t, `<rdf:RDF xmlns:rdf="`+nsRDF+`" xmlns="`+nsRSS+`" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://wire.example/rdf"><title>Wire</title><link>https://wire.example/</link></channel>
<item rdf:about="https://wire.example/1&amp;a"><title>One</title><link>https://wire.example/1</link><dc:date>2024-09-05T12:00Z</dc:date></item></rdf:RDF>`)
	equal(t, "entries", d.Entries, []feed.Entry{{
		ID: "https://wire.example/1&a", Link: "https://wire.example/1", Canonical: "https://wire.example/1", Title: "One", Published: noon,
	}})
}

func TestJSONFeed(t *testing.T) {
	d := mustFeed(t, jsonSample)
	equal(t, "meta", d.Meta, feed.Meta{
		Title: "Wire", Link: "https://wire.example/", Self: "https://wire.example/feed.json", Hub: "https://hub.example/",
		Language: "en", Authors: []feed.Person{{Name: "Desk"}},
	})
	if len(d.Window) != 3 {
		t.Errorf("window of %d, want 3", len(d.Window))
	}
	// The third item has a member of the wrong kind, which alone is dropped.
	equal(t, "entries", d.Entries, []feed.Entry{
		{
			ID: "7", Link: "https://wire.example/one", Canonical: "https://wire.example/one", Title: "One", Summary: "a &lt; b", Content: "<p>Hi</p>",
			Published: noon, Language: "en", Authors: []feed.Person{{Name: "Ann", URI: "https://wire.example/ann"}},
			Categories: []feed.Category{{Term: "Water"}}, Enclosures: []feed.Enclosure{{URL: "https://wire.example/a.mp3", Type: "audio/mpeg", Length: 12}},
		},
		{ID: "2", Link: "https://else.example/", Canonical: "https://else.example/", Title: "T", Content: "<p>x &amp; y<br>z</p>", Language: "en"},
		{ID: "3", Language: "en"},
	})
}

// TestKnown: known entries are left out of the reading, in every format, also
// those that repeat a known one's id.
func TestKnown(t *testing.T) {
	for _, doc := range []string{rssSample, atomSample, jsonSample, "<rss><item><title>a</title></item><channel><item><title>b</title></item></channel><item><title>c</title></item></rss>"} {
		full, err := Feed([]byte(doc), Options{})
		if err != nil {
			t.Fatal(err)
		}
		for skip := range full.Window {
			d, err := Feed([]byte(doc), Options{Known: func(r feed.Raw) bool { return r == full.Window[skip] }})
			if err != nil {
				t.Fatal(err)
			}
			want := []feed.Entry{}
			for _, e := range full.Entries {
				if e.Raw != full.Window[skip] {
					want = append(want, e)
				}
			}
			equal(t, "entries", d.Entries, want)
			equal(t, "meta", d.Meta, full.Meta)
			equal(t, "window", d.Window, full.Window)
		}
	}
}

func TestPerson(t *testing.T) {
	for in, want := range map[string]feed.Person{
		"Ann":                         {Name: "Ann"},
		"Ann <ann@wire.example>":      {Name: "Ann", Email: "ann@wire.example"},
		`"Ann B." <ann@wire.example>`: {Name: "Ann B.", Email: "ann@wire.example"},
		"ann@wire.example (Ann)":      {Name: "Ann", Email: "ann@wire.example"},
		"Ann (ann@wire.example)":      {Name: "Ann", Email: "ann@wire.example"},
		"ann@wire.example":            {Name: "ann@wire.example", Email: "ann@wire.example"},
		"mailto:ann@wire.example":     {Name: "ann@wire.example", Email: "ann@wire.example"},
		"Ann (Tashkent)":              {Name: "Ann (Tashkent)"},
		"ann@wire.example Ann":        {Name: "Ann", Email: "ann@wire.example"},
		"&lt;ann@wire.example&gt;":    {Name: "ann@wire.example", Email: "ann@wire.example"},
		"  ":                          {},
	} {
		if got := person(in); got != want {
			t.Errorf("%q: %+v, want %+v", in, got, want)
		}
	}
}

func TestMend(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"KÃ¤lte", "Kälte"},
		{"Kälte", "Kälte"},
		{"Ã", "Ã"},
		{"Осень Ã¤", "Осень Ã¤"},
		{"plain", "plain"},
	} {
		if got := mend(c.in); got != c.want {
			t.Errorf("%q: %q, want %q", c.in, got, c.want)
		}
	}
}
