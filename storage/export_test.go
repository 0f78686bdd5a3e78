package storage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Dump is everything in the store, bucket by bucket. Without the log of
// decisions and the times of the newest changes it is what undo gives back.
func (db *DB) Dump(undone bool) string {
	var out strings.Builder
	if err := db.file.view(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bk *bolt.Bucket) error {
			if undone && (bytes.Equal(name, bDecisions) || bytes.Equal(name, bNamed)) {
				return nil
			}
			fmt.Fprintf(&out, "[%s] %d\n", name, bk.Sequence())
			return bk.ForEach(func(k, v []byte) error {
				if undone {
					if bytes.Equal(k, kStamp) {
						return nil
					}
					if bytes.Equal(name, bMembers) {
						m, err := decodeMember(v)
						if err != nil {
							return err
						}
						m.changed = time.Time{}
						v = m.encode()
					}
					if bytes.Equal(name, bTopics) {
						var t topicRecord
						if err := t.decode(v); err != nil {
							return err
						}
						t.changed = time.Time{}
						v = t.encode(nil)
					}
				}
				fmt.Fprintf(&out, "%x = %x\n", k, v)
				return nil
			})
		})
	}); err != nil {
		panic(err)
	}
	return out.String()
}

// WindowRows is how many rows the window has, with those that fell behind it.
func (db *DB) WindowRows() (n int) {
	if err := db.file.view(func(tx *bolt.Tx) error {
		n = tx.Bucket(bWindow).Stats().KeyN
		return nil
	}); err != nil {
		panic(err)
	}
	return n
}

// Sound derives everything anew, and says what is not as it should be.
func (db *DB) Sound() error {
	var wrong []string
	if err := db.Verify(context.Background(), func(s string) { wrong = append(wrong, s) }); err != nil {
		return err
	}
	if len(wrong) > 0 {
		return errors.New(strings.Join(wrong, "; "))
	}
	return nil
}

// ApplyDumped is Apply, with all that is in the store as the transaction sees it, right
// before it ends. A value that is missing is told from one that is empty.
func (db *DB) ApplyDumped(changes []feed.Change) (out string, err error) {
	err = db.file.update(func(tx *bolt.Tx) error {
		w := newWriter(db, tx)
		for _, c := range changes {
			if err := w.apply(c, new(Outcome)); err != nil {
				return err
			}
		}
		err := w.flush()
		out = dumped(tx)
		return err
	})
	return out, err
}

// Dumped is what ApplyDumped tells, of the file.
func (db *DB) Dumped() (out string) {
	if err := db.file.view(func(tx *bolt.Tx) error {
		out = dumped(tx)
		return nil
	}); err != nil {
		panic(err)
	}
	return out
}

func dumped(tx *bolt.Tx) string {
	var out strings.Builder
	for _, name := range buckets {
		if err := tx.Bucket(name).ForEach(func(k, v []byte) error {
			fmt.Fprintf(&out, "%s %x = %x, there: %v\n", name, k, v, v != nil)
			return nil
		}); err != nil {
			panic(err)
		}
	}
	return out.String()
}

// WindowKeys are the entries of a source's document, by the number of the source.
func (db *DB) WindowKeys(source uint32) (keys []feed.EntryKey) {
	db.file.view(func(tx *bolt.Tx) error {
		eachSlot(tx.Bucket(bWindows).Get(key4(source)), func(_ feed.Raw, k feed.EntryKey) { keys = append(keys, k) })
		return nil
	})
	return keys
}

// Nameless is everything in the store but the configuration, and by what names topics
// are known in the ids of their feeds.
func (db *DB) Nameless() (out string) {
	if err := db.file.view(func(tx *bolt.Tx) error {
		var b strings.Builder
		for _, name := range buckets {
			if bytes.Equal(name, bConfig) {
				continue
			}
			if err := tx.Bucket(name).ForEach(func(k, v []byte) error {
				if bytes.Equal(name, bTopics) {
					var t topicRecord
					if err := t.decode(v); err != nil {
						return err
					}
					t.name = ""
					v = t.encode(nil)
				}
				fmt.Fprintf(&b, "%s %x = %x\n", name, k, v)
				return nil
			}); err != nil {
				return err
			}
		}
		out = b.String()
		return nil
	}); err != nil {
		panic(err)
	}
	return out
}

// Unlist makes the file one of schema 3: without what lists choose by in every row, and
// how much topics have.
func (db *DB) Unlist() error {
	return db.file.update(func(tx *bolt.Tx) error {
		rows := make(map[string][]byte)
		if err := tx.Bucket(bMembers).ForEach(func(k, v []byte) error {
			m, err := decodeMember(v)
			m.known = false
			rows[string(k)] = m.encode()
			return err
		}); err != nil {
			return err
		}
		for k, v := range rows {
			if err := tx.Bucket(bMembers).Put([]byte(k), v); err != nil {
				return err
			}
		}
		if err := tx.DeleteBucket(bTallies); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Put(kSchema, []byte{0, 0, 0, 3})
	})
}

// Pages is what is wrong with the pages of the file.
func (db *DB) Pages() error { return db.file.pagesWrong() }

// Tampered is what the check of a copy says of one that something was done to.
func (db *DB) Tampered(part string, tamper func(*os.File)) error {
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	defer f.Close()
	sum := xxhash.New()
	var keys map[string]int
	var size int64
	if err := db.file.view(func(tx *bolt.Tx) (err error) {
		if keys, err = soundPages(db.file.f, metaOf(tx)); err == nil {
			size, err = tx.WriteTo(io.MultiWriter(f, sum))
		}
		return err
	}); err != nil {
		return err
	}
	tamper(f)
	return checkCopy(context.Background(), part, f, size, sum.Sum64(), keys)
}

// RewriteSources puts something else in the place of each source's record.
func (db *DB) RewriteSources(with func(record []byte) []byte) error {
	return db.file.update(func(tx *bolt.Tx) error {
		b := tx.Bucket(bSources)
		return b.ForEach(func(k, v []byte) error { return b.Put(k, with(bytes.Clone(v))) })
	})
}

// AsBefore leaves the file as a version without mending has it, with the time of the
// newest change.
func (db *DB) AsBefore(stamp time.Time) error {
	return db.file.update(func(tx *bolt.Tx) error {
		if err := tx.Bucket(bMeta).Put(kStamp, key8(keyMilli(stamp))); err != nil {
			return err
		}
		return tx.Bucket(bMeta).Delete(kMending)
	})
}
