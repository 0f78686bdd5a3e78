package storage

import (
	"bytes"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A clearing takes entries out of the store that retention removes: those of a story
// together, so that each record of it is written once, and nothing that goes with the
// last of its entries is written before.
type clearing struct {
	w    *writer
	at   time.Time
	gone map[feed.EntryKey]bool // the entries that are to go
	done map[feed.GroupKey]bool // those of the stories that were cleared
	// ruled and named say whether operators decided anything that is kept.
	ruled, named bool
	// entangled are entries of stories that go with others: one after the other.
	entangled []feed.EntryKey
}

// An old entry is one that retention removes.
type oldEntry struct {
	key   feed.EntryKey
	group feed.GroupKey
}

func (w *writer) clear(old []oldEntry, at time.Time) error {
	c := &clearing{w: w, at: at, gone: make(map[feed.EntryKey]bool, len(old)), done: make(map[feed.GroupKey]bool), ruled: !isEmpty(w.rulings), named: !isEmpty(w.named)}
	for _, o := range old {
		c.gone[o.key] = true
	}
	for _, o := range old {
		if c.done[o.group] {
			continue
		}
		g, err := w.loadGroup(o.group)
		if err == nil {
			err = c.story(g)
		}
		if err != nil {
			return fmt.Errorf("remove entry %d: %w", o.key, err)
		}
	}
	slices.Sort(c.entangled)
	for _, k := range c.entangled {
		if err := w.remove(k, at, nil); err != nil {
			return fmt.Errorf("remove entry %d: %w", k, err)
		}
	}
	return nil
}

func isEmpty(b *bolt.Bucket) bool {
	k, _ := b.Cursor().First()
	return k == nil
}

// story clears the story of a group.
func (c *clearing) story(first *groupRecord) error {
	s, err := loadStory(c.w.stories, first.Story)
	if err != nil {
		return err
	}
	groups := make([]*groupRecord, 0, len(s.Groups)+len(s.gone))
	left := false
	for _, keys := range [...][]feed.GroupKey{s.Groups, s.gone} {
		for _, k := range keys {
			g := first
			if k != first.Key {
				if g, err = c.w.loadGroup(k); err != nil {
					return err
				}
			}
			groups = append(groups, g)
			c.done[k] = true
			left = left || slices.ContainsFunc(g.Entries, func(k feed.EntryKey) bool { return !c.gone[k] })
		}
	}
	if left {
		return c.thin(s, groups)
	}
	alone, err := c.alone(groups)
	if err != nil {
		return err
	}
	if alone {
		return c.drop(s, groups)
	}
	for _, g := range groups {
		c.entangled = append(c.entangled, g.Entries...)
	}
	return nil
}

// alone reports whether a story hangs together with no other: whether its component is
// the story itself.
func (c *clearing) alone(groups []*groupRecord) (bool, error) {
	w := c.w
	own := func(k feed.EntryKey) bool {
		return slices.ContainsFunc(groups, func(g *groupRecord) bool { return slices.Contains(g.Entries, k) || slices.Contains(g.gone, k) })
	}
	for _, g := range groups {
		for _, keys := range [...][]feed.EntryKey{g.Entries, g.gone} {
			for _, k := range keys {
				if c.named && len(w.namedIn(k)) > 0 {
					return false, nil
				}
				e, err := w.edge(k)
				if err != nil {
					return false, err
				}
				if e.partner != 0 && !own(e.partner) {
					if _, known := w.groupOf(e.partner); known {
						return false, nil
					}
				}
			}
		}
	}
	return true, nil
}

// takeOut removes an entry, and what leads to it, but for what its story rests on.
func (c *clearing) takeOut(k feed.EntryKey) (*entryRecord, error) {
	w := c.w
	key := key8(uint64(k))
	cur := w.entries.Cursor() // which finds it once
	at, v := cur.Seek(key)
	if !bytes.Equal(at, key) {
		return nil, fmt.Errorf("entry %d is not stored", k)
	}
	e, err := w.knownBy(k, v)
	if err == nil {
		err = cur.Delete()
	}
	if err != nil {
		return nil, err
	}
	if err := w.forgetLink(e); err != nil {
		return nil, err
	}
	if err := w.forgetWindowed(k); err != nil {
		return nil, err
	}
	if err := w.bury(e); err != nil {
		return nil, err
	}
	w.db.near.entries.forget(k)
	return e, nil
}

// thin takes entries out of a story others of which stay. What grouping, ids and filings
// rest on stays, as remove has it.
func (c *clearing) thin(s *storyRecord, groups []*groupRecord) error {
	w := c.w
	var touched []*groupRecord
	for _, g := range groups {
		var stay, gone []feed.EntryKey
		for _, k := range g.Entries {
			if !c.gone[k] {
				stay = append(stay, k)
				continue
			}
			gone = append(gone, k)
			e, err := c.takeOut(k)
			if err == nil {
				err = w.putGhost(e)
			}
			if err != nil {
				return err
			}
		}
		if len(gone) == 0 {
			continue
		}
		g.Entries, g.gone = stay, append(g.gone, gone...)
		slices.Sort(g.gone)
		if len(stay) == 0 {
			s.Groups = slices.DeleteFunc(s.Groups, func(k feed.GroupKey) bool { return k == g.Key })
			s.gone = append(s.gone, g.Key)
		}
		if err := w.putGroup(g); err != nil {
			return err
		}
		touched = append(touched, g)
	}
	slices.Sort(s.gone)
	if err := w.measure(s); err != nil {
		return err
	}
	if err := w.putStory(s); err != nil {
		return err
	}
	for _, g := range touched {
		if len(g.places) == 0 {
			continue // no topic has it, and that it has fewer entries leads to none
		}
		if err := w.settle(g, &settling{at: c.at, show: true}); err != nil {
			return err
		}
	}
	return nil
}

// drop forgets a story all of whose entries go, as remove and purge do together.
func (c *clearing) drop(s *storyRecord, groups []*groupRecord) error {
	w := c.w
	for _, g := range groups {
		for _, k := range g.Entries {
			if _, err := c.takeOut(k); err != nil {
				return err
			}
			if err := c.forgetFacts(k); err != nil {
				return err
			}
		}
		for _, k := range g.gone {
			if err := w.ghosts.Delete(key8(uint64(k))); err != nil {
				return err
			}
			if err := c.forgetFacts(k); err != nil {
				return err
			}
		}
		if err := c.unrule(groupRuling, uint64(g.Key)); err != nil {
			return err
		}
		if err := w.unfileGroup(g, c.at); err != nil {
			return err
		}
	}
	return w.deleteStory(s.Key)
}

// forgetFacts forgets how an entry was placed and what it was to topics.
func (c *clearing) forgetFacts(k feed.EntryKey) error {
	w := c.w
	key := key8(uint64(k))
	cur := w.ties.Cursor()
	if at, v := cur.Seek(key); bytes.Equal(at, key) {
		ts, err := decodeTies(v)
		if err != nil {
			return fmt.Errorf("topics of entry %d: %w", k, err)
		}
		if err := cur.Delete(); err != nil {
			return err
		}
		for i := range ts {
			if ts[i].filing != nil {
				if err := w.revoke(&ts[i]); err != nil {
					return err
				}
			}
		}
	}
	if err := w.placements.Delete(key); err != nil {
		return err
	}
	return c.unrule(entryRuling, uint64(k))
}

// unrule takes away what operators decided of an entry or a group.
func (c *clearing) unrule(class byte, key uint64) error {
	if !c.ruled {
		return nil
	}
	for _, s := range rulingsOn(c.w.rulings, class, key) {
		if err := c.w.rulings.Delete(s.bytes()); err != nil {
			return err
		}
	}
	return nil
}

// knownBy reads of a stored entry what it is known by: its head, its ids and its links.
func (w *writer) knownBy(k feed.EntryKey, v []byte) (*entryRecord, error) {
	e := &entryRecord{StoredEntry: feed.StoredEntry{Key: k}}
	c := cursor{b: v}
	decodeEntryHead(&c, e)
	err := c.err
	if err == nil {
		err = w.db.names(c.b, &e.Entry)
	}
	if err != nil {
		return nil, fmt.Errorf("entry %d: %w", k, err)
	}
	return e, nil
}
