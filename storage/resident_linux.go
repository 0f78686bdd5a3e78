package storage

import (
	"fmt"
	"os"
	"syscall"
	"unsafe"

	bolt "go.etcd.io/bbolt"
)

// Release gives back the memory that pages of the file take in this process.
// bbolt maps the file, and the kernel counts every page near one that was read;
// after a while that is the whole file. The pages stay in the system's cache and
// come back when they are read, so nothing is lost but a moment.
func (db *DB) Release() error {
	// An open read keeps bbolt from mapping the file anew meanwhile.
	return db.bolt.View(func(*bolt.Tx) error {
		st, err := os.Stat(db.bolt.Path())
		if err != nil {
			return err
		}
		at := db.bolt.Info().Data
		if at == 0 || st.Size() == 0 {
			return nil
		}
		// The map is at least as long as the file; it is file-backed and shared,
		// for which MADV_DONTNEED changes no content (madvise(2)).
		mapped := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(nil), at)), st.Size())
		if err := syscall.Madvise(mapped, syscall.MADV_DONTNEED); err != nil {
			return fmt.Errorf("madvise: %w", err)
		}
		return nil
	})
}
