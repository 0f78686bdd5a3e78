package story

import (
	"strings"
	"unicode/utf8"

	"topicwire/feed/text"
)

// A skeleton is a name as it is left by spelling: the first letter and the
// consonants after it, in one alphabet, at most five signs. Мирзиёев,
// Mirziyoyev and Мирзиёевнинг have the same. Packed, a sign takes five bits, the
// first one the highest.
type skeleton uint32

const (
	signBits  = 5
	signs     = 5 // of a skeleton, at most
	fewSigns  = 3 // fewer tell nothing apart: vowels stand in for them
	nameShort = 3 // letters that a name has at least
)

func (k skeleton) sign(i int) uint32 {
	return uint32(k) >> (signBits * (signs - 1 - i)) & (1<<signBits - 1)
}

func (k skeleton) len() int {
	for i := range signs {
		if k.sign(i) == 0 {
			return i
		}
	}
	return signs
}

func packed(s []byte) (k skeleton) {
	for i := range signs {
		k <<= signBits
		if i < len(s) {
			k |= skeleton(s[i]-'a'+1) & (1<<signBits - 1)
		}
	}
	return k
}

// alike reports whether two skeletons are spellings of one name: one begins the
// other, or they differ in one sign, and both begin alike.
func (k skeleton) alike(o skeleton) bool {
	if k.sign(0) != o.sign(0) {
		return false
	}
	a, b := k.len(), o.len()
	if a > b {
		k, o, a, b = o, k, b, a
	}
	if a < fewSigns {
		return false
	}
	same := 0
	for same < a && k.sign(same) == o.sign(same) {
		same++
	}
	if same == a {
		return true
	}
	if b < signs-1 {
		return false
	}
	// One sign replaced, left out or put in.
	rest := func(i, j int) bool {
		for ; i < a && j < b; i, j = i+1, j+1 {
			if k.sign(i) != o.sign(j) {
				return false
			}
		}
		return true
	}
	switch {
	case a == b:
		return rest(same+1, same+1)
	case a+1 == b:
		return rest(same, same+1)
	}
	return false
}

// skeletonOf reads a name. It is 0 for what is too short to tell.
func skeletonOf(form, language string) skeleton {
	f := folded(bare(form, language), language)
	if len(f) < nameShort {
		return 0
	}
	out := make([]byte, 0, signs)
	first := f[0]
	if first == 'o' {
		first = 'a'
	}
	out = append(out, first)
	for i := 1; i < len(f) && len(out) < signs; i++ {
		if !strings.ContainsRune("aeiou", rune(f[i])) {
			out = append(out, f[i])
		}
	}
	if len(out) < fewSigns {
		out = append(out[:0], f[:min(len(f), 4)]...)
	}
	return packed(out)
}

// bare is a name without the ending of its case, where four letters are left.
// Only endings with consonants matter to a skeleton.
func bare(form, language string) string {
	for _, end := range endings(language) {
		if s, ok := strings.CutSuffix(form, end); ok && utf8.RuneCountInString(s) >= 4 {
			return s
		}
	}
	return form
}

func endings(language string) []string {
	switch {
	case text.Uzbek(language):
		return uzbekEndings
	case language == "ru" || strings.HasPrefix(language, "ru-"):
		return russianEndings
	case language == "kk":
		return kazakhEndings
	case language == "ky":
		return kyrgyzEndings
	case language == "tg":
		return tajikEndings
	}
	return nil
}

// The endings of names by language, the longest first where one ends like another.
var (
	uzbekEndings   = []string{"ларнинг", "larning", "нинг", "ning", "лари", "lari", "даги", "dagi", "дан", "dan", "лар", "lar", "да", "da", "га", "ga", "ни", "ni", "лик", "lik", "ча", "cha"}
	russianEndings = []string{"ами", "ями", "ого", "его", "ому", "ему", "ыми", "ими", "ых", "их", "ом", "ем", "ым", "им", "ам", "ям", "ах", "ях", "ой", "ей"}
	kazakhEndings  = []string{"ның", "нің", "дың", "дің", "тың", "тің", "дан", "ден", "тан", "тен", "нан", "нен", "мен", "бен", "пен", "ға", "ге", "қа", "ке", "да", "де", "та", "те", "ды", "ді", "ты", "ті", "ны", "ні"}
	kyrgyzEndings  = []string{"нын", "нин", "нун", "нүн", "дын", "дин", "дун", "дүн", "тын", "тин", "тун", "түн", "дан", "ден", "дон", "дөн", "тан", "тен", "тон", "төн", "га", "ге", "го", "гө", "ка", "ке", "да", "де", "до", "дө", "та", "те", "ды", "ди", "ду", "дү", "ты", "ти"}
	tajikEndings   = []string{"ҳои", "ҳо", "ро", "ву"}
)

// folded spells a form in Latin letters, alike for all the languages: digraphs
// of one sound are one sign, doubled letters single.
func folded(form, language string) string {
	b := make([]byte, 0, len(form)+4)
	add := func(s string) {
		for i := range len(s) {
			if len(b) == 0 || b[len(b)-1] != s[i] {
				b = append(b, s[i])
			}
		}
	}
	uzbek := text.Uzbek(language)
	for i := 0; i < len(form); {
		r, size := utf8.DecodeRuneInString(form[i:])
		next := rune(0)
		if i+size < len(form) {
			next, _ = utf8.DecodeRuneInString(form[i+size:])
		}
		i += size
		if r < utf8.RuneSelf {
			s, two := latinSound(byte(r), byte(min(next, 0x7f)), uzbek)
			add(s)
			if two {
				i++
			}
			continue
		}
		if r == 'д' && next == 'ж' {
			add("j")
			i += 2
			continue
		}
		add(sound(r))
	}
	return string(b)
}

// latinSound is the sign of a Latin letter, and whether it takes the next one
// with it.
func latinSound(c, next byte, uzbek bool) (string, bool) {
	switch {
	case c == 'c' && next == 'h':
		return "y", true // ч: no other sound is written y here
	case c == 's' && next == 'h':
		return "w", true // ш: nor w
	case c == 'k' && next == 'h':
		return "h", true
	case c == 'g' && next == 'h':
		return "g", true
	case c == 'z' && next == 'h':
		return "j", true
	case c == 'p' && next == 'h':
		return "f", true
	case c == 't' && next == 's':
		return "s", true
	case c == 'q':
		return "k", false
	case c == 'w':
		return "v", false
	case c == 'y':
		return "i", false
	case c == 'x' && uzbek:
		return "h", false
	case c == 'x':
		return "ks", false
	case c == 'c' && (next == 'e' || next == 'i'):
		return "s", false
	case c == 'c':
		return "k", false
	case 'a' <= c && c <= 'z':
		const letters = "abcdefghijklmnopqrstuvwxyz"
		return letters[c-'a' : c-'a'+1], false
	}
	return "", false
}

// sound is the sign of any other letter.
func sound(r rune) string {
	switch r {
	case 'а', 'ә', 'á', 'à', 'â', 'ä', 'ã', 'å':
		return "a"
	case 'б':
		return "b"
	case 'в':
		return "v"
	case 'г', 'ғ', 'ğ':
		return "g"
	case 'д':
		return "d"
	case 'е', 'э', 'é', 'è', 'ê', 'ë', 'ə':
		return "e"
	case 'ё', 'о', 'ө', 'ў', 'ó', 'ô', 'ö', 'õ', 'ø':
		return "o"
	case 'ж', 'ҷ':
		return "j"
	case 'з':
		return "z"
	case 'и', 'й', 'ы', 'і', 'ӣ', 'ı', 'í', 'î', 'ï':
		return "i"
	case 'к', 'қ':
		return "k"
	case 'л', 'ł':
		return "l"
	case 'м':
		return "m"
	case 'н', 'ң', 'ñ', 'ń':
		return "n"
	case 'п':
		return "p"
	case 'р':
		return "r"
	case 'с', 'ц', 'ś', 'ß':
		return "s"
	case 'т':
		return "t"
	case 'у', 'ү', 'ұ', 'ӯ', 'ú', 'û', 'ü':
		return "u"
	case 'ф':
		return "f"
	case 'х', 'ҳ', 'һ':
		return "h"
	case 'ч', 'ç', 'č', 'ć':
		return "y"
	case 'ш', 'щ', 'ş', 'š':
		return "w"
	case 'ю':
		return "iu"
	case 'я':
		return "ia"
	}
	return ""
}
