package storage_test

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/storage"
)

func quiet(string) {}

// backedUp is a database that went on after its backup.
func backedUp(t *testing.T, dir string) (path, backup string) {
	t.Helper()
	path, backup = filepath.Join(dir, "t.db"), filepath.Join(dir, "b.db")
	db := filled(t, path, nil)
	if _, err := db.Backup(t.Context(), backup, false); err != nil {
		t.Fatal(err)
	}
	apply(t, db, visit("https://0.example/f", t0.Add(99*time.Hour), entry("late", "https://x.example/late", "Late security")))
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return path, backup
}

// A restored database is the backup; the one of before is kept, each time under a name of
// its own.
func TestRestore(t *testing.T) {
	dir := t.TempDir()
	path, backup := backedUp(t, dir)
	was, want := digest(t, path), digest(t, backup)
	if was == want {
		t.Fatal("both are the same: this proves nothing")
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	r, err := storage.Restore(t.Context(), backup, path, quiet)
	if err != nil || r.Kept != path+".before-restore" || r.Entries != 300 {
		t.Fatalf("%+v, %v", r, err)
	}
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
	if digest(t, path) != want || digest(t, r.Kept) != was {
		t.Error("not what was there")
	}
	// Over one that is of no use any more.
	for what, damage := range map[string]func() error{
		"cut off": func() error { return os.Truncate(path, 5000) },
		"a text":  func() error { return os.WriteFile(path, []byte("oh no"), 0o600) },
		"empty":   func() error { return os.Truncate(path, 0) },
	} {
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		old, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		r, err := storage.Restore(t.Context(), backup, path, quiet)
		if err != nil {
			t.Errorf("over one that is %s: %v", what, err)
			continue
		}
		if kept, err := os.ReadFile(r.Kept); err != nil || string(kept) != string(old) {
			t.Errorf("%s: %s is not the file of before: %v", what, r.Kept, err)
		}
		if digest(t, path) != want {
			t.Errorf("%s: not the backup", what)
		}
	}
	if got := inFolder(t, dir); got != "b.db t.db t.db.before-restore t.db.before-restore.2 t.db.before-restore.3 t.db.before-restore.4" {
		t.Errorf("left: %s", got)
	}
	// Where there is none.
	r, err = storage.Restore(t.Context(), backup, filepath.Join(dir, "new.db"), quiet)
	if err != nil || r.Kept != "" || digest(t, r.Path) != want {
		t.Errorf("%+v, %v", r, err)
	}
}

// What takes long in a file that no server has tells how far it is: from nothing to the
// whole, in some steps of which none goes back.
func TestWorksOnFilesTellHowFarTheyAre(t *testing.T) {
	dir := t.TempDir()
	path, backup := backedUp(t, dir)
	for name, do := range map[string]func(context.Context) error{
		"backup": func(ctx context.Context) error {
			_, err := storage.BackupFile(ctx, path, backup+".2", false)
			return err
		},
		"compact": func(ctx context.Context) error { _, _, err := storage.Compact(ctx, path); return err },
		"restore": func(ctx context.Context) error { _, err := storage.Restore(ctx, backup, path, quiet); return err },
		"verify":  func(ctx context.Context) error { db := open(t, path); defer db.Close(); return db.Verify(ctx, quiet) },
	} {
		var far []float64
		var of int64
		err := do(feed.Telling(t.Context(), func(done, total int64) {
			if of = cmp.Or(of, total); total != of || done > total {
				t.Errorf("%s: %d of %d", name, done, total)
			}
			far = append(far, float64(done)/float64(total))
		}))
		half := slices.ContainsFunc(far, func(f float64) bool { return f > .2 && f < .7 })
		if err != nil || !slices.IsSorted(far) || len(far) < 3 || far[0] > .5 || far[len(far)-1] < .75 || !half {
			t.Errorf("%s: %.2f, %v", name, far, err)
		}
		checking := len(slices.DeleteFunc(slices.Clone(far), func(f float64) bool { return f >= .5 }))
		if name == "restore" && (far[0] != 0 || far[len(far)-1] != 1 || checking < 10 || len(far)-checking < 3) {
			t.Errorf("of checking or of copying nothing is told: %.2f", far)
		}
	}
}

// What cannot be restored touches nothing.
func TestWhatIsNotRestored(t *testing.T) {
	dir := t.TempDir()
	path, backup := backedUp(t, dir)
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(backup)
	if err != nil {
		t.Fatal(err)
	}
	pages := usedPages(t, backup)
	hole := append([]byte(nil), good...)
	clear(hole[pages[len(pages)/2]:][:8192])
	lost := filepath.Join(dir, "lost.db") // pages in order, and a group that is not there
	if err := os.WriteFile(lost, good, 0o600); err != nil {
		t.Fatal(err)
	}
	change(t, lost, "groups", func(b *bolt.Bucket) error { k, _ := b.Cursor().First(); return b.Delete(k) })
	for name, content := range map[string][]byte{"cut.db": good[:len(good)/2], "hole.db": hole, "text.db": []byte("text"), "empty.db": nil} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]error{
		"cut.db": storage.ErrCorrupt, "hole.db": storage.ErrCorrupt, "lost.db": storage.ErrCorrupt, "text.db": storage.ErrForeign,
		"empty.db": storage.ErrForeign, "none.db": os.ErrNotExist, "t.db": os.ErrExist,
	} {
		if _, err := storage.Restore(t.Context(), filepath.Join(dir, name), path, quiet); !errors.Is(err, want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	db := open(t, path)
	if _, err := storage.Restore(t.Context(), backup, path, quiet); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("while it is in use: %v", err)
	}
	if _, err := storage.Restore(t.Context(), path, filepath.Join(dir, "other.db"), quiet); !errors.Is(err, storage.ErrLocked) {
		t.Errorf("from one in use: %v", err)
	}
	db.Close()
	if now, err := os.ReadFile(path); err != nil || string(now) != string(was) {
		t.Errorf("touched: %v", err)
	}
	if got := inFolder(t, dir); got != "b.db cut.db empty.db hole.db lost.db t.db text.db" {
		t.Errorf("left: %s", got)
	}
}

// Stopped at any moment, it leaves the old one in place.
func TestARestoreThatIsStopped(t *testing.T) {
	dir := t.TempDir()
	path, backup := backedUp(t, dir)
	was := digest(t, path)
	for n := 1; ; n += 60 {
		stopped := false
		_, err := storage.Restore(&during{t.Context(), 0, func(asked int) error {
			if stopped = asked >= n; stopped {
				return errors.New("stopped")
			}
			return nil
		}}, backup, path, quiet)
		if err == nil && !stopped {
			break
		}
		if errors.Is(err, storage.ErrCorrupt) || digest(t, path) != was || inFolder(t, dir) != "b.db t.db" {
			t.Fatalf("stopped at %d: %v, left %s", n, err, inFolder(t, dir))
		}
	}
	if digest(t, path) == was {
		t.Error("not restored")
	}
}

// A copy of an older version is restored as it is; the next start migrates it.
func TestAnOlderCopyIsRestored(t *testing.T) {
	old, was := schema1(t)
	path := filepath.Join(t.TempDir(), "t.db")
	if _, err := storage.Restore(t.Context(), old, path, quiet); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(old); err != nil || string(now) != string(was) {
		t.Errorf("touched: %v", err)
	}
	if digest(t, path) != digest(t, old) {
		t.Error("not what was there")
	}
}

// A link to a database stays one.
func TestRestoreBehindALink(t *testing.T) {
	dir, disk := t.TempDir(), t.TempDir()
	path, backup := backedUp(t, disk)
	link := filepath.Join(dir, "t.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	want := digest(t, backup)
	if r, err := storage.Restore(t.Context(), backup, link, quiet); err != nil || r.Kept != path+".before-restore" {
		t.Fatalf("%+v, %v", r, err)
	}
	if to, err := os.Readlink(link); err != nil || to != path || digest(t, link) != want {
		t.Errorf("the link: %s, %v", to, err)
	}
}

// Who waited for the lock of a file that was replaced meanwhile gets the new one.
func TestWhoWaitedGetsTheNewFile(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("that somebody waits is read from /proc")
	}
	dir := t.TempDir()
	path, backup := backedUp(t, dir)
	want := digest(t, backup)
	db := open(t, path)
	waited := make(chan uint64)
	go func() {
		late, err := storage.Open(path, storage.Options{Timeout: time.Minute})
		if err != nil {
			t.Error(err)
			close(waited)
			return
		}
		defer late.Close()
		sum, err := late.Digest()
		if err != nil {
			t.Error(err)
		}
		waited <- sum
	}()
	for opened := 0; opened < 2; {
		opened = 0
		all, err := os.ReadDir("/proc/self/fd")
		if err != nil {
			t.Fatal(err)
		}
		for _, fd := range all {
			if to, err := os.Readlink("/proc/self/fd/" + fd.Name()); err == nil && to == path {
				opened++
			}
		}
	}
	if err := os.Rename(backup, path); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if got := <-waited; got != want {
		t.Error("it has the file that is gone")
	}
}
