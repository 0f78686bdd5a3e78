package server

import (
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicwire/server/desk"
)

// What is looked into for what was forgotten: all that topicwire makes of a database, and
// what a crash leaves of it, beside the database, where a link leads, and in the folder of
// backups; nothing else.
func TestCopiesOfADatabase(t *testing.T) {
	dir := t.TempDir()
	for _, folder := range []string{"disk", "backups", "backups/folder.db"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"disk/real.db.before-restore", "disk/real.db.before-restore.2", "disk/real.db.before-v4", "disk/real.db.compacting", "disk/real.db.migrating", "disk/real.db.restoring",
		"wire.db.before-v3", "backups/wire-20240904T120000Z.db", "backups/wire-20240905T120000Z.db.part", "backups/mine.db",
	}
	others := []string{
		"disk/real.db", "disk/other.db", "disk/real.db.txt", "disk/real.dbx.before-v4", "disk/wire.db.before-v3", "real.db.before-v4", "other.db.before-v4", "wire.db-before-v4",
		"backups/notes.txt", "backups/x.part", "backups/wire.db.gz",
	}
	for _, name := range slices.Concat(want, others) {
		if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	database := filepath.Join(dir, "wire.db")
	if err := os.Symlink("disk/real.db", database); err != nil {
		t.Fatal(err)
	}
	// The database itself is no copy of it, wherever it is found.
	if err := os.Link(filepath.Join(dir, "disk/real.db"), filepath.Join(dir, "backups/self.db")); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, path := range copies(database, filepath.Join(dir, "backups"), filepath.Join(dir, "backups"), filepath.Join(dir, "none")) {
		got = append(got, filepath.ToSlash(strings.TrimPrefix(path, dir+string(filepath.Separator))))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// What is forgotten is said once in the log, without what it was, and the page of sources
// is made anew; what is only asked about changes nothing.
func TestForgettingIsLogged(t *testing.T) {
	log := new(logged)
	s := openServer(t, Options{Config: wire(t, t.TempDir()+"/s.db", "water: {any: [rivers]}"), Log: slog.New(slog.NewTextHandler(log, nil))})
	defer closeServer(t, s)
	if _, err := s.apply(bring(s, 4)); err != nil {
		t.Fatal(err)
	}
	for _, dry := range []bool{true, false} {
		s.stale.Store(false)
		f, err := Forget.Ask(t.Context(), s, desk.ForgetRequest{What: "https://x.example/rss", By: "ann", Note: "order 7", Dry: dry})
		if err != nil || f.Entries != 4 || len(f.Sources) != 1 {
			t.Fatalf("%+v, %v", f, err)
		}
		text := log.String()
		if n := strings.Count(text, "msg=forgotten"); (n == 1) == dry || s.stale.Load() == dry {
			t.Errorf("only asked %v: %d lines, the page of sources is stale: %v", dry, n, s.stale.Load())
		}
		if !dry && !strings.Contains(text, `number=1 host="" entries=4 sources=1 by=ann note="order 7" copies=0 unread=0`) || strings.Contains(text, "x.example") {
			t.Errorf("the log says:\n%s", text)
		}
	}
}
