package storage_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"topicwire/feed"
	"topicwire/storage"
)

func decide(t *testing.T, db *storage.DB, d *feed.Decision) storage.Result {
	t.Helper()
	if d.At.IsZero() {
		d.At = t0.Add(5 * day)
	}
	res := apply(t, db, d)
	if err := db.Sound(); err != nil {
		t.Fatalf("%s: %v", d.Kind, err)
	}
	return res
}

func undo(t *testing.T, db *storage.DB, n uint64) storage.Result {
	t.Helper()
	at := t0.Add(6 * day)
	view(t, db, func(r *storage.Reader) error {
		if s := r.Stamp(); s.After(at) { // no decision is older than what is filed
			at = s
		}
		return nil
	})
	return decide(t, db, &feed.Decision{At: at, Kind: feed.DecisionUndo, Undo: n})
}

func refusal(t *testing.T, db *storage.DB, d *feed.Decision) string {
	t.Helper()
	before := db.Dump(false)
	_, err := db.Apply([]feed.Change{d})
	var r *feed.Refusal
	if !errors.As(err, &r) {
		t.Fatalf("%+v: err = %v, want a refusal", d, err)
	}
	if db.Dump(false) != before {
		t.Errorf("%q left a trace", r.Text)
	}
	return r.Text
}

// copies are a report of a and its copy of b under security, another report of
// the same event of c, and an event of its own of d.
func copies(t *testing.T, db *storage.DB) (a, b, c, d feed.StoredEntry) {
	t.Helper()
	apply(t, db, &feed.ConfigChange{At: t0, Generation: 1, Hashes: []feed.TopicRules{{ID: "security", Hash: 1}, {ID: "water", Hash: 1}}},
		report(srcA, t0, "a", "water border rail gas security"),
		report(srcB, t0.Add(time.Hour), "b", "water border rail gas security"),
		report(srcC, t0.Add(2*time.Hour), "c", "water border football security"),
		report(srcD, t0.Add(3*time.Hour), "d", "chess security"))
	a, b, c, d = find(t, db, srcA, "a"), find(t, db, srcB, "b"), find(t, db, srcC, "c"), find(t, db, srcD, "d")
	if a.Group != b.Group || len(story(t, db, a).Groups) != 2 || len(filed(t, db, "security")) != 3 {
		t.Fatal("the fixture is not placed as it says")
	}
	return a, b, c, d
}

func membership(t *testing.T, db *storage.DB, topic feed.TopicID, g feed.GroupKey) (m feed.Membership, ok bool) {
	t.Helper()
	view(t, db, func(r *storage.Reader) (err error) {
		m, ok, err = r.Membership(topic, g)
		return err
	})
	return m, ok
}

func publicGroup(t *testing.T, db *storage.DB, id string) (g feed.GroupKey) {
	t.Helper()
	view(t, db, func(r *storage.Reader) (err error) {
		g, _, err = r.FindPublicID("security", id)
		return err
	})
	return g
}

var touchedSecurity = []feed.TopicID{"security"}

func TestHideAnEntry(t *testing.T) {
	db := newDB(t)
	a, b, c, _ := copies(t, db)
	was, _ := membership(t, db, "security", a.Group)
	res := decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	if !cmp.Equal(res, storage.Result{Outcomes: []storage.Outcome{{Decision: 1}}, Topics: touchedSecurity}) {
		t.Errorf("result %+v", res)
	}
	m, _ := membership(t, db, "security", a.Group)
	if !cmp.Equal(m.Hidden, []feed.EntryKey{a.Key}) || m.Lead != b.Key || m.PublicID != was.PublicID || !m.Filed.Equal(was.Filed) || !m.Changed.Equal(t0.Add(5*day)) {
		t.Errorf("the next does not lead under the group's id: %+v", m)
	}
	if other, _ := membership(t, db, "security", c.Group); len(other.Hidden) > 0 {
		t.Errorf("another group is hidden: %+v", other)
	}
	undo(t, db, 1)
	if m, _ := membership(t, db, "security", a.Group); m.Hidden != nil || m.Lead != a.Key {
		t.Errorf("after undo: %+v", m)
	}
}

// Nothing that is decided anew changes what an operator decided.
func TestWhatIsHiddenStaysHidden(t *testing.T) {
	path := t.TempDir() + "/t.db"
	db := open(t, path)
	a, _, c, _ := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{a.Group}, Entries: []feed.EntryKey{c.Key}})
	hidden := func(when string, want ...int) {
		t.Helper()
		for i, g := range []feed.GroupKey{a.Group, c.Group} {
			m, ok := membership(t, db, "security", g)
			if !ok || len(m.Hidden) != want[i] {
				t.Errorf("%s: group %d: %v hidden, want %d", when, g, m.Hidden, want[i])
			}
		}
	}
	hidden("at first", 2, 1)
	apply(t, db, report("https://e.example/feed", t0.Add(3*time.Hour), "e", "water border rail gas security"))
	hidden("when another joins", 3, 1)
	again := report(srcA, t0.Add(4*time.Hour), "a", "water border rail gas security again")
	apply(t, db, again)
	hidden("after an update", 3, 1)
	refileAll := func(gen uint64, match bool) {
		c := &feed.Refiling{At: t0.Add(5 * time.Hour), Generation: gen, Topics: touchedSecurity, Done: true}
		for k := feed.EntryKey(1); k < 10; k++ {
			em := feed.EntryMatches{Entry: k}
			if match {
				em.Matches = []feed.Match{{Topic: "security", Reason: why("new")}}
			}
			c.Entries = append(c.Entries, em)
		}
		apply(t, db, &feed.ConfigChange{At: t0, Generation: gen, Hashes: []feed.TopicRules{{ID: "security", Hash: gen}}}, c)
	}
	refileAll(2, false)
	if n := len(filed(t, db, "security")); n != 0 {
		t.Fatalf("%d filed under rules that nothing matches", n)
	}
	db.Close()
	db = open(t, path)
	refileAll(3, true)
	hidden("after rules that went and came back", 3, 1)
	undo(t, db, 1)
	hidden("after undo", 0, 0)
}

func TestIncludeInSpiteOfTheRules(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"), report(srcB, t0, "b", "go"))
	a := find(t, db, srcA, "a")
	before := db.Dump(true)
	res := decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	m, ok := membership(t, db, "security", a.Group)
	if !ok || !m.Included || m.Lead != a.Key || !m.Filed.Equal(t0.Add(5*day)) || m.Past || len(m.Reasons) != 0 || m.PublicID == "" {
		t.Fatalf("membership %+v", m)
	}
	if !cmp.Equal(res.Topics, touchedSecurity) {
		t.Errorf("touched %v", res.Topics)
	}
	// Rules that do not match leave it; rules that do add their reason and may go again.
	for i, matches := range [][]feed.Match{nil, {{Topic: "security", Reason: why("x")}}, nil} {
		gen := uint64(i + 2)
		apply(t, db, daysLater(6, rulesOf(gen, gen)), &feed.Refiling{At: t0.Add(6 * day), Generation: gen, Topics: touchedSecurity, Done: true, Entries: []feed.EntryMatches{{Entry: a.Key, Matches: matches}, {Entry: 2}}})
		if now, ok := membership(t, db, "security", a.Group); !ok || now.PublicID != m.PublicID || !now.Filed.Equal(m.Filed) || len(now.Reasons) != len(matches) || !now.Included {
			t.Errorf("after rules %d: %v %+v", gen, ok, now)
		}
	}
	undo(t, db, 1)
	if _, ok := membership(t, db, "security", a.Group); ok {
		t.Error("it stays after undo")
	}
	apply(t, db, rulesOf(1, 1))
	if got := db.Dump(true); strings.Count(got, "\n") != strings.Count(before, "\n") {
		t.Errorf("undo left something: %s", cmp.Diff(strings.Split(before, "\n"), strings.Split(got, "\n")))
	}
}

func TestIncludeBringsBackWhatWasHidden(t *testing.T) {
	db := newDB(t)
	a, _, _, _ := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{a.Group}})
	decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	if m, _ := membership(t, db, "security", a.Group); len(m.Hidden) != 0 || !m.Included {
		t.Errorf("%+v", m)
	}
	if s := refusal(t, db, &feed.Decision{Kind: feed.DecisionUndo, Undo: 1}); !strings.Contains(s, "nothing is left") {
		t.Errorf("undo of a hide that was taken back by hand: %s", s)
	}
	undo(t, db, 2)
	if m, _ := membership(t, db, "security", a.Group); len(m.Hidden) != 2 || m.Included {
		t.Errorf("after undo: %+v", m)
	}
}

func TestDecisionsAreLogged(t *testing.T) {
	db := newDB(t)
	a, _, c, _ := copies(t, db)
	hide := &feed.Decision{At: t0.Add(day), Kind: feed.DecisionHide, By: "Aziza", Note: "an advert", Topic: "security", Groups: []feed.GroupKey{c.Group}}
	split := &feed.Decision{At: t0.Add(2 * day), Kind: feed.DecisionSplit, By: "Timur", Entries: []feed.EntryKey{a.Key}}
	take := &feed.Decision{At: t0.Add(3 * day), Kind: feed.DecisionUndo, By: "Aziza", Undo: 1}
	for _, d := range []*feed.Decision{hide, split, take} {
		decide(t, db, d)
	}
	want := []feed.Decided{{Number: 3, Decision: *take}, {Number: 2, Decision: *split}, {Number: 1, Decision: *hide, UndoneBy: 3}}
	var got []feed.Decided
	view(t, db, func(r *storage.Reader) error {
		if d, ok, err := r.Decision(2); !ok || err != nil || !cmp.Equal(d, want[1]) {
			t.Errorf("decision 2: %+v %v %v", d, ok, err)
		}
		if _, ok, err := r.Decision(4); ok || err != nil {
			t.Errorf("decision 4: %v %v", ok, err)
		}
		return r.Decisions(func(d feed.Decided) bool {
			got = append(got, d)
			return true
		})
	})
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestRefusals(t *testing.T) {
	db := newDB(t)
	a, b, c, d := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "water", Entries: []feed.EntryKey{d.Key}})
	undo(t, db, 2)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{c.Group}})
	for _, tt := range []struct {
		d    feed.Decision
		want string
	}{
		{feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}}, "hidden in topic \"security\" already"},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{c.Key}}, "already"},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "security"}, "names no"},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "nowhere", Entries: []feed.EntryKey{b.Key}}, "no topic \"nowhere\""},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "water", Entries: []feed.EntryKey{b.Key}}, "not in topic \"water\""},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{99}}, "entry 99 is not stored"},
		{feed.Decision{Kind: feed.DecisionHide, Topic: "security", Groups: []feed.GroupKey{99}}, "group 99 is not stored"},
		{feed.Decision{Kind: feed.DecisionInclude, Topic: "water"}, "names no"},
		{feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1}}, "two groups or two stories"},
		{feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 1}}, "already"},
		{feed.Decision{Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 1}}, "already"},
		{feed.Decision{Kind: feed.DecisionMerge, Stories: []feed.StoryKey{1, 99}}, "story 99 is not stored"},
		{feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{d.Key}}, "alone in its group"},
		{feed.Decision{Kind: feed.DecisionSplit, Groups: []feed.GroupKey{d.Group}}, "alone in its story"},
		{feed.Decision{Kind: feed.DecisionSplit, Stories: []feed.StoryKey{4}}, "one report"},
		{feed.Decision{Kind: feed.DecisionSplit}, "split takes"},
		{feed.Decision{Kind: feed.DecisionUndo, Undo: 99}, "no decision 99"},
		{feed.Decision{Kind: feed.DecisionUndo, Undo: 2}, "was undone by decision 3"},
		{feed.Decision{Kind: feed.DecisionUndo, Undo: 3}, "is an undo itself"},
		{feed.Decision{Kind: "paint"}, "not known"},
	} {
		tt.d.At = t0.Add(7 * day)
		if got := refusal(t, db, &tt.d); !strings.Contains(got, tt.want) {
			t.Errorf("%+v: %q, want %q", tt.d, got, tt.want)
		}
	}
}
