package match

import (
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func TestFlaws(t *testing.T) {
	for pattern, want := range map[string]string{
		"":                        "no words",
		" … ":                     "no words",
		"*":                       "no words",
		"'s":                      "",
		"ter*or":                  "inside a word",
		"*stan":                   "before a word",
		"air *":                   "by itself",
		"air * defense":           "by itself",
		"air *defense":            "before a word",
		"air** defense":           "two stars",
		"te*":                     "fewer than 3",
		"o'z* davlat":             "fewer than 3",
		"the no* way":             "fewer than 3",
		"security NEAR/6 talks":   "",
		"security NEAR talks":     "NEAR without a number",
		"NEAR/x":                  "no number of words",
		"a NEAR/0 b":              "no number of words",
		"a NEAR/51 b":             "no number of words",
		"a NEAR/+5 b":             "no number of words",
		"a NEAR/ b":               "no number of words",
		"a near/5 b":              "small letters",
		"a NEAR/5":                "nothing after NEAR",
		"NEAR/5 b":                "nothing before NEAR",
		"a NEAR/3 b NEAR/3 c":     "NEAR twice",
		"a NEAR/3 b OR c":         "OR outside parentheses",
		"a NEAR/3 (b OR )":        "OR with nothing beside",
		"a NEAR/3 ()":             "nothing beside",
		"a NEAR/3 (b":             "parentheses",
		"a NEAR/3 (b OR c) d":     "parentheses",
		"a NEAR/3 ((b OR c))":     "parentheses",
		"a b) NEAR/3 c":           "parentheses",
		"a NEAR/3 (b AND c)":      "AND",
		"a NEAR/3 (b OR c*)":      "fewer than 3",
		"a NEAR/3 …":              "no words",
		"(a OR \"b c\") NEAR/3 d": "",
		"nuclear near miss":       "",
		"a AND b":                 "AND",
		"OR b":                    "OR",
		"NOT football":            "NOT",
		"(region* threat)":        "parentheses",
		"near and or not":         "",
		"NORAD ANDES":             "",
		"ter*":                    "",
		"o'zb* davlat*":           "",
		"Russia's*":               "",
		"U.S.A.*":                 "",
		"anti-terror*-drill":      "",
		"тер*":                    "",
		"тер*ор":                  "inside a word",
		strings.Repeat("a ", 65):  "65 words",
	} {
		_, f := parse(reading{written: pattern})
		switch {
		case f == nil && want != "":
			t.Errorf("%q: no flaw, want %q", pattern, want)
		case f != nil && (want == "" || !strings.Contains(f.text, want) || f.hint == ""):
			t.Errorf("%q: %q (%s), want %q", pattern, f.text, f.hint, want)
		}
	}
}

func TestProblems(t *testing.T) {
	at := func(line int) feed.Pos { return feed.Pos{File: "t.yaml", Line: line, Col: 3} }
	rule := func(line int, p string) feed.Rule { return feed.Rule{Pattern: p, Pos: at(line)} }
	shared := feed.Rule{List: "sco", Op: feed.OpAny, Parts: []feed.Rule{rule(1, "SCO"), rule(2, "S.C.O."), rule(3, "Oʻz"), rule(4, "o'z"), rule(5, "ab*")}}
	score := func(threshold float64, weights ...float64) feed.Rules {
		s := feed.Rule{Op: feed.OpScore, Pos: at(7), Threshold: threshold}
		for i, w := range weights {
			s.Parts = append(s.Parts, weighing(w, rule(20+i, "word"+strings.Repeat("x", i))))
		}
		return feed.Rules{s}
	}
	for _, c := range []struct {
		name  string
		rules []feed.Rules
		want  []string // position, severity and some of the text
	}{
		{"a list's problems are told once", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{shared}}}, {{Op: feed.OpAll, Parts: []feed.Rule{shared, rule(9, "x")}}}}, []string{
			`t.yaml:2:3: warning: pattern "S.C.O." matches the same words as "SCO"`,
			`t.yaml:4:3: warning: pattern "o'z" matches the same words as "Oʻz"`,
			`t.yaml:5:3: error: "ab*" has a star after fewer than 3 letters`,
		}},
		{"twice", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{rule(1, "x"), rule(2, "x")}}}}, []string{`t.yaml:2:3: warning: pattern "x" stands twice`}},
		{"sco is not SCO", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{rule(1, "SCO"), rule(2, "sco")}}}}, nil},
		{"ё is not е in Uzbek", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{rule(1, "ёш"), rule(2, "еш")}}}}, nil},
		{"two groups may share a pattern", []feed.Rules{{{Op: feed.OpAll, Parts: []feed.Rule{rule(1, "x")}}, {Op: feed.OpAny, Parts: []feed.Rule{rule(2, "x")}}}}, nil},
		{"only none", []feed.Rules{{{Op: feed.OpNone, Parts: []feed.Rule{rule(4, "x")}}}}, []string{`t.yaml:4:3: error: topic "a" has no rule that must hit`}},
		{"only none, nested", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{rule(3, "y"), {Pos: at(4), Op: feed.OpNone, Parts: []feed.Rule{rule(4, "x")}}}}}},
			[]string{`t.yaml:3:3: error: topic "a" has no rule that must hit`}},
		{"none beside any", []feed.Rules{{{Op: feed.OpAny, Parts: []feed.Rule{rule(3, "y")}}, {Op: feed.OpNone, Parts: []feed.Rule{rule(4, "x")}}}}, nil},
		{"an empty rule", []feed.Rules{{{Op: feed.OpAll, Parts: []feed.Rule{{Pos: at(8)}}}}}, []string{`t.yaml:8:3: error: pattern "" has no words`}},
		{"threshold 0", []feed.Rules{score(0, 1)}, []string{`t.yaml:7:3: error: the threshold of a score must be above 0, not 0`}},
		{"out of reach", []feed.Rules{score(9, 1, 1, -5)}, []string{`t.yaml:7:3: error: no entry reaches the threshold 9: the weights add up to at most 8`}},
		{"in reach", []feed.Rules{score(8, 1, 1, -5)}, nil},
		{"a weight twice", []feed.Rules{{{Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{weighing(1, rule(1, "x")), weighing(1, rule(2, "X,"))}}}},
			[]string{`t.yaml:2:3: warning: pattern "X," matches the same words as "x"`}},
	} {
		var topics []feed.Topic
		for i, r := range c.rules {
			topics = append(topics, feed.Topic{ID: feed.TopicID('a' + rune(i)), Rules: r})
		}
		m, problems := Compile(topics)
		failed := false
		for i, p := range problems {
			failed = failed || p.Severity == feed.Error
			if i >= len(c.want) || !strings.HasPrefix(p.String(), c.want[i]) || p.Hint == "" {
				t.Errorf("%s: %v", c.name, p)
			}
		}
		if len(problems) < len(c.want) {
			t.Errorf("%s: %v, want %q", c.name, problems, c.want)
		}
		if (m == nil) != failed {
			t.Errorf("%s: matcher %v", c.name, m)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{"", "SCO", "terror*", "o'z*", "ёш* U.S.", "a NEAR/3 b", "(a OR b*) NEAR/1 \"c d\"", "*'*", "ﬁ*l", "\xff*", "Russia's*", "(x)"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, flaw := parse(reading{written: s})
		if flaw != nil {
			if flaw.text == "" || flaw.hint == "" {
				t.Fatalf("%q: %+v", s, flaw)
			}
			return
		}
		for _, ph := range p.phrases {
			for _, w := range ph.words {
				if w.form == "" || w.prefix && len([]rune(w.form)) < minPrefix {
					t.Fatalf("%q: %+v", s, w)
				}
			}
		}
		if p.near != nil { // the words NEAR/n themselves stand between its sides
			return
		}
		// A pattern matches itself, unless it is all capitals: in a summary then.
		m, problems := Compile([]feed.Topic{{ID: "t", Rules: anyOf(s)}})
		if m == nil {
			t.Fatalf("%q: %v", s, problems)
		}
		for _, language := range []string{"", "uz"} {
			if len(m.Match(nowhere, nil, text.Cut(&text.Parts{feed.FieldSummary: {s}}, language))) != 1 {
				t.Fatalf("%q does not match itself in %q: %+v", s, language, p)
			}
		}
	})
}

// Whatever is written in a scope is refused with a hint, or compiles.
func FuzzScopes(f *testing.F) {
	for _, s := range []string{"a.example/*", "https://*/x?y", "(?i)a|b{2,3}", "Sh*", "(a OR b) NEAR/2 c", "\\b[^\\x00-\\x{10FFFF}]", "ШҲТ*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		e := &feed.Entry{Link: "https://a.example/" + s, Authors: []feed.Person{{Name: "x " + s}}}
		for _, scope := range []feed.Scope{feed.ScopeTitle, feed.ScopeCategory, feed.ScopeAuthor, feed.ScopeLink, feed.ScopeExact, feed.ScopeRegex} {
			topic := feed.Topic{ID: "t", Translit: "uz", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Scope: scope, Pattern: s}}}}}
			m, problems := Compile([]feed.Topic{topic})
			if m == nil {
				if len(problems) == 0 || problems[0].Hint == "" {
					t.Fatalf("{%s: %q}: %v", scope, s, problems)
				}
				continue
			}
			m.Lint(nil)
			w := text.Cut(&text.Parts{{"x " + s}, {s}, nil, {s}}, "uz")
			got := m.Match(nowhere, e, w)
			if x, _ := m.Explain("t", nowhere, e, w); x.Matches != (len(got) == 1) {
				t.Fatalf("{%s: %q}: %v, explained as %+v", scope, s, got, x)
			}
		}
	})
}
