package parse

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
)

// wrap puts an item's inside into a document.
func wrap(item string) string {
	return `<rss version="2.0"><channel><item>` + item + `</item></channel></rss>`
}

// TestRepair: what gofeed gets to read of broken markup.
func TestRepair(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing to repair", wrap("<title>a &amp; b &#169;</title>"), wrap("<title>a &amp; b &#169;</title>")},
		{"bare ampersand", wrap("<title>R&D, AT&T; a & b</title>"), wrap("<title>R&amp;D, AT&amp;T; a &amp; b</title>")},
		{"HTML entities", wrap("<title>a&nbsp;b&mdash;c&unknown;</title>"), wrap("<title>a&#160;b&#8212;c&amp;unknown;</title>")},
		{"forbidden reference", wrap("<title>a&#x1F;b&#0;c&#xFFFE;d&#99999999999;</title>"), wrap("<title>abcd</title>")},
		{"UTF-16 halves", wrap("<title>&#xD83D;&#xDE00;</title>"), wrap("<title>&#128512;</title>")},
		{"half of UTF-16", wrap("<title>a&#xD83D;b</title>"), wrap("<title>ab</title>")},
		{"upper-case X", wrap("<title>&#X41;</title>"), wrap("<title>&#65;</title>")},
		{"bare angle bracket", wrap("<title>a < b <3 <a@b.c></title>"), wrap("<title>a &lt; b &lt;3 &lt;a@b.c></title>")},
		{"end of CDATA in text", wrap("<title>a]]>b</title>"), wrap("<title>a]]&gt;b</title>")},
		{"comment", wrap("<title>a<!-- -- --><!---->b</title>"), wrap("<title>ab</title>")},
		{"processing instruction", wrap("<?php echo 1 ?><title>a</title>"), wrap("<title>a</title>")},
		{"declaration inside", wrap("<!DOCTYPE a [<!ENTITY b 'c>'>]><title>a</title>"), wrap("<title>a</title>")},
		{"prolog", "\n<?xml version='1.0'?><!-- a > b --><!DOCTYPE rss [ <!ENTITY a '>'> ]>\n" + wrap(""), wrap("")},
		{"script output before", "<br />\n<b>Notice</b>: x < y in <?xml version='1.0'?>" + wrap(""), wrap("")},
		{"junk behind", wrap("") + "<script>1</script>", wrap("")},
		{"unclosed element", wrap("<title>a"), wrap("<title>a</title>")},
		{"stray end tag", wrap("<title>a</b></title></p>"), wrap("<title>a</title>")},
		{"case of tags", wrap("<Title>a</title>"), wrap("<Title>a</Title>")},
		{"HTML's void elements", wrap("<description>a<br>b<img src='c'><hr></description>"), wrap(`<description>a<br/>b<img src="c"/><hr/></description>`)},
		{"HTML's paragraphs", wrap("<description><p>a<p>b</description>"), wrap("<description><p>a</p><p>b</p></description>")},
		{"attributes", wrap(`<a b=c d e='<&"f'>g</a  x>`), wrap(`<a b="c" e="&lt;&amp;&quot;f">g</a>`)},
		{"attribute values", wrap(`<a b="<&amp;&x;" c='"'/>`), wrap(`<a b="&lt;&amp;&amp;x;" c='"'/>`)},
		{"tag never closed", wrap(`<title>a</title><b <link>c</link>`), wrap(`<title>a</title><b><link>c</link></b>`)},
		{"item in item", `<rss><channel><item><title>a</title><item><title>b</title></item></channel></rss>`,
			`<rss><channel><item><title>a</title></item><item><title>b</title></item></channel></rss>`},
		{"item in an unclosed element", `<rss><channel><x:a><x:b/><item/></channel></rss>`, `<rss><channel><x:a><x:b/></x:a><item/></channel></rss>`},
		{"second channel", `<rss><channel><item/></channel><channel><item/></channel></rss>`, `<rss><channel><item/></channel><item/></rss>`},
		{"cut in text", `<rss><channel><item><title>a</title></item><item><title>b`, `<rss><channel><item><title>a</title></item></channel></rss>`},
		{"cut in a tag", `<rss><channel><title>t</title><item><title>a</title></item><item a="b`, `<rss><channel><title>t</title><item><title>a</title></item></channel></rss>`},
		{"cut in CDATA", `<rss><channel><item/><item><title>&x;<![CDATA[b`, `<rss><channel><item/></channel></rss>`},
		{"cut behind an entry", `<rss><channel><item/></cha`, `<rss><channel><item/></channel></rss>`},
		{"foreign namespace of the root", `<rss xmlns="http://example.org/"><channel/></rss>`, `<rss xmlns="` + nsRSS + `"><channel/></rss>`},
		{"namespace of Atom misspelt", `<feed xmlns="http://www.w3.org/2005/atom"><entry/></feed>`, `<feed xmlns="` + nsAtom + `"><entry/></feed>`},
		{"prefix never declared", `<atom:feed><atom:entry/></atom:feed>`, `<atom:feed xmlns:atom="` + nsAtom + `"><atom:entry/></atom:feed>`},
		{"default namespace of RDF misspelt", `<rdf:RDF xmlns:rdf="` + nsRDF + `" xmlns="http://purl.org/rss/1.0"><item/></rdf:RDF>`,
			`<rdf:RDF xmlns:rdf="` + nsRDF + `" xmlns="` + nsRSS + `"><item/></rdf:RDF>`},
		{"xml:base", `<feed xml:base="http://example.org/"><entry xml:base='a/'/></feed>`, `<feed ><entry /></feed>`},
	} {
		lay, err := scan([]byte(c.in), "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if string(written(lay)) != c.want {
			t.Errorf("%s:\n%s, want\n%s", c.name, written(lay), c.want)
		}
	}
}

func TestRepairJSON(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"nothing to repair", `{"items":[{"id":"1"},{"id":"2"}]}`, `{"items":[{"id":"1"},{"id":"2"}]}`},
		{"what is no object", `{"items":[null,{"id":"1"},7,[{}],"a"]}`, `{"items":[{"id":"1"}]}`},
		{"trailing comma", `{"items":[{"id":"1"},]}`, `{"items":[{"id":"1"}]}`},
		{"line end in a string", "{\"items\":[{\"title\":\"a\nb\"}]}", `{"items":[{"title":"a b"}]}`},
		{"items twice", `{"items":[{"id":"1"}],"\u0069tems":[{}]}`, `{"items":[{"id":"1"}],"_items":[{}]}`},
		{"cut in an item", `{"title":"t","items":[{"id":"1"},{"id":"2`, `{"title":"t","items":[{"id":"1"}]}`},
		{"cut behind the items", `{"items":[{"id":"1"}],"title":"t`, `{"items":[{"id":"1"}]}`},
		{"cut in the first item", `{"items":[{"id":"1`, `{"items":[]}`},
	} {
		lay, err := scan([]byte(c.in), "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		all := make([]int, len(lay.entries))
		for i := range all {
			all[i] = i
		}
		if got, _ := io.ReadAll(lay.without(all)); string(got) != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestNotFeed(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{" \n", "empty document"},
		{"hello", "neither XML nor"},
		{"<!DOCTYPE html><html><head></head></html>", "an HTML page"},
		{"<opml><body/></opml>", "the first element is opml"},
		{`{"a":1}`, "without an array of items"},
		{`{"items":null}`, "without an array of items"},
		{"<!-- <rss/> -->", "no rss"},
	} {
		_, err := Feed([]byte(c.in), Options{})
		if !errors.Is(err, ErrNotFeed) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want one that says %q", c.in, err, c.want)
		}
	}
}

// TestRaw: what changes an entry's name and what does not.
func TestRaw(t *testing.T) {
	const item = `<item><guid>1</guid></item>`
	raw := func(doc, address string) uint64 {
		lay, err := scan([]byte(doc), address)
		if err != nil || len(lay.raws) == 0 {
			t.Fatalf("%q: %v", doc, err)
		}
		return uint64(lay.raws[0])
	}
	want := raw(`<rss><channel><link>http://a.example/</link><language>en</language>`+item+`</channel></rss>`, "http://a.example/f")
	for _, c := range []struct {
		name, doc, address string
		same               bool
	}{
		{"build date", `<rss><channel><link>http://a.example/</link><language>en</language><lastBuildDate>now</lastBuildDate>` + item + `</channel></rss>`, "", true},
		{"prolog", `<?xml version="1.0"?><!-- built 12:00 --><rss><channel><link>http://a.example/</link><language>en</language>` + item + `</channel></rss>`, "", true},
		{"address", `<rss><channel><link>http://a.example/</link><language>en</language>` + item + `</channel></rss>`, "http://b.example/f", false},
		{"link", `<rss><channel><link>http://b.example/</link><language>en</language>` + item + `</channel></rss>`, "", false},
		{"link behind", `<rss><channel><link>http://a.example/</link><language>en</language>` + item + `<atom:link rel="self" href="b"/></channel></rss>`, "", false},
		{"language", `<rss><channel><link>http://a.example/</link><language>ru</language>` + item + `</channel></rss>`, "", false},
		{"base", `<rss xml:base="http://b.example/"><channel><link>http://a.example/</link><language>en</language>` + item + `</channel></rss>`, "", false},
		{"channel's tag", `<rss><channel xml:lang="ru"><link>http://a.example/</link><language>en</language>` + item + `</channel></rss>`, "", false},
	} {
		address := c.address
		if address == "" {
			address = "http://a.example/f"
		}
		if same := raw(c.doc, address) == want; same != c.same {
			t.Errorf("%s: same name %v, want %v", c.name, same, c.same)
		}
	}
	// The name does not depend on where the entry stands.
	lay, err := scan([]byte(`<rss><channel><item/><link>http://a.example/</link><language>en</language>`+item+`</channel></rss>`), "http://a.example/f")
	if err != nil || uint64(lay.raws[1]) != want {
		t.Errorf("an entry's name changes with its place (%v)", err)
	}
}

// FuzzScan: whatever the bytes, the repaired document is well formed, and holds
// the entries where the layout says.
func FuzzScan(f *testing.F) {
	f.Add([]byte(wrap(`<title>R&D <b>&nbsp;</title><x:a y=z>]]></x:a><p>a<p>b`)))
	f.Add([]byte(`<rdf:RDF xmlns="a"><channel xml:base="b"/><item rdf:about="c"><br></item>`))
	f.Add([]byte(`<a:feed><a:entry><a:id>1</a:id></a:entry><!--`))
	f.Add([]byte(`{"items":[{"id":1},null,{"a":["b`))
	addFixtures(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		text, err := decode(doc, "")
		if err != nil {
			return
		}
		text = dropForbidden(text)
		lay, err := scan(text, "")
		if err != nil {
			return
		}
		out := written(lay)
		for _, e := range lay.entries {
			if e.start > e.end || e.from > e.to || e.to > len(out) {
				t.Fatalf("span %+v in %d bytes", e, len(out))
			}
		}
		if lay.kind == kindJSON {
			for _, e := range lay.entries {
				if out[e.from] != '{' || out[e.to-1] != '}' {
					t.Fatalf("item %q", out[e.from:e.to])
				}
			}
			return
		}
		d := xml.NewDecoder(strings.NewReader(string(out)))
		for {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%v\n%q", err, out)
			}
		}
		for _, e := range lay.entries {
			if out[e.from] != '<' || out[e.to-1] != '>' {
				t.Fatalf("entry %q", out[e.from:e.to])
			}
		}
	})
}

// written is all that gofeed may read.
func written(l *layout) []byte { return l.out.text(0, l.out.size) }

// addFixtures adds the feeds of other tests as seeds.
func addFixtures(f *testing.F) {
	for _, doc := range []string{rssSample, atomSample, jsonSample} {
		f.Add([]byte(doc))
	}
	for i, h := range hosts() {
		if h.verbatim || i%4 == 0 {
			f.Add([]byte(h.with(`<p xml:base="a/"><x:b href="c">&amp;d</p>`)))
		}
	}
}

func FuzzFeed(f *testing.F) {
	f.Add([]byte(wrap(`<title>a</title><guid>b</guid><pubDate>Thu, 05 Sep 2024 12:00:00 MSK</pubDate>`)))
	f.Add([]byte(`<feed xmlns="http://www.w3.org/2005/Atom" xml:base="http://a.example/"><entry><link href="b"/><content type="xhtml"><div>c</div></content></entry></feed>`))
	f.Add([]byte(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":1,"authors":[null],"tags":["a"]}]}`))
	f.Add([]byte(wrap(`<media:group><media:content url="/a.mp4" duration="3:05" medium="image"><media:title>&lt;![CDATA[x]]&gt;</media:title><media:thumbnail url="b.jpg"/></media:content></media:group>
<itunes:duration>1:2:3</itunes:duration><itunes:episode>7</itunes:episode><podcast:transcript url="t.srt" language="uz"/><podcast:chapters url="javascript:x"/><georss:box>1 2 3 4</georss:box>
<geo:lat>91</geo:lat><geo:long>1</geo:long><atom:link rel="via" href="//v"/><comments>#c</comments><yandex:full-text>&lt;b&gt;t</yandex:full-text><categories><category>a</category></categories>`)))
	f.Add([]byte(`<!DOCTYPE rss [<!ENTITY a "x&b;<i>"><!ENTITY b "&a;"><!ENTITY c SYSTEM "f">]><rss><channel><item><title>&a;&b;&c;</title><description>&lt;iframe src="//y/embed/1"&gt;</description></item></channel></rss>`))
	addFixtures(f)
	f.Fuzz(func(t *testing.T, doc []byte) {
		d, err := Feed(doc, Options{URL: "http://fetched.example/"})
		if err != nil {
			if strings.Contains(err.Error(), "could be read") || strings.Contains(err.Error(), "gofeed:") {
				t.Fatalf("%v: %q", err, doc)
			}
			return
		}
		checkDocument(t, "fuzz", d)
		checkSafe(t, string(doc), d)
		if _, err := json.Marshal(d); err != nil {
			t.Fatal(err)
		}
	})
}
