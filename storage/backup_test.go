package storage_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"topicwire/storage"
)

// A during is a context that calls something each time it is asked whether it ended: in
// the midst of what takes long.
type during struct {
	context.Context
	asked int
	call  func(asked int) error
}

func (d *during) Err() error { d.asked++; return d.call(d.asked) }

func digest(t *testing.T, path string) uint64 {
	t.Helper()
	db := open(t, path)
	defer db.Close()
	sum, err := db.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Verify(t.Context(), func(text string) { t.Errorf("%s: %s", path, text) }); err != nil {
		t.Error(err)
	}
	return sum
}

// inFolder is what is in a folder.
func inFolder(t *testing.T, dir string) string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

// A backup is the state of its beginning, whatever is written meanwhile, and its owner's.
func TestBackupBesideAWriter(t *testing.T) {
	dir := t.TempDir()
	db := filled(t, filepath.Join(dir, "t.db"), nil)
	before, err := db.Digest()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "b.db.part"), []byte("of a crash"), 0o644); err != nil {
		t.Fatal(err)
	}
	written := 0
	ctx := &during{t.Context(), 0, func(asked int) error {
		if asked%20 == 0 { // in a goroutine of its own, as the writer is
			ended := make(chan bool)
			go func() {
				defer close(ended)
				written++
				apply(t, db, visit("https://0.example/f", t0.Add(time.Duration(99+asked)*time.Hour), entry(fmt.Sprint("late", asked), fmt.Sprint("https://x.example/late/", asked), "Late security")))
			}()
			<-ended
		}
		return nil
	}}
	c, err := db.Backup(ctx, filepath.Join(dir, "b.db"), false)
	if err != nil {
		t.Fatal(err)
	}
	if written < 5 {
		t.Fatalf("%d changes were written meanwhile: this proves nothing", written)
	}
	st, err := os.Stat(c.Path)
	if err != nil || st.Mode().Perm() != 0o600 || st.Size() != c.Bytes || c.Entries != 300 {
		t.Errorf("%+v, %v, %v", c, st.Mode(), err)
	}
	if got := inFolder(t, dir); got != "b.db t.db" {
		t.Errorf("left: %s", got)
	}
	if sum := digest(t, c.Path); sum != before {
		t.Error("the copy is not what was there when it began")
	}
}

// What cannot be finished leaves neither a file nor half of one, and what was there stays.
func TestABackupThatFails(t *testing.T) {
	dir := t.TempDir()
	db := filled(t, filepath.Join(dir, "t.db"), nil)
	file := filepath.Join(dir, "b.db")
	if _, err := db.Backup(t.Context(), file, false); err != nil {
		t.Fatal(err)
	}
	was, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	_, err = db.Backup(&during{t.Context(), 0, func(n int) error { asked = n; return nil }}, filepath.Join(dir, "c.db"), false)
	if err != nil || asked < 100 {
		t.Fatal(err, asked)
	}
	os.Remove(filepath.Join(dir, "c.db"))
	for n := 1; n <= asked; n += 50 {
		ctx, cancel := context.WithCancel(t.Context())
		_, err := db.Backup(&during{ctx, 0, func(asked int) error {
			if asked >= n {
				cancel()
			}
			return ctx.Err()
		}}, file, true)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("stopped at %d of %d: %v", n, asked, err)
		}
		if got := inFolder(t, dir); got != "b.db t.db" {
			t.Fatalf("stopped at %d: left %s", n, got)
		}
	}
	if now, err := os.ReadFile(file); err != nil || string(now) != string(was) {
		t.Errorf("the backup of before was touched: %v", err)
	}
	if _, err := db.Backup(t.Context(), filepath.Join(dir, "none", "b.db"), false); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("into no folder: %v", err)
	}
}

func TestABackupToAFullDisk(t *testing.T) {
	small := t.TempDir()
	if err := syscall.Mount("tmpfs", small, "tmpfs", 0, "size=256k"); err != nil {
		t.Skip("a small disk cannot be mounted here: ", err)
	}
	defer syscall.Unmount(small, 0)
	db := filled(t, filepath.Join(t.TempDir(), "t.db"), nil)
	if _, err := db.Backup(t.Context(), filepath.Join(small, "b.db"), false); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("to a full disk: %v", err)
	}
	if got := inFolder(t, small); got != "" {
		t.Errorf("left: %s", got)
	}
}

// A backup replaces a backup where it is told to, and nothing else ever.
func TestWhatABackupReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.db")
	db := filled(t, path, nil)
	at := func(name, content string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	good := filepath.Join(dir, "good.db")
	if _, err := db.Backup(t.Context(), good, false); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(good)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(path, filepath.Join(dir, "link.db")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere/x.db", filepath.Join(dir, "nowhere.db")); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		file string
		want error // with force; nil for none
	}{
		{good, nil},
		{at("cut.db", string(b[:len(b)/2])), nil},
		{at("empty.db", ""), nil},
		{at("text.db", "my only copy of something"), storage.ErrForeign},
		{path, fs.ErrExist},
		{filepath.Join(dir, "link.db"), fs.ErrExist},
		{filepath.Join(dir, "nowhere.db"), storage.ErrForeign},
		{dir, syscall.EISDIR},
	} {
		if _, err := db.Backup(t.Context(), c.file, false); err == nil {
			t.Errorf("%s was replaced unasked", c.file)
		}
		was, _ := os.ReadFile(c.file)
		if _, err := db.Backup(t.Context(), c.file, true); !errors.Is(err, c.want) || (err == nil) != (c.want == nil) {
			t.Errorf("%s: %v", c.file, err)
		}
		if now, _ := os.ReadFile(c.file); c.want != nil && string(now) != string(was) {
			t.Errorf("%s was touched", c.file)
		}
	}
}

// A copy that is not what was written is told from one that is.
func TestACopyIsChecked(t *testing.T) {
	dir := t.TempDir()
	db := filled(t, filepath.Join(dir, "t.db"), nil)
	for what, tamper := range map[string]func(*os.File){
		"":         func(*os.File) {},
		"a byte":   func(f *os.File) { f.WriteAt([]byte{1}, 5*8192+3000) },
		"cut off":  func(f *os.File) { f.Truncate(8 << 12) },
		"appended": func(f *os.File) { f.WriteAt([]byte("more"), 10<<20) },
	} {
		if err := db.Tampered(filepath.Join(dir, "b.db"), tamper); (err == nil) != (what == "") {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// What is damaged is not backed up as if it were not.
func TestADamagedDatabaseIsNotBackedUp(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "t.db")
	filled(t, path, nil).Close()
	pages := usedPages(t, path)
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt(make([]byte, 8192), pages[len(pages)/2]); err != nil {
		t.Fatal(err)
	}
	f.Close()
	if _, err := storage.BackupFile(t.Context(), path, filepath.Join(dir, "b.db"), false); !errors.Is(err, storage.ErrCorrupt) || strings.Contains(err.Error(), "the copy is not") {
		t.Errorf("err = %v; it is the database that is damaged", err)
	}
	if got := inFolder(t, dir); got != "t.db" {
		t.Errorf("left: %s", got)
	}
}

// Without a server a file is copied as it is, in its schema.
func TestABackupOfAnOlderFile(t *testing.T) {
	path, was := schema1(t)
	to := filepath.Join(t.TempDir(), "b.db")
	if _, err := storage.BackupFile(t.Context(), path, to, false); err != nil {
		t.Fatal(err)
	}
	if now, err := os.ReadFile(path); err != nil || string(now) != string(was) {
		t.Errorf("the file was touched: %v", err)
	}
	if digest(t, to) != digest(t, path) { // both are migrated now
		t.Error("the copy says something else")
	}
	if _, err := storage.BackupFile(t.Context(), path, to+".2", false); err != nil {
		t.Fatal(err)
	}
	if got := inFolder(t, filepath.Dir(to)); got != "b.db b.db.2 b.db.before-v2" {
		t.Errorf("left: %s", got)
	}
}

// A file is mapped so far beyond its end that a backup holds up no writer.
func TestAFileIsMappedWide(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("what is mapped is read from /proc")
	}
	path := filepath.Join(t.TempDir(), "t.db")
	db := open(t, path)
	defer db.Close()
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(maps)) {
		var from, to int64
		if strings.Contains(line, path) {
			if _, err := fmt.Sscanf(line, "%x-%x", &from, &to); err != nil || to-from < 1<<30 {
				t.Errorf("mapped %d bytes, %v", to-from, err)
			}
			return
		}
	}
	t.Error("it is not mapped")
}
