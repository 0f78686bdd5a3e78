package match

import (
	"reflect"
	"slices"
	"testing"

	"topicwire/feed"
)

// The hash tells apart what decides matching, and nothing else.
func TestRules(t *testing.T) {
	sco := feed.Rule{List: "sco", Op: feed.OpAny, Parts: patterns("SCO", "ШОС")}
	base := func() feed.Topic {
		return feed.Topic{
			ID: "t", Languages: []string{"en", "ru"}, Sources: feed.SourceFilter{Tags: []string{"a", "b"}, Without: []string{"c"}},
			Rules: feed.Rules{
				{Op: feed.OpAll, Parts: []feed.Rule{sco, {Pattern: "x"}}}, {Op: feed.OpAny, Parts: patterns("y", "z")}, {Op: feed.OpNone, Parts: patterns("n")},
				{Op: feed.OpScore, Threshold: 2, Parts: []feed.Rule{weighing(1, sco), {Pattern: "x", Weight: 2}}},
			},
		}
	}
	hash := func(change func(*feed.Topic)) uint64 {
		topic := base()
		change(&topic)
		rules := compile(t, topic).Rules()
		if len(rules) != 1 || rules[0].ID != topic.ID {
			t.Errorf("%+v", rules)
		}
		return rules[0].Hash
	}
	want := hash(func(*feed.Topic) {})
	for name, change := range map[string]func(*feed.Topic){
		"nothing":       func(*feed.Topic) {},
		"title":         func(t *feed.Topic) { t.Title, t.Description, t.Language = "T", "D", "uz" },
		"limit":         func(t *feed.Topic) { t.Limit, t.Group, t.Pos = 7, feed.GroupNone, feed.Pos{Line: 9} },
		"position":      func(t *feed.Topic) { t.Rules.Part(feed.OpAll).Parts[1].Pos = feed.Pos{Line: 5} },
		"order":         func(t *feed.Topic) { slices.Reverse(t.Rules.Part(feed.OpAll).Parts) },
		"order of tags": func(t *feed.Topic) { t.Sources.Tags = []string{"b", "a"}; t.Languages = []string{"RU", "en"} },
		"list name":     func(t *feed.Topic) { t.Rules.Part(feed.OpAll).Parts[0].List = "other" },
	} {
		if got := hash(change); got != want {
			t.Errorf("%s changes the hash", name)
		}
	}
	seen := map[uint64]string{want: "nothing"}
	for name, change := range map[string]func(*feed.Topic){
		"language":  func(t *feed.Topic) { t.Languages = t.Languages[:1] },
		"unknown":   func(t *feed.Topic) { t.DropUnknown = true },
		"tag":       func(t *feed.Topic) { t.Sources.Tags = []string{"a"} },
		"tag moved": func(t *feed.Topic) { t.Sources = feed.SourceFilter{Tags: []string{"a", "b", "c"}} },
		"address":   func(t *feed.Topic) { t.Sources.Addresses = []feed.SourceID{"https://a.example/"} },
		"scope":     func(t *feed.Topic) { t.Rules.Part(feed.OpAll).Parts[1].Scope = feed.ScopeTitle },
		"translit":  func(t *feed.Topic) { t.Translit = "uz" },
		"pattern":   func(t *feed.Topic) { t.Rules.Part(feed.OpAll).Parts[1].Pattern = "X" },
		"moved": func(t *feed.Topic) {
			t.Rules.Part(feed.OpAny).Parts, t.Rules.Part(feed.OpNone).Parts = patterns("y"), patterns("z", "n")
		},
		"nested": func(t *feed.Topic) {
			t.Rules.Part(feed.OpAny).Parts = []feed.Rule{{Op: feed.OpAll, Parts: patterns("y", "z")}}
		},
		"threshold": func(t *feed.Topic) { t.Rules.Part(feed.OpScore).Threshold = 3 },
		"weight":    func(t *feed.Topic) { t.Rules.Part(feed.OpScore).Parts[0].Weight = -1 },
		"no score":  func(t *feed.Topic) { t.Rules = t.Rules[:3] },
	} {
		h := hash(change)
		if other, ok := seen[h]; ok {
			t.Errorf("%s has the hash of %s", name, other)
		}
		seen[h] = name
	}
}

// Stored memberships are kept over a restart by these numbers: they must not
// depend on the process, nor on how rules are kept in it.
func TestHashIsStable(t *testing.T) {
	list := feed.Rule{Op: feed.OpAny, List: "sco", Parts: patterns("SCO", "ШОС", "Shanghai Cooperation Organi*")}
	m := compile(t, feed.Topic{ID: "t", Rules: anyOf("SCO", "terror*")}, feed.Topic{ID: "planet"}, feed.Topic{
		ID: "whole", Languages: []string{"en", "RU"}, DropUnknown: true, Translit: "uz",
		Sources: feed.SourceFilter{Tags: []string{"wire", "uz"}, Addresses: []feed.SourceID{"https://a.example/"}, Without: []string{"sport"}},
		Rules: feed.Rules{
			{Op: feed.OpAll, Parts: []feed.Rule{
				{Op: feed.OpAny, Parts: []feed.Rule{list, {Pattern: "CSTO"}, tag("uzbekistan")}}, {Op: feed.OpNone, Parts: patterns("golf", "chess")},
				{Pattern: "security NEAR/6 (region* OR threat*)"},
			}},
			{Op: feed.OpAny, Parts: []feed.Rule{
				list, {Op: feed.OpAll, Parts: patterns("border", "clash*")}, {Scope: feed.ScopeTitle, Pattern: "summit"}, {Scope: feed.ScopeRegex, Pattern: "[0-9]+th"},
			}},
			{Op: feed.OpNone, Parts: []feed.Rule{{Pattern: "football"}, {Scope: feed.ScopeExact, Pattern: "Shell"}}},
			{Op: feed.OpScore, Threshold: 6.5, Parts: []feed.Rule{
				weighing(4, list), {Pattern: "air defen*", Weight: 1.5}, {Scope: feed.ScopeLink, Pattern: "*/sport/*", Weight: -6},
			}},
		},
	})
	over := m.RulesOver([]feed.Source{{ID: "https://a.example/", Language: "ru"}, {ID: "https://b.example/", Tags: []string{"uzbekistan", "wire"}}})
	got := append(m.Rules(), over[2])
	want := []feed.TopicRules{
		{ID: "t", Hash: 0x656b2c761868899d}, {ID: "planet", Hash: 0xa7c3ae466e443436},
		{ID: "whole", Hash: 0xdc58e7368ea893b0}, {ID: "whole", Hash: 0x6d3a750de39fa58d},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%#v, want %#v: if matching changed, count hashVersion up", got, want)
	}
	c := compileConcepts(t,
		feed.Concept{ID: "sco", Kind: feed.ConceptOrg, Rules: []feed.Rule{list, {Scope: feed.ScopeExact, Pattern: "RATS"}}},
		feed.Concept{ID: "gas", Kind: feed.ConceptObject, Rules: patterns("gas", "газ")})
	if got, want := c.Hash(), uint64(0xb7c90feba7ab5b4e); got != want {
		t.Errorf("concepts %#x, want %#x", got, want)
	}
}

// The order of sources decides nothing, and one that no topic asks for only by
// its language.
func TestRulesOverSources(t *testing.T) {
	m, problems := Compile([]feed.Topic{{ID: "all"}, {ID: "wire", Sources: feed.SourceFilter{Tags: []string{"wire"}}}})
	if m == nil {
		t.Fatal(problems)
	}
	a, b := feed.Source{ID: "https://a.example/", Tags: []string{"wire"}}, feed.Source{ID: "https://b.example/"}
	russian := b
	russian.Language = "ru"
	first := m.RulesOver([]feed.Source{a, b})
	for _, tt := range []struct {
		name      string
		sources   []feed.Source
		all, wire bool // the same hash
	}{
		{"another order", []feed.Source{b, a}, true, true},
		{"a source less", []feed.Source{a}, true, true},
		{"a wire less", []feed.Source{b}, true, false},
		{"a language more", []feed.Source{a, russian}, false, false},
	} {
		got := m.RulesOver(tt.sources)
		if (got[0].Hash == first[0].Hash) != tt.all || (got[1].Hash == first[1].Hash) != tt.wire {
			t.Errorf("%s: %v, first %v", tt.name, got, first)
		}
	}
}
