package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Rulings are what operators decided on entries and groups in topics. They stand
// apart from memberships, so that they outlive them: a membership that goes with
// the rules and comes back is as hidden as it was.

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

func rulingKey(class byte, subject uint64, topic uint32) []byte {
	k := binary.BigEndian.AppendUint64([]byte{class}, subject)
	return binary.BigEndian.AppendUint32(k, topic)
}

func ruling(b *bolt.Bucket, class byte, subject uint64, topic uint32) byte {
	if v := b.Get(rulingKey(class, subject, topic)); len(v) == 1 {
		return v[0]
	}
	return 0
}

func (w *writer) ruling(class byte, subject uint64, topic uint32) byte {
	return ruling(w.rulings.Bucket, class, subject, topic)
}

// rule replaces a ruling and reports whether that changes anything.
func (w *writer) rule(class byte, subject uint64, topic uint32, flags byte) (bool, error) {
	if w.ruling(class, subject, topic) == flags {
		return false, nil
	}
	k := rulingKey(class, subject, topic)
	if flags == 0 {
		return true, w.rulings.Delete(k)
	}
	return true, w.rulings.Put(k, []byte{flags})
}

// eachRuling visits the rulings on a subject. visit may change them.
func (w *writer) eachRuling(class byte, subject uint64, visit func(topic uint32, flags byte) error) error {
	prefix := binary.BigEndian.AppendUint64([]byte{class}, subject)
	type one struct {
		topic uint32
		flags byte
	}
	var all []one
	c := w.rulings.Cursor()
	for k, v := c.Seek(prefix); len(k) == 13 && len(v) == 1 && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		all = append(all, one{binary.BigEndian.Uint32(k[9:]), v[0]})
	}
	for _, r := range all {
		if err := visit(r.topic, r.flags); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) dropRulings(class byte, subject uint64) error {
	return w.eachRuling(class, subject, func(topic uint32, _ byte) error {
		_, err := w.rule(class, subject, topic, 0)
		return err
	})
}

// lead hands a membership on to the next entry where the one that led has left
// the group: it goes on under the same public id, so that readers do not see it
// again.
func (m *memberRecord) lead(g *groupRecord) {
	if slices.Contains(g.Entries, m.Lead) || len(g.Entries) == 0 {
		return
	}
	m.Lead = g.Entries[max(slices.IndexFunc(g.Entries, m.matched), 0)]
}

// matched reports whether an entry of the group is there for a reason of its own.
func (m *memberRecord) matched(k feed.EntryKey) bool {
	return slices.ContainsFunc(m.Reasons, func(r feed.EntryReason) bool { return r.Entry == k })
}

// obey applies the rulings of a topic to a membership that was read: what is
// hidden, and who leads instead. The reasons stand in the order of the group, in
// whatever order its entries came to match.
func (m *memberRecord) obey(rulings *bolt.Bucket, topic uint32, g *feed.Group) {
	slices.SortStableFunc(m.Reasons, func(a, b feed.EntryReason) int {
		return cmp.Compare(slices.Index(g.Entries, a.Entry), slices.Index(g.Entries, b.Entry))
	})
	whole := ruling(rulings, groupRuling, uint64(g.Key), topic)
	m.Included = whole&ruledIn != 0
	for _, k := range g.Entries {
		if (whole|ruling(rulings, entryRuling, uint64(k), topic))&ruledOut != 0 {
			m.Hidden = append(m.Hidden, k)
		}
	}
	if !slices.Contains(m.Hidden, m.Lead) {
		return
	}
	shown := func(k feed.EntryKey) bool { return !slices.Contains(m.Hidden, k) }
	for i := range m.Reasons {
		if shown(m.Reasons[i].Entry) {
			m.Lead = m.Reasons[i].Entry
			return
		}
	}
	if i := slices.IndexFunc(g.Entries, shown); i >= 0 {
		m.Lead = g.Entries[i]
	}
}
