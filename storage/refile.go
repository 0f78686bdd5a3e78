package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
)

// rules announces the topics that are configured from here on. Where nothing is
// stored yet, nothing needs to be filed anew.
func (w *writer) rules(c *feed.RulesChange) error {
	meta := w.tx.Bucket(bMeta)
	if err := meta.Put(kGeneration, key8(c.Generation)); err != nil {
		return err
	}
	configured := make(map[feed.TopicID]bool, len(c.Topics))
	first, _ := w.groups.Cursor().First()
	for i, tr := range c.Topics {
		configured[tr.ID] = true
		t, err := w.topic(tr.ID)
		if err != nil {
			return err
		}
		if t.wanted != tr.Hash {
			// Even back to rules that were once complete: a refiling that was
			// broken off may have changed some memberships since.
			t.rules, t.ruled = 0, c.At
		}
		t.wanted, t.leads, t.dirty = tr.Hash, leads(c, i), true
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
			if err := w.dropBare(t, c.At); err != nil {
				return fmt.Errorf("refile topic %s: %w", t.id, err)
			}
			t.rules, t.dirty = t.wanted, true
		}
	}
	return nil
}

// dropBare sets aside what a refiling left without a reason: the last entry of a
// group, at which that is decided, may have joined or gone while it ran.
func (w *writer) dropBare(t *topicState, at time.Time) error {
	prefix := key4(t.number)
	var groups []feed.GroupKey
	c := w.bare.Cursor()
	for k, _ := c.Seek(prefix); len(k) == 12 && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		groups = append(groups, feed.GroupKey(binary.BigEndian.Uint64(k[4:])))
	}
	for _, k := range groups {
		if err := w.bare.Delete(bareKey(t, k)); err != nil {
			return err
		}
		if w.groups.Get(key8(uint64(k))) == nil {
			continue // retention took it, or a merge
		}
		g, err := w.loadGroup(k)
		if err != nil {
			return err
		}
		f, filed := g.filed(t.number)
		if !filed || w.ruling(groupRuling, uint64(k), t.number)&ruledIn != 0 {
			continue
		}
		m, err := w.loadMembership(f, k)
		if err != nil {
			return err
		}
		if len(m.Reasons) > 0 {
			continue
		}
		if err := w.setAside(t, f, g, at); err != nil {
			return err
		}
		if err := w.putGroup(g); err != nil {
			return err
		}
	}
	return nil
}

func bareKey(t *topicState, g feed.GroupKey) []byte {
	return binary.BigEndian.AppendUint64(key4(t.number), uint64(g))
}

// backfill is the age up to which an entry that the new rules of a topic find
// counts as news.
func backfill(c *feed.Refiling, topic int) time.Duration {
	if topic < len(c.Backfill) {
		return c.Backfill[topic]
	}
	return feed.DefaultBackfill
}

func (w *writer) refileEntry(c *feed.Refiling, topics []*topicState, em *feed.EntryMatches) error {
	e, err := w.head(em.Entry)
	if err != nil {
		return err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return err
	}
	stored := g.encode(nil)
	for i, t := range topics {
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
			m := &memberRecord{Membership: feed.Membership{
				Filed: c.At, Changed: c.At, Reasons: []feed.EntryReason{{Entry: e.Key, Reason: *why}},
			}}
			if when := e.When(); c.At.Sub(when) > backfill(c, i) {
				m.Filed, m.Past = when, true // old news takes its place in the past
			}
			if e, err = w.loadEntry(em.Entry); err != nil { // with its id
				return err
			}
			err = w.fileByRules(t, e, g, m, refiled(t))
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
// its public id and filed time must not change because the rules did. What goes is
// set aside, and returns as it was. One that an operator included stays without.
func (w *writer) removeReason(t *topicState, f filing, g *groupRecord, k feed.EntryKey, at time.Time) error {
	m, err := w.loadMembership(f, g.Key)
	if err != nil {
		return err
	}
	kept := slices.DeleteFunc(slices.Clone(m.Reasons), func(r feed.EntryReason) bool { return r.Entry == k })
	if len(kept) > 0 || k < slices.Max(g.Entries) || w.ruling(groupRuling, uint64(g.Key), t.number)&ruledIn != 0 {
		if len(kept) == len(m.Reasons) {
			return nil
		}
		m.Reasons, m.Changed = kept, at
		t.see(at)
		if len(kept) == 0 {
			if err := w.bare.Put(bareKey(t, g.Key), nil); err != nil {
				return err
			}
		}
		return w.putMembership(f, g.Key, m)
	}
	return w.setAside(t, f, g, at)
}
