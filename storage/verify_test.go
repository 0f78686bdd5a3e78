package storage_test

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
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
			var k, v []byte
			change(t, path, bucket, func(b *bolt.Bucket) error {
				first, was := b.Cursor().First()
				k, v = append([]byte(nil), first...), append([]byte(nil), was...)
				return b.Delete(k)
			})
			if len(verified(t, path)) == 0 {
				t.Errorf("nothing is wrong without %x", k)
			}
			change(t, path, bucket, func(b *bolt.Bucket) error { return b.Put(k, v) })
		})
	}
}

// Verify tells of what is kept of an entry that nobody knows.
func TestVerifyFindsWhatIsOfNoEntry(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	a, _, _, _ := copies(t, db)
	decide(t, db, &feed.Decision{Kind: feed.DecisionHide, Topic: "security", Entries: []feed.EntryKey{a.Key}})
	db.Close()
	nobody := binary.BigEndian.AppendUint64(nil, 9999)
	for _, bucket := range []string{"ties", "placements", "named", "window"} {
		t.Run(bucket, func(t *testing.T) {
			var k []byte
			change(t, path, bucket, func(b *bolt.Bucket) error {
				first, v := b.Cursor().First()
				k = append(append(k, nobody...), first[8:]...)
				return b.Put(k, append([]byte(nil), v...))
			})
			found := verified(t, path)
			if !slices.ContainsFunc(found, func(s string) bool { return strings.HasSuffix(s, "is of entry 9999, which is not stored") }) {
				t.Errorf("found %q", found)
			}
			change(t, path, bucket, func(b *bolt.Bucket) error { return b.Delete(k) })
		})
	}
}

// What cannot be read at all is damage, and no trace.
func TestVerifyOfWhatCannotBeRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	copies(t, db)
	db.Close()
	change(t, path, "entries", func(b *bolt.Bucket) error { return b.Put([]byte("short"), []byte("x")) })
	if err := open(t, path).Verify(t.Context(), func(string) {}); !errors.Is(err, storage.ErrCorrupt) {
		t.Errorf("%v, want %v", err, storage.ErrCorrupt)
	}
}

// Verify checks the pages of the file: here the list of free pages has lost one.
func TestVerifyChecksPages(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	copies(t, db)
	db.Close()
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	// A page begins with its number, flags (2 bytes), count (2) and overflow (4). The
	// first two are meta pages: magic, version, page size and flags, 4 bytes each, root
	// and sequence, then the free list's page, the number of pages and the transaction.
	le := binary.LittleEndian
	size := uint64(le.Uint32(file[16+8:]))
	meta := file[16:]
	if other := file[size+16:]; le.Uint64(other[48:]) > le.Uint64(meta[48:]) {
		meta = other
	}
	count := file[le.Uint64(meta[32:])*size+10:]
	if le.Uint16(count) == 0 {
		t.Fatal("no page is free")
	}
	le.PutUint16(count, le.Uint16(count)-1)
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	if found := verified(t, path); !slices.ContainsFunc(found, func(s string) bool { return strings.HasPrefix(s, "the file's pages: ") }) {
		t.Errorf("found %q", found)
	}
}

// change writes to a bucket of a file that no DB has open.
func change(t *testing.T, path, bucket string, do func(*bolt.Bucket) error) {
	t.Helper()
	b, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.Update(func(tx *bolt.Tx) error { return do(tx.Bucket([]byte(bucket))) }); err != nil {
		t.Fatal(err)
	}
}

// verified is what Verify finds wrong with a file.
func verified(t *testing.T, path string) []string {
	t.Helper()
	db, err := storage.Open(path, storage.Options{Place: new(likeness), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var found []string
	if err := db.Verify(t.Context(), func(s string) { found = append(found, s) }); err != nil {
		found = append(found, err.Error())
	}
	return found
}
