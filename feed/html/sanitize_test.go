package html

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

var base = mustParse("https://news.example/2024/09/story.html")

func mustParse(s string) *url.URL {
	u, err := url.Parse(s)
	if err != nil {
		panic(err)
	}
	return u
}

func TestSanitize(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"empty", "", ""},
		{"white space", " \n\t ", ""},
		{"only a no-break space", "<p>&nbsp;</p>", ""},
		{"only a pixel", `<img src="https://a.example/p.gif" width="1" height="1">`, ""},
		{"only a script", "<script>alert(1)</script>", ""},
		{"text", "Tashkent hosts", "Tashkent hosts"},
		{"text is trimmed", "\n Tashkent \u00a0", "Tashkent"},
		{"everyday", `<p>One <a href="https://a.example/x?a=1&amp;b=2">two</a> <b>three</b></p>`, `<p>One <a href="https://a.example/x?a=1&amp;b=2">two</a> <b>three</b></p>`},
		{"bare ampersand", `AT&T <a href="https://a.example/?a=1&b=2">x</a>`, `AT&amp;T <a href="https://a.example/?a=1&amp;b=2">x</a>`},
		{"less than", "1 < 2 > 0", "1 &lt; 2 &gt; 0"},
		{"relative link", `<a href="../x">y</a>`, `<a href="https://news.example/2024/x">y</a>`},
		{"rooted link", `<a href="/x">y</a>`, `<a href="https://news.example/x">y</a>`},
		{"scheme-relative image", `<img src="//img.example/a.jpg">`, `<img src="https://img.example/a.jpg">`},
		{"mail link", `<a href=" MailTo:a@b.example?subject=A b&amp;cc=c@d.example">write</a>`, `<a href="mailto:a@b.example?subject=A%20b&amp;cc=c@d.example">write</a>`},
		{"mail link to nobody yet", `<a href="mailto:?subject=x">write</a>`, `<a href="mailto:?subject=x">write</a>`},
		{"mail link with slashes", `<a href="mailto://a@b.example">write</a>`, `<a href="mailto:a@b.example">write</a>`},
		{"mail link with controls", "<a href=\"mailto:a@b.example\r\n\x01?x=\x7f\u00a0\">write</a>", `<a href="mailto:a@b.example?x=">write</a>`},
		{"telephone", "<a href='tel:+998 71\u00a0123-45-67'>call</a>", `<a href="tel:+99871123-45-67">call</a>`},
		{"Telegram", `<a href="tg://resolve?domain=wire">join</a>`, `<a href="tg://resolve?domain=wire">join</a>`},
		{"Telegram with a user", `<a href="tg://a:b@resolve?domain=wire">join</a>`, `<a href="tg://resolve?domain=wire">join</a>`},
		{"contact that is none", `<a href="mailto:">a</a> <a href="tel: ">b</a> <a href="tg://">c</a>`, "a b c"},
		{"contact that is no link of an image", `x<img src="mailto:a@b.example">`, "x"},
		{"other schemes become text", `<a href="sms:+1">a</a> <a href="ftp://a.example/">b</a> <a href="data:text/html,x">c</a> <a href="whatsapp://send">d</a>`, "a b c d"},
		{"script link becomes text", `<a href="JaVaScript:alert(1)">click</a>`, "click"},
		{"entities in a scheme", `<a href="java&#115;cript&colon;alert(1)">click</a>`, "click"},
		{"data image goes", `x<img src="data:image/png;base64,AAAA">`, "x"},
		{"attributes go", `<p id="a" class="b" style="color:red" onclick="x()">y</p>`, "<p>y</p>"},
		{"direction stays", `<p dir="RTL" lang="ug">y</p>`, `<p dir="rtl" lang="ug">y</p>`},
		{"unknown element", `<wibble>x <b>y</b></wibble>`, `x <b>y</b>`},
		{"span and font", `<span style="x"><font color=red>y</font></span>`, "y"},
		{"unclosed", "<p>one<p>two <b>bold", "<p>one</p><p>two <b>bold</b></p>"},
		{"stray end tags", "</div></p>x</b></ul>", "x"},
		{"crossed", "<b>a<i>b</b>c</i>", "<b>a<i>b</i></b>c"},
		{"upper case", "<P>x<BR>y</P>", "<p>x<br>y</p>"},
		{"sections", "<section><h1>x</h1><article>y</article></section>", "<div><h1>x</h1><div>y</div></div>"},
		{"heading in heading", "<h2>a<h3>b</h3>", "<h2>a</h2><h3>b</h3>"},
		{"list", "<ul><li>a<li>b</ul>", "<ul><li>a</li><li>b</li></ul>"},
		{"nested list", "<ul><li>a<ul><li>b</ul><li>c</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"},
		{"link in link", `<a href="/a">x<a href="/b">y</a>`, `<a href="https://news.example/a">x</a><a href="https://news.example/b">y</a>`},
		{"table", "<table><tr><td>a<td>b<tr><th>c</table>", "<table><tbody><tr><td>a</td><td>b</td></tr><tr><th>c</th></tr></tbody></table>"},
		{"text in a table", "<table>x<tr><td>a</table>", "<table><tbody><tr><td>x</td></tr><tr><td>a</td></tr></tbody></table>"},
		{"cell without a table", "<td>a</td><td>b</td>", "a b"},
		{"span bounds", `<table><tr><td colspan="99999" rowspan=2>a</table>`, `<table><tbody><tr><td rowspan="2">a</td></tr></tbody></table>`},
		{"drawing", `a<svg><title>t</title><path d="M0"/><text>x</text></svg>b`, "ab"},
		{"drawing left open", `a<svg><g><p>b</p>`, "a<p>b</p>"},
		{"noscript", `<noscript><img src="/a.jpg"></noscript>`, `<img src="https://news.example/a.jpg">`},
		{"form", `<form action="/x"><input name=y>Search<button>Go</button></form>`, "<div>Search</div>"},
		{"comment", "a<!-- b -->c", "ac"},
		{"conditional comment", "a<!--[if IE]><script>x</script><![endif]-->c", "ac"},
		{"pixel by style", `x<img src="/p.gif" style="width: 1px; height:1px">`, "x"},
		{"hidden by style", `x<img src="/p.gif" style="display:none">`, "x"},
		{"zero height", `x<img src="/p.gif" height=0>`, "x"},
		{"image with a size", `<img src="/p.gif" width="640px" height="100%">`, `<img src="https://news.example/p.gif" width="640">`},
		{"control characters", "a\x00b\x0bc&#1;d&#x1F;e", "abcde"},
		{"carriage return", "a\r\nb&#13;c", "a\nbc"},
		{"not UTF-8", "a\xffb", "ab"},
		{"noncharacter", "a\uFFFEb", "ab"},
		{"user in a link", `<a href="https://bank.example@evil.example/">x</a>`, `<a href="https://evil.example/">x</a>`},
		{"space in a link", `<a href=" https://a.example/a b ">x</a>`, `<a href="https://a.example/a%20b">x</a>`},
		{"line break in a link", "<a href=\"https://a.example/a\nb\">x</a>", `<a href="https://a.example/ab">x</a>`},
		{"quotes in an attribute", `<img src="/a.jpg" alt='say "x" <b>'>`, `<img src="https://news.example/a.jpg" alt="say &#34;x&#34; &lt;b&gt;">`},
		{"empty elements of XHTML", "a<b/>c<p/>d", "a<b></b>c<p></p>d"},
		{"first attribute counts", `<a href="https://a.example/1" href="javascript:x">y</a>`, `<a href="https://a.example/1">y</a>`},
		{"Uzbek and Russian", "<p>Oʻzbekiston — Ўзбекистон</p>", "<p>Oʻzbekiston — Ўзбекистон</p>"},
		{"named reference", "<p>&laquo;Да&raquo;</p>", "<p>&laquo;Да&raquo;</p>"},
		{"unknown reference", "<p>&wibble;</p>", "<p>&amp;wibble;</p>"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := Sanitize(c.in, base); got != c.want {
				t.Errorf("Sanitize(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
		})
	}
}

func TestSanitizeWithoutBase(t *testing.T) {
	got := Sanitize(`<a href="/x">a</a> <a href="https://b.example/">b</a><img src="c.jpg">`, nil)
	if want := `a <a href="https://b.example/">b</a>`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// tree parses a fragment as a browser does, in a body.
func tree(t testing.TB, s string) []*xhtml.Node {
	t.Helper()
	nodes, err := xhtml.ParseFragment(strings.NewReader(s), &xhtml.Node{Type: xhtml.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		t.Fatalf("parse %q: %v", s, err)
	}
	return nodes
}

// render writes the browser's tree, so that two fragments can be compared by
// what they mean.
func render(t testing.TB, s string) string {
	t.Helper()
	var b strings.Builder
	for _, n := range tree(t, s) {
		for d := range n.Descendants() {
			sortAttrs(d)
		}
		sortAttrs(n)
		if err := xhtml.Render(&b, n); err != nil {
			t.Fatal(err)
		}
	}
	return b.String()
}

func sortAttrs(n *xhtml.Node) {
	slices.SortFunc(n.Attr, func(a, b xhtml.Attribute) int { return strings.Compare(a.Key, b.Key) })
}

// check fails unless out keeps every promise of Sanitize.
func check(t testing.TB, in, out string) {
	t.Helper()
	if strings.TrimSpace(out) != out {
		t.Errorf("white space around the result of %q: %q", in, out)
	}
	if CleanXML(out) != out {
		t.Errorf("not XML text: %q from %q", out, in)
	}
	if len(out) > maxOutput+maxDepth*16 {
		t.Errorf("%d bytes", len(out))
	}
	checkBalance(t, in, out)
	seen := false
	for _, n := range tree(t, out) {
		checkNode(t, in, n, &seen)
	}
	if (out != "") != seen {
		t.Errorf("result %q of %q: visible %v", out, in, seen)
	}
	if again := Sanitize(out, base); again != out {
		t.Errorf("not idempotent:\n   in %q\nfirst %q\n then %q", in, out, again)
	}
}

func checkNode(t testing.TB, in string, n *xhtml.Node, seen *bool) {
	t.Helper()
	switch n.Type {
	case xhtml.TextNode:
		*seen = *seen || strings.ContainsFunc(n.Data, visible)
	case xhtml.ElementNode:
		e := elements[n.Data]
		if e == nil || e.write != n.Data || n.Namespace != "" {
			t.Errorf("element %s %q from %q", n.Namespace, n.Data, in)
			return
		}
		*seen = *seen || n.Data == "img"
		for _, a := range n.Attr {
			checkAttr(t, in, e, a)
		}
	default:
		t.Errorf("node of type %d from %q", n.Type, in)
	}
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		checkNode(t, in, c, seen)
	}
}

func checkAttr(t testing.TB, in string, e *element, a xhtml.Attribute) {
	t.Helper()
	for _, p := range e.attrs {
		if p.name != a.Key {
			continue
		}
		if p.form == address || p.form == target {
			u, err := url.Parse(a.Val)
			if a.Key == "href" && err == nil && contact(a.Val) == a.Val && !strings.ContainsFunc(a.Val, func(r rune) bool { return r <= ' ' || r >= 0x7F }) {
				return
			}
			if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil {
				t.Errorf("address %q from %q", a.Val, in)
			}
		}
		if (a.Key == "width" || a.Key == "height") && tiny(a.Val) {
			t.Errorf("pixel from %q", in)
		}
		return
	}
	t.Errorf("attribute %s of %s from %q", a.Key, e.write, in)
}

// checkBalance compares the tags as written with the tags of the parsed tree:
// they are the same if and only if the parser had nothing to repair.
func checkBalance(t testing.TB, in, out string) {
	t.Helper()
	if a, b := tags(out), tags(render(t, out)); a != b {
		t.Errorf("the parser repaired the result of %q:\nwritten %s\n parsed %s\n%q", in, a, b, out)
	}
}

func tags(s string) string {
	var b strings.Builder
	for z := xhtml.NewTokenizer(strings.NewReader(s)); ; {
		tt := z.Next()
		if tt == xhtml.ErrorToken {
			return b.String()
		}
		if tt == xhtml.TextToken || tt == xhtml.CommentToken {
			continue
		}
		if tt == xhtml.EndTagToken {
			b.WriteByte('/')
		}
		name, _ := z.TagName()
		b.Write(name)
		b.WriteByte(' ')
	}
}

// FuzzSanitize checks every promise, and that the proof and the rewriter agree.
func FuzzSanitize(f *testing.F) {
	for _, p := range payloads {
		f.Add(p)
	}
	for _, p := range news {
		f.Add(p)
	}
	for _, u := range []string{"HTTP://A.Example:80/%7e?a b=%zz&c;d=[1]#x y", "//ж.рф/ж?ж#ж", "https://[::1]/", "?", "#", "https://a.example/a|b{c}^`\\d", "http://a.example/%2e%2e/;p=1?x='\"&lt;", "http://a_b.example./", "https://a.example?x=1", "http://a.example/%C0%AF", "mailto:ж@a.example?a=b c#d\n", "TEL:+1 (2)/3;ext=4", "tg://a:1@b/../c?d", "tg:x:/y", "mailto:%zz[", "tel:?"} {
		f.Add(`<table><td><a href="` + u + `">x</a><img src='` + u + `'></table>`)
	}
	f.Fuzz(func(t *testing.T, in string) {
		out := Sanitize(in, base)
		check(t, in, out)
		checkText(t, in, out)
		checkVetted(t, in)
		trimmed := strings.TrimSpace(in)
		if ok, seen := proven(trimmed, nil); ok {
			slow := rewrite(trimmed, base)
			if seen != (slow != "") {
				t.Errorf("proof sees %v in %q, rewriter %q", seen, trimmed, slow)
			}
			if seen && render(t, slow) != render(t, trimmed) {
				t.Errorf("proof and rewriter differ on %q: %q", trimmed, slow)
			}
		}
	})
}

func TestPayloads(t *testing.T) {
	if len(payloads) < 100 {
		t.Fatalf("%d payloads", len(payloads))
	}
	for _, p := range payloads {
		out := Sanitize(p, base)
		check(t, p, out)
		checkText(t, p, out)
		if out != "" && unquote(policy().Sanitize(out)) != unquote(out) {
			t.Errorf("the policy changes %q", out)
		}
	}
}

// The policy is what catches a mistake of the rewriter: given something unsafe,
// nothing but text may be left.
func TestVetted(t *testing.T) {
	for _, bad := range []string{
		`<p>x<script>alert(1)</script></p>`,
		`<p onclick="x()">x</p>`,
		`<a href="javascript:x">x</a>`,
		`<iframe src="https://a.example/"></iframe>x`,
		`<p style="x">x</p>`,
	} {
		if got := vetted(bad); got != "x" {
			t.Errorf("vetted(%q) = %q", bad, got)
		}
	}
	if good := "<table><tbody><tr><td>“x” 'y' \"z\"</td></tr></tbody></table>"; vetted(good) != good {
		t.Errorf("vetted changes %q", good)
	}
}

func TestDepthIsBounded(t *testing.T) {
	for _, unit := range []string{"<div>", "<b>", "<table>", "<table><tr><td>", "<ul><li>", "<a href=/x><div>", "<blockquote><p>", "<svg>", "<dl><dd>", "<p><b>"} {
		in := strings.Repeat(unit, 5_000) + "deep"
		out := Sanitize(in, base)
		if unit != "<svg>" && !strings.Contains(out, "deep") {
			t.Errorf("%s: the text is lost", unit)
		}
		check(t, unit, out)
	}
}

func TestOutputIsBounded(t *testing.T) {
	for _, unit := range []string{"a", "<p>x", "&", `<img src="/` + strings.Repeat("x", 500) + `.jpg">`, "<table><td>x</table>", "ў ", "<br>x"} {
		in := strings.Repeat(unit, 5*maxOutput/4/len(unit))
		out := Sanitize(in, base)
		if len(out) > maxOutput+maxDepth*16 || len(out) < maxOutput/2 {
			t.Errorf("%s: %d bytes", unit, len(out))
		}
		if Sanitize(out, base) != out {
			t.Errorf("%.20s: not idempotent when cut", unit)
		}
	}
}
