package storage_test

import (
	"net/http"
	"testing"
	"time"

	"topicwire/feed"
)

// The store counts documents that came again for nothing: as they were, though no
// validator was there that would have spared them.
func TestSameDocumentsAreCounted(t *testing.T) {
	db := newDB(t)
	at := t0
	next := func(change func(*feed.Visit), want int) {
		t.Helper()
		at = at.Add(time.Hour)
		v := &feed.Visit{At: at, Source: srcA, HTTP: http.StatusOK, Validators: &feed.Validators{}}
		change(v)
		apply(t, db, v)
		if got := source(t, db, srcA).Same; got != want {
			t.Errorf("%+v: the same for the %d. time, want %d", v, got, want)
		}
	}
	same := func(*feed.Visit) {}
	other := func(v *feed.Visit) { v.Document = visit(srcA, at, entry(at.String(), "", "x")).Document }
	next(other, 0)
	next(same, 1)
	next(same, 2)
	next(func(v *feed.Visit) { v.HTTP, v.Error = http.StatusBadGateway, "the server answered 502" }, 2)
	next(same, 3)
	next(other, 0)
	next(same, 1)
	next(func(v *feed.Visit) { v.Validators.ETag = `"1"` }, 0)
	next(func(v *feed.Visit) { v.HTTP, v.Validators = http.StatusNotModified, nil }, 0)
	next(func(v *feed.Visit) { v.HTTP = 0 }, 0) // a file
	next(same, 1)
	// A version before did not count: its record ends with what it knew.
	if err := db.RewriteSources(func(r []byte) []byte {
		if r[0] != 3 || r[len(r)-1] != 1 {
			t.Fatalf("the record is another one: %q", r)
		}
		r[0] = 2
		return r[:len(r)-1]
	}); err != nil {
		t.Fatal(err)
	}
	if s := source(t, db, srcA); s.Same != 0 || s.Visits != 11 {
		t.Errorf("read from a record of version 2: %+v", s)
	}
	next(same, 1)
}
