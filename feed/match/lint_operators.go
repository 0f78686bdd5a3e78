package match

import (
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
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
