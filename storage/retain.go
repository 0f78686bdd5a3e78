package storage

import (
	"encoding/binary"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
)

// retain removes entries that were first seen before c.Before and are no longer
// in their source's document, and leaves a tombstone for each. Keys grow with
// time, so the pass ends at the first younger entry.
func (w *writer) retain(c *feed.Retention, o *Outcome) error {
	var old []feed.EntryKey
	windows := make(map[uint32]map[feed.EntryKey]bool)
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
		if windows[e.source] == nil {
			windows[e.source] = make(map[feed.EntryKey]bool)
			eachSlot(w.windows.Get(key4(e.source)), func(_ feed.Raw, k feed.EntryKey) { windows[e.source][k] = true })
		}
		if !windows[e.source][key] {
			old = append(old, key)
		}
	}
	for _, k := range old {
		if err := w.remove(k, c); err != nil {
			return fmt.Errorf("remove entry %d: %w", k, err)
		}
		o.Removed++
	}
	return nil
}

// remove takes an entry out of its group, and the group out of everything when
// it was the last.
func (w *writer) remove(k feed.EntryKey, c *feed.Retention) error {
	e, err := w.loadEntry(k)
	if err != nil {
		return err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return err
	}
	g.Entries = slices.DeleteFunc(g.Entries, func(m feed.EntryKey) bool { return m == k })
	if err := w.forgetLink(e, g); err != nil {
		return err
	}
	if len(g.Entries) == 0 {
		err = w.removeGroup(g, c)
	} else if err = w.leave(k, g, c); err == nil {
		err = w.shrink(g.Story, e)
	}
	if err != nil {
		return err
	}
	if err := w.forgetPlaced(e); err != nil {
		return err
	}
	if err := w.dropRulings(entryRuling, uint64(k)); err != nil {
		return err
	}
	if err := w.ids.Put(hashKey(e.source, e.ID), tombstone); err != nil {
		return err
	}
	delete(w.db.near.groupOf, k)
	return w.entries.Delete(key8(uint64(k)))
}

// leave keeps a group without one of its entries: where that one led, the next
// leads under the group's public id, so that readers do not see it again.
func (w *writer) leave(k feed.EntryKey, g *groupRecord, c *feed.Retention) error {
	for _, f := range g.filings {
		t, err := w.topicNumbered(f.topic)
		if err != nil {
			return err
		}
		m, err := w.loadMembership(f, g.Key)
		if err != nil {
			return err
		}
		m.Reasons = slices.DeleteFunc(m.Reasons, func(r feed.EntryReason) bool { return r.Entry == k })
		m.lead(g)
		m.Changed = c.At
		t.see(c.At)
		if err := w.putMembership(f, g.Key, m); err != nil {
			return err
		}
	}
	return w.putGroup(g)
}

func (w *writer) removeGroup(g *groupRecord, c *feed.Retention) error {
	for _, f := range g.filings {
		t, err := w.topicNumbered(f.topic)
		if err != nil {
			return err
		}
		if err := w.dropMembership(t, f, g.Key, c.At); err != nil {
			return err
		}
	}
	if err := w.groups.Delete(key8(uint64(g.Key))); err != nil {
		return err
	}
	if err := w.forgetDropped(g.Key); err != nil {
		return err
	}
	if err := w.dropRulings(groupRuling, uint64(g.Key)); err != nil {
		return err
	}
	return w.leaveStory(g)
}

// forgetLink hands the index of links on to another entry of the group that
// carries the link, or drops it.
func (w *writer) forgetLink(e *entryRecord, g *groupRecord) error {
	if e.Canonical == "" {
		return nil
	}
	lk := key8(xxhash.Sum64String(e.Canonical))
	first, flags := readLink(w.links.Get(lk))
	if first != e.Key {
		return nil
	}
	for _, m := range g.Entries {
		if m == e.Key {
			continue // it still stands in its group when only its link changed
		}
		o, err := w.loadEntry(m)
		if err != nil {
			return err
		}
		if o.Canonical == e.Canonical {
			return w.links.Put(lk, linkValue(m, flags&linkRepeated != 0))
		}
	}
	return w.links.Delete(lk)
}
