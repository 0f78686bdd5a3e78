package desk

import (
	"errors"
	"fmt"
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
