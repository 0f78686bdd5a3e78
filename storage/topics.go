package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
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
		if f, ok := g.filed(t.number); ok {
			if err := w.addReason(t, f, g.Key, feed.EntryReason{Entry: e.Key, Reason: m.Reason}, r.visit.At); err != nil {
				return err
			}
			continue
		}
		if err := w.newMembership(t, r.visit.Source, e, g, m.Reason, r.filedAt(e), r.visit.At); err != nil {
			return err
		}
		grew = true
	}
	if grew {
		return w.putGroup(g)
	}
	return nil
}

// newMembership files group g under topic t for the first time, led by entry e,
// and adds the filing to g, which the caller stores.
func (w *writer) newMembership(t *topicState, source feed.SourceID, e *entryRecord, g *groupRecord, why feed.Reason, filed, at time.Time) error {
	f := filing{topic: t.number, filed: keyMilli(filed)}
	public := feed.PublicID(source, e.ID)
	if k := w.publics.Get(hashKey(t.number, public)); k != nil && binary.BigEndian.Uint64(k) != uint64(g.Key) {
		// Another source published the same id in this topic first.
		public = feed.NameUUID(string(source), e.ID)
	}
	m := &feed.Membership{
		PublicID: public, Lead: e.Key, Changed: at,
		Reasons: []feed.EntryReason{{Entry: e.Key, Reason: why}},
	}
	if err := w.publics.Put(hashKey(t.number, public), key8(uint64(g.Key))); err != nil {
		return err
	}
	g.filings = append(g.filings, f)
	t.see(at)
	return w.putMembership(f, g.Key, m)
}

// addReason notes why entry r.Entry of a filed group matches, in place of what
// was noted before.
func (w *writer) addReason(t *topicState, f filing, g feed.GroupKey, r feed.EntryReason, at time.Time) error {
	m, err := w.loadMembership(f, g)
	if err != nil {
		return err
	}
	before := encodeMembership(nil, m)
	found := false
	for i := range m.Reasons {
		if m.Reasons[i].Entry == r.Entry {
			m.Reasons[i], found = r, true
		}
	}
	if !found {
		m.Reasons = append(m.Reasons, r)
	}
	if bytes.Equal(encodeMembership(nil, m), before) {
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

// dropMembership takes a group out of a topic; the caller removes the filing
// from the group.
func (w *writer) dropMembership(t *topicState, f filing, g feed.GroupKey, at time.Time) error {
	m, err := w.loadMembership(f, g)
	if err != nil {
		return err
	}
	t.see(at)
	if err := w.publics.Delete(hashKey(t.number, m.PublicID)); err != nil {
		return err
	}
	return w.members.Delete(memberKey(f, g))
}

func memberKey(f filing, g feed.GroupKey) []byte {
	k := make([]byte, 0, 20)
	k = binary.BigEndian.AppendUint32(k, f.topic)
	k = binary.BigEndian.AppendUint64(k, f.filed)
	return binary.BigEndian.AppendUint64(k, uint64(g))
}

func (w *writer) loadMembership(f filing, g feed.GroupKey) (*feed.Membership, error) {
	v := w.members.Get(memberKey(f, g))
	if v == nil {
		return nil, fmt.Errorf("group %d is filed under topic number %d without a membership", g, f.topic)
	}
	m := &feed.Membership{Group: g, Filed: milliKey(f.filed)}
	if err := decodeMembership(v, m); err != nil {
		return nil, fmt.Errorf("membership of group %d: %w", g, err)
	}
	return m, nil
}

func (w *writer) putMembership(f filing, g feed.GroupKey, m *feed.Membership) error {
	return w.members.Put(memberKey(f, g), encodeMembership(nil, m))
}

// rules announces the topics that are configured from here on. Where nothing is
// stored yet, nothing needs to be filed anew.
func (w *writer) rules(c *feed.RulesChange) error {
	meta := w.tx.Bucket(bMeta)
	if err := meta.Put(kGeneration, key8(c.Generation)); err != nil {
		return err
	}
	configured := make(map[feed.TopicID]bool, len(c.Topics))
	first, _ := w.groups.Cursor().First()
	for _, tr := range c.Topics {
		configured[tr.ID] = true
		t, err := w.topic(tr.ID)
		if err != nil {
			return err
		}
		if t.wanted != tr.Hash {
			// Even back to rules that were once complete: a refiling that was
			// broken off may have changed some memberships since.
			t.rules = 0
		}
		t.wanted, t.dirty = tr.Hash, true
		if first == nil {
			t.rules = tr.Hash
		}
	}
	var gone []feed.TopicID
	cur := w.topicB.Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		if id := feed.TopicID(k); !configured[id] {
			gone = append(gone, id)
		}
	}
	for _, id := range gone {
		t, err := w.topic(id)
		if err != nil {
			return err
		}
		// What it missed meanwhile is filed when it returns.
		if t.wanted != 0 || t.rules != 0 {
			t.wanted, t.rules, t.dirty = 0, 0, true
		}
	}
	return nil
}

// backfill is the age up to which an entry that new rules find counts as news.
const backfill = 3 * 24 * time.Hour

// refile decides the memberships of the named entries anew, in the named topics
// only. A step of rules that are no longer the current ones does nothing.
func (w *writer) refile(c *feed.Refiling) error {
	if generation(w.tx) != c.Generation {
		return nil
	}
	topics := make([]*topicState, len(c.Topics))
	for i, id := range c.Topics {
		var err error
		if topics[i], err = w.topic(id); err != nil {
			return err
		}
	}
	for i := range c.Entries {
		if w.entries.Get(key8(uint64(c.Entries[i].Entry))) == nil {
			continue // retention took it since the step was worked out
		}
		if err := w.refileEntry(c, topics, &c.Entries[i]); err != nil {
			return fmt.Errorf("refile entry %d: %w", c.Entries[i].Entry, err)
		}
	}
	if c.Done {
		for _, t := range topics {
			t.rules, t.dirty = t.wanted, true
		}
	}
	return nil
}

func (w *writer) refileEntry(c *feed.Refiling, topics []*topicState, em *feed.EntryMatches) error {
	e, err := w.loadEntry(em.Entry)
	if err != nil {
		return err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return err
	}
	source, err := sourceName(w.numbers, e.source)
	if err != nil {
		return err
	}
	stored := g.encode(nil)
	for _, t := range topics {
		var why *feed.Reason
		for i := range em.Matches {
			if em.Matches[i].Topic == t.id {
				why = &em.Matches[i].Reason
			}
		}
		f, filed := g.filed(t.number)
		switch {
		case why != nil && filed:
			err = w.addReason(t, f, g.Key, feed.EntryReason{Entry: e.Key, Reason: *why}, c.At)
		case why != nil:
			at := c.At
			if when := e.When(); at.Sub(when) > backfill {
				at = when // old news takes its place in the past
			}
			err = w.newMembership(t, source, e, g, *why, at, c.At)
		case filed:
			err = w.removeReason(t, f, g, e.Key, c.At)
		}
		if err != nil {
			return err
		}
	}
	if !bytes.Equal(stored, g.encode(nil)) {
		return w.putGroup(g)
	}
	return nil
}

// removeReason takes back that an entry matches. A membership without reasons
// goes with the last entry of its group, for until then another may still match:
// its public id and filed time must not change because the rules did.
func (w *writer) removeReason(t *topicState, f filing, g *groupRecord, k feed.EntryKey, at time.Time) error {
	m, err := w.loadMembership(f, g.Key)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(slices.Clone(m.Reasons), func(r feed.EntryReason) bool { return r.Entry == k })
	if len(kept) > 0 || k < slices.Max(g.Entries) {
		if len(kept) == len(m.Reasons) {
			return nil
		}
		m.Reasons, m.Changed = kept, at
		t.see(at)
		return w.putMembership(f, g.Key, m)
	}
	for i := range g.filings {
		if g.filings[i] == f {
			g.filings = append(g.filings[:i], g.filings[i+1:]...)
			break
		}
	}
	return w.dropMembership(t, f, g.Key, at)
}
