package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A place is where a group is filed: a topic, and the time that orders its feed.
type place struct {
	topic uint32
	filed uint64 // keyMilli of the filed time
}

// A groupRecord is a stored group. Its key is its lowest entry; entries that
// retention removed count, so that it never changes by that.
type groupRecord struct {
	feed.Group
	gone   []feed.EntryKey // removed by retention
	places []place         // in the order of topics
}

func (g *groupRecord) encode(b []byte) []byte {
	b = append(b, 2)
	b = putKeys(binary.AppendUvarint(b, uint64(g.Story)), g.Entries)
	b = putKeys(b, g.gone)
	b = binary.AppendUvarint(b, uint64(len(g.places)))
	for _, p := range g.places {
		b = binary.BigEndian.AppendUint64(binary.AppendUvarint(b, uint64(p.topic)), p.filed)
	}
	return b
}

func (g *groupRecord) decode(v []byte) error {
	c := cursor{b: v}
	if n := c.byte(); n != 2 && c.err == nil {
		return fmt.Errorf("group record of version %d", n)
	}
	g.Story = feed.StoryKey(c.uvarint())
	g.Entries = takeKeys[feed.EntryKey](&c)
	if g.Entries == nil {
		g.Entries = []feed.EntryKey{}
	}
	g.gone = takeKeys[feed.EntryKey](&c)
	g.places = make([]place, c.count())
	for i := range g.places {
		g.places[i].topic = uint32(c.uvarint())
		if b := c.take(8); b != nil {
			g.places[i].filed = binary.BigEndian.Uint64(b)
		}
	}
	return c.err
}

func putKeys[K ~uint64](b []byte, keys []K) []byte {
	b = binary.AppendUvarint(b, uint64(len(keys)))
	for _, k := range keys {
		b = binary.AppendUvarint(b, uint64(k))
	}
	return b
}

func takeKeys[K ~uint64](c *cursor) []K {
	n := c.count()
	if n == 0 {
		return nil
	}
	keys := make([]K, n)
	for i := range keys {
		keys[i] = K(c.uvarint())
	}
	return keys
}

// place is where a group is filed under a topic.
func (g *groupRecord) place(topic uint32) (place, bool) {
	for _, p := range g.places {
		if p.topic == topic {
			return p, true
		}
	}
	return place{}, false
}

func loadGroup(b *bolt.Bucket, k feed.GroupKey) (*groupRecord, error) {
	v := b.Get(key8(uint64(k)))
	if v == nil {
		return nil, fmt.Errorf("group %d is not stored", k)
	}
	g := &groupRecord{Group: feed.Group{Key: k}}
	if err := g.decode(v); err != nil {
		return nil, fmt.Errorf("group %d: %w", k, err)
	}
	return g, nil
}

func (w *writer) loadGroup(k feed.GroupKey) (*groupRecord, error) { return loadGroup(w.groups, k) }

func (w *writer) putGroup(g *groupRecord) error {
	key, v := key8(uint64(g.Key)), g.encode(make([]byte, 0, 32))
	if bytes.Equal(w.groups.Get(key), v) {
		return nil
	}
	if err := w.stored(g); err != nil {
		return err
	}
	return w.groups.Put(key, v)
}

func (w *writer) deleteGroup(k feed.GroupKey) error {
	w.db.near.groups.forget(k)
	return w.groups.Delete(key8(uint64(k)))
}

func memberKey(p place, g feed.GroupKey) []byte {
	k := make([]byte, 0, 20)
	k = binary.BigEndian.AppendUint32(k, p.topic)
	k = binary.BigEndian.AppendUint64(k, p.filed)
	return binary.BigEndian.AppendUint64(k, uint64(g))
}

// A storyRecord is a stored story with its extent: how many entries its groups
// have, and the earliest When of them. Its key is that of its lowest group.
type storyRecord struct {
	feed.Story
	gone    []feed.GroupKey // groups whose entries retention removed
	began   time.Time
	entries int
}

// encode writes the extent of a story that has grown; that of a single entry,
// as most are, is the entry's own. A record without an extent begins with the
// key of a group, which is never 0.
func (s *storyRecord) encode(b []byte) []byte {
	if s.entries > 1 || len(s.gone) > 0 {
		b = putTime(append(b, 0), s.began)
		b = putKeys(binary.AppendUvarint(b, uint64(s.entries)), s.gone)
	}
	for _, g := range s.Groups {
		b = binary.AppendUvarint(b, uint64(g))
	}
	return b
}

// isGrown reports whether a record has more than the key of a group.
func isGrown(v []byte) bool { return len(v) > 0 && v[0] == 0 }

func (s *storyRecord) decode(v []byte) error {
	c := cursor{b: v}
	if isGrown(v) {
		c.byte()
		s.began = c.time()
		s.entries = int(c.uvarint())
		s.gone = takeKeys[feed.GroupKey](&c)
	}
	for len(c.b) > 0 {
		s.Groups = append(s.Groups, feed.GroupKey(c.uvarint()))
	}
	return c.err
}

func loadStory(b *bolt.Bucket, k feed.StoryKey) (*storyRecord, error) {
	v := b.Get(key8(uint64(k)))
	if v == nil {
		return nil, fmt.Errorf("story %d is not stored", k)
	}
	s := &storyRecord{Story: feed.Story{Key: k}}
	if err := s.decode(v); err != nil {
		return nil, fmt.Errorf("story %d: %w", k, err)
	}
	return s, nil
}

// loadStory reads a story with its extent.
func (w *writer) loadStory(k feed.StoryKey) (*storyRecord, error) {
	s, err := loadStory(w.stories, k)
	if err == nil && s.entries == 0 {
		err = w.measure(s)
	}
	return s, err
}

func (w *writer) putStory(s *storyRecord) error {
	w.db.near.extents.forget(s.Key)
	return w.stories.Put(key8(uint64(s.Key)), s.encode(make([]byte, 0, 16+4*len(s.Groups))))
}

func (w *writer) deleteStory(k feed.StoryKey) error {
	w.db.near.extents.forget(k)
	return w.stories.Delete(key8(uint64(k)))
}

// grow adds an entry to the extent.
func (s *storyRecord) grow(when time.Time) {
	if s.entries == 0 || when.Before(s.began) {
		s.began = when
	}
	s.entries++
}

// measure counts the extent anew from the stored entries.
func (w *writer) measure(s *storyRecord) error { return s.measure(w.groups, w.entries) }

func (s *storyRecord) measure(groups, entries *bolt.Bucket) error {
	s.began, s.entries = time.Time{}, 0
	for _, k := range s.Groups {
		g, err := loadGroup(groups, k)
		if err != nil {
			return err
		}
		for _, m := range g.Entries {
			e, err := loadHead(entries, m)
			if err != nil {
				return err
			}
			s.grow(e.When())
		}
	}
	return nil
}

// remeasure follows a change of an entry's date, or the loss of an entry.
func (w *writer) remeasure(k feed.StoryKey) error {
	s, err := loadStory(w.stories, k)
	if err == nil {
		err = w.measure(s)
	}
	if err != nil {
		return err
	}
	return w.putStory(s)
}
