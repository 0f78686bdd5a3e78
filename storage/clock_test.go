package storage_test

import (
	"path/filepath"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A clock that was wrong for a moment ends neither the comparing of entries nor
// retention.
func TestTheClockWasWrongOnce(t *testing.T) {
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Place: new(likeness), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	noon := time.Date(2024, 9, 4, 12, 0, 0, 0, time.UTC)
	apply(t, db, report("https://a.example/f", noon, "a1", "gas summit border Tashkent"))
	apply(t, db, report("https://b.example/f", noon.AddDate(12, 0, 0), "b0", "clock was wrong once here"))
	apply(t, db, report("https://a.example/f", noon.Add(time.Hour), "a2", "water rail exercise Osh"))
	apply(t, db, report("https://b.example/f", noon.Add(2*time.Hour), "b2", "water rail exercise Osh"))
	a, b := find(t, db, "https://a.example/f", "a2"), find(t, db, "https://b.example/f", "b2")
	if a.Group != b.Group {
		t.Errorf("copies of one report are in the groups %d and %d", a.Group, b.Group)
	}
	if n := db.WindowRows(); n != 2 {
		t.Errorf("%d rows in the window, want those of a2 and b2", n)
	}
	// a1 and a2 have left the document of a, and are older than is kept.
	apply(t, db, report("https://a.example/f", noon.AddDate(1, 0, 0), "a3", "news of the next year"))
	res := apply(t, db, &feed.Retention{At: noon.AddDate(1, 0, 0), Before: noon.AddDate(0, 6, 0), From: 1, Limit: 100})
	if n := res.Outcomes[0].Removed; n != 2 {
		t.Errorf("%d entries removed, want 2", n)
	}
}
