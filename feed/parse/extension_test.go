package parse

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// item reads an RSS item with the namespaces of the modules declared.
func item(t *testing.T, inside string) feed.Entry {
	t.Helper()
	d := mustFeed(t, `<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:media="http://search.yahoo.com/mrss/"
 xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:podcast="https://podcastindex.org/namespace/1.0" xmlns:georss="http://www.georss.org/georss"
 xmlns:geo="http://www.w3.org/2003/01/geo/wgs84_pos#" xmlns:gml="http://www.opengis.net/gml" xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:yandex="http://news.yandex.ru"
 xmlns:turbo="http://turbo.yandex.ru" xmlns:rambler="http://news.rambler.ru" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:cc="http://web.resource.org/cc/" xmlns:prism="http://prismstandard.org/namespaces/1.2/basic/"
 xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="http://www.w3.org/1999/xhtml">
<channel><link>https://wire.example/</link><item>`+inside+`</item></channel></rss>`)
	if len(d.Entries) != 1 {
		t.Fatalf("%d entries", len(d.Entries))
	}
	return d.Entries[0]
}

func TestModules(t *testing.T) {
	e := item(t, `<dc:title>Title</dc:title><dcterms:abstract>Abstract</dcterms:abstract><dcterms:modified>2024-09-05T13:00:00Z</dcterms:modified>
<prism:publicationDate>2024-09-05T12:00:00Z</prism:publicationDate><dcterms:creator>Ann</dcterms:creator><dc:creator>Bo &lt;bo@wire.example&gt;</dc:creator><dcterms:subject>Water</dcterms:subject><dcterms:language>uz</dcterms:language>`)
	if e.Title != "Title" || e.Summary != "Abstract" || !e.Published.Equal(noon) || !e.Updated.Equal(noon.Add(3600e9)) || e.Language != "uz" {
		t.Errorf("Dublin Core: %+v", e)
	}
	equal(t, "authors", e.Authors, []feed.Person{{Name: "Bo", Email: "bo@wire.example"}, {Name: "Ann"}})
	equal(t, "categories", e.Categories, []feed.Category{{Term: "Water"}})

	e = item(t, `<media:group><media:title>Film</media:title><media:content url="/f.mp4" type="video/mp4" fileSize="9"><media:category scheme="urn:x" label="L">c</media:category></media:content>
<media:description type="plain">Seen</media:description><media:credit role="director">D</media:credit><media:credit role="author">A</media:credit><media:keywords>one, two</media:keywords><media:license href="https://cc.example/by">BY</media:license></media:group>
<media:category>own</media:category>`)
	if e.Title != "Film" || e.Summary != "Seen" || e.Rights != "https://cc.example/by" {
		t.Errorf("media group: %+v", e)
	}
	equal(t, "authors", e.Authors, []feed.Person{{Name: "A"}})
	equal(t, "categories", e.Categories, []feed.Category{{Term: "own", Scheme: mediaScheme}, {Term: "c", Scheme: "urn:x", Label: "L"}, {Term: "one"}, {Term: "two"}})
	equal(t, "enclosures", e.Enclosures, []feed.Enclosure{{URL: "https://wire.example/f.mp4", Type: "video/mp4", Length: 9}})

	e = item(t, `<itunes:title>Episode</itunes:title><itunes:author>Cast</itunes:author><itunes:subtitle>Sub</itunes:subtitle><itunes:summary>Sum</itunes:summary><itunes:keywords>a,b</itunes:keywords>`)
	if e.Title != "Episode" || e.Summary != "Sum" || len(e.Categories) != 2 || len(e.Authors) != 1 || e.Authors[0].Name != "Cast" {
		t.Errorf("itunes: %+v", e)
	}
}

// TestOriginalLink: a feed proxy's address is not the article's.
func TestOriginalLink(t *testing.T) {
	const (
		rss = `<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item><link>http://proxy.example/~r/1</link>` +
			`<guid isPermaLink="false">1</guid><feedburner:origLink>https://wire.example/one?utm_source=rss</feedburner:origLink></item></channel></rss>`
		pheedo = `<rss xmlns:pheedo="http://www.pheedo.com/namespace/pheedo"><channel><item><link>http://proxy.example/~r/1</link>` +
			`<pheedo:origLink>https://wire.example/one?utm_source=rss</pheedo:origLink></item></channel></rss>`
		atom = `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><entry><id>1</id>` +
			`<link href="http://proxy.example/~r/1"/><feedburner:origLink>https://wire.example/one?utm_source=rss</feedburner:origLink></entry></feed>`
		none = `<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel><item><link>https://wire.example/one?utm_source=rss</link>` +
			`<feedburner:origLink>javascript:void(0)</feedburner:origLink></item></channel></rss>`
	)
	for _, doc := range []string{rss, pheedo, atom, none} {
		e := mustFeed(t, doc).Entries[0]
		if e.Link != "https://wire.example/one?utm_source=rss" || e.Canonical != "https://wire.example/one" {
			t.Errorf("%q, canonical %q\n%s", e.Link, e.Canonical, doc)
		}
	}
}

// TestTextBases: what a text points at is relative to its xml:base, else to its
// item's page in RSS and JSON Feed, and to the document in Atom: never to the
// site's first page.
func TestTextBases(t *testing.T) {
	const (
		text  = `&lt;img src="p.png"&gt;`
		rss   = `<rss><channel><link>https://home.example/</link><item><link>https://home.example/2026/11/one/</link><description>` + text + `</description></item></channel></rss>`
		based = `<rss xml:base="https://base.example/b/"><channel><link>https://home.example/</link><item><link>https://home.example/2026/11/one/</link><description>` + text + `</description></item></channel></rss>`
		field = `<rss><channel><item><link>https://home.example/2026/11/one/</link><description xml:base="https://base.example/b/">` + text + `</description></item></channel></rss>`
		xhtml = `<rss><channel><link>https://home.example/</link><item><link>https://home.example/2026/11/one/</link><body xmlns="http://www.w3.org/1999/xhtml"><p><img src="p.png"/></p></body></item></channel></rss>`
		bare  = `<rss><channel><link>https://home.example/</link><item><guid isPermaLink="false">1</guid><description>` + text + `</description></item></channel></rss>`
		atom  = `<feed xmlns="http://www.w3.org/2005/Atom"><link href="https://home.example/"/><entry><id>1</id><link href="https://home.example/2026/11/one/"/><summary type="html">` + text + `</summary></entry></feed>`
		json  = `{"version":"https://jsonfeed.org/version/1.1","home_page_url":"https://home.example/","items":[{"id":"1","url":"https://home.example/2026/11/one/","content_html":"<img src='p.png'>"}]}`
	)
	for doc, want := range map[string]string{
		rss:   "https://home.example/2026/11/one/p.png",
		xhtml: "https://home.example/2026/11/one/p.png",
		based: "https://base.example/b/p.png",
		field: "https://base.example/b/p.png",
		bare:  "https://home.example/p.png",
		atom:  "https://fetched.example/f/p.png",
		json:  "https://home.example/2026/11/one/p.png",
	} {
		d, err := Feed([]byte(doc), Options{URL: "https://fetched.example/f/feed"})
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Entries[0].Summary + d.Entries[0].Content; !strings.Contains(got, `src="`+want+`"`) {
			t.Errorf("%s, want %s\n%s", got, want, doc)
		}
	}
}

// TestAtomTitles: a title without a type is text, and decoded once (RFC 4287
// §3.1.1.1).
func TestAtomTitles(t *testing.T) {
	for title, want := range map[string]string{
		`<title>How to write &amp;amp; here</title>`:                        "How to write &amp; here",
		`<title type="text">The &lt;b&gt; element</title>`:                  "The <b> element",
		`<title>The &lt;b&gt;bold&lt;/b&gt; one</title>`:                    "The <b>bold</b> one",
		`<title type="html">&lt;b&gt;Bold&lt;/b&gt; &amp;amp; more</title>`: "Bold & more",
		`<title type="html"><![CDATA[<i>Raw</i> &amp;amp; more]]></title>`:  "Raw &amp; more",
	} {
		doc := `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id>` + title + `</entry></feed>`
		if got := mustFeed(t, doc).Entries[0].Title; got != want {
			t.Errorf("%s: %q, want %q", title, got, want)
		}
	}
}

func TestSeveralAuthors(t *testing.T) {
	e := item(t, `<title>t</title><author>a@wire.example (Ann)</author><author>Bo</author><author><![CDATA[Cy & Co <cy@wire.example>]]></author><author>Ann</author>`)
	equal(t, "authors", e.Authors, []feed.Person{{Name: "Ann", Email: "a@wire.example"}, {Name: "Bo"}, {Name: "Cy & Co", Email: "cy@wire.example"}})
	d := mustFeed(t, `<rss><channel><author>desk@wire.example (Desk)</author><item><title>t</title></item></channel></rss>`)
	equal(t, "feed authors", d.Meta.Authors, []feed.Person{{Name: "Desk", Email: "desk@wire.example"}})
}

func TestRights(t *testing.T) {
	for inside, want := range map[string]string{
		`<dc:rights>© Ann</dc:rights>`:                                                                             "© Ann",
		`<copyright>© Ann</copyright>`:                                                                             "© Ann",
		`<atom:rights>© Ann</atom:rights><atom:link rel="license" href="/licence"/>`:                               "© Ann; https://wire.example/licence",
		`<creativeCommons:license>https://cc.example/by</creativeCommons:license>`:                                 "https://cc.example/by",
		`<cc:license rdf:resource="https://cc.example/by"/>`:                                                       "https://cc.example/by",
		`<dc:rights>See https://cc.example/by</dc:rights><dcterms:license>https://cc.example/by</dcterms:license>`: "See https://cc.example/by",
		`<media:copyright url="https://cc.example/by">© Ann</media:copyright>`:                                     "© Ann",
		`<cc:license rdf:resource="javascript:alert(1)"/>`:                                                         "",
		`<title>t</title>`: "",
	} {
		if got := item(t, inside).Rights; got != want {
			t.Errorf("%s: %q, want %q", inside, got, want)
		}
	}
	d := mustFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom"><rights type="html">© &lt;b&gt;Wire&lt;/b&gt;</rights><link rel="license" href="https://cc.example/by"/>
<entry><id>1</id><title>t</title><rights type="text">a &lt;b> c</rights></entry><entry><id>2</id><title>t</title><rights type="xhtml"><div>x <i>y</i></div></rights></entry></feed>`)
	if d.Meta.Rights != "© Wire; https://cc.example/by" || d.Entries[0].Rights != "a <b> c" || d.Entries[1].Rights != "x y" {
		t.Errorf("Atom: %q, %q, %q", d.Meta.Rights, d.Entries[0].Rights, d.Entries[1].Rights)
	}
}

func TestOrigin(t *testing.T) {
	e := item(t, `<title>t</title><source url="https://agency.example/rss">Agency</source><atom:source><atom:id>urn:agency</atom:id><atom:title>The Agency</atom:title>
<atom:link rel="self" href="https://agency.example/atom"/><atom:link href="https://agency.example/"/></atom:source>`)
	equal(t, "origin", e.Origin, &feed.Origin{ID: "urn:agency", Title: "The Agency", Link: "https://agency.example/", Self: "https://agency.example/atom"})
	e = item(t, `<title>t</title><atom:source><atom:title>Agency</atom:title><atom:link rel="self" href="https://agency.example/atom"/></atom:source>`)
	equal(t, "origin", e.Origin, &feed.Origin{Title: "Agency", Link: "https://agency.example/atom", Self: "https://agency.example/atom"})
}

// TestBases: the base of relative links is the nearest of xml:base, in RSS the
// feed's link, the address of the document, Content-Location, and the feed's own
// address.
func TestBases(t *testing.T) {
	const (
		plain  = `<rss><channel><item><link>x</link></item></channel></rss>`
		linked = `<rss><channel><link>https://home.example/a/</link><item><link>x</link></item></channel></rss>`
		based  = `<rss xml:base="https://base.example/"><channel><link>https://home.example/a/</link><item xml:base="b/"><link>x</link></item></channel></rss>`
		selfed = `<feed xmlns="http://www.w3.org/2005/Atom"><link rel="self" href="https://self.example/f/atom"/><link href="/blog/"/><entry><id>1</id><link href="x"/></entry></feed>`
	)
	for _, c := range []struct {
		doc  string
		o    Options
		want string
	}{
		{plain, Options{URL: "https://fetched.example/f/rss"}, "https://fetched.example/f/x"},
		{plain, Options{URL: "https://fetched.example/f/rss", ContentLocation: "https://location.example/"}, "https://fetched.example/f/x"},
		{plain, Options{URL: "file:feed.xml", ContentLocation: "https://location.example/"}, "https://location.example/x"},
		{plain, Options{ContentLocation: "javascript:alert(1)"}, ""},
		{plain, Options{ContentLocation: "/relative"}, ""},
		{plain, Options{URL: "file:feed.xml"}, ""},
		{linked, Options{URL: "https://fetched.example/f/rss"}, "https://home.example/a/x"},
		{based, Options{URL: "https://fetched.example/f/rss"}, "https://base.example/b/x"},
		{selfed, Options{URL: "https://fetched.example/f/rss"}, "https://fetched.example/f/x"},
		{selfed, Options{URL: "file:feed.xml"}, "https://self.example/f/x"},
		{selfed, Options{ContentLocation: "https://location.example/"}, "https://location.example/x"},
	} {
		d, err := Feed([]byte(c.doc), c.o)
		if err != nil {
			t.Fatal(err)
		}
		if got := d.Entries[0].Link; got != c.want {
			t.Errorf("%+v: %q, want %q\n%s", c.o, got, c.want, c.doc)
		}
	}
}
