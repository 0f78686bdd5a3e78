package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// backupTick is how often a server looks whether a backup is due, and backupRetry how
// long after one that failed it tries again.
const (
	backupTick  = time.Minute
	backupRetry = 10 * time.Minute
)

// backupStamp is the form of the time, in UTC, in the name of a backup.
const backupStamp = "20060102T150405Z"

// A BackupStatus is how the backups do that a server makes by itself.
type BackupStatus struct {
	Dir   string     `json:"dir"`
	Last  *time.Time `json:"last"` // the newest that is there; each was checked when it was made
	Path  string     `json:"path"` // of it
	Bytes int64      `json:"bytes"`
	Next  *time.Time `json:"next"`
	// Error is why the one that was due could not be made, "" where it could, and
	// Failing since when.
	Error   string     `json:"error"`
	Failing *time.Time `json:"failing"`
	// Overdue is since when there should be a newer one than there is; of a server
	// alone.
	Overdue *time.Time `json:"overdue"`
}

// backups remembers what the folder of backups does not tell.
type backups struct {
	mu      sync.Mutex
	tried   time.Time // the last one that failed
	failing time.Time // the first since one that did not
	err     string
}

// A BackupRequest asks for a backup of the database.
type BackupRequest struct {
	Path    string `json:"path"` // absolute, of this machine
	Replace bool   `json:"replace"`
}

// backup writes the file itself: a client that reads slowly would keep old pages of the
// database in use.
func (s *Server) backup(ctx context.Context, q BackupRequest) (storage.Copied, error) {
	if !filepath.IsAbs(q.Path) {
		return storage.Copied{}, &UsageError{fmt.Sprintf("%q is no path from the root", q.Path), ""}
	}
	return s.copy(ctx, q.Path, q.Replace)
}

// copy writes a copy of the database to a file.
func (s *Server) copy(ctx context.Context, file string, replace bool) (c storage.Copied, err error) {
	err = s.works.during(ctx, feed.WorkBackup, func(ctx context.Context) error {
		c, err = s.db.Backup(ctx, file, replace)
		return err
	})
	return c, err
}

// A kept is a backup in the folder.
type kept struct {
	path string
	at   time.Time
}

// keptBackups are the backups of a database in a folder, the newest first, and what crashes
// left of some. Those of a time to come, which a wrong clock made, are none: they would
// keep others from being made.
func keptBackups(dir, database string, now time.Time) (list []kept, parts []string, err error) {
	all, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, nil
	}
	form := regexp.MustCompile(`^` + regexp.QuoteMeta(backupName(database)) + `-(\d{8}T\d{6}Z)\.db(\.part)?$`)
	for _, e := range all {
		m := form.FindStringSubmatch(e.Name())
		if m == nil || !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		at, err := time.Parse(backupStamp, m[1])
		switch {
		case err != nil || at.After(now.Add(time.Minute)):
		case m[2] != "":
			parts = append(parts, path)
		default:
			list = append(list, kept{path, at})
		}
	}
	feed.SortBy(list, func(a, b kept) int { return b.at.Compare(a.at) })
	return list, parts, err
}

// backupName is what the names of a database's backups begin with.
func backupName(database string) string {
	name := filepath.Base(database)
	return cmp.Or(strings.TrimSuffix(name, filepath.Ext(name)), name)
}

// backupState is how the scheduled backups do; nil where there are none.
func (s *Server) backupState() *BackupStatus {
	want := s.state.Load().cfg.Storage.Backup
	if want.Dir == "" {
		return nil
	}
	now := s.now()
	st := &BackupStatus{Dir: want.Dir}
	list, _, err := keptBackups(want.Dir, s.db.Path(), now)
	if err != nil {
		st.Error = err.Error()
	}
	next := now
	if len(list) > 0 {
		st.Path, st.Last, next = list[0].path, &list[0].at, list[0].at.Add(want.Every)
		if f, err := os.Stat(st.Path); err == nil {
			st.Bytes = f.Size()
		}
	}
	since := s.serving.Load()
	if since != nil {
		// A server that was down had nobody to make one, and one that begins is let try.
		due := next
		if len(list) == 0 || since.After(due) {
			due = *since
		}
		if late := due.Add(max(want.Every/4, time.Hour)); !late.After(now) {
			st.Overdue = feed.Moment(due)
		}
	}
	s.backups.mu.Lock()
	defer s.backups.mu.Unlock()
	if s.backups.err != "" {
		st.Error, st.Failing = s.backups.err, feed.Moment(s.backups.failing)
		if again := s.backups.tried.Add(backupRetry); again.After(next) && !s.backups.tried.After(now) {
			next = again
		}
	}
	st.Next = feed.Moment(next)
	return st
}

// keepBackups makes backups as they are due until ctx ends. The newest in the folder says
// when the next one is: a start alone makes none.
func (s *Server) keepBackups(ctx context.Context) error {
	tick := time.NewTicker(backupTick)
	defer tick.Stop()
	for {
		s.backUpWhenDue(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (s *Server) backUpWhenDue(ctx context.Context) {
	st, now := s.backupState(), s.now()
	if st == nil || st.Next.After(now) || st.Last == nil && s.begins(now) {
		return
	}
	began, over := time.Now(), s.load.begins()
	c, err := s.backUp(ctx, now)
	over()
	if ctx.Err() != nil {
		return
	}
	s.backups.mu.Lock()
	defer s.backups.mu.Unlock() // who is told of it next finds it in the log
	before := s.backups.err
	if err == nil {
		s.backups.err, s.backups.failing = "", time.Time{}
	} else {
		if before == "" {
			s.backups.failing = now
		}
		s.backups.err, s.backups.tried = err.Error(), now
	}
	switch {
	case err == nil:
		s.log.Info("database backed up", "path", c.Path, "bytes", c.Bytes, "entries", c.Entries, "ms", time.Since(began).Milliseconds())
	case before != err.Error():
		s.log.Error("no backup; it is tried again every ten minutes", "error", err)
	}
}

// emptyFor is how long a server that begins with nothing gets to have something that is
// worth a first backup: the next one is due a whole interval later.
const emptyFor = 10 * time.Minute

// begins reports whether the server began a short while ago, and has stored nothing yet.
func (s *Server) begins(now time.Time) (is bool) {
	since := s.serving.Load()
	if since == nil || now.Sub(*since) >= emptyFor {
		return false
	}
	err := s.db.View(func(r *storage.Reader) error {
		is = r.Counts().Entries == 0
		return nil
	})
	return is && err == nil
}

// backUp makes a backup in the folder and removes the oldest of those that are too many,
// and nothing else.
func (s *Server) backUp(ctx context.Context, now time.Time) (storage.Copied, error) {
	want, database := s.state.Load().cfg.Storage.Backup, s.db.Path()
	// The folder alone is made: above it may be a disk that is not there now.
	err := os.Mkdir(want.Dir, 0o700)
	if err == nil {
		err = storage.HandOver(want.Dir)
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return storage.Copied{}, fmt.Errorf("folder of backups: %w", err)
	}
	c, err := s.copy(ctx, filepath.Join(want.Dir, backupName(database)+"-"+now.Format(backupStamp)+".db"), false)
	if err == nil {
		err = storage.HandOver(c.Path)
	}
	if err != nil {
		return c, err
	}
	list, parts, err := keptBackups(want.Dir, database, now)
	if err != nil {
		return c, err
	}
	for _, old := range list[min(want.Keep, len(list)):] {
		parts = append(parts, old.path)
	}
	for _, path := range parts {
		if err := os.Remove(path); err != nil {
			s.log.Error("an old backup was not removed", "error", err)
		}
	}
	return c, nil
}
