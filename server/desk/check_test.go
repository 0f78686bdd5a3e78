package desk

import (
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

func TestCheckExamples(t *testing.T) {
	at := func(line int) feed.Pos { return feed.Pos{File: "config.yaml", Line: line, Col: 7} }
	topic := security()
	topic.Rules = append(topic.Rules, feed.Rule{Op: feed.OpNone, Parts: []feed.Rule{{Pattern: "football"}}})
	topic.Sources.Tags = []string{"wire"}
	topic.Languages = []string{"en", "ru"}
	topic.Draft = true // drafts are checked too
	topic.Examples = feed.Examples{
		Match: []feed.Example{
			{Pos: at(1), Text: "SCO anti-terror body meets in Tashkent"},
			{Pos: at(2), Text: "Flower show opens"},
			{Pos: at(3), Text: "Plot foiled\nPolice speak of terror."},
			{Pos: at(4), Text: "Тошкентда ШОС қўшма ҳарбий машғулот ўтказилди"},
		},
		Reject: []feed.Example{
			{Pos: at(5), Text: "Lower score than expected"},
			{Pos: at(6), Text: "Terror of the goalkeepers"},
			{Pos: at(7), Text: "SCO football cup"},
		},
	}
	got := CheckExamples([]feed.Topic{topic, {ID: "none"}})
	if len(got) != 3 {
		t.Fatalf("%v", got)
	}
	for i, want := range []struct {
		line int
		text string
	}{{2, "this example does not match: "}, {4, "uz"}, {6, "this example must not match: hit: [Terror] in title"}} {
		if p := got[i]; p.Pos.Line != want.line || p.Severity != feed.Error || !strings.Contains(p.Text, want.text) {
			t.Errorf("%d: %s", i, p)
		}
	}
	if got := CheckExamples(nil); got != nil {
		t.Errorf("%v", got)
	}
}

// An example's source has the tags that stand with it.
func TestCheckExamplesWithTags(t *testing.T) {
	topic := feed.Topic{
		ID:    "t",
		Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{{Scope: feed.ScopeTag, Pattern: "uzbekistan"}, {Pattern: "storm"}}}},
		Examples: feed.Examples{
			Match:  []feed.Example{{Text: "A storm", Tags: []string{"uzbekistan"}}, {Text: "A storm"}},
			Reject: []feed.Example{{Text: "A storm", Tags: []string{"sport"}}, {Text: "A storm again", Tags: []string{"uzbekistan"}}},
		},
	}
	got := CheckExamples([]feed.Topic{topic})
	if len(got) != 2 || !strings.Contains(got[0].Text, "does not match: all: {tag: uzbekistan} does not hit") || !strings.Contains(got[1].Text, "must not match: hit: [storm] in title, [uzbekistan] in tag") {
		t.Errorf("%v", got)
	}
}

func TestCountWords(t *testing.T) {
	f := explained(t)
	m, _ := match.Compile([]feed.Topic{security()})
	c, err := CountWords(t.Context(), f.Store, m)
	if err != nil || c.Entries() != 2 {
		t.Errorf("%d, %v", c.Entries(), err)
	}
}

func TestLastEntry(t *testing.T) {
	f := newFixture(t, security())
	last := func() (k feed.EntryKey) {
		f.view(func(r *storage.Reader) error {
			k = r.NewestEntry()
			return nil
		})
		return k
	}
	if k := last(); k != 0 {
		t.Errorf("of an empty store: %d", k)
	}
	f.visit(wireSource)
	for n := range 5 {
		f.visit(kunSource, feed.Entry{Link: flower + strings.Repeat("x", n), Title: "A"})
		if k := last(); k != feed.EntryKey(n+1) {
			t.Errorf("%d entries: %d", n+1, k)
		}
	}
}
