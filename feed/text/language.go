package text

import "strings"

// Uzbek reports whether a BCP 47 tag names Uzbek, in either script.
func Uzbek(tag string) bool { return sameLanguage(tag, "uz") }

// OneOf reports whether a BCP 47 tag names one of the languages of a list. Only
// primary subtags are compared, in any case: en-us is en. "" is none of any.
func OneOf(tag string, languages []string) bool {
	for _, l := range languages {
		if sameLanguage(tag, l) {
			return true
		}
	}
	return false
}

func sameLanguage(a, b string) bool {
	a, b = Primary(a), Primary(b)
	return a != "" && strings.EqualFold(a, b)
}

// Primary is the language of a BCP 47 tag without script and country, as
// written: en of en-us.
func Primary(tag string) string {
	if i := strings.IndexAny(tag, "-_"); i >= 0 {
		return tag[:i]
	}
	return tag
}

// Language is the language of a text: the declared one (a BCP 47 tag; the
// source's or the entry's) in lower case, else what letters, words and endings
// tell, else "". It names en, ru, uk, uz, kk, ky and tg, and rather none than a
// wrong one.
func Language(declared string, parts *Parts) string {
	if d := strings.ToLower(strings.TrimSpace(declared)); Primary(d) != "" && Primary(d) != "und" {
		return d
	}
	var e evidence
	for _, field := range parts {
		for _, s := range field {
			if e.letters >= enoughLetters {
				break
			}
			e.read(s)
		}
	}
	return e.language()
}
