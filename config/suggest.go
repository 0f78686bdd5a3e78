package config

import (
	"cmp"
	"fmt"
	"strings"
)

// didYouMean is a hint naming the option that word was probably meant to be, by
// what it is known to mean, else by its letters; or "".
func didYouMean(word string, options []string, meant map[string]string) string {
	if best := cmp.Or(meant[strings.ToLower(word)], nearest(word, options)); best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return ""
}

// Nearest is the option that word was probably meant to be, or "" where none is
// close.
func Nearest(word string, options []string) string { return nearest(word, options) }

// nearest is the option closest to word by edits, or "" where none is close.
func nearest(word string, options []string) string {
	if len(word) > 64 {
		return ""
	}
	fold := func(s string) []rune {
		return []rune(strings.ToLower(strings.NewReplacer("-", "_", " ", "_").Replace(s)))
	}
	w := fold(word)
	best, least := "", max(1, min(3, (len(w)+1)/3))+1
	for _, o := range options {
		if d := edits(w, fold(o)); d < least {
			best, least = o, d
		}
	}
	return best
}

// edits counts the insertions, deletions, replacements and swaps of neighbours
// that turn a into b (optimal string alignment).
func edits(a, b []rune) int {
	if d := len(a) - len(b); d > 3 || d < -3 {
		return 4
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = last[j-1]
			if a[i-1] != b[j-1] {
				row[j] = 1 + min(last[j], row[j-1], last[j-1])
			}
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
