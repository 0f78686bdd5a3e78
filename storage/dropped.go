package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A membership that goes because the rules changed is set aside: when its group
// matches again it is filed as it was, under the same id at the same time, so
// that rules that are narrowed and widened again show readers nothing twice. Its
// public ids stay taken meanwhile. No group is filed under a topic and set aside
// for it at once.

func droppedKey(g feed.GroupKey, topic uint32) []byte {
	return binary.BigEndian.AppendUint32(key8(uint64(g)), topic)
}

// encodeDropped writes what is set aside; why entries matched is not kept.
func encodeDropped(m *memberRecord) []byte {
	kept := *m
	kept.Reasons = nil
	return kept.encode(key8(keyMilli(m.Filed)))
}

func decodeDropped(v []byte) (*memberRecord, error) {
	if len(v) < 8 {
		return nil, errShort
	}
	m := &memberRecord{Membership: feed.Membership{Filed: milliKey(binary.BigEndian.Uint64(v))}}
	return m, m.decode(v[8:])
}

// loadDropped is what is set aside for a group in a topic, nil for nothing.
func loadDropped(b *bolt.Bucket, g feed.GroupKey, topic uint32) (*memberRecord, error) {
	v := b.Get(droppedKey(g, topic))
	if v == nil {
		return nil, nil
	}
	m, err := decodeDropped(v)
	if err != nil {
		return nil, fmt.Errorf("dropped membership of group %d: %w", g, err)
	}
	m.Group = g
	return m, nil
}

// Dropped is the membership that a group had in a topic before the rules took it
// away, and gets back when it matches again; ok is false where there is none. It
// has no reasons, and nothing that operators decided.
func (r *Reader) Dropped(topic feed.TopicID, group feed.GroupKey) (m feed.Membership, ok bool, err error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return m, false, err
	}
	rec, err := loadDropped(r.tx.Bucket(bDropped), group, t.number)
	if err != nil || rec == nil {
		return m, false, err
	}
	rec.Topic = topic
	return rec.Membership, true, nil
}

// putDropped sets a membership aside for a group, with its public ids.
func (w *writer) putDropped(g feed.GroupKey, topic uint32, m *memberRecord) error {
	if err := w.reserve(g, topic, m); err != nil {
		return err
	}
	return w.dropped.Put(droppedKey(g, topic), encodeDropped(m))
}

// reserve makes the public ids of a membership those of a group.
func (w *writer) reserve(g feed.GroupKey, topic uint32, m *memberRecord) error {
	for _, id := range m.ids() {
		if err := w.publics.Put(hashKey(topic, id), shortKey(uint64(g))); err != nil {
			return err
		}
	}
	return nil
}

// takeDropped is loadDropped, and it is no longer set aside: its public ids are
// the caller's to give away.
func (w *writer) takeDropped(g feed.GroupKey, topic uint32) (*memberRecord, error) {
	m, err := loadDropped(w.dropped.Bucket, g, topic)
	if err != nil || m == nil {
		return nil, err
	}
	return m, w.dropped.Delete(droppedKey(g, topic))
}

// eachDropped visits what is set aside for a group. visit may change it.
func (w *writer) eachDropped(g feed.GroupKey, visit func(topic uint32) error) error {
	prefix := key8(uint64(g))
	var topics []uint32
	c := w.dropped.Cursor()
	for k, _ := c.Seek(prefix); len(k) == 12 && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		topics = append(topics, binary.BigEndian.Uint32(k[8:]))
	}
	for _, t := range topics {
		if err := visit(t); err != nil {
			return err
		}
	}
	return nil
}

// setAside takes a group out of a topic until it matches again. The caller
// stores the group.
func (w *writer) setAside(t *topicState, f filing, g *groupRecord, at time.Time) error {
	m, err := w.loadMembership(f, g.Key)
	if err != nil {
		return err
	}
	if err := w.leaveFiling(g, f); err != nil {
		return err
	}
	t.see(at)
	return w.putDropped(g.Key, t.number, m)
}

// fileByRules files group g under topic t because its entry e matches: as it was
// where it was filed before, else as m has it, led by the topic's language where
// a report in it was there; nil says that who leads is not decided by that.
func (w *writer) fileByRules(t *topicState, e *entryRecord, g *groupRecord, m *memberRecord, there arrival) error {
	was, err := loadDropped(w.dropped.Bucket, g.Key, t.number)
	if err != nil {
		return err
	}
	if was != nil {
		m.filedAs(was)
		m.lead(g)
	} else if there != nil {
		if e, err = w.leadByLanguage(t, e, g, m, there); err != nil {
			return err
		}
	}
	return w.newMembership(t, e, g, m)
}

// forgetDropped removes what is set aside for a group that goes.
func (w *writer) forgetDropped(g feed.GroupKey) error {
	return w.eachDropped(g, func(topic uint32) error {
		m, err := w.takeDropped(g, topic)
		if err != nil {
			return err
		}
		for _, id := range m.ids() {
			if err := w.publics.Delete(hashKey(topic, id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// carryDropped hands what is set aside for a group that goes on to the one that
// its entries join. Where that one is filed, or has more to return to, only the
// public ids go on; of two that are set aside the earlier filed one stays.
func (w *writer) carryDropped(from, to *groupRecord) error {
	return w.eachDropped(from.Key, func(topic uint32) error {
		m, err := w.takeDropped(from.Key, topic)
		if err != nil {
			return err
		}
		if f, ok := to.filed(topic); ok {
			own, err := w.loadMembership(f, to.Key)
			if err != nil {
				return err
			}
			own.former = append(own.former, m.ids()...)
			if err := w.reserve(to.Key, topic, m); err != nil {
				return err
			}
			return w.putMembership(f, to.Key, own)
		}
		own, err := w.takeDropped(to.Key, topic)
		if err != nil {
			return err
		}
		if own != nil {
			if own.Filed.After(m.Filed) {
				own, m = m, own
			}
			own.former = append(own.former, m.ids()...)
			m = own
		}
		return w.putDropped(to.Key, topic, m)
	})
}

// returnDropped gives a group that is taken out of a merger again what was set
// aside for it before, unless the merged group has taken it up since.
func (w *writer) returnDropped(from, to *groupRecord, topic uint32, m, own *memberRecord) error {
	if v := w.publics.Get(hashKey(topic, m.PublicID)); readKey(v) != uint64(from.Key) {
		return nil
	}
	ours := func(id string) bool { return slices.Contains(m.ids(), id) }
	if f, ok := from.filed(topic); ok {
		now, err := w.loadMembership(f, from.Key)
		if err != nil || ours(now.PublicID) {
			return err
		}
		now.former = slices.DeleteFunc(now.former, ours)
		if err := w.putMembership(f, from.Key, now); err != nil {
			return err
		}
		return w.putDropped(to.Key, topic, m)
	}
	now, err := w.takeDropped(from.Key, topic)
	if err != nil || now == nil {
		return err
	}
	rest := slices.DeleteFunc(now.ids(), ours)
	switch {
	case len(rest) == 0:
		now = nil
	case !ours(now.PublicID):
	case own != nil && slices.Contains(rest, own.PublicID):
		now = own
	default:
		now.PublicID = rest[0]
	}
	if now != nil {
		now.former = slices.DeleteFunc(rest, func(id string) bool { return id == now.PublicID })
		if err := w.putDropped(from.Key, topic, now); err != nil {
			return err
		}
	}
	return w.putDropped(to.Key, topic, m)
}
