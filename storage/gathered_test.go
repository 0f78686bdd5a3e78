package storage

import (
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"
)

// What waits in a gathered bucket is read as if it were there, and is there in the end.
func TestGathered(t *testing.T) {
	db, err := bolt.Open(filepath.Join(t.TempDir(), "g.db"), 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.Update(func(tx *bolt.Tx) error {
		b, err := tx.CreateBucket([]byte("b"))
		if err != nil {
			return err
		}
		for _, k := range []string{"kept", "changed", "deleted"} {
			if err := b.Put([]byte(k), []byte("old")); err != nil {
				return err
			}
		}
		g := &gathered{bucket: b}
		for _, k := range []string{"new", "changed", "gone again"} {
			if err := g.Put([]byte(k), []byte("new")); err != nil {
				return err
			}
		}
		for _, k := range []string{"deleted", "gone again", "never there"} {
			if err := g.Delete([]byte(k)); err != nil {
				return err
			}
		}
		want := map[string]string{"kept": "old", "changed": "new", "new": "new", "deleted": "", "gone again": "", "never there": ""}
		for k, v := range want {
			if got := g.Get([]byte(k)); string(got) != v || (got == nil) != (v == "") {
				t.Errorf("%s is %q before it is stored, want %q", k, got, v)
			}
		}
		if b.Get([]byte("new")) != nil {
			t.Error("it does not wait")
		}
		if err := g.flush(); err != nil {
			return err
		}
		for k, v := range want {
			if got := b.Get([]byte(k)); string(got) != v || (got == nil) != (v == "") {
				t.Errorf("%s is %q, want %q", k, got, v)
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}
