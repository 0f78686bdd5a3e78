package parse

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"topicwire/feed/html"
)

// What a document's own DTD declares is text.
func TestEntities(t *testing.T) {
	for _, c := range []struct{ name, dtd, in, title, text string }{
		{"text", `<!ENTITY agency "News &amp; Co">`, "&agency; says", "News & Co says", "News &amp; Co says"},
		{"single quotes", `<!ENTITY agency 'The "News"'>`, "&agency;!", `The "News"!`, `The &#34;News&#34;!`},
		{"by number", `<!ENTITY at "AT&#38;T"><!ENTITY d "&#8212;">`, "&at; &d; &#x41;", "AT&T — A", "AT&amp;T — A"},
		{"twice by number", `<!ENTITY lt "x"><!ENTITY less "&#38;#60;">`, "1 &less; 2 &lt; 3", "1 < 2 < 3", "1 &lt; 2 &lt; 3"},
		{"HTML's name", `<!ENTITY nbsp "&#160;"><!ENTITY copy "(c)">`, "a&nbsp;b &copy;", "a b (c)", "a\u00a0b (c)"},
		{"first of a name", `<!ENTITY a "one"><!ENTITY a "two">`, "&a;", "one", "one"},
		{"Cyrillic name", `<!ENTITY агентство "Новости">`, "&агентство;", "Новости", "Новости"},
		{"markup", `<!ENTITY a "&#60;b>x&#60;/b>">`, "&a; y", "<b>x</b> y", "&lt;b&gt;x&lt;/b&gt; y"},
		{"script", `<!ENTITY a "<script>alert(1)</script>">`, "y &a;", "y <script>alert(1)</script>", "y &lt;script&gt;alert(1)&lt;/script&gt;"},
		{"what looks like a reference", `<!ENTITY a "&amp;amp;">`, "&a;", "&amp;", "&amp;amp;"},
		{"one level", `<!ENTITY a "x"><!ENTITY b "&a;&a;"><!ENTITY c "(&b;)">`, "&a; &b; &c;", "x xx (&a;&a;)", "x xx (&amp;a;&amp;a;)"},
		{"of itself", `<!ENTITY a "x&a;">`, "&a;", "xx&a;", "xx&amp;a;"},
		{"somewhere else", `<!ENTITY a SYSTEM "file:///etc/hostname"><!ENTITY b PUBLIC "-//x>" 'http://a.example/'><!ENTITY c SYSTEM "p" NDATA gif>`, "1&a;2&b;3&c;4", "1234", "1234"},
		{"parameter", `<!ENTITY % a "x">`, "&a;", "&a;", "&amp;a;"},
		{"not declared", `<!ENTITY a "x">`, "&b; & &a", "&b; & &a", "&amp;b; &amp; &amp;a"},
		{"in a comment", `<!-- don't <!ENTITY a "x"> --><!ENTITY b "y">`, "&a;&b;", "&a;y", "&amp;a;y"},
		{"in CDATA", `<!ENTITY a "x">`, "<![CDATA[&a;]]>&a;", "&a;x", "&amp;a;x"},
		{"too long", `<!ENTITY a "` + strings.Repeat("x", maxEntity+1) + `">`, "&a;", "&a;", "&amp;a;"},
	} {
		doc := `<?xml version="1.0"?><!-- c --><!DOCTYPE rss [` + c.dtd + `]><rss version="2.0"><channel><title>` + c.in + `</title><item><title>` + c.in + `</title><description>` + c.in + `</description></item></channel></rss>`
		d := mustFeed(t, doc)
		if e := d.Entries[0]; d.Meta.Title != c.title || e.Title != c.title || html.Text(e.Summary) != html.Text(c.text) || unsafe(e.Summary) != "" {
			t.Errorf("%s: %q, %q, %q; want %q, %q", c.name, d.Meta.Title, e.Title, e.Summary, c.title, c.text)
		}
	}
}

// Text stays text however a field is read.
func TestEntitiesByType(t *testing.T) {
	for _, typ := range []string{"", ` type="text"`, ` type="html"`, ` type="xhtml"`} {
		d := mustFeed(t, `<!DOCTYPE feed [<!ENTITY a "<b>&#38;amp;</b>">]><feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><link href="/x?&a;"/>`+
			fmt.Sprintf("<title%[1]s>&a;</title><summary%[1]s>&a;</summary><content%[1]s><![CDATA[]]>&a;</content></entry></feed>", typ))
		const want = "<b>&</b>"
		if e := d.Entries[0]; e.Title != want || html.Text(e.Summary) != want || e.Link != "https://fetched.example/x?%3Cb%3E&%3C/b%3E" {
			t.Errorf("%s: %q, %q, %q", typ, e.Title, e.Summary, e.Link)
		}
	}
}

// A document's entities are part of what its entries say.
func TestEntitiesChangeRaw(t *testing.T) {
	raw := func(value string) any {
		d, err := Feed([]byte(`<!DOCTYPE rss [<!ENTITY a "`+value+`">]>`+rssHead+"<item><title>&a;</title></item></channel></rss>"), Options{})
		if err != nil {
			t.Fatal(err)
		}
		return d.Window[0]
	}
	if raw("x") != raw("x") || raw("x") == raw("y") {
		t.Error("an entry is the same though its entity changed, or another though it did not")
	}
}

// What references become is bounded, and costs what its length costs.
func TestExpansionIsBounded(t *testing.T) {
	many := new(strings.Builder)
	for i := range maxEntities + 50 {
		fmt.Fprintf(many, `<!ENTITY e%d "(%d)">`, i, i)
	}
	long := strings.Repeat("x", maxEntity)
	for name, c := range map[string]struct {
		dtd, in string
		most    int
	}{
		"many":              {many.String(), "&e0; &e199; &e200;", 0},
		"long":              {`<!ENTITY a "` + long + `">`, strings.Repeat("&a;", 10_000), maxExpansion},
		"of long ones":      {`<!ENTITY a "` + long + `"><!ENTITY b "` + strings.Repeat("&a;", 1000) + `">`, strings.Repeat("&b;", 10_000), maxExpansion},
		"markup":            {`<!ENTITY a "` + strings.Repeat("<", maxEntity) + `">`, strings.Repeat("&a;", 10_000), maxExpansion},
		"nothing":           {`<!ENTITY a "">`, strings.Repeat("&a;", 1_000_000), 0},
		"ampersands":        {`<!ENTITY a "` + strings.Repeat("&#38;", maxEntity/5) + `">` + strings.Repeat(`<!ENTITY b "`+strings.Repeat("&", maxEntity)+`">`, 200), strings.Repeat("&", 1_000_000), 0},
		"open tag":          {`<!ENTITY a "x">`, strings.Repeat("<a b='", 100_000), 0},
		"open declarations": {strings.Repeat("<!ENTITY a '", 100_000) + ">", "&a;", 0},
	} {
		head := `<!DOCTYPE rss [` + c.dtd + `]>`
		doc := []byte(head + "<rss>" + c.in)
		out := expanded(doc)
		if len(out) > len(doc)+c.most {
			t.Errorf("%s: %d bytes of %d", name, len(out), len(doc))
		}
		if name == "many" && !bytes.HasSuffix(out, []byte("<rss>(0) (199) &e200;")) {
			t.Errorf("%s", out[len(head):])
		}
	}
}

// FuzzExpanded: no element and no section comes out that was not there.
func FuzzExpanded(f *testing.F) {
	for _, s := range []string{
		`<!DOCTYPE a [<!ENTITY b "<i>]]>">]><a c='&b;' d="&b;">&b;<![CDATA[&b;]]></a>`, `<!DOCTYPE a [<!ENTITY b '"'>]><title type=text>&b;`, `<?x?><!-- --><!doctype a SYSTEM "b" [<!ENTITY c SYSTEM "d">]><a>&c;`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		out := expanded(doc)
		if len(out) > len(doc)+maxExpansion || bytes.Count(out, []byte("<")) > bytes.Count(doc, []byte("<")) {
			t.Errorf("%q becomes %q", doc, out)
		}
		if _, end := declared(doc); end == 0 && !bytes.Equal(out, doc) {
			t.Errorf("%q without a DTD becomes %q", doc, out)
		}
	})
}
