package html

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"  a\n\tb  ", "a b"},
		{"<p>One</p><p>two</p>", "One two"},
		{"one<br>two<br/>three", "one two three"},
		{"un<b>believ</b>able", "unbelievable"},
		{"<ul><li>a</li><li>b</li></ul>", "a b"},
		{"<table><tr><td>a</td><td>b</td></tr></table>", "a b"},
		{"AT&amp;T &lt;b&gt; &laquo;x&raquo;&nbsp;y", "AT&T <b> «x» y"},
		{"a<script>var x = '<p>';</script>b", "ab"},
		{"a<style>p{}</style>b", "ab"},
		{"a<iframe src=x/>b", "ab"},
		{"a<iframe src='x'/>b", "ab"},
		{"a<svg><text>x</text></svg>b", "ab"},
		{"a<!-- x -->b", "ab"},
		{"1 < 2", "1 < 2"},
		{"a\x00b&#1;c", "abc"},
		{"<p>Ўзбекистон&#8212;Тошкент</p>", "Ўзбекистон—Тошкент"},
		{"<noscript>x</noscript>", "x"},
	} {
		// An unquoted value takes the slash: the iframe is open to the end.
		if c.in == "a<iframe src=x/>b" {
			c.want = "a"
		}
		if got := Text(c.in); got != c.want {
			t.Errorf("Text(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"AT&amp;T", "AT&T"},
		{"R&D, Q&A", "R&D, Q&A"},
		{"1 < 2", "1 < 2"},
		{"a < b > c", "a < b > c"},
		{"1 &lt; 2", "1 < 2"},
		{"<3 Tashkent", "<3 Tashkent"},
		{"vector<int> in C++", "vector<int> in C++"},
		{"Foo <Bar> baz", "Foo <Bar> baz"},
		{"<b>Bold</b> news", "Bold news"},
		{"<B>Bold</B> AT&amp;T", "Bold AT&T"},
		{"The <b> element", "The <b> element"},
		{"one<br/>two", "one two"},
		{`<a href="/x">SCO</a> meets`, "SCO meets"},
		{"&lt;b&gt;x&lt;/b&gt;", "<b>x</b>"},
		{"Don&#39;t, don&rsquo;t", "Don't, don’t"},
		{"&copy 2024 &copy; 2024", "&copy 2024 © 2024"},
		{"x&wibble;y &; &#; &#x;", "x&wibble;y &; &#; &#x;"},
		{"&notit; now", "&notit; now"},
		{"?a=1&copy=2;", "?a=1&copy=2;"},
		{"  a \n b ", "a b"},
		{"a\x07b", "ab"},
		{"<!-- x -->Title", "Title"},
		{"<p>Title", "<p>Title"},
		{"&#1056;&#1060;", "РФ"},
	} {
		if got := Plain(c.in); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func TestCleanXML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"", ""},
		{"a\tb\nc\rd", "a\tb\nc\rd"},
		{"a\x00b\x1fc", "abc"},
		{"\xff\xfea\xc3", "a"},
		{"\xed\xa0\x80a", "a"}, // a surrogate in UTF-8
		{"\uFFFEa\uFFFF", "a"},
		{"\uFFFDa", "\uFFFDa"},
		{"a\U0001F600\U0010FFFD\U0010FFFF\uFDD0", "a\U0001F600\U0010FFFD"},
		{"Ўзбек\x0b", "Ўзбек"},
		{"a\u0093b\x7fc\u0085d\u00a0", "abc d\u00a0"},
	} {
		if got := CleanXML(c.in); got != c.want {
			t.Errorf("CleanXML(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	clean := strings.Repeat("Тошкент news ", 50)
	if n := testing.AllocsPerRun(10, func() { CleanXML(clean) }); n != 0 {
		t.Errorf("%v allocations for a clean string", n)
	}
}

func TestShorten(t *testing.T) {
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"", 5, ""},
		{"short", 5, "short"},
		{"two words", 8, "two…"},
		{"two words", 9, "two words"},
		{"two words more", 10, "two words…"},
		{"one, two three", 5, "one…"},
		{"unbreakable", 5, "unbr…"},
		{"Ўзбекистон пойтахти", 12, "Ўзбекистон…"},
		{"a b c", 1, "…"},
		{"abc", 0, ""},
		{"abc", -1, ""},
	} {
		got := Shorten(c.in, c.n)
		if got != c.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
		if c.n >= 0 && utf8.RuneCountInString(got) > c.n {
			t.Errorf("Shorten(%q, %d) has %d characters", c.in, c.n, utf8.RuneCountInString(got))
		}
	}
}

func FuzzText(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	for _, p := range news {
		f.Add(p)
	}
	f.Add("AT&amp;T 1 < 2 &#8212;")
	f.Fuzz(func(t *testing.T, in string) {
		for _, got := range []string{Text(in), Plain(in), Shorten(Text(in), 20)} {
			if CleanXML(got) != got || collapse(got) != got {
				t.Errorf("%q from %q", got, in)
			}
		}
		if fast, ok := simpleText(CleanXML(in)); ok && fast != parsedText(CleanXML(in)) {
			t.Errorf("text of %q is %q or %q", in, fast, parsedText(CleanXML(in)))
		}
		if clean := CleanXML(in); CleanXML(clean) != clean || !utf8.ValidString(clean) {
			t.Errorf("CleanXML(%q) = %q", in, clean)
		}
		// What a reader of the sanitised fragment sees is what Text says.
		if safe := Sanitize(in, base); len(in) < 1000 && strings.TrimSpace(in) == in && squash(Text(safe)) != squash(Text(in)) && balanced(in) && !embeds(in) {
			t.Errorf("text of %q is %q, sanitised %q", in, Text(in), Text(safe))
		}
	})
}

// balanced reports whether the fragment is one that both readings agree on:
// nothing in it is dropped as too deep.
func balanced(in string) bool { return strings.Count(in, "<") < maxDepth-3 }

// embeds reports whether the fragment shows something that Sanitize puts a link in
// the place of, whose words are not the fragment's.
func embeds(in string) bool {
	for name, e := range elements {
		if e.embeds && strings.Contains(asciiLower(in), "<"+name) {
			return true
		}
	}
	return false
}

// squash leaves out what may differ: gaps between words, and marks that are no
// text.
func squash(s string) string {
	return strings.Map(func(r rune) rune {
		if !visible(r) {
			return -1
		}
		return r
	}, s)
}
