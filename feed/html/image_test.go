package html

import (
	"net/url"
	"testing"
)

// An image that a script would load is written as the script would show it, and
// once.
func TestLazyImages(t *testing.T) {
	base, err := url.Parse("https://n.example/2026/one")
	if err != nil {
		t.Fatal(err)
	}
	const one = `<img src="https://n.example/one.jpg">`
	for in, want := range map[string]string{
		`<img src="data:image/gif;base64,R0lGODlh" data-src="/one.jpg">`:                      one,
		`<img data-src="/one.jpg" src="/blank.gif">`:                                          one,
		`<img src="/blank.gif" data-original="/one.jpg">`:                                     one,
		`<img src="/blank.gif" data-lazy-src="/one.jpg">`:                                     one,
		`<img data-srcset="/one.jpg 1280w, /small.jpg 300w" width="500">`:                     `<img src="https://n.example/one.jpg" width="500">`,
		`<img srcset="/one.jpg, /two.jpg 2x">`:                                                one,
		`<img src="/one.jpg" srcset="/two.jpg 2x">`:                                           one,
		`<img src="/one.jpg" data-src="javascript:alert(1)" data-srcset=",">`:                 one,
		`<img src="/blank.gif" data-src="/one.jpg"><noscript><img src="/one.jpg"></noscript>`: one,
		`<img src="/one.jpg"><img src="/one.jpg">`:                                            one + one,
		`<img data-src="/one.jpg"><img src="/two.jpg"><img src="/one.jpg">`:                   one + `<img src="https://n.example/two.jpg">` + one,
		`<img data-src="/one.jpg" style="display:none"><img src="/one.jpg">`:                  one,
		`<img data-src="/beacon.gif" width="1" height="1">`:                                   "",
		`<p data-src="/one.jpg">text</p>`:                                                     "<p>text</p>",
	} {
		if got := Sanitize(in, base); got != want {
			t.Errorf("%s\n%s, want %s", in, got, want)
		}
	}
}
