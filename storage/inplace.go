package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	bolt "go.etcd.io/bbolt"
)

// ErrElsewhere says that the open file is not at its path any more: what would be
// written to it, nobody would find again.
var ErrElsewhere = errors.New("the file was moved, removed, replaced or cut short")

// InPlace reports whether the open file is still the one at its path, by device and
// inode, and as long as it must be. The error is ErrElsewhere with what is there.
func (db *DB) InPlace() error {
	st, err := os.Stat(db.Path())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("%w (nothing is there)", ErrElsewhere)
	case err != nil:
		return fmt.Errorf("%w (%w)", ErrElsewhere, bare(err))
	case !os.SameFile(st, db.file):
		return fmt.Errorf("%w (another file is there)", ErrElsewhere)
	}
	var size int64
	err = db.bolt.View(func(tx *bolt.Tx) error {
		size = tx.Size()
		return nil
	})
	if err == nil && st.Size() < size {
		return fmt.Errorf("%w (it has %d bytes and should have %d)", ErrElsewhere, st.Size(), size)
	}
	return err
}
