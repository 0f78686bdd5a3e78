package storage

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"syscall"

	bolt "go.etcd.io/bbolt"
)

// A boltFile is an open bbolt file. bbolt maps the file into memory: where a page of
// it is gone, because somebody cut the file off or the disk fails, reading it is not an
// error but a signal, which by default ends the process. Every transaction here turns
// that into ErrCorrupt, and leaves bbolt's locks free, so that the process goes on and
// can be stopped.
type boltFile struct {
	bolt *bolt.DB
	f    *os.File // the same open file; it holds the lock
	path string   // as it was given
	// beginning is held while a read begins. Who fails there leaves locks of bbolt
	// behind, and broken, which keeps others from waiting for them.
	beginning sync.Mutex
	broken    atomic.Bool
	pageSize  int64
	least     atomic.Int64 // bytes that the file had when it was last looked at; 0 before
	reads     sync.RWMutex // every read holds it for reading; see DB.ascertain
}

var errStopped = fmt.Errorf("%w (it could not be read while it was in use; start again once it can)", ErrCorrupt)

// begins is whole for every read: it looks no further than at the length. A file that has
// once been whole has its first pages as long as it is not shorter.
func (b *boltFile) begins() error {
	if least := b.least.Load(); least > 0 && !b.broken.Load() {
		if st, err := b.f.Stat(); err == nil && st.Size() >= least {
			return nil
		}
	}
	return b.whole()
}

// whole says what is wrong with a file that is shorter than it was, or whose first
// pages cannot be read. bbolt reads those within its locks.
func (b *boltFile) whole() error {
	if b.broken.Load() {
		return errStopped
	}
	size, err := int64(0), error(nil)
	if st, serr := b.f.Stat(); serr == nil {
		size = st.Size()
	} else if errors.Is(serr, os.ErrClosed) {
		return nil // which bbolt says in its way
	} else {
		err = serr
	}
	first := make([]byte, b.pageSize+pageHeader+metaLength)
	if n, rerr := b.f.ReadAt(first, 0); rerr == io.EOF {
		return cutOff(size, max(int64(n)+1, 4*b.pageSize))
	} else if err == nil {
		err = rerr
	}
	if err != nil {
		return fmt.Errorf("%w (its first pages cannot be read: %w)", ErrCorrupt, bare(err))
	}
	m, _, ok := readMeta(first)
	if second, _, valid := readMeta(first[b.pageSize:]); valid && (!ok || second.txid > m.txid) {
		m, ok = second, true
	}
	switch {
	case !ok:
		return fmt.Errorf("%w (both of its first pages are)", ErrCorrupt)
	case size < m.size():
		return cutOff(size, m.size())
	}
	b.least.Store(m.size())
	return nil
}

func cutOff(is, want int64) error {
	return fmt.Errorf("%w (it was cut off: %d of %d bytes are there)", ErrCorrupt, is, want)
}

// view calls read within a transaction that sees the last committed state.
func (b *boltFile) view(read func(*bolt.Tx) error) error {
	b.reads.RLock()
	defer b.reads.RUnlock()
	return b.guarded(func() error {
		tx, err := b.beginRead()
		if err != nil {
			return err
		}
		defer b.end(tx)
		return read(tx)
	})
}

func (b *boltFile) beginRead() (*bolt.Tx, error) {
	b.beginning.Lock()
	defer b.beginning.Unlock()
	if err := b.begins(); err != nil {
		return nil, err
	}
	return b.begin(false)
}

// begin is bolt's Begin; where that fails halfway, nothing more is begun.
func (b *boltFile) begin(writable bool) (*bolt.Tx, error) {
	done := false
	defer func() {
		if !done {
			b.broken.Store(true)
		}
	}()
	tx, err := b.bolt.Begin(writable)
	done = true
	return tx, err
}

// update calls write within a transaction and commits what it wrote, unless it fails.
// It must not be called from two goroutines at once.
func (b *boltFile) update(write func(*bolt.Tx) error) error {
	return b.guarded(func() error {
		if err := b.whole(); err != nil {
			return err
		}
		tx, err := b.begin(true)
		if err != nil {
			return err
		}
		// bolt.Update would read the list of free pages again, from a file that may not
		// be readable, before it lets go of its lock. Until the commit there is no need:
		// no page was taken from that list.
		defer b.end(tx)
		if err := write(tx); err != nil {
			return err
		}
		done := false
		defer func() {
			if !done {
				b.broken.Store(true) // pages may be taken that nobody uses
			}
		}()
		err = tx.Commit()
		done = true
		if err == nil {
			b.grown()
		}
		return err
	})
}

// grown notes how long a file is after a commit.
func (b *boltFile) grown() {
	if tx, err := b.begin(false); err == nil {
		b.least.Store(tx.Size())
		b.end(tx)
	}
}

// end rolls a transaction back that was not committed.
func (b *boltFile) end(tx *bolt.Tx) {
	done := false
	defer func() {
		if !done {
			b.broken.Store(true)
		}
	}()
	_ = tx.Rollback() // ErrTxClosed after a commit
	done = true
}

// close waits for open reads to end, where it can, and lets the file go.
func (b *boltFile) close() error {
	if !b.broken.Load() {
		return b.bolt.Close()
	}
	// bbolt's locks may be held for ever. What was committed is on disk.
	_ = syscall.Flock(int(b.f.Fd()), syscall.LOCK_UN)
	return b.f.Close()
}

// guarded runs what reads the map. Damage becomes an error: bbolt's assertions, which
// are panics of a string, pages that cannot be read, and whatever else goes wrong in a
// file whose pages are not what they should be. Any other panic is a mistake of ours
// and stays one.
func (b *boltFile) guarded(run func() error) (err error) {
	was := debug.SetPanicOnFault(true)
	defer func() {
		p := recover()
		debug.SetPanicOnFault(was)
		if p == nil {
			return
		}
		if err = damage(p); err != nil {
			return
		}
		if _, ofRuntime := p.(runtime.Error); ofRuntime {
			if err = b.pagesWrong(); err != nil {
				return
			}
		}
		panic(p)
	}()
	return run()
}

// damage is the error for a panic that damage of the file causes; nil for another.
func damage(p any) error {
	switch p := p.(type) {
	case string:
		return fmt.Errorf("%w (%s)", ErrCorrupt, p)
	case interface{ Addr() uintptr }: // see debug.SetPanicOnFault; not of nil
		return fmt.Errorf("%w (a page cannot be read: the file was cut off, or the disk fails)", ErrCorrupt)
	}
	return nil
}

// pagesWrong is what is wrong with the pages of the file, nil for nothing.
func (b *boltFile) pagesWrong() (err error) {
	tx, err := b.beginRead()
	if err != nil {
		return err
	}
	defer b.end(tx)
	_, err = soundPages(b.f, metaOf(tx))
	return err
}
