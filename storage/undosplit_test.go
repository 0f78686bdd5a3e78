package storage_test

import (
	"testing"
	"time"

	"topicwire/feed"
)

// Of what an undone split brings together the report that was filed first stays as
// it was published, and the other's id leads to it.
func TestAnUndoneSplitLeavesPublicIDs(t *testing.T) {
	for _, first := range []string{"a", "b"} {
		t.Run(first+" filed first", func(t *testing.T) {
			db := newDB(t)
			apply(t, db, rulesOf(1, 1),
				report(srcA, t0, "a", "water border rail gas"), report(srcB, t0.Add(time.Hour), "b", "water border rail gas"))
			a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
			decide(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}})
			b = find(t, db, srcB, "b")
			apply(t, db, copyOf(b, srcA, t0.Add(3*time.Hour), "c", "poker chess go"))
			if c := find(t, db, srcA, "c"); c.Group != b.Group || a.Group == b.Group {
				t.Fatalf("a, b and c are in the groups %d, %d and %d", a.Group, b.Group, c.Group)
			}
			// Both groups come to match, one before the other.
			apply(t, db, copyOf(b, srcB, t0.Add(4*time.Hour), "b", "water border rail gas security"),
				copyOf(b, srcA, t0.Add(4*time.Hour), "c", "poker chess go security"))
			at := t0.Add(6 * time.Hour)
			if first == "a" {
				at = t0.Add(3*time.Hour + 20*time.Minute)
			}
			apply(t, db, report(srcA, at, "a", "water border rail gas security"))
			before, _ := membership(t, db, "security", a.Group)
			other, _ := membership(t, db, "security", b.Group)
			if first == "b" {
				before, other = other, before
			}
			undo(t, db, 1)
			after, ok := membership(t, db, "security", a.Group)
			if g := publicGroup(t, db, other.PublicID); g != a.Group {
				t.Errorf("the other's id leads to group %d", g)
			}
			if !ok || before.PublicID == "" || after.PublicID != before.PublicID || !after.Filed.Equal(before.Filed) {
				t.Errorf("published as %q, filed %s, before, and as %q, filed %s, afterwards", before.PublicID, before.Filed, after.PublicID, after.Filed)
			}
		})
	}
}

// What a group published stays its own when the merger is undone at a time when
// only the other's entries match.
func TestAnUndoneMergeLeavesPublicIDs(t *testing.T) {
	db := newDB(t)
	apply(t, db, ruled(t0, 1), matched(visit(srcA, t0, entry("a", "https://x.example/a", "one")), 1, true),
		matched(visit(srcB, t0.Add(time.Hour), entry("b", "https://x.example/b", "two")), 1, false))
	a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
	before, _ := membership(t, db, "t", a.Group)
	decide(t, db, &feed.Decision{At: t0.Add(2 * time.Hour), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, b.Group}})
	only := func(generation uint64, k feed.EntryKey) {
		at := t0.Add(time.Duration(generation) * time.Hour)
		r := &feed.Refiling{At: at, Generation: generation, Topics: []feed.TopicID{"t"}, Done: true}
		for _, e := range []feed.EntryKey{a.Key, b.Key} {
			m := feed.EntryMatches{Entry: e}
			if e == k {
				m.Matches = []feed.Match{{Topic: "t", Reason: why("x")}}
			}
			r.Entries = append(r.Entries, m)
		}
		apply(t, db, ruled(at, generation), r)
	}
	only(3, b.Key)
	undo(t, db, 1)
	b = find(t, db, srcB, "b")
	if m, ok := membership(t, db, "t", b.Group); !ok || m.PublicID == before.PublicID || m.PublicID == "" {
		t.Errorf("the other report is published (%v) under %q", ok, m.PublicID)
	}
	only(4, a.Key)
	if m, ok := membership(t, db, "t", a.Group); !ok || m.PublicID != before.PublicID || !m.Filed.Equal(before.Filed) {
		t.Errorf("published (%v) as %q, filed %s; it was %q, filed %s", ok, m.PublicID, m.Filed, before.PublicID, before.Filed)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}
