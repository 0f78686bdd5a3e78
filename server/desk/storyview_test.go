package desk

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

func TestStory(t *testing.T) {
	f := reported(t)
	g := f.group(shared)
	for _, id := range []string{shared, "https://wire.example/7", fmt.Sprint(g.Story), fmt.Sprint(" ", g.Story, "\n")} {
		v, err := f.Story(t.Context(), id)
		if err != nil || v.Story != g.Story || len(v.Members) != 2 {
			t.Fatalf("%q: %+v, %v", id, v, err)
		}
		first, second := v.Members[0], v.Members[1]
		if first.Source != "The Wire" || first.Placed != nil || first.Published.After(second.Published) {
			t.Errorf("first: %+v", first)
		}
		if second.SourceID != kunSource || second.Placed == nil || second.Placed.Tier != feed.TierSameLink || second.Placed.Partner != first.Entry {
			t.Errorf("second: %+v", second)
		}
		if len(second.Topics) != 1 || second.Topics[0] != "security" || second.Seen.IsZero() {
			t.Errorf("second: %+v", second)
		}
	}
	if _, err := f.Story(t.Context(), "4711"); !errors.Is(err, ErrUnknown) {
		t.Errorf("%v", err)
	}
}

// Members stand in the order of their dates, not in that of their arrival.
func TestStoryOrder(t *testing.T) {
	f := newFixture(t, security())
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(wireSource, feed.Entry{Link: shared, Title: "Terror plot foiled"})
	f.visit(kunSource, feed.Entry{Link: shared, Title: "Terror plot foiled", Published: f.now.Add(-time.Hour)})
	v, err := f.Story(t.Context(), shared)
	if err != nil || len(v.Members) != 2 || v.Members[0].SourceID != kunSource {
		t.Errorf("%+v, %v", v, err)
	}
}

// The number of a story that was merged into another leads to that one.
func TestStoryThatWasMergedAway(t *testing.T) {
	f := reported(t)
	older, younger := f.group(shared).Story, f.group("https://vestnik.example/3").Story
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{fmt.Sprint(older), fmt.Sprint(younger)}})
	for _, id := range []string{fmt.Sprint(younger), fmt.Sprintf("http://127.0.0.1:8080/stories/%d", younger),
		fmt.Sprintf("http://127.0.0.1:8080/stories/%d?from=mail#one", younger), fmt.Sprintf("127.0.0.1:8080/stories/%d", younger)} {
		v, err := f.Story(t.Context(), id)
		if err != nil || v.Story != older || len(v.Members) != 3 {
			t.Errorf("%s: %+v, %v", id, v, err)
		}
	}
	// A decision means the very story that it names.
	if _, err := f.Decide(t.Context(), DecideRequest{Kind: feed.DecisionHide, Topic: "security", IDs: []string{fmt.Sprint(younger)}}); !errors.Is(err, ErrUnknown) || !strings.Contains(err.Error(), fmt.Sprintf("in story %d now", older)) {
		t.Errorf("hide of a story that is gone: %v", err)
	}
}

// Of a report that is published, an entry that an operator hid is told as that;
// a topic that is not configured any more publishes nothing.
func TestStoryShowsWhatReadersSee(t *testing.T) {
	other := security()
	other.ID = "terror"
	other.Rules = anyOf("terror*")
	f := newFixture(t, security(), other)
	f.visit(wireSource)
	f.visit(kunSource)
	f.visit(wireSource, feed.Entry{ID: "https://wire.example/7", Link: shared, Title: "Terror plot foiled in Namangan"})
	f.visit(kunSource, feed.Entry{ID: "https://kun.example/9", Link: shared, Title: "Terror plot foiled in Namangan"})
	members := func(when string, want ...string) {
		t.Helper()
		v, err := f.Story(t.Context(), shared)
		if err != nil || len(v.Members) != 2 {
			t.Fatalf("%s: %+v, %v", when, v, err)
		}
		for i, m := range v.Members {
			if got := fmt.Sprint(m.Topics, m.Hidden); got != want[i] {
				t.Errorf("%s: member %d: %s, want %s", when, i, got, want[i])
			}
		}
	}
	hide := func(topic feed.TopicID) {
		f.decide(DecideRequest{Kind: feed.DecisionHide, Topic: topic, IDs: []string{shared}})
	}
	members("at first", "[security terror] false", "[security terror] false")
	hide("security")
	members("hidden in one", "[terror] false", "[security terror] false")
	hide("terror")
	members("hidden in both", "[] true", "[security terror] false")
	f.use(security())
	members("of one topic", "[] true", "[security] false")
	f.use()
	members("of no topic", "[] false", "[] false")
}

// After a decision no reason names a report that is elsewhere; who decided is
// told instead.
func TestStoryAfterDecisions(t *testing.T) {
	f := reported(t)
	story := func(id string) map[feed.SourceID]feed.StoryMember {
		t.Helper()
		v, err := f.Story(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		all := make(map[feed.SourceID]feed.StoryMember)
		for _, m := range v.Members {
			all[m.SourceID] = m
		}
		return all
	}
	kun := f.group(shared).Entries[1]
	f.apply(&feed.Decision{At: f.now, Kind: feed.DecisionSplit, Entries: []feed.EntryKey{kun}, By: "ann"})
	m := story(fmt.Sprint(kun))[kunSource]
	if m.Placed != nil || !m.Parted || len(m.Moved) != 1 || m.Moved[0] != (feed.StoryMove{Number: 1, Kind: feed.DecisionSplit, At: f.now, By: "ann"}) {
		t.Errorf("split off: %+v", m)
	}
	f.decide(DecideRequest{Kind: feed.DecisionMerge, IDs: []string{"https://wire.example/7", "https://vestnik.example/3"}, By: "bob"})
	all := story("https://wire.example/7")
	if m = all[ruSource]; len(m.Moved) != 1 || m.Moved[0].By != "bob" || m.Moved[0].Kind != feed.DecisionMerge || m.Moved[0].Partner {
		t.Errorf("merged: %+v", m)
	}
	if m = all[wireSource]; len(m.Moved) != 0 || m.Parted {
		t.Errorf("what the others were moved from: %+v", m)
	}
	f.decide(DecideRequest{Taking: true, Undo: 1})
	if m = story(shared)[kunSource]; m.Placed == nil || m.Parted || len(m.Moved) != 0 {
		t.Errorf("after undo: %+v", m)
	}
	// The partner leaves: the one that stays was not moved itself.
	f.decide(DecideRequest{Kind: feed.DecisionSplit, IDs: []string{"https://wire.example/7"}, By: "eve"})
	if m = story(fmt.Sprint(kun))[kunSource]; m.Placed != nil || len(m.Moved) != 1 || !m.Moved[0].Partner || m.Moved[0].By != "eve" {
		t.Errorf("what it was placed with was split off: %+v", m)
	}
}
