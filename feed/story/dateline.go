package story

import (
	"strings"

	"topicwire/feed/text"
)

// dateline is the part of a text's opening that credits it: in "TASHKENT, Sept
// 4 (Reuters) - ", what stands between the place and the dash. Half of an
// agency's reports have it, whatever they report. From from to to, both 0 for
// none.
func dateline(s string) (from, to int) {
	const longest = 80
	head := s[:min(len(s), longest)]
	for _, dash := range []string{" - ", " -- ", " – ", " — ", "—"} {
		if i := strings.Index(head, dash); i > 0 && (to == 0 || i < to) {
			to = i
		}
	}
	if to == 0 {
		return 0, 0
	}
	head = head[:to]
	from = strings.IndexAny(head, ",(/")
	if from < 0 || head[to-1] != ')' && !capitals(head[:from]) {
		return 0, 0
	}
	return from, to
}

// capitals reports whether a text has capitals and no small letters.
func capitals(s string) bool {
	return strings.ToUpper(s) == s && strings.ToLower(s) != s
}

// credit is how many words of a title stand before the agency that it ends with,
// in parentheses: "(AFP)", "(Reuters)".
func credit(p *text.Part, words []text.Word) int {
	s := strings.TrimSpace(p.Text)
	at := strings.LastIndexByte(s, '(')
	if at <= 0 || !strings.HasSuffix(s, ")") || len(s)-at > 24 {
		return len(words)
	}
	n := len(words)
	for n > 0 && int(words[n-1].Start) > at {
		n--
	}
	if n == 0 || len(words)-n > 2 {
		return len(words)
	}
	return n
}
