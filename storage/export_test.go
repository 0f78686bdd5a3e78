package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Dump is everything in the store, bucket by bucket. Without the log of
// decisions and the times of the newest changes it is what undo gives back.
func (db *DB) Dump(undone bool) string {
	var out strings.Builder
	if err := db.bolt.View(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bk *bolt.Bucket) error {
			if undone && bytes.Equal(name, bDecisions) {
				return nil
			}
			fmt.Fprintf(&out, "[%s] %d\n", name, bk.Sequence())
			return bk.ForEach(func(k, v []byte) error {
				if undone {
					var err error
					if v, err = timeless(string(name), k, v); err != nil {
						return err
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
	if err := db.bolt.View(func(tx *bolt.Tx) error {
		n = tx.Bucket(bWindow).Stats().KeyN
		return nil
	}); err != nil {
		panic(err)
	}
	return n
}

// Sound checks what is true of every store.
func (db *DB) Sound() error {
	return db.bolt.View(func(tx *bolt.Tx) error {
		s := sound{tx: tx, groupOf: make(map[feed.EntryKey]feed.GroupKey), storyOf: make(map[feed.GroupKey]feed.StoryKey), heads: make(map[feed.EntryKey]*entryRecord)}
		for _, check := range []func() error{s.entries, s.groups, s.stories, s.memberships, s.rest} {
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	})
}

type sound struct {
	tx      *bolt.Tx
	heads   map[feed.EntryKey]*entryRecord
	groupOf map[feed.EntryKey]feed.GroupKey
	storyOf map[feed.GroupKey]feed.StoryKey
}

func (s *sound) each(bucket []byte, visit func(k, v []byte) error) error {
	return s.tx.Bucket(bucket).ForEach(func(k, v []byte) error {
		if err := visit(k, v); err != nil {
			return fmt.Errorf("%s %x: %w", bucket, k, err)
		}
		return nil
	})
}

func (s *sound) entries() error {
	return s.each(bEntries, func(k, v []byte) error {
		e := &entryRecord{StoredEntry: feed.StoredEntry{Key: feed.EntryKey(binary.BigEndian.Uint64(k))}}
		c := cursor{b: v}
		decodeEntryHead(&c, e)
		s.heads[e.Key] = e
		return c.err
	})
}

// No entry is lost or in two groups; no group has two of one source.
func (s *sound) groups() error {
	if err := s.each(bGroups, func(k, v []byte) error {
		g := groupRecord{Group: feed.Group{Key: feed.GroupKey(binary.BigEndian.Uint64(k))}}
		if err := g.decode(v); err != nil {
			return err
		}
		if len(g.Entries) == 0 {
			return fmt.Errorf("an empty group")
		}
		var sources []uint32
		for _, m := range g.Entries {
			if other, ok := s.groupOf[m]; ok {
				return fmt.Errorf("entry %d is in groups %d and %d", m, other, g.Key)
			}
			s.groupOf[m] = g.Key
			e := s.heads[m]
			if e == nil || e.group != g.Key {
				return fmt.Errorf("entry %d is in group %d and does not know", m, g.Key)
			}
			if slices.Contains(sources, e.source) {
				return fmt.Errorf("two entries of source %d", e.source)
			}
			sources = append(sources, e.source)
		}
		s.storyOf[g.Key] = g.Story
		return nil
	}); err != nil {
		return err
	}
	for k := range s.heads {
		if s.groupOf[k] == 0 {
			return fmt.Errorf("entry %d is in no group", k)
		}
	}
	return nil
}

// Every group is in the one story that it names, and every extent is right.
func (s *sound) stories() error {
	found := make(map[feed.GroupKey]bool)
	members := make(map[feed.GroupKey][]feed.EntryKey)
	for e, g := range s.groupOf {
		members[g] = append(members[g], e)
	}
	if err := s.each(bStories, func(k, v []byte) error {
		r := storyRecord{Story: feed.Story{Key: feed.StoryKey(binary.BigEndian.Uint64(k))}}
		if err := r.decode(v); err != nil {
			return err
		}
		if r.entries == 0 {
			if err := r.measure(s.tx.Bucket(bGroups), s.tx.Bucket(bEntries)); err != nil {
				return err
			}
			if r.entries != 1 {
				return fmt.Errorf("%d entries without an extent", r.entries)
			}
		}
		var want storyRecord
		for _, g := range r.Groups {
			if s.storyOf[g] != r.Key || found[g] {
				return fmt.Errorf("group %d is of story %d", g, s.storyOf[g])
			}
			found[g] = true
			for _, m := range members[g] {
				want.grow(s.heads[m].When())
			}
		}
		if want.entries != r.entries || !want.began.Equal(r.began) || r.entries == 0 {
			return fmt.Errorf("extent %d entries since %s, want %d since %s", r.entries, r.began, want.entries, want.began)
		}
		return nil
	}); err != nil {
		return err
	}
	if len(found) != len(s.storyOf) {
		return fmt.Errorf("%d groups, %d of them in stories", len(s.storyOf), len(found))
	}
	return nil
}

// Groups and memberships know each other; every public id is of one group.
func (s *sound) memberships() error {
	ids := make(map[string]feed.GroupKey)
	rows := 0
	if err := s.each(bMembers, func(k, v []byte) error {
		rows++
		key, f, m, err := memberImage(k, v)
		if err != nil {
			return err
		}
		g, err := loadGroup(s.tx.Bucket(bGroups), key)
		if err != nil {
			return err
		}
		if !slices.Contains(g.filings, f) || !slices.Contains(g.Entries, m.Lead) {
			return fmt.Errorf("group %+v does not know membership %+v", g, m)
		}
		if m.PublicID == "" {
			return fmt.Errorf("membership %+v without a public id", m)
		}
		for i, r := range m.Reasons {
			if !slices.Contains(g.Entries, r.Entry) || slices.ContainsFunc(m.Reasons[:i], func(o feed.EntryReason) bool { return o.Entry == r.Entry }) {
				return fmt.Errorf("reason for entry %d of %v", r.Entry, g.Entries)
			}
		}
		for _, id := range m.ids() {
			h := string(hashKey(f.topic, id))
			if other, ok := ids[h]; ok {
				return fmt.Errorf("groups %d and %d share the public id %s", other, key, id)
			}
			ids[h] = key
		}
		return nil
	}); err != nil {
		return err
	}
	if err := s.each(bDropped, func(k, v []byte) error {
		key, topic := feed.GroupKey(binary.BigEndian.Uint64(k)), binary.BigEndian.Uint32(k[8:])
		g, err := loadGroup(s.tx.Bucket(bGroups), key)
		if err != nil {
			return err
		}
		if _, filed := g.filed(topic); filed {
			return fmt.Errorf("it is filed and set aside")
		}
		m, err := decodeDropped(v)
		if err != nil {
			return err
		}
		for _, id := range m.ids() {
			h := string(hashKey(topic, id))
			if other, ok := ids[h]; ok {
				return fmt.Errorf("groups %d and %d share the public id %s", other, key, id)
			}
			ids[h] = key
		}
		return nil
	}); err != nil {
		return err
	}
	if err := s.each(bPublics, func(k, v []byte) error {
		if g, ok := ids[string(k)]; !ok || uint64(g) != readKey(v) {
			return fmt.Errorf("a public id of group %x, want %d", v, g)
		}
		delete(ids, string(k))
		return nil
	}); err != nil {
		return err
	}
	if len(ids) > 0 {
		return fmt.Errorf("%d public ids lead nowhere", len(ids))
	}
	return s.each(bGroups, func(_, v []byte) error {
		var g groupRecord
		err := g.decode(v)
		rows -= len(g.filings)
		for i, f := range g.filings {
			if slices.ContainsFunc(g.filings[:i], func(o filing) bool { return o.topic == f.topic }) {
				return fmt.Errorf("filed twice under topic %d", f.topic)
			}
		}
		return err
	})
}

// Rulings, placements and rows of the window are of something that is stored.
func (s *sound) rest() error {
	if err := s.each(bRulings, func(k, _ []byte) error {
		n := binary.BigEndian.Uint64(k[1:])
		if k[0] == entryRuling && s.heads[feed.EntryKey(n)] == nil || k[0] == groupRuling && s.storyOf[feed.GroupKey(n)] == 0 {
			return fmt.Errorf("its subject is gone")
		}
		return nil
	}); err != nil {
		return err
	}
	if err := s.each(bPlaced, func(k, _ []byte) error {
		if s.heads[feed.EntryKey(binary.BigEndian.Uint64(k))] == nil {
			return fmt.Errorf("its entry is gone")
		}
		return nil
	}); err != nil {
		return err
	}
	return s.each(bWindow, func(k, v []byte) error {
		_, source, _, err := decodeWindowed(v)
		if e := s.heads[feed.EntryKey(binary.BigEndian.Uint64(k))]; err == nil && (e == nil || e.source != source) {
			return fmt.Errorf("its entry is gone")
		}
		return err
	})
}
