package match

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

func TestStands(t *testing.T) {
	sco := feed.Rule{List: "sco", Op: feed.OpAny, Parts: patterns("SCO", "ШОС")}
	blocs := feed.Rule{List: "blocs", Op: feed.OpAny, Parts: []feed.Rule{sco, {Pattern: "CIS"}}}
	topic := feed.Topic{ID: "t", Translit: "uz", Rules: feed.Rules{
		{Op: feed.OpAll, Parts: []feed.Rule{{Op: feed.OpAny, Parts: []feed.Rule{blocs, {Pattern: "Tashkent"}}}, {Op: feed.OpNone, Parts: patterns("golf")}}},
		{Op: feed.OpNone, Parts: []feed.Rule{{Pattern: "weather", Scope: feed.ScopeTitle}, {Op: feed.OpNone, Parts: patterns("хавфсизли*")}}},
		{Op: feed.OpScore, Threshold: 1, Parts: []feed.Rule{
			weighing(2, sco), {Pattern: "foot[a-z]+", Scope: feed.ScopeRegex, Weight: -1},
			{Pattern: "wire", Scope: feed.ScopeTag, Weight: 1},
		}},
	}}
	m := compile(t, topic)
	s, ok := m.Stands("t")
	if !ok {
		t.Fatal("not found")
	}
	var got []string
	for _, one := range s.All {
		line := one.Part + " " + strings.Join(append(slices.Clone(one.Lists), one.Rule), " ")
		if one.Line > 0 {
			line = one.Part + string(rune('0'+one.Line)) + line[len(one.Part):]
		}
		if one.Against {
			line += " against"
		}
		got = append(got, line)
	}
	want := []string{
		"all1 blocs sco SCO", "all1 blocs sco ШОС", "all1 blocs CIS", "all1 Tashkent", "all2 golf against",
		"none {title: weather} against", "none хавфсизли*",
		"score sco SCO", "score sco ШОС", "score {regex: foot[a-z]+} against", "score {tag: wire}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	if s.All[0].Pattern != s.All[7].Pattern || s.All[0].Pattern == s.All[1].Pattern || s.All[7].Weight != 2 || s.All[0].Pos.Line != 1 {
		t.Errorf("%+v\n%+v", s.All[0], s.All[7])
	}
	for _, c := range []struct {
		title, language string
		want            []int
	}{
		{"SCO and CIS", "en", []int{0, 2, 7}},
		{"weather for football in Tashkent", "en", []int{3, 5, 9}},
		{"xavfsizlik", "uz", []int{6}},
		{"xavfsizlik", "en", nil},
	} {
		e := &feed.Entry{}
		if got := s.Hits(&feed.Source{}, e, text.Cut(&text.Parts{{c.title}}, c.language)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.title, got, c.want)
		}
	}
	if got := s.Hits(&feed.Source{Tags: []string{"wire"}}, nil, text.Cut(&text.Parts{{"a"}}, "")); !slices.Equal(got, []int{10}) {
		t.Errorf("by tag: %v", got)
	}
	if _, ok := m.Stands("other"); ok {
		t.Error("a topic that there is not")
	}
}

// A pattern hits exactly where it stands.
func TestStandsEqualNaive(t *testing.T) {
	hits, misses := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		m, topics := drawMatcher(t)
		for range 2 {
			src, e, w := drawEntry(t)
			for _, topic := range topics {
				s, _ := m.Stands(topic.ID)
				got := s.Hits(src, e, w)
				n := naive{w, e, topic.Translit != ""}
				for i, one := range s.All {
					r := feed.Rule{Pattern: one.Rule}
					if body, ok := strings.CutPrefix(one.Rule, "{"); ok {
						scope, pattern, _ := strings.Cut(strings.TrimSuffix(body, "}"), ": ")
						r = feed.Rule{Scope: feed.Scope(scope), Pattern: pattern}
					}
					want := len(n.places(r)) > 0
					if slices.Contains(got, i) != want {
						t.Fatalf("%s: hits %v, want %v, in %+v", one.Rule, !want, want, w.Parts)
					}
					if want {
						hits++
					} else {
						misses++
					}
				}
			}
		}
	})
	if hits < 10 || misses < 10 {
		t.Errorf("%d hits, %d misses: the test shows nothing", hits, misses)
	}
}
