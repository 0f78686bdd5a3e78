package storage

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A report is one entry of a visit on its way into the store.
type report struct {
	*feed.Reported
	visit    *feed.Visit
	source   *sourceRecord
	first    bool // the source's first document: its entries are a backlog, not news
	repeated bool // its link stands on several entries of the document
}

// tombstone stands in the index of ids for an entry that retention removed.
var tombstone = []byte{0}

// entry stores what a source reported: as an update where the source is known to
// have an entry of that id, else as a new one. It returns the entry's key, 0 for
// one that was removed before.
func (w *writer) entry(r *report, o *Outcome) (feed.EntryKey, error) {
	idKey := hashKey(r.source.number, r.Entry.ID)
	k := w.ids.Get(idKey)
	if bytes.Equal(k, tombstone) {
		return 0, nil // it was here, and went: it does not come back as news
	}
	if k != nil {
		old, err := w.loadEntry(feed.EntryKey(readKey(k)))
		if err != nil {
			return 0, err
		}
		if old.ID == r.Entry.ID {
			return old.Key, w.update(r, old, o)
		}
		// Two ids of one source with one hash: only a source that works at it
		// gets here, and then only its own older entry becomes unreachable.
	}
	n, err := w.entries.NextSequence()
	if err != nil {
		return 0, err
	}
	e := &entryRecord{source: r.source.number}
	// As it will be read: what placement decides by must not have more digits
	// today than after a restart.
	e.Entry, e.Key, e.Seen = r.Entry, feed.EntryKey(n), time.UnixMilli(r.visit.At.UnixMilli()).UTC()
	e.Source = r.visit.Source
	settleDates(&e.Entry, e.Seen, r.visit.At)
	if err := w.ids.Put(idKey, shortKey(n)); err != nil {
		return 0, err
	}
	g, err := w.placeEntry(r, e)
	if err != nil {
		return 0, fmt.Errorf("place: %w", err)
	}
	if err := w.putEntry(e, r.Packed); err != nil {
		return 0, err
	}
	o.New++
	return e.Key, w.file(r, e, g, len(g.Entries) > 1)
}

// settleDates moves dates that lie in the future to when they were first read:
// readers get the same ones for ever, whatever changes around the entry.
func settleDates(e *feed.Entry, seen, at time.Time) {
	if e.Published.After(seen) {
		e.Published = seen.Truncate(time.Second)
	}
	if e.Updated.After(at) {
		e.Updated = at.UTC().Truncate(time.Second)
	}
}

// update rewrites an entry whose text, dates or links changed. It is never
// placed anew, and what later entries are compared with stays as it was when it
// was placed: the window keeps its row. It may join topics, and leaves none.
func (w *writer) update(r *report, old *entryRecord, o *Outcome) error {
	e := &entryRecord{source: old.source, group: old.group}
	e.Entry, e.Key, e.Seen = r.Entry, old.Key, old.Seen
	settleDates(&e.Entry, e.Seen, r.visit.At)
	changed := !bytes.Equal(encodeTexts(nil, &e.Entry), encodeTexts(nil, &old.Entry)) ||
		!e.Published.Equal(old.Published) || !e.Updated.Equal(old.Updated)
	if changed {
		if err := w.putEntry(e, r.Packed); err != nil {
			return err
		}
		o.Updated++
	}
	g, err := w.loadGroup(old.group)
	if err != nil {
		return err
	}
	if e.Canonical != old.Canonical {
		if err := w.moveLink(r, old, e, g); err != nil {
			return err
		}
	}
	if !e.When().Equal(old.When()) {
		if err := w.remeasure(g.Story); err != nil {
			return err
		}
	}
	return w.file(r, e, g, changed) // what readers see of the group may be this entry
}

// moveLink follows an entry whose link changed: the old one stands for another
// member of its group or for nothing, the new one for the entry unless it stands
// for another already.
func (w *writer) moveLink(r *report, old, e *entryRecord, g *groupRecord) error {
	if err := w.forgetLink(old, g); err != nil {
		return err
	}
	k := key8(xxhash.Sum64String(e.Canonical))
	if e.Canonical == "" || w.links.Get(k) != nil {
		return nil
	}
	return w.links.Put(k, linkValue(e.Key, r.repeated))
}

func linkValue(k feed.EntryKey, repeated bool) []byte {
	var flags byte
	if repeated {
		flags = linkRepeated
	}
	return append(shortKey(uint64(k)), flags)
}

// readLink is the entry that stands for a link, 0 for none, and the flags.
func readLink(v []byte) (feed.EntryKey, byte) {
	if len(v) == 0 {
		return 0, 0
	}
	last := len(v) - 1
	return feed.EntryKey(readKey(v[:last])), v[last]
}

// linkRepeated flags a link that one source carries on several entries.
const linkRepeated = 1

// sameLink finds the group that carries the entry's link and keeps the index of
// links: the first entry of a link stands for it.
func (w *writer) sameLink(r *report, e *entryRecord) ([]feed.Neighbour, error) {
	if e.Canonical == "" {
		return nil, nil
	}
	k := key8(xxhash.Sum64String(e.Canonical))
	key, flags := readLink(w.links.Get(k))
	if key == 0 || w.entries.Get(key8(uint64(key))) == nil {
		return nil, w.links.Put(k, linkValue(e.Key, r.repeated))
	}
	first, err := w.loadEntry(key)
	if err != nil {
		return nil, err
	}
	if first.Canonical != e.Canonical && first.Link != e.Canonical {
		return nil, nil // another link with the same hash, or the first entry's has changed since
	}
	n, err := w.neighbour(key)
	if err != nil {
		return nil, err
	}
	n.Repeated = flags&linkRepeated != 0 || r.repeated || slices.Contains(n.Sources, r.visit.Source)
	if n.Repeated && flags&linkRepeated == 0 {
		if err := w.links.Put(k, linkValue(key, true)); err != nil {
			return nil, err
		}
	}
	return []feed.Neighbour{n}, nil
}

func (w *writer) loadEntry(k feed.EntryKey) (*entryRecord, error) {
	return w.db.loadEntry(w.entries, k)
}

// putEntry stores an entry, with its texts as they came packed, if they did.
func (w *writer) putEntry(e *entryRecord, packed []byte) error {
	// bbolt keeps the slice until the commit: it needs one of its own.
	b := encodeEntryHead(make([]byte, 0, 64+max(len(packed), len(e.Summary)/2+len(e.Content)/2+len(e.Title))), e)
	if packed != nil {
		return w.entries.Put(key8(uint64(e.Key)), append(b, packed...))
	}
	return w.entries.Put(key8(uint64(e.Key)), w.db.packTexts(b, &e.Entry))
}

func (db *DB) loadEntry(b *bolt.Bucket, k feed.EntryKey) (*entryRecord, error) {
	v := b.Get(key8(uint64(k)))
	if v == nil {
		return nil, fmt.Errorf("entry %d is not stored", k)
	}
	e := &entryRecord{StoredEntry: feed.StoredEntry{Key: k}}
	if err := db.decodeEntry(v, e); err != nil {
		return nil, fmt.Errorf("entry %d: %w", k, err)
	}
	return e, nil
}

// filedAt is when an entry's first filing orders it in a topic: the moment of
// the visit, so that a late arrival is not missed; but the backlog that a
// source's first document brings lies where its own dates put it.
func (r *report) filedAt(e *entryRecord) time.Time {
	if r.first {
		return e.Date(r.visit.At)
	}
	return r.visit.At
}
