package text

import "strings"

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
