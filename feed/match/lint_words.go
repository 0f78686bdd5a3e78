package match

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A foreignOperator is what a word in capitals does in other search languages.
type foreignOperator uint8

const (
	opAnd foreignOperator = iota + 1
	opOr
	opNot
	opNotBehind // stands behind what it denies
)

// foreignOperators are AND, OR and NOT in Russian, Uzbek, Kazakh and Kyrgyz.
// The English ones are refused.
var foreignOperators = map[string]foreignOperator{
	"И": opAnd, "VA": opAnd, "ВА": opAnd, "ЖӘНЕ": opAnd, "ЖАНА": opAnd,
	"ИЛИ": opOr, "YOKI": opOr, "ЁКИ": opOr, "НЕМЕСЕ": opOr, "ЖЕ": opOr,
	"НЕ": opNot, "EMAS": opNotBehind, "ЭМАС": opNotBehind, "ЕМЕС": opNotBehind, "ЭМЕС": opNotBehind,
}

// smallOr are words for or that hardly stand in a name. The words for and do:
// мигранты и беженцы.
var smallOr = map[string]bool{"или": true, "yoki": true, "ёки": true, "немесе": true}

// proximity are the operators of other programs for words that stand close to
// each other; small letters where those take them, and NEAR without its slash.
var proximity = regexp.MustCompile(`^(?:ADJ|(?:ADJ|NEAR[:~]?|(?i:w|pre|n|onear|next|within)/)(\d+)|/(?:(\d+)|[sp]))$`)

// operatorWords reports words that stand as an operator does.
func operatorWords(written string, doubt doubt) {
	tokens := strings.Fields(written)
	for i, token := range tokens {
		before, behind := neighbour(tokens, i, -1), neighbour(tokens, i, 1)
		between := before != "" && behind != ""
		switch {
		case between && proximity.MatchString(token):
			doubt(closeTogether(token), "has %s, which is no operator", token)
		case between && smallOr[token]:
			doubt("list the words under any", "is one phrase, which finds only texts that have %s in it", token)
		default:
			if hint := foreign(token, before, behind); hint != "" {
				doubt(hint+"; as a word, write "+strings.ToLower(token), "has %s, which is no operator", token)
			}
		}
	}
}

// neighbour is the word beside another one of a phrase, "" for none.
func neighbour(tokens []string, i, step int) string {
	if i+step < 0 || i+step == len(tokens) {
		return ""
	}
	if t := tokens[i+step]; t != "OR" && !strings.HasPrefix(t, "NEAR/") {
		return t
	}
	return ""
}

// foreign says what to write for a foreign operator, "" for any other word.
func foreign(token, before, behind string) string {
	if token == "И" && (initial(before) || initial(behind)) {
		return "" // Каримов И А
	}
	op, between := foreignOperators[token], before != "" && behind != ""
	switch {
	case op == opAnd && between:
		return "write the patterns under all"
	case op == opOr && between:
		return "write the patterns under any, or in NEAR write OR"
	case op == opNot && behind != "", op == opNotBehind && before != "":
		return "write the pattern under none"
	}
	return ""
}

func initial(word string) bool { return utf8.RuneCountInString(strings.Trim(word, ".()")) == 1 }

// closeTogether says what to write for an operator of proximity.
func closeTogether(token string) string {
	switch m := proximity.FindStringSubmatch(token); {
	case token == "ADJ":
		return "leave it out, as words of a phrase stand next to each other"
	case m[1]+m[2] != "":
		return "write NEAR/" + within(m[1]+m[2]) + ", which takes both orders"
	}
	return "write NEAR/5 for within five words"
}

// within is a number that NEAR takes.
func within(digits string) string {
	n, err := strconv.Atoi(digits)
	if err != nil {
		n = maxNear
	}
	return strconv.Itoa(min(max(n, 1), maxNear))
}

// Letters of two alphabets that look the same, each at the place of its twin.
const (
	latinTwins    = "ABCEHIKMOPTXYËaceiopxyëhəƏ"
	cyrillicTwins = "АВСЕНІКМОРТХУЁасеіорхуёһәӘ"
)

// alphabets reports words of which some letters only look like the others. Most
// are slips of a keyboard: the word is in no text. A word such as QRкод, whose
// letters have no twins, is meant; one in capitals has them settled by its form.
func alphabets(written string, doubt doubt) {
	w := text.Cut(&text.Parts{{written}}, "")
	for i := range w.Words {
		at := &w.Words[i]
		if strings.ContainsFunc(at.Form, isLatin) && strings.ContainsFunc(at.Form, isCyrillic) {
			mixed(written[at.Start:at.End], doubt)
		}
	}
}

func isLatin(r rune) bool { return unicode.Is(unicode.Latin, r) }

func isCyrillic(r rune) bool { return unicode.Is(unicode.Cyrillic, r) }

// An alphabet is what a word has of one.
type alphabet struct {
	name    string
	letters string // each once
	n       int
	twins   bool   // of all of them
	other   string // the word with these letters in the other alphabet
}

func lettersOf(word, name string, in func(rune) bool, from, to string) alphabet {
	a := alphabet{name: name, twins: true}
	a.other = strings.Map(func(r rune) rune {
		if !in(r) {
			return r
		}
		if a.n++; !strings.ContainsRune(a.letters, r) {
			a.letters += string(r)
		}
		at := strings.IndexRune(from, r)
		if at < 0 {
			a.twins = false
			return r
		}
		return []rune(to)[utf8.RuneCountInString(from[:at])]
	}, word)
	return a
}

func mixed(word string, doubt doubt) {
	latin := lettersOf(word, "Latin", isLatin, latinTwins, cyrillicTwins)
	cyrillic := lettersOf(word, "Cyrillic", isCyrillic, cyrillicTwins, latinTwins)
	odd, rest := latin, cyrillic
	if !latin.twins || cyrillic.twins && cyrillic.n < latin.n {
		odd, rest = cyrillic, latin
	}
	switch {
	case odd.twins:
		doubt(fmt.Sprintf("write %s, in %s letters alone", odd.other, rest.name),
			"has the %s %s in the %s word %s", odd.name, strings.Join(strings.Split(odd.letters, ""), ", "), rest.name, word)
	case switches(word) > 1:
		doubt("write it in one", "has letters of two alphabets in the word %s", word)
	}
}

// switches counts how often a word goes from one alphabet to the other.
func switches(word string) (n int) {
	was := ' '
	for _, r := range word {
		if isLatin(r) && isCyrillic(was) || isCyrillic(r) && isLatin(was) {
			n++
		}
		if isLatin(r) || isCyrillic(r) {
			was = r
		}
	}
	return n
}

var (
	starredNumber = regexp.MustCompile(`^\d{4,}$`)
	// complete are words that have their last ending: no word goes on behind it.
	// There are few for certain. A soft sign is none: строитель* is строительство.
	complete = regexp.MustCompile(`^[a-z]{3,}(?:ies|ings|ments|ists|isms|nesses|edly|ingly)$|^[а-яё]{2,}(?:циями|ениями|остями|ствами|измами|ского|ными|ться|ются)$`)
)

// conjunctions are so frequent that what else begins with them does not matter.
const conjunctions = " and but for или что если чтобы лекин аммо ёки билан учун lekin ammo yoki bilan uchun "

// endings reports the first star behind what has no more endings.
func endings(scope feed.Scope, written string, doubt doubt) {
	tokens := strings.Fields(written)
	for _, token := range tokens {
		word, ok := strings.CutSuffix(strings.Trim(token, "()"), "*")
		small := strings.ToLower(word)
		switch {
		case !ok:
			continue
		case starredNumber.MatchString(word):
			doubt("leave the star out", "has a star behind a number: it finds %s0 too", word)
		case strings.HasSuffix(word, "."):
			doubt("write "+strings.TrimRight(word, ".")+"*", "has a full stop before its star, which is ignored")
		case complete.MatchString(small):
			doubt("put the star where the endings begin, or leave it out", "has a star behind %s, which takes no more endings", word)
		case len(tokens) == 1 && scope != feed.ScopeAuthor && strings.Contains(conjunctions, " "+small+" "):
			doubt("write a longer phrase, or a rarer word", "hits nearly every text")
		default:
			continue
		}
		return
	}
}
