package storage_test

import (
	"path/filepath"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// The stamp is the time of the newest change, of whatever kind, until a clock that was
// wrong is right again.
func TestTheStamp(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	stamp := func() (at time.Time) {
		view(t, db, func(r *storage.Reader) error {
			at = r.Stamp()
			return nil
		})
		return at
	}
	apply(t, db)
	if at := stamp(); !at.IsZero() {
		t.Errorf("the stamp of nothing is %s", at)
	}
	for i, tt := range []struct {
		batch []feed.Change
		want  time.Time
	}{
		{[]feed.Change{visit(srcA, t0, entry("a", "", "x"))}, t0},
		{[]feed.Change{&feed.Tick{At: t0.Add(time.Hour)}, &feed.Claim{At: t0.Add(time.Minute)}}, t0.Add(time.Hour)},
		{[]feed.Change{&feed.Tick{At: t0}}, t0.Add(time.Hour)},
		{[]feed.Change{&feed.Retention{At: t0.Add(2*time.Hour + 1500*time.Microsecond)}}, t0.Add(2*time.Hour + time.Millisecond)},
		{[]feed.Change{&feed.Tick{At: t0.AddDate(5, 0, 0)}}, t0.AddDate(5, 0, 0)},
		{[]feed.Change{&feed.Tick{At: t0.Add(3 * time.Hour)}}, t0.Add(3 * time.Hour)},
	} {
		apply(t, db, tt.batch...)
		if at := stamp(); !at.Equal(tt.want) {
			t.Errorf("%d: %s, want %s", i, at, tt.want)
		}
	}
	if _, err := db.Apply([]feed.Change{&feed.Claim{At: t0.Add(4 * time.Hour), Sources: []feed.SourceID{srcA}}}); err == nil {
		t.Fatal("a claim without times was taken")
	}
	db.Close()
	db = open(t, path)
	if at := stamp(); !at.Equal(t0.Add(3 * time.Hour)) {
		t.Errorf("after a failure and a restart: %s", at)
	}
}
