package storage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
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
	}
	is, err := db.file.f.Stat()
	switch {
	case err != nil:
		return bare(err)
	case !os.SameFile(st, is):
		return fmt.Errorf("%w (another file is there)", ErrElsewhere)
	}
	if err := db.file.whole(); err != nil {
		return fmt.Errorf("%w (%w)", ErrElsewhere, err)
	}
	return nil
}
