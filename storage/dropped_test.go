package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/storage"
)

// refileAs files stored entries anew under security, under rules of a generation
// that match the named ones.
func refileAs(t *testing.T, db *storage.DB, gen uint64, at time.Time, matching ...feed.EntryKey) {
	t.Helper()
	c := &feed.Refiling{At: at, Generation: gen, Topics: touchedSecurity, Done: true}
	for k := feed.EntryKey(1); k < 12; k++ {
		em := feed.EntryMatches{Entry: k}
		for _, m := range matching {
			if m == k {
				em.Matches = []feed.Match{{Topic: "security", Reason: why("security")}}
			}
		}
		c.Entries = append(c.Entries, em)
	}
	rules := rulesOf(gen, gen)
	rules.At = at
	apply(t, db, rules, c)
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
}

// asFiled is a topic's memberships without the time of the newest change.
func asFiled(t *testing.T, db *storage.DB) []feed.Filed {
	t.Helper()
	all := filed(t, db, "security")
	for i := range all {
		all[i].Changed = time.Time{}
	}
	return all
}

// Rules that are narrowed and widened again file what returns as it was, under
// its id at its time, however old it is by then, after a restart too.
func TestWhatReturnsIsFiledAsItWas(t *testing.T) {
	path := t.TempDir() + "/t.db"
	db := open(t, path)
	a, b, c, d := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{c.Key}})
	before := asFiled(t, db)
	refileAs(t, db, 2, t0.Add(30*day))
	if n := len(filed(t, db, "security")); n != 0 {
		t.Fatalf("%d filed under rules that nothing matches", n)
	}
	view(t, db, func(r *storage.Reader) error {
		if g, ok, err := r.FindPublicID("security", before[0].PublicID); !ok || g != before[0].Group || err != nil {
			t.Errorf("the public id of what went leads to %d, %v", g, err)
		}
		return nil
	})
	db.Close()
	db = open(t, path)
	refileAs(t, db, 3, t0.Add(40*day), a.Key, b.Key, c.Key, d.Key)
	if diff := cmp.Diff(before, asFiled(t, db)); diff != "" {
		t.Errorf("what returned is not what it was: %s", diff)
	}
}

// A visit brings a group back as a change of rules does.
func TestWhatAVisitBringsBackIsFiledAsItWas(t *testing.T) {
	db := newDB(t)
	a, _, _, _ := copies(t, db)
	before, _ := membership(t, db, "security", a.Group)
	refileAs(t, db, 2, t0.Add(day))
	apply(t, db, report(srcA, t0.Add(2*day), "a", "water border rail gas security again"))
	now, ok := membership(t, db, "security", a.Group)
	if !ok || now.PublicID != before.PublicID || !now.Filed.Equal(before.Filed) || now.Lead != a.Key || now.Past {
		t.Errorf("%+v, was %+v", now, before)
	}
	// What was Past returns as that.
	db = newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"))
	refileAs(t, db, 2, t0.Add(30*day), 1)
	past, _ := membership(t, db, "security", 1)
	refileAs(t, db, 3, t0.Add(31*day))
	apply(t, db, report(srcA, t0.Add(32*day), "a", "chess security"))
	if now, _ := membership(t, db, "security", 1); !past.Past || !now.Past || !now.Filed.Equal(past.Filed) {
		t.Errorf("%+v, was %+v", now, past)
	}
}

// An id of what is set aside is given to nobody else, and goes with its group.
func TestIDsOfWhatIsSetAsideStayTaken(t *testing.T) {
	const id = "https://ids.example/1"
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), visit(srcA, t0, entry(id, "https://a.example/1", "security")))
	refileAs(t, db, 2, t0.Add(time.Hour))
	apply(t, db, visit(srcB, t0.Add(2*time.Hour), entry(id, "https://b.example/1", "security too")))
	if m, ok := membership(t, db, "security", 2); !ok || m.PublicID == id {
		t.Errorf("the id went to another group: %+v", m)
	}
	refileAs(t, db, 3, t0.Add(3*time.Hour), 1, 2)
	if m, _ := membership(t, db, "security", 1); m.PublicID != id {
		t.Errorf("%+v", m)
	}
	refileAs(t, db, 4, t0.Add(4*time.Hour), 2)
	apply(t, db, visit(srcA, t0.Add(5*time.Hour), entry("new", "https://a.example/2", "x")))
	retain(t, db, t0.Add(10*day), t0.Add(time.Hour), 100)
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
	if g := publicGroup(t, db, id); g != 0 {
		t.Errorf("the id of a group that is gone leads to %d", g)
	}
}

// Of two reports that are merged the ids that are set aside go along, and come
// back with undo, also where something joined meanwhile.
func TestMergeCarriesWhatIsSetAside(t *testing.T) {
	for _, joined := range []string{"", "water border rail gas", "water border rail gas security"} {
		for _, matching := range [][]feed.EntryKey{nil, {1, 2, 3}, {4}} { // a's group, d's, none
			db := newDB(t)
			a, _, _, d := copies(t, db)
			all := asFiled(t, db)
			refileAs(t, db, 2, t0.Add(4*time.Hour), matching...)
			n := decide(t, db, &feed.Decision{Kind: feed.DecisionMerge, Groups: []feed.GroupKey{a.Group, d.Group}}).Outcomes[0].Decision
			for _, f := range all {
				if g := publicGroup(t, db, f.PublicID); f.Group != 3 && g != a.Group {
					t.Errorf("%v: id %s leads to group %d", matching, f.PublicID, g)
				}
			}
			if joined != "" {
				apply(t, db, report(srcE, t0.Add(5*time.Hour), "e", joined))
				if find(t, db, srcE, "e").Group != a.Group {
					t.Fatal("the fixture is not placed as it says")
				}
			}
			undo(t, db, n)
			refileAs(t, db, 3, t0.Add(9*day), 1, 2, 3, 4)
			back := asFiled(t, db)
			for i := range back {
				if joined != "" && back[i].Group == a.Group {
					back[i].Entries, back[i].Placed = back[i].Entries[:2], back[i].Placed[:1]
				}
			}
			if diff := cmp.Diff(all, back); diff != "" {
				t.Errorf("joined %q, matching %v: %s", joined, matching, diff)
			}
		}
	}
}

// An operator who includes what was set aside makes it news of now, under its
// old id; undo sets it aside again.
func TestIncludeOfWhatIsSetAside(t *testing.T) {
	db := newDB(t)
	a, b, c, d := copies(t, db)
	all := asFiled(t, db)
	was, _ := membership(t, db, "security", d.Group)
	refileAs(t, db, 2, t0.Add(day))
	before := db.Dump(true)
	decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{d.Key}})
	if m, ok := membership(t, db, "security", d.Group); !ok || m.PublicID != was.PublicID || !m.Filed.Equal(t0.Add(5*day)) {
		t.Errorf("%+v", m)
	}
	undo(t, db, 1)
	if diff := cmp.Diff(before, db.Dump(true)); diff != "" {
		t.Errorf("undo is no identity: %s", diff)
	}
	decide(t, db, &feed.Decision{Kind: feed.DecisionInclude, Topic: "security", Entries: []feed.EntryKey{d.Key}})
	apply(t, db, report("https://e.example/feed", t0.Add(5*day), "e", "chess security"))
	refileAs(t, db, 3, t0.Add(5*day))
	undo(t, db, 3)
	refileAs(t, db, 4, t0.Add(9*day), a.Key, b.Key, c.Key, d.Key)
	if diff := cmp.Diff(all, asFiled(t, db)); diff != "" {
		t.Errorf("undo of a later day: %s", diff)
	}
}

// A group that is set aside after it was split off goes back with undo.
func TestUndoneSplitOfWhatIsSetAside(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "water border rail gas"), report(srcB, t0, "b", "water border rail gas"))
	decide(t, db, &feed.Decision{Kind: feed.DecisionSplit, Entries: []feed.EntryKey{2}})
	refileAs(t, db, 2, t0.Add(time.Hour), 2)
	m, _ := membership(t, db, "security", 2)
	refileAs(t, db, 3, t0.Add(2*time.Hour))
	undo(t, db, 1)
	if g := publicGroup(t, db, m.PublicID); g != 1 {
		t.Errorf("its id leads to group %d", g)
	}
}

// News that is merged with what was found too late stays news.
func TestMergeOfNewsAndPast(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 1), report(srcA, t0, "a", "chess"))
	refileAs(t, db, 2, t0.Add(30*day), 1)
	apply(t, db, report(srcB, t0.Add(31*day), "b", "go security"))
	news, _ := membership(t, db, "security", 2)
	if past, _ := membership(t, db, "security", 1); !past.Past || news.Past {
		t.Fatal("the fixture is not filed as it says")
	}
	decide(t, db, &feed.Decision{At: t0.Add(32 * day), Kind: feed.DecisionMerge, Groups: []feed.GroupKey{1, 2}})
	if m, _ := membership(t, db, "security", 1); m.Past || m.PublicID != news.PublicID || !m.Filed.Equal(news.Filed) {
		t.Errorf("%+v, the news was %+v", m, news)
	}
}

// Whatever happened before: rules that are taken away and put back leave every
// membership as it was.
func TestDrawnRulesReturn(t *testing.T) {
	temp := tempDB(t)
	rapid.Check(t, func(t *rapid.T) {
		d, cs := drawHistory(t, 20)
		_, open := temp(t)
		db := open()
		applyAll(t, db, cs...)
		filed := func() map[feed.TopicID][]feed.Filed {
			all := make(map[feed.TopicID][]feed.Filed)
			if err := db.View(func(r *storage.Reader) (err error) {
				for _, topic := range drawnTopics {
					if all[topic], err = r.Filed(topic, 1000); err != nil {
						return err
					}
					for i := range all[topic] {
						all[topic][i].Changed = time.Time{}
					}
				}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
			return all
		}
		before := filed()
		narrow := &feed.Refiling{At: d.at.Add(time.Hour), Generation: d.gen, Topics: drawnTopics, Done: true}
		wide := &feed.Refiling{At: d.at.Add(2 * time.Hour), Generation: d.gen, Topics: drawnTopics, Done: true}
		if err := db.View(func(r *storage.Reader) error {
			return r.Entries(1, func(e feed.StoredEntry) bool {
				narrow.Entries = append(narrow.Entries, feed.EntryMatches{Entry: e.Key})
				em := feed.EntryMatches{Entry: e.Key}
				for topic, all := range before {
					for _, f := range all {
						for _, x := range f.Reasons {
							if x.Entry == e.Key {
								em.Matches = append(em.Matches, feed.Match{Topic: topic, Reason: x.Reason})
							}
						}
					}
				}
				wide.Entries = append(wide.Entries, em)
				return true
			})
		}); err != nil {
			t.Fatal(err)
		}
		// What has no reason of its own, but is not included, does not return.
		for topic, all := range before {
			var kept []feed.Filed
			for _, f := range all {
				if len(f.Reasons) > 0 || f.Included {
					kept = append(kept, f)
				}
			}
			before[topic] = kept
		}
		for _, c := range []feed.Change{narrow, wide} {
			applyAll(t, db, c)
			sound(t, db)
		}
		byEntry := cmp.Transformer("byEntry", func(rs []feed.EntryReason) map[feed.EntryKey]feed.Reason {
			m := make(map[feed.EntryKey]feed.Reason)
			for _, r := range rs {
				m[r.Entry] = r.Reason
			}
			return m
		})
		if diff := cmp.Diff(before, filed(), byEntry); diff != "" {
			t.Fatalf("what returned is not what it was: %s", diff)
		}
	})
}
