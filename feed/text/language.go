package text

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

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
// source's or the entry's) in lower case, else what script, letters and common
// words tell, else "". It names en, ru, uk, uz, kk, ky and tg, and rather none
// than a wrong one.
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

// enoughLetters are as many as are looked at, give or take a part's last words.
const enoughLetters = 600

// evidence counts what speaks for a language.
type evidence struct {
	letters, latin, cyrillic int
	small                    [simpleEnd]uint16 // how often each simple letter stands, in either case
	// What common words and endings of Latin and Russian text add up to.
	english, uzbek, other int
	russian, slavic       int // words of Russian alone; words it shares with its neighbours
}

func (e *evidence) read(s string) {
	start := -1 // of a word: letters and the apostrophes inside
	for i := 0; i <= len(s); {
		r, size := rune(0), 1
		if i < len(s) {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		switch {
		case unicode.IsLetter(r) && !isApostrophe(r):
			if start < 0 {
				start = i
			}
			e.letter(r)
		case start >= 0 && isApostrophe(r) && letterAt(s, i+size):
		case start >= 0:
			e.word(s[start:i])
			start = -1
			if e.letters >= enoughLetters {
				return
			}
		}
		i += size
	}
}

func (e *evidence) letter(r rune) {
	e.letters++
	switch {
	case r < 0x250:
		e.latin++
	case 0x400 <= r && r < simpleEnd:
		e.cyrillic++
	}
	if r < simpleEnd {
		if low := simple[r]; low != 0 {
			r = rune(low)
		}
		e.small[r]++
	}
}

// has counts the letters of a string of simple letters.
func (e *evidence) has(letters string) (n int) {
	for _, r := range letters {
		n += int(e.small[r])
	}
	return n
}

// language weighs the evidence. A script must hold more than two thirds of the
// letters: names in the other one are common, whole texts in it are not.
func (e *evidence) language() string {
	switch {
	case e.letters == 0:
		return ""
	case e.cyrillic*3 > e.letters*2:
		return e.cyrillicLanguage()
	case e.latin*3 > e.letters*2:
		return e.latinLanguage()
	}
	return ""
}

// cyrillicLanguage goes by the letters that a language has and its neighbours
// lack. One such letter may be a name; it must be one in a hundred.
func (e *evidence) cyrillicLanguage() string {
	some := func(letters string) bool { return e.has(letters)*100 >= e.cyrillic }
	switch {
	case some("ђјљњћџѓќѕ"), some("җҙҫҡ"): // Serbian, Macedonian; Tatar, Bashkir
		return ""
	case some("ӣҷӯ"):
		return "tg"
	case some("әұһ"), some("і") && some("қғңөү"):
		return "kk"
	case some("ў") && some("і"): // Belarusian
		return ""
	case some("ўғқҳ"):
		return "uz"
	case some("ңөү"):
		if e.has("ң") == 0 && e.cyrillic > 200 { // Mongolian
			return ""
		}
		return "ky"
	case some("їєґ"), some("і"):
		if e.has("ыэё") > 0 {
			return ""
		}
		return "uk"
	case some("ыэё") && (e.russian+e.slavic > 0 || e.cyrillic > 150), e.russian >= 2:
		// Kyrgyz has ы and э, and Uzbek э and ё; only a short text of theirs
		// lacks their own letters.
		return "ru"
	}
	return ""
}

// latinLanguage goes by common words, and for Uzbek by its endings and oʻ, gʻ.
func (e *evidence) latinLanguage() string {
	if foreign := e.latin - e.ascii(); foreign*25 > e.latin {
		return ""
	}
	switch {
	case e.uzbek >= 2 && e.uzbek > 2*e.english && e.uzbek > e.other:
		return "uz"
	case e.english >= 3 && e.english > 2*e.other && e.english > 2*e.uzbek:
		return "en"
	}
	return ""
}

func (e *evidence) ascii() (n int) {
	for r := 'a'; r <= 'z'; r++ {
		n += int(e.small[r])
	}
	return n
}

func (e *evidence) word(w string) {
	if len(w) > 40 {
		return
	}
	var buf [80]byte
	low := buf[:0]
	marked := false // whether oʻ or gʻ stands in it
	for i, r := range w {
		if isApostrophe(r) {
			last := w[i-1] | 0x20
			possessive := strings.EqualFold(w[i+utf8.RuneLen(r):], "s") // NATO's
			marked = marked || r == 'ʻ' || !possessive && (last == 'g' || last == 'o' && i > 1)
			continue
		}
		if r < simpleEnd && simple[r] != 0 {
			r = rune(simple[r])
		}
		low = utf8.AppendRune(low, r)
	}
	if low[0] >= utf8.RuneSelf {
		switch own, shared := russianWord(string(low)); {
		case own:
			e.russian++
		case shared:
			e.slavic++
		}
		return
	}
	if marked {
		e.uzbek += 2
	}
	switch string(low) {
	case "the", "of", "and", "with", "from", "says", "said", "after", "that", "by", "has", "have",
		"which", "over", "amid", "its", "their", "was", "were", "been", "this", "into", "against", "between", "how", "why", "what":
		e.english += 2
	case "in", "to", "for", "on", "at", "as", "is", "are", "a", "an", "new", "will", "be", "it", "not", "up", "more", "but":
		e.english++
	case "va", "bilan", "uchun", "bu", "ham", "haqida", "boyicha", "esa", "edi", "boldi", "bolib", "yilda", "yil", "kerak",
		"mumkin", "qildi", "qilindi", "etildi", "etdi", "uning", "ular", "orasida", "kuni", "oz", "ozbekiston", "togrisida",
		"otkazildi", "orqali", "yangi", "davlat", "hamda", "emas", "sogat", "soat", "mln", "qanday", "nima":
		e.uzbek += 2
	case "der", "die", "das", "und", "mit", "für", "von", "den", "ist", "nicht", "auf", "ein", "eine",
		"le", "la", "les", "des", "et", "du", "un", "une", "est", "dans", "pour", "sur", "au", "de",
		"el", "los", "las", "y", "en", "con", "por", "para", "del", "que", "se",
		"il", "di", "che", "e", "non", "della", "da", "em", "os", "uma",
		"het", "een", "van", "voor", "met", "op", "te", "og", "och", "att", "som", "til", "av", "på",
		"ve", "bir", "ile", "için", "w", "z", "na", "się", "nie", "i", "je", "v", "ja", "si", "ki":
		e.other += 2
	default:
		if uzbekEnding(string(low)) {
			e.uzbek++
		}
	}
}

// uzbekEnding reports the endings by which a Latin word of six letters and more
// is likely Uzbek.
func uzbekEnding(w string) bool {
	if len(w) < 6 {
		return false
	}
	for _, end := range [...]string{"ning", "lari", "larni", "larga", "larda", "lardan", "moqda", "sidagi", "dagi",
		"ligi", "ildi", "iladi", "ishdi", "adilar", "dilar", "gan", "sida", "siga", "sini", "lik", "chilik", "dan", "aydi", "aklar"} {
		if strings.HasSuffix(w, end) && !(end == "ning" && englishNing(w)) {
			return true
		}
	}
	return false
}

// englishNing reports the words in -ning that are rather English: planning,
// morning, opening. Uzbek has a vowel or a consonant of its stem before -ning
// too, so that only a doubled n and frequent words tell.
func englishNing(w string) bool {
	if strings.HasSuffix(w, "nning") {
		return true
	}
	switch w {
	case "morning", "evening", "opening", "meaning", "warning", "mining", "training", "learning", "joining",
		"turning", "signing", "remaining", "maintaining", "strengthening", "obtaining", "containing", "concerning",
		"returning", "happening", "listening", "functioning", "questioning", "lightning", "cleaning", "burning":
		return true
	}
	return false
}

// russianWord reports whether a word or its ending is one of Russian alone, or
// one that it shares with Bulgarian or Ukrainian but not with Turkic languages.
func russianWord(w string) (own, shared bool) {
	switch w {
	case "из", "что", "для", "об", "со", "его", "после", "году", "он", "они", "был", "также", "к", "это":
		return true, false
	case "и", "в", "с", "по", "на", "за", "от", "не", "до", "о", "у", "как", "или", "между", "против", "при":
		return false, true
	}
	if len(w) < 12 { // six letters
		return false, false
	}
	for _, end := range [...]string{"ого", "ский", "ской", "ться", "тся", "ными", "ных"} {
		if strings.HasSuffix(w, end) {
			return true, false
		}
	}
	return false, false
}
