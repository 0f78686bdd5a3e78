package storage_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A compacted file says the same and has no free pages; what is refused stays as it was.
func TestCompact(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.db")
	db := filled(t, path, nil)
	var late []feed.Entry // what the sources still have is kept
	for v := range 3 {
		late = append(late[:0], entry(fmt.Sprint("late", v), fmt.Sprint("https://x.example/late/", v), "Late security"))
		apply(t, db, visit(fmt.Sprintf("https://%d.example/f", v), t0.Add(1000*time.Hour), late...))
	}
	apply(t, db, &feed.Retention{At: t0.Add(1000 * time.Hour), Before: t0.Add(900 * time.Hour), From: 1, Limit: 1000})
	apply(t, db, &feed.Tick{At: t0.Add(1001 * time.Hour)}) // free pages are counted when the next change comes
	space, err := db.Space()
	if err != nil {
		t.Fatal(err)
	}
	if space.Free <= space.Bytes/2 || space.Wasteful() {
		t.Errorf("of so much nothing is free, or it is worth while: %+v", space)
	}
	if _, _, err := storage.Compact(t.Context(), path); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("while it is in use: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if alone, err := storage.SpaceOf(path); err != nil || alone != space {
		t.Errorf("%+v, %v", alone, err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	want := digest(t, path)
	_, _, err = storage.Compact(&during{t.Context(), 0, func(n int) error {
		if n > 5 {
			return errors.New("stopped")
		}
		return nil
	}}, path)
	if err == nil || digest(t, path) != want || inFolder(t, dir) != "t.db" {
		t.Errorf("stopped: %v, left %s", err, inFolder(t, dir))
	}
	before, after, err := storage.Compact(t.Context(), path)
	if err != nil || before != space.Bytes || after > before/2 {
		t.Fatalf("%d to %d: %v", before, after, err)
	}
	st, err := os.Stat(path)
	if err != nil || st.Size() != after || st.Mode().Perm() != 0o640 || inFolder(t, dir) != "t.db" {
		t.Errorf("%v, %v, left %s", st, err, inFolder(t, dir))
	}
	if now, err := storage.SpaceOf(path); err != nil || now.Free > 3*8192 {
		t.Errorf("%+v, %v", now, err)
	}
	if digest(t, path) != want {
		t.Error("it says something else")
	}
}

func TestWhatIsNotCompacted(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.db")
	filled(t, path, nil).Close()
	pages := usedPages(t, path)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	clear(b[pages[len(pages)/2]:][:8192])
	for name, c := range map[string]struct {
		content string
		want    error
	}{
		"hole.db": {string(b), storage.ErrCorrupt}, "text.db": {"text", storage.ErrForeign}, "empty.db": {"", storage.ErrForeign},
	} {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, _, err := storage.Compact(t.Context(), p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
		if now, err := os.ReadFile(p); err != nil || string(now) != c.content {
			t.Errorf("%s was touched: %v", name, err)
		}
	}
	if _, _, err := storage.Compact(t.Context(), filepath.Join(dir, "none.db")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("none: %v", err)
	}
	if got := inFolder(t, dir); got != "empty.db hole.db t.db text.db" {
		t.Errorf("left: %s", got)
	}
}

func TestWhatIsWorthCompacting(t *testing.T) {
	for _, c := range []struct {
		s    storage.Space
		want bool
	}{
		{storage.Space{Bytes: 100 << 20, Free: 51 << 20}, true}, {storage.Space{Bytes: 100 << 20, Free: 50 << 20}, false},
		{storage.Space{Bytes: 15 << 20, Free: 15 << 20}, false}, {storage.Space{Bytes: 16 << 20, Free: 9 << 20}, true},
	} {
		if got := c.s.Wasteful(); got != c.want {
			t.Errorf("%+v: %v", c.s, got)
		}
	}
}
