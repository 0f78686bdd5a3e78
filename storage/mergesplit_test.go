package storage_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

func TestMergeGroups(t *testing.T) {
	db := newDB(t)
	a, b, _, d := copies(t, db)
	older, _ := membership(t, db, "security", a.Group)
	younger, _ := membership(t, db, "security", d.Group)
	before := db.Dump(true)
	res := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{d.Group, a.Group}, By: "Aziza", Note: "same news"})
	if !cmp.Equal(res.Topics, touchedSecurity) {
		t.Errorf("touched %v", res.Topics)
	}
	if g := find(t, db, srcD, "d").Group; g != a.Group {
		t.Fatalf("d is in group %d", g)
	}
	m, _ := membership(t, db, "security", a.Group)
	if m.PublicID != older.PublicID || !m.Filed.Equal(older.Filed) || m.Lead != a.Key || len(m.Reasons) != 3 {
		t.Errorf("membership %+v", m)
	}
	if g := publicGroup(t, db, younger.PublicID); g != a.Group {
		t.Errorf("the other public id leads to group %d", g)
	}
	all := filed(t, db, "security")
	var members []feed.EntryKey
	for _, e := range all[len(all)-1].Entries {
		members = append(members, e.Key)
	}
	if len(all) != 2 || !cmp.Equal(members, []feed.EntryKey{a.Key, b.Key, d.Key}) {
		t.Errorf("filed %d, members %v", len(all), members)
	}
	if s := story(t, db, a); len(s.Groups) != 2 {
		t.Errorf("story %+v", s)
	}
	undo(t, db, 1)
	if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(db.Dump(true), "\n")); diff != "" {
		t.Errorf("undo is no identity: %s", diff)
	}
	if now, _ := membership(t, db, "security", d.Group); now.PublicID != younger.PublicID {
		t.Errorf("%+v", now)
	}
}

// Of two memberships the earlier filed one stays, even where it is that of the
// younger group; and what happened meanwhile does not keep undo from giving each
// its own back.
func TestMergeKeepsTheEarlierMembership(t *testing.T) {
	for _, meanwhile := range []bool{false, true} {
		db := newDB(t)
		old := report(srcA, t0, "a", "chess") // matches only later
		apply(t, db, old, report(srcB, t0.Add(time.Hour), "b", "go security"), report(srcA, t0.Add(2*time.Hour), "a", "chess security"))
		a, b := find(t, db, srcA, "a"), find(t, db, srcB, "b")
		ma, _ := membership(t, db, "security", a.Group)
		mb, _ := membership(t, db, "security", b.Group)
		if !mb.Filed.Before(ma.Filed) || b.Group < a.Group {
			t.Fatal("the younger group was not filed first")
		}
		decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, b.Group}})
		m, _ := membership(t, db, "security", a.Group)
		if m.PublicID != mb.PublicID || !m.Filed.Equal(mb.Filed) || m.Lead != b.Key || publicGroup(t, db, ma.PublicID) != a.Group {
			t.Errorf("merged: %+v", m)
		}
		if meanwhile {
			same := report(srcC, t0.Add(3*time.Hour), "c", "poker security")
			same.Document.Entries[0].Entry.Link, same.Document.Entries[0].Entry.Canonical = a.Link, a.Link
			apply(t, db, same)
		}
		undo(t, db, 1)
		for _, want := range []feed.Membership{ma, mb} {
			got, _ := membership(t, db, "security", want.Group)
			if got.PublicID != want.PublicID || !got.Filed.Equal(want.Filed) || got.Lead != want.Lead {
				t.Errorf("meanwhile %v: %+v, want %+v", meanwhile, got, want)
			}
		}
		if meanwhile && find(t, db, srcC, "c").Group != a.Group {
			t.Error("what joined meanwhile moved")
		}
	}
}

func TestMergeOfOneSourceIsRefused(t *testing.T) {
	db := newDB(t)
	a, _, _, _ := copies(t, db)
	apply(t, db, report(srcA, t0.Add(4*time.Hour), "a2", "poker"))
	a2 := find(t, db, srcA, "a2")
	s := refusal(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, a2.Group}})
	if !strings.Contains(s, srcA) || !strings.Contains(s, "merge their stories 1 and 5") {
		t.Errorf("%s", s)
	}
	decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Stories: []feed.StoryKey{5, 1}})
	if s := refusal(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, a2.Group}}); !strings.Contains(s, "of one story, 1, already") {
		t.Errorf("%s", s)
	}
	if s := story(t, db, a2); s.Key != 1 || len(s.Groups) != 3 {
		t.Errorf("story %+v", s)
	}
	for k, want := range map[feed.StoryKey]feed.StoryKey{1: 1, 5: 1, 2: 1, 4: 4, 9: 0} {
		view(t, db, func(r *storage.Reader) error {
			got, ok, err := r.FindStory(k)
			if got != want || ok != (want != 0) {
				t.Errorf("story %d leads to %d, want %d", k, got, want)
			}
			return err
		})
	}
	undo(t, db, 1)
	if s := story(t, db, a2); s.Key != 5 {
		t.Errorf("after undo %+v", s)
	}
}

func TestSplitAnEntry(t *testing.T) {
	for _, first := range []bool{false, true} {
		db := newDB(t)
		a, b, _, _ := copies(t, db)
		was, _ := membership(t, db, "security", a.Group)
		before := db.Dump(true)
		out, left := b, a
		if first { // whose key and id are the group's: it takes them along
			out, left = a, b
		}
		decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{out.Key}})
		o, l := find(t, db, out.Source, out.ID), find(t, db, left.Source, left.ID)
		if o.Group != feed.GroupKey(out.Key) || l.Group != feed.GroupKey(left.Key) || story(t, db, o).Key == story(t, db, l).Key {
			t.Fatalf("groups %d and %d", o.Group, l.Group)
		}
		mo, _ := membership(t, db, "security", o.Group)
		ml, _ := membership(t, db, "security", l.Group)
		if (ml.PublicID == was.PublicID) == first || ml.Lead != left.Key || len(ml.Reasons) != 1 || !ml.Filed.Equal(was.Filed) {
			t.Errorf("what stays: %+v", ml)
		}
		if (mo.PublicID == was.PublicID) != first || mo.Lead != out.Key || len(mo.Reasons) != 1 || !mo.Filed.Equal(was.Filed) {
			t.Errorf("what was split: %+v", mo)
		}
		// They stay apart, and each finds its like.
		apply(t, db, report("https://e.example/feed", t0.Add(4*time.Hour), "e", "water border rail gas security"))
		if err := db.Sound(); err != nil {
			t.Fatal(err)
		}
		db = newDB(t)
		copies(t, db)
		decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{out.Key}})
		undo(t, db, 1)
		if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(db.Dump(true), "\n")); diff != "" {
			t.Errorf("undo is no identity: %s", diff)
		}
	}
}

// The only one that matched takes the membership along.
func TestSplitMovesAMembershipThatItAloneEarned(t *testing.T) {
	db := newDB(t)
	apply(t, db, report(srcA, t0, "a", "water border rail gas"), report(srcB, t0, "b", "water border rail gas security"))
	b := find(t, db, srcB, "b")
	was, _ := membership(t, db, "security", b.Group)
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{b.Key}})
	m, ok := membership(t, db, "security", find(t, db, srcB, "b").Group)
	if !ok || m.PublicID != was.PublicID || !m.Filed.Equal(was.Filed) || len(filed(t, db, "security")) != 1 {
		t.Errorf("%v %+v, was %+v", ok, m, was)
	}
}

func TestSplitGroupsAndStories(t *testing.T) {
	db := newDB(t)
	a, _, c, _ := copies(t, db)
	before := db.Dump(true)
	for _, d := range []*feed.Decision{
		{Kind: feed.DecisionSplit, Groups: []feed.GroupKey{c.Group}},
		{Kind: feed.DecisionSplit, Groups: []feed.GroupKey{a.Group}}, // whose key is the story's
		{Kind: feed.DecisionSplit, Stories: []feed.StoryKey{1}},
	} {
		n := decide(t, db, d).Outcomes[0].Decision
		if sa, sc := story(t, db, a), story(t, db, c); sa.Key == sc.Key || len(sa.Groups) != 1 || len(sc.Groups) != 1 {
			t.Errorf("%+v: stories %+v and %+v", d, sa, sc)
		}
		undo(t, db, n)
		if diff := cmp.Diff(strings.Split(before, "\n"), strings.Split(db.Dump(true), "\n")); diff != "" {
			t.Errorf("undo of %+v: %s", d, diff)
		}
	}
}

func TestUndoLeavesWhatCameBetween(t *testing.T) {
	db := newDB(t)
	a, _, _, d := copies(t, db)
	md, _ := membership(t, db, "security", d.Group)
	n := decide(t, db, &feed.Decision{At: t0.Add(3 * time.Hour), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}}).Outcomes[0].Decision
	apply(t, db, report("https://e.example/feed", t0.Add(4*time.Hour), "e", "water border rail gas"))
	undo(t, db, n)
	if g := find(t, db, "https://e.example/feed", "e").Group; g != a.Group {
		t.Errorf("what joined meanwhile is in group %d", g)
	}
	back := find(t, db, srcD, "d")
	if m, ok := membership(t, db, "security", back.Group); back.Group != d.Group || !ok || m.PublicID != md.PublicID || !m.Filed.Equal(md.Filed) {
		t.Errorf("d is in group %d: %+v", back.Group, m)
	}
	if s := story(t, db, back); s.Key != 4 {
		t.Errorf("story %+v", s)
	}
	// A group that was hidden since it was merged stays hidden on both sides.
	n = decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}}).Outcomes[0].Decision
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{a.Group}})
	undo(t, db, n)
	for _, g := range []feed.GroupKey{a.Group, d.Group} {
		if m, _ := membership(t, db, "security", g); len(m.Hidden) == 0 {
			t.Errorf("group %d shows again", g)
		}
	}
}

// Who stays in a group that the entry with its public id leaves goes on under the next
// id that one of them got, filed when that was.
func TestThoseWhoStayGoOnUnderTheNextID(t *testing.T) {
	db := newDB(t)
	a, b, c, _ := copies(t, db)
	first, _ := membership(t, db, "security", a.Group)
	next, _ := membership(t, db, "security", c.Group)
	decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, c.Group}})
	if m, _ := membership(t, db, "security", find(t, db, srcC, "c").Group); m.PublicID != first.PublicID {
		t.Fatalf("merged under %q", m.PublicID)
	}
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{a.Key}})
	b, c = find(t, db, srcB, "b"), find(t, db, srcC, "c")
	m, ok := membership(t, db, "security", c.Group)
	if !ok || b.Group != c.Group || m.PublicID != next.PublicID || !m.Filed.Equal(next.Filed) {
		t.Errorf("those who stay: %v %+v, want the id %s", ok, m, next.PublicID)
	}
	if m, _ := membership(t, db, "security", find(t, db, srcA, "a").Group); m.PublicID != first.PublicID {
		t.Errorf("who left: %+v", m)
	}
}
