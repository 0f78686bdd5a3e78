package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

const (
	srcE = "https://e.example/feed"
	srcF = "https://f.example/feed"
	srcG = "https://g.example/feed"
)

// copyOf is a report that carries another entry's link.
func copyOf(e feed.StoredEntry, source string, at time.Time, id, title string) *feed.Visit {
	v := report(source, at, id, title)
	v.Document.Entries[0].Entry.Link, v.Document.Entries[0].Entry.Canonical = e.Link, e.Canonical
	return v
}

// What joins a merged report follows the entry it was placed with when the merger
// is undone, and so does what was placed with that; both stay filed.
func TestUndoneMergeTakesItsCopiesAlong(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess security"), report(srcB, t0.Add(time.Hour), "b", "go security rail gas"))
	a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
	ma, _ := membership(t, db, "security", a.Group)
	mb, _ := membership(t, db, "security", b.Group)
	decide(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, b.Group}})
	apply(t, db,
		copyOf(b, srcC, t0.Add(3*time.Hour), "c", "poker border summit Osh security"),
		copyOf(a, srcD, t0.Add(4*time.Hour), "d", "draughts security"),
		report(srcE, t0.Add(5*time.Hour), "e", "poker border summit Osh"), // a copy of c
		report(srcF, t0.Add(6*time.Hour), "f", "poker border exercise"))   // the event of c
	c, f := find(t, db, srcC, "c"), find(t, db, srcF, "f")
	if p, _ := placed(t, db, find(t, db, srcE, "e").Key); p.Partner != c.Key || find(t, db, srcE, "e").Group != a.Group || story(t, db, f).Key != story(t, db, a).Key {
		t.Fatalf("the fixture is not placed as it says: %+v", p)
	}
	undo(t, db, 1)
	for source, want := range map[feed.SourceID]feed.GroupKey{srcA: a.Group, srcD: a.Group, srcB: b.Group, srcC: b.Group, srcE: b.Group, srcF: f.Group} {
		if g := find(t, db, source, source2id(source)).Group; g != want {
			t.Errorf("%s is in group %d, want %d", source, g, want)
		}
	}
	if sf, sb := story(t, db, f).Key, story(t, db, find(t, db, srcB, "b")).Key; sf != sb || sb == story(t, db, a).Key {
		t.Errorf("f is in story %d, b in %d", sf, sb)
	}
	for g, want := range map[feed.GroupKey]struct {
		feed.Membership
		reasons []feed.EntryKey
	}{a.Group: {ma, []feed.EntryKey{a.Key, 4}}, b.Group: {mb, []feed.EntryKey{b.Key, c.Key}}} {
		m, ok := membership(t, db, "security", g)
		var reasons []feed.EntryKey
		for _, r := range m.Reasons {
			reasons = append(reasons, r.Entry)
		}
		if !ok || m.PublicID != want.PublicID || !m.Filed.Equal(want.Filed) || m.Lead != want.Lead || !cmp.Equal(reasons, want.reasons) {
			t.Errorf("group %d: %+v, want %+v", g, m, want)
		}
	}
}

// source2id is the id of the one entry of a source: its letter.
func source2id(s feed.SourceID) string { return string(s[len("https://")]) }

// Reports that came to a merged story by one of the two follow it.
func TestUndoneMergeOfStoriesTakesItsReportsAlong(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess draughts"), report(srcB, t0.Add(time.Hour), "b", "rail gas"))
	a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
	decide(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 2}})
	apply(t, db,
		report(srcC, t0.Add(3*time.Hour), "c", "rail gas poker"),
		report(srcD, t0.Add(4*time.Hour), "d", "chess draughts go"),
		report(srcE, t0.Add(5*time.Hour), "e", "gas poker")) // placed with c
	undo(t, db, 1)
	if got := story(t, db, b).Groups; !cmp.Equal(got, []feed.GroupKey{2, 3, 5}) {
		t.Errorf("the story of b has %v", got)
	}
	if got := story(t, db, a).Groups; !cmp.Equal(got, []feed.GroupKey{1, 4}) {
		t.Errorf("the story of a has %v", got)
	}
}

// What joined an entry that was split off goes back with it.
func TestUndoneSplitTakesItsCopiesAlong(t *testing.T) {
	db := newDB(t)
	a, b, _, _ := copies(t, db)
	decide(t, db, &feed.Decision{At: t0.Add(4 * time.Hour), Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}})
	apply(t, db, copyOf(b, srcE, t0.Add(5*time.Hour), "e", "x"), copyOf(b, srcC, t0.Add(6*time.Hour), "c2", "y"))
	undo(t, db, 1)
	if g := find(t, db, srcE, "e").Group; g != a.Group {
		t.Errorf("e is in group %d", g)
	}
	if find(t, db, srcC, "c2").Group != a.Group {
		t.Error("c2 did not follow")
	}
	// Two entries of one source never share a group.
	db = newDB(t)
	a, b, _, _ = copies(t, db)
	decide(t, db, &feed.Decision{At: t0.Add(4 * time.Hour), Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}})
	apply(t, db, copyOf(a, srcE, t0.Add(5*time.Hour), "e1", "x"), copyOf(b, srcE, t0.Add(6*time.Hour), "e2", "y"))
	undo(t, db, 1)
	if find(t, db, srcE, "e1").Group != a.Group || find(t, db, srcE, "e2").Group == a.Group || find(t, db, srcB, "b").Group != a.Group {
		t.Error("a copy did not stay alone")
	}
}

// A report that a change of rules found too late is news of now when an operator
// includes it, and as late as before when that is undone.
func TestIncludeOfWhatIsPast(t *testing.T) {
	for _, later := range []bool{false, true} {
		db := newDB(t)
		apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"))
		refileAs(t, db, 2, t0.Add(30*day), 1)
		before := db.Dump(true)
		was, _ := membership(t, db, "security", 1)
		at := t0.Add(31 * day)
		decide(t, db, &feed.Decision{At: at, Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{1}})
		m, ok := membership(t, db, "security", 1)
		if !was.Past || !ok || m.Past || !m.Filed.Equal(at) || m.PublicID != was.PublicID || !m.Included {
			t.Errorf("%+v, was %+v", m, was)
		}
		if later {
			apply(t, db, copyOf(find(t, db, srcA, "a"), srcB, t0.Add(32*day), "b", "x"))
		}
		if err := db.Sound(); err != nil {
			t.Fatal(err)
		}
		decide(t, db, &feed.Decision{At: t0.Add(33 * day), Kind: feed.DecisionUndo, Undo: 1})
		if !later && before != db.Dump(true) {
			t.Errorf("undo is no identity: %s", cmp.Diff(before, db.Dump(true)))
		}
		if m, _ := membership(t, db, "security", 1); !m.Past || !m.Filed.Equal(was.Filed) || m.Included {
			t.Errorf("after undo: %+v", m)
		}
	}
}

// A decision to include is undone also where its report was merged since; one
// that is about the other report stays in force.
func TestUndoIncludeAfterAMerger(t *testing.T) {
	for _, tt := range []struct {
		include []feed.EntryKey
		undo    []uint64
		filed   []bool // after each
	}{
		{[]feed.EntryKey{2}, []uint64{1}, []bool{false}},
		{[]feed.EntryKey{1}, []uint64{1}, []bool{false}},
		{[]feed.EntryKey{1, 2}, []uint64{2, 1}, []bool{true, false}},
		{[]feed.EntryKey{1, 2}, []uint64{1, 2}, []bool{true, false}},
	} {
		db := newDB(t)
		apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"), report(srcB, t0, "b", "go"))
		for _, k := range tt.include {
			decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{k}})
		}
		decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 2}})
		for i, n := range tt.undo {
			undo(t, db, n)
			if m, ok := membership(t, db, "security", 1); ok != tt.filed[i] || m.Included != ok {
				t.Errorf("%+v: after undo of %d: %v %+v", tt, n, ok, m)
			}
		}
	}
}

// Who was included before a merger is so after it is undone, and nobody else.
func TestUndoneMergePartsWhatWasIncluded(t *testing.T) {
	for _, include := range [][]feed.EntryKey{{1}, {2}, {1, 2}} {
		db := newDB(t)
		apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"), report(srcB, t0, "b", "go"))
		for _, k := range include {
			decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{k}})
		}
		was := make(map[feed.GroupKey]feed.Membership)
		for g := range feed.GroupKey(2) {
			was[g+1], _ = membership(t, db, "security", g+1)
		}
		n := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 2}}).Outcomes[0].Decision
		apply(t, db, copyOf(find(t, db, srcA, "a"), srcC, t0.Add(6*day), "c", "x"))
		undo(t, db, n)
		for g, want := range was {
			m, ok := membership(t, db, "security", g)
			if ok != (want.PublicID != "") || m.PublicID != want.PublicID || m.Included != want.Included || !m.Filed.Equal(want.Filed) {
				t.Errorf("%v: group %d: %+v, was %+v", include, g, m, want)
			}
		}
	}
}

// A reason is told with a feed only while it holds.
func TestReasonsThatNoLongerHoldAreNotFiled(t *testing.T) {
	db := newDB(t)
	a, b, _, _ := copies(t, db)
	reasons := func() (n int) {
		for _, f := range filed(t, db, "security") {
			n += len(f.Placed)
		}
		return n
	}
	if n := reasons(); n != 2 {
		t.Fatalf("%d reasons", n)
	}
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{a.Key}})
	if n := reasons(); n != 0 { // b was a copy of a, c was of a's story
		t.Errorf("%d reasons name a report that is elsewhere", n)
	}
	if p, ok := placed(t, db, b.Key); !ok || p.Partner != a.Key {
		t.Errorf("how it was placed is forgotten: %+v", p)
	}
	view(t, db, func(r *storage.Reader) error {
		var got []storage.Move
		err := r.EachMove(func(d feed.Decided, m storage.Move) bool {
			if d.Number != 1 || d.Kind != feed.DecisionSplit {
				t.Errorf("%+v", d)
			}
			got = append(got, m)
			return true
		})
		if len(got) != 1 || got[0].Entry != a.Key {
			t.Errorf("%+v", got)
		}
		return err
	})
	undo(t, db, 1)
	if n := reasons(); n != 2 {
		t.Errorf("%d reasons after undo", n)
	}
	view(t, db, func(r *storage.Reader) error {
		return r.EachMove(func(d feed.Decided, _ storage.Move) bool {
			t.Errorf("%+v was undone", d)
			return true
		})
	})
}

// What the window forgets does not depend on how changes are cut into commits,
// also where retention takes its first row.
func TestTheWindowIsSweptTheSameInBatches(t *testing.T) {
	late := report(srcB, t0.Add(5*day), "b", "go")
	late.Document.Entries[0].Entry.Published = t0
	gone := visit(srcA, t0.Add(6*day+12*time.Hour), entry("c", "", "rail"))
	gone.Document.Entries[0].Entry.Published, gone.Document.Entries[0].Terms = gone.At, feed.Terms("rail")
	changes := []feed.Change{
		report(srcA, t0.Add(5*day), "a", "chess"), late, gone,
		&feed.Retention{At: gone.At, Before: gone.At, From: 1, Limit: 1},
		report(srcC, t0.Add(7*day), "d", "gas"),
	}
	one, all := newDB(t), newDB(t)
	for _, c := range changes {
		apply(t, one, c)
	}
	apply(t, all, changes...)
	if diff := cmp.Diff(one.Dump(false), all.Dump(false)); diff != "" || one.WindowRows() != 2 {
		t.Errorf("%d rows: %s", one.WindowRows(), diff)
	}
}
