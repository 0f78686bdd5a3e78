package storage

import (
	"bytes"
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Rulings are what operators' decisions come to for entries and groups in topics.
// They are derived, as groups are, and stand apart from what is filed: what goes
// with the rules and comes back is as hidden as it was.

// The subjects of rulings: the first byte of their keys.
const (
	entryRuling = 'e'
	groupRuling = 'g'
)

// The flags of a ruling. No ruling has none.
const (
	ruledOut = 1 // hidden; a group with all who join it
	ruledIn  = 2 // filed, in spite of the rules; groups only
)

// A subject is what a ruling is about.
type subject struct {
	class byte
	key   uint64
	topic uint32
}

func (s subject) bytes() []byte {
	k := binary.BigEndian.AppendUint64([]byte{s.class}, s.key)
	return binary.BigEndian.AppendUint32(k, s.topic)
}

// ruled is what stands about an entry or a group in a topic.
func ruled(b *bolt.Bucket, class byte, key uint64, topic uint32) byte {
	if v := b.Get(subject{class, key, topic}.bytes()); len(v) == 1 {
		return v[0]
	}
	return 0
}

// rulingsOn are the rulings on an entry or a group, in the order of topics.
func rulingsOn(b *bolt.Bucket, class byte, key uint64) (on []subject) {
	prefix := binary.BigEndian.AppendUint64([]byte{class}, key)
	c := b.Cursor()
	for k, _ := c.Seek(prefix); len(k) == 13 && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		on = append(on, subject{class, key, binary.BigEndian.Uint32(k[9:])})
	}
	return on
}

// hiddenOf are the entries of a group that are hidden in a topic.
func hiddenOf(b *bolt.Bucket, g *groupRecord, topic uint32) (hidden []feed.EntryKey) {
	whole := ruled(b, groupRuling, uint64(g.Key), topic)
	for _, k := range g.Entries {
		if (whole|ruled(b, entryRuling, uint64(k), topic))&ruledOut != 0 {
			hidden = append(hidden, k)
		}
	}
	return hidden
}

// rule makes the rulings on some subjects what they should be, and returns the
// groups and topics for which that makes a difference.
func (w *writer) rule(on []subject, want map[subject]byte, groupOf func(subject) feed.GroupKey) (shown map[feed.GroupKey]map[uint32]bool, err error) {
	for s := range want {
		on = append(on, s)
	}
	slices.SortFunc(on, func(a, b subject) int { return bytes.Compare(a.bytes(), b.bytes()) })
	shown = make(map[feed.GroupKey]map[uint32]bool)
	for _, s := range slices.Compact(on) {
		k, now := s.bytes(), want[s]
		v := w.rulings.Get(k)
		switch {
		case now == 0:
			err = w.rulings.Delete(k)
		case len(v) != 1 || v[0] != now:
			err = w.rulings.Put(k, []byte{now})
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		g := groupOf(s)
		if shown[g] == nil {
			shown[g] = make(map[uint32]bool)
		}
		shown[g][s.topic] = true
	}
	return shown, nil
}
