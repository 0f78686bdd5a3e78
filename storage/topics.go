package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"strconv"
	"time"

	"topicwire/feed"
)

// topic reads a topic's record, once a transaction; the first mention of a topic
// numbers it.
func (w *writer) topic(id feed.TopicID) (*topicState, error) {
	for _, t := range w.topics {
		if t.id == id {
			return t, nil
		}
	}
	t := &topicState{id: id}
	if v := w.topicB.Get([]byte(id)); v != nil {
		if err := t.decode(v); err != nil {
			return nil, fmt.Errorf("topic %s: %w", id, err)
		}
	} else {
		n, err := w.topicB.NextSequence()
		if err != nil {
			return nil, err
		}
		// Written at once: rules and topicNumbered walk the bucket.
		t.number = uint32(n)
		if err := w.topicB.Put([]byte(id), t.encode(nil)); err != nil {
			return nil, err
		}
	}
	w.topics = append(w.topics, t)
	return t, nil
}

// topicNumbered finds the topic of a number; memberships know only that.
func (w *writer) topicNumbered(number uint32) (*topicState, error) {
	for _, t := range w.topics {
		if t.number == number {
			return t, nil
		}
	}
	var id feed.TopicID
	c := w.topicB.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if len(v) >= 5 && binary.BigEndian.Uint32(v[1:]) == number {
			id = feed.TopicID(k)
			break
		}
	}
	if id == "" {
		return nil, fmt.Errorf("topic number %d is not stored", number)
	}
	return w.topic(id)
}

// see notes a difference that the topic's readers can see.
func (t *topicState) see(at time.Time) {
	t.touched = true
	if at.After(t.changed) {
		t.changed, t.dirty = at, true
	}
}

// file brings a group under the topics that its entry e matched.
func (w *writer) file(r *report, e *entryRecord, g *groupRecord) error {
	grew := false
	for i := range r.Matches {
		m := &r.Matches[i]
		t, err := w.topic(m.Topic)
		if err != nil {
			return err
		}
		var there arrival
		if t.leads != "" {
			there = r.arrived(e)
		}
		if f, ok := g.filed(t.number); ok {
			if there != nil && r.brings(e) {
				if err := w.joinByLanguage(t, f, e, g, there); err != nil {
					return err
				}
			}
			if err := w.addReason(t, f, g.Key, feed.EntryReason{Entry: e.Key, Reason: m.Reason}, r.visit.At); err != nil {
				return err
			}
			continue
		}
		if err := w.fileByRules(t, e, g, &memberRecord{Membership: feed.Membership{
			Filed: r.filedAt(e), Changed: r.visit.At, Reasons: []feed.EntryReason{{Entry: e.Key, Reason: m.Reason}},
		}}, there); err != nil {
			return err
		}
		grew = true
	}
	if grew {
		return w.putGroup(g)
	}
	return nil
}

// newMembership files group g under topic t and adds the filing to g, which the
// caller stores. m has the membership's time, reasons and flags, and may have its
// lead; otherwise e leads. A group that was filed before gets its public ids back.
func (w *writer) newMembership(t *topicState, e *entryRecord, g *groupRecord, m *memberRecord) error {
	source, err := w.sourceNumbered(e.source)
	if err != nil {
		return err
	}
	f := filing{topic: t.number, filed: keyMilli(m.Filed)}
	if m.Lead == 0 {
		m.Lead = e.Key
	}
	was, err := w.takeDropped(g.Key, t.number)
	if err != nil {
		return err
	}
	if was != nil {
		m.PublicID, m.former = was.PublicID, was.former
	} else {
		m.PublicID = w.freePublicID(t, source, e.ID, g.Key)
		if err := w.publics.Put(hashKey(t.number, m.PublicID), shortKey(uint64(g.Key))); err != nil {
			return err
		}
	}
	g.filings = append(g.filings, f)
	t.see(m.Changed)
	return w.putMembership(f, g.Key, m)
}

// freePublicID is the public id of an entry, or another of its own where a group
// of the topic has that already.
func (w *writer) freePublicID(t *topicState, source feed.SourceID, id string, g feed.GroupKey) string {
	public := feed.PublicID(source, id)
	for n := 1; ; n++ {
		k := w.publics.Get(hashKey(t.number, public))
		if k == nil || readKey(k) == uint64(g) {
			return public
		}
		if n == 1 {
			// Another source published the same id in this topic first.
			public = feed.NameUUID(string(source), id)
			continue
		}
		// The entry led another group before it was split from it.
		public = feed.NameUUID(string(source), id, strconv.Itoa(n))
	}
}

// addReason notes why entry r.Entry of a filed group matches, in place of what
// was noted before.
func (w *writer) addReason(t *topicState, f filing, g feed.GroupKey, r feed.EntryReason, at time.Time) error {
	m, err := w.loadMembership(f, g)
	if err != nil {
		return err
	}
	before := m.encode(nil)
	found := false
	for i := range m.Reasons {
		if m.Reasons[i].Entry == r.Entry {
			m.Reasons[i], found = r, true
		}
	}
	if !found {
		m.Reasons = append(m.Reasons, r)
	}
	if bytes.Equal(m.encode(nil), before) {
		return nil
	}
	m.Changed = at
	t.see(at)
	return w.putMembership(f, g, m)
}

// touchMembership notes that the group shows readers something new.
func (w *writer) touchMembership(f filing, g feed.GroupKey, at time.Time) error {
	t, err := w.topicNumbered(f.topic)
	if err != nil {
		return err
	}
	m, err := w.loadMembership(f, g)
	if err != nil {
		return err
	}
	m.Changed = at
	t.see(at)
	return w.putMembership(f, g, m)
}

// dropMembership takes a group out of a topic for good; the caller removes the
// filing from the group.
func (w *writer) dropMembership(t *topicState, f filing, g feed.GroupKey, at time.Time) error {
	m, err := w.loadMembership(f, g)
	if err != nil {
		return err
	}
	t.see(at)
	for _, id := range m.ids() {
		if err := w.publics.Delete(hashKey(t.number, id)); err != nil {
			return err
		}
	}
	return w.members.Delete(memberKey(f, g))
}

func memberKey(f filing, g feed.GroupKey) []byte {
	k := make([]byte, 0, 20)
	k = binary.BigEndian.AppendUint32(k, f.topic)
	k = binary.BigEndian.AppendUint64(k, f.filed)
	return binary.BigEndian.AppendUint64(k, uint64(g))
}

func (w *writer) loadMembership(f filing, g feed.GroupKey) (*memberRecord, error) {
	v := w.members.Get(memberKey(f, g))
	if v == nil {
		return nil, fmt.Errorf("group %d is filed under topic number %d without a membership", g, f.topic)
	}
	m := &memberRecord{Membership: feed.Membership{Group: g, Filed: milliKey(f.filed)}}
	if err := m.decode(v); err != nil {
		return nil, fmt.Errorf("membership of group %d: %w", g, err)
	}
	return m, nil
}

func (w *writer) putMembership(f filing, g feed.GroupKey, m *memberRecord) error {
	return w.members.Put(memberKey(f, g), m.encode(nil))
}
