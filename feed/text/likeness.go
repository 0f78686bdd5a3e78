package text

import (
	"slices"
	"unicode"

	"topicwire/feed"
)

// Likeness is the share of their words that two texts have in common, from 0 to 1:
// twice the words that stand in both, over the words of both, each as often as it is
// there. 1 for two texts without words. It looks at maxCompared words of each.
func Likeness(a, b string) float64 {
	if a == b {
		return 1
	}
	x, y := wordForms(a), wordForms(b)
	if len(x)+len(y) == 0 {
		return 1
	}
	in := make(map[string]int, len(x))
	for _, w := range x {
		in[w]++
	}
	common := 0
	for _, w := range y {
		if in[w] > 0 {
			in[w]--
			common++
		}
	}
	return 2 * float64(common) / float64(len(x)+len(y))
}

// What tells whether two texts are alike: so many words, of so many bytes.
const (
	maxCompared = 400
	maxCut      = 16 << 10
)

// wordForms are the words of a text as they are compared.
func wordForms(s string) []string {
	w := Cut(&Parts{feed.FieldContent: {s[:min(len(s), maxCut)]}}, "").Words
	list := make([]string, min(len(w), maxCompared))
	for i := range list {
		list[i] = w[i].Form
	}
	return list
}

// SameFigures reports whether two texts have the same runs of digits, in whatever
// order.
func SameFigures(a, b string) bool { return slices.Equal(figures(a), figures(b)) }

func figures(s string) (list []string) {
	start := -1
	for i, r := range s {
		switch digit := unicode.IsDigit(r); {
		case digit && start < 0:
			start = i
		case !digit && start >= 0:
			list = append(list, s[start:i])
			start = -1
		}
	}
	if start >= 0 {
		list = append(list, s[start:])
	}
	slices.Sort(list)
	return list
}
