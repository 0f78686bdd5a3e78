package desk

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// minStem is how many letters a star needs before it (feed/match).
const minStem = 3

// endings are what words of a language take at their ends, the longest first:
// Russian; Uzbek in both scripts, and with it the other Turkic languages of the
// region as far as they agree; English.
func endings() []string {
	const all = `
		иями ями ами ого его ому ему ыми ими ией иях иям ая яя ое ее ие ые ой ей ий ый ую юю ом ем ам ям ах ях ов ев ия
		ию ии ью ых их а я о е ы и у ю ь й
		ларининг ларнинг ларини ларига ларида ларидан ларни ларга ларда лардан лари лар нинг ининг ини ига ида идан ни га да
		дан си
		larining larning larini lariga larida laridan larni larga larda lardan lari lar ning ining ini iga ida idan ni ga da
		dan si i
		ies es s ed ing`
	out := strings.Fields(all)
	slices.SortStableFunc(out, func(a, b string) int { return utf8.RuneCountInString(b) - utf8.RuneCountInString(a) })
	return out
}

// maxEnding is how many letters an ending has at most, which may be several
// endings one after the other.
const maxEnding = 8

// stems are beginnings that forms share: where two of them part, and where an
// ending begins. The forms are sorted.
func stems(forms []string) []string {
	known := endings()
	found := make(map[string]bool)
	add := func(stem, form string) {
		n := utf8.RuneCountInString(stem)
		rest := utf8.RuneCountInString(form) - n
		if n >= minStem && rest <= min(n, maxEnding) {
			found[stem] = true
		}
	}
	for i, f := range forms {
		if i > 0 {
			add(sharedStart(forms[i-1], f), f)
		}
		for _, e := range known {
			if stem, ok := strings.CutSuffix(f, e); ok && utf8.RuneCountInString(stem) > minStem {
				add(stem, f)
				break
			}
		}
	}
	out := make([]string, 0, len(found))
	for s := range found {
		out = append(out, s)
	}
	slices.Sort(out)
	return out
}

// sharedStart is the beginning that two words share.
func sharedStart(a, b string) string {
	n := 0
	for n < min(len(a), len(b)) && a[n] == b[n] {
		n++
	}
	for n > 0 && n < len(a) && !utf8.RuneStart(a[n]) {
		n--
	}
	return a[:n]
}
