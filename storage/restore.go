package storage

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"topicwire/feed"
)

// A Restored is what came of a Restore.
type Restored struct {
	Copied
	Kept string `json:"kept"` // the name under which the file of before is kept; "" where there was none
}

// Restore puts a copy of a database, as Backup writes them, into the place of a database
// that no process holds, whatever state that one is in. The copy is verified before
// anything is changed: wrong is called with each thing that is wrong with it, and then
// it fails with ErrCorrupt. The old file stays beside the new one as
// DATABASE.before-restore. A crash leaves the old one or the new one in place. It tells by
// its context how far it is, half of which is to verify.
func Restore(ctx context.Context, from, database string, wrong func(string)) (r Restored, err error) {
	database, held, err := hold(database)
	if err != nil {
		return r, fmt.Errorf("restore %s: %w", database, err)
	}
	if held != nil {
		defer held.Close()
		if is, err := held.Stat(); err == nil {
			if st, err := os.Stat(from); err == nil && os.SameFile(is, st) {
				return r, fmt.Errorf("restore %s: it is the database itself: %w", from, fs.ErrExist)
			}
		}
	}
	b, err := openReading(from)
	if err != nil {
		return r, fmt.Errorf("restore %s: %w", from, err)
	}
	defer func() { err = errors.Join(err, b.close()) }()
	st, err := b.f.Stat()
	if err != nil {
		return r, fmt.Errorf("restore %s: %w", from, bare(err))
	}
	size := st.Size()
	feed.Tell(ctx, 0, 2*size)
	if err := verifyCopy(feed.Within(ctx, 0, size, 2*size), b, wrong); err != nil {
		return r, fmt.Errorf("restore %s: %w", from, err)
	}
	part := database + ".restoring"
	r.Path = database
	if r.Bytes, r.Entries, err = copyChecked(feed.Within(ctx, size, size, 2*size), b, part); err == nil {
		r.Kept, err = replaceHeld(held, part, database, ".before-restore")
	}
	if err != nil {
		return Restored{}, fmt.Errorf("restore to %s: %w", database, err)
	}
	return r, nil
}

// hold locks a database, if there is one, and returns where its file really is: a link
// stays a link.
func hold(path string) (string, *os.File, error) {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	f, err := lockFile(path, os.O_RDWR, 0, lockTimeout)
	if errors.Is(err, fs.ErrNotExist) {
		return path, nil, nil
	}
	return path, f, err
}

// replaceHeld puts a file into the place of one that is locked, and is kept under its name
// with a suffix behind it; or removed where the suffix is "". The new one gets the owner
// and mode of the old one, as far as that may be set.
func replaceHeld(held *os.File, part, path, suffix string) (kept string, err error) {
	defer func() {
		if err != nil {
			os.Remove(part)
		}
	}()
	if err := likeOwner(held, part, path); err != nil {
		return "", err
	}
	if held == nil {
		// A server that was started meanwhile has made one.
		switch err := os.Link(part, path); {
		case errors.Is(err, fs.ErrExist):
			return "", ErrLocked
		case err == nil:
			return "", errors.Join(bare(os.Remove(part)), syncFolder(path))
		} // a disk without links
	} else if suffix != "" {
		if kept, err = keep(path, suffix); err != nil {
			return "", fmt.Errorf("keep the old file: %w", err)
		}
	}
	return kept, into(part, path)
}

// likeOwner gives a file the owner and mode of another, or, where there is none, the
// owner of the folder: root may do this for the user who runs the server.
func likeOwner(held *os.File, part, path string) error {
	var like fs.FileInfo
	var err error
	if held != nil {
		if like, err = held.Stat(); err == nil {
			err = os.Chmod(part, like.Mode().Perm())
		}
	} else {
		like, err = os.Stat(filepath.Dir(path))
	}
	if err != nil {
		return bare(err)
	}
	if st, ok := like.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		return bare(os.Lchown(part, int(st.Uid), int(st.Gid)))
	}
	return nil
}

// verifyCopy checks all of an open file, as Verify does. One of an older schema has its
// pages checked alone: what it says is checked as it is brought to the present one.
func verifyCopy(ctx context.Context, b *boltFile, wrong func(string)) error {
	v, whole, err := version(b)
	if err != nil {
		return err
	}
	n := 0
	tell := func(text string) {
		n++
		wrong(text)
	}
	if v == Schema && whole {
		db, err := newDB(b, Options{})
		if err != nil {
			return err
		}
		defer db.dec.Close()
		if err := db.Verify(ctx, tell); err != nil && ctx.Err() != nil {
			return err
		} else if err != nil && !errors.Is(err, ErrCorrupt) {
			return fmt.Errorf("%w (%w)", ErrCorrupt, err)
		} else if err != nil {
			return err
		}
	} else if err := b.pagesWrong(); err != nil {
		return err
	}
	if n > 0 {
		return fmt.Errorf("%w (%d things are wrong with it)", ErrCorrupt, n)
	}
	return nil
}
