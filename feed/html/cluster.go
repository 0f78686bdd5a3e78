package html

import "unicode"

// cutAt is the byte at which at most n characters of a text end: behind the last
// whole word, or, where the words are not told apart by spaces or the only one is
// too long, between two characters that a reader tells apart.
func cutAt(text string, n int) int {
	if n < 1 {
		return 0
	}
	var (
		word, whole int // where the last word, and the last whole character, end
		wordAt      int // how many characters are before word
		prev        rune
		flags       int // how many regional indicators in a row end at prev
	)
	count, over := 0, false
	for i, r := range text {
		if i > 0 && !joins(prev, r, flags) {
			whole = i
			if unicode.IsSpace(r) && !unicode.IsSpace(prev) || ideographic(prev) || ideographic(r) && !unicode.IsSpace(prev) {
				word, wordAt = i, count
			}
		}
		if over = count == n; over {
			break
		}
		count++
		if isFlag(r) {
			flags++
		} else {
			flags = 0
		}
		prev = r
	}
	if !over {
		return len(text)
	}
	// A space far from the end is no place to cut a script that has none.
	if word == 0 || wordAt < n/2 && spaceless(prev) {
		return whole
	}
	return word
}

// joins reports whether r belongs to the same user-perceived character as prev, by
// the rules of UAX 29 §3.1.1 that matter for text that people wrote. flags is how
// many regional indicators in a row end at prev.
func joins(prev, r rune, flags int) bool {
	switch {
	case r < 0x300 && r != 0xAD && prev < 0x600: // the ordinary case
		return false
	case isFlag(r):
		return flags%2 == 1
	case extends(r), prev == 0x200D:
		return true
	case unicode.Is(unicode.Prepended_Concatenation_Mark, prev):
		return true
	case isHangul(r):
		return joinsHangul(prev, r)
	}
	return virama(prev) && unicode.IsLetter(r)
}

// extends reports whether a character is a mark on the one before it.
func extends(r rune) bool {
	switch {
	case unicode.Is(unicode.M, r), unicode.Is(unicode.Other_Grapheme_Extend, r):
		return true
	case r >= 0x1F3FB && r <= 0x1F3FF, r == 0x200C, r == 0x200D: // skin tones, joiners
		return true
	case r >= 0xE0020 && r <= 0xE007F: // tags of a flag
		return true
	}
	return r == 0xE33 || r == 0xEB3 // Thai and Lao AM
}

func isFlag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// virama reports whether a sign ties the letter behind it to the one before.
func virama(r rune) bool {
	switch r {
	case 0x94D, 0x9CD, 0xACD, 0xB4D, 0xC4D, 0xD4D:
		return true
	}
	return false
}

func isHangul(r rune) bool {
	return r >= 0x1100 && r <= 0x11FF || r >= 0xA960 && r <= 0xA97C || r >= 0xAC00 && r <= 0xD7FB
}

// joinsHangul reports whether a letter of Hangul continues a syllable: any that is
// not its beginning does, and a beginning after a beginning.
func joinsHangul(prev, r rune) bool {
	leads := func(r rune) bool { return r >= 0x1100 && r <= 0x115F || r >= 0xA960 && r <= 0xA97C }
	switch {
	case leads(prev):
		return true
	case leads(r), r >= 0xAC00 && r <= 0xD7A3:
		return false
	}
	return isHangul(prev)
}

// ideographic reports whether a character is of a script in which every one may end
// a line.
func ideographic(r rune) bool {
	return r >= 0x2E80 && unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana)
}

// spaceless reports whether a character is of a script that has no spaces between
// words.
func spaceless(r rune) bool {
	return ideographic(r) || r >= 0xE00 && unicode.In(r, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}
