package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

const (
	meeting = "https://wire.example/meeting"
	flower  = "https://wire.example/flowers"
)

// explained is a store with two entries: one that matches, one that does not.
func explained(t *testing.T) *fixture {
	f := newFixture(t, security())
	f.visit(wireSource)
	f.visit(wireSource, feed.Entry{Link: meeting, Title: "SCO anti-terror body meets in Tashkent"}, feed.Entry{Link: flower, Title: "Flower show opens in Tashkent"})
	return f
}

func TestExplainStored(t *testing.T) {
	f := explained(t)
	x := f.explain(f.topics[0], meeting)
	if x.Filed == nil || x.PublicID != meeting || x.Absent != "" || len(x.Entries) != 1 {
		t.Fatalf("%+v", x)
	}
	e := x.Entries[0]
	if e.Title != "SCO anti-terror body meets in Tashkent" || e.Source != "The Wire" || e.SourceID != wireSource || e.Seen == nil {
		t.Errorf("%+v", e)
	}
	if e.Rules == nil || !e.Rules.Matches || e.Stored == nil || len(e.Stored.Hits) != 2 {
		t.Errorf("rules %+v, stored %+v", e.Rules, e.Stored)
	}
	for _, name := range []string{flower, flower + "?utm_source=x"} {
		x = f.explain(f.topics[0], name)
		if x.Filed != nil || x.Entries[0].Rules.Matches || len(x.Entries[0].Rules.Missing) == 0 {
			t.Errorf("%s: %+v", name, x.Entries[0].Rules)
		}
	}
}

// What the feed does not have is told with the reason.
func TestExplainAbsent(t *testing.T) {
	past := security()
	for _, c := range []struct {
		name  string
		topic func(*feed.Topic)
		later time.Duration
		want  string
	}{
		{"another language", func(t *feed.Topic) { t.Languages = []string{"ru"} }, 0, "language"},
		{"a source without the tag", func(t *feed.Topic) { t.Sources.Tags = []string{"ru"} }, 0, "source"},
		{"too old", func(t *feed.Topic) { t.MaxAge = 24 * time.Hour }, 72 * time.Hour, "max_age"},
		{"a draft", func(t *feed.Topic) { t.Draft = true }, 0, "draft"},
	} {
		f := newFixture(t, past)
		f.visit(wireSource)
		f.visit(wireSource, feed.Entry{Link: meeting, Title: "The SCO anti-terror body meets in the city of Tashkent", Language: "en"})
		f.now = f.now.Add(c.later)
		topic := past
		c.topic(&topic)
		if x := f.explain(topic, meeting); x.Filed == nil || !strings.Contains(x.Absent, c.want) {
			t.Errorf("%s: filed %v, absent %q", c.name, x.Filed, x.Absent)
		}
	}
}

// One of two items of a source is over its cap, one is beyond the limit, one was
// found by a change of rules when it was no news any more.
func TestExplainCappedCutAndPast(t *testing.T) {
	topic := security()
	f := newFixture(t, topic)
	f.visit(wireSource)
	f.visit(wireSource, feed.Entry{Link: meeting, Title: "SCO meets"})
	f.visit(wireSource, feed.Entry{Link: meeting + "2", Title: "Terror plot foiled near the border"})
	capped := topic
	capped.PerSource = feed.Cap{Entries: 1, Per: feed.PerDay}
	if x := f.explain(capped, meeting+"2"); !strings.Contains(x.Absent, "cap of 1/day") {
		t.Errorf("capped: %q", x.Absent)
	}
	if x := f.explain(capped, meeting); x.Absent != "" {
		t.Errorf("the first one: %q", x.Absent)
	}
	short := topic
	short.Limit = 1
	if x := f.explain(short, meeting); !strings.Contains(x.Absent, "newest 1") {
		t.Errorf("beyond the limit: %q", x.Absent)
	}
	f.visit(wireSource, feed.Entry{Link: flower, Title: "Flower show", Published: f.now.Add(-10 * 24 * time.Hour)})
	wide := topic
	wide.Rules = anyOf("SCO", "terror*", "flower")
	f.use(wide)
	f.refile()
	if x := f.explain(wide, flower); !strings.Contains(x.Absent, "backfill") {
		t.Errorf("past: filed %v, %q", x.Filed, x.Absent)
	}
}

// What others have is read behind the entry that is asked about.
func TestExplainCrowdedOut(t *testing.T) {
	topic := security()
	topic.Limit = 3
	f := newFixture(t, topic)
	for _, source := range []feed.SourceID{kunSource, ruSource, wireSource} {
		f.visit(source)
	}
	f.visit(kunSource, feed.Entry{Link: "https://kun.example/1", Title: "Terror suspects on trial in Fergana"})
	f.visit(ruSource, feed.Entry{Link: "https://vestnik.example/1", Title: "ШОС проведет учения"})
	f.visit(wireSource, feed.Entry{Link: meeting, Title: "SCO meets"})
	f.visit(wireSource, feed.Entry{Link: meeting + "2", Title: "Terror plot foiled near the border"})
	f.visit(wireSource, feed.Entry{Link: meeting + "3", Title: "Farmers ask the SCO about cotton"})
	if x := f.explain(topic, meeting+"2"); !strings.Contains(x.Absent, "over the share of The Wire") {
		t.Errorf("the second: %q", x.Absent)
	}
	if x := f.explain(topic, meeting+"3"); x.Absent != "" {
		t.Errorf("the newest: %q", x.Absent)
	}
}

func TestExplainHidden(t *testing.T) {
	f := explained(t)
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{meeting}, By: "ann", Note: "not news"})
	x := f.explain(f.topics[0], meeting)
	if !strings.Contains(x.Absent, "hidden by an operator") || !x.Entries[0].Hidden {
		t.Errorf("absent %q, hidden %v", x.Absent, x.Entries[0].Hidden)
	}
	if len(x.Decisions) != 1 || x.Decisions[0].By != "ann" || x.Decisions[0].Note != "not news" {
		t.Errorf("decisions %+v", x.Decisions)
	}
}

func TestExplainUnknown(t *testing.T) {
	f := explained(t)
	for _, id := range []string{"https://wire.example/none", "12345", "nonsense", ""} {
		_, err := f.Explain(t.Context(), ExplainRequest{Topic: f.topics[0], ID: id})
		if !errors.Is(err, ErrUnknown) {
			t.Errorf("%q: %v", id, err)
		}
	}
}

// Of a group all members are told, the one that was asked for first; of a story
// all its entries.
func TestExplainGroup(t *testing.T) {
	f := reported(t)
	x := f.explain(f.topics[0], shared)
	if len(x.Entries) != 2 || x.Entries[0].SourceID != wireSource || x.Entries[1].SourceID != kunSource {
		t.Errorf("%+v", x.Entries)
	}
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{"https://wire.example/7"}})
	x = f.explain(f.topics[0], fmt.Sprint(f.group(shared).Story))
	if len(x.Entries) != 2 || !x.Entries[0].Hidden || x.Entries[1].Hidden || x.Absent != "" || len(x.Decisions) != 1 {
		t.Errorf("%+v", x)
	}
}

// A report of a topic that publishes stories is folded into the one that leads.
func TestExplainFolded(t *testing.T) {
	topic := security()
	topic.Group = feed.GroupStory
	f := newFixture(t, topic)
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(wireSource, feed.Entry{Link: meeting, Title: "SCO anti-terror body meets in Tashkent"})
	f.visit(kunSource, feed.Entry{Link: "https://kun.example/2", Title: "Terror trial begins in Nukus"})
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(f.group(meeting).Story), "https://kun.example/2"}})
	if x := f.explain(topic, "https://kun.example/2"); !strings.Contains(x.Absent, "folded into the report of The Wire") {
		t.Errorf("%q", x.Absent)
	}
	if x := f.explain(topic, meeting); x.Absent != "" {
		t.Errorf("the lead: %q", x.Absent)
	}
}

// An entry from nowhere is not asked for its source; one of a configured source
// is.
func TestExplainEntry(t *testing.T) {
	topic := security()
	topic.Sources.Tags = []string{"wire"}
	f := newFixture(t, topic)
	for source, want := range map[feed.SourceID]bool{"": true, wireSource: true, kunSource: false} {
		x, err := new(Desk).Explain(t.Context(), ExplainRequest{
			Topic: topic, Sources: f.sources, Entry: &feed.Entry{Title: "SCO summit"}, Source: source,
		})
		if err != nil || len(x.Entries) != 1 || x.Entries[0].Rules.Matches != want || x.Filed != nil {
			t.Errorf("source %q: %+v, %v", source, x, err)
		}
	}
}

func TestExplainBrokenRules(t *testing.T) {
	_, err := new(Desk).Explain(t.Context(), ExplainRequest{Topic: feed.Topic{ID: "x", Rules: anyOf("a*")}, Entry: &feed.Entry{Title: "x"}})
	var broken *RulesError
	if !errors.As(err, &broken) {
		t.Errorf("%v", err)
	}
}
