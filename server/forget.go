package server

import (
	"context"
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

// copies are the files that topicwire made of a database: those that it kept beside it
// when it wrote the file anew, and the databases in folders. A folder that is not there
// has none.
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
	add(filepath.Dir(database), func(name string) bool { return strings.HasPrefix(name, filepath.Base(database)+".before-") })
	for _, f := range folders {
		add(f, func(name string) bool { return filepath.Ext(name) == ".db" })
	}
	return paths
}
