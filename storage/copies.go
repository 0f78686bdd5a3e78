package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A trace tells an entry in a copy of the file: by its key where that is the same entry
// there, or by the ids that its source gave it.
type trace struct {
	key    feed.EntryKey
	source feed.SourceID
	seen   time.Time
	ids    []uint64 // hashes, as the index of ids has them
}

// ErrUnread says that a copy cannot be looked into: it may hold anything.
var ErrUnread = errors.New("the copy cannot be read")

// lookIn is the first schema in which an entry can be looked up as in the present one.
const lookIn = 3

// HeldIn reports whether a copy of the file, at path, holds one of the entries of the
// demand, or what one of its sources said of itself. ErrUnread is among the errors for a
// copy of an old schema, a newer one, one that another process holds for itself, and one
// that is damaged. The copy is not changed.
func (d *Demand) HeldIn(path string) (held bool, err error) {
	b, err := openReading(path)
	if err == nil {
		held, err = d.in(b)
		err = errors.Join(err, b.close())
	}
	if err != nil {
		return false, fmt.Errorf("%w: %w", ErrUnread, err)
	}
	return held, nil
}

func (d *Demand) in(b *boltFile) (held bool, err error) {
	switch v, _, err := version(b); {
	case err != nil:
		return false, err
	case v < lookIn:
		return false, fmt.Errorf("it is of schema %d", v)
	}
	err = b.view(func(tx *bolt.Tx) error {
		for _, name := range [...][]byte{bNames, bMetas, bEntries, bGhosts, bTies, bIDs} {
			if tx.Bucket(name) == nil {
				return ErrCorrupt
			}
		}
		for _, id := range d.Sources {
			if n := tx.Bucket(bNames).Get([]byte(id)); n != nil && tx.Bucket(bMetas).Get(n) != nil {
				held = true
				return nil
			}
		}
		for i := range d.traces {
			if held, err = d.traces[i].in(tx); held || err != nil {
				return err
			}
		}
		return nil
	})
	return held, err
}

func (t *trace) in(tx *bolt.Tx) (bool, error) {
	n := tx.Bucket(bNames).Get([]byte(t.source))
	if len(n) != 4 {
		return false, nil
	}
	entries := tx.Bucket(bEntries)
	e, ok, err := headOrGhost(entries, tx.Bucket(bGhosts), t.key)
	if err != nil {
		return false, err
	}
	if ok && e.source == binary.BigEndian.Uint32(n) && e.Seen.Equal(t.seen) {
		if entries.Get(key8(uint64(t.key))) != nil {
			return true, nil
		}
		ts, err := loadTies(tx.Bucket(bTies), t.key)
		return slices.ContainsFunc(ts, tells), err
	}
	for _, id := range t.ids {
		if v := tx.Bucket(bIDs).Get(binary.BigEndian.AppendUint64(slices.Clone(n), id)); v != nil && !bytes.Equal(v, tombstone) && !bytes.Equal(v, voidID) {
			return true, nil
		}
	}
	return false, nil
}
