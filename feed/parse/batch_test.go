package parse

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// TestBatches: an entry says the same whether gofeed reads it with all others of its
// document or with few: names that its elements stand for, and the feed's own word, are
// known in every part.
func TestBatches(t *testing.T) {
	text := strings.Repeat("The council met & spoke of the <b>river</b>&nbsp;again. ", 400)
	long := strings.NewReplacer("&", "&amp;", "<", "&lt;").Replace(text)
	for _, c := range []struct {
		name, head, middle, tail string
		entry                    func(n int) string
	}{
		{"RSS", `<rss version="2.0" xmlns:d="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel xmlns:m="http://search.yahoo.com/mrss/" xml:lang="uz"><title>A &bad; B</title><link>https://a.example/b/</link>`, "",
			`<language>ru</language></channel></rss>`, func(n int) string {
				return fmt.Sprintf(`<item><guid isPermaLink="false">%d</guid><title>T %d</title><link>c/%d</link><d:creator>W %d</d:creator><d:date>2024-09-05T12:00:00Z</d:date><m:content url="d/%d.jpg" medium="image"/><category>x</category><content:encoded>%s</content:encoded></item>`, n, n, n, n, n, long)
			}},
		{"RDF, inside the channel and beside it", `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A</title><link>https://a.example/</link>`,
			`</channel>`, `</r:RDF>`, func(n int) string {
				return fmt.Sprintf(`<item r:about="urn:%d"><title>T %d</title><link>/c/%d</link><dc:subject>x</dc:subject><description>%s</description></item>`, n, n, n, long)
			}},
		{"a channel that is not closed", `<rss><channel xmlns="http://example.org/of-its-own"><title>A</title>`, "", ``, func(n int) string {
			return fmt.Sprintf(`<item><guid>%d</guid><title>T %d</title><description>%s</description></item>`, n, n, long)
		}},
		{"Atom with a prefix", `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xml:base="https://a.example/b/" xml:lang="kk"><a:title>A</a:title><a:rights>R</a:rights>`, "",
			`<a:author><a:name>N</a:name></a:author></a:feed>`, func(n int) string {
				return fmt.Sprintf(`<a:entry xml:base="c%d/"><a:id>urn:%d</a:id><a:title type="html">T &lt;i>%d&lt;/i></a:title><a:link href="d"/><a:updated>2024-09-05T12:00:00+05:00</a:updated><a:content type="html">%s</a:content></a:entry>`, n, n, n, long)
			}},
		{"JSON", `{"version":"https://jsonfeed.org/version/1.1","title":"A","home_page_url":"https://a.example/b/","language":"ru","items":[`, "", `],"authors":[{"name":"N"}]}`, func(n int) string {
			comma, tags := ",", `["a"]`
			if n == 0 {
				comma = ""
			}
			if n == 70 {
				tags = `"a, b"` // gofeed refuses the part that it stands in
			}
			return fmt.Sprintf(`%s{"id":"%d","url":"c/%d","title":"T %d","tags":%s,"content_html":%q}`, comma, n, n, n, tags, text)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			const all, few = 120, 10
			doc := func(from, to int) []byte {
				var b strings.Builder
				b.WriteString(c.head)
				for n := from; n < to; n++ {
					if n == all/2 {
						b.WriteString(c.middle)
					}
					s := c.entry(n)
					if n == from {
						s = strings.TrimPrefix(s, ",")
					}
					b.WriteString(s)
				}
				if to <= all/2 {
					b.WriteString(c.middle)
				}
				return []byte(b.String() + c.tail)
			}
			whole, err := Feed(doc(0, all), Options{URL: "https://a.example/feed"})
			if err != nil {
				t.Fatal(err)
			}
			if len(whole.Entries) != all {
				t.Fatalf("%d entries, want %d", len(whole.Entries), all)
			}
			for from := 0; from < all; from += few {
				if from > all/2 && c.middle != "" {
					break // those beside the channel have none to be beside of
				}
				part, err := Feed(doc(from, from+few), Options{URL: "https://a.example/feed"})
				if err != nil {
					t.Fatal(err)
				}
				if !reflect.DeepEqual(part.Meta, whole.Meta) {
					t.Errorf("of the feed %+v, want %+v", part.Meta, whole.Meta)
				}
				if !reflect.DeepEqual(part.Entries, whole.Entries[from:from+few]) {
					t.Errorf("entries %d to %d differ: %.300v, want %.300v", from, from+few, part.Entries, whole.Entries[from:from+few])
				}
			}
		})
	}
}

// TestLeftOut: what no feed has reason to say at such length is left out, and the rest
// is read.
func TestLeftOut(t *testing.T) {
	space, words := strings.Repeat(" \n", 1<<20), strings.Repeat("word ", 200_000)
	date := strings.Repeat("Thu, 05 Sep 2024 12:00:00 +0000 ", 100)
	for name, doc := range map[string]string{
		"white space":    `<rss><channel><title>A</title>` + space + `<item><guid>1</guid><title>T</title></item>` + space + `</channel></rss>`,
		"a description":  `<rss><channel><title>A</title><description>` + words + `</description><item><guid>1</guid><title>T</title></item></channel></rss>`,
		"in CDATA":       `<rss><channel><title>A</title><x:y xmlns:x="z"><![CDATA[` + words + `]]></x:y><item><guid>1</guid><title>T</title></item></channel></rss>`,
		"dates":          `<rss><channel><title>A</title><pubDate>` + date + `</pubDate><item><guid>1</guid><pubDate>` + date + `</pubDate><title>T</title></item></channel></rss>`,
		"dates of Atom":  `<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><updated>` + date + `</updated><entry><id>1</id><published>` + date + `<b>1</b></published><title>T</title><source><updated>` + date + `</updated></source></entry></feed>`,
		"JSON's members": `{"title":"A","description":"` + words + `","_x":["` + words + "\t" + `"],"items":[{"id":"1","title":"T"}]}`,
	} {
		text := []byte(doc)
		lay, err := scan(text, "")
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if lay.out.size > 2*maxFeedText {
			t.Errorf("%s: gofeed gets %d bytes to read", name, lay.out.size)
		}
		if strings.Contains(name, "dates") && strings.Contains(string(written(lay)), "2024") {
			t.Errorf("%s: gofeed gets a long date to read", name)
		}
		d, err := Feed(text, Options{})
		if err != nil || len(d.Entries) != 1 || d.Entries[0].Title != "T" || d.Entries[0].ID != "1" || d.Meta.Title != "A" || !d.Entries[0].Given().IsZero() {
			t.Errorf("%s: %+v, %v", name, d, err)
		}
	}
}

// TestMade: what a document becomes is bounded, however little it says.
func TestMade(t *testing.T) {
	base := "https://a.example/" + strings.Repeat("b", 2000) + "/"
	var b strings.Builder
	b.WriteString(`<feed xmlns="http://www.w3.org/2005/Atom">`)
	for n := range 200 {
		fmt.Fprintf(&b, `<entry xml:base="%s"><id>%d</id>`, base, n)
		for i := range 100 {
			fmt.Fprintf(&b, `<link rel="related" href="%d"/>`, i)
		}
		b.WriteString("</entry>")
	}
	if d, err := Feed([]byte(b.String()+"</feed>"), Options{}); err == nil || !strings.Contains(err.Error(), "entries are longer") {
		t.Errorf("%v, %v", d != nil, err)
	}
	title := strings.Repeat("слово ", 100_000)
	d, err := Feed([]byte(wrap("<title>"+title+"</title><category>"+title+"</category>")), Options{})
	if err != nil || len(d.Entries[0].Title) > maxPlain || len(d.Entries[0].Categories[0].Term) > maxPlain || !strings.HasPrefix(d.Entries[0].Title, "слово слово") {
		t.Errorf("%v", err)
	}
}

// TestNeed: what elements and values will take is told before they are read.
func TestNeed(t *testing.T) {
	for name, doc := range map[string]string{
		"XML":  wrap(strings.Repeat(`<x:a b="c"/>`, 10_000)),
		"JSON": `{"items":[{"attachments":[` + strings.Repeat("{},", 10_000) + `{}]}]}`,
	} {
		need, no := 0, fmt.Errorf("no")
		_, err := Feed([]byte(doc), Options{Need: func(n int) error { need = n; return no }})
		if err != no || need < 2_000_000 {
			t.Errorf("%s: %d bytes, %v", name, need, err)
		}
	}
}
