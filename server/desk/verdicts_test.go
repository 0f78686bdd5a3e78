package desk

import (
	"strings"
	"testing"

	"topicwire/feed"
)

// Tags of a line are its source's: what rules ask of them counts.
func TestEvaluateTags(t *testing.T) {
	topic := feed.Topic{ID: "local", Rules: feed.Rules{{Op: feed.OpAll, Parts: []feed.Rule{
		{Op: feed.OpAny, Parts: []feed.Rule{{Pattern: "Tashkent"}, {Pattern: "uzbekistan", Scope: feed.ScopeTag}}},
		{Pattern: "flood*"},
	}}}}
	const lines = `
{"id": 1, "title": "Floods in the south", "tags": ["wire", "uzbekistan"], "topics": ["local"]}
{"id": 2, "title": "Floods in the south", "tags": ["tajikistan"], "topics": []}
{"id": 3, "title": "Floods in the south", "topics": ["local"]}
{"id": 4, "title": "Floods in Tashkent", "topics": ["local"]}
`
	s := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{topic}, Misses: true}).Topics[0]
	if s.Labelled != 3 || s.Matched != 2 || s.Right != 2 || len(s.Missed) != 1 || s.Missed[0].ID != "3" {
		t.Errorf("%+v", s)
	}
}

// With a label that editors would not agree on, an entry is neither a hit nor an
// error, whatever the topic makes of it; of other topics it counts.
func TestEvaluateMaybeTopics(t *testing.T) {
	const lines = `
{"id": 1, "title": "SCO summit", "topics": [], "maybe_topics": ["security"], "language": "en"}
{"id": 2, "title": "Border post attacked", "topics": [], "maybe_topics": ["security"], "language": "en"}
{"id": 3, "title": "SCO again", "topics": ["security"], "maybe_topics": ["security"], "language": "en"}
{"id": 4, "title": "Guards at the SCO", "topics": [], "maybe_topics": ["law and crime"], "language": "en"}
{"id": 5, "title": "Guards", "topics": ["law-and-crime"], "language": "en"}
`
	law := feed.Topic{ID: "law-and-crime", Rules: anyOf("guard*")}
	ev := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{security(), law}, Misses: true, Patterns: true})
	s := ev.Topics[0]
	if s.Labelled != 1 || s.Matched != 2 || s.Right != 1 || len(s.Missed) != 0 || len(s.False) != 1 || s.False[0].ID != "4" {
		t.Errorf("%+v", s)
	}
	if s := ev.Topics[1]; s.Labelled != 1 || s.Matched != 1 || s.Right != 1 || len(s.False) != 0 {
		t.Errorf("%+v", s)
	}
	if ev.Together != newTally(2, 3, 2) || ev.Languages[0].Tally != ev.Together || ev.Languages[0].Entries != 5 {
		t.Errorf("together %+v, in one language %+v", ev.Together, ev.Languages)
	}
	sco := ev.Topics[0].Patterns.Patterns[0]
	if sco.Rule != "SCO" || sco.Right.All() != 1 || sco.Wrong.All() != 1 || sco.Missed.All() != 0 || sco.Left.All() != 0 {
		t.Errorf("of the patterns %+v", sco)
	}
}

func TestEvaluateByLanguageAndSource(t *testing.T) {
	const lines = `
{"title": "SCO summit", "language": "en-GB", "source": "a", "topics": ["security", "floods"]}
{"title": "SCO summit", "language": "en", "source": "b", "topics": []}
{"title": "Flood", "language": "en", "source": "a", "topics": ["floods"]}
{"title": "Toshkentda terror", "language": "uz", "source": "c", "topics": ["security"]}
{"title": "Тошкентда Terror", "summary": "Хавфсизлик кенгаши йиғилиши", "language": "UZ-cyrl", "source": "c", "topics": []}
{"title": "Ўзбекистон", "language": "uz", "topics": ["security"]}
{"title": "2024", "language": "uz", "topics": []}
{"title": "SCO", "language": "und", "topics": ["security"]}
{"title": "SCO"}
`
	floods := feed.Topic{ID: "floods", Rules: anyOf("flood*")}
	ev := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{security(), floods}})
	check := func(kind string, got []PartScore, want ...PartScore) {
		t.Helper()
		if len(got) != len(want) {
			t.Fatalf("%s: %+v", kind, got)
		}
		for i, w := range want {
			if g := got[i]; g.Name != w.Name || g.Entries != w.Entries || g.Tally != w.Tally {
				t.Errorf("%s: %+v, want %+v", kind, g, w)
			}
		}
	}
	check("languages", ev.Languages,
		PartScore{Name: "en", Entries: 3, Tally: newTally(3, 3, 2)},
		PartScore{Name: "uz-Cyrl", Entries: 2, Tally: newTally(1, 1, 0)},
		PartScore{Name: "uz", Entries: 1, Tally: newTally(0, 0, 0)},
		PartScore{Name: "uz-Latn", Entries: 1, Tally: newTally(1, 1, 1)},
	)
	check("sources", ev.Sources,
		PartScore{Name: "a", Entries: 2, Tally: newTally(3, 2, 2)},
		PartScore{Name: "c", Entries: 2, Tally: newTally(1, 2, 1)},
		PartScore{Name: "b", Entries: 1, Tally: newTally(0, 1, 0)},
	)
	en := ev.Languages[0].Topics
	if len(en) != 2 || en[0] != (TopicTally{"security", newTally(1, 2, 1)}) || en[1] != (TopicTally{"floods", newTally(2, 1, 1)}) {
		t.Errorf("%+v", en)
	}
	if ev.Together != newTally(6, 6, 4) {
		t.Errorf("%+v", ev.Together)
	}
}

// Without its language an entry is read as one that nobody knows the language
// of, and by the language told of its text.
func TestEvaluateHideLanguage(t *testing.T) {
	topic := security()
	topic.Languages = []string{"en"}
	const text = "The ministers of the region said that terror and the trade with their neighbours were on the agenda of the meeting"
	lines := `{"title": "` + text + `", "language": "fr", "topics": ["security"]}` + "\n" + `{"title": "Terror", "language": "en", "topics": ["security"]}`
	for hide, want := range map[bool]int{false: 1, true: 2} {
		ev := evaluate(t, lines, EvaluateOptions{Topics: []feed.Topic{topic}, HideLanguage: hide, Misses: true})
		if s := ev.Topics[0]; s.Matched != want || len(s.Missed) != 2-want {
			t.Errorf("hidden %v: %+v", hide, s)
		}
		if len(ev.Languages) != 2 || !strings.HasPrefix(ev.Languages[0].Name+ev.Languages[1].Name, "enfr") {
			t.Errorf("hidden %v: %+v", hide, ev.Languages)
		}
	}
}
