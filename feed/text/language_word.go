package text

import "unicode/utf8"

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
