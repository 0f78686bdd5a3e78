package match

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"topicwire/feed"
	"topicwire/feed/text"
)

// ofRule is a topic of one rule.
func ofRule(r feed.Rule) feed.Topic {
	return feed.Topic{ID: "t", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{r}}}}
}

func TestScopes(t *testing.T) {
	e := &feed.Entry{Link: "https://News.example.org/World/2024/shell?id=7", Authors: []feed.Person{{Name: "Anna Petrova"}, {Name: "Shell Press Office"}}}
	parts := text.Parts{
		feed.FieldTitle:    {"Shell raises output"},
		feed.FieldSummary:  {"The shell of a tank. Reported by Petrova: 45 killed."},
		feed.FieldContent:  {"Output of SHELL, 3,000 barrels 🔥"},
		feed.FieldCategory: {"World", "Oil and gas"},
	}
	for _, c := range []struct {
		scope   feed.Scope
		pattern string
		want    string // fields and texts of the hits
	}{
		{feed.ScopeTitle, "shell", "title 0 Shell"},
		{feed.ScopeTitle, "tank", ""},
		{feed.ScopeTitle, "rais* output", "title 1 raises output"},
		{feed.ScopeCategory, "world", "category 0 World"},
		{feed.ScopeCategory, "gas", "category 3 gas"},
		{feed.ScopeCategory, "world oil", ""}, // two categories
		{feed.ScopeCategory, "shell", ""},
		{feed.ScopeAuthor, "petrova", "author 1 Petrova"},
		{feed.ScopeAuthor, "anna petrov*", "author 0 Anna Petrova"},
		{feed.ScopeAuthor, "petrova shell", ""}, // two authors
		{feed.ScopeAuthor, "tank", ""},
		{feed.ScopeAuthor, "press NEAR/1 office", "author 3 Press Office"},
		{feed.ScopeExact, "Shell", "title 0 Shell"},
		{feed.ScopeExact, "shell", "summary 1 shell"},
		{feed.ScopeExact, "SHELL", "content 2 SHELL"},
		{feed.ScopeExact, "Output of", "content 0 Output of"},
		{feed.ScopeExact, "Sh*", ""},
		{feed.ScopeExact, "She*", "title 0 Shell"},
		{feed.ScopeExact, "The NEAR/2 shell", "summary 0 The shell"},
		{feed.ScopeText, "press office", ""}, // no field of words
		{feed.ScopeText, "shell", "title 0 Shell, summary 1 shell, content 2 SHELL"},
		{feed.ScopeText, "SHELL", "content 2 SHELL"},
		{feed.ScopeLink, "news.example.org/World/*", "link 0 https://News.example.org/World/2024/shell?id=7"},
		{feed.ScopeLink, "other.example.org", ""},
		{feed.ScopeRegex, `[0-9]+ (killed|wounded)`, "summary 8 45 killed"},
		{feed.ScopeRegex, `(?i)shell`, "title 0 Shell, summary 1 shell, content 2 SHELL"},
		{feed.ScopeRegex, `hel`, "title 0 hel, summary 1 hel"},
		{feed.ScopeRegex, `🔥`, "content 5 🔥"}, // touches no word
		{feed.ScopeRegex, `World`, ""},        // neither title nor text
		{feed.ScopeRegex, `(?i)GAS|oil`, ""},
		{feed.ScopeRegex, `Shell raises.*tank`, ""}, // two fields
		{feed.ScopeTag, "world", ""},                // a category, no tag
	} {
		m, problems := Compile([]feed.Topic{ofRule(feed.Rule{Scope: c.scope, Pattern: c.pattern})})
		if c.pattern == "Sh*" {
			if m != nil {
				t.Error("a prefix of two letters")
			}
			continue
		}
		if m == nil {
			t.Errorf("%s %q: %v", c.scope, c.pattern, problems)
			continue
		}
		var got []string
		for _, match := range m.Match(nowhere, e, text.Cut(&parts, "en")) {
			for _, h := range match.Reason.Hits {
				got = append(got, fmt.Sprintf("%s %d %s", h.Field, h.Word, h.Text))
			}
		}
		if g := strings.Join(got, ", "); g != c.want {
			t.Errorf("{%s: %s}: %q, want %q", c.scope, c.pattern, g, c.want)
		}
		if m.Match(nowhere, nil, text.Cut(&text.Parts{}, "")) != nil {
			t.Errorf("{%s: %s} matches nothing at all", c.scope, c.pattern)
		}
	}
}

func TestLinks(t *testing.T) {
	for _, c := range []struct {
		glob, link string
		want       bool
	}{
		{"example.org", "https://example.org/", true},
		{"example.org", "https://example.org", true},
		{"example.org", "https://EXAMPLE.org/any/page", true},
		{"Example.ORG", "http://example.org/any", true},
		{"example.org", "https://www.example.org/", false},
		{"*.example.org", "https://www.example.org/x", true},
		{"*.example.org", "https://example.org/x", false},
		{"*example.org/*", "https://example.org/x", true},
		{"example.org/*", "https://example.org", true},
		{"example.org/news/*", "https://example.org/news/1", true},
		{"example.org/news/*", "https://example.org/News/1", false}, // a path has its case
		{"example.org/news/*", "https://example.org/sport/news/1", false},
		{"*/news/*", "https://example.org/sport/news/1", true},
		{"example.org/?/x", "https://example.org/ё/x", true},
		{"example.org/?/x", "https://example.org/ab/x", false},
		{"example.org/a?id=*", "https://example.org/a?id=5", true},
		{"*election*", "https://example.org/2024/election-results", true},
		{"*Election*", "https://example.org/2024/Election-results", true},
		{"http://example.org/*", "https://example.org/x", false},
		{"https://example.org/*", "https://example.org/x", true},
		{"*://example.org/*", "https://example.org/x", true},
		{"example.org/a*b*c", "https://example.org/aXbXbYc", true},
		{"example.org/a*b*c", "https://example.org/aXbXbYcd", false},
		{"example.org:8080/*", "https://example.org:8080/x", true},
		{"example.org/*", "", false},
	} {
		m := compile(t, ofRule(feed.Rule{Scope: feed.ScopeLink, Pattern: c.glob}))
		e := &feed.Entry{Link: c.link}
		if got := len(m.Match(nowhere, e, text.Cut(&text.Parts{{"x"}}, ""))) == 1; got != c.want {
			t.Errorf("%q and %q: %v", c.glob, c.link, got)
		}
	}
}

func TestFlawsOfScopes(t *testing.T) {
	for _, c := range []struct {
		scope         feed.Scope
		pattern, want string
	}{
		{feed.ScopeLink, "", "fits every link"},
		{feed.ScopeLink, "*", "fits every link"},
		{feed.ScopeLink, "https://*/", "fits every link"},
		{feed.ScopeLink, "a b", "white space"},
		{feed.ScopeLink, "ftp://a.example/*", "begins with ftp://"},
		{feed.ScopeLink, "a.example/(x)", ""},
		{feed.ScopeRegex, "a(b", "missing closing )"},
		{feed.ScopeRegex, `(?=a)b`, "broken"},
		{feed.ScopeRegex, `a*`, "fits nothing at all"},
		{feed.ScopeRegex, ``, "fits nothing at all"},
		{feed.ScopeRegex, strings.Repeat("a", 1025), "1025 bytes"},
		{feed.ScopeRegex, strings.Repeat("a", 1024), ""},
		{feed.ScopeRegex, `(x{500}){500}`, "broken"},
		{feed.ScopeRegex, `((abcdefgh){20}){20}`, "too large"},
		{feed.ScopeExact, "OR", ""},
		{feed.ScopeExact, "a (b)", "parentheses"},
		{feed.ScopeTitle, "a AND b", "AND"},
		{feed.ScopeTitle, "te*", "fewer than 3"},
		{feed.ScopeAuthor, "…", "no words"},
		{feed.ScopeTag, "uzbek*", "star"},
		{feed.ScopeTag, " ", "empty"},
		{"body", "x", `no scope "body"`},
	} {
		_, problems := Compile([]feed.Topic{ofRule(feed.Rule{Scope: c.scope, Pattern: c.pattern, Pos: feed.Pos{File: "t.yaml", Line: 7, Col: 9}})})
		switch {
		case c.want == "" && len(problems) > 0:
			t.Errorf("{%s: %s}: %v", c.scope, c.pattern, problems)
		case c.want != "" && (len(problems) != 1 || !strings.Contains(problems[0].Text, c.want) || problems[0].Hint == "" || problems[0].Pos.Line != 7 || problems[0].Severity != feed.Error):
			t.Errorf("{%s: %.40s}: %v, want %q", c.scope, c.pattern, problems, c.want)
		}
	}
}

func TestNear(t *testing.T) {
	for _, c := range []struct {
		pattern, text string
		want          string // of the hits
	}{
		{"security NEAR/3 threat*", "security threats", "security threats"},
		{"security NEAR/3 threat*", "threats to security", "threats to security"},
		{"security NEAR/3 threat*", "security of the threatened", "security of the threatened"},
		{"security NEAR/3 threat*", "security of all the threatened", ""},
		{"security NEAR/1 threat*", "security, threat", "security, threat"},
		{"security NEAR/1 threat*", "security no threat", ""},
		{"security NEAR/6 (region* OR threat*)", "regional talks on security", "regional talks on security"},
		{"(air defen* OR missile*) NEAR/4 (drill* OR \"joint exercise\")", "a joint exercise of air defence", "joint exercise of air defence"},
		{"(air defen* OR missile*) NEAR/4 (drill* OR joint exercise)", "joint and exercise, missiles", ""},
		{"Shanghai Cooperation NEAR/3 summit", "summit of Shanghai Cooperation", "summit of Shanghai Cooperation"},
		{"Shanghai Cooperation NEAR/3 summit", "Shanghai summit Cooperation", ""},
		{"SCO NEAR/3 summit", "the sco summit", ""},
		{"SCO NEAR/3 summit", "SCO summit", "SCO summit"},
		{"bank NEAR/3 bank*", "bank", ""}, // one word is not both sides
		{"bank NEAR/3 bank*", "bank of banks", "bank of banks"},
		{"terror attack NEAR/3 attack*", "terror attack", ""},
		// From each place to the nearest.
		{"a1 NEAR/9 b1", "a1 x b1 x x b1 a1", "a1 x b1 b1 a1"},
		{"a1 NEAR/2 b1", "a1 b1 a1", "a1 b1 b1 a1"},
	} {
		m := compile(t, feed.Topic{ID: "t", Rules: anyOf(c.pattern)})
		// In two parts nothing is near.
		if !strings.Contains(c.text, "bank of banks") {
			words := strings.SplitN(c.text, " ", 2)
			if len(words) == 2 && strings.Count(c.text, " ") == 1 && m.Match(nowhere, nil, text.Cut(&text.Parts{{words[0]}, {words[1]}}, "en")) != nil {
				t.Errorf("%q over two parts of %q", c.pattern, c.text)
			}
		}
		var got []string
		for _, match := range m.Match(nowhere, nil, text.Cut(&text.Parts{{c.text + " end"}}, "en")) {
			for _, h := range match.Reason.Hits {
				if h.Pattern != c.pattern {
					t.Errorf("%q told as %q", c.pattern, h.Pattern)
				}
				got = append(got, h.Text)
			}
		}
		if g := strings.Join(got, " "); g != c.want {
			t.Errorf("%q in %q: %q, want %q", c.pattern, c.text, g, c.want)
		}
	}
}

// Patterns that mean the same are one, whatever the order of their sides.
func TestNearTwice(t *testing.T) {
	_, problems := Compile([]feed.Topic{{ID: "t", Rules: anyOf("security NEAR/3 (threat* OR risk)", "(risk OR threat*) NEAR/3 Security")}})
	if len(problems) != 1 || !strings.Contains(problems[0].Text, "matches the same words as") {
		t.Errorf("%v", problems)
	}
}

// A long text full of both sides takes no time to speak of.
func TestNearIsLinear(t *testing.T) {
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf("aaa NEAR/50 bbb")})
	body := strings.Repeat("aaa ", 100_000) + strings.Repeat("x ", 60) + strings.Repeat("bbb ", 100_000)
	if got := m.Match(nowhere, nil, text.Cut(&text.Parts{nil, {body}}, "en")); got != nil {
		t.Errorf("%d matches", len(got))
	}
}

func TestCaseless(t *testing.T) {
	for r := rune(0); r < 0x3000; r++ {
		least := r
		for f := unicode.SimpleFold(r); f != r; f = unicode.SimpleFold(f) {
			least = min(least, f)
		}
		if got := caseless("x" + string(r) + "x"); got != "X"+string(least)+"X" {
			t.Errorf("%U: %q, want %U", r, got, least)
		}
	}
}

// What a regex needs is looked for first, so it must stand in all that fits.
func TestNeeds(t *testing.T) {
	for source, want := range map[string]string{
		"abc":                "abc",
		"a.*defg.*h":         "defg",
		"(?i)Шос":            "ШОС",
		"abcd(?i:e)":         "ABCD",
		"(?i:abc)defg":       "DEFG",
		"(?i)straße":         "STRAßE",
		"(killed|wounded) x": "killed wounded",
		"a|bc":               "",
		"[ab]+":              "",
		"(abc)*d":            "",
		"(abc)+":             "abc",
		"(abc){2,}":          "abc",
		"(abc)?defg":         "defg",
		"x":                  "",
	} {
		re, f := parseRegex(source)
		if f != nil {
			t.Errorf("%s: %+v", source, f)
			continue
		}
		if got := strings.Join(re.needs, " "); got != want {
			t.Errorf("%s needs %q, want %s", source, got, want)
		}
	}
}

// A topic's regexes are not run where its words decide.
func TestRegexesRunLast(t *testing.T) {
	re := feed.Rule{Scope: feed.ScopeRegex, Pattern: "[a-z]+ing"}
	score := func(threshold float64) feed.Rule {
		return feed.Rule{Op: feed.OpScore, Threshold: threshold, Parts: []feed.Rule{weighing(1, re), {Pattern: "word", Weight: 2}}}
	}
	for _, c := range []struct {
		name  string
		rules feed.Rules
		title string
		runs  bool
	}{
		{"all, another misses", feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{re, {Pattern: "word"}}}}, "meeting", false},
		{"all, another misses, nested", feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: []feed.Rule{re}}, {Op: feed.OpAny, Parts: patterns("word", "x")}}}}, "meeting", false},
		{"all, another hits", feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{re, {Pattern: "word"}}}}, "word meeting", true},
		{"any", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{re, {Pattern: "word"}}}}, "meeting", true},
		{"none hits", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{re}}, {Op: feed.OpNone, Parts: patterns("word")}}, "word meeting", false},
		{"score out of reach", feed.Rules{score(10)}, "meeting", false},
		{"score in reach", feed.Rules{score(4)}, "meeting", true},
	} {
		m := compile(t, feed.Topic{ID: "t", Rules: c.rules})
		s := m.scratch.New().(*scratch)
		m.find(s, &feed.Source{}, nil, text.Cut(&text.Parts{{c.title}}, "en"))
		s.takes(&m.topics[0])
		ran := false
		for p, seen := range s.seen {
			ran = ran || seen.round == s.round && m.isRegex(patternID(p))
		}
		if ran != c.runs {
			t.Errorf("%s: the regex ran: %v", c.name, ran)
		}
	}
}

func (m *Matcher) isRegex(p patternID) (is bool) {
	m.topics[0].walk(func(at stop) bool {
		is = is || at.regex != nil && at.pattern == p
		return true
	})
	return is
}

// One threshold serves a headline with its summary and the full article: a hit
// is worth less the longer the text is, without a step.
func TestLengthScale(t *testing.T) {
	for words, want := range map[int]float64{0: 1, 1: 1, 60: 1, 61: 0.9959, 120: 0.8409, 300: 0.6687, 960: 0.5} {
		if got := lengthScale(words); got < want-0.0001 || got > want+0.0001 {
			t.Errorf("%d words: %v, want %v", words, got, want)
		}
	}
	m := compile(t, feed.Topic{ID: "t", Rules: feed.Rules{{Op: feed.OpScore, Threshold: 3, Parts: []feed.Rule{{Pattern: "word", Weight: 2}}}}})
	score := func(words int) float64 {
		got := m.Match(nowhere, nil, text.Cut(&text.Parts{{"Word"}, {strings.Repeat("x ", words-1)}}, "en"))
		if len(got) == 0 {
			return 0
		}
		return got[0].Reason.Score
	}
	if got := []float64{score(1), score(60), score(200)}; !reflect.DeepEqual(got, []float64{4, 4, 0}) {
		t.Errorf("scores %v", got)
	}
}
