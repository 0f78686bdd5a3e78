package storage

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// A migration brings a file from one schema to the next. It reads the old file, which
// nobody else may open meanwhile, and writes a new one.
type migration struct {
	from uint32
	run  func(old *bolt.Tx, to *bulk) error
}

// migrations are in the order of the schemas that they begin with.
var migrations = []migration{{1, factsOf}, {2, identitiesOf}, {3, listsOf}, {4, sitesOf}}

// migrate brings the file at path one schema further. Unless an older one is kept, the
// old file stays beside it under the name that is returned. Until the new one is whole
// and on disk, nothing is changed: a crash leaves the old one where it was.
func migrate(path string, b *boltFile, version uint32, kept string) (string, error) {
	for _, m := range migrations {
		if m.from != version {
			continue
		}
		part := path + ".migrating"
		if err := os.Remove(part); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
		if err := m.write(part, b); err != nil {
			return "", errors.Join(fmt.Errorf("bring it from schema %d to %d: %w", version, version+1, err), os.Remove(part))
		}
		if err := likeOwner(b.f, part, path); err != nil {
			return "", errors.Join(err, os.Remove(part))
		}
		if kept == "" {
			var err error
			if kept, err = keep(path, fmt.Sprintf(".before-v%d", version+1)); err != nil {
				return "", fmt.Errorf("keep the old file: %w", err)
			}
			if err := syncFolder(path); err != nil {
				return "", err
			}
		}
		return kept, into(part, path)
	}
	return "", fmt.Errorf("schema %d is too old for this version", version)
}

// keep gives a file a second name, with a suffix as .before-vN, or the first of
// .before-vN.2 and so on that is free: who went back to an older version, and comes
// again, has another file to keep.
func keep(path, suffix string) (string, error) {
	was, err := os.Stat(path)
	if err != nil {
		return "", err
	}
	name := path + suffix
	for n, kept := 2, name; ; n, kept = n+1, fmt.Sprintf("%s.%d", name, n) {
		switch st, err := os.Stat(kept); {
		case err == nil && os.SameFile(st, was):
			return kept, nil // kept before a crash
		case err == nil:
			continue
		case !errors.Is(err, fs.ErrNotExist):
			return "", err
		}
		if os.Link(path, kept) == nil {
			return kept, nil
		}
		return kept, copyFile(path, kept) // a disk without links
	}
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	if _, err = io.Copy(out, in); err == nil {
		err = likeOwner(in, to, to)
	}
	return errors.Join(err, out.Sync(), out.Close())
}

func (m *migration) write(part string, b *boltFile) error {
	to, err := bolt.Open(part, 0o600, &bolt.Options{FreelistType: bolt.FreelistMapType, NoSync: true, PageSize: pageSize})
	if err != nil {
		return err
	}
	err = b.view(func(old *bolt.Tx) error {
		w := &bulk{db: to}
		err := m.run(old, w)
		return errors.Join(err, w.commit(err == nil))
	})
	if err == nil {
		err = to.Sync()
	}
	return errors.Join(err, to.Close())
}

// A bulk writes many records in transactions of some size.
type bulk struct {
	db    *bolt.DB
	tx    *bolt.Tx
	puts  int
	bytes int
	// written is how many bytes it took; tell, where it is not nil, is told of them.
	written int64
	tell    func(written int64)
}

// bulkSize and bulkBytes are how many records, and how much of them, a transaction takes.
const (
	bulkSize  = 50_000
	bulkBytes = 16 << 20
)

// bucket is a bucket of the transaction at hand, made where it is missing.
func (w *bulk) bucket(name []byte) (*bolt.Bucket, error) {
	if w.tx == nil {
		var err error
		if w.tx, err = w.db.Begin(true); err != nil {
			return nil, err
		}
	}
	b, err := w.tx.CreateBucketIfNotExists(name)
	if err == nil {
		b.FillPercent = .95
	}
	return b, err
}

func (w *bulk) put(name, k, v []byte) error {
	b, err := w.bucket(name)
	if err != nil {
		return err
	}
	if err := b.Put(k, v); err != nil {
		return err
	}
	w.bytes += len(k) + len(v)
	if w.puts++; w.puts >= bulkSize || w.bytes >= bulkBytes {
		return w.commit(true)
	}
	return nil
}

// commit ends the transaction at hand.
func (w *bulk) commit(keep bool) error {
	tx := w.tx
	if w.written += int64(w.bytes); w.tell != nil {
		w.tell(w.written)
	}
	if w.tx, w.puts, w.bytes = nil, 0, 0; tx == nil {
		return nil
	}
	if !keep {
		return tx.Rollback()
	}
	return tx.Commit()
}

// copyBut takes all buckets over as they are, but some.
func (w *bulk) copyBut(old *bolt.Tx, left ...[]byte) error {
	for _, name := range buckets {
		if slices.ContainsFunc(left, func(l []byte) bool { return bytes.Equal(l, name) }) {
			continue
		}
		if err := w.copy(old, name); err != nil {
			return err
		}
	}
	return nil
}

// copy takes a bucket over as it is; one that the old file had no use for is empty.
func (w *bulk) copy(old *bolt.Tx, name []byte) error {
	from := old.Bucket(name)
	if from == nil {
		_, err := w.bucket(name)
		return err
	}
	if err := from.ForEach(func(k, v []byte) error {
		if v == nil {
			return fmt.Errorf("bucket %s has another within it", name)
		}
		return w.put(name, k, v)
	}); err != nil {
		return err
	}
	b, err := w.bucket(name)
	if err != nil {
		return err
	}
	return b.SetSequence(from.Sequence())
}
