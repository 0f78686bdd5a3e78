package text

import (
	"strings"
	"unicode"
)

// Cased is the form of word i, which lies in part p, with capitals and small
// letters as they stand in the text.
func (w *Words) Cased(p *Part, i int) string {
	uzbek := Uzbek(w.Language)
	return cased(unpossessed(p.Text[w.Words[i].Start:w.Words[i].End], uzbek), uzbek)
}

// unpossessed is a word without its possessive 's.
func unpossessed(word string, uzbek bool) string {
	apos := -1
	for i := range word {
		if n, _ := apostrophe(word[i:]); n > 0 && word[i:i+n] != "ʻ" {
			apos = i
		}
	}
	if apos <= 0 {
		return word
	}
	c := cutter{uzbek: uzbek}
	return word[:c.body(word, len(word), apos)]
}

// cased is fold without the folding of case.
func cased(word string, uzbek bool) string {
	word = undot(compose(word))
	if !strings.ContainsFunc(word, unicode.IsLower) &&
		strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Latin, r) }) &&
		strings.ContainsFunc(word, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
		word = cyrillicCapitals(word)
	}
	if !uzbek {
		word = strings.NewReplacer("ё", "е", "Ё", "Е").Replace(word)
	}
	return compose(word)
}
