package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxSpellings bounds the Latin spellings of one pattern.
const maxSpellings = 16

// latinSpellings are the ways in which a phrase of Cyrillic Uzbek words is
// written in Latin script; none where no word is one, or one has letters that
// Uzbek lacks. Words in Latin script and numbers stay as they are.
func latinSpellings(words []phraseWord) [][]phraseWord {
	out := [][]phraseWord{nil}
	some := false
	for _, w := range words {
		ways := []phraseWord{w}
		if strings.ContainsFunc(w.form, func(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }) {
			some = true
			if ways = latinWord(w); ways == nil {
				return nil
			}
		}
		var next [][]phraseWord
		for _, head := range out {
			for _, way := range ways {
				if len(next) < maxSpellings {
					next = append(next, append(slices.Clip(head), way))
				}
			}
		}
		out = next
	}
	if !some {
		return nil
	}
	return out
}

// latinWord gives the spellings of one word. Of a word in capitals there are
// two: ШҲТ is written SHHT and ShHT.
func latinWord(w phraseWord) (out []phraseWord) {
	source := w.form
	if w.cased != "" {
		source = w.cased
	}
	if w.capitals {
		source = strings.ToUpper(source)
	}
	add := func(way phraseWord) {
		// A prefix of two letters would match too much.
		if (!way.prefix || utf8.RuneCountInString(way.form) >= minPrefix) && !slices.Contains(out, way) {
			out = append(out, way)
		}
	}
	for _, ts := range []tsSpelling{tsByPlace, tsAlways, tsNever} {
		latin, ok := latin(source, ts)
		if !ok || latin == "" {
			return nil
		}
		way := phraseWord{form: strings.ToLower(latin), prefix: w.prefix, capitals: w.capitals}
		capitals := strings.ToUpper(latin)
		switch {
		case w.cased != "":
			way.cased = latin
			add(way)
			if source == strings.ToUpper(source) && capitals != latin {
				way.cased = capitals
				add(way)
			}
		case w.capitals:
			add(way)
			if capitals != latin {
				way.cased, way.capitals = latin, false
				add(way)
			}
		default:
			add(way)
		}
	}
	return out
}

// A tsSpelling is how ц is written: ts after a vowel and s elsewhere is the
// rule, of which usage knows little.
type tsSpelling uint8

const (
	tsByPlace tsSpelling = iota
	tsAlways
	tsNever
)

// latin writes a Cyrillic Uzbek word in Latin letters, without the apostrophes,
// which forms do not have; a capital becomes a capital and small letters. It is
// not ok where the word has a letter that Uzbek lacks.
func latin(word string, ts tsSpelling) (string, bool) {
	var b strings.Builder
	before := ' ' // the small letter before
	for _, r := range word {
		small := unicode.ToLower(r)
		open := before == ' ' || strings.ContainsRune("аеёиоуўэюяъь", before)
		var s string
		switch {
		case small == 'е' && open:
			s = "ye"
		case small == 'о' && before == 'ь': // as in батальон
			s = "yo"
		case small == 'ц' && (ts == tsAlways || ts == tsByPlace && open && before != ' '):
			s = "ts"
		case small == 'ц':
			s = "s"
		case small >= utf8.RuneSelf:
			var ok bool
			if s, ok = latinLetter(small); !ok {
				return "", false
			}
		default:
			s = string(small)
		}
		if r != small && s != "" {
			s = strings.ToUpper(s[:1]) + s[1:]
		}
		b.WriteString(s)
		before = small
	}
	return b.String(), true
}

// latinLetter is a small Uzbek letter in the alphabet of 1995.
func latinLetter(r rune) (string, bool) {
	const cyrillic = "абвгдеёжзийклмнопрстуфхчшъьэюяўқғҳ"
	latin := [...]string{
		"a", "b", "v", "g", "d", "e", "yo", "j", "z", "i", "y", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "x",
		"ch", "sh", "", "", "e", "yu", "ya", "o", "q", "g", "h",
	}
	at := strings.IndexRune(cyrillic, r)
	if at < 0 {
		return "", false
	}
	return latin[at/2], true
}
