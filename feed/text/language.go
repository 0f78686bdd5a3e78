package text

import (
	"slices"
	"strings"
)

// Uzbek reports whether a BCP 47 tag names Uzbek, in either script.
func Uzbek(tag string) bool { return sameLanguage(tag, "uz") }

// OneOf reports whether a BCP 47 tag names one of the languages of a list. Only
// primary subtags are compared, in any case: en-us is en. "" is none of any.
func OneOf(tag string, languages []string) bool {
	return slices.ContainsFunc(languages, func(l string) bool { return sameLanguage(tag, l) })
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

// languageNames are the languages that people here name by more than their code.
const languageNames = "ar Arabic|az Azerbaijani|ba Bashkir|be Belarusian|bg Bulgarian|bn Bengali|cs Czech|da Danish|de German|el Greek|en English|" +
	"es Spanish|et Estonian|fa Persian|fi Finnish|fr French|he Hebrew|hi Hindi|hu Hungarian|hy Armenian|id Indonesian|it Italian|ja Japanese|" +
	"ka Georgian|kaa Karakalpak|kk Kazakh|ko Korean|ku Kurdish|ky Kyrgyz|lt Lithuanian|lv Latvian|mn Mongolian|nl Dutch|no Norwegian|" +
	"pl Polish|ps Pashto|pt Portuguese|ro Romanian|ru Russian|sk Slovak|sr Serbian|sv Swedish|tg Tajik|tk Turkmen|tr Turkish|tt Tatar|" +
	"ug Uyghur|uk Ukrainian|ur Urdu|uz Uzbek|vi Vietnamese|zh Chinese"

// LanguageName is the English name of the language of a BCP 47 tag, without
// script and country: Uzbek of uz-Cyrl. "" where it is not known here.
func LanguageName(tag string) string {
	primary := strings.ToLower(Primary(tag))
	for name := range strings.SplitSeq(languageNames, "|") {
		if code, name, _ := strings.Cut(name, " "); code == primary {
			return name
		}
	}
	return ""
}

// OtherLanguage names the language of a BCP 47 tag in English where it is not
// that of another tag; by its code where the name is not known here. "" where the
// two are one language, in whatever script, or either is unknown.
func OtherLanguage(tag, than string) string {
	if Primary(tag) == "" || Primary(than) == "" || sameLanguage(tag, than) {
		return ""
	}
	if name := LanguageName(tag); name != "" {
		return name
	}
	return strings.ToLower(Primary(tag))
}
