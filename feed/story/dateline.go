package story

import "strings"

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
