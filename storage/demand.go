package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
	"topicwire/feed/link"
)

// A demand is what is asked for: what is at hosts, or all of a source.
type demand struct {
	w       *writer
	hosts   link.Hosts
	sources map[uint32]bool // by number
}

func (w *writer) demanded(c *feed.Forgetting) (*demand, error) {
	x := &demand{w: w}
	switch {
	case c.Host != "":
		x.hosts, x.sources = link.Hosts{c.Host}, make(map[uint32]bool)
		err := w.numbers.ForEach(func(n, id []byte) error {
			s := sourceRecord{}
			if v := w.sources.Get(n); v != nil {
				if err := s.decode(v); err != nil {
					return fmt.Errorf("source %s: %w", link.Masked(string(id)), err)
				}
			}
			if x.hosts.Has(string(id)) || x.hosts.Has(s.Address) {
				x.sources[binary.BigEndian.Uint32(n)] = true
			}
			return nil
		})
		return x, err
	case c.Source != "":
		x.sources = make(map[uint32]bool)
		if n := w.names.Get([]byte(c.Source)); n != nil {
			x.sources[binary.BigEndian.Uint32(n)] = true
		}
	}
	return x, nil
}

// step finds which of the next keys are of what is demanded, those that retention
// removed too, and the key where the step after it begins; 0 for the end.
func (x *demand) step(from feed.EntryKey, limit int) (keys []feed.EntryKey, next feed.EntryKey, err error) {
	entries, ghosts := x.w.entries.Cursor(), x.w.ghosts.Cursor()
	k, v := entries.Seek(key8(uint64(from)))
	gk, gv := ghosts.Seek(key8(uint64(from)))
	for looked := 0; k != nil || gk != nil; looked++ {
		gone := k == nil || gk != nil && bytes.Compare(gk, k) < 0
		at := feed.EntryKey(readKey(k))
		if gone {
			at = feed.EntryKey(readKey(gk))
		}
		if looked == limit {
			return keys, at, nil
		}
		var is bool
		if gone {
			is, err = x.hasGhost(at, gv)
			gk, gv = ghosts.Next()
		} else {
			is, err = x.has(v)
			k, v = entries.Next()
		}
		if err != nil {
			return nil, 0, fmt.Errorf("entry %d: %w", at, err)
		}
		if is {
			keys = append(keys, at)
		}
	}
	return keys, 0, nil
}

// has reports whether a stored entry is demanded: it is of the source, or its own link
// leads to the host.
func (x *demand) has(v []byte) (bool, error) {
	var e entryRecord
	c := cursor{b: v}
	if decodeEntryHead(&c, &e); c.err != nil || x.sources[e.source] || x.hosts == nil {
		return x.sources[e.source], c.err
	}
	err := x.w.db.unpackTexts(c.b, &e.Entry)
	return x.hosts.Has(e.Link) || x.hosts.Has(e.Canonical), err
}

// hasGhost reports the same of an entry that retention removed. Its link is not known
// any more; what it was published under may be it.
func (x *demand) hasGhost(k feed.EntryKey, v []byte) (bool, error) {
	c := cursor{b: v}
	if source := uint32(c.uvarint()); c.err != nil || x.sources[source] || x.hosts == nil {
		return x.sources[source], c.err
	}
	ts, err := loadTies(x.w.ties, k)
	for i := range ts {
		if f := ts[i].filing; f != nil && slices.ContainsFunc(f.ids(), x.hosts.Has) {
			return true, nil
		}
	}
	return false, err
}

// A Demand is what a Forgetting would take away, all steps together.
type Demand struct {
	Entries []feed.EntryKey // those that are stored
	Gone    int             // those that retention removed, and of which something is left
	Sources []feed.SourceID // of which all goes
	// Others is how many entries stay that are copies of some of them: of the same groups.
	Others int
	Topics []feed.TopicID // that carry some of it, in the order of their numbers
	traces []trace
}

// Demand finds what a Forgetting would take away.
func (r *Reader) Demand(c *feed.Forgetting) (*Demand, error) {
	w := newWriter(r.db, r.tx) // which only reads
	x, err := w.demanded(c)
	if err != nil {
		return nil, err
	}
	keys := c.Entries
	if x.hosts != nil || x.sources != nil {
		if keys, _, err = x.step(1, -1); err != nil {
			return nil, err
		}
	}
	d := &Demand{}
	for n := range x.sources {
		id, err := sourceName(w.numbers, n)
		if err != nil {
			return nil, err
		}
		if w.metas.Get(key4(n)) != nil || w.windows.Get(key4(n)) != nil {
			d.Sources = append(d.Sources, id)
		}
	}
	slices.Sort(d.Sources)
	groups := make(map[feed.GroupKey]bool)
	for _, k := range keys {
		if err := d.add(w, k, groups); err != nil {
			return nil, fmt.Errorf("entry %d: %w", k, err)
		}
	}
	return d, d.around(r, w, groups)
}

// add takes an entry into the demand, with what tells it in copies of the file.
func (d *Demand) add(w *writer, k feed.EntryKey, groups map[feed.GroupKey]bool) error {
	e, ok, err := headOrGhost(w.entries, w.ghosts, k)
	if err != nil || !ok {
		return err
	}
	t := trace{key: k, seen: e.Seen}
	if t.source, err = w.sourceNumbered(e.source); err != nil {
		return err
	}
	if w.entries.Get(key8(uint64(k))) == nil {
		ts, err := loadTies(w.ties, k)
		if err != nil || !slices.ContainsFunc(ts, tells) {
			return err
		}
		d.Gone++
	} else {
		if e, err = w.loadEntry(k); err != nil {
			return err
		}
		for _, id := range e.plainIDs() {
			t.ids = append(t.ids, xxhash.Sum64String(id))
		}
		d.Entries = append(d.Entries, k)
	}
	d.traces = append(d.traces, t)
	groups[e.group] = true
	return nil
}

// around finds what stays of groups that lose entries, and where they are filed.
func (d *Demand) around(r *Reader, w *writer, groups map[feed.GroupKey]bool) error {
	numbers := make(map[uint32]bool)
	for k := range groups {
		g, err := w.loadGroup(k)
		if err != nil {
			return err
		}
		d.Others += len(g.Entries)
		for _, p := range g.places {
			if p.topic != allNumber {
				numbers[p.topic] = true
			}
		}
	}
	d.Others -= len(d.Entries)
	names := r.topicNames()
	for _, n := range slices.Sorted(maps.Keys(numbers)) {
		d.Topics = append(d.Topics, names[n])
	}
	return nil
}

// SourceIDs calls visit with every source that is known, in no order that means
// anything.
func (r *Reader) SourceIDs(visit func(feed.SourceID)) error {
	return r.tx.Bucket(bNames).ForEach(func(id, _ []byte) error {
		visit(feed.SourceID(id))
		return nil
	})
}

// Given is the entries that any topic gave a public id to; they may be gone.
func (r *Reader) Given(id string) (keys []feed.EntryKey, err error) {
	for _, p := range readPublicRow(r.tx.Bucket(bPublics).Get(siteKey(id))) {
		ts, err := loadTies(r.tx.Bucket(bTies), p.entry)
		if err != nil {
			return nil, err
		}
		if t := tieTo(ts, p.topic); t != nil && t.filing != nil && slices.Contains(t.filing.ids(), id) {
			keys = append(keys, p.entry)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// StoryEntries is the entries of a story, those that are gone too.
func (r *Reader) StoryEntries(k feed.StoryKey) ([]feed.EntryKey, error) {
	s, err := loadStory(r.tx.Bucket(bStories), k)
	if err != nil {
		return nil, err
	}
	return newWriter(r.db, r.tx).storyEntries(s), nil // which only reads
}
