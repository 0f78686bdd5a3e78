package storage_test

import (
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

const day = 24 * time.Hour

// retain runs a whole pass in steps of limit keys.
func retain(t *testing.T, db *storage.DB, at, before time.Time, limit int) (removed, steps int) {
	t.Helper()
	for from := feed.EntryKey(1); from != 0; steps++ {
		o := apply(t, db, &feed.Retention{At: at, Before: before, From: from, Limit: limit}).Outcomes[0]
		removed += o.Removed
		from = o.Next
	}
	return removed, steps
}

func has(t *testing.T, db *storage.DB, source feed.SourceID, id string) bool {
	t.Helper()
	var ok bool
	if err := db.View(func(r *storage.Reader) (err error) {
		_, ok, err = r.EntryOf(source, id)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return ok
}

func TestRetentionKeepsWhatIsStillInItsSource(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("stays", "https://a.example/1", "security stays"), entry("goes", "https://a.example/2", "security goes")))
	// The next document holds one of the two, and a new one.
	v := visit(srcA, t0.Add(10*day), entry("new", "https://a.example/3", "security new"))
	v.Document.Window = append(v.Document.Window, feed.Raw(t0.Unix()*100))
	apply(t, db, v)
	removed, steps := retain(t, db, t0.Add(11*day), t0.Add(5*day), 1)
	if removed != 1 || steps < 3 {
		t.Errorf("%d removed in %d steps", removed, steps)
	}
	for id, want := range map[string]bool{"stays": true, "goes": false, "new": true} {
		if has(t, db, srcA, id) != want {
			t.Errorf("%s: stored %v, want %v", id, !want, want)
		}
	}
	if n := len(filed(t, db, "security")); n != 2 {
		t.Errorf("%d filed, want 2", n)
	}
	if err := db.View(func(r *storage.Reader) error {
		if n := r.Counts(); n.Entries != 2 || n.Groups != 2 || n.Stories != 2 {
			t.Errorf("counts %+v", n)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRemovedEntriesNeverComeBackAsNew(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("1", "https://a.example/1", "security")), visit(srcA, t0.Add(day), entry("2", "https://a.example/2", "x")))
	if removed, _ := retain(t, db, t0.Add(10*day), t0.Add(day), 100); removed != 1 {
		t.Fatalf("%d removed, want 1", removed)
	}
	res := apply(t, db, visit(srcA, t0.Add(11*day), entry("1", "https://a.example/1", "security again"), entry("2", "https://a.example/2", "x")))
	if res.Outcomes[0] != (storage.Outcome{}) || len(res.Topics) != 0 || has(t, db, srcA, "1") {
		t.Errorf("a removed entry came back: %+v", res)
	}
	// Its link is free again for another source.
	apply(t, db, visit(srcB, t0.Add(12*day), entry("b", "https://a.example/1", "security at b")))
	all := filed(t, db, "security")
	if len(all) != 1 || len(all[0].Entries) != 1 || all[0].Entries[0].ID != "b" {
		t.Errorf("filed %+v", all)
	}
}

func TestTheNextLeadsWhenTheLeadIsRemoved(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("a", "https://x.example/1", "security a")))
	apply(t, db, visit(srcB, t0.Add(6*day), entry("b", "https://x.example/1", "security b")))
	apply(t, db, visit(srcA, t0.Add(7*day), entry("other", "https://a.example/2", "x")))
	before := filed(t, db, "security")[0]
	if removed, _ := retain(t, db, t0.Add(8*day), t0.Add(5*day), 100); removed != 1 {
		t.Fatalf("%d removed, want 1", removed)
	}
	all := filed(t, db, "security")
	if len(all) != 1 || len(all[0].Entries) != 1 {
		t.Fatalf("filed %+v", all)
	}
	after := all[0]
	if after.Lead != after.Entries[0].Key || after.Entries[0].ID != "b" || len(after.Reasons) != 1 {
		t.Errorf("led by %d: %+v", after.Lead, after)
	}
	if after.PublicID != before.PublicID || !after.Filed.Equal(before.Filed) {
		t.Errorf("public id %s filed %s, were %s and %s", after.PublicID, after.Filed, before.PublicID, before.Filed)
	}
	// A third source with the link still finds the group.
	apply(t, db, visit("https://c.example/feed", t0.Add(9*day), entry("c", "https://x.example/1", "security c")))
	if all := filed(t, db, "security"); len(all) != 1 || len(all[0].Entries) != 2 {
		t.Errorf("filed %+v", all)
	}
}

func TestVisitsAreCounted(t *testing.T) {
	db := newDB(t)
	apply(t, db,
		visit(srcA, t0, entry("1", "", "x"), entry("2", "", "y")),
		&feed.Visit{At: t0.Add(time.Hour), Source: srcA, HTTP: 304},
		&feed.Visit{At: t0.Add(2 * time.Hour), Source: srcA, HTTP: 410, Error: "gone"},
		&feed.Visit{At: t0.Add(3 * time.Hour), Source: srcA, Error: "no network", Ours: true})
	s := source(t, db, srcA)
	if s.Visits != 4 || s.NotModified != 1 || s.New != 2 || s.Failures != 1 || s.Gone || !s.First.Equal(t0) || !s.Fresh.Equal(t0) {
		t.Errorf("%+v", s)
	}
}

func TestAHoldIsStoredWithTheClaim(t *testing.T) {
	db := newDB(t)
	until := t0.Add(5 * time.Hour)
	apply(t, db, &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}, Next: []time.Time{until}, Hold: true, Why: "Retry-After"})
	if s := source(t, db, srcA); !s.Hold.Equal(until) || !s.Next.Equal(until) || s.Why != "Retry-After" {
		t.Errorf("%+v", s)
	}
	apply(t, db, &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}, Next: []time.Time{until.Add(time.Hour)}})
	if s := source(t, db, srcA); !s.Hold.Equal(until) {
		t.Errorf("an ordinary claim changed the hold: %+v", s)
	}
}

// The first report of a story keeps the story's id and place in a topic when retention
// has removed it, until the last report goes.
func TestTheFirstOfAStoryKeepsItsIDWhenItGoes(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "water border security"), report(srcB, t0.Add(2*day), "b", "water border rail security"),
		visit(srcA, t0.Add(3*day), entry("next", "", "x")), visit(srcB, t0.Add(3*day), entry("next", "", "x")))
	first, _ := membership(t, db, "security", 1)
	second := find(t, db, srcB, "b")
	if story(t, db, second).Key != 1 {
		t.Fatal("the fixture is not placed as it says")
	}
	story := func() (all []feed.Filed) {
		t.Helper()
		view(t, db, func(r *storage.Reader) (err error) {
			all, err = r.StoryFiled("security", 1)
			return err
		})
		return all
	}
	retain(t, db, t0.Add(30*day), t0.Add(day), 100)
	all := story()
	if len(all) != 2 || all[1].PublicID != first.PublicID || !all[1].Filed.Equal(first.Filed) || !all[1].Gone.Equal(t0) || len(all[1].Entries) != 0 {
		t.Errorf("%+v", all)
	}
	if _, ok := membership(t, db, "security", 1); ok {
		t.Error("nothing of it can be seen")
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
	retain(t, db, t0.Add(60*day), t0.Add(59*day), 100)
	if g := publicGroup(t, db, first.PublicID); g != 0 {
		t.Errorf("the id leads to group %d", g)
	}
	if err := db.Sound(); err != nil {
		t.Error(err)
	}
}

// An operator's decision about entries that are gone by now is taken back as well: what
// is left of them tells how they were placed.
func TestUndoAfterRetention(t *testing.T) {
	db := newDB(t)
	a, b, _, d := copies(t, db)
	apply(t, db, visit(srcA, t0.Add(3*day), entry("next", "", "x")))
	n := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}}).Outcomes[0].Decision
	retain(t, db, t0.Add(30*day), t0.Add(time.Minute), 100)
	if has(t, db, srcA, "a") || find(t, db, srcD, "d").Group != find(t, db, srcB, "b").Group {
		t.Fatal("a is there still, or d and b are apart")
	}
	undo(t, db, n)
	if g, h := find(t, db, srcB, "b"), find(t, db, srcD, "d"); g.Group != a.Group || h.Group != d.Group || b.Group != g.Group {
		t.Errorf("b is in group %d, d in %d", g.Group, h.Group)
	}
}
