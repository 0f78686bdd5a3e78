package storage_test

import (
	"testing"
	"time"

	"topicwire/feed"
)

func matched(v *feed.Visit, generation uint64, matches bool) *feed.Visit {
	v.Document.Generation = generation
	for i := range v.Document.Entries {
		v.Document.Entries[i].Matches = nil
		if matches {
			v.Document.Entries[i].Matches = []feed.Match{{Topic: "t", Reason: why("x")}}
		}
	}
	return v
}

func ruled(at time.Time, generation uint64) *feed.ConfigChange {
	return &feed.ConfigChange{At: at, Generation: generation, Hashes: []feed.TopicRules{{ID: "t", Hash: generation}}}
}

func refiled(at time.Time, done bool, entries ...feed.EntryKey) *feed.Refiling {
	r := &feed.Refiling{At: at, Generation: 2, Topics: []feed.TopicID{"t"}, Done: done}
	for _, k := range entries {
		r.Entries = append(r.Entries, feed.EntryMatches{Entry: k})
	}
	return r
}

// A copy that joins a group after the last step was worked out does not keep the
// group in a topic whose rules no entry of it matches.
func TestACopyJoinsBehindARefiling(t *testing.T) {
	db := newDB(t)
	apply(t, db, ruled(t0, 1), matched(visit("https://a.example/f", t0.Add(time.Hour), entry("a1", "https://x.example/1", "title")), 1, true))
	a := find(t, db, "https://a.example/f", "a1")
	at := t0.Add(2 * time.Hour)
	apply(t, db, ruled(at, 2), matched(visit("https://b.example/f", at, entry("b1", "https://x.example/1", "title")), 2, false))
	if b := find(t, db, "https://b.example/f", "b1"); b.Group != a.Group {
		t.Fatal("the copy joined no group: this proves nothing")
	}
	apply(t, db, refiled(at, true, a.Key))
	if f := filed(t, db, "t"); len(f) != 0 {
		t.Errorf("filed without a reason: %+v", f[0].Membership)
	}
}

// Nor does an entry that retention takes before its step comes.
func TestAMemberGoesDuringARefiling(t *testing.T) {
	db := newDB(t)
	apply(t, db, ruled(t0, 1),
		matched(visit("https://a.example/f", t0.Add(time.Hour), entry("a1", "https://x.example/1", "title")), 1, true),
		matched(visit("https://b.example/f", t0.Add(2*time.Hour), entry("b1", "https://x.example/1", "title")), 1, false),
		matched(visit("https://b.example/f", t0.Add(3*time.Hour), entry("b2", "https://x.example/2", "another")), 1, false))
	a, b := find(t, db, "https://a.example/f", "a1"), find(t, db, "https://b.example/f", "b1")
	at := t0.AddDate(0, 1, 0)
	apply(t, db, ruled(at, 2), refiled(at, false, a.Key),
		&feed.Retention{At: at, Before: at.Add(-time.Hour), From: 1, Limit: 100}, refiled(at, true, b.Key))
	if f := filed(t, db, "t"); len(f) != 0 {
		t.Errorf("filed without a reason: %+v", f[0].Membership)
	}
}
