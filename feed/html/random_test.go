package html

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestRandomMarkup checks every promise of Sanitize on random runs of tags,
// which reach the rules of nesting that random bytes never would.
func TestRandomMarkup(t *testing.T) {
	pieces := []string{
		"x", " ", "\n", "&amp;", "ў ", "&nbsp;", "<!-- -->", "<br>", "<br/>", "<hr>", "<img src=/a.jpg>", "<img src=/p width=1>",
		`<a href="/a">`, `<a href="https://a.example/">`, "<a>", "</a>", "<wbr>", "<custom>", "</custom>", "<p/>", "<svg>", "</svg>",
		"<object>", "</object>", "<script>", "</script>", "<noscript>", "<col>", "<colgroup>", "</br>",
		"<iframe src=/e>", `<iframe src="https://v.example/e" title=t>`, "<video src=/v>", "<source src=/s>", "<embed src=/p>", "<iframe src=/f />", "<object data=/o>",
	}
	for name := range elements {
		pieces = append(pieces, "<"+name+">", "</"+name+">")
		// The parts that interact come up more often.
		switch name {
		case "p", "b", "div", "table", "tr", "td", "ul", "li", "dl", "dd", "h2", "caption", "tbody", "blockquote":
			for range 6 {
				pieces = append(pieces, "<"+name+">", "</"+name+">")
			}
		}
	}
	// Maps have no order; the same seed must give the same markup.
	slices.Sort(pieces)
	rounds := 5_000
	if testing.Short() {
		rounds = 500
	}
	for seed := range rounds {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		var b strings.Builder
		for range 1 + r.IntN(40) {
			b.WriteString(pieces[r.IntN(len(pieces))])
		}
		in := b.String()
		out := Sanitize(in, base)
		check(t, in, out)
		checkText(t, in, out)
		if trimmed := strings.TrimSpace(in); trimmed != "" {
			if ok, seen := proven(trimmed, nil); ok && seen && render(t, rewrite(trimmed, base)) != render(t, trimmed) {
				t.Errorf("proof and rewriter differ on %q", trimmed)
			}
		}
		if out != "" && vetted(out) != out {
			t.Errorf("the policy changes %q", out)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}
