package storage

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A Space is how much of a database file is in use.
type Space struct {
	Bytes int64 // of the file
	Free  int64 // of these, in pages that nothing is on: they are used before the file grows
}

// leastWaste is the size in bytes of files that it is worth while to compact.
const leastWaste = 16 << 20

// Wasteful reports whether compacting is worth while: more than half of a file that is
// not small is free.
func (s Space) Wasteful() bool { return s.Bytes >= leastWaste && s.Free > s.Bytes/2 }

// Space is how much of the file is in use.
func (db *DB) Space() (s Space, err error) {
	err = db.file.view(func(tx *bolt.Tx) (err error) {
		s, err = spaceOf(db.file.f, metaOf(tx))
		return err
	})
	return s, err
}

// SpaceOf is the same of a file that no process holds.
func SpaceOf(path string) (s Space, err error) {
	f, err := lockFile(path, os.O_RDONLY, 0, lockTimeout)
	if err != nil {
		return s, fmt.Errorf("open %s: %w", path, err)
	}
	defer f.Close()
	st, err := f.Stat()
	var m metaPage
	if err == nil {
		m, err = inspect(f, st.Size())
	}
	if err == nil && st.Size() > 0 {
		s, err = spaceOf(f, m)
	}
	if err != nil {
		return s, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func spaceOf(f *os.File, m metaPage) (Space, error) {
	st, err := f.Stat()
	if err != nil {
		return Space{}, bare(err)
	}
	free, err := readFreelist(f, m)
	return Space{Bytes: st.Size(), Free: st.Size() - m.size() + int64(len(free))*m.pageSize}, err
}

// Compact writes a database that no process holds anew, without free pages. The new file
// takes the old one's place once it is on disk and was compared with it, key by key: a
// crash leaves one or the other, which say the same.
func Compact(ctx context.Context, path string) (before, after int64, err error) {
	fail := func(err error) (int64, int64, error) { return 0, 0, fmt.Errorf("compact %s: %w", path, err) }
	real, held, err := hold(path)
	if err == nil && held == nil {
		err = fs.ErrNotExist
	}
	if err != nil {
		return fail(err)
	}
	was, err := held.Stat()
	if err == nil && was.Size() == 0 {
		err = fmt.Errorf("%w: it is empty", ErrForeign)
	}
	if err != nil {
		held.Close()
		return fail(err)
	}
	b, err := openLocked(held, real, Options{}, false)
	if err != nil {
		return fail(err)
	}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := known(b); err != nil {
		return fail(err)
	}
	part := real + ".compacting"
	if err := compactTo(ctx, b, part); err != nil {
		os.Remove(part)
		return fail(err)
	}
	is, err := os.Stat(part)
	if err != nil {
		return fail(err)
	}
	if _, err := replaceHeld(held, part, real, ""); err != nil {
		return fail(err)
	}
	return was.Size(), is.Size(), nil
}

// compactTo writes all of a file to a new one, and compares.
func compactTo(ctx context.Context, b *boltFile, part string) error {
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return bare(err)
	}
	if err := b.pagesWrong(); err != nil {
		return err
	}
	to, err := bolt.Open(part, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true, PageSize: pageSize})
	if err != nil {
		return bare(err)
	}
	to.AllocSize = 1 << 20
	var was uint64
	var size int64
	err = b.view(func(tx *bolt.Tx) error {
		// Half of the work is to compare.
		space, err := spaceOf(b.f, metaOf(tx))
		if err != nil {
			return err
		}
		size = space.Bytes - space.Free
		feed.Tell(ctx, 0, 2*size)
		w := &bulk{db: to, tell: func(written int64) { feed.Tell(ctx, min(written, size), 2*size) }}
		err = tx.ForEach(func(name []byte, _ *bolt.Bucket) error {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			return w.copy(tx, name)
		})
		if err = errors.Join(err, w.commit(err == nil)); err == nil {
			was = contents(tx)
			feed.Tell(ctx, size+size/2, 2*size)
		}
		return err
	})
	if err = errors.Join(err, to.Close()); err == nil {
		err = trimmed(part)
	}
	if err != nil {
		return err
	}
	made, err := openReading(part)
	if err != nil {
		return err
	}
	err = made.view(func(tx *bolt.Tx) error {
		if contents(tx) != was {
			return errors.New("the new file does not say the same")
		}
		return nil
	})
	if err == nil {
		err = made.pagesWrong()
		feed.Tell(ctx, 2*size, 2*size)
	}
	return errors.Join(err, made.close())
}

// trimmed cuts off what a file has behind its last page, and waits until it is on disk.
func trimmed(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return bare(err)
	}
	st, err := f.Stat()
	var m metaPage
	if err == nil {
		m, err = inspect(f, st.Size())
	}
	if err == nil {
		err = f.Truncate(m.size())
	}
	return errors.Join(bare(err), f.Sync(), f.Close())
}

// contents is a hash of all that is stored, whatever page it is on.
func contents(tx *bolt.Tx) uint64 {
	h := xxhash.New()
	write := func(parts ...[]byte) {
		for _, p := range parts {
			var length [8]byte
			binary.BigEndian.PutUint64(length[:], uint64(len(p)))
			h.Write(length[:])
			h.Write(p)
		}
	}
	_ = tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
		write(name, key8(bucket.Sequence()))
		return bucket.ForEach(func(k, v []byte) error {
			write(k, v)
			return nil
		})
	})
	return h.Sum64()
}
