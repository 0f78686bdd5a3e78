package parse

import (
	"net/url"
	"testing"
)

func TestXHTML(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"div taken off", `<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>a</p></div></content>`, "<p>a</p>"},
		{"two divs stay", `<content type="xhtml"><div>a</div><div>b</div></content>`, "<div>a</div><div>b</div>"},
		{"nested divs", `<content type="xhtml"><div><div>a</div><div/>b</div></content>`, "<div>a</div><div></div>b"},
		{"references are text", `<content type="xhtml"><div>&lt;b&gt; &amp;amp; c</div></content>`, "&lt;b&gt; &amp;amp; c"},
		{"prefix", `<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:p>a <h:b>b</h:b><h:br/>c</h:p></h:div></content>`, "<p>a <b>b</b><br/>c</p>"},
		{"prefixed script", `<content type="xhtml"><h:div xmlns:h="http://www.w3.org/1999/xhtml"><h:script>x()</h:script>a</h:div></content>`, "a"},
		{"base within", `<content type="xhtml"><div xml:base="http://b.example/c/"><a href="d">e</a><p xml:base="f/"><img src="g"/></p><a href="/h">i</a></div></content>`,
			`<a href="http://b.example/c/d">e</a><p><img src="http://b.example/c/f/g"/></p><a href="http://b.example/h">i</a>`},
		{"base that is none", `<content type="xhtml"><div xml:base="javascript:x"><a href="d">e</a></div></content>`, `<a href="https://fetched.example/d">e</a>`},
		{"CDATA", `<content type="xhtml"><![CDATA[<div><p>a</p></div>]]></content>`, "<div><p>a</p></div>"},
		{"comment", `<content type="xhtml"><div><!-- <p> --><h:i>a</h:i><!-- b --></div></content>`, "<i>a</i>"},
		{"tags left open", `<content type="xhtml"><div><p>a<p><h:b>b</div></content>`, "<p>a</p><p><b>b</b></p>"},
		{"inline markup of Atom 0.3", `<content type="application/xhtml+xml"><p>a</p></content>`, "<p>a</p>"},
		{"base64 of Atom 0.3", `<content type="text/html" mode="base64">PHA+PGEgaHJlZj0i
 eCI+YTwvYT48L3A+</content>`, `<p><a href="https://fetched.example/x">a</a></p>`},
		{"base64 that is none", `<content type="text/html" mode="base64">%</content>`, ""},
	} {
		d := mustFeed(t, `<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>t</title>`+c.in+`</entry></feed>`)
		if got := d.Entries[0].Content; got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBody(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"prefix", `<x:body><x:p>a <x:a href="b">c</x:a></x:p></x:body>`, `<p>a <a href="https://wire.example/b">c</a></p>`},
		{"namespace", `<body xmlns="http://www.w3.org/1999/xhtml"><p>a &lt; b</p></body>`, "<p>a &lt; b</p>"},
		{"base", `<x:body xml:base="http://b.example/"><x:a href="c">d</x:a></x:body>`, `<a href="http://b.example/c">d</a>`},
		{"no namespace", `<body><b>a</b></body>`, "<b>a</b>"},
		{"escaped", `<body>&lt;b&gt;a&lt;/b&gt;</body>`, "<b>a</b>"},
		{"CDATA", `<body><![CDATA[<b>a</b>]]></body>`, "<b>a</b>"},
		{"foreign namespace", `<q:body xmlns:q="urn:q"><b>a</b></q:body>`, ""},
		{"beside full content", `<x:body><x:p>a</x:p></x:body><content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">b</content:encoded>`, "b"},
		{"after full content", `<content:encoded xmlns:content="http://purl.org/rss/1.0/modules/content/">b</content:encoded><x:body><x:p>a</x:p></x:body>`, "b"},
		{"script", `<x:body><x:script>x()</x:script><x:p onclick="x()">a</x:p></x:body>`, "<p>a</p>"},
	} {
		e := item(t, "<title>t</title>"+c.in)
		if e.Content != c.want {
			t.Errorf("%s: %q, want %q", c.name, e.Content, c.want)
		}
	}
}

func TestUnwrap(t *testing.T) {
	for in, want := range map[string]string{
		"<div>a</div>":                       "a",
		"<div class='x'>a<div>b</div></div>": "a<div>b</div>",
		"<div>a</div><div>b</div>":           "<div>a</div><div>b</div>",
		"<div>a</div>b":                      "<div>a</div>b",
		"<div/><div>a</div>":                 "<div/><div>a</div>",
		"<divx>a</divx>":                     "<divx>a</divx>",
		"<div>a<div/></div>":                 "a<div/>",
		"<div":                               "<div",
		"<div></div>":                        "",
		"<div>individual &lt;/div> <divs/>x</div>": "individual &lt;/div> <divs/>x",
	} {
		if got := unwrap(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

// FuzzNaturalised: whatever the markup, no prefix and no xml:base is left.
func FuzzNaturalised(f *testing.F) {
	for _, s := range []string{
		`<h:div xml:base="a/"><h:a href="b">c</h:a></h:div>`, `<a:b c="d" <e:f g='h'/><!-- <i:j> --></a:b>`, `</x:y><z`, "<a\x00:b>", `<a href="http://a.example/?b=c&amp;d">`,
	} {
		f.Add(s)
	}
	base := &url.URL{Scheme: "http", Host: "a.example", Path: "/"}
	f.Fuzz(func(t *testing.T, s string) {
		r := &reader{}
		out := r.naturalised([]byte(s), base)
		again := &xmlScanner{pass: pass{doc: out}}
		for i := 0; i < len(out); i++ {
			if out[i] != '<' {
				continue
			}
			again.pos = i
			if name, ok, err := again.readTag(); err == nil && ok {
				if len(prefixOf(name.of(out))) > 0 && !again.odd {
					t.Fatalf("%q in %q from %q", name.of(out), out, s)
				}
				if again.attribute("xml:base").end > 0 && !again.odd {
					t.Fatalf("xml:base in %q from %q", out, s)
				}
			}
		}
	})
}
