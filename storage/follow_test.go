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
	if s := source(t, db, srcA); !s.Hold.Equal(t0.Add(6*time.Hour)) || s.Next.Before(s.Hold) {
		t.Errorf("after a late verdict: hold %s, next %s", s.Hold, s.Next)
	}
	// One after it does.
	apply(t, db, &feed.Visit{At: t0.Add(7 * time.Hour), Source: srcA, Next: t0.Add(8 * time.Hour), HTTP: 304})
	if s := source(t, db, srcA); !s.Hold.IsZero() || !s.Next.Equal(t0.Add(8*time.Hour)) {
		t.Errorf("after the time: hold %s, next %s", s.Hold, s.Next)
	}
}

func rulesOf(gen, hash uint64) *feed.RulesChange {
	return &feed.RulesChange{At: t0, Generation: gen, Topics: []feed.TopicRules{{ID: "security", Hash: hash}}}
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
