package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"topicwire/feed"
	"topicwire/storage"
)

// shared is a link that two sources carry, so that their entries are one group.
const shared = "https://agency.example/terror-report"

// reported is a store where two sources report one thing and a third another.
func reported(t *testing.T) *fixture {
	f := newFixture(t, security())
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(ruSource)
	f.visit(wireSource, feed.Entry{ID: "https://wire.example/7", Link: shared, Title: "Terror plot foiled in Namangan"})
	f.visit(kunSource, feed.Entry{ID: "https://kun.example/9", Link: shared, Title: "Terror plot foiled in Namangan"})
	f.visit(ruSource, feed.Entry{Link: "https://vestnik.example/3", Title: "ШОС обсудила учения"})
	return f
}

func (f *fixture) group(name string) (g feed.Group) {
	f.t.Helper()
	f.view(func(r *storage.Reader) error {
		n, err := find(r, nil, name)
		if err != nil {
			return err
		}
		g, err = r.Group(n.group)
		return err
	})
	return g
}

// A hidden lead makes room for the next of its group under the same public id;
// undo brings it back.
func TestHideEntry(t *testing.T) {
	f := reported(t)
	const id = "https://wire.example/7"
	q := DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{id}, By: "ann", Note: "too early", Rules: &f.topics[0], Sources: f.sources}
	res := f.decide(q)
	if want := "the report of Kun.uz now stands in its place; undo with `topicwire hide security https://wire.example/7 --undo`"; !strings.Contains(res.Text, want) {
		t.Errorf("%s", res.Text)
	}
	if !strings.Contains(res.Text, "hidden: “Terror plot foiled in Namangan”") || res.Decided.Number != 1 || res.Decided.By != "ann" || !res.Decided.At.Equal(f.now) {
		t.Errorf("%+v", res)
	}
	m, ok := f.membership("security", id)
	if !ok || m.PublicID != id || len(m.Hidden) != 1 {
		t.Errorf("%+v", m)
	}
	if x := f.explain(f.topics[0], id); x.Absent != "" {
		t.Errorf("the group left the feed: %s", x.Absent)
	}
	// The id now means the next one.
	q.IDs = []string{shared}
	q.Whole = true
	if res = f.decide(q); !strings.Contains(res.Text, "no longer see it") {
		t.Errorf("%s", res.Text)
	}
	q.Taking, q.Whole = true, false
	if res = f.decide(q); !strings.Contains(res.Text, "undone: hide") || res.Decided.Undo != 2 {
		t.Errorf("%s", res.Text)
	}
	q.IDs = []string{id}
	if res = f.decide(q); res.Decided.Undo != 1 {
		t.Errorf("%+v", res)
	}
	if m, _ := f.membership("security", id); len(m.Hidden) != 0 {
		t.Errorf("still hidden: %+v", m)
	}
	var refused *feed.Refusal
	if _, err := f.Decide(t.Context(), q); !errors.As(err, &refused) || !strings.Contains(refused.Text, "no such hide") {
		t.Errorf("a third undo: %v", err)
	}
}

// One who was only listed leaves the list, and the report stays.
func TestHideOther(t *testing.T) {
	f := reported(t)
	g := f.group(shared)
	q := DecideRequest{Kind: feed.DecisionHide, Topic: "security", Rules: &f.topics[0], Sources: f.sources}
	var text string
	f.view(func(r *storage.Reader) error {
		c := &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: g.Entries[1:2]}
		before, err := f.speakers(r, &q, c)
		if err == nil {
			text, err = f.seenInstead(r, &q, c, before)
		}
		return err
	})
	if text != "the report of The Wire stays, without it" {
		t.Errorf("%s", text)
	}
}

func TestHideRefused(t *testing.T) {
	f := reported(t)
	f.visit(wireSource, feed.Entry{Link: flower, Title: "Flower show"})
	var refused *feed.Refusal
	hide := func(id string) error {
		_, err := f.Decide(t.Context(), DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{id}})
		return err
	}
	if err := hide(flower); !errors.As(err, &refused) || !strings.Contains(err.Error(), "does not have it") {
		t.Errorf("not filed: %v", err)
	}
	if err := hide("https://wire.example/none"); !errors.Is(err, ErrUnknown) {
		t.Errorf("unknown: %v", err)
	}
	if err := hide("https://vestnik.example/3"); err != nil {
		t.Fatal(err)
	}
	if err := hide("https://vestnik.example/3"); !errors.As(err, &refused) || !strings.Contains(err.Error(), "already") {
		t.Errorf("twice: %v", err)
	}
}

// Hidden and included entries stay so when the rules change.
func TestDecisionsSurviveRules(t *testing.T) {
	f := reported(t)
	f.visit(wireSource, feed.Entry{Link: flower, Title: "Flower show"})
	f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{flower}})
	f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{"https://vestnik.example/3"}})
	other := security()
	other.Rules = anyOf("nothing at all")
	for _, rules := range []feed.Topic{other, security()} {
		f.use(rules)
		f.refile()
		if m, ok := f.membership("security", flower); !ok || !m.Included {
			t.Errorf("included: %v %+v", ok, m)
		}
	}
	if x := f.explain(f.topics[0], "https://vestnik.example/3"); x.Filed == nil || !strings.Contains(x.Absent, "hidden") {
		t.Errorf("hidden one came back: %+v", x)
	}
	res := f.decide(DecideRequest{Kind: feed.DecisionInclude, Topic: "security", IDs: []string{flower}, Taking: true})
	if _, ok := f.membership("security", flower); ok {
		t.Errorf("%s: still filed", res.Text)
	}
}

func TestMergeAndSplitGroups(t *testing.T) {
	f := reported(t)
	const a, b = "https://wire.example/7", "https://vestnik.example/3"
	res := f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{a, b}})
	if f.group(b).Key != f.group(shared).Key || !strings.Contains(res.Text, "one report now") {
		t.Errorf("%s: %+v", res.Text, f.group(b))
	}
	var refused *feed.Refusal
	if _, err := f.Decide(t.Context(), DecideRequest{Kind: feed.DecisionMerge, IDs: []string{a, b}}); !errors.As(err, &refused) {
		t.Errorf("merged twice: %v", err)
	}
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{a, b}, Taking: true})
	if f.group(b).Key == f.group(shared).Key {
		t.Error("merge was not undone")
	}
	// An entry leaves its group; alone, there is nothing left to split.
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{a, b}})
	f.decide(DecideRequest{Kind: feed.DecisionSplit, IDs: []string{b}})
	if f.group(b).Key == f.group(shared).Key {
		t.Error("not split")
	}
	if _, err := f.Decide(t.Context(), DecideRequest{Kind: feed.DecisionSplit, IDs: []string{b}}); !errors.As(err, &refused) || !strings.Contains(err.Error(), "nothing to split") {
		t.Errorf("split twice: %v", err)
	}
}

// Two entries of one source share no group; the refusal says what to do instead,
// and that can be done.
func TestMergeStories(t *testing.T) {
	f := reported(t)
	f.visit(wireSource, feed.Entry{Link: "https://wire.example/8", Title: "Court hears a case about terror"})
	ids := []string{shared, "https://wire.example/8"}
	var refused *feed.Refusal
	if _, err := f.Decide(t.Context(), DecideRequest{Kind: feed.DecisionMerge, IDs: ids}); !errors.As(err, &refused) || !strings.Contains(refused.Text, "merge their stories") {
		t.Fatalf("%v", err)
	}
	story := func(id string) feed.StoryKey { return f.group(id).Story }
	older, younger := story(ids[0]), story(ids[1])
	// A story's number and an entry: stories are merged.
	res := f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(younger), ids[0]}})
	if story(ids[1]) != older || !strings.Contains(res.Text, "one story now") {
		t.Errorf("%s: story %d, want %d", res.Text, story(ids[1]), older)
	}
	if !strings.Contains(res.Text, "Court hears a case about terror” and “") {
		t.Errorf("both are told: %s", res.Text)
	}
	v, err := f.Story(t.Context(), fmt.Sprint("http://127.0.0.1:8080/stories/", older))
	if err != nil || len(v.Members) != 3 || v.Story != older {
		t.Errorf("%+v, %v", v, err)
	}
	// The younger number is gone, and still names the decision.
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(younger), ids[0]}, Taking: true})
	if story(ids[1]) != younger {
		t.Error("not undone")
	}
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(younger), fmt.Sprint(older)}})
	// A story's number takes all of it apart, or hides all of it.
	res = f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{fmt.Sprint(older)}})
	if len(res.Decided.Groups) != 2 {
		t.Errorf("%+v", res.Decided)
	}
	f.decide(DecideRequest{Kind: feed.DecisionSplit, IDs: []string{fmt.Sprint(older)}})
	if story(ids[1]) == older {
		t.Error("not split")
	}
}

func TestDecisionsLog(t *testing.T) {
	f := reported(t)
	q := DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{shared}, By: "ann", Note: "a"}
	f.decide(q)
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{shared, "https://vestnik.example/3"}, By: "bob"})
	f.decide(DecideRequest{Taking: true, Undo: 1, By: "eve"})
	all, err := f.Decisions(t.Context(), DecisionsRequest{})
	if err != nil || len(all) != 3 {
		t.Fatalf("%+v, %v", all, err)
	}
	for i, want := range []struct {
		kind feed.DecisionKind
		by   string
	}{{feed.DecisionUndo, "eve"}, {feed.DecisionMerge, "bob"}, {feed.DecisionHide, "ann"}} {
		if all[i].Kind != want.kind || all[i].By != want.by || len(all[i].Titles) == 0 {
			t.Errorf("%d: %+v", i, all[i])
		}
	}
	if all[2].UndoneBy != 3 {
		t.Errorf("%+v", all[2])
	}
	if all, err = f.Decisions(t.Context(), DecisionsRequest{Limit: 1}); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
	var refused *feed.Refusal
	for _, n := range []uint64{1, 77} {
		if _, err := f.Decide(t.Context(), DecideRequest{Taking: true, Undo: n}); !errors.As(err, &refused) {
			t.Errorf("undo of %d: %v", n, err)
		}
	}
}
