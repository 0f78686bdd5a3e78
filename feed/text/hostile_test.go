package text

import (
	"strings"
	"testing"
)

// BenchmarkHostile cuts 1 MB of what makes a naive cutter quadratic: the time a
// megabyte must be of the same order for all.
func BenchmarkHostile(b *testing.B) {
	for name, piece := range map[string]string{
		"sentences": "a.B", "dots": "a.b", "colons": "é:", "marks": "a\u0301", "bare marks": "\u0301", "mid and mark": "a.\u0301",
		"apostrophes": "a´", "quotes": "a'", "modifiers": "ʻ", "one word": "x", "han": "中", "abbreviation": "é.", "flags": "🇺",
		"joined numbers": "1,", "invalid": "a\xd0", "low lines": "a_",
	} {
		p := &Parts{{strings.Repeat(piece, 1<<20/len(piece))}}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				Cut(p, "en")
			}
		})
	}
}

// TestMaxWords: of a text without end so many words are cut, and no room is made for more.
func TestMaxWords(t *testing.T) {
	for _, s := range []string{"a b ", "国家", "İı "} {
		w := Cut(&Parts{0: {strings.Repeat(s, 2*MaxWords)}, 2: {"the end"}}, "")
		if len(w.Words) != MaxWords || cap(w.Words) > 2*MaxWords || len(w.Parts) != 2 || w.Parts[1].First != w.Parts[1].End {
			t.Errorf("%q: %d words in room for %d, %d parts", s, len(w.Words), cap(w.Words), len(w.Parts))
		}
	}
}
