package match

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

// What is not read to the end gives what reading it to the end gives.
func TestTakesIsReadAndMatch(t *testing.T) {
	matched, left := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, _ := drawMatcher(t)
		for range 4 {
			src, e, _ := drawEntry(t)
			sentence := func(name string) string { return strings.Join(rapid.SliceOfN(genWord, 0, 3).Draw(t, name), " ") }
			e.Title, e.Summary = sentence("title"), sentence("summary")
			e.Categories = []feed.Category{{Term: sentence("category")}}
			src.Language = rapid.SampledFrom([]string{"", "en", "uz"}).Draw(t, "language")
			if rapid.Bool().Draw(t, "without authors") {
				e.Authors = nil
			}
			other := *e
			want := m.Match(src, &other, Read(src, &other, ""))
			parts := partsOf(e, textsOf(e))
			if len(m.always) == 0 && !m.may(src, e, text.Cut(&parts, "")) {
				left++
			}
			if got := m.Takes(src, e); !reflect.DeepEqual(got, want) {
				t.Fatalf("%+v: %+v, read %+v", e, got, want)
			}
			matched += min(len(want), 1)
		}
	})
	if matched < 10 || left < 10 {
		t.Errorf("%d matched, %d left aside: the test shows nothing", matched, left)
	}
}

// Words that only an Uzbek text has otherwise are found in one that may be it.
func TestWordsThatChange(t *testing.T) {
	for word, want := range map[string]bool{"UZ's": true, "bas’s": true, "ёлка": true, "Ёлка": true, "o'zbek": false, "terror": false, "gas": false} {
		if got := changes(word); got != want {
			t.Errorf("%s: %v", word, got)
		}
		cuts := func(language string) []string {
			w := text.Cut(&text.Parts{{word}}, language)
			var forms []string
			for i := range w.Words {
				forms = append(forms, w.Words[i].Form)
			}
			return forms
		}
		if differ := !slices.Equal(cuts("uz"), cuts("")); differ && !want {
			t.Errorf("%s changes", word)
		}
	}
}
