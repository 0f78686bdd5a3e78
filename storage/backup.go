package storage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"syscall"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A Copied is a copy of a database that was checked.
type Copied struct {
	Path    string `json:"path"`
	Bytes   int64  `json:"bytes"`
	Entries int    `json:"entries"`
}

// Backup writes a copy of the last committed state to a file, which only its owner may
// read. Others read and write the database meanwhile. The file gets its name once it is
// whole, checked and on disk: a crash leaves FILE.part at most. What is there already is
// left, with fs.ErrExist; replace takes the place of another database or an empty file,
// and of nothing else.
func (db *DB) Backup(ctx context.Context, file string, replace bool) (Copied, error) {
	db.copying.Lock()
	defer db.copying.Unlock()
	return backup(ctx, db.file, file, replace)
}

// BackupFile is Backup of a database that no process writes, as it is: one of an older
// schema stays so.
func BackupFile(ctx context.Context, database, file string, replace bool) (Copied, error) {
	b, err := openReading(database)
	if err != nil {
		return Copied{}, fmt.Errorf("open %s: %w", database, err)
	}
	c, err := backup(ctx, b, file, replace)
	return c, errors.Join(err, b.close())
}

// openReading opens a file of a known schema together with others that only read it,
// and changes nothing.
func openReading(path string) (*boltFile, error) {
	if st, err := os.Stat(path); err == nil && st.Mode().IsRegular() && st.Size() == 0 {
		return nil, fmt.Errorf("%w: it is empty", ErrForeign)
	}
	b, err := openBolt(path, Options{Timeout: lockTimeout}, true)
	if err != nil {
		return nil, err
	}
	if err := known(b); err != nil {
		return nil, errors.Join(err, b.close())
	}
	return b, nil
}

// known refuses a file that is of no schema that this package reads or migrates.
func known(b *boltFile) error {
	v, _, err := version(b)
	switch {
	case err != nil:
		return err
	case v > Schema:
		return newer(v)
	case v == 0:
		return fmt.Errorf("%w: nothing is in it", ErrForeign)
	}
	return nil
}

func newer(v uint32) error {
	return fmt.Errorf("%w (schema %d, this one knows %d)", ErrNewer, v, Schema)
}

func backup(ctx context.Context, b *boltFile, file string, replace bool) (Copied, error) {
	c, err := Copied{Path: file}, free(b, file, replace)
	if err == nil {
		c.Bytes, c.Entries, err = copyChecked(ctx, b, file+".part")
	}
	if err == nil {
		err = into(file+".part", file)
	}
	if err != nil {
		return Copied{}, fmt.Errorf("backup to %s: %w", file, err)
	}
	return c, nil
}

// free says why a copy of a database must not go to a path.
func free(b *boltFile, file string, replace bool) error {
	st, err := os.Stat(file)
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := os.Lstat(file); err == nil {
			return regular(file) // a link to nowhere
		}
		return nil
	}
	if err != nil {
		return bare(err)
	}
	if err := regular(file); err != nil {
		return err
	}
	is, err := b.f.Stat()
	switch {
	case err != nil:
		return bare(err)
	case os.SameFile(is, st):
		return fmt.Errorf("it is the database itself: %w", fs.ErrExist)
	case !replace:
		return fs.ErrExist
	case st.Size() == 0:
		return nil
	}
	other, err := openReading(file)
	switch {
	case err == nil:
		return other.close()
	case errors.Is(err, ErrCorrupt), errors.Is(err, ErrNewer):
		return nil // still a database
	}
	return fmt.Errorf("what is there is not replaced: %w", err)
}

// copyChecked writes a copy of the last committed state to a new file, waits until it is
// on disk, and checks it: that it has the bytes that were written, that its pages and
// schema are in order, and that each bucket has as many keys as the state. A file that
// is left from a crash is replaced; after an error there is none.
func copyChecked(ctx context.Context, b *boltFile, part string) (size int64, entries int, err error) {
	if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return 0, 0, bare(err)
	}
	out, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return 0, 0, bare(err)
	}
	defer func() {
		if err = errors.Join(err, out.Close()); err != nil {
			os.Remove(part)
		}
	}()
	var keys map[string]int
	written := xxhash.New()
	err = b.view(func(tx *bolt.Tx) (err error) {
		// By reads of the file, as WriteTo does: the map of a large one would fill memory.
		if keys, err = soundPages(heeding{ctx, b.f}, metaOf(tx)); err != nil {
			return err
		}
		to := &heedingWriter{ctx: ctx, Writer: io.MultiWriter(out, written, &telling{ctx: ctx, of: 2 * tx.Size()})}
		size, err = tx.WriteTo(to)
		return cmp.Or(to.err, err) // bbolt puts some into words
	})
	if err == nil {
		err = out.Sync()
	}
	if err != nil {
		return 0, 0, bare(err)
	}
	if err := checkCopy(ctx, part, out, size, written.Sum64(), keys); err != nil {
		return 0, 0, fmt.Errorf("the copy is not what was copied: %w", err)
	}
	return size, keys[string(bEntries)], nil
}

func checkCopy(ctx context.Context, part string, f *os.File, size int64, sum uint64, keys map[string]int) error {
	st, err := f.Stat()
	if err == nil && st.Size() != size {
		err = fmt.Errorf("it has %d bytes and not %d", st.Size(), size)
	}
	if err != nil {
		return err
	}
	read := xxhash.New()
	if _, err := io.Copy(io.MultiWriter(read, &telling{ctx: ctx, done: size, of: 2 * size}), io.NewSectionReader(heeding{ctx, f}, 0, size)); err != nil {
		return err
	}
	if read.Sum64() != sum {
		return errors.New("other bytes are read than were written")
	}
	m, err := inspect(f, size)
	if err != nil {
		return err
	}
	has, err := soundPages(heeding{ctx, f}, m)
	if err == nil && !maps.Equal(has, keys) {
		err = errors.New("other numbers of keys")
	}
	if err != nil {
		return err
	}
	b, err := openReading(part)
	if err != nil {
		return err
	}
	return b.close()
}

// into gives a file another name, in the place of what has it, and waits until that is
// on disk. Where it fails the file is removed.
func into(part, file string) error {
	if err := os.Rename(part, file); err != nil {
		os.Remove(part)
		return bare(err)
	}
	return syncFolder(file)
}

// syncFolder waits until the names in the folder of a file are on disk.
func syncFolder(file string) error {
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return bare(err)
	}
	err = dir.Sync()
	if errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOTSUP) {
		err = nil // some file systems have no need
	}
	return errors.Join(bare(err), dir.Close())
}

// A heeding reader stops when its context ends.
type heeding struct {
	ctx context.Context
	io.ReaderAt
}

func (h heeding) ReadAt(p []byte, at int64) (int, error) {
	if h.ctx.Err() != nil {
		return 0, context.Cause(h.ctx)
	}
	return h.ReaderAt.ReadAt(p, at)
}

// What is written to telling is done of a work, and its context is told.
type telling struct {
	ctx      context.Context
	done, of int64
}

func (t *telling) Write(p []byte) (int, error) {
	t.done += int64(len(p))
	feed.Tell(t.ctx, t.done, t.of)
	return len(p), nil
}

// A heedingWriter is the same for writing. It remembers what went wrong.
type heedingWriter struct {
	ctx context.Context
	io.Writer
	err error
}

func (h *heedingWriter) Write(p []byte) (n int, err error) {
	if h.ctx.Err() != nil {
		h.err = context.Cause(h.ctx)
		return 0, h.err
	}
	n, h.err = h.Writer.Write(p)
	return n, h.err
}
