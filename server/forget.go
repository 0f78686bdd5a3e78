package server

import (
	"context"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"topicwire/server/desk"
)

// forget is Desk.Forget, with a line in the log.
func (s *Server) forget(ctx context.Context, q desk.ForgetRequest) (desk.Forgotten, error) {
	f, err := s.Desk().Forget(ctx, q, copies(s.db.Path(), s.copyFolders()...))
	if err != nil && f.Number == 0 {
		return f, err
	}
	if !q.Dry {
		s.stale.Store(true) // the page of sources may name one
		s.log.Info("forgotten", "number", f.Number, "host", f.Host, "entries", f.Entries, "sources", len(f.Sources), "by", desk.OneLine(q.By),
			"note", desk.OneLine(q.Note), "copies", len(f.Copies), "unread", len(f.Unread))
	}
	return f, err
}

// copyFolders are the folders that copies of the database are put in.
func (s *Server) copyFolders() []string {
	if dir := s.state.Load().cfg.Storage.Backup.Dir; dir != "" {
		return []string{dir}
	}
	return nil
}

// halves are what the files are called, behind the name of the database, that a crash leaves
// of one that is written anew. They may be whole.
var halves = [...]string{".migrating", ".restoring", ".compacting"}

// copies are the files that topicwire made of a database: those that it kept beside it
// when it wrote the file anew, and the databases in folders, with what crashes left of
// both. Beside it is also where a link leads. A folder that is not there has none.
func copies(database string, folders ...string) (paths []string) {
	own, _ := os.Stat(database)
	add := func(folder string, is func(name string) bool) {
		files, err := os.ReadDir(folder)
		if err != nil {
			return
		}
		for _, f := range files {
			path := filepath.Join(folder, f.Name())
			if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && !os.SameFile(st, own) && is(f.Name()) && !slices.Contains(paths, path) {
				paths = append(paths, path)
			}
		}
	}
	beside := func(path string) {
		add(filepath.Dir(path), func(name string) bool {
			suffix, of := strings.CutPrefix(name, filepath.Base(path))
			return of && (strings.HasPrefix(suffix, ".before-") || slices.Contains(halves[:], suffix))
		})
	}
	beside(database)
	if st, err := os.Lstat(database); err == nil && st.Mode().Type() == fs.ModeSymlink {
		if real, err := filepath.EvalSymlinks(database); err == nil {
			beside(real)
		}
	}
	for _, f := range folders {
		add(f, func(name string) bool { return filepath.Ext(strings.TrimSuffix(name, ".part")) == ".db" })
	}
	return paths
}
