package parse

import (
	"fmt"
	stdhtml "html"
	"strings"
	"testing"
	"unicode/utf8"

	"topicwire/feed/html"
)

// The line breaks of plain text are kept, by all formats, where they mean something.
func TestLines(t *testing.T) {
	const joined = "The council met on Thursday to speak of the river, of which\nthere is less every year."
	for _, c := range []struct{ name, in, rss, atom string }{
		{"one line", "\n\t\tOne & two.\n\t", "One &amp; two.", "One &amp; two."},
		{"blank lines", "One.\n\nTwo.\n \t\n\n\nThree.", "<p>One.</p><p>Two.</p><p>Three.</p>", "<p>One.</p><p>Two.</p><p>Three.</p>"},
		{"sentences", "One.\nTwo.\r\nThree.", "<p>One.<br>Two.<br>Three.</p>", "<p>One.<br>Two.<br>Three.</p>"},
		{"list", "To do:\n- one\n• two\n3. three", "<p>To do:<br>- one<br>• two<br>3. three</p>", "<p>To do:<br>- one<br>• two<br>3. three</p>"},
		{"no case", "第一行\n第二行", "<p>第一行<br>第二行</p>", "<p>第一行<br>第二行</p>"},
		{"Russian", "Ташкент, 5 сентября.\nСовет собрался.\n\nРеки мелеют.", "<p>Ташкент, 5 сентября.<br>Совет собрался.</p><p>Реки мелеют.</p>", "<p>Ташкент, 5 сентября.<br>Совет собрался.</p><p>Реки мелеют.</p>"},
		{"wrapped", "\n      " + joined + "\n    ", joined, "<p>" + strings.Replace(joined, "\n", "<br>", 1) + "</p>"},
		{"wrapped and indented", "\n      " + strings.Replace(joined, "\n", "\n      ", 1) + "\n      Nobody knew.\n    ", "<p>" + joined + "<br>Nobody knew.</p>", "<p>" + joined + "<br>Nobody knew.</p>"},
		{"wrapped at the end of a sentence", "The council met on\nThursday. It spoke.\nThe river is almost\ndry now.", "The council met on\nThursday. It spoke.\nThe river is almost\ndry now.", "<p>The council met on<br>Thursday. It spoke.<br>The river is almost<br>dry now.</p>"},
		{"wrapped in paragraphs", "The river has\nless water.\n\nNobody\nknows why.", "<p>The river has\nless water.</p><p>Nobody\nknows why.</p>", "<p>The river has<br>less water.</p><p>Nobody<br>knows why.</p>"},
		{"references", "“One &quot;two&quot;.\nThree &lt; four.", "<p>“One &#34;two&#34;.<br>Three &lt; four.</p>", ""},
		{"markup", "<p>One\nTwo</p>", "<p>One\nTwo</p>", ""},
		{"a tag", "One<br>Two\nThree", "One<br>Two\nThree", ""},
	} {
		text := stdhtml.EscapeString(c.in)
		rss := item(t, "<title>t</title><description>"+text+"</description>").Summary
		if want := html.Sanitize(c.rss, nil); rss != want {
			t.Errorf("%s in RSS\n got %q\nwant %q", c.name, rss, want)
		}
		if c.atom == "" {
			continue
		}
		for _, typ := range []string{"", ` type="text"`, ` type="text/plain"`} {
			d := mustFeed(t, fmt.Sprintf(`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><summary%s>%s</summary></entry></feed>`, typ, text))
			if got := d.Entries[0].Summary; got != c.atom {
				t.Errorf("%s in Atom%s\n got %q\nwant %q", c.name, typ, got, c.atom)
			}
		}
		d := mustFeed(t, fmt.Sprintf(`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","content_text":%q,"summary":%q}]}`, c.in, "x\n\ny"))
		if e := d.Entries[0]; e.Content != c.atom || e.Summary != "<p>x</p><p>y</p>" {
			t.Errorf("%s in JSON\n got %q, %q\nwant %q", c.name, e.Content, e.Summary, c.atom)
		}
	}
}

// A CDATA section whose marks were escaped is none to XML, and not shown.
func TestEscapedCDATA(t *testing.T) {
	for _, c := range []struct{ in, title, text string }{
		{"<![CDATA[River & dam]]>", "River & dam", "River &amp; dam"},
		{"\n <![CDATA[ <b>River</b> ]]> ", "River", "<b>River</b>"},
		{"<![CDATA[a]]><![CDATA[b]]>", "ab", "ab"},
		{"<![CDATA[]]>", "", ""},
		{"a <![CDATA[b]]>", "a <![CDATA[b]]>", "a &lt;![CDATA[b]]&gt;"},
		{"<![CDATA[b", "<![CDATA[b", "&lt;![CDATA[b"},
	} {
		text := stdhtml.EscapeString(c.in)
		e := item(t, "<title>"+text+"</title><description>"+text+"</description>")
		if e.Title != c.title || e.Summary != c.text {
			t.Errorf("%q in RSS: %q, %q; want %q, %q", c.in, e.Title, e.Summary, c.title, c.text)
		}
	}
	for _, doc := range []string{
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>&lt;![CDATA[R &amp; D]]&gt;</title><summary type="text">&lt;![CDATA[R &amp; D]]&gt;</summary></entry></feed>`,
		`<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title type="html">&lt;![CDATA[R &amp;amp; D]]&gt;</title><summary type="html">&lt;![CDATA[R &amp;amp; D]]&gt;</summary></entry></feed>`,
		`{"version":"https://jsonfeed.org/version/1.1","items":[{"id":"1","title":"<![CDATA[R & D]]>","summary":"<![CDATA[R & D]]>"}]}`,
	} {
		if e := mustFeed(t, doc).Entries[0]; e.Title != "R & D" || e.Summary != "R &amp; D" {
			t.Errorf("%s: %q, %q", doc, e.Title, e.Summary)
		}
	}
}

// FuzzParagraphs: no text is lost, and what comes out is clean.
func FuzzParagraphs(f *testing.F) {
	for _, s := range []string{"a\n\nb", "a\nb.\nC", "\r\n a\r\tb\r\n", "<b>\n&amp;", "a,\n)b"} {
		f.Add(s)
	}
	words := func(s string) string { return strings.Join(strings.Fields(s), "") }
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		for _, sure := range []bool{false, true} {
			out := paragraphs(s, sure)
			if got, want := words(html.Text(out)), words(html.CleanXML(s)); got != want {
				t.Errorf("%q, want %q of %q", got, want, s)
			}
			if safe := html.Sanitize(out, nil); unsafe(safe) != "" {
				t.Errorf("%q of %q", safe, s)
			}
		}
	})
}
