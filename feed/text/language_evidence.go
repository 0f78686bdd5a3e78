package text

import (
	"math/bits"
	"unicode"
	"unicode/utf8"
)

// enoughLetters are as many as are looked at, give or take the last word, which
// may be all of a text that puts no spaces.
const enoughLetters = 600

// evidence adds up what the words of a text say for and against each tongue.
type evidence struct {
	letters         int // of all scripts
	latin, cyrillic script
	points          [tongues]int
}

// A script is how much of a text is written in it.
type script struct{ letters, words int }

// What a word is worth for a tongue. One that the tongue's lists have, or whose
// ending they have, is worth what the list says.
const (
	rareLetter    = 2 // it has a letter that few tongues have, and the tongue is one of them
	foreignLetter = 2 // it has a letter that the tongue has not: so much against it
	clearMark     = 2 // an apostrophe stands where the tongue writes one
	longVowel     = 1 // it has a Cyrillic vowel twice, for those that have long ones
	bareQ         = 1 // it has a q without u, for those that write one often
)

// read looks at the words of a text: letters, with the apostrophes between them.
func (e *evidence) read(s string) {
	var w word
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		i += size
		switch {
		case isLetter(r):
			if w.add(r); w.letters < enoughLetters {
				continue
			}
		case w.letters == 0:
			continue
		case isApostrophe(r) && letterAt(s, i):
			w.apostrophe = w.size
			w.turned = r == 'ʻ'
			continue
		case r == '\u00ad', r >= 0x300 && unicode.Is(unicode.Mn, r): // soft hyphens and accents
			continue
		}
		e.word(&w)
		if e.letters >= enoughLetters {
			return
		}
	}
	e.word(&w)
}

func isLetter(r rune) bool {
	switch {
	case r < utf8.RuneSelf:
		return 'a' <= r|0x20 && r|0x20 <= 'z'
	case 0x400 <= r && r <= 0x481:
		return true
	}
	return unicode.IsLetter(r) && !isApostrophe(r)
}

// word takes down what w says, and empties it.
func (e *evidence) word(w *word) {
	e.letters += w.letters
	switch w.script {
	case latinTongues:
		e.latin.letters += w.letters
		e.latin.words++
		e.marks(w)
	case cyrillicTongues:
		e.cyrillic.letters += w.letters
		e.cyrillic.words++
	}
	e.spelling(w)
	w.reset()
}

// spelling weighs the letters and the form of a word.
func (e *evidence) spelling(w *word) {
	able := w.able
	if w.last == 'c' {
		able &^= 1 << latinUzbek
	}
	if w.longVowel {
		e.count(1<<kyrgyz|1<<mongolian, longVowel)
	}
	if w.bareQ || w.last == 'q' {
		e.count(1<<latinUzbek|1<<turkish, bareQ)
	}
	if able != w.script {
		if able&(1<<english|1<<russian) == 0 {
			e.count(able, rareLetter)
		}
		e.count(w.script&^able, -foreignLetter)
	}
	if w.long {
		return
	}
	form := w.form()
	votes, ok := wordVotes()[string(form)]
	if !ok {
		votes = ending(form, w.last)
	}
	for _, v := range votes {
		e.points[v.tongue] += int(v.weight)
	}
}

func (e *evidence) count(set tongueSet, points int) {
	for ; set != 0; set &= set - 1 {
		e.points[bits.TrailingZeros32(uint32(set))] += points
	}
}

// marks weighs the apostrophe of a Latin word: oʻ and gʻ of Uzbek, the
// possessive and n't of English, the articles of French and Italian, and the
// endings of names in Turkish.
func (e *evidence) marks(w *word) {
	if w.apostrophe == 0 {
		return
	}
	before, after := w.buf[:w.apostrophe], string(w.buf[w.apostrophe:w.size])
	last := before[len(before)-1]
	switch {
	case w.turned:
		e.points[latinUzbek] += clearMark
	case after == "s", after == "t" && last == 'n', after == "re", after == "ve", after == "ll":
		e.points[english] += clearMark
	case last == 'g', last == 'o' && (len(before) > 1 || !w.capital): // but O'Brien
		e.points[latinUzbek] += clearMark
	case len(before) == 1 && (last == 'l' || last == 'd'), len(before) > 2 && string(before[len(before)-2:]) == "ll":
		e.points[french] += clearMark
	default:
		switch after {
		case "da", "de", "ta", "te", "dan", "den", "tan", "ten", "nin", "in", "un", "ya", "ye", "daki", "deki", "yi", "le", "la":
			e.points[turkish] += clearMark
		}
	}
}

// language weighs the evidence. Beside other scripts than these two, what stands in
// them is names. Brands in Latin script are common in Cyrillic text: where neither
// script has more than two thirds of the letters, the one whose words say more than
// twice as much is the text's.
func (e *evidence) language() string {
	latin, l := e.best(english, russian, e.latin.words)
	e.points[russian] += russianAnyway
	cyrillic, c := e.best(russian, tongues, e.cyrillic.words)
	both := (e.latin.letters+e.cyrillic.letters)*3 > e.letters*2
	switch {
	case e.cyrillic.letters*3 > e.letters*2, both && c > 2*l:
		return cyrillic
	case e.latin.letters*3 > e.letters*2 && l > c, both && l > 2*c:
		return latin
	}
	return ""
}

// What a text must show before its language is told.
const (
	// enough points tell the language of a short text; a longer one must show a
	// point for each wordsAPoint words, or is in a language that nobody listed.
	enough      = 2
	wordsAPoint = 2
	// The best must be ahead of the second by a fourth of what that has.
	lead = 4
	// russianAnyway is what Russian has from the start: of the languages in
	// Cyrillic script it is what comes in most.
	russianAnyway = 1
)

// best is the language that the words of a script speak for, "" for none, and
// how clearly.
func (e *evidence) best(first, end tongue, words int) (language string, points int) {
	if words == 0 {
		return "", 0
	}
	best, second := first, -1000
	for t := first + 1; t < end; t++ {
		switch p := e.points[t]; {
		case p > e.points[best]:
			second, best = e.points[best], t
		case p > second:
			second = p
		}
	}
	points = e.points[best]
	need := max(enough, (words+wordsAPoint-1)/wordsAPoint)
	if points < need || points <= second || (points-second)*lead < second {
		return "", points
	}
	return best.tag(), points
}

// longestWord is how much of a word is looked at, in bytes.
const longestWord = 80

// A word is one that is being read, letter by letter.
type word struct {
	buf        [longestWord]byte // its small letters, without apostrophes
	size       int               // of buf, in bytes
	letters    int
	long       bool      // it has more letters than buf holds
	script     tongueSet // the tongues of the script that it begins in
	able       tongueSet // the tongues that have all of its letters
	last       rune
	longVowel  bool // a Cyrillic vowel that may be long stands in it twice
	bareQ      bool // a q stands in it without a u after it
	apostrophe int  // what stands in buf before the last apostrophe, 0 for none
	turned     bool // that apostrophe is a ʻ
	capital    bool // the letter after it is one
}

func (w *word) form() []byte { return w.buf[:w.size] }

// reset empties all but buf, of which only the first size bytes are looked at.
func (w *word) reset() {
	w.size, w.letters, w.long, w.script, w.able, w.last = 0, 0, false, 0, 0, 0
	w.longVowel, w.bareQ, w.apostrophe, w.turned, w.capital = false, false, 0, false, false
}

func (w *word) add(r rune) {
	low, able := r, tongueSet(0)
	if r < simpleEnd {
		if s := simple[r]; s != 0 {
			low = rune(s)
		}
		able = alphabets[low]
	}
	switch {
	case w.letters == 0:
		w.script, w.able = scriptOf(low), able
	case w.last == 'c' && low != 'h':
		w.able &= able &^ (1 << latinUzbek) // which has ch alone
	default:
		w.able &= able
	}
	w.longVowel = w.longVowel || w.last == low && isLongVowel(low)
	w.bareQ = w.bareQ || w.last == 'q' && low != 'u'
	w.capital = w.capital || w.apostrophe > 0 && w.apostrophe == w.size && low != r
	w.last = low
	w.letters++
	switch {
	case w.long:
	case w.size+utf8.RuneLen(low) > len(w.buf):
		w.long = true
	case low < utf8.RuneSelf:
		w.buf[w.size] = byte(low)
		w.size++
	default:
		w.size += utf8.EncodeRune(w.buf[w.size:], low)
	}
}

func scriptOf(r rune) tongueSet {
	switch {
	case r < 0x250, 0x1e00 <= r && r < 0x1f00:
		return latinTongues
	case 0x400 <= r && r < simpleEnd:
		return cyrillicTongues
	}
	return 0
}

func isLongVowel(r rune) bool {
	switch r {
	case 'а', 'о', 'у', 'э', 'ө', 'ү':
		return true
	}
	return false
}
