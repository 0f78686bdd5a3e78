package storage_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

// filled is a database whose entries take some hundred pages, in three transactions.
func filled(t *testing.T, path string, place storage.Placer) *storage.DB {
	t.Helper()
	db, err := storage.Open(path, storage.Options{Place: place, NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	r := rand.New(rand.NewPCG(1, 1))
	for v := range 3 {
		var entries []feed.Entry
		for i := range 100 {
			e := entry(fmt.Sprintf("%d-%d", v, i), fmt.Sprintf("https://x.example/%d/%d", v, i), fmt.Sprintf("On security %d of %d", i, v))
			e.Content = fmt.Sprint(r.Perm(300)) // packs badly
			entries = append(entries, e)
		}
		apply(t, db, visit(fmt.Sprintf("https://%d.example/f", v), t0.Add(time.Duration(v)*time.Hour), entries...))
	}
	return db
}

// everything reads all of a database that commands read, and writes to it.
func everything(db *storage.DB) map[string]error {
	return map[string]error{
		"view": db.View(func(r *storage.Reader) error {
			r.Counts()
			if _, err := r.Filed("security", 1000); err != nil {
				return err
			}
			return r.Entries(1, func(feed.StoredEntry) bool { return true })
		}),
		"apply": func() error {
			_, err := db.Apply([]feed.Change{visit("https://new.example/f", t0.Add(9*time.Hour), entry("new", "https://x.example/new", "New security"))})
			return err
		}(),
		"verify": db.Verify(context.Background(), func(string) {}),
		"digest": func() error { _, err := db.Digest(); return err }(),
	}
}

// A file that is cut off under a process is an error of whatever reads it, nothing is
// written to it any more, and the database can be closed.
func TestAFileIsCutOffInUse(t *testing.T) {
	for _, left := range []int64{0, 100, 8192, 16384, 16384 + 100, 100 << 10, -8192} {
		t.Run(fmt.Sprint(left), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "t.db")
			db := filled(t, path, nil)
			if left < 0 {
				left += used(t, path)
			}
			if err := os.Truncate(path, left); err != nil {
				t.Fatal(err)
			}
			for what, err := range everything(db) {
				if !errors.Is(err, storage.ErrCorrupt) || !strings.Contains(err.Error(), "cut off") {
					t.Errorf("%s: %v", what, err)
				}
			}
			if st, err := os.Stat(path); err != nil || st.Size() != left {
				t.Errorf("written to: %v, %v", st.Size(), err)
			}
			if err := db.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
}

// used is how many bytes of a file its newest state takes.
func used(t *testing.T, path string) int64 {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	end := max(binary.NativeEndian.Uint64(b[16+40:]), binary.NativeEndian.Uint64(b[8192+16+40:]))
	return int64(end) * 8192
}

// A cutting placer cuts a file off while a transaction writes.
type cutting struct{ cut func() }

func (c *cutting) Place(e *feed.StoredEntry, _ feed.Terms, same []feed.Neighbour, _ *feed.Surroundings) (feed.Placement, error) {
	c.cut()
	if len(same) > 0 {
		return feed.Placement{Tier: feed.TierSameLink, Partner: same[0].Entry, Group: same[0].Group, Story: same[0].Story}, nil
	}
	return feed.Placement{Tier: feed.TierNew}, nil
}

func (c *cutting) Forget(feed.EntryKey) {}
func (c *cutting) Reset()               {}

// The same where the file is cut off while it is read or written.
func TestAFileIsCutOffWithinATransaction(t *testing.T) {
	for _, left := range []int64{0, 8192, 100 << 10} {
		path := filepath.Join(t.TempDir(), "t.db")
		c := &cutting{func() {}}
		db := filled(t, path, c)
		// A read that began before goes on, and ends.
		began, cut, ended := make(chan bool), make(chan bool), make(chan error)
		go func() {
			ended <- db.View(func(r *storage.Reader) error {
				close(began)
				<-cut
				return r.Entries(1, func(feed.StoredEntry) bool { return true })
			})
		}()
		<-began
		c.cut = func() {
			if err := os.Truncate(path, left); err != nil {
				t.Error(err)
			}
		}
		_, err := db.Apply([]feed.Change{visit("https://0.example/f", t0.Add(9*time.Hour), entry("new", "https://x.example/0/1", "New security"))})
		if !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("apply, %d left: %v", left, err)
		}
		close(cut)
		if err := <-ended; !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("view, %d left: %v", left, err)
		}
		for what, err := range everything(db) {
			if !errors.Is(err, storage.ErrCorrupt) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
}

// What damages a page of 8192 bytes.
var damages = map[string]func(page, file []byte, r *rand.Rand){
	"zeros":     func(page, _ []byte, _ *rand.Rand) { clear(page) },
	"another":   func(page, file []byte, _ *rand.Rand) { copy(page, file[2*8192:3*8192]) },
	"its count": func(page, _ []byte, _ *rand.Rand) { binary.NativeEndian.PutUint16(page[10:], 0xfff0) },
	"its kind":  func(page, _ []byte, _ *rand.Rand) { binary.NativeEndian.PutUint16(page[8:], 0x40) },
	"its entries": func(page, _ []byte, r *rand.Rand) {
		for i := 16; i < 256; i++ {
			page[i] = byte(r.Uint32())
		}
	},
	"its order": func(page, _ []byte, _ *rand.Rand) {
		kind, count := binary.NativeEndian.Uint16(page[8:]), binary.NativeEndian.Uint16(page[10:])
		at := map[uint16]int{1: 0, 2: 4}[kind] // of where the key is, from the place of the entry
		if count < 2 || kind > 2 {
			return
		}
		first := append([]byte(nil), page[16:32]...)
		copy(page[16:32], page[32:48])
		copy(page[32:48], first)
		binary.NativeEndian.PutUint32(page[16+at:], binary.NativeEndian.Uint32(page[16+at:])+16)
		binary.NativeEndian.PutUint32(page[32+at:], binary.NativeEndian.Uint32(page[32+at:])-16)
	},
	"itself below itself": func(page, _ []byte, _ *rand.Rand) {
		if binary.NativeEndian.Uint16(page[8:]) == 1 {
			copy(page[16+8:], page[:8])
		}
	},
	"other pages below it": func(page, _ []byte, r *rand.Rand) {
		if binary.NativeEndian.Uint16(page[8:]) == 1 {
			binary.NativeEndian.PutUint64(page[16+8:], r.Uint64N(40))
		}
	},
	"pages far away below it": func(page, _ []byte, r *rand.Rand) {
		if binary.NativeEndian.Uint16(page[8:]) == 1 {
			binary.NativeEndian.PutUint64(page[16+8:], 1<<40+r.Uint64N(1<<50))
		}
	},
}

// Whatever happened to a page, it is an error or a line of verify, and never a trace.
// Reading changes nothing.
func TestADamagedPageIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.db")
	if err := filled(t, path, nil).Close(); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	inUse := usedPages(t, path)
	r := rand.New(rand.NewPCG(1, 2))
	for what, damage := range damages {
		told := 0
		for i, at := range inUse {
			if branch := binary.NativeEndian.Uint16(good[at+8:]) == 1; !branch && r.IntN(6) > 0 && i > 4 {
				continue // a few of each kind of page are enough
			}
			bad := append([]byte(nil), good...)
			damage(bad[at:at+8192], good, r)
			if string(bad) == string(good) {
				continue
			}
			copied := filepath.Join(t.TempDir(), "bad.db")
			if err := os.WriteFile(copied, bad, 0o600); err != nil {
				t.Fatal(err)
			}
			lines := 0
			db, err := storage.Open(copied, storage.Options{NoSync: true})
			if err == nil {
				if err = db.Verify(t.Context(), func(string) { lines++ }); err == nil && lines == 0 {
					err = errors.Join(db.View(func(r *storage.Reader) error { r.Counts(); return nil }), db.Pages())
				}
			}
			if now, rerr := os.ReadFile(copied); rerr != nil || string(now) != string(bad) {
				t.Errorf("%s at %d: written to (%v)", what, at, rerr)
			}
			switch {
			case err != nil && !errors.Is(err, storage.ErrCorrupt) && !errors.Is(err, storage.ErrForeign):
				// A record that cannot be read has an error of its own.
				if !strings.Contains(err.Error(), ":") {
					t.Errorf("%s at %d: %v", what, at, err)
				}
				told++
			case err != nil || lines > 0:
				told++
			default:
				t.Errorf("%s at %d: not told", what, at)
			}
			if db != nil {
				if !strings.Contains(what, "below") { // bbolt may never come back from a ring of pages
					everything(db)
				}
				if err := db.Close(); err != nil {
					t.Errorf("%s at %d: close: %v", what, at, err)
				}
			}
		}
		if told == 0 {
			t.Errorf("%s: no page was damaged", what)
		}
	}
}

// usedPages is where the pages of a file begin that are in use, behind the first two.
func usedPages(t *testing.T, path string) (at []int64) {
	t.Helper()
	db, err := bolt.Open(path, 0o600, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(tx *bolt.Tx) error {
		for id := 2; ; {
			p, err := tx.Page(id)
			if err != nil || p == nil {
				return err
			}
			if p.Type != "free" {
				at = append(at, int64(id)*8192)
				id += p.OverflowCount
			}
			id++
		}
	}); err != nil {
		t.Fatal(err)
	}
	return at
}
