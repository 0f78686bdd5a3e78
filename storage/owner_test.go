package storage_test

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"topicwire/storage"
)

// service is the user and group of a folder that is not root's.
const service = 23456

// ofService makes a folder the service's, which takes root.
func ofService(t *testing.T, dir string) {
	t.Helper()
	if os.Geteuid() != 0 {
		t.Skip("only root makes files for others: not run as root")
	}
	if err := os.Chown(dir, service, service); err != nil {
		t.Fatal(err)
	}
}

func ownedBy(t *testing.T, path string, want uint32) {
	t.Helper()
	st, err := os.Lstat(path)
	if err != nil {
		t.Fatal(err)
	}
	if of := st.Sys().(*syscall.Stat_t); of.Uid != want || of.Gid != want {
		t.Errorf("%s belongs to %d:%d, want %d", filepath.Base(path), of.Uid, of.Gid, want)
	}
}

// What root makes in the folder of the service's user is that user's: the service must be
// able to open it. A file that is there already keeps its owner.
func TestRootMakesTheFilesOfTheService(t *testing.T) {
	dir := t.TempDir()
	ofService(t, dir)
	path := filepath.Join(dir, "topicwire.db")
	open(t, path).Close()
	ownedBy(t, path, service)
	if err := os.Chown(path, 0, 0); err != nil {
		t.Fatal(err)
	}
	open(t, path).Close()
	ownedBy(t, path, 0)
	left := filepath.Join(dir, "left.db") // by a crash before anything was written
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	open(t, left).Close()
	ownedBy(t, left, service)

	folder := filepath.Join(dir, "backups")
	if err := errors.Join(os.Mkdir(folder, 0o700), storage.HandOver(folder)); err != nil {
		t.Fatal(err)
	}
	ownedBy(t, folder, service)

	own := filepath.Join(t.TempDir(), "topicwire.db")
	open(t, own).Close()
	ownedBy(t, own, 0)
}

// A link that the owner of the folder put there gives nothing away.
func TestHandOverFollowsNoLink(t *testing.T) {
	dir := t.TempDir()
	ofService(t, dir)
	secret, link := filepath.Join(t.TempDir(), "shadow"), filepath.Join(dir, "topicwire.sock")
	if err := errors.Join(os.WriteFile(secret, []byte("secret"), 0o600), os.Symlink(secret, link)); err != nil {
		t.Fatal(err)
	}
	if err := storage.HandOver(link); err != nil {
		t.Fatal(err)
	}
	ownedBy(t, secret, 0)
	ownedBy(t, link, service)
}

// The first command after an upgrade may be root's: the migrated file stays the service's,
// with its mode.
func TestAMigratedFileKeepsItsOwner(t *testing.T) {
	path, _ := fileOf(t, "schema2")
	ofService(t, filepath.Dir(path))
	if err := errors.Join(os.Chown(path, service, service), os.Chmod(path, 0o640)); err != nil {
		t.Fatal(err)
	}
	open(t, path).Close()
	ownedBy(t, path, service)
	ownedBy(t, path+".before-v3", service)
	if st, err := os.Stat(path); err != nil || st.Mode().Perm() != 0o640 {
		t.Errorf("mode %v, %v", st.Mode(), err)
	}
}
