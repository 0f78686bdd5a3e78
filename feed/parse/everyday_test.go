package parse

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestEveryday holds everyday entries to what gofeed reads of them, over the documents of
// the other tests and, where they are, over those that publishers made.
func TestEveryday(t *testing.T) {
	for name, doc := range everydaySeeds() {
		agree(t, name, []byte(doc))
	}
	var apart, all, feeds, docs int
	for _, folder := range []string{"real", "torture"} {
		err := filepath.WalkDir(filepath.Join(corpus(t), folder), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			doc, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			n, of := agree(t, path, doc)
			if folder == "real" && of > 0 {
				apart, all, docs = apart+n, all+of, docs+1
				if everydayItself(doc) {
					feeds++
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d of %d entries of publishers are everyday, and what %d of %d feeds say of themselves", apart, all, feeds, docs)
	if 3*apart < 2*all {
		t.Errorf("%d of %d entries of publishers are everyday, which is less than two of three", apart, all)
	}
}

// agree reads a document both ways. It returns how many entries were read without gofeed,
// of how many.
func agree(t *testing.T, name string, doc []byte) (apart, all int) {
	t.Helper()
	o := Options{URL: "http://fetched.example/dir/feed"}
	got, err := Feed(doc, o)
	o.gofeed = true
	want, werr := Feed(doc, o)
	if err != nil || werr != nil {
		if (err == nil) != (werr == nil) {
			t.Errorf("%s: %v; by gofeed alone: %v", name, err, werr)
		}
		return 0, 0
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s: read otherwise than by gofeed (-gofeed +apart):\n%.2000s", name, diff)
	}
	return everydayEntries(doc), len(got.Entries)
}

// everydayEntries is how many entries of a document gofeed need not read.
func everydayEntries(doc []byte) (n int) {
	text, err := decode(doc, "")
	if err != nil {
		return 0
	}
	lay, err := scan(expanded(dropForbidden(text)), "")
	if err != nil || lay.kind == kindJSON {
		return 0
	}
	r := newEveryday(lay.root, lay.channel)
	for _, i := range lay.fresh(nil) {
		text := lay.out.text(lay.entries[i].from, lay.entries[i].to)
		if lay.kind == kindAtom && r.atomEntry(text) != nil || lay.kind == kindRSS && r.item(text) != nil {
			n++
		}
	}
	return n
}

// everydayItself reports whether gofeed need not read what a feed says of itself.
func everydayItself(doc []byte) bool {
	text, err := decode(doc, "")
	if err != nil {
		return false
	}
	lay, err := scan(expanded(dropForbidden(text)), "")
	if err != nil || lay.kind == kindJSON {
		return false
	}
	r := &reader{lay: lay, plain: newEveryday(lay.root, lay.channel)}
	if lay.kind == kindAtom {
		return everydayFeed(r, true, (*everyday).feed) != nil
	}
	return everydayFeed(r, true, (*everyday).channel) != nil
}

// TestEverydayFeeds has one feed a row: what of itself makes it everyday, and what does not.
func TestEverydayFeeds(t *testing.T) {
	rss := func(channel string) string {
		return `<rss xmlns:atom="http://www.w3.org/2005/Atom" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>` + channel + `<item><title>a</title></item></channel></rss>`
	}
	atom := func(feed string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:a="http://www.w3.org/2005/Atom">` + feed + `<entry><id>1</id><title>a</title></entry></feed>`
	}
	for _, row := range []struct {
		name, doc string
		everyday  bool
	}{
		{"all of RSS", rss(`<title>T &amp; t</title><link>http://a.example/</link><description><![CDATA[d]]></description><language>ru</language><copyright>c</copyright>
			<managingEditor>m@a.example (Ann)</managingEditor><pubDate>Thu, 05 Sep 2024 12:00:00 GMT</pubDate><lastBuildDate>never</lastBuildDate><ttl>60</ttl><image><url>i</url><title>x</title></image>
			<cloud domain="a"/><generator>g</generator><category>c</category><atom:link rel="self" href="http://a.example/f"/><sy:updatePeriod>hourly</sy:updatePeriod><dc:creator>Ann</dc:creator>`), true},
		{"skipped hours", rss(`<title>T</title><skipHours><hour>3</hour></skipHours>`), false},
		{"markup that is not escaped", rss(`<title>T <b>b</b></title>`), false},
		{"text between elements", rss(`<title>T</title> x <link>http://a.example/</link>`), false},
		{"RDF", `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"><channel rdf:about="c"><title>T</title><link>http://a.example/</link><items><rdf:Seq><rdf:li resource="1"/></rdf:Seq></items></channel><image rdf:about="i"><url>i</url></image><item rdf:about="1"><title>a</title></item></rdf:RDF>`, true},
		{"two channels", `<rss><channel><title>T</title><item><title>a</title></item></channel><channel><title>U</title><item><title>b</title></item></channel></rss>`, true},
		{"a declaration at the channel", `<rss><channel xmlns:dc="http://purl.org/dc/elements/1.1/"><title>T</title><dc:language>uz</dc:language><item><title>a</title><dc:creator>b</dc:creator></item></channel></rss>`, true},
		{"all of Atom", atom(`<id>urn:x</id><title type="html">T &lt;b&gt;</title><subtitle>s</subtitle><link href="http://a.example/"/><link rel="self" href="/f"/><updated>2024-09-05T12:00:00Z</updated><author><name>Ann</name></author><generator version="1">g</generator><icon>i</icon>`), true},
		{"rights", atom(`<title>T</title><rights type="html">r</rights>`), false},
		{"a title in XHTML", atom(`<title type="xhtml"><div>T</div></title>`), false},
		{"Atom under a prefix", atom(`<title>T</title><a:updated>2024-09-05T12:00:00Z</a:updated>`), false},
	} {
		agree(t, row.name, []byte(row.doc))
		if got := everydayItself([]byte(row.doc)); got != row.everyday {
			t.Errorf("%s: everyday is %v", row.name, got)
		}
	}
}

// TestEverydayEntries has one entry a row: what makes it everyday, and what does not.
func TestEverydayEntries(t *testing.T) {
	rss := func(item string) string {
		return `<rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:c="http://purl.org/rss/1.0/modules/content/" xmlns:m="http://search.yahoo.com/mrss/" xmlns:own="http://own.example/"><channel><title>t</title><link>http://a.example/</link>` + item + `</channel></rss>`
	}
	atom := func(entry string) string {
		return `<feed xmlns="http://www.w3.org/2005/Atom" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:a="http://www.w3.org/2005/Atom"><title>t</title>` + entry + `</feed>`
	}
	for _, row := range []struct {
		name, doc string
		everyday  bool
	}{
		{"all of RSS", rss(`<item rdf:about="x" xmlns2="y"><title> a &amp; b </title><link>http://a.example/1?a=1&amp;b=2</link><description><![CDATA[<p>x</p>]]></description>
			<pubDate>Thu, 05 Sep 2024 12:00:00 +0500</pubDate><guid isPermaLink="false">1</guid><author>Ann &lt;a@a.example&gt;</author><category domain="d">c</category>
			<comments>http://a.example/1#c</comments><enclosure url="http://a.example/1.mp3" type="audio/mpeg" length="3"/><c:encoded>&lt;b&gt;x&lt;/b&gt;</c:encoded>
			<dc:creator>Bob</dc:creator><m:content url="i.jpg" medium="image"><m:title type="plain">T</m:title></m:content></item>`), true},
		{"text around CDATA", rss(`<item><title>a &lt; <![CDATA[b & c]]> d<![CDATA[e]]></title></item>`), true},
		{"references by number", rss(`<item><title>&#1063;&#x41;&#39;&apos;&quot;&#150;</title></item>`), true},
		{"one reference of many digits", rss(`<item><title>&#0000000000000065;</title></item>`), false},
		{"an address in an attribute", rss(`<item><link href="http://a.example/a b"/><title>a</title></item>`), true},
		{"no title", rss(`<item><description/></item>`), true},
		{"markup that is not escaped", rss(`<item><title>a <b>b</b></title></item>`), false},
		{"a source", rss(`<item><title>a</title><source url="http://b.example/">b</source></item>`), true},
		{"an element nobody knows", rss(`<item><title>a</title><updated>2024-09-05</updated></item>`), false},
		{"a vocabulary of its own", rss(`<item><title>a</title><own:x a="&nbsp;">b<own:y/><![CDATA[</own:x>]]></own:x><image><url>c</url></image></item>`), true},
		{"a vocabulary under a name that is another's", strings.Replace(rss(`<item><title>a</title><itunes:title>b</itunes:title></item>`), "xmlns:own", "xmlns:itunes", 1), false},
		{"a vocabulary under two names", strings.Replace(rss(`<item><title>a</title><i2:title>b</i2:title></item>`), "xmlns:own=", `xmlns:i1="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:i2="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:own=`, 1), false},
		{"a vocabulary that was not declared", rss(`<item><itunes:title>b</itunes:title></item>`), true},
		{"a prefix that means something else inside", rss(`<item xmlns:dc="http://own.example/"><title>a</title><dc:creator>b</dc:creator></item>`), false},
		{"a declaration at an element", rss(`<item><title>a</title><dc:creator xmlns:dc="http://own.example/">b</dc:creator></item>`), false},
		{"a name with a prefix", `<r:rdf xmlns:r="http://purl.org/rss/1.0/"><r:item><r:title>a</r:title></r:item></r:rdf>`, false},
		{"a date nobody can read but gofeed", rss(`<item><title>a</title><pubDate>6/1/2 15:04</pubDate></item>`), false},
		{"text between elements", rss(`<item><title>a</title> b <link>http://a.example/1</link></item>`), false},
		{"elements in each other", rss(`<item><m:group><m:content url="a.mp4"><m:x><m:y><m:z/></m:y></m:x></m:content></m:group></item>`), false},
		{"all of Atom", atom(`<entry xml:lang="ru"><id>urn:x:1</id><title type="html">a &lt;b&gt;</title><link href="http://a.example/1"/><link rel="enclosure" href="1.mp3" length="5" type="audio/mpeg"/>
			<updated>2024-09-05T12:00:00Z</updated><published>2024-09-05T11:00:00Z</published><summary>s &amp;amp; t</summary><content type="html"><![CDATA[<p>x</p>]]></content>
			<author><name>Ann</name><email>a@a.example</email><uri>http://a.example/ann b</uri></author><category term="t" scheme="http://a.example/c d" label="T"/><dc:rights>r</dc:rights></entry>`), true},
		{"XHTML", atom(`<entry><id>1</id><title>a</title><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p title="a>b">x<br/></p></div></content></entry>`), true},
		{"XHTML of nothing", atom(`<entry><id>1</id><title>a</title><content type="xhtml"/><summary type="xhtml"><div/></summary></entry>`), false},
		{"a title in XHTML", atom(`<entry><id>1</id><title type="xhtml"><div>a</div></title></entry>`), false},
		{"another type", atom(`<entry><id>1</id><title>a</title><content type="image/png">aGVsbG8=</content></entry>`), false},
		{"content elsewhere", atom(`<entry><id>1</id><title>a</title><content type="text/html" src="http://a.example/1"/></entry>`), false},
		{"no id", atom(`<entry><title>a</title><link href="http://a.example/1"/></entry>`), true},
		{"an empty id", atom(`<entry><id/><title>a</title></entry>`), false},
		{"Atom under a prefix", atom(`<entry><id>1</id><a:title>a</a:title></entry>`), false},
		{"another element", atom(`<entry><id>1</id><title>a</title><rights>r</rights></entry>`), false},
	} {
		agree(t, row.name, []byte(row.doc))
		if got := everydayEntries([]byte(row.doc)) == 1; got != row.everyday {
			t.Errorf("%s: everyday is %v", row.name, got)
		}
	}
}

// FuzzEveryday: whatever the bytes, everyday entries are what gofeed reads.
func FuzzEveryday(f *testing.F) {
	for _, doc := range everydaySeeds() {
		f.Add([]byte(doc))
	}
	addFixtures(f)
	f.Fuzz(func(t *testing.T, doc []byte) { agree(t, "fuzz", doc) })
}

func everydaySeeds() map[string]string {
	seeds := map[string]string{"rss": rssSample, "atom": atomSample}
	for i, h := range hosts() {
		seeds[string(rune('a'+i))] = h.with(`<p xml:base="a/"><x:b href="c">&amp;d</p>`)
	}
	for name, inner := range map[string]string{
		"cdata":   `<title><![CDATA[a]]>&lt;b&#10;</title><guid isPermalink="FALSE">g</guid><description>]]&gt;&nbsp;&#x0;</description>`,
		"media":   `<media:group><media:content url="a.mp4"><media:title>t&#13;</media:title></media:content></media:group><dc:creator>a&amp;b</dc:creator>`,
		"odd":     `<TITLE>a</TITLE><pubdate>Thu, 05 Sep 2024 12:00:00 MSK</pubdate><link/><link>b</link><author/><category/><a/>`,
		"attrs":   `<guid isPermaLink='true' isPermaLink="false" x:y="z">1</guid><enclosure url="&#65;" length="&lt;" type='"'/><category domain="">c</category>`,
		"content": `<content:encoded><p>a</p></content:encoded><dc:date>2024-09-05T12:00:00+05:00</dc:date>`,
	} {
		seeds[name] = wrap(inner)
		seeds[name+" atom"] = strings.NewReplacer("guid", "id", "pubdate", "updated").Replace(`<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xmlns:dc="http://purl.org/dc/elements/1.1/"><entry>` + inner + `</entry></feed>`)
	}
	return seeds
}
