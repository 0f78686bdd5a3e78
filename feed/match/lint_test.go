package match

import (
	"fmt"
	"reflect"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func at(line int) feed.Pos { return feed.Pos{File: "t.yaml", Line: line, Col: 3} }

func lines(first int, written ...string) (out []feed.Rule) {
	for i, p := range written {
		out = append(out, feed.Rule{Pattern: p, Pos: at(first + i)})
	}
	return out
}

func TestLint(t *testing.T) {
	sco := feed.Rule{List: "sco", Pos: at(90), Op: feed.OpAny, Parts: lines(1, "SCO", "Shanghai Cooperation Organi*", "Shanghai Cooperation Organisation")}
	weight := func(line int, p string, w float64) feed.Rule {
		return feed.Rule{Pattern: p, Pos: at(line), Weight: w}
	}
	scoped := func(line int, s feed.Scope, p string) feed.Rule {
		return feed.Rule{Scope: s, Pattern: p, Pos: at(line)}
	}
	const listed = `t.yaml:3:3: pattern "Shanghai Cooperation Organisation" is contained in "Shanghai Cooperation Organi*"`
	for _, c := range []struct {
		name  string
		rules feed.Rules
		want  []string
	}{
		{"nothing wrong", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "SCO", "CSTO", "terror*", "air defence", "air force")}}, nil},

		// Contained in another one.
		{"a word in its prefix", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "terror", "terror*")}}, []string{`t.yaml:1:3: pattern "terror" is contained in "terror*"`}},
		{"a prefix in a shorter one", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "terrorist*", "terror*")}}, []string{`t.yaml:1:3: pattern "terrorist*" is contained in "terror*"`}},
		{"a prefix in a word", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "terrors*", "terrors")}}, []string{`t.yaml:2:3: pattern "terrors" is contained in "terrors*"`}},
		{"a phrase in a word", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "SCO summit", "SCO")}}, []string{`t.yaml:1:3: pattern "SCO summit" is contained in "SCO"`}},
		{"small letters hold capitals", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "SCO", "sco")}}, []string{`t.yaml:1:3: pattern "SCO" is contained in "sco"`}},
		{"exact letters", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeExact, "Shell"), scoped(2, feed.ScopeText, "shell")}}}, []string{`t.yaml:1:3: pattern {exact: Shell} is contained in "shell"`}},
		{"title", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeTitle, "shell"), scoped(2, feed.ScopeText, "shell")}}}, []string{`t.yaml:1:3: pattern {title: shell} is contained in "shell"`}},
		{"author is elsewhere", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeAuthor, "shell"), scoped(2, feed.ScopeText, "shell")}}}, nil},
		{"near", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "security NEAR/5 talks", "security")}}, []string{`t.yaml:1:3: pattern "security NEAR/5 talks" is contained in "security"`}},
		{"near in a prefix", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "(attack OR attacker) NEAR/5 talks", "attack*")}}, []string{`t.yaml:1:3: pattern "(attack OR attacker) NEAR/5 talks" is contained in "attack*"`}},
		{"near, one alternative free", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "(attack OR war) NEAR/5 talks", "attack*")}}, nil},
		{"under none", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "word")}, {Op: feed.OpNone, Parts: lines(2, "foot", "foot*")}}, []string{`t.yaml:2:3: pattern "foot" is contained in "foot*"`}},
		{"nested any", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "foot*", Pos: at(1)}, {Op: feed.OpAny, Parts: lines(2, "foot", "ball")}}}}, []string{`t.yaml:2:3: pattern "foot" is contained in "foot*"`}},
		{"not across all", feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: lines(1, "foot", "x1")}, {Op: feed.OpAny, Parts: lines(3, "foot*", "x2")}}}}, nil},
		{"all", feed.Rules{{Op: feed.OpAll, Parts: lines(1, "SCO", "SCO summit")}}, []string{`t.yaml:1:3: pattern "SCO" hits wherever "SCO summit" does, which must hit too`}},
		{"in a list", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{sco}}}, []string{listed}},
		{"beside a list", feed.Rules{{Op: feed.OpAny, Parts: append(lines(50, "SCO", "SCO summit", "CSTO"), sco)}}, []string{
			listed, `t.yaml:50:3: pattern "SCO" stands in $sco too`, `t.yaml:51:3: pattern "SCO summit" is contained in "SCO"`,
		}},
		{"in a pattern of a list", feed.Rules{{Op: feed.OpAny, Parts: append(lines(51, "SCO summit", "CSTO"), sco)}}, []string{
			listed, `t.yaml:51:3: pattern "SCO summit" is contained in "SCO" of $sco`,
		}},
		{"weights add up", feed.Rules{{Op: feed.OpScore, Threshold: 2, Parts: []feed.Rule{weight(1, "SCO", 1), weight(2, "SCO summit", 2)}}}, nil},

		// Never able to hit, or to matter.
		{"none forbids it", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "football", "border")}, {Op: feed.OpNone, Parts: lines(5, "foot*")}}, []string{`t.yaml:1:3: pattern "football" can never count in topic "a": none forbids "foot*"`}},
		{"none forbids it by itself", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "football", "border")}, {Op: feed.OpNone, Parts: lines(5, "Football")}}, []string{`t.yaml:1:3: pattern "football" can never count in topic "a": none forbids "Football"`}},
		{"none forbids all", feed.Rules{{Op: feed.OpAll, Parts: lines(1, "football", "border")}, {Op: feed.OpNone, Parts: lines(5, "foot*")}}, []string{`t.yaml:1:3: topic "a" can never match: "football" must hit, and none forbids "foot*"`}},
		{"none forbids less", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "football")}, {Op: feed.OpNone, Parts: lines(5, "football league")}}, nil},
		{"none forbids a title", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "football")}, {Op: feed.OpNone, Parts: []feed.Rule{scoped(5, feed.ScopeTitle, "football")}}}, nil},
		{"none forbids a weight", feed.Rules{{Op: feed.OpNone, Parts: lines(5, "foot*")}, {Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{weight(1, "football", 3), weight(2, "word", 1)}}},
			[]string{`t.yaml:1:3: pattern "football" can never count in topic "a": none forbids "foot*"`}},
		{"a weight of nothing", feed.Rules{{Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{weight(1, "x1", 0), weight(2, "y1", 1)}}}, []string{`t.yaml:1:3: the weight of "x1" is 0: it changes no score`}},
		{"no such host", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeLink, "politics/*"), scoped(2, feed.ScopeLink, "a.example/*"), scoped(3, feed.ScopeLink, "*/politics/*"), scoped(4, feed.ScopeLink, "politics")}}},
			[]string{`t.yaml:1:3: link "politics/*" can never hit: no host is called "politics"`}},
		{"a boundary of ASCII", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeRegex, `\bШОС\b`), scoped(2, feed.ScopeRegex, `\bSCO\b`)}}},
			[]string{`t.yaml:1:3: regex "\\bШОС\\b" has \b beside letters that it does not know: to \b only a to z are letters`}},
		{"an empty class", feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{scoped(1, feed.ScopeRegex, `a[^\x00-\x{10FFFF}]`), scoped(2, feed.ScopeText, "x1")}}}, []string{`t.yaml:1:3: regex "a[^\\x00-\\x{10FFFF}]" can never hit`}},

		// Common words.
		{"stop words", feed.Rules{{Op: feed.OpAny, Parts: lines(1, "the", "и", "va", "ва", "US", "them*", "the SCO", "theirs")}}, []string{
			`t.yaml:1:3: pattern "the" hits nearly every text`, `t.yaml:2:3: pattern "и" hits nearly every text`,
			`t.yaml:3:3: pattern "va" hits nearly every text`, `t.yaml:4:3: pattern "ва" hits nearly every text`,
			`t.yaml:7:3: pattern "the SCO" is contained in "the"`,
		}},
	} {
		// A second topic with the same rules does not tell them twice.
		second := feed.Rules{{Op: feed.OpAny, Parts: append([]feed.Rule{{Pattern: "zebra"}}, c.rules.Part(feed.OpAny).Parts...)}}
		m, problems := Compile([]feed.Topic{{ID: "a", Rules: c.rules}, {ID: "b", Rules: second}})
		if m == nil {
			t.Errorf("%s: %v", c.name, problems)
			continue
		}
		var got []string
		for _, p := range m.Lint(nil) {
			if p.Severity != feed.Warning || p.Hint == "" {
				t.Errorf("%s: %+v", c.name, p)
			}
			got = append(got, p.Pos.String()+": "+p.Text)
		}
		if !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n%q, want\n%q", c.name, got, c.want)
		}
	}
}

// A word that many stored entries have is told where it alone brings them in.
func TestCensus(t *testing.T) {
	region := feed.Rule{List: "region", Op: feed.OpAny, Parts: lines(30, "Tashkent", "Samarkand")}
	topics := []feed.Topic{
		{ID: "alone", Rules: feed.Rules{{Op: feed.OpAny, Parts: append(lines(1, "border", "Uzbek*", "rare"), scopedTitle(9, "uzbek*"))}}},
		{ID: "gated", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: lines(10, "Uzbek*")}, {Op: feed.OpAny, Parts: lines(11, "border")}}}}},
		{ID: "listed", Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{region}}}},
		{ID: "scored", Rules: feed.Rules{{Op: feed.OpScore, Threshold: 6, Parts: []feed.Rule{
			weighing(2, lines(20, "Uzbek*")[0]), weighing(3, lines(21, "talks")[0]), weighing(9, lines(22, "rare")[0]),
		}}}},
		{ID: "phrases", Rules: feed.Rules{{Op: feed.OpAny, Parts: lines(25, "Uzbek* talks")}}},
	}
	m := compile(t, topics...)
	warnings := func(entries int) (out []string) {
		c := NewCensus(m)
		for i := range entries {
			s := "A story"
			if i%5 == 0 {
				s = "Uzbekistan: talks, more talks in Tashkent"
			}
			if i%10 == 0 {
				s += " at the border"
			}
			if i%100 == 0 {
				s += " rare"
			}
			c.Add(text.Cut(&text.Parts{{"Title"}, {s}}, "en"))
		}
		if c.Entries() != entries {
			t.Errorf("%d entries", c.Entries())
		}
		for _, p := range m.Lint(c) {
			out = append(out, p.Pos.String()+": "+p.Text)
		}
		return out
	}
	want := func(line int, pattern string) string {
		return fmt.Sprintf("t.yaml:%d:3: pattern %q hits 20 %% of 1000 stored entries, and alone brings them into topics", line, pattern)
	}
	contained := `t.yaml:9:3: pattern {title: uzbek*} is contained in "Uzbek*"`
	if got, want := warnings(1000), []string{want(2, "Uzbek*"), contained, want(21, "talks"), want(30, "Tashkent")}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := warnings(999), []string{contained}; !reflect.DeepEqual(got, want) { // too few to tell
		t.Errorf("%q", got)
	}
}

func scopedTitle(line int, p string) feed.Rule {
	return feed.Rule{Scope: feed.ScopeTitle, Pattern: p, Pos: at(line)}
}
