package text

import "unicode"

// simpleEnd bounds the runes that letters covers: Latin, IPA and Cyrillic, all
// of one or two bytes.
const simpleEnd = 0x530

// letters gives the folded form of a simple letter or digit, 0 for any other
// rune. A rune is simple where its form is one rune of as many bytes, whatever
// stands beside it, unless a mark follows.
type letters [simpleEnd]uint16

// simple has ё as it is in Uzbek; simpleYe has it folded to е.
var simple, simpleYe = simpleLetters(false), simpleLetters(true)

func simpleLetters(ye bool) *letters {
	var t letters
	for r := rune('0'); r <= '9'; r++ {
		t[r] = uint16(r)
	}
	for r := range rune(simpleEnd) {
		low, up := unicode.ToLower(r), unicode.ToUpper(r)
		switch {
		case low == up, compatible(r), 0x370 <= r && r < 0x400:
			continue // no case; folds to several runes; Greek, for its final sigma
		case low >= simpleEnd, (low < 0x80) != (r < 0x80):
			continue // changes its length
		}
		t[r] = uint16(low)
	}
	if ye {
		t['ё'], t['Ё'] = 'е', 'е'
	}
	return &t
}

// compatible reports the cased runes below simpleEnd that NFKC or case folding
// turn into something else than their small letter.
func compatible(r rune) bool {
	switch {
	case r == 'µ', r == 'ß', r == 'Ĳ', r == 'ĳ', r == 'İ', r == 'ı', r == 'ŉ', r == 'ſ', r == 'ǰ',
		0x13f <= r && r <= 0x140,                           // ŀ
		0x1c4 <= r && r <= 0x1cc, 0x1f1 <= r && r <= 0x1f3, // Ǆ ǆ ǅ …
		0x2b0 <= r && r < 0x370: // modifiers and marks
		return true
	}
	return false
}

// lookalike gives the small Cyrillic letter that a Latin capital is taken for,
// 0 for none.
func lookalike(r rune) rune {
	switch r {
	case 'A':
		return 'а'
	case 'B':
		return 'в'
	case 'C':
		return 'с'
	case 'E':
		return 'е'
	case 'H':
		return 'н'
	case 'K':
		return 'к'
	case 'M':
		return 'м'
	case 'O':
		return 'о'
	case 'P':
		return 'р'
	case 'T':
		return 'т'
	case 'X':
		return 'х'
	case 'Y':
		return 'у'
	}
	return 0
}

// apostrophe returns the bytes of the apostrophe that s begins with, 0 for
// none, and whether it is a modifier letter, which is part of a word wherever
// it stands.
func apostrophe(s string) (size int, modifier bool) {
	if s == "" {
		return 0, false
	}
	switch s[0] {
	case '\'', '`':
		return 1, false
	case 0xc2:
		if len(s) > 1 && s[1] == 0xb4 { // ´
			return 2, false
		}
	case 0xca:
		if len(s) > 1 && s[1] >= 0xbb && s[1] <= 0xbd { // ʻ ʼ ʽ
			return 2, true
		}
	case 0xe2:
		if len(s) > 2 && s[1] == 0x80 && (s[2] == 0x98 || s[2] == 0x99 || s[2] == 0x9b) { // ‘ ’ ‛
			return 3, false
		}
	}
	return 0, false
}

func isApostrophe(r rune) bool {
	switch r {
	case '\'', '`', '´', 'ʻ', 'ʼ', 'ʽ', '‘', '’', '‛':
		return true
	}
	return false
}

// parts reports the runes that part words although UAX 29 joins at them: low
// lines and the narrow no-break space (ExtendNumLet), and colons.
func partsWords(r rune) bool {
	switch r {
	case '_', ':', '\u202f', '\ufe13', '\ufe55', '\uff1a':
		return true
	}
	return r >= 0x80 && unicode.Is(unicode.Pc, r)
}
