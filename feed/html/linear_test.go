package html

import (
	"strings"
	"testing"
	"time"
)

// Hostile text must cost what its length costs: ten times the input may take
// about ten times as long, where a quadratic reading would take a hundred. The
// bound is far from both, and a short reading is no evidence of anything.
func TestCostIsLinear(t *testing.T) {
	units := []string{
		"<", "</", "<!", "<!--", "<a ", "<b>", "<b", "<p a=", `<p a="`, "&", "&#", "&amp", "<a href=x>", "<table>", "<table><td>", "</td>", "<svg>", "<svg><p>",
		"<textarea>", "<li>", "<ul><li>", "</ul>", "<b></p>", "<i><b></i>", "<p><div>", "<x>", "<x a a a a>", "]]>", " ", "\u00a0", "\x00", "\xff", "<img src=x style=';;;;'>",
	}
	for name, f := range map[string]func(string) string{
		"Sanitize": func(s string) string { return Sanitize(s, base) },
		"Text":     Text,
		"Plain":    Plain,
		"Shorten":  func(s string) string { return Shorten(s, 100) },
	} {
		for _, unit := range units {
			cost := func(n int) time.Duration {
				in := strings.Repeat(unit, n/len(unit))
				best := time.Hour
				for range 3 {
					start := time.Now()
					f(in)
					best = min(best, time.Since(start))
				}
				return best
			}
			long := cost(400_000)
			if long < 100*time.Millisecond {
				continue
			}
			if short := cost(40_000); long > 40*short {
				t.Errorf("%s of %q: %v for 40 KB, %v for 400 KB", name, unit, short, long)
			}
		}
	}
}
