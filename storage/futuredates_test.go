package storage_test

import (
	"testing"
	"time"
)

// A publisher's dates are never later than when they were first read: a clock
// that is ahead, or a zone that was left out, must not keep an entry on top.
func TestDatesInTheFutureAreWhenTheyWereRead(t *testing.T) {
	db := newDB(t)
	e := entry("one", "https://a.example/1", "Dam opens")
	e.Published, e.Updated = t0.Add(90*time.Minute), t0.Add(2*time.Hour)
	apply(t, db, visit(srcA, t0.Add(1500*time.Millisecond), e))
	first := find(t, db, srcA, "one")
	if read := t0.Add(time.Second); !first.Published.Equal(read) || !first.Updated.Equal(read) {
		t.Errorf("published %s, updated %s, want both to be when it was read, %s", first.Published, first.Updated, read)
	}
	// A new version is dated by when that was read; the entry stays as old as it was.
	e.Title, e.Updated = "Dam opens at last", t0.Add(40*time.Hour)
	apply(t, db, visit(srcA, t0.Add(3*time.Hour), e))
	if again := find(t, db, srcA, "one"); !again.Published.Equal(first.Published) || !again.Updated.Equal(t0.Add(3*time.Hour)) {
		t.Errorf("published %s, updated %s, want %s and when the new version was read, %s",
			again.Published, again.Updated, first.Published, t0.Add(3*time.Hour))
	}
	// A date that has come by then is the publisher's own.
	e.Title, e.Updated = "Dam opened", t0.Add(4*time.Hour)
	apply(t, db, visit(srcA, t0.Add(5*time.Hour), e))
	if again := find(t, db, srcA, "one"); !again.Updated.Equal(e.Updated) {
		t.Errorf("updated %s, want the publisher's own %s", again.Updated, e.Updated)
	}
}
