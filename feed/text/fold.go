package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// fold gives the form of a word, how many bytes of it stand before its first
// small letter, and its number of capitals.
func fold(word string, uzbek bool) (form string, upper, capitals int) {
	word = undot(compose(word))
	small := len(word)
	latin, cyrillic := false, false
	for i, r := range word {
		if unicode.IsUpper(r) {
			capitals++
			latin = latin || unicode.Is(unicode.Latin, r)
			cyrillic = cyrillic || unicode.Is(unicode.Cyrillic, r)
		} else if unicode.IsLower(r) {
			small = i
			break
		}
	}
	if small == len(word) && latin && cyrillic {
		word = cyrillicCapitals(word)
		small = len(word)
	}
	form = settle(word, uzbek)
	if small == len(word) {
		return form, len(form), capitals
	}
	return form, min(len(settle(word[:small], uzbek)), len(form)), capitals
}

// settle folds until nothing changes any more. One round is enough for nearly
// every word; what is dropped can bring together what then composes.
func settle(word string, uzbek bool) string {
	for range 8 {
		next := compose(cases.Fold().String(compose(word)))
		if !uzbek {
			next = strings.ReplaceAll(next, "ё", "е")
		}
		// İ folds to an i with a dot above it, which is what an i is.
		next = strings.ReplaceAll(next, "i\u0307", "i")
		next = undot(next)
		if next == word {
			break
		}
		word = next
	}
	return word
}

// compose is NFKC without what is no part of a word's form: apostrophes (before
// NFKC, which makes a space and a mark of ´), invisible characters, white space
// that a compatibility mapping brought, and stress marks.
func compose(s string) string {
	return unstress(strings.Map(kept, norm.NFKC.String(strings.Map(kept, s))))
}

// kept is for strings.Map: -1 for what drops out of every form.
func kept(r rune) rune {
	if r == utf8.RuneError || isApostrophe(r) || unicode.IsSpace(r) || unicode.IsControl(r) ||
		unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r) {
		return -1
	}
	return r
}

// unstress takes the stress marks off Cyrillic letters. Those with which the
// mark makes another letter, as ѓ in Macedonian, are composed by now.
func unstress(s string) string {
	if !strings.ContainsAny(s, "\u0300\u0301") {
		return s
	}
	var last rune
	return strings.Map(func(r rune) rune {
		if (r == '\u0301' || r == '\u0300') && unicode.Is(unicode.Cyrillic, last) {
			return -1
		}
		last = r
		return r
	}, s)
}

// undot takes the dots out of an abbreviation: single letters with one between
// each two, as UAX 29 leaves U.S. without its last.
func undot(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	letter := false
	for _, r := range s {
		if letter != (r == '.') || !letter && !unicode.IsLetter(r) {
			return s
		}
		letter = !letter
	}
	if !letter {
		return s
	}
	return strings.ReplaceAll(s, ".", "")
}

// cyrillicCapitals reads the Latin letters of a word of capitals as the Cyrillic
// ones that they look like, unless one of them looks like none.
func cyrillicCapitals(word string) string {
	all := true
	out := strings.Map(func(r rune) rune {
		if !unicode.Is(unicode.Latin, r) {
			return r
		}
		c := lookalike(r)
		if c == 0 {
			all = false
			return r
		}
		return c
	}, word)
	if !all {
		return word
	}
	return strings.ToUpper(out)
}

// Cased is the form of word i, which lies in part p, with capitals and small
// letters as they stand in the text.
func (w *Words) Cased(p *Part, i int) string {
	c := cutter{uzbek: Uzbek(w.Language)}
	word := p.Text[w.Words[i].Start:w.Words[i].End]
	return cased(word[:c.unpossessed(word)], c.uzbek)
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
