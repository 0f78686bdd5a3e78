package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
)

// A moving takes entries from one group into another, which may be new, with
// what was filed because of them.
type moving struct {
	from, to *groupRecord
	entries  []feed.EntryKey
	at       time.Time
	// was and own are the memberships, by topic number, that to and from had
	// before they were merged: who gets its entries back gets its public ids and
	// times back.
	was, own map[uint32]*memberRecord
	// ownDropped is what was set aside for from before the merger.
	ownDropped map[uint32]*memberRecord
	// toIncluded and fromIncluded are the topics in which an operator's word
	// that the merged group is included was about the entries of one of them.
	toIncluded, fromIncluded map[uint32]bool
}

func (m *moving) moved(k feed.EntryKey) bool { return slices.Contains(m.entries, k) }

// moveEntries moves entries at the end of a group. Where from becomes empty it
// goes. Of two memberships in one topic the earlier filed one stays; the other's
// public id is remembered as one of its former ones.
func (w *writer) moveEntries(m *moving) error {
	fresh := len(m.to.Entries) == 0
	m.entries = slices.Clone(m.entries)
	for _, g := range []*groupRecord{m.from, m.to} {
		if err := w.eachRuling(groupRuling, uint64(g.Key), func(topic uint32, _ byte) error {
			w.rulings.note(rulingKey(groupRuling, uint64(g.Key), topic))
			return nil
		}); err != nil {
			return err
		}
		if err := w.eachDropped(g.Key, func(topic uint32) error {
			w.dropped.note(droppedKey(g.Key, topic))
			return nil
		}); err != nil {
			return err
		}
	}
	for _, k := range m.entries {
		w.log.Moves = append(w.log.Moves, move{Entry: k, From: uint64(m.from.Key), To: uint64(m.to.Key)})
		if err := w.setGroup(k, m.to.Key); err != nil {
			return err
		}
	}
	m.from.Entries = slices.DeleteFunc(m.from.Entries, m.moved)
	m.to.Entries = append(m.to.Entries, m.entries...)
	if len(m.from.Entries) == 0 {
		if err := w.carryDropped(m.from, m.to); err != nil {
			return err
		}
	}
	for _, f := range slices.Clone(m.from.filings) {
		if err := w.moveFiling(m, f); err != nil {
			return err
		}
	}
	for _, f := range m.to.filings { // also where nothing of the other was filed
		if err := w.touchMembership(f, m.to.Key, m.at); err != nil {
			return err
		}
	}
	if err := w.moveRulings(m, fresh); err != nil {
		return err
	}
	if err := w.putGroup(m.to); err != nil {
		return err
	}
	return w.moveStories(m, fresh)
}

// moveStories writes what is left of a group and the extents of both stories.
func (w *writer) moveStories(m *moving, fresh bool) error {
	gone := len(m.from.Entries) == 0
	if gone {
		if err := w.groups.Delete(key8(uint64(m.from.Key))); err != nil {
			return err
		}
	} else if err := w.putGroup(m.from); err != nil {
		return err
	}
	if fresh {
		s := &storyRecord{Story: feed.Story{Key: m.to.Story}}
		if w.stories.Get(key8(uint64(m.to.Story))) != nil {
			var err error
			if s, err = w.loadStory(m.to.Story); err != nil {
				return err
			}
		}
		s.Groups = append(s.Groups, m.to.Key)
		if err := w.putStory(s); err != nil {
			return err
		}
	}
	if gone {
		if err := w.leaveStory(m.from); err != nil {
			return err
		}
	} else if err := w.remeasure(m.from.Story); err != nil {
		return err
	}
	return w.remeasure(m.to.Story)
}

// setGroup rewrites an entry's head and leaves its texts as they are.
func (w *writer) setGroup(k feed.EntryKey, g feed.GroupKey) error {
	v := w.entries.Get(key8(uint64(k)))
	if v == nil {
		return fmt.Errorf("entry %d is not stored", k)
	}
	var e entryRecord
	c := cursor{b: v}
	if decodeEntryHead(&c, &e); c.err != nil {
		return fmt.Errorf("entry %d: %w", k, c.err)
	}
	e.group = g
	delete(w.db.near.groupOf, k)
	return w.entries.Put(key8(uint64(k)), append(encodeEntryHead(nil, &e), c.b...))
}

// moveRulings keeps hidden what was hidden, and included what was included.
func (w *writer) moveRulings(m *moving, fresh bool) error {
	gone := len(m.from.Entries) == 0
	return w.eachRuling(groupRuling, uint64(m.from.Key), func(topic uint32, flags byte) error {
		own := w.ruling(groupRuling, uint64(m.to.Key), topic)
		if flags&ruledOut != 0 && !fresh && own&ruledOut == 0 {
			for _, k := range m.entries {
				if _, err := w.rule(entryRuling, uint64(k), topic, ruledOut); err != nil {
					return err
				}
			}
		}
		if flags&ruledOut != 0 && fresh {
			own |= ruledOut
		}
		if gone {
			own |= flags & ruledIn
			if _, err := w.rule(groupRuling, uint64(m.from.Key), topic, 0); err != nil {
				return err
			}
		}
		if m.toIncluded[topic] {
			own |= ruledIn
			if !m.fromIncluded[topic] {
				if _, err := w.rule(groupRuling, uint64(m.from.Key), topic, flags&^ruledIn); err != nil {
					return err
				}
			}
		}
		_, err := w.rule(groupRuling, uint64(m.to.Key), topic, own)
		return err
	})
}

// moveGroups moves groups from one story to another, which may be new.
func (w *writer) moveGroups(from, to *storyRecord, groups []feed.GroupKey, at time.Time) error {
	groups = slices.Clone(groups)
	for _, k := range groups {
		g, err := w.loadGroup(k)
		if err != nil {
			return err
		}
		w.log.Moves = append(w.log.Moves, move{Group: k, From: uint64(from.Key), To: uint64(to.Key)})
		g.Story = to.Key
		if err := w.putGroup(g); err != nil {
			return err
		}
		for _, f := range g.filings {
			if err := w.touchMembership(f, k, at); err != nil {
				return err
			}
		}
		to.Groups = append(to.Groups, k)
	}
	from.Groups = slices.DeleteFunc(from.Groups, func(k feed.GroupKey) bool { return slices.Contains(groups, k) })
	for _, s := range []*storyRecord{from, to} {
		if err := w.measure(s); err != nil {
			return err
		}
		if err := w.putStory(s); err != nil {
			return err
		}
	}
	return nil
}

// memberImage is the membership of a logged record: its group, filing and value.
func memberImage(k, v []byte) (feed.GroupKey, filing, *memberRecord, error) {
	if len(k) != 20 {
		return 0, filing{}, nil, errShort
	}
	f := filing{binary.BigEndian.Uint32(k), binary.BigEndian.Uint64(k[4:])}
	g := feed.GroupKey(binary.BigEndian.Uint64(k[12:]))
	m := &memberRecord{Membership: feed.Membership{Group: g, Filed: milliKey(f.filed)}}
	return g, f, m, m.decode(v)
}
