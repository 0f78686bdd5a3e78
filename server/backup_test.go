package server

import (
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/poll"
	"topicwire/storage"
)

// withBackups is a configuration that has the database backed up daily, twice kept.
func withBackups(t *testing.T, dir string) *config.Config {
	cfg := liveConfig(t, dir, "https://x.example/rss", "water: {any: [rivers]}")
	cfg.Storage.Backup = config.Backups{Dir: filepath.Join(dir, "backups"), Every: 24 * time.Hour, Keep: 2}
	return cfg
}

func namesIn(t *testing.T, dir string) []string {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	names := []string{}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// Backups are made as the clock says, go on from the newest there is after a restart, and
// push out the oldest: nothing else in the folder.
func TestBackupsBySchedule(t *testing.T) {
	dir := t.TempDir()
	cfg := withBackups(t, dir)
	now, log := noon, new(logged)
	o := Options{Config: cfg, Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(log, nil))}
	s := openServer(t, o)
	if _, err := s.apply(bring(s, 10)); err != nil {
		t.Fatal(err)
	}
	if st := s.backupState(); st.Last != nil || !st.Next.Equal(now) {
		t.Errorf("before the first: %+v", st)
	}
	s.backUpWhenDue(t.Context())
	others := []string{"mine.db", "other-20240101T000000Z.db", "s-20240101T000000Z.db.gz", "s-20300101T000000Z.db", "s-more-20240101T000000Z.db"}
	for _, name := range append(others, "s-20240903T110000Z.db.part") {
		if err := os.WriteFile(filepath.Join(cfg.Storage.Backup.Dir, name), []byte(name), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	is := func(when string, backups ...string) {
		t.Helper()
		if got, want := namesIn(t, cfg.Storage.Backup.Dir), slices.Sorted(slices.Values(append(backups, others...))); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	now = now.Add(23*time.Hour + 59*time.Minute)
	s.backUpWhenDue(t.Context())
	is("a minute early", "s-20240904T120000Z.db", "s-20240903T110000Z.db.part")
	closeServer(t, s)
	s = openServer(t, o)
	s.backUpWhenDue(t.Context())
	is("after a start", "s-20240904T120000Z.db", "s-20240903T110000Z.db.part")
	now = now.Add(time.Minute)
	s.backUpWhenDue(t.Context())
	is("after a day", "s-20240904T120000Z.db", "s-20240905T120000Z.db")
	now = now.Add(30 * time.Hour)
	s.backUpWhenDue(t.Context())
	is("after more", "s-20240905T120000Z.db", "s-20240906T180000Z.db")
	path := filepath.Join(cfg.Storage.Backup.Dir, "s-20240906T180000Z.db")
	if st := s.backupState(); st.Path != path || !st.Last.Equal(now) || st.Bytes == 0 || !st.Next.Equal(now.Add(24*time.Hour)) || st.Error != "" {
		t.Errorf("after more: %+v", st)
	}
	st, err := s.Status(t.Context())
	if err != nil || st.Backup == nil || st.Backup.Path != path {
		t.Errorf("status: %+v, %v", st.Backup, err)
	}
	closeServer(t, s)
	db, err := storage.Open(path, storage.Options{AsIs: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.View(func(r *storage.Reader) error {
		if n := r.Counts().Entries; n != 10 {
			t.Errorf("the backup has %d entries", n)
		}
		return nil
	}); err != nil {
		t.Error(err)
	}
	if strings.Count(log.String(), "database backed up") != 3 {
		t.Error(log)
	}
}

// A backup that fails is said once and tried again; when it is overdue that is an alarm.
func TestABackupFails(t *testing.T) {
	f := newFaulty(t, seen{}, func(dir string) *config.Config {
		cfg := withBackups(t, dir)
		cfg.Storage.Backup.Dir = filepath.Join(dir, "disk", "backups") // a disk that is not there
		return cfg
	}, func(f *faulty) { // no visit is due meanwhile, and there is something to copy
		if err := f.writer.do(bring(f.Server, 1)); err != nil {
			t.Fatal(err)
		}
		if err := f.writer.do(&feed.Claim{At: f.now(), Sources: []feed.SourceID{"https://x.example/rss"}, Next: []time.Time{f.now().Add(100 * time.Hour)}}); err != nil {
			t.Fatal(err)
		}
	})
	want := f.state.Load().cfg.Storage.Backup.Dir
	f.backUpWhenDue(t.Context())
	for range 30 {
		f.pass(time.Minute)
		f.backUpWhenDue(t.Context())
	}
	if n := strings.Count(f.log.String(), "no backup; it is tried again"); n != 1 {
		t.Errorf("said %d times", n)
	}
	st := f.backupState()
	if st.Error == "" || !st.Failing.Equal(noon) || st.Last != nil || st.Overdue != nil || !st.Next.Equal(noon.Add(40*time.Minute)) {
		t.Errorf("%+v", st)
	}
	if l := f.look(); len(l.alarms) > 0 {
		t.Errorf("too early: %v", l.alarms)
	}
	f.pass(6 * time.Hour)
	if l := f.look(); !slices.Contains(l.alarms, "backup") || !strings.Contains(l.says, "no backup for too long: folder of backups") {
		t.Errorf("%v, %s", l.alarms, l.says)
	}
	if err := os.Mkdir(filepath.Dir(want), 0o700); err != nil {
		t.Fatal(err)
	}
	f.backUpWhenDue(t.Context())
	if got := namesIn(t, want); len(got) != 1 {
		t.Errorf("mended: %v", got)
	}
	if st := f.backupState(); st.Error != "" || st.Overdue != nil {
		t.Errorf("mended: %+v", st)
	}
	if l := f.look(); slices.Contains(l.alarms, "backup") {
		t.Errorf("mended: %v", l.alarms)
	}
}

// A backup is overdue once a server had a quarter of its time, an hour at least, to make it:
// not because none ran when it was due.
func TestWhenABackupIsOverdue(t *testing.T) {
	cfg := withBackups(t, t.TempDir())
	now := noon
	s := openServer(t, Options{Config: cfg, Now: func() time.Time { return now }})
	defer closeServer(t, s)
	s.backUpWhenDue(t.Context())
	overdue := func(when string, want time.Time) {
		t.Helper()
		switch st := s.backupState(); {
		case st.Error != "":
			t.Errorf("%s: %s", when, st.Error)
		case (st.Overdue == nil) != want.IsZero() || st.Overdue != nil && !st.Overdue.Equal(want):
			t.Errorf("%s: overdue since %v, want %v", when, st.Overdue, want)
		}
	}
	now = now.Add(72 * time.Hour)
	overdue("without a server", time.Time{})
	began := now
	s.serving.Store(&began)
	defer s.serving.Store(nil)
	overdue("as one begins", time.Time{})
	now = began.Add(6*time.Hour - time.Second)
	overdue("before a quarter of a day", time.Time{})
	now = began.Add(6 * time.Hour)
	overdue("after it", began)
	began = noon
	overdue("of one that was there all the time", noon.Add(24*time.Hour))
	s.state.Load().cfg.Storage.Backup.Every = time.Hour
	now = noon.Add(time.Hour + 59*time.Minute)
	overdue("of hourly ones, before an hour", time.Time{})
	now = noon.Add(2 * time.Hour)
	overdue("after it", noon.Add(time.Hour))
}

// A server that begins with nothing waits with its first backup until there is something,
// or ten minutes have passed.
func TestNoFirstBackupOfNothing(t *testing.T) {
	cfg := withBackups(t, t.TempDir())
	now := noon
	s := openServer(t, Options{Config: cfg, Now: func() time.Time { return now }})
	defer closeServer(t, s)
	s.serving.Store(&noon)
	defer s.serving.Store(nil)
	is := func(when string, want ...string) {
		t.Helper()
		s.backUpWhenDue(t.Context())
		if got := namesIn(t, cfg.Storage.Backup.Dir); !slices.Equal(got, append([]string{}, want...)) {
			t.Errorf("%s: %q, want %q", when, got, want)
		}
	}
	is("at the start")
	now = noon.Add(emptyFor - time.Second)
	is("before ten minutes")
	now = noon.Add(emptyFor)
	is("after ten minutes", "s-20240904T121000Z.db")
	if err := os.RemoveAll(cfg.Storage.Backup.Dir); err != nil {
		t.Fatal(err)
	}
	now = noon.Add(time.Minute)
	if _, err := s.apply(bring(s, 1)); err != nil {
		t.Fatal(err)
	}
	is("with an entry", "s-20240904T120100Z.db")
}

// A clock that was ahead when a backup failed does not put off the next try.
func TestABackupFailedByAWrongClock(t *testing.T) {
	cfg := withBackups(t, t.TempDir())
	cfg.Storage.Backup.Dir = filepath.Join(cfg.Storage.Backup.Dir, "none", "backups")
	now := noon.AddDate(1, 0, 0)
	s := openServer(t, Options{Config: cfg, Now: func() time.Time { return now }})
	defer closeServer(t, s)
	s.backUpWhenDue(t.Context())
	if st := s.backupState(); st.Error == "" || !st.Next.Equal(now.Add(backupRetry)) {
		t.Fatalf("%+v", st)
	}
	now = noon
	if st := s.backupState(); !st.Next.Equal(noon) {
		t.Errorf("the next try is at %s", st.Next)
	}
}

// A server makes the first backup by itself, and others where it is told to over the
// socket, in the file that it is told.
func TestBackupOfARunningServer(t *testing.T) {
	dir := t.TempDir()
	l := goLive(t, withBackups(t, dir), func(s *Server) {
		if _, err := s.apply(bring(s, 10)); err != nil {
			t.Fatal(err)
		}
	})
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for range tick.C {
		if st := l.backupState(); st.Last != nil {
			break
		} else if st.Error != "" {
			t.Fatal(st.Error)
		}
	}
	file := filepath.Join(dir, "mine.db")
	c, err := Backup.Ask(t.Context(), l.client, BackupRequest{Path: file})
	if err != nil || c.Entries != 10 || c.Path != file {
		t.Fatalf("%+v, %v", c, err)
	}
	if _, err := Backup.Ask(t.Context(), l.client, BackupRequest{Path: file}); !errors.Is(err, fs.ErrExist) {
		t.Errorf("over one that is there: %v", err)
	}
	if _, err := Backup.Ask(t.Context(), l.client, BackupRequest{Path: file, Replace: true}); err != nil {
		t.Error(err)
	}
	if _, err := Backup.Ask(t.Context(), l.client, BackupRequest{Path: "mine.db"}); err == nil {
		t.Error("a path that the server would look for in its own folder")
	}
}

// A database that is cut off under a server is an error of what reads it, without a trace,
// and the server can be stopped.
func TestADatabaseIsCutOffUnderAServer(t *testing.T) {
	for _, left := range []int64{0, 8192, 64 << 10} {
		dir := t.TempDir()
		l := goLive(t, withBackups(t, dir), func(s *Server) {
			if _, err := s.apply(bring(s, 200)); err != nil {
				t.Fatal(err)
			}
		})
		if err := l.Fetch(t.Context(), false, func(poll.Report) {}); err != nil { // once polling has begun
			t.Fatal(err)
		}
		if err := os.Truncate(filepath.Join(dir, "s.db"), left); err != nil {
			t.Fatal(err)
		}
		st, err := StatusNow.Ask(t.Context(), l.client, struct{}{})
		if err != nil || st.Backup == nil || !slices.ContainsFunc(st.Alarms, func(a feed.Alarm) bool { return a.Kind == feed.AlarmDatabase && strings.Contains(a.Text, "cut off") }) {
			t.Errorf("%d left: status: %+v, %v", left, st.Alarms, err)
		}
		if err := Verify.Each(t.Context(), l.client, struct{}{}, func(string) {}); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%d left: verify: %v", left, err)
		}
		if _, err := Backup.Ask(t.Context(), l.client, BackupRequest{Path: filepath.Join(dir, "b.db")}); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%d left: backup: %v", left, err)
		}
		if _, err := l.apply(bring(l.Server, 3)); !errors.Is(err, storage.ErrCorrupt) {
			t.Errorf("%d left: a write: %v", left, err)
		}
		for path, want := range map[string]int{"/topics/water.atom": 200, "/topics/water/2024-09": 503} {
			res, err := http.Get(l.url + path)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != want {
				t.Errorf("%d left: %s: %s", left, path, res.Status)
			}
		}
		if err := l.stop(); err != nil {
			t.Errorf("%d left: stop: %v", left, err)
		}
		if log := l.log.String(); strings.Contains(log, "goroutine ") || strings.Contains(log, "panic") {
			t.Error(log)
		}
	}
}
