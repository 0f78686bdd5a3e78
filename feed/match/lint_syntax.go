package match

import (
	"fmt"
	"html"
	"regexp"
	"strings"
	"unicode"

	"topicwire/feed"
)

// syntax warns of what a pattern has of the query languages of other programs.
// The words of a pattern are cut like those of a text, so that any mark between
// them is dropped without a word: "-melon" finds melons.
func (l *linter) syntax(r *feed.Rule) {
	for _, f := range doubts(r.Scope, r.Pattern) {
		// Without the scope, so that a list's pattern is told of once however many
		// scopes the list is used in.
		l.warn(r.Pos, f.hint, "%s %q %s", kindOf(r.Scope), r.Pattern, f.text)
	}
}

func kindOf(s feed.Scope) string {
	if s == feed.ScopeRegex {
		return "regex"
	}
	return "pattern"
}

// doubts says what a pattern has that does not mean what it looks like. A glob
// and a regular expression have marks of their own.
func doubts(scope feed.Scope, written string) []flaw {
	switch scope {
	case feed.ScopeLink:
		return nil
	case feed.ScopeRegex:
		if f := slashes(written); f != nil {
			return []flaw{{"has slashes at both ends, which are part of it", f.hint}}
		}
		return nil
	}
	var out []flaw
	if strings.ContainsAny(written, signMarks) {
		if f := expression(written); f != nil { // all marks in it are its own
			return []flaw{*f}
		}
		out = signs(scope, written)
	}
	if scope != feed.ScopeExact { // where such words may be meant
		out = append(out, operatorWords(written)...)
	}
	return append(append(out, alphabets(written)...), endings(scope, written)...)
}

// signMarks are those that signs and expression look for.
const signMarks = "\\/<&\"«»“”„‟'[]{}-−!+@#^=~?$%:;|…."

var (
	betweenSlashes = regexp.MustCompile(`^/(.+)/([a-z]*)$`)
	escape         = regexp.MustCompile(`\\.?`)
)

func slashes(written string) *flaw {
	m := betweenSlashes.FindStringSubmatch(written)
	if m == nil {
		return nil
	}
	expr := m[1]
	if strings.Contains(m[2], "i") {
		expr = "(?i)" + expr
	}
	return &flaw{"has slashes at both ends, which make it no regular expression", fmt.Sprintf("write {regex: %s}", single(expr))}
}

// expression reports a pattern that looks like a regular expression as a whole.
func expression(written string) *flaw {
	if f := slashes(written); f != nil {
		return f
	}
	if m := escape.FindString(written); m != "" {
		return &flaw{fmt.Sprintf("has %s, which means nothing outside regular expressions: it reads as %q", m, strings.Join(strings.FieldsFunc(written, noWord), " ")),
			"leave it out, as a pattern finds whole words anyway, or write {regex: …}"}
	}
	return nil
}

func noWord(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) }

// single is a text in YAML's single quotes.
func single(s string) string { return "'" + strings.ReplaceAll(s, "'", "''") + "'" }

// A span is syntax that may hold spaces.
type span struct {
	find   *regexp.Regexp
	leaves string // what is left of it for others to look at
	says   func(m []string) flaw
}

var spans = []span{
	{regexp.MustCompile(`</?\pL[^<>]*>`), " ", func(m []string) flaw {
		return flaw{fmt.Sprintf("has %s, and texts are read without their markup", m[0]), "leave it out"}
	}},
	{regexp.MustCompile(`&(?:#\d+|#x[0-9a-fA-F]+|[a-z]{2,8});`), " ", func(m []string) flaw {
		hint := "leave it out"
		if c := html.UnescapeString(m[0]); c != m[0] && strings.ContainsFunc(c, unicode.IsGraphic) && strings.TrimSpace(c) != "" {
			hint = "write " + c
		}
		return flaw{fmt.Sprintf("has %s, and texts are read without their markup", m[0]), hint}
	}},
	{regexp.MustCompile(`["“«]([^"”»]*)["”»]~(\d+)`), "$1", slop},
	{regexp.MustCompile(`(\pL*)\[([^\[\]]*)\][+?]?(\pL*\*?)`), "$1$3", brackets},
	{regexp.MustCompile(`[\[\]]`), "", func(m []string) flaw {
		return flaw{fmt.Sprintf("has %s, which is ignored", m[0]), "leave it out"}
	}},
	{regexp.MustCompile(`\{[^{}]*\}?|\}`), " ", func([]string) flaw {
		return flaw{"has braces, which are ignored", "list the words under any"}
	}},
}

// slop is Lucene's "a b"~5.
func slop(m []string) flaw {
	n := within(m[2])
	hint := "write x NEAR/" + n + " y for two words or phrases"
	if w := strings.Fields(m[1]); len(w) == 2 {
		hint = "write " + w[0] + " NEAR/" + n + " " + w[1]
	}
	return flaw{fmt.Sprintf("has ~%s, which lets no other words between", m[2]), hint}
}

// brackets are a class of letters, or a word in square brackets.
func brackets(m []string) flaw {
	if m[1] == "" && m[3] == "" {
		return flaw{"has square brackets, which are ignored", "leave them out"}
	}
	class := []rune(m[2])
	if len(class) == 2 && class[0] != class[1] && unicode.ToLower(class[0]) == unicode.ToLower(class[1]) {
		return flaw{fmt.Sprintf("has [%s], which is no choice of letters", m[2]),
			"write " + m[1] + string(class[0]) + m[3] + ", which matches in any case"}
	}
	return flaw{fmt.Sprintf("has [%s], which is no choice of letters", m[2]), "list the spellings under any"}
}

// signs reports the marks of a pattern.
func signs(scope feed.Scope, written string) []flaw {
	var out []flaw
	rest := written
	for i := range spans {
		s := &spans[i]
		if m := s.find.FindStringSubmatch(rest); m != nil {
			out = append(out, s.says(m))
			rest = s.find.ReplaceAllString(rest, s.leaves)
		}
	}
	rest, f := quotation(written, rest)
	if f != nil {
		out = append(out, *f)
	}
	if rest, f = field(rest); f != nil {
		out = append(out, *f)
	}
	if f := listed(rest); f != nil {
		out = append(out, *f)
	}
	return append(out, marked(scope, rest)...)
}

// marked reports words with marks, each kind once.
func marked(scope feed.Scope, rest string) (out []flaw) {
	told := make([]bool, len(tokenSigns))
	for i, token := range strings.Fields(rest) {
		token = strings.Trim(token, "()")
		if bare := strings.TrimRight(token, ".,"); bare != "" {
			token = bare
		}
		for k := range tokenSigns {
			s := &tokenSigns[k]
			m := s.find.FindStringSubmatch(token)
			if m == nil || !told[k] && s.fits != nil && !s.fits(scope, i, rest) {
				continue
			}
			if !told[k] {
				told[k] = true
				out = append(out, s.says(token, m))
			}
			break
		}
	}
	return out
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
func quotation(written, rest string) (string, *flaw) {
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
	if told || !apostrophes && !strings.ContainsAny(outside, quotes) {
		return rest, nil
	}
	return rest, &flaw{"has quotation marks, which mean nothing: words of a pattern stand next to each other anyway", "leave them out"}
}
