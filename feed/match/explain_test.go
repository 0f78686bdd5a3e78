package match

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

func explained(t *testing.T, topic feed.Topic, src *feed.Source, e *feed.Entry, w *text.Words) *Explanation {
	t.Helper()
	m := compile(t, feed.Topic{ID: "other", Rules: anyOf("x")}, topic)
	x, ok := m.Explain(topic.ID, src, e, w)
	if !ok {
		t.Fatal("not explained")
	}
	if matches := len(m.Match(src, e, w)) == 1; x.Matches != matches || (len(x.Missing) == 0) != matches {
		t.Fatalf("match %v: %+v", matches, x)
	}
	return x
}

func TestExplain(t *testing.T) {
	sco := feed.Rule{List: "sco", Op: feed.OpAny, Parts: patterns("SCO", "Shanghai Cooperation Organi*"), Pos: feed.Pos{Line: 20}}
	topic := feed.Topic{ID: "t", Languages: []string{"en"}, Rules: feed.Rules{
		{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: []feed.Rule{sco, {Pattern: "CSTO"}}}}},
		{Op: feed.OpAny, Parts: []feed.Rule{
			{Pattern: "security NEAR/4 talks"}, {Scope: feed.ScopeTitle, Pattern: "summit"},
			{Scope: feed.ScopeRegex, Pattern: "[0-9]+th"}, {Scope: feed.ScopeLink, Pattern: "*.uz/*"}, {Scope: feed.ScopeAuthor, Pattern: "karimov"},
		}},
		{Op: feed.OpNone, Parts: patterns("football", "hockey")},
		{Op: feed.OpScore, Threshold: 6, Parts: []feed.Rule{
			weighing(1, sco), {Pattern: "terror*", Weight: 1.5}, {Pattern: "visit", Weight: -2},
		}},
	}}
	e := &feed.Entry{Link: "https://www.gazeta.uz/en/1", Authors: []feed.Person{{Name: "Aziz Karimov"}}}
	x := explained(t, topic, nowhere, e, text.Cut(&text.Parts{
		{"SCO summit opens"}, {"The 25th meeting began on Monday with long\ntalks on regional security, officials of the host country said in Tashkent."},
	}, "en"))
	var got []string
	for _, l := range x.Lines {
		s := fmt.Sprintf("%s %d %s %v", l.Part, l.Depth, l.Rule, l.Holds)
		if l.Weight != 0 {
			s += fmt.Sprintf(" %v %v", l.Weight, l.Value)
		}
		for _, f := range l.Found {
			s += fmt.Sprintf(" | %s/%s/%s: %s[%s]%s", f.Pattern, f.List, f.Field, f.Before, f.Text, f.After)
		}
		got = append(got, s)
	}
	want := []string{
		"all 0 any true",
		"all 1 $sco true | SCO/sco/title: [SCO] summit opens",
		"all 1 CSTO false",
		"any 0 security NEAR/4 talks true | security NEAR/4 talks//summary: …25th meeting began on Monday with long [talks on regional security], officials of the host country said in…",
		"any 0 {title: summit} true | summit//title: SCO [summit] opens",
		"any 0 {regex: [0-9]+th} true | [0-9]+th//summary: The [25th] meeting began on Monday with long talks…",
		"any 0 {link: *.uz/*} true | *.uz/*//link: [https://www.gazeta.uz/en/1]",
		"any 0 {author: karimov} true | karimov//author: Aziz [Karimov]",
		"none 0 football true",
		"none 0 hockey true",
		"score 0 $sco true 1 2 | SCO/sco/title: [SCO] summit opens",
		"score 0 terror* false 1.5 0",
		"score 0 visit false -2 0",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("lines\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if x.Matches || x.Score != 2 || x.Threshold != 6 || x.Scale != 1 || x.Language != "en" || !reflect.DeepEqual(x.Missing, []string{"2 of 6 points"}) {
		t.Errorf("%+v", x)
	}
	if x.Lines[1].Pos.Line != 20 {
		t.Errorf("position %v", x.Lines[1].Pos)
	}
}

func TestMissing(t *testing.T) {
	list := feed.Rule{List: "sco", Op: feed.OpAny, Parts: patterns("SCO", "ШОС")}
	for _, c := range []struct {
		name  string
		topic feed.Topic
		src   feed.Source
		lang  string
		want  string
	}{
		{"any", feed.Topic{Rules: anyOf("a", "b", "c")}, feed.Source{}, "", "none of the 3 lines of any hits"},
		{"one line", feed.Topic{Rules: anyOf("a")}, feed.Source{}, "", `any: "a" does not hit`},
		{"a list", feed.Topic{Rules: feed.Rules{{Op: feed.OpAny, Parts: []feed.Rule{list}}}}, feed.Source{}, "", "any: none of the 2 patterns of $sco hits"},
		{"all", feed.Topic{Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Pattern: "word"}, list, {Scope: feed.ScopeTitle, Pattern: "b"}}}}}, feed.Source{}, "",
			"all: none of the 2 patterns of $sco hits; all: {title: b} does not hit"},
		{"nested", feed.Topic{Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: patterns("a", "b")}, {Op: feed.OpAll, Parts: patterns("word", "c")}, {Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "word"}}}, {Op: feed.OpNone, Parts: patterns("word")}}}}}, feed.Source{}, "",
			`all: none of the 2 lines of any hits; all: "c" does not hit; all: "word" hits, which a none forbids`},
		{"none", feed.Topic{Rules: feed.Rules{{Op: feed.OpAny, Parts: patterns("text")}, {Op: feed.OpNone, Parts: patterns("word", "x")}}}, feed.Source{}, "", `none: "word" hits`},
		{"language", feed.Topic{Languages: []string{"en", "ru", "uz"}, Rules: anyOf("word")}, feed.Source{}, "ky", "the entry is in Kyrgyz (ky); the topic takes en, ru, uz"},
		{"a rare language", feed.Topic{Languages: []string{"en"}, Rules: anyOf("word")}, feed.Source{}, "ig-ng", "the entry is in ig-ng; the topic takes en"},
		{"unknown language", feed.Topic{Languages: []string{"en"}, DropUnknown: true, Rules: anyOf("word")}, feed.Source{}, "", "the language of the entry is unknown; the topic takes en and drops what is unknown"},
		{"without", feed.Topic{Sources: feed.SourceFilter{Without: []string{"sport"}}}, feed.Source{Title: "Sports.uz", Tags: []string{"uz", "sport"}}, "", "source Sports.uz is left out by without: [sport]"},
		{"tags", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"wire", "uz"}}}, feed.Source{ID: "https://a.example/"}, "", "source https://a.example/ has none of the tags wire, uz"},
		{"addresses", feed.Topic{Sources: feed.SourceFilter{Addresses: []feed.SourceID{"https://b.example/"}}}, feed.Source{ID: "https://a.example/"}, "", "source https://a.example/ is none of the topic's addresses"},
		{"both", feed.Topic{Sources: feed.SourceFilter{Tags: []string{"uz"}, Addresses: []feed.SourceID{"https://b.example/"}}}, feed.Source{ID: "s"}, "", "source s has none of the tags uz and is none of the topic's addresses"},
		{"score", feed.Topic{Rules: feed.Rules{{Op: feed.OpScore, Threshold: 3, Parts: []feed.Rule{{Pattern: "word", Weight: 1.3}}}}}, feed.Source{}, "", "2.6 of 3 points"},
		{"several", feed.Topic{Languages: []string{"en"}, Sources: feed.SourceFilter{Tags: []string{"uz"}}, Rules: anyOf("x")}, feed.Source{ID: "s"}, "ru",
			`source s has none of the tags uz; the entry is in Russian (ru); the topic takes en; any: "x" does not hit`},
		{"a match", feed.Topic{Rules: anyOf("word")}, feed.Source{}, "", ""},
		{"a topic without rules", feed.Topic{}, feed.Source{}, "", ""},
	} {
		c.topic.ID = "t"
		x := explained(t, c.topic, &c.src, &feed.Entry{}, text.Cut(&text.Parts{{"a1 word of text"}}, c.lang))
		if got := strings.Join(x.Missing, "; "); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
		// Programs find lists in it, never null.
		if b, err := json.Marshal(x); err != nil || strings.Contains(string(b), "null") {
			t.Errorf("%s: %s %v", c.name, b, err)
		}
	}
	m := compile(t)
	if _, ok := m.Explain("t", nowhere, &feed.Entry{}, text.Cut(&text.Parts{}, "")); ok {
		t.Error("a topic that there is not")
	}
}

// A line tells ten places, in the order in which they are read; a score that is
// just too low is not rounded up to the threshold.
func TestExplanationIsBounded(t *testing.T) {
	topic := feed.Topic{ID: "t", Rules: feed.Rules{{Op: feed.OpScore, Threshold: 4, Parts: []feed.Rule{{Pattern: "word", Weight: 2}}}}}
	x := explained(t, topic, nowhere, &feed.Entry{}, text.Cut(&text.Parts{nil, {strings.Repeat("word ", 61)}}, ""))
	if n := len(x.Lines[0].Found); n != 10 {
		t.Errorf("%d places", n)
	}
	if x.Missing[0] != "3.98 of 4 points" {
		t.Errorf("%q", x.Missing)
	}
	topic.Rules.Part(feed.OpScore).Threshold = 3.9834
	x = explained(t, topic, nowhere, &feed.Entry{}, text.Cut(&text.Parts{nil, {strings.Repeat("word ", 61)}}, ""))
	if len(x.Missing) == 1 && x.Missing[0] == "3.98 of 3.98 points" {
		t.Errorf("%q", x.Missing)
	}
}

func TestContext(t *testing.T) {
	for _, c := range []struct{ text, hit, before, after string }{
		{"one", "one", "", ""},
		{"one two three", "two", "one ", " three"},
		{"one\n\n two,  three", "two", "one ", ", three"},
		{strings.Repeat("abcd ", 9) + "hit" + strings.Repeat(" efgh", 9), "hit", "…" + strings.Repeat("abcd ", 8), strings.Repeat(" efgh", 8) + "…"},
		{"xy" + strings.Repeat("abcd ", 8) + "hit", "hit", "…" + strings.Repeat("abcd ", 7), ""},
		{strings.Repeat("上", 50) + "hit" + strings.Repeat("海", 50), "hit", "…" + strings.Repeat("上", 40), strings.Repeat("海", 40) + "…"},
		{strings.Repeat("ж", 41) + " hit", "hit", "…" + strings.Repeat("ж", 39) + " ", ""}, // a long word
	} {
		at := strings.Index(c.text, c.hit)
		before, after := context(c.text, at, at+len(c.hit))
		if before != c.before || after != c.after {
			t.Errorf("%q: %q and %q, want %q and %q", c.text, before, after, c.before, c.after)
		}
	}
}
