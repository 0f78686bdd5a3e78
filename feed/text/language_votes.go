package text

import (
	"bytes"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

// A vote is what a word or an ending is worth for a tongue.
type vote struct {
	tongue tongue
	weight int8
}

// A list holds words or endings of a tongue, with white space between them. A
// word that several tongues use stands in the lists of each: it tells them from
// the rest, not from one another.
type list struct {
	tongue tongue
	weight int8
	items  string
}

// wordVotes has the votes of each listed word. One written for two lists of a
// tongue counts once, for the larger. It is made when a text is first asked for its
// language: that takes longer than most commands.
var wordVotes = sync.OnceValue(func() map[string][]vote {
	return votesOf(slices.Concat(englishWords, latinWords, russianWords, neighbourWords, turkicWords, tajikWords,
		inBothScripts(uzbekWords)))
})

func votesOf(lists []list) map[string][]vote {
	m := map[string][]vote{}
	for _, l := range lists {
		for _, item := range strings.Fields(l.items) {
			m[item] = addVote(m[item], vote{l.tongue, l.weight})
		}
	}
	return m
}

func addVote(votes []vote, v vote) []vote {
	for i := range votes {
		if votes[i].tongue == v.tongue {
			votes[i].weight = max(votes[i].weight, v.weight)
			return votes
		}
	}
	return append(votes, v)
}

// An end is an ending with its votes.
type end struct {
	form  []byte
	votes []vote
}

// endings has those that end in a letter under that letter, longest first.
var endings = sync.OnceValue(func() *[simpleEnd][]end {
	return endingsOf(slices.Concat(englishEndings, latinEndings, russianEndings, neighbourEndings, turkicEndings, tajikEndings,
		inBothScripts(uzbekEndings), oneScriptEndings))
})

func endingsOf(lists []list) *[simpleEnd][]end {
	var t [simpleEnd][]end
	for form, votes := range votesOf(lists) {
		r, _ := utf8.DecodeLastRuneInString(form)
		t[r] = append(t[r], end{[]byte(form), votes})
	}
	for r := range t {
		slices.SortFunc(t[r], func(a, b end) int {
			if len(a.form) != len(b.form) {
				return len(b.form) - len(a.form)
			}
			return bytes.Compare(a.form, b.form)
		})
	}
	return &t
}

// shortestStem is what must stand before an ending, in letters.
const shortestStem = 3

// ending gives the votes of the longest ending that a word has; last is its last
// letter.
func ending(form []byte, last rune) []vote {
	if last >= simpleEnd {
		return nil
	}
	stem := shortestStem
	if last >= 0x400 {
		stem *= 2 // bytes
	}
	all := endings()[last]
	for i := range all {
		e := &all[i]
		at := len(form) - len(e.form)
		if at >= stem && form[at] == e.form[0] && bytes.Equal(form[at:], e.form) {
			return e.votes
		}
	}
	return nil
}

// inBothScripts gives Uzbek items, written in Cyrillic, in each of the ways in which
// people write them: in either script, and without its own letters and marks.
func inBothScripts(lists []list) (written []list) {
	bare := strings.NewReplacer("ў", "у", "қ", "к", "ғ", "г", "ҳ", "х")
	latin := strings.NewReplacer("ў", "o", "қ", "q", "ғ", "g", "ҳ", "h", "а", "a", "б", "b", "в", "v", "г", "g", "д", "d",
		"е", "e", "ё", "yo", "ж", "j", "з", "z", "и", "i", "й", "y", "к", "k", "л", "l", "м", "m", "н", "n", "о", "o", "п", "p",
		"р", "r", "с", "s", "т", "t", "у", "u", "ф", "f", "х", "x", "ц", "ts", "ч", "ch", "ш", "sh", "ъ", "", "ь", "",
		"э", "e", "ю", "yu", "я", "ya")
	for _, l := range lists {
		written = append(written, list{cyrillicUzbek, l.weight, l.items}, list{cyrillicUzbek, l.weight, bare.Replace(l.items)},
			list{latinUzbek, l.weight, latin.Replace(l.items)})
	}
	return written
}

// A tongue is a language written in one script. Those without a tag are looked
// for only because they could pass for one that has a tag.
type tongue uint8

const (
	english tongue = iota
	latinUzbek
	turkish // and Azerbaijani, Turkmen, Karakalpak
	german  // and Dutch and the Scandinavian languages
	french  // and the other Romance languages
	polish  // and the other Slavic languages in Latin script
	finnish // and what else is written in Latin script

	russian
	ukrainian
	belarusian
	bulgarian
	serbian // and Macedonian
	mongolian
	tatar      // and Bashkir
	karakalpak // and other Turkic languages
	kazakh
	kyrgyz
	cyrillicUzbek
	tajik

	tongues
)

// tag is the tongue's BCP 47 tag, "" for one that is not told.
func (t tongue) tag() string {
	switch t {
	case english:
		return "en"
	case latinUzbek, cyrillicUzbek:
		return "uz"
	case russian:
		return "ru"
	case ukrainian:
		return "uk"
	case kazakh:
		return "kk"
	case kyrgyz:
		return "ky"
	case tajik:
		return "tg"
	}
	return ""
}

// A tongueSet has a bit for each tongue in it.
type tongueSet uint32

const (
	latinTongues    tongueSet = 1<<russian - 1
	cyrillicTongues tongueSet = 1<<tongues - 1<<russian
)

// alphabets tells for each small letter which tongues have it. Letters of names
// that any newspaper would print, as é in English, are no part of them.
var alphabets = lettersOf([tongues]string{
	english:    basicLatin,
	latinUzbek: "abcdefghijklmnopqrstuvxyz",
	turkish:    "abcdefghijklmnopqrstuvxyzâçğıîöşüûəäňýžáúóńǵ",
	german:     basicLatin + "äöüßåæøéë",
	french:     basicLatin + "àáâãçèéêëìíîïñòóôõùúûüœæășțşţ",
	polish:     basicLatin + "ąćęłńóśźżáčďéěíňřšťúůýžđľĺŕ",
	finnish:    basicLatin + "äöåáéíóöőúüűõāēīūčšžģķļņąęėįųūăâđêôơưàèìòùýãĩũ",

	russian:       russianLetters,
	ukrainian:     "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
	belarusian:    "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
	bulgarian:     "абвгдежзийклмнопрстуфхцчшщъьюя",
	serbian:       "абвгдежзиклмнопрстуфхцчшђѓѕјљњћќџ",
	mongolian:     russianLetters + "өү",
	tatar:         russianLetters + "әҗңөүһғҙҡҫ",
	karakalpak:    russianLetters + "әғқңөүўҳһҕҥӧӱјҷҗ",
	kazakh:        russianLetters + "әғқңөұүһі",
	kyrgyz:        russianLetters + "ңөү",
	cyrillicUzbek: "абвгдеёжзийклмнопрстуфхцчшъьэюяўқғҳ",
	tajik:         "абвгдеёжзийклмнопрстуфхцчшъьэюяғӣқӯҳҷ",
})

const (
	basicLatin     = "abcdefghijklmnopqrstuvwxyz"
	russianLetters = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
)

func lettersOf(of [tongues]string) *[simpleEnd]tongueSet {
	var t [simpleEnd]tongueSet
	for tongue, letters := range of {
		for _, r := range letters {
			if r < simpleEnd {
				t[r] |= 1 << tongue
			}
		}
	}
	return &t
}
