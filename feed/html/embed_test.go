package html

import "testing"

// What is embedded leaves a link, under its title or its host.
func TestEmbedded(t *testing.T) {
	const film = `<a href="https://v.example/one.mp4">v.example</a>`
	watch := func(title string) string {
		return `<a href="https://www.youtube.com/watch?v=aB3_x-9">` + title + `</a>`
	}
	for _, c := range []struct{ name, in, want string }{
		{"frame", `<p><iframe src="https://v.example/e?a=1&amp;b=2"></iframe></p>`, `<p><a href="https://v.example/e?a=1&amp;b=2">v.example</a></p>`},
		{"title", `<iframe title=" A &lt;b&gt;  film " src="https://v.example/e"></iframe>`, `<a href="https://v.example/e">A &lt;b&gt; film</a>`},
		{"title that nobody sees", "<iframe title='\u200b' src='https://v.example/e'></iframe>", `<a href="https://v.example/e">v.example</a>`},
		{"relative", `<iframe src="/e"></iframe>`, `<a href="https://news.example/e">news.example</a>`},
		{"between words", `a<iframe src="https://v.example/e"></iframe>b`, `a <a href="https://v.example/e">v.example</a> b`},
		{"between elements", `<b>a</b><iframe src="https://v.example/e"></iframe><b>b</b>`, `<b>a</b> <a href="https://v.example/e">v.example</a> <b>b</b>`},
		{"between lines", `a<br><iframe src="https://v.example/e"></iframe><br>b`, `a<br><a href="https://v.example/e">v.example</a><br>b`},
		{"two", `<iframe src="https://v.example/1"></iframe><iframe src="https://v.example/2"></iframe>`, `<a href="https://v.example/1">v.example</a> <a href="https://v.example/2">v.example</a>`},
		{"empty element of XHTML", `<iframe src="https://v.example/e"/>b`, `<a href="https://v.example/e">v.example</a> b`},
		{"what is inside is no text", `<iframe src="https://v.example/e"><p>No frames</p></iframe>b`, `<a href="https://v.example/e">v.example</a> b`},
		{"late frame", `<iframe src="about:blank" data-src="https://v.example/e"></iframe>`, `<a href="https://v.example/e">v.example</a>`},
		{"late frame, and once more without scripts", `<iframe data-lazy-src="https://v.example/e"></iframe><noscript><iframe src="https://v.example/e"></iframe></noscript>`, `<a href="https://v.example/e">v.example</a>`},
		{"no address", `a<iframe></iframe><iframe src="about:blank"></iframe><iframe srcdoc="x"></iframe>b`, "ab"},
		{"no address of the web", `a<iframe src="javascript:alert(1)"></iframe><embed src="data:x"><object data="file:///x"></object>b`, "ab"},
		{"counter", `a<iframe src="https://v.example/ns.html" width="0" height="0"></iframe>b`, "ab"},
		{"one pixel", `a<iframe src="https://v.example/ns.html" height="1"></iframe>b`, "ab"},
		{"hidden by style", `a<iframe src="https://v.example/ns.html" style="display:none;visibility:hidden"></iframe>b`, "ab"},
		{"hidden", `a<iframe src="https://v.example/ns.html" hidden></iframe>b`, "ab"},
		{"cut to a pixel", `<blockquote><a href="https://w.example/x">X</a></blockquote><iframe style="position: absolute; clip: rect(1px, 1px, 1px, 1px);" src="https://w.example/x/embed/"></iframe>`, `<blockquote><a href="https://w.example/x">X</a></blockquote>`},
		{"grows", `<iframe src="https://v.example/e" style="width:1px;min-width:100%"></iframe>`, `<a href="https://v.example/e">v.example</a>`},
		{"film", `<video src="https://v.example/one.mp4" controls>Your browser is old.</video>`, film},
		{"film of several sources", `<video controls><source src="one.webm" type="video/webm"><source src="one.mp4">Old.</video>b`, `<a href="https://news.example/2024/09/one.webm">news.example</a> b`},
		{"film without an address", `a<video><source src="blob:x">Old.</video>b`, "ab"},
		{"late film", `<video data-src="https://v.example/one.mp4"></video>`, film},
		{"sound", `<audio title="Radio" controls><source src="https://v.example/1.mp3"></audio>`, `<a href="https://v.example/1.mp3">Radio</a>`},
		{"object", `<object data="https://v.example/one.mp4"><param name="x" value="https://a.example/"><p>No plugin</p></object>`, film},
		{"object by a parameter", `<object><param name="movie" value="https://v.example/one.mp4"><embed src="https://v.example/one.mp4"></object>`, film},
		{"object by what is in it", `<object><embed src="https://v.example/one.mp4"></object>`, film},
		{"plugin", `a<embed src="https://v.example/one.mp4">b`, "a " + film + " b"},
		{"source of nothing", `a<source src="https://v.example/x">b<svg><source src="https://v.example/x"></svg>`, "ab"},
		{"source behind a film", `<video></video><svg><source src="https://v.example/x"></svg>a`, "a"},
		{"in a drawing", `<svg><iframe src="https://v.example/e"></iframe></svg>a`, "a"},
		{"in a link", `<a href="https://a.example/">a <iframe src="https://v.example/e"></iframe></a>`, `<a href="https://a.example/">a </a><a href="https://v.example/e">v.example</a>`},
		{"in a table", `<table><iframe src="https://v.example/e"></iframe></table>`, `<table><tbody><tr><td><a href="https://v.example/e">v.example</a></td></tr></tbody></table>`},
		{"in a cell in a link", `<a href="https://a.example/"><table><td><iframe src="https://v.example/e"></iframe></table></a>`, `<a href="https://a.example/"><table><tbody><tr><td>v.example</td></tr></tbody></table></a>`},

		{"YouTube", `<iframe title="A film" src="https://www.youtube.com/embed/aB3_x-9?feature=oembed"></iframe>`, watch("A film")},
		{"YouTube without cookies", `<iframe src="//www.youtube-nocookie.com/embed/aB3_x-9"></iframe>`, watch("youtube.com")},
		{"YouTube of old", `<object><param name="movie" value="http://youtube.com/v/aB3_x-9&hl=en"></object>`, watch("youtube.com")},
		{"YouTube's list", `<iframe src="https://www.youtube.com/embed/videoseries?list=PL12"></iframe>`, `<a href="https://www.youtube.com/playlist?list=PL12">youtube.com</a>`},
		{"YouTube live", `<iframe src="https://www.youtube.com/embed/live_stream?channel=x"></iframe>`, `<a href="https://www.youtube.com/embed/live_stream?channel=x">youtube.com</a>`},
		{"not YouTube", `<iframe src="https://youtube.com.example/embed/aB3_x-9"></iframe>`, `<a href="https://youtube.com.example/embed/aB3_x-9">youtube.com.example</a>`},
		{"Vimeo", `<iframe src="https://player.vimeo.com/video/76979871?h=8272103f6e"></iframe>`, `<a href="https://vimeo.com/76979871">vimeo.com</a>`},
		{"Vimeo's other pages", `<iframe src="https://player.vimeo.com/video/x"></iframe>`, `<a href="https://player.vimeo.com/video/x">player.vimeo.com</a>`},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := Sanitize(c.in, base)
			if got != c.want {
				t.Errorf("Sanitize(%q)\n got %q\nwant %q", c.in, got, c.want)
			}
			check(t, c.in, got)
		})
	}
}
