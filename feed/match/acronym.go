package match

import (
	"slices"
	"strings"
	"unicode"
)

// isAcronym reports whether a word is an abbreviation of several capitals among
// which sounds of two Latin letters have the second one small: ShHT, IShID,
// YeOII. Read in any case, IShID* would take ishida, "at work". A word all in
// capitals is none: it is told by them already.
func isAcronym(cased string) bool {
	capitals := 0
	small := false
	before := ' '
	for _, r := range cased {
		switch {
		case unicode.IsUpper(r):
			capitals++
		case !unicode.IsLower(r) || !secondHalf(before, r):
			return false
		default:
			small = true
		}
		before = r
	}
	return small && capitals >= 2
}

// secondHalf reports whether a small letter belongs to the capital before it, in
// the Latin spelling of Uzbek and of Russian names.
func secondHalf(capital, small rune) bool {
	switch capital {
	case 'S', 'C', 'Z', 'K', 'G':
		return small == 'h'
	case 'Y':
		return strings.ContainsRune("eoua", small)
	case 'T':
		return small == 's'
	}
	return false
}

// acronymSpellings are the ways in which a phrase is written: an abbreviation of
// mixed letters also stands all in capitals.
func acronymSpellings(words []phraseWord) [][]phraseWord {
	out := [][]phraseWord{words}
	for i, w := range words {
		if !isAcronym(w.cased) {
			continue
		}
		for _, way := range slices.Clone(out) {
			if len(out) < maxSpellings {
				way = slices.Clone(way)
				way[i] = phraseWord{form: w.form, prefix: w.prefix, capitals: true}
				out = append(out, way)
			}
		}
	}
	return out
}
