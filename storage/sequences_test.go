package storage_test

import (
	"slices"
	"testing"
	"time"

	"topicwire/feed"
)

// What was hidden between a merger and its undoing is hidden in the report that it is
// of, and the other is as it was.
func TestHideTheLeadOfAMerger(t *testing.T) {
	db := newDB(t)
	a, _, _, d := copies(t, db)
	wasA, _ := membership(t, db, "security", a.Group)
	wasD, _ := membership(t, db, "security", d.Group)
	decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}})
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	undo(t, db, 1)
	mA, _ := membership(t, db, "security", a.Group)
	mD, _ := membership(t, db, "security", d.Group)
	if mA.PublicID != wasA.PublicID || !slices.Equal(mA.Hidden, []feed.EntryKey{a.Key}) || mA.Lead == a.Key {
		t.Errorf("a: %+v", mA)
	}
	if mD.PublicID != wasD.PublicID || len(mD.Hidden) > 0 || mD.Lead != d.Key || !mD.Filed.Equal(wasD.Filed) {
		t.Errorf("d: %+v, was %+v", mD, wasD)
	}
}

// Filings are of topics: an entry that came to lead in one has its id there, another
// that led in the other first has its own.
func TestTwoTopicsHaveTheirOwnLeads(t *testing.T) {
	db := newDB(t)
	both := func(v *feed.Visit, topics ...feed.TopicID) *feed.Visit {
		v.Document.Entries[0].Matches = nil
		for _, topic := range topics {
			v.Document.Entries[0].Matches = append(v.Document.Entries[0].Matches, feed.Match{Topic: topic, Reason: why(string(topic))})
		}
		return v
	}
	apply(t, db, rulesOf(1, 1), both(report(srcA, t0, "a", "water border rail gas"), "security"), both(report(srcB, t0.Add(time.Hour), "b", "water border rail gas"), "water"))
	a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
	inOne, _ := membership(t, db, "security", a.Group)
	inOther, _ := membership(t, db, "water", a.Group)
	if inOne.Lead != a.Key || inOther.Lead != b.Key || inOne.PublicID == inOther.PublicID || a.Group != b.Group {
		t.Fatalf("%+v and %+v", inOne, inOther)
	}
	// Each takes its own along.
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{a.Key}})
	b = find(t, db, srcB, "b")
	if m, ok := membership(t, db, "security", find(t, db, srcA, "a").Group); !ok || m.PublicID != inOne.PublicID {
		t.Errorf("security: %v %+v", ok, m)
	}
	if m, ok := membership(t, db, "water", b.Group); !ok || m.PublicID != inOther.PublicID {
		t.Errorf("water: %v %+v", ok, m)
	}
	if _, ok := membership(t, db, "security", b.Group); ok {
		t.Error("b matches water alone")
	}
}

// What is included and then merged into an earlier report goes by that one's id; when
// it is no longer included, the other's reasons hold.
func TestIncludeThenMerge(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcB, t0, "b", "go security"), report(srcA, t0.Add(time.Hour), "a", "chess"))
	a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
	was, _ := membership(t, db, "security", b.Group)
	decide(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	included, _ := membership(t, db, "security", a.Group)
	decide(t, db, &feed.Decision{At: t0.Add(3 * time.Hour), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, b.Group}})
	if m, _ := membership(t, db, "security", b.Group); m.PublicID != was.PublicID || !m.Filed.Equal(was.Filed) || !m.Included {
		t.Errorf("merged: %+v", m)
	}
	if g := publicGroup(t, db, included.PublicID); g != b.Group {
		t.Errorf("the id of what was included leads to group %d", g)
	}
	undo(t, db, 1)
	m, ok := membership(t, db, "security", b.Group)
	if !ok || m.PublicID != was.PublicID || m.Included || !m.Filed.Equal(was.Filed) || len(m.Reasons) != 1 {
		t.Errorf("%v %+v, was %+v", ok, m, was)
	}
}

// A report that is hidden as a whole and merged into another one is shown again with
// what is undone, whichever it is.
func TestUndoOfAWholeHideAfterAMerger(t *testing.T) {
	db := newDB(t)
	a, _, _, d := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{d.Group}})
	decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}})
	if m, _ := membership(t, db, "security", a.Group); !slices.Equal(m.Hidden, []feed.EntryKey{d.Key}) {
		t.Errorf("merged: %+v", m)
	}
	undo(t, db, 1)
	if m, _ := membership(t, db, "security", a.Group); len(m.Hidden) > 0 {
		t.Errorf("after undo: %+v", m)
	}
}
