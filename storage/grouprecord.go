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
	delete(w.db.near.groups, g.Key)
	return w.groups.Put(key, v)
}

func (w *writer) deleteGroup(k feed.GroupKey) error {
	delete(w.db.near.groups, k)
	return w.groups.Delete(key8(uint64(k)))
}

// A memberRecord is a group's row in a topic: whose filing it goes by, and when
// readers could last see a difference. All else is read from the facts.
type memberRecord struct {
	owner   feed.EntryKey
	past    bool
	changed time.Time
}

func (m memberRecord) encode() []byte {
	return putTime(binary.AppendUvarint([]byte{boolByte(m.past)}, uint64(m.owner)), m.changed)
}

func decodeMember(v []byte) (m memberRecord, err error) {
	c := cursor{b: v}
	m = memberRecord{past: c.byte() != 0, owner: feed.EntryKey(c.uvarint()), changed: c.time()}
	return m, c.err
}

// isPast reads the flag of an encoded row.
func isPast(v []byte) bool { return len(v) > 0 && v[0] != 0 }

func memberKey(p place, g feed.GroupKey) []byte {
	k := make([]byte, 0, 20)
	k = binary.BigEndian.AppendUint32(k, p.topic)
	k = binary.BigEndian.AppendUint64(k, p.filed)
	return binary.BigEndian.AppendUint64(k, uint64(g))
}
