package server

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// A server that root starts in the folder of the service's user leaves nothing there that
// the service cannot open, connect to or clear away later.
func TestRootServesInTheFolderOfTheService(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root makes files for others: not run as root")
	}
	const service = 23456
	dir := t.TempDir()
	if err := os.Chown(dir, service, service); err != nil {
		t.Fatal(err)
	}
	cfg := withBackups(t, dir)
	l := goLive(t, cfg, func(s *Server) { s.backUpWhenDue(t.Context()) })
	backups, err := filepath.Glob(filepath.Join(cfg.Storage.Backup.Dir, "*.db"))
	if err != nil || len(backups) != 1 {
		t.Fatalf("backups %q, %v", backups, err)
	}
	for _, path := range append(backups, cfg.Storage.Path, SocketPath(cfg.Storage.Path), filepath.Join(dir, "admin.sock"), cfg.Storage.Backup.Dir) {
		st, err := os.Stat(path)
		if err != nil {
			t.Fatalf("%v\n%s", err, l.log)
		}
		if of := st.Sys().(*syscall.Stat_t); of.Uid != service || of.Gid != service {
			t.Errorf("%s belongs to %d:%d", path, of.Uid, of.Gid)
		}
	}
}
