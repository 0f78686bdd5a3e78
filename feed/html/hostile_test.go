package html

import (
	"strings"
	"testing"
)

// Hostile text must cost what its length costs. A reading that is quadratic in
// any of these takes minutes, and the test runs into its deadline.
func TestHostileTextEnds(t *testing.T) {
	for _, unit := range []string{
		"<", "</", "<!", "<!--", "<a ", "<b>", "<b", "<p a=", `<p a="`, "&", "&#", "&amp", "<a href=x>", "<table>", "<table><td>", "</td>",
		"<svg>", "<svg><p>", "<textarea>", "<li>", "<ul><li>", "</ul>", "<b></p>", "<i><b></i>", "<p><div>", "<x>", "<x a a a a>", "]]>",
		" ", "\u00a0", "\x00", "\xff", "<img src=x style=';;;;'>",
	} {
		in := strings.Repeat(unit, 100_000/len(unit))
		if out := Sanitize(in, base); len(out) > maxOutput+maxDepth*16 {
			t.Errorf("%q: %d bytes sanitised", unit, len(out))
		}
		for name, out := range map[string]string{"Text": Text(in), "Plain": Plain(in)} {
			if CleanXML(out) != out || len(out) > len(in) {
				t.Errorf("%s of %q: %d bytes", name, unit, len(out))
			}
		}
	}
}
