package storage

import (
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// HandOver gives what root has just made, a file, a folder or a socket, to the owner of
// the folder that it is in: who runs the server there must be able to open it. For anybody
// but root, and in a folder of root's own, it does nothing. A link is not followed: that
// owner could have put one there.
func HandOver(path string) error {
	return toOwner(path, func(uid, gid int) error { return os.Lchown(path, uid, gid) })
}

// handOverNew is the same of an open file that is still empty, and root's: one that root
// has just made, or that a crash left of such a one.
func handOverNew(f *os.File, st fs.FileInfo, path string) error {
	if of, ok := st.Sys().(*syscall.Stat_t); !ok || of.Uid != 0 || st.Size() > 0 {
		return nil
	}
	return toOwner(path, f.Chown)
}

func toOwner(path string, chown func(uid, gid int) error) error {
	if os.Geteuid() != 0 {
		return nil
	}
	st, err := os.Stat(filepath.Dir(path))
	if err != nil {
		return bare(err)
	}
	of, ok := st.Sys().(*syscall.Stat_t)
	if !ok || of.Uid == 0 {
		return nil
	}
	return bare(chown(int(of.Uid), int(of.Gid)))
}
