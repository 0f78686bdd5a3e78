package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// Which copies of a database hold what is to be forgotten.
func TestCopiesThatHoldWhatIsDemanded(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.db")
	db := open(t, path)
	e := entry("https://a.example/1", "https://a.example/1", "security")
	old, _ := fileOf(t, "schema2")
	empty := copyNow(t, db, dir)
	apply(t, db, visit(srcA, t0, e))
	early := copyNow(t, db, dir)
	apply(t, db, visit(srcA, t0.Add(time.Hour), entry("2", "https://a.example/2", "x")), visit(srcB, t0.Add(time.Hour), entry("3", "https://a.example/1", "copy")))
	retain(t, db, t0.Add(2*time.Hour), t0.Add(time.Minute), 10)
	retained := copyNow(t, db, dir) // which has what it was published under

	// In a file of another history the entry has another key.
	other := open(t, filepath.Join(dir, "other.db"))
	apply(t, other, visit(srcB, t0, entry("9", "https://b.example/9", "x")), visit(srcA, t0, e))
	elsewhere := copyNow(t, other, dir)
	apply(t, other, visit(srcA, t0.Add(time.Hour), entry("7", "https://a.example/7", "x"), e))

	demanded := func(of *storage.DB, c *feed.Forgetting) (d *storage.Demand) {
		t.Helper()
		view(t, of, func(r *storage.Reader) (err error) {
			d, err = r.Demand(c)
			return err
		})
		return d
	}
	stored := demanded(open(t, rename(t, early, filepath.Join(dir, "early.db"))), &feed.Forgetting{Entries: []feed.EntryKey{1}})
	gone := demanded(db, &feed.Forgetting{Entries: []feed.EntryKey{1}})
	all := demanded(db, &feed.Forgetting{Source: srcA})
	if len(stored.Entries) != 1 || gone.Gone != 1 || gone.Others != 1 || len(all.Sources) != 1 {
		t.Fatalf("%+v, %+v, %+v", stored, gone, all)
	}
	forget(t, db, feed.Forgetting{Entries: []feed.EntryKey{1}}, 10)
	after := copyNow(t, db, dir)
	forget(t, db, feed.Forgetting{Source: srcA}, 10)
	nothing := copyNow(t, db, dir)

	// A source that never had an entry has said something of itself all the same.
	speaking := open(t, filepath.Join(dir, "speaking.db"))
	apply(t, speaking, visit(srcA, t0))
	silent, said := demanded(speaking, &feed.Forgetting{Source: srcA}), copyNow(t, speaking, dir)

	broken := filepath.Join(dir, "broken.db")
	if err := os.WriteFile(broken, []byte("no database"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		what   string
		demand *storage.Demand
		copy   string
		held   bool
		err    error
	}{
		{"before it came", stored, empty, false, nil},
		{"an entry, by its id", stored, elsewhere, true, nil},
		{"an entry that retention removed", stored, retained, true, nil},
		{"of one that retention removed, its public id", gone, retained, true, nil},
		{"what was forgotten", stored, after, false, nil},
		{"what was forgotten of one that was gone", gone, after, false, nil},
		{"what a source says of itself", all, after, true, nil},
		{"a source that was forgotten", all, nothing, false, nil},
		{"what a source without entries says of itself", silent, said, true, nil},
		{"no database", stored, broken, false, storage.ErrUnread},
		{"no file", stored, filepath.Join(dir, "none.db"), false, storage.ErrUnread},
		{"an old schema", stored, old, false, storage.ErrUnread},
	} {
		held, err := tt.demand.HeldIn(tt.copy)
		if held != tt.held || !errors.Is(err, tt.err) {
			t.Errorf("%s: %v, %v", tt.what, held, err)
		}
	}
}

// copyNow is a copy of a database as it is.
func copyNow(t *testing.T, db *storage.DB, dir string) string {
	t.Helper()
	b, err := os.ReadFile(db.Path())
	f, ferr := os.CreateTemp(dir, "copy*.db")
	if err = errors.Join(err, ferr); err == nil {
		_, err = f.Write(b)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

func rename(t *testing.T, from, to string) string {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
	return to
}
