package storage_test

import (
	"path/filepath"
	"testing"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

// Verify tells of each record that does not follow from the facts, and of facts that
// lead nowhere.
func TestVerifyFindsWhatIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	a, _, c, _ := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}, Groups: []feed.GroupKey{c.Group}})
	if err := db.Sound(); err != nil {
		t.Fatal(err)
	}
	db.Close()
	for _, bucket := range []string{"groups", "stories", "rulings", "members", "publics", "entries", "ties", "placements", "decisions"} {
		t.Run(bucket, func(t *testing.T) {
			b, err := bolt.Open(path, 0o600, nil)
			if err != nil {
				t.Fatal(err)
			}
			var k, v []byte
			change := func(do func(*bolt.Bucket) error) {
				t.Helper()
				if err := b.Update(func(tx *bolt.Tx) error { return do(tx.Bucket([]byte(bucket))) }); err != nil {
					t.Fatal(err)
				}
			}
			change(func(bk *bolt.Bucket) error {
				first, was := bk.Cursor().First()
				k, v = append([]byte(nil), first...), append([]byte(nil), was...)
				return bk.Delete(k)
			})
			b.Close()
			db, err := storage.Open(path, storage.Options{Place: new(likeness), NoSync: true})
			if err != nil {
				t.Fatal(err)
			}
			wrong := 0
			if err := db.Verify(func(string) { wrong++ }); err == nil && wrong == 0 {
				t.Errorf("nothing is wrong without %x", k)
			}
			db.Close()
			if b, err = bolt.Open(path, 0o600, nil); err != nil {
				t.Fatal(err)
			}
			change(func(bk *bolt.Bucket) error { return bk.Put(k, v) })
			b.Close()
		})
	}
}
