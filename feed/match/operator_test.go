package match

import (
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A new operator is a row of operators: all that walks rules knows it then.
func TestAnOperatorIsARow(t *testing.T) {
	const atLeast feed.Op = "at_least"
	operators[atLeast] = operator{code: 'l', least: func(r *feed.Rule, _ int) int { return int(r.Threshold) }}
	defer delete(operators, atLeast)
	list := feed.Rule{Op: feed.OpAny, List: "towns", Parts: patterns("Tashkent", "Samarkand")}
	two := feed.Rule{Op: atLeast, Threshold: 2, Parts: append(patterns("storm", "flood", "Storm"), list, tag("wire"))}
	topics := func(n float64) []feed.Topic {
		r := two
		r.Threshold = n
		return []feed.Topic{
			{ID: "two", Rules: feed.Rules{r}},
			{ID: "fewer", Rules: feed.Rules{{Op: feed.OpAny, Parts: patterns("warning")}, {Op: feed.OpNone, Parts: []feed.Rule{r}}}},
		}
	}
	m, problems := Compile(topics(2))
	if m == nil || len(problems) != 1 || !strings.Contains(problems[0].Text, `"Storm" matches the same words as "storm"`) {
		t.Fatal(problems)
	}
	for _, c := range []struct{ title, tag, want string }{
		{"storm, a storm warning", "", "fewer"}, // one part, though it stands there twice
		{"storm and flood", "", "two"},
		{"flood warning for Samarkand", "", "two"},
		{"storm", "wire", "two"},
		{"Tashkent and Samarkand: warning", "", "fewer"},
		{"calm", "wire", ""},
	} {
		w := text.Cut(&text.Parts{{c.title}}, "en")
		var got []string
		for _, match := range m.Match(tagged(c.tag), nil, w) {
			got = append(got, string(match.Topic))
			if len(match.Reason.Hits) == 0 {
				t.Errorf("%s: no hits", c.title)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: in %q, want %q", c.title, got, c.want)
		}
		for _, id := range []feed.TopicID{"two", "fewer"} {
			if x, _ := m.Explain(id, tagged(c.tag), nil, w); x.Matches != slices.Contains(got, string(id)) || x.Matches != (len(x.Missing) == 0) {
				t.Errorf("%s: %s explained as %+v", c.title, id, x)
			}
		}
	}
	x, _ := m.Explain("two", tagged(""), nil, text.Cut(&text.Parts{{"storm"}}, "en"))
	if want := "fewer than 2 of the 5 lines of at_least hit"; len(x.Lines) != 5 || x.Lines[3].Rule != "$towns" || x.Missing[0] != want {
		t.Errorf("%+v", x)
	}
	if other, _ := Compile(topics(3)); other.Rules()[0].Hash == m.Rules()[0].Hash {
		t.Error("another number has the same hash")
	}
	if s, _ := m.Stands("fewer"); len(s.All) != 7 || s.All[0].Against || !s.All[1].Against {
		t.Errorf("%+v", s.All)
	}
	if got := m.Lint(nil); len(got) != 0 {
		t.Errorf("lint %v", got)
	}
	if _, problems := Compile([]feed.Topic{{ID: "t", Rules: feed.Rules{{Op: "xor", Parts: patterns("a")}}}}); len(problems) != 1 || problems[0].Text != `rules have no operator "xor"` {
		t.Errorf("%v", problems)
	}
}
