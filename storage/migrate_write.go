package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"slices"

	"topicwire/feed"
)

// write stores the facts, and what follows from them.
func (m *schema1) write(to *bulk) error {
	if err := m.old.Bucket(bEntries).ForEach(func(k, v []byte) error {
		e := m.heads[feed.EntryKey(binary.BigEndian.Uint64(k))]
		head := cursor{b: v}
		decodeEntryHead(&head, &entryRecord{})
		e.group = m.folded.of[e.Key].key()
		return to.put(bEntries, k, append(encodeEntryHead(nil, e), head.b...))
	}); err != nil {
		return err
	}
	b, err := to.bucket(bEntries)
	if err != nil {
		return err
	}
	if err := b.SetSequence(m.old.Bucket(bEntries).Sequence()); err != nil {
		return err
	}
	for _, step := range []func(*bulk) error{m.writePlacements, m.writeTies, m.writeDecisions, m.writeGroups, m.writeStories, m.writeRulings} {
		if err := step(to); err != nil {
			return err
		}
	}
	return nil
}

func (m *schema1) writePlacements(to *bulk) error {
	for _, k := range m.keys {
		key := key8(uint64(k))
		v := bytes.Clone(m.old.Bucket(bPlaced).Get(key))
		if e, ok := m.base[k]; ok && e != m.edges[k] {
			v = append(encodeEdge(e), v...)
		}
		if v == nil {
			continue
		}
		if err := to.put(bPlaced, key, v); err != nil {
			return err
		}
	}
	return nil
}

func (m *schema1) writeTies(to *bulk) error {
	for _, k := range m.keys {
		v := encodeTies(m.ties[k])
		if len(v) == 0 {
			continue
		}
		if err := to.put(bTies, key8(uint64(k)), v); err != nil {
			return err
		}
		for _, t := range m.ties[k] {
			if t.filing == nil {
				continue
			}
			for _, id := range t.filing.ids() {
				if err := to.put(bPublics, hashKey(t.topic, id), shortKey(uint64(k))); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

func (m *schema1) writeDecisions(to *bulk) error {
	for i, d := range m.decisions {
		n := uint64(i + 1)
		v, err := json.Marshal(d)
		if err != nil {
			return err
		}
		if err := to.put(bDecisions, key8(n), v); err != nil {
			return err
		}
		for _, k := range d.names() {
			if m.heads[k] == nil {
				continue
			}
			if err := to.put(bNamed, append(key8(uint64(k)), key8(n)...), []byte{}); err != nil {
				return err
			}
		}
	}
	b, err := to.bucket(bDecisions)
	if err != nil {
		return err
	}
	return b.SetSequence(m.old.Bucket(bDecisions).Sequence())
}

func (m *schema1) writeGroups(to *bulk) error {
	for k, was := range m.groups {
		f := m.folded.of[was.lowest()]
		g := &groupRecord{Group: feed.Group{Key: f.key(), Story: f.story.key(), Entries: f.entries}, places: was.filings}
		slices.SortFunc(g.places, func(a, b place) int { return cmp.Compare(a.topic, b.topic) })
		var ms []member
		for _, e := range g.Entries {
			ms = append(ms, member{key: e, ties: m.ties[e]})
		}
		for _, p := range g.places {
			owner, filed := chosen(ms, p.topic)
			row := memberRecord{owner: owner, past: filed.past, changed: m.changed[tieKey{owner, p.topic}]}
			if err := to.put(bMembers, memberKey(p, g.Key), row.encode()); err != nil {
				return err
			}
			if m.held[heldKey{p.topic, k}] && m.out[subject{groupRuling, uint64(g.Key), p.topic}]&ruledIn == 0 {
				if err := to.put(bBare, bareKey(p.topic, g.Key), []byte{}); err != nil {
					return err
				}
			}
		}
		if err := to.put(bGroups, key8(uint64(g.Key)), g.encode(nil)); err != nil {
			return err
		}
	}
	return nil
}

func (m *schema1) writeStories(to *bulk) error {
	seen := make(map[*foldedStory]bool)
	for _, k := range m.keys {
		f := m.folded.of[k].story
		if seen[f] {
			continue
		}
		seen[f] = true
		s := &storyRecord{Story: feed.Story{Key: f.key()}}
		for _, g := range f.groups {
			s.Groups = append(s.Groups, g.key())
			for _, e := range g.entries {
				s.grow(m.heads[e].When())
			}
		}
		if err := to.put(bStories, key8(uint64(s.Key)), s.encode(nil)); err != nil {
			return err
		}
	}
	// What stories were called whose number is no entry's; they were known by the
	// numbers of their groups too.
	for k, g := range m.groups {
		if m.heads[feed.EntryKey(k)] == nil {
			if err := to.put(bAliases, key8(uint64(k)), shortKey(uint64(g.lowest()))); err != nil {
				return err
			}
		}
	}
	for _, g := range m.groups {
		if f := m.folded.of[g.lowest()].story; g.story != uint64(f.key()) {
			if err := to.put(bAliases, key8(g.story), shortKey(uint64(f.key()))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *schema1) writeRulings(to *bulk) error {
	for s, r := range m.folded.rulings() {
		if err := to.put(bRulings, s.bytes(), []byte{r}); err != nil {
			return err
		}
	}
	return nil
}
