package html

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestDigest(t *testing.T) {
	const page = "https://a.example/1"
	for _, c := range []struct{ name, in, want string }{
		{"nothing", "", ""},
		{"nothing that is seen", "<p>\u200b</p><img src='https://a.example/a.jpg'>", ""},
		{"text", "One &amp; two", "One &amp; two"},
		{"one paragraph", "<p>One <b>bold</b> &lt;word&gt;</p>", "One bold &lt;word&gt;"},
		{"paragraphs", "<div><p>One</p>\n<p>two</p> three</div>", "<p>One</p><p>two</p><p>three</p>"},
		{"heading", "<h2>One</h2>two<blockquote>three</blockquote>", "<p>One</p><p>two</p><p>three</p>"},
		{"lines", "<p>One<br>two<br/> three<br></p>", "One<br>two<br>three"},
		{"two breaks", "One<br><br>two<br>\n<br>three", "<p>One</p><p>two</p><p>three</p>"},
		{"list", "One:<ul><li>two</li><li>three</li></ul>four", "<p>One:</p><ul><li>two</li><li>three</li></ul><p>four</p>"},
		{"list by itself", "<ol><li>two</li></ol>", "<ol><li>two</li></ol>"},
		{"two lists", "<ul><li>a</li></ul><ol><li>b</li></ol>", "<ul><li>a</li></ul><ol><li>b</li></ol>"},
		{"list in a list", "<ul><li>a<ol><li>b</li></ol>c</li><li>d</li></ul>", "<ul><li>a</li></ul><ol><li>b</li></ol><ul><li>c</li><li>d</li></ul>"},
		{"paragraphs of an item", "<ul><li><h3>a</h3><p>b</p><p>c</p></li></ul>", "<ul><li>a<br>b<br>c</li></ul>"},
		{"item of no list", "<li>a</li><li>b</li></ul></li>", "<p>a</p><p>b</p>"},
		{"table", "<table><thead><tr><th>Year</th><th>Trade</th></tr></thead><tbody><tr><td>2023</td><td>5,4</td></tr></tbody></table>", "<p>Year · Trade</p><p>2023 · 5,4</p>"},
		{"empty cells", "<table><tr><td></td><td>a</td><td></td><td>b</td><td></td></tr></table>", "a · b"},
		{"paragraphs of a cell", "<table><tr><td><p>a</p><p>b</p></td><td>c</td></tr></table>", "<p>a</p><p>b</p><p>c</p>"},
		{"rule", "a<hr>b", "<p>a</p><p>b</p>"},
		{"link", `See <a href="https://a.example/?b=1&amp;c=2" title="x"> this <i>page</i> </a>.`, `See <a href="https://a.example/?b=1&amp;c=2">this page</a> .`},
		{"contacts", `<a href="mailto:a@b.example">write</a>, <a href="tel:+1">call</a>, <a href="tg://resolve?domain=a">join</a>`, `<a href="mailto:a@b.example">write</a>, <a href="tel:+1">call</a>, <a href="tg://resolve?domain=a">join</a>`},
		{"links that lead nowhere", `<a href="javascript:x">a</a> <a href="/b">b</a> <a>c</a>`, "a b c"},
		{"link of a picture", `<a href="` + page + `"><img src="https://a.example/a.jpg"></a>Text`, "Text"},
		{"links side by side", `<a href="` + page + `">a</a>b<a href="` + page + `">c</a> <a href="https://b.example/">d</a>`, `<a href="` + page + `">a</a>b<a href="` + page + `">c</a> <a href="https://b.example/">d</a>`},
		{"link over paragraphs", `<a href="` + page + `"><p>a</p><p>b</p></a>`, `<p><a href="` + page + `">a</a></p><p><a href="` + page + `">b</a></p>`},
		{"no markup goes on", `a<script>x</script><svg><text>x</text></svg><b onclick="x">b</b>`, "ab"},
		{"quotes", `"a" 'b' <a href="https://a.example/?'">c</a>`, `"a" 'b' <a href="https://a.example/?'">c</a>`},

		{"WordPress", `<p>Text.</p><p>The post <a href="` + page + `">One</a> appeared first on <a href="https://a.example">A</a>.</p>`, "Text."},
		{"WordPress on the last line", `<p>Text.<br>Сообщение <a href="` + page + `">One</a> появились сначала на <a href="https://a.example">A</a>.</p>`, "Text."},
		{"no WordPress", "<p>The post of minister appeared.</p>", "The post of minister appeared."},
		{"read more", `<p>Text. <a href="` + page + `">Read more</a></p>`, "Text."},
		{"read more in brackets", `<p>Text (<a href="` + page + `">Read more…</a>)</p>`, "Text"},
		{"read more in a paragraph", `<p>Text.</p><p><a href="` + page + `">Read more &raquo;</a></p><p>Continue reading →</p>`, "Text."},
		{"read more on a line", `Text.<br>Читать далее &raquo;`, "Text."},
		{"continue reading the title", `<p>Text&hellip; <a href="` + page + `">Continue reading <span>One</span> &rarr;</a></p>`, "Text…"},
		{"dots", `<p>Text <a href="` + page + `">[…]</a></p>`, "Text…"},
		{"dots that are text", `<p>Text […]</p>`, "Text […]"},
		{"Russian", `<p>Текст.</p><p><a href="` + page + `">Подробнее…</a></p>`, "Текст."},
		{"Russian with a title", `<p>Текст.</p><p>Подробнее: <a href="` + page + `">Заголовок</a></p>`, "Текст."},
		{"Uzbek", `<p>Matn. <a href="` + page + `">Batafsil</a></p>`, "Matn."},
		{"Uzbek, Davomi", `<p>Matn.</p><a href="` + page + `">Davomi &gt;&gt;</a>`, "Matn."},
		{"Uzbek, Cyrillic", `<p>Матн.</p><p><a href="` + page + `">Давоми</a></p>`, "Матн."},
		{"Uzbek, with an address", `<p>Матн.</p><p>Батафсил: https://a.example/1</p>`, "Матн."},
		{"Uzbek, apostrophes", `<p>Matn.</p><p><a href="` + page + `">To‘liq o‘qish</a></p>`, "Matn."},
		{"nothing else", `<a href="` + page + `">Read more</a>`, ""},
		{"read more here", `<p>Text. <a href="` + page + `">Read More Here &rarr;</a></p>`, "Text."},
		{"learn more of something else", `<p>Text.</p><p>Learn more at https://a.example/</p>`, "<p>Text.</p><p>Learn more at https://a.example/</p>"},
		{"WordPress in German", `Text.<p>Der Beitrag <a href="` + page + `">Eins</a> erschien zuerst auf <a href="https://a.example">A</a>.</p>`, "Text."},
		{"read more amid text", `<p><a href="` + page + `">Read more</a></p><p>Text</p>`, `<p><a href="` + page + `">Read more</a></p><p>Text</p>`},
		{"read more than", `<p>Text.</p><p>Read more than he could, he said</p>`, "<p>Text.</p><p>Read more than he could, he said</p>"},
		{"more of something else", `<p>Text.</p><p>More</p>`, "<p>Text.</p><p>More</p>"},
		{"in detail of something", `<p>Текст.</p><p>Подробнее о проекте рассказал министр.</p>`, "<p>Текст.</p><p>Подробнее о проекте рассказал министр.</p>"},
		{"share bar", `<p>Text.</p><p><a href="https://www.facebook.com/sharer/sharer.php?u=x">Facebook</a> | <a href="https://twitter.com/intent/tweet?url=x">Tweet this</a> <a href="https://t.me/share/url?url=x">Telegram</a></p><p>End.</p>`, "<p>Text.</p><p>End.</p>"},
		{"share list", `Text.<p>Share this:</p><ul><li><a href="https://vk.com/share.php?url=x">VK</a></li><li><a href="https://api.whatsapp.com/send?text=x">WhatsApp</a></li><li><a href="mailto:?body=x">E-mail</a></li></ul>`, "Text."},
		{"share in Russian", `<p>Текст.</p><div>Поделиться в <a href="https://x.com/intent/post?url=x">X</a></div>`, "Текст."},
		{"links to networks", `<p>We are on <a href="https://t.me/wire">Telegram</a></p><p><a href="https://www.facebook.com/wire">Facebook</a></p>`, `<p>We are on <a href="https://t.me/wire">Telegram</a></p><p><a href="https://www.facebook.com/wire">Facebook</a></p>`},
		{"link to share in a sentence", `<p>He wrote <a href="https://twitter.com/intent/tweet?url=x">a post</a> about it</p>`, `He wrote <a href="https://twitter.com/intent/tweet?url=x">a post</a> about it`},
	} {
		t.Run(c.name, func(t *testing.T) { checkDigest(t, c.in, 500, c.want) })
	}
}

// What is longer than the limit ends at a word, and never inside a character.
func TestDigestIsCut(t *testing.T) {
	const page = "https://a.example/1"
	for _, c := range []struct {
		name  string
		in    string
		limit int
		want  string
	}{
		{"fits", "two words", 9, "two words"},
		{"word", "two words more", 10, "two words…"},
		{"comma", "two, words", 6, "two…"},
		{"no room", "two words", 0, ""},
		{"less than none", "two words", -5, ""},
		{"long word", "unbreakable", 5, "unbr…"},
		{"paragraph", "<p>one</p><p>two words</p>", 9, "<p>one</p><p>two…</p>"},
		{"paragraph without room", "<p>one</p><p>two words</p>", 5, "one…"},
		{"paragraph that fills it", "<p>one</p><p>two</p>", 3, "one…"},
		{"ends in dots", "<p>one…</p><p>two</p>", 4, "one…"},
		{"item", "<ul><li>one</li><li>two words</li><li>x</li></ul>", 9, "<ul><li>one</li><li>two…</li></ul>"},
		{"cell", "<table><tr><td>one</td><td>two</td></tr></table>", 7, "one…"},
		{"line", "one<br>two<br>three", 8, "one<br>two…"},
		{"link", `<a href="` + page + `">one two three</a> four`, 10, `<a href="` + page + `">one two</a>…`},
		{"link behind", `one two <a href="` + page + `">three</a>`, 10, "one two…"},
		{"boilerplate does not count", `<p>one two</p><p><a href="` + page + `">Read more</a></p>`, 7, "one two"},
		{"references", "&amp;&lt;&gt; &amp;&lt;&gt;", 5, "&amp;&lt;&gt;…"},
		{"combining marks", strings.Repeat("e\u0301\u0323", 5), 6, "e\u0301\u0323…"},
		{"ZWJ", strings.Repeat("👩‍👩‍👧", 3), 8, "👩‍👩‍👧…"},
		{"skin tone", strings.Repeat("👍🏽", 3), 4, "👍🏽…"},
		{"flags", "🇺🇿🇰🇿🇹🇯", 4, "🇺🇿…"},
		{"flag of tags", "🏴󠁧󠁢󠁳󠁣󠁴󠁿🏴󠁧󠁢󠁳󠁣󠁴󠁿", 9, "🏴󠁧󠁢󠁳󠁣󠁴󠁿…"},
		{"keycap", "1️⃣2️⃣", 5, "1️⃣…"},
		{"Hangul letters", "\u1112\u1161\u11ab\u1112\u1161\u11ab", 5, "\u1112\u1161\u11ab…"},
		{"Devanagari", "क्षक्ष", 5, "क्ष…"},
		{"one character too many", "e" + strings.Repeat("\u0301", 20), 10, ""},
		{"Chinese", "第一行第二行", 4, "第一行…"},
		{"Chinese behind a word", "A 第一行第二行", 6, "A 第一行…"},
		{"Thai behind a word", "ก ขขขขขขขขข", 9, "ก ขขขขขข…"},
	} {
		t.Run(c.name, func(t *testing.T) { checkDigest(t, c.in, c.limit, c.want) })
	}
}

func checkDigest(t *testing.T, in string, limit int, want string) {
	t.Helper()
	got := Digest(in, limit)
	if got != want {
		t.Errorf("Digest(%q, %d)\n got %q\nwant %q", in, limit, got, want)
	}
	checkDigested(t, in, got, limit)
}

// checkDigested fails unless a digest keeps every promise.
func checkDigested(t *testing.T, in, out string, limit int) {
	t.Helper()
	check(t, in, out)
	if n := utf8.RuneCountInString(Text(out)); n > max(limit, 0)+1 {
		t.Errorf("%d characters of %d: %q from %q", n, limit, out, in)
	}
	if strings.ContainsAny(tags(out), "0123456789") || strings.Contains(out, "<img") {
		t.Errorf("markup: %q from %q", out, in)
	}
}

func FuzzDigest(f *testing.F) {
	for i, list := range [][]string{payloads, news, {
		"<p>The post a appeared first on b", "<a href=https://t.me/share>x</a>", "a<br><a href=https://a.example/>Read more</a>", "<a href='mailto:?'>&nbsp;</a>\u200b", "🇺🇿e\u0301👩‍👩‍👧", "<ul><ul><li>a</ul>b</ol>",
	}} {
		for _, s := range list {
			f.Add(s, 5+i*20)
			f.Add(s, 500)
		}
	}
	f.Fuzz(func(t *testing.T, in string, limit int) {
		out := Digest(in, limit)
		checkDigested(t, in, out, min(limit, maxDigest))
		// Whole texts are the same once more, but for what a second look takes for
		// a link to the rest.
		if again := Digest(out, limit); limit > len(out) && len(again) > len(out) {
			t.Errorf("%q, then %q", out, again)
		}
	})
}

func BenchmarkDigest(b *testing.B) {
	in := article("")
	b.SetBytes(int64(len(in)))
	b.ReportAllocs()
	for b.Loop() {
		Digest(in, 500)
	}
}
