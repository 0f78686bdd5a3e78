package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// retain removes entries that were first seen before c.Before and are no longer
// in their source's document, and leaves a tombstone for each. Keys grow with
// time, so the pass ends at the first younger entry.
func (w *writer) retain(c *feed.Retention, o *Outcome) error {
	var old []oldEntry
	var window []byte // of the source that came last
	var source uint32
	looked := 0
	cur := w.entries.Cursor()
	for k, v := cur.Seek(key8(uint64(c.From))); k != nil; k, v = cur.Next() {
		key := feed.EntryKey(binary.BigEndian.Uint64(k))
		if looked == c.Limit {
			o.Next = key
			break
		}
		looked++
		var e entryRecord
		head := cursor{b: v}
		if decodeEntryHead(&head, &e); head.err != nil {
			return fmt.Errorf("entry %d: %w", key, head.err)
		}
		if e.Seen.After(c.At) {
			continue // stored while the clock was wrong: the next ones may be old
		}
		if !e.Seen.Before(c.Before) {
			break
		}
		if e.source != source {
			window, source = w.windows.Get(key4(e.source)), e.source
		}
		if !inWindow(window, key) {
			old = append(old, oldEntry{key, e.group})
		}
	}
	o.Removed = len(old)
	return w.clear(old, c.At)
}

// inWindow reports whether a source's document has an entry.
func inWindow(window []byte, k feed.EntryKey) bool {
	for ; len(window) >= windowSlot; window = window[windowSlot:] {
		if binary.LittleEndian.Uint64(window[8:]) == uint64(k) {
			return true
		}
	}
	return false
}

// remove takes an entry out of the store. What grouping, ids and filings rest on
// stays until the last of its story goes: which source it was of, how it was placed,
// and what it is to topics; of an entry that is erased, no more than its numbers.
func (w *writer) remove(k feed.EntryKey, at time.Time, erased *erasing) error {
	e, err := w.loadEntry(k)
	if err != nil {
		return err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return err
	}
	g.Entries = slices.DeleteFunc(g.Entries, func(m feed.EntryKey) bool { return m == k })
	g.gone = append(g.gone, k)
	slices.Sort(g.gone)
	if err := w.forgetLink(e); err != nil {
		return err
	}
	if err := w.forgetWindowed(k); err != nil {
		return err
	}
	if err := w.bury(e); err != nil {
		return err
	}
	w.db.near.entries.forget(k)
	if err := w.putGhost(e); err != nil {
		return err
	}
	if err := w.entries.Delete(key8(uint64(k))); err != nil {
		return err
	}
	s, err := loadStory(w.stories, g.Story)
	if err != nil {
		return err
	}
	if err := w.putGroup(g); err != nil {
		return err
	}
	if len(g.Entries) == 0 {
		s.Groups = slices.DeleteFunc(s.Groups, func(k feed.GroupKey) bool { return k == g.Key })
		s.gone = append(s.gone, g.Key)
		slices.Sort(s.gone)
	}
	if err := w.measure(s); err != nil {
		return err
	}
	if err := w.putStory(s); err != nil {
		return err
	}
	if erased != nil {
		if err := erased.entry(e, s); err != nil {
			return err
		}
	}
	if len(s.Groups) > 0 {
		return w.settle(g, erased.settling(at))
	}
	for _, k := range s.gone {
		g, err := w.loadGroup(k)
		if err == nil {
			err = w.settle(g, &settling{at: at})
		}
		if err != nil {
			return err
		}
	}
	return w.purge(s, at)
}

// purge forgets a story whose entries are all gone, unless what operators decided of
// it concerns one that is not.
func (w *writer) purge(s *storyRecord, at time.Time) error {
	c, err := w.component(w.storyEntries(s))
	if err != nil {
		return err
	}
	for _, k := range c.keys {
		if w.entries.Get(key8(uint64(k))) != nil {
			return nil
		}
	}
	for _, k := range c.keys {
		ts, err := loadTies(w.ties, k)
		if err != nil {
			return err
		}
		for i := range ts {
			if ts[i].filing != nil {
				if err := w.revoke(&ts[i]); err != nil {
					return err
				}
			}
		}
		for _, b := range []*bolt.Bucket{w.ties, w.ghosts, w.placements} {
			if err := b.Delete(key8(uint64(k))); err != nil {
				return err
			}
		}
		if err := w.forgetNamed(k); err != nil {
			return err
		}
	}
	if _, err := w.rule(c.rulings, nil, func(subject) feed.GroupKey { return 0 }); err != nil {
		return err
	}
	for _, k := range c.groups {
		if err := w.unfile(k, at); err != nil {
			return err
		}
	}
	for _, k := range c.stories {
		if err := w.deleteStory(k); err != nil {
			return err
		}
	}
	return nil
}
