package storage_test

import (
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

func TestAnUpdateTakesItsLinkAlong(t *testing.T) {
	db := newDB(t)
	apply(t, db, visit(srcA, t0, entry("a", "https://x.example/1", "security")))
	apply(t, db, visit(srcA, t0.Add(time.Hour), entry("a", "https://x.example/2", "security")))
	apply(t, db, visit(srcB, t0.Add(2*time.Hour), entry("b", "https://x.example/2", "security")))
	if all := filed(t, db, "security"); len(all) != 1 || len(all[0].Entries) != 2 {
		t.Errorf("%d groups: the new link joins", len(all))
	}
	// The old link is free; nothing that is removed later stands in its way.
	apply(t, db, visit(srcA, t0.Add(3*time.Hour), entry("other", "https://x.example/3", "x")))
	retain(t, db, t0.Add(10*day), t0.Add(time.Hour), 100)
	res := apply(t, db, visit("https://c.example/feed", t0.Add(11*day), entry("c", "https://x.example/1", "security c")))
	if res.Outcomes[0].New != 1 {
		t.Errorf("an entry with the old link: %+v", res)
	}
}

func TestAHoldMakesNothingEarlier(t *testing.T) {
	db := newDB(t)
	v := visit(srcA, t0, entry("a", "", "x"))
	v.Next = t0.Add(21 * time.Hour)
	apply(t, db, v)
	hold := func(d time.Duration) *feed.Claim {
		return &feed.Claim{At: t0, Sources: []feed.SourceID{srcA}, Next: []time.Time{t0.Add(d)}, Hold: true}
	}
	apply(t, db, hold(time.Minute))
	if s := source(t, db, srcA); !s.Next.Equal(v.Next) {
		t.Errorf("a Retry-After of a minute moved the next visit to %s", s.Next)
	}
	apply(t, db, hold(6*time.Hour), hold(time.Hour))
	if s := source(t, db, srcA); !s.Hold.Equal(t0.Add(6 * time.Hour)) {
		t.Errorf("hold %s, want the longer one", s.Hold)
	}
	// A visit that was judged late does not end it.
	apply(t, db, &feed.Visit{At: t0.Add(time.Minute), Source: srcA, Next: t0.Add(time.Hour), Error: "no answer"})
	if s := source(t, db, srcA); !s.Hold.Equal(t0.Add(6*time.Hour)) || s.Next.Before(s.Hold) || s.Why != feed.WhyHost {
		t.Errorf("after a late verdict: hold %s, next %s because of %q", s.Hold, s.Next, s.Why)
	}
	// One after it does.
	apply(t, db, &feed.Visit{At: t0.Add(7 * time.Hour), Source: srcA, Next: t0.Add(8 * time.Hour), HTTP: 304})
	if s := source(t, db, srcA); !s.Hold.IsZero() || !s.Next.Equal(t0.Add(8*time.Hour)) {
		t.Errorf("after the time: hold %s, next %s", s.Hold, s.Next)
	}
}

func rulesOf(gen, hash uint64) *feed.ConfigChange {
	return &feed.ConfigChange{At: t0, Generation: gen, Hashes: []feed.TopicRules{{ID: "security", Hash: hash}}}
}

// daysLater is a configuration that comes some days after t0.
func daysLater(days time.Duration, c *feed.ConfigChange) *feed.ConfigChange {
	c.At = t0.Add(days * day)
	return c
}

func TestRulesThatReturnDuringARefilingAreFiledAnew(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 11), visit(srcA, t0, entry("1", "", "security")), rulesOf(2, 22),
		&feed.Refiling{At: t0, Generation: 2, Topics: []feed.TopicID{"security"}, Entries: []feed.EntryMatches{{Entry: 1}}}, // not the last step
		rulesOf(3, 11))
	if err := db.View(func(r *storage.Reader) error {
		all, err := r.Topics()
		if s := all["security"]; s.Rules == s.Wanted {
			t.Errorf("%+v: half of a refiling under other rules counts as complete", s)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}

func TestRefilingPassesOverWhatRetentionTook(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 11), visit(srcA, t0, entry("1", "", "x")), visit(srcA, t0.Add(time.Hour), entry("2", "", "y")), rulesOf(2, 22))
	retain(t, db, t0.Add(10*day), t0.Add(time.Minute), 10)
	m := []feed.Match{{Topic: "security", Reason: why("x")}}
	apply(t, db, &feed.Refiling{At: t0, Generation: 2, Topics: []feed.TopicID{"security"}, Done: true, Entries: []feed.EntryMatches{{Entry: 1, Matches: m}, {Entry: 2, Matches: m}}})
	if n := len(filed(t, db, "security")); n != 1 {
		t.Errorf("%d filed, want 1", n)
	}
}

func TestAGroupThatStaysInItsTopicKeepsItsPublicID(t *testing.T) {
	db := newDB(t)
	apply(t, db, rulesOf(1, 11),
		visit(srcA, t0, entry("a", "https://x.example/1", "security")),
		visit(srcB, t0.Add(time.Hour), entry("b", "https://x.example/1", "other words")))
	before := filed(t, db, "security")[0]
	refile := func(gen uint64, b ...feed.Match) {
		t.Helper()
		apply(t, db, rulesOf(gen, 11*gen), &feed.Refiling{At: t0.Add(2 * time.Hour), Generation: gen, Topics: []feed.TopicID{"security"}, Done: true,
			Entries: []feed.EntryMatches{{Entry: 1}, {Entry: 2, Matches: b}}})
	}
	refile(2, feed.Match{Topic: "security", Reason: why("other")})
	all := filed(t, db, "security")
	if len(all) != 1 || all[0].PublicID != before.PublicID || !all[0].Filed.Equal(before.Filed) || len(all[0].Reasons) != 1 {
		t.Errorf("after rules that only the second entry matches: %+v, was %+v", all, before.Membership)
	}
	refile(3)
	if n := len(filed(t, db, "security")); n != 0 {
		t.Errorf("%d filed under rules that nothing matches", n)
	}
}

// What new rules find that is older than the topic's backfill is for page and
// archive only.
func TestBackfill(t *testing.T) {
	backfill := func(d ...time.Duration) []time.Duration { return d }
	for _, tt := range []struct {
		name     string
		backfill []time.Duration
		past     map[string]bool
	}{
		{"the default", nil, map[string]bool{"new": false, "two days": false, "ten days": true}},
		{"a day", backfill(time.Hour, day), map[string]bool{"new": false, "two days": true, "ten days": true}},
		{"two weeks", backfill(0, 14*day), map[string]bool{"new": false, "two days": false, "ten days": false}},
		{"none", backfill(day, 0), map[string]bool{"new": true, "two days": true, "ten days": true}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			db := newDB(t)
			apply(t, db, rulesOf(1, 11))
			ages := map[string]time.Duration{"new": time.Hour, "two days": 2 * day, "ten days": 10 * day}
			for _, id := range []string{"new", "two days", "ten days"} {
				e := entry(id, "", "x")
				e.Published = t0.Add(-ages[id])
				apply(t, db, visit(srcA, t0, e))
			}
			c := &feed.Refiling{At: t0, Generation: 2, Topics: []feed.TopicID{"water", "security"}, Done: true, Backfill: tt.backfill}
			for k := feed.EntryKey(1); k <= 3; k++ {
				c.Entries = append(c.Entries, feed.EntryMatches{Entry: k, Matches: []feed.Match{{Topic: "security", Reason: why("x")}}})
			}
			apply(t, db, rulesOf(2, 22), c)
			all := filed(t, db, "security")
			if len(all) != 3 {
				t.Fatalf("%d filed", len(all))
			}
			for _, f := range all {
				id := f.Entries[0].ID
				at := t0
				if tt.past[id] {
					at = t0.Add(-ages[id])
				}
				if f.Past != tt.past[id] || !f.Filed.Equal(at) {
					t.Errorf("%s: past %v, filed %s", id, f.Past, f.Filed)
				}
			}
			// It stays what it was when others join and rules change again.
			c2 := *c
			c2.Generation, c2.At, c2.Backfill = 3, t0.Add(day), backfill(0, 0)
			apply(t, db, rulesOf(3, 33), &c2)
			for _, f := range filed(t, db, "security") {
				if f.Past != tt.past[f.Entries[0].ID] {
					t.Errorf("%s: past %v after a second change of rules", f.Entries[0].ID, f.Past)
				}
			}
		})
	}
}

func TestMembershipsOfAGroup(t *testing.T) {
	db := newDB(t)
	v := visit(srcA, t0, entry("a", "", "security"))
	v.Document.Entries[0].Matches = append(v.Document.Entries[0].Matches, feed.Match{Topic: "water", Reason: why("water")})
	apply(t, db, v, visit(srcB, t0, entry("b", "", "x")))
	if err := db.View(func(r *storage.Reader) error {
		all, err := r.Memberships(1)
		if len(all) != 2 || all[0].Topic != "security" || all[1].Topic != "water" || all[1].PublicID != feed.PublicID(srcA, "a") {
			t.Errorf("%+v", all)
		}
		if err != nil {
			return err
		}
		if _, ok, err := r.Membership("water", 2); ok || err != nil {
			t.Errorf("a group that is not filed: %v %v", ok, err)
		}
		if _, ok, err := r.Membership("nowhere", 1); ok || err != nil {
			t.Errorf("a topic that is not stored: %v %v", ok, err)
		}
		if _, ok, err := r.FindPublicID("security", "urn:x"); ok || err != nil {
			t.Errorf("an id that nobody has: %v %v", ok, err)
		}
		all, err = r.Memberships(2)
		if len(all) != 0 {
			t.Errorf("%+v", all)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
}
