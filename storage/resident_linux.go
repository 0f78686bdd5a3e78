package storage

import (
	"fmt"
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
	return db.file.view(func(tx *bolt.Tx) error {
		at, size := db.file.bolt.Info().Data, tx.Size()
		if at == 0 || size == 0 {
			return nil
		}
		// What the transaction can see is mapped; the file may be longer than the
		// map, and what lies behind that is not ours. The map is file-backed and
		// shared, for which MADV_DONTNEED changes no content (madvise(2)).
		mapped := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(nil), at)), size)
		if err := syscall.Madvise(mapped, syscall.MADV_DONTNEED); err != nil {
			return fmt.Errorf("madvise: %w", err)
		}
		return nil
	})
}
