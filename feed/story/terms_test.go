package story

import (
	"bytes"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func termsOf(title, summary string) feed.Terms {
	return Terms(text.Cut(&text.Parts{feed.FieldTitle: {title}, feed.FieldSummary: {summary}}, ""), nil)
}

// words is how many terms of b are words and figures.
func words(b []byte) int {
	if count(b) == 0 {
		return 0
	}
	return wordCount(b)
}

func TestTerms(t *testing.T) {
	type kinds struct{ plain, open, name, number int }
	tests := []struct {
		name, title, summary string
		titles               int
		want                 kinds
	}{
		{"small letters and a name", "talks begin in Tashkent", "", 4, kinds{3, 0, 1, 0}},
		{"a headline's capitals say nothing", "Talks Begin Near Tashkent", "", 4, kinds{0, 4, 0, 0}},
		{"the text tells which is a name", "Talks Begin Near Tashkent", "talks near Tashkent", 4, kinds{2, 1, 1, 0}},
		{"the first word of a sentence", "", "It ended. Talks in Tashkent begin", 0, kinds{3, 2, 1, 0}},
		{"each once", "gas gas prices", "gas price", 2, kinds{2, 0, 0, 0}},
		{"numbers, with and without commas", "", "1,000 or 1000 and 2.5 metres", 0, kinds{3, 0, 0, 2}},
		{"a number that the text breaks off with", "", "floods killed 13 and 8", 0, kinds{3, 0, 0, 1}},
		{"the same with dots", "", "floods killed 13 and 8...", 0, kinds{3, 0, 0, 1}},
		{"single letters are none", "a b", "", 0, kinds{}},
		{"endings do not count", "", "переговоры переговоров", 0, kinds{1, 0, 0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b := termsOf(tt.title, tt.summary)
			var got kinds
			titles := 0
			for i := range words(b) {
				v := at(b, i)
				*[]*int{&got.plain, &got.open, &got.name, &got.number}[v.kind()]++
				if v.title() {
					titles++
				}
			}
			if got != tt.want || titles != tt.titles {
				t.Errorf("%+v with %d of the title, want %+v and %d", got, titles, tt.want, tt.titles)
			}
		})
	}
}

func TestTermsAreBounded(t *testing.T) {
	var all []string
	for i := range 500 {
		all = append(all, word(1000+7*i))
	}
	b := termsOf(strings.Join(all[:100], " "), strings.Join(all, " "))
	if n := words(b); n != maxWords || titleCount(b) != maxTitle {
		t.Errorf("%d words, %d of the title", n, titleCount(b))
	}
	title, summary := newPress(1).entry(epoch)
	if b := termsOf(title, summary); len(b) > 210 {
		t.Errorf("%d bytes for %q %q", len(b), title, summary)
	}
	if !bytes.Equal(termsOf(title, summary), termsOf(title, summary)) {
		t.Error("two encodings of one text")
	}
}

// What Terms cannot have written is no terms.
func FuzzCount(f *testing.F) {
	f.Add([]byte(termsOf(quakeTitle, quakeText)))
	f.Add([]byte{0, 9, 1, 2, 3})
	f.Fuzz(func(t *testing.T, b []byte) {
		for i := range count(b) {
			at(b, i)
		}
	})
}
