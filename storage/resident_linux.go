package storage

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
	"unsafe"

	bolt "go.etcd.io/bbolt"
)

// Release gives back the memory that pages of the file take in this process.
// bbolt maps the file, and the kernel counts every page near one that was read;
// after a while that is the whole file. The pages stay in the system's cache and
// come back when they are read, so nothing is lost but a moment.
func (db *DB) Release() error {
	// An open read keeps bbolt from mapping the file anew meanwhile.
	return db.file.view(db.release)
}

// release is Release within a transaction.
func (db *DB) release(tx *bolt.Tx) error {
	at, size := db.file.bolt.Info().Data, tx.Size()
	if at == 0 || size == 0 {
		return nil
	}
	// What a transaction can see is mapped; the file may be longer than the
	// map, and what lies behind that is not ours. The map is file-backed and
	// shared, for which MADV_DONTNEED changes no content (madvise(2)).
	mapped := unsafe.Slice((*byte)(unsafe.Add(unsafe.Pointer(nil), at)), size)
	if err := syscall.Madvise(mapped, syscall.MADV_DONTNEED); err != nil {
		return fmt.Errorf("madvise: %w", err)
	}
	return nil
}

// maxResident is how much of files the process has in memory, the program's own 20 MB or
// so included, in bytes, before some is given back in the midst of a transaction. One of
// many changes touches pages all over the file, reads all that it changes once more when it
// commits, and the kernel maps sixteen for each.
const maxResident = 64 << 20

// crowded reports whether the process has more than that.
func crowded() bool {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return false
	}
	// The third is what is resident of files, in pages (proc_pid_statm(5)).
	f := strings.Fields(string(b))
	if len(f) < 3 {
		return false
	}
	pages, err := strconv.Atoi(f[2])
	return err == nil && pages*os.Getpagesize() > maxResident
}

// large reports whether the database can have more than that in memory.
func (db *DB) large() bool { return db.file.least.Load() >= maxResident }

// Relieve is Release where the process has more than 64 MB of files in memory: for whoever
// reads all over the file many times a second, and would have to read most of it again.
func (db *DB) Relieve() error {
	if !db.large() || !crowded() {
		return nil
	}
	return db.Release()
}

// relieve is release where the process has much of files in memory.
func (db *DB) relieve(tx *bolt.Tx) {
	if db.large() && crowded() {
		_ = db.release(tx) // what is not given back is taken back by the system
	}
}

// relieveEvery is how often it is looked while a transaction runs.
const relieveEvery = 4 * time.Millisecond

// relieved has write write, and gives pages of a large file back meanwhile: while bbolt
// commits nobody else can.
func (db *DB) relieved(write func() error) error {
	if !db.large() {
		return write()
	}
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(relieveEvery)
		defer tick.Stop()
		for {
			select {
			case <-over:
				return
			case <-tick.C:
				if crowded() {
					_ = db.Release()
				}
			}
		}
	}()
	defer func() { <-ended }()
	defer close(over)
	return write()
}
