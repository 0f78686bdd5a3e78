package html

import (
	"strings"
	"testing"
)

func TestWithoutImages(t *testing.T) {
	drop := func(src string) bool { return strings.Contains(src, "router") }
	for fragment, want := range map[string]string{
		"":             "",
		"<p>Text.</p>": "<p>Text.</p>",
		"<p>&lt;img src=\"http://router/\"&gt;</p>":                                   "<p>&lt;img src=\"http://router/\"&gt;</p>",
		`<p>A <img src="http://router/a.png" alt="x &gt; y"> b.</p>`:                  "<p>A  b.</p>",
		`<p><img src="http://a.example/1.jpg"/> and <img src="http://router/1"/></p>`: `<p><img src="http://a.example/1.jpg"/> and </p>`,
		`<img src="http://router/1"><img src="http://router/2"><p>Text.</p>`:          "<p>Text.</p>",
		`<p><a href="http://router/"><img src="http://router/1" alt="a"></a></p>`:     "",
		`<p><a href="http://router/">A link stays</a></p>`:                            `<p><a href="http://router/">A link stays</a></p>`,
		`<img src="http://router/?a=1&amp;b=2">`:                                      "",
	} {
		clean := Sanitize(fragment, nil)
		if got := WithoutImages(clean, drop); got != want {
			t.Errorf("%s: %q, want %q", fragment, got, want)
		}
	}
	clean := Sanitize(`<p><img src="http://a.example/?a=1&amp;router=2"> text</p>`, nil)
	var seen string
	if got := WithoutImages(clean, func(src string) bool { seen = src; return false }); got != clean || seen != "http://a.example/?a=1&router=2" {
		t.Errorf("%q was seen as %q", got, seen)
	}
}
