package match

import (
	"cmp"
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"

	"topicwire/feed"
)

// A doubt tells of something in a pattern that does not mean what it looks like.
type doubt func(hint, format string, args ...any)

// syntax warns of what a pattern has of the query languages of other programs.
// The words of a pattern are cut like those of a text, so that any mark between
// them is dropped without a word: "-melon" finds melons.
func (l *linter) syntax(r *feed.Rule) {
	kind := "pattern"
	if r.Scope == feed.ScopeRegex {
		kind = "regex"
	}
	doubts(r.Scope, r.Pattern, func(hint, format string, args ...any) {
		// Without the scope, so that a list's pattern is told of once however many
		// scopes the list is used in.
		l.warn(r.Pos, hint, "%s %q %s", kind, r.Pattern, fmt.Sprintf(format, args...))
	})
}

// doubts tells of all in a pattern. A glob and a regular expression have marks of
// their own.
func doubts(scope feed.Scope, written string, doubt doubt) {
	switch {
	case scope == feed.ScopeLink:
		return
	case scope == feed.ScopeRegex:
		if betweenSlashes.MatchString(written) {
			doubt(slashHint(written), "has slashes at both ends, which are part of it")
		}
		return
	case strings.ContainsAny(written, signMarks):
		if expression(written, doubt) { // all marks in it are its own
			return
		}
		signs(scope, written, doubt)
	}
	if scope != feed.ScopeExact { // where such words may be meant
		operatorWords(written, doubt)
	}
	alphabets(written, doubt)
	endings(scope, written, doubt)
}

// signMarks are those that signs and expression look for.
const signMarks = "\\/<&\"«»“”„‟'[]{}-−!+@#^=~?$%:;|…."

var (
	betweenSlashes = regexp.MustCompile(`^/(.+)/([a-z]*)$`)
	escape         = regexp.MustCompile(`\\.?`)
)

// slashHint is what to write for /an expression/.
func slashHint(written string) string {
	m := betweenSlashes.FindStringSubmatch(written)
	expr := m[1]
	if strings.Contains(m[2], "i") {
		expr = "(?i)" + expr
	}
	return fmt.Sprintf("write {regex: %s}", single(expr))
}

// expression reports a pattern that looks like a regular expression as a whole.
func expression(written string, doubt doubt) bool {
	if betweenSlashes.MatchString(written) {
		doubt(slashHint(written), "has slashes at both ends, which make it no regular expression")
		return true
	}
	m := escape.FindString(written)
	if m != "" {
		doubt("leave it out, as a pattern finds whole words anyway, or write {regex: …}",
			"has %s, which means nothing outside regular expressions: it reads as %q", m, strings.Join(strings.FieldsFunc(written, noWord), " "))
	}
	return m != ""
}

func noWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }

// single is a text in YAML's single quotes.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// A span is syntax that may hold spaces.
type span struct {
	find   *regexp.Regexp
	leaves string // what is left of it for others to look at
	says   func(m []string, doubt doubt)
}

var spans = []span{
	{regexp.MustCompile(`</?\pL[^<>]*>`), " ", func(m []string, doubt doubt) {
		doubt("leave it out", "has %s, and texts are read without their markup", m[0])
	}},
	{regexp.MustCompile(`&(?:#\d+|#x[0-9a-fA-F]+|[a-z]{2,8});`), " ", func(m []string, doubt doubt) {
		hint := "leave it out"
		if c := html.UnescapeString(m[0]); c != m[0] && strings.ContainsFunc(c, unicode.IsGraphic) && strings.TrimSpace(c) != "" {
			hint = "write " + c
		}
		doubt(hint, "has %s, and texts are read without their markup", m[0])
	}},
	{regexp.MustCompile(`["“«]([^"”»]*)["”»]~(\d+)`), "$1", slop},
	{regexp.MustCompile(`(\pL*)\[([^\[\]]*)\][+?]?(\pL*\*?)`), "$1$3", brackets},
	{regexp.MustCompile(`[\[\]]`), "", func(m []string, doubt doubt) { doubt("leave it out", "has %s, which is ignored", m[0]) }},
	{regexp.MustCompile(`\{[^{}]*\}?|\}`), " ", func(_ []string, doubt doubt) { doubt("list the words under any", "has braces, which are ignored") }},
}

// slop is Lucene's "a b"~5.
func slop(m []string, doubt doubt) {
	n := within(m[2])
	hint := "write x NEAR/" + n + " y for two words or phrases"
	if w := strings.Fields(m[1]); len(w) == 2 {
		hint = "write " + w[0] + " NEAR/" + n + " " + w[1]
	}
	doubt(hint, "has ~%s, which lets no other words between", m[2])
}

// brackets are a class of letters, or a word in square brackets.
func brackets(m []string, doubt doubt) {
	if m[1] == "" && m[3] == "" {
		doubt("leave them out", "has square brackets, which are ignored")
		return
	}
	hint := "list the spellings under any"
	if class := []rune(m[2]); len(class) == 2 && class[0] != class[1] && unicode.ToLower(class[0]) == unicode.ToLower(class[1]) {
		hint = "write " + m[1] + string(class[0]) + m[3] + ", which matches in any case"
	}
	doubt(hint, "has [%s], which is no choice of letters", m[2])
}

// signs reports the marks of a pattern.
func signs(scope feed.Scope, written string, doubt doubt) {
	rest := written
	for i := range spans {
		s := &spans[i]
		if m := s.find.FindStringSubmatch(rest); m != nil {
			s.says(m, doubt)
			rest = s.find.ReplaceAllString(rest, s.leaves)
		}
	}
	rest = field(quotation(written, rest, doubt), doubt)
	listed(rest, doubt)
	// Words with marks, each kind once.
	told := make([]bool, len(tokenSigns))
	for i, token := range strings.Fields(rest) {
		token = strings.Trim(token, "()")
		token = cmp.Or(strings.TrimRight(token, ".,"), token)
		for k := range tokenSigns {
			s := &tokenSigns[k]
			m := s.find.FindStringSubmatch(token)
			if m == nil || !told[k] && s.fits != nil && !s.fits(scope, i, rest) {
				continue
			}
			if !told[k] {
				told[k] = true
				s.says(token, m, doubt)
			}
			break
		}
	}
}

const quotes = `"«»“”„‟`

var (
	// A digit before the mark makes it inches.
	inches = regexp.MustCompile(`\d"(\PL|$)`)
	// nearGroup is a side of NEAR, where quotation marks may show what a phrase is.
	nearGroup = regexp.MustCompile(`\([^()]*\)`)
)

// quotation takes the quotation marks off a pattern, and reports them. Those
// that YAML was to see, as they stand around the whole pattern, are reported
// where the file is read.
func quotation(written, rest string, doubt doubt) string {
	const typographic = "“”„‟"
	bare := strings.Trim(written, typographic)
	told := bare != written && !strings.ContainsAny(bare, typographic)
	outside := inches.ReplaceAllString(nearGroup.ReplaceAllString(rest, " "), " ")
	apostrophes := len(rest) > 2 && strings.HasPrefix(rest, "'") && strings.HasSuffix(rest, "'")
	rest = strings.Map(func(r rune) rune {
		if strings.ContainsRune(quotes, r) {
			return -1
		}
		return r
	}, rest)
	if !told && (apostrophes || strings.ContainsAny(outside, quotes)) {
		doubt("leave them out", "has quotation marks, which mean nothing: words of a pattern stand next to each other anyway")
	}
	return rest
}
