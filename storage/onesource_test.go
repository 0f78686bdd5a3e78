package storage_test

import (
	"errors"
	"testing"
	"time"

	"topicwire/feed"
)

// Two entries of one source never share a group, and no undo makes them: the
// place of an entry that was split off can be taken by the time it would return.
func TestAnUndoneSplitKeepsEntriesOfOneSourceApart(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		db := newDB(t)
		const text = "water border rail gas security"
		apply(t, db, &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}}},
			report(srcA, t0, "a", text), report(srcB, t0.Add(time.Hour), "b", text))
		a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
		if a.Group != b.Group {
			t.Fatal("b is no copy of a")
		}
		apply(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}},
			report(srcB, t0.Add(3*time.Hour), "again", text))
		again := find(t, db, srcB, "again")
		if again.Group != a.Group || find(t, db, srcB, "b").Group == a.Group {
			t.Fatalf("the second entry of b's source is in group %d, a in %d", again.Group, a.Group)
		}
		if hidden { // so that the undo cannot simply put back what was
			apply(t, db, &feed.Decision{At: t0.Add(4 * time.Hour), Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
		}
		var refused *feed.Refusal
		_, err := db.Apply([]feed.Change{&feed.Decision{At: t0.Add(5 * time.Hour), Kind: feed.DecisionUndo, Undo: 1}})
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		if b, again := find(t, db, srcB, "b"), find(t, db, srcB, "again"); b.Group == again.Group {
			t.Errorf("both entries of one source are in group %d after the undo (%v)", b.Group, err)
		}
		for _, f := range filed(t, db, "security") {
			from := map[feed.SourceID]bool{}
			for _, e := range f.Entries {
				if from[e.Source] {
					t.Errorf("group %d has two entries of %s", f.Group, e.Source)
				}
				from[e.Source] = true
			}
		}
	}
}
