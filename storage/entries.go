package storage

import (
	"bytes"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// A report is one entry of a visit on its way into the store.
type report struct {
	*item
	visit  *feed.Visit
	source *sourceRecord
	first  bool // the source's first document: its entries are a backlog, not news
	over   bool // of more entries than the source may bring as news at once
	past   bool // a topic filed it as past for that
}

// entry stores what a source reported, as an update or as a new entry, and returns
// the entry's key.
func (w *writer) entry(r *report, o *Outcome) (feed.EntryKey, error) {
	if r.old != nil {
		return r.old.Key, w.update(r, r.old, o)
	}
	n, err := w.entries.NextSequence()
	if err != nil {
		return 0, err
	}
	e := &entryRecord{source: r.source.number}
	// As it will be read: what placement decides by must not have more digits
	// today than after a restart.
	e.Entry, e.Key, e.Seen = r.Entry, feed.EntryKey(n), time.UnixMilli(r.visit.At.UnixMilli()).UTC()
	e.Source, e.ID = r.visit.Source, r.id
	settleDates(&e.Entry, e.Seen, r.visit.At)
	if err := w.ids.Put(hashKey(e.source, plainID(&e.Entry)), shortKey(n)); err != nil {
		return 0, err
	}
	for _, id := range r.keep {
		if err := w.alias(e, id); err != nil {
			return 0, err
		}
	}
	g, err := w.placeEntry(r, e)
	if err != nil {
		return 0, fmt.Errorf("place: %w", err)
	}
	if err := w.putEntry(e, r.packed(e)); err != nil {
		return 0, err
	}
	w.knows(e)
	o.New++
	return e.Key, w.file(r, e, g, len(g.Entries) > 1)
}

// packed are the entry's texts as they came packed, nil where it is stored under
// another id than it came with.
func (r *report) packed(e *entryRecord) []byte {
	if e.ID != r.Entry.ID {
		return nil
	}
	return r.Packed
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
	e := &entryRecord{source: old.source, group: old.group, aliases: old.aliases}
	e.Entry, e.Key, e.Seen = r.Entry, old.Key, old.Seen
	e.ID = old.ID
	settleDates(&e.Entry, e.Seen, r.visit.At)
	renamed := false
	if r.plain != "" && !r.void && !old.hasID(r.plain) {
		if err := w.alias(e, r.Entry.ID); err != nil {
			return err
		}
		renamed = true
	}
	changed := !bytes.Equal(encodeTexts(nil, &e.Entry), encodeTexts(nil, &old.Entry)) ||
		!e.Published.Equal(old.Published) || !e.Updated.Equal(old.Updated)
	if changed || renamed {
		if err := w.putEntry(e, r.packed(e)); err != nil {
			return err
		}
	}
	if changed {
		o.Updated++
	}
	g, err := w.loadGroup(old.group)
	if err != nil {
		return err
	}
	if link.Page(e.Canonical) != link.Page(old.Canonical) {
		if err := w.moveLink(r, old, e); err != nil {
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

// moveLink follows an entry whose link changed.
func (w *writer) moveLink(r *report, old, e *entryRecord) error {
	if err := w.forgetLink(old); err != nil || e.Canonical == "" {
		return err
	}
	l, err := w.linkRow(e.Canonical)
	if err != nil {
		return err
	}
	l.repeated = l.repeated || !r.alone
	return w.list(e, &l)
}

func (w *writer) loadEntry(k feed.EntryKey) (*entryRecord, error) {
	return w.db.loadEntry(w.entries, k)
}

// putEntry stores an entry, with its texts as they came packed, if they did.
func (w *writer) putEntry(e *entryRecord, packed []byte) error {
	// bbolt keeps the slice until the commit: it needs one of its own.
	if packed == nil {
		packed = w.db.packTexts(nil, &e.Entry)
	}
	b := encodeEntryHead(make([]byte, 0, 64+len(packed)), e)
	return w.entries.Put(key8(uint64(e.Key)), append(b, packed...))
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
// source's first document brings, and what is over its bound, lies where its own
// dates put it.
func (r *report) filedAt(e *entryRecord) time.Time {
	if r.first || r.over {
		return e.Date(r.visit.At)
	}
	return r.visit.At
}
