package match

import (
	"bytes"
	"fmt"
	"regexp"
	"regexp/syntax"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
)

// Bounds of a regular expression, so that none costs more than its share: RE2
// takes time in proportion to expression and text.
const (
	maxRegexSteps = 2000    // of its program
	maxRegexText  = 1 << 16 // bytes looked at in each part, and
	maxRegexWork  = 1 << 22 // steps × bytes: an expression of many looks at less
	maxRegexHits  = maxHits // in each part
)

// A regex is a regular expression over title, summary and content.
type regex struct {
	source string
	re     *regexp.Regexp
	// needs are strings of which every text that fits has one; none where nothing
	// of the kind is known. They are spelled by caseless where some may stand in
	// any case.
	needs   []string
	anyCase bool
	reach   int // bytes of a part that are looked at
}

func parseRegex(written string) (*regex, *flaw) {
	if len(written) > feed.MaxRegex {
		return nil, flawed("list its alternatives under any", "the regex has %d bytes, more than %d", len(written), feed.MaxRegex)
	}
	tree, err := syntax.Parse(written, syntax.Perl)
	if err != nil {
		what := err.Error()
		if e, ok := err.(*syntax.Error); ok {
			what = fmt.Sprintf("%s in %q", e.Code, e.Expr)
		}
		return nil, flawed("it is of the language of RE2: no look-around, no back-references", "regex %q is broken: %s", written, what)
	}
	n := steps(tree)
	if n > maxRegexSteps {
		return nil, flawed("repeat less, or list words under any", "regex %q is too large once its repetitions are written out", written)
	}
	re, err := regexp.Compile(written)
	if err != nil {
		return nil, flawed("it is of the language of RE2", "regex %q is broken: %v", written, err)
	}
	if re.MatchString("") {
		return nil, flawed("write + for *, or leave out the ?", "regex %q fits nothing at all, so that it would hit every entry", written)
	}
	anyCase := foldsCase(tree)
	return &regex{source: written, re: re, needs: needs(tree, anyCase), anyCase: anyCase, reach: min(maxRegexText, maxRegexWork/max(n, 1))}, nil
}

// foldsCase reports whether an expression has words that fit in any case.
func foldsCase(re *syntax.Regexp) bool {
	return re.Op == syntax.OpLiteral && re.Flags&syntax.FoldCase != 0 || slices.ContainsFunc(re.Sub, foldsCase)
}

// steps estimates the length of the program of an expression.
func steps(re *syntax.Regexp) int {
	n := 1 + len(re.Rune)/2
	if re.Op == syntax.OpLiteral {
		n = len(re.Rune)
	}
	for _, sub := range re.Sub {
		if n += steps(sub); n > maxRegexSteps {
			return n
		}
	}
	if re.Op == syntax.OpRepeat {
		n *= max(re.Min, re.Max, 1)
	}
	return n
}

// needs gives strings of which one stands in every text that fits, nil for
// unknown. The longest ones of a sequence are chosen.
func needs(re *syntax.Regexp, anyCase bool) []string {
	switch re.Op {
	case syntax.OpLiteral:
		s := string(re.Rune)
		if anyCase {
			s = caseless(s)
		}
		if utf8.RuneCountInString(s) >= 2 {
			return []string{s}
		}
	case syntax.OpCapture, syntax.OpPlus:
		return needs(re.Sub[0], anyCase)
	case syntax.OpRepeat:
		if re.Min > 0 {
			return needs(re.Sub[0], anyCase)
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if n := needs(sub, anyCase); n != nil && (best == nil || shortest(n) > shortest(best)) {
				best = n
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			n := needs(sub, anyCase)
			if n == nil || len(all)+len(n) > 16 {
				return nil
			}
			all = append(all, n...)
		}
		return all
	}
	return nil
}

func shortest(list []string) int {
	n := len(list[0])
	for _, s := range list {
		n = min(n, len(s))
	}
	return n
}

// caseless spells letters that differ in case alone the same, as RE2's (?i)
// compares them.
func caseless(s string) string { return string(appendCaseless(nil, s)) }

// appendCaseless writes in place of out. No letter grows by it.
func appendCaseless(out []byte, s string) []byte {
	out = slices.Grow(out[:0], len(s))[:len(s)]
	j := 0
	for i := 0; i < len(s); {
		b := s[i]
		switch {
		case b < utf8.RuneSelf:
			if b-'a' <= 'z'-'a' {
				b -= 'a' - 'A'
			}
			out[j] = b
			i, j = i+1, j+1
			continue
		case b == 0xd0 && i+1 < len(s) && s[i+1]-0xb0 <= 0x0f: // а to п
			out[j], out[j+1] = b, s[i+1]-0x20
			i, j = i+2, j+2
			continue
		case b == 0xd1 && i+1 < len(s) && s[i+1]-0x80 <= 0x0f: // р to я
			out[j], out[j+1] = 0xd0, s[i+1]+0x20
			i, j = i+2, j+2
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError {
			j += copy(out[j:], s[i:i+size])
		} else {
			j += utf8.EncodeRune(out[j:], caselessRune(r))
		}
		i += size
	}
	return out[:j]
}

// caselessRune is the least of the letters that differ from r in case alone:
// its capital, in the ranges that are told apart here for speed.
func caselessRune(r rune) rune {
	switch {
	case 'a' <= r && r <= 'z', 'а' <= r && r <= 'я':
		return r - 0x20
	case r < utf8.RuneSelf, 'Ѐ' <= r && r <= 'Я':
		return r
	}
	least := r
	for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
		least = min(least, f)
	}
	return least
}

// hitRegex reports whether a regex hits, which is found out when a topic first
// asks: topics that are decided by their words never pay for it.
func (s *scratch) hitRegex(p patternID, x *regex) bool {
	if s.seen[p].round != s.round {
		s.seen[p] = seen{s.round, -1}
		s.runRegex(p, x)
	}
	return s.hit(p)
}

func (s *scratch) runRegex(p patternID, x *regex) {
	for i := range s.w.Parts {
		part := &s.w.Parts[i]
		if part.Field == feed.FieldCategory {
			continue
		}
		looked := part.Text
		if len(looked) > x.reach {
			looked = looked[:x.reach]
			for !utf8.RuneStart(part.Text[len(looked)]) {
				looked = looked[:len(looked)-1]
			}
		}
		if len(x.needs) > 0 && !s.hasOne(i, looked, x) {
			continue
		}
		for _, at := range x.re.FindAllStringIndex(looked, maxRegexHits) {
			if at[0] == at[1] {
				continue
			}
			first, end := s.touched(part.First, part.End, at[0], at[1])
			c := s.cutOut(cut{field: part.Field, word: part.Ordinal + first - part.First, text: part.Text, start: at[0], end: at[1]})
			s.add(p, place{first: int32(first), n: int32(end - first), cut: c})
		}
	}
}

// hasOne reports whether a part has a string that the regex needs.
func (s *scratch) hasOne(part int, looked string, x *regex) bool {
	if !x.anyCase {
		return slices.ContainsFunc(x.needs, func(n string) bool { return strings.Contains(looked, n) })
	}
	for len(s.caseless) <= part {
		s.caseless = append(s.caseless, nil)
	}
	if len(s.caseless[part]) == 0 {
		s.caseless[part] = appendCaseless(s.caseless[part], looked)
	}
	return slices.ContainsFunc(x.needs, func(n string) bool { return bytes.Contains(s.caseless[part], []byte(n)) })
}

// touched are the words, of those from first to end, that share bytes with a
// stretch of their part; where there is none, none at the word behind.
func (s *scratch) touched(first, end, from, to int) (int, int) {
	words := s.w.Words[first:end]
	a := sort.Search(len(words), func(i int) bool { return int(words[i].End) > from })
	b := sort.Search(len(words), func(i int) bool { return int(words[i].Start) >= to })
	return first + a, first + max(a, b)
}
