package storage_test

import (
	"testing"
	"time"

	"topicwire/feed"
)

// What placement is told of a group is what it is at that moment, however often
// it was asked for before.
func TestNeighboursAreAsTheyAreNow(t *testing.T) {
	db := newDB(t)
	apply(t, db, report(srcA, t0, "a", "water border rail gas"))
	apply(t, db, report(srcB, t0.Add(time.Hour), "b", "water border rail gas dam"))
	apply(t, db, report(srcB, t0.Add(2*time.Hour), "b2", "water border rail gas"))
	a, b, b2 := find(t, db, srcA, "a"), find(t, db, srcB, "b"), find(t, db, srcB, "b2")
	if a.Group != b.Group {
		t.Fatal("the fixture is not placed as it says")
	}
	// The group has an entry of srcB now: b2 can only join the story.
	if b2.Group == a.Group || story(t, db, b2).Key != story(t, db, a).Key {
		t.Errorf("b2 is in group %d of story %d", b2.Group, story(t, db, b2).Key)
	}
	apply(t, db, report(srcC, t0.Add(3*time.Hour), "c", "water border rail gas dam"))
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}})
	apply(t, db, report(srcD, t0.Add(4*time.Hour), "d", "water border rail gas dam"))
	if b, d := find(t, db, srcB, "b"), find(t, db, srcD, "d"); b.Group == a.Group || d.Group != b.Group {
		t.Errorf("b is in group %d, d like it in group %d", b.Group, d.Group)
	}
}
