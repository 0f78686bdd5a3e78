package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Schema 1 kept groups, stories and memberships as they were patched, and with each
// decision the records that it changed. Schema 2 keeps facts, from which they follow.
// Where the facts that are left do not lead to the groups and stories that were stored,
// since retention removed some or decisions moved entries about, those groups and
// stories become how their entries were placed, and the decisions about them can no
// longer be undone. Public ids, filed times and what is hidden stay as they were.

// factsOf brings a file from schema 1 to 2.
func factsOf(old *bolt.Tx, to *bulk) error {
	for _, name := range [][]byte{bSources, bNames, bNumbers, bMetas, bWindows, bIDs, bLinks, bTopics, bWindow} {
		if err := to.copy(old, name); err != nil {
			return err
		}
	}
	for _, k := range [][]byte{kGeneration, kMark} {
		if v := old.Bucket(bMeta).Get(k); v != nil {
			if err := to.put(bMeta, k, v); err != nil {
				return err
			}
		}
	}
	m := &schema1{
		old: old, heads: make(map[feed.EntryKey]*entryRecord), groups: make(map[feed.GroupKey]*group1), ties: make(map[feed.EntryKey][]tie),
		edges: make(map[feed.EntryKey]edge), base: make(map[feed.EntryKey]edge), changed: make(map[tieKey]time.Time), held: make(map[heldKey]bool),
	}
	for _, step := range []func() error{m.readEntries, m.readGroups, m.readMembers, m.readDropped, m.readDecisions, m.readRulings, m.settle} {
		if err := step(); err != nil {
			return err
		}
	}
	if err := m.write(to); err != nil {
		return err
	}
	return to.put(bMeta, kSchema, binary.BigEndian.AppendUint32(nil, 2))
}

type tieKey struct {
	entry feed.EntryKey
	topic uint32
}

type heldKey struct {
	topic uint32
	group feed.GroupKey
}

// A group1 is a stored group of schema 1.
type group1 struct {
	story   uint64
	entries []feed.EntryKey
	filings []place
}

// lowest is the entry by which the group is known now.
func (g *group1) lowest() feed.EntryKey { return slices.Min(g.entries) }

type schema1 struct {
	old       *bolt.Tx
	keys      []feed.EntryKey
	heads     map[feed.EntryKey]*entryRecord
	groups    map[feed.GroupKey]*group1
	ties      map[feed.EntryKey][]tie
	edges     map[feed.EntryKey]edge
	base      map[feed.EntryKey]edge // what takes the place of edges that do not lead to what was stored
	decisions []*decisionRecord
	out       map[subject]ruling   // what is hidden and included
	changed   map[tieKey]time.Time // of memberships, by the entry that their filing is given to
	held      map[heldKey]bool     // filed without a reason
	folded    *folding
}

func (m *schema1) readEntries() error {
	if err := m.old.Bucket(bEntries).ForEach(func(k, v []byte) error {
		e := &entryRecord{StoredEntry: feed.StoredEntry{Key: feed.EntryKey(binary.BigEndian.Uint64(k))}}
		c := cursor{b: v}
		if decodeEntryHead(&c, e); c.err != nil {
			return fmt.Errorf("entry %d: %w", e.Key, c.err)
		}
		m.keys = append(m.keys, e.Key)
		m.heads[e.Key] = e
		return nil
	}); err != nil {
		return err
	}
	return m.old.Bucket(bPlaced).ForEach(func(k, v []byte) error {
		e, err := decodeEdge(v)
		m.edges[feed.EntryKey(binary.BigEndian.Uint64(k))] = e
		return err
	})
}

func (m *schema1) readGroups() error {
	return m.old.Bucket(bGroups).ForEach(func(k, v []byte) error {
		c := cursor{b: v}
		if n := c.byte(); n != 1 {
			return fmt.Errorf("group record of version %d", n)
		}
		g := &group1{story: c.uvarint(), entries: takeKeys[feed.EntryKey](&c), filings: make([]place, c.count())}
		for i := range g.filings {
			g.filings[i].topic = uint32(c.uvarint())
			if b := c.take(8); b != nil {
				g.filings[i].filed = binary.BigEndian.Uint64(b)
			}
		}
		if c.err != nil || len(g.entries) == 0 {
			return cmp.Or(c.err, errShort)
		}
		m.groups[feed.GroupKey(binary.BigEndian.Uint64(k))] = g
		return nil
	})
}

// A member1 is a membership of schema 1.
type member1 struct {
	filing  filing
	lead    feed.EntryKey
	changed time.Time
	reasons map[feed.EntryKey][]byte
}

func decodeMember1(v []byte, m *member1) error {
	c := cursor{b: v}
	switch n := c.byte(); {
	case n == 2, n == 3:
		m.filing.past = c.byte()&1 != 0
		if n == 3 {
			m.filing.insteadOf = feed.EntryKey(c.uvarint()) // a group's key, until groups are read
			m.filing.voice = feed.EntryKey(c.uvarint())
		}
		for range c.count() {
			m.filing.former = append(m.filing.former, c.string())
		}
	case n != 1 && c.err == nil:
		return fmt.Errorf("membership record of version %d", n)
	}
	m.filing.public = c.string()
	m.lead = feed.EntryKey(c.uvarint())
	m.changed = c.time()
	m.reasons = make(map[feed.EntryKey][]byte)
	for range c.count() {
		k := feed.EntryKey(c.uvarint())
		r := c.reason()
		m.reasons[k] = putReason(nil, &r)
	}
	return c.err
}

// file makes a membership of a group the filing of its lead, and ties of its reasons.
func (m *schema1) file(group feed.GroupKey, topic uint32, at time.Time, v []byte) (feed.EntryKey, *member1, error) {
	g := m.groups[group]
	if g == nil {
		return 0, nil, fmt.Errorf("group %d is filed and not stored", group)
	}
	r := &member1{}
	if err := decodeMember1(v, r); err != nil {
		return 0, nil, fmt.Errorf("membership of group %d: %w", group, err)
	}
	r.filing.at = at
	if o := m.groups[feed.GroupKey(r.filing.insteadOf)]; o != nil {
		r.filing.insteadOf = o.lowest()
	}
	lead := r.lead
	if !slices.Contains(g.entries, lead) {
		lead = g.entries[0]
	}
	ts := m.ties[lead]
	tied(&ts, topic).filing = &r.filing
	m.ties[lead] = ts
	for k, why := range r.reasons {
		ts := m.ties[k]
		tied(&ts, topic).reason = why
		m.ties[k] = ts
	}
	return lead, r, nil
}

func (m *schema1) readMembers() error {
	return m.old.Bucket(bMembers).ForEach(func(k, v []byte) error {
		if len(k) != 20 {
			return errShort
		}
		topic, group := binary.BigEndian.Uint32(k), feed.GroupKey(binary.BigEndian.Uint64(k[12:]))
		lead, r, err := m.file(group, topic, milliKey(binary.BigEndian.Uint64(k[4:])), v)
		if err != nil {
			return err
		}
		m.changed[tieKey{lead, topic}] = r.changed
		if len(r.reasons) == 0 {
			m.held[heldKey{topic, group}] = true
		}
		return nil
	})
}

func (m *schema1) readDropped() error {
	return m.old.Bucket([]byte("dropped")).ForEach(func(k, v []byte) error {
		if len(k) != 12 || len(v) < 8 {
			return errShort
		}
		_, _, err := m.file(feed.GroupKey(binary.BigEndian.Uint64(k)), binary.BigEndian.Uint32(k[8:]), milliKey(binary.BigEndian.Uint64(v)), v[8:])
		return err
	})
}

// known is the entry by which a group or story of a former key is known now.
func (m *schema1) known(key uint64) feed.EntryKey {
	if g := m.groups[feed.GroupKey(key)]; g != nil {
		return g.lowest()
	}
	return feed.EntryKey(key)
}

// story is the lowest entry of a stored story; the key itself where it is gone.
func (m *schema1) storyOf(key uint64) (lowest feed.EntryKey) {
	for _, g := range m.groups {
		if g.story == key && (lowest == 0 || g.lowest() < lowest) {
			lowest = g.lowest()
		}
	}
	return cmp.Or(lowest, feed.EntryKey(key))
}

// readDecisions takes decisions over. A group or story is named by its lowest entry.
func (m *schema1) readDecisions() error {
	return m.old.Bucket(bDecisions).ForEach(func(k, v []byte) error {
		var was struct {
			feed.Decision
			UndoneBy uint64
			Did      struct {
				Moves  []Move
				Images []struct{ Bucket string }
			}
		}
		if err := json.Unmarshal(v, &was); err != nil {
			return fmt.Errorf("decision %d: %w", binary.BigEndian.Uint64(k), err)
		}
		d := &decisionRecord{Decision: was.Decision, UndoneBy: was.UndoneBy, Moves: was.Did.Moves}
		for _, e := range m.keys {
			if !m.heads[e].Seen.After(d.At) {
				d.Mark = max(d.Mark, e)
			}
		}
		for i, g := range d.Groups {
			d.Groups[i] = feed.GroupKey(m.known(uint64(g)))
		}
		for i, s := range d.Stories {
			d.Stories[i] = feed.StoryKey(m.storyOf(uint64(s)))
		}
		if d.Kind == feed.DecisionHide {
			for _, g := range d.Groups {
				for _, r := range m.groups {
					if slices.Contains(r.entries, feed.EntryKey(g)) {
						d.Members = append(d.Members, slices.DeleteFunc(slices.Clone(r.entries), func(k feed.EntryKey) bool { return k > d.Mark })...)
					}
				}
			}
		}
		if d.Kind == feed.DecisionInclude {
			// What became news by it is filed as that, for good.
			for _, i := range was.Did.Images {
				d.Settled = d.Settled || i.Bucket == "dropped"
			}
		}
		m.decisions = append(m.decisions, d)
		return nil
	})
}

func (m *schema1) readRulings() error {
	m.out = make(map[subject]ruling)
	return m.old.Bucket(bRulings).ForEach(func(k, v []byte) error {
		if len(k) != 13 || len(v) != 1 {
			return errShort
		}
		s := subject{k[0], binary.BigEndian.Uint64(k[1:]), binary.BigEndian.Uint32(k[9:])}
		if s.class == groupRuling {
			s.key = uint64(m.known(s.key))
		}
		m.out[s] = ruling{flags: v[0]}
		return nil
	})
}

// settle folds until what is folded is what was stored, story by story.
func (m *schema1) settle() error {
	stories := make(map[uint64][]feed.GroupKey)
	for k, g := range m.groups {
		stories[g.story] = append(stories[g.story], k)
	}
	for _, groups := range stories {
		slices.SortFunc(groups, func(a, b feed.GroupKey) int { return cmp.Compare(m.groups[a].lowest(), m.groups[b].lowest()) })
	}
	ties := func(k feed.EntryKey) ([]tie, error) { return m.ties[k], nil }
	edges := func(k feed.EntryKey) (edge, error) {
		if e, ok := m.base[k]; ok {
			return e, nil
		}
		return m.edges[k], nil
	}
	for {
		m.folded = &folding{number: m.numberOf, source: func(k feed.EntryKey) uint32 { return m.heads[k].source }}
		if err := m.folded.fold(ties, m.keys, edges, m.decisions); err != nil {
			return err
		}
		bad := m.ruledOtherwise(m.folded.rulings())
		again := false
		for story, groups := range stories {
			if bad[story] || !m.isAs(groups) {
				m.keepAsIs(groups)
				again = true
			}
		}
		if !again {
			m.nameApart()
			return nil
		}
	}
}

// nameApart lets the decisions that can be undone name what was placed with entries
// that are of another story since.
func (m *schema1) nameApart() {
	for _, k := range m.keys {
		p := m.folded.of[m.edges[k].partner]
		if _, based := m.base[k]; based || p == nil || p.story == m.folded.of[k].story {
			continue
		}
		for _, d := range m.decisions {
			if slices.ContainsFunc(d.names(), func(o feed.EntryKey) bool {
				g := m.folded.of[o]
				return g != nil && (g.story == p.story || g.story == m.folded.of[k].story)
			}) {
				d.Apart = append(d.Apart, k, m.edges[k].partner)
			}
		}
	}
}

// ruledOtherwise are the stories of which what is hidden and included does not come to
// what was stored.
func (m *schema1) ruledOtherwise(folded map[subject]ruling) map[uint64]bool {
	bad := make(map[uint64]bool)
	note := func(s subject) {
		if e := m.heads[feed.EntryKey(s.key)]; e != nil && m.out[s].flags != folded[s].flags {
			bad[m.groups[e.group].story] = true
		}
	}
	for s := range m.out {
		note(s)
	}
	for s := range folded {
		note(s)
	}
	return bad
}

func (m *schema1) numberOf(id feed.TopicID) (uint32, bool) {
	v := m.old.Bucket(bTopics).Get([]byte(id))
	if len(v) < 5 {
		return 0, false
	}
	return binary.BigEndian.Uint32(v[1:]), true
}

// isAs reports whether the groups of a story are folded as they were stored.
func (m *schema1) isAs(groups []feed.GroupKey) bool {
	story := m.folded.of[m.groups[groups[0]].lowest()].story
	for _, k := range groups {
		g := m.groups[k]
		f := m.folded.of[g.lowest()]
		if f.story != story || len(f.entries) != len(g.entries) || slices.ContainsFunc(g.entries, func(k feed.EntryKey) bool { return m.folded.of[k] != f }) {
			return false
		}
	}
	return len(story.groups) == len(groups)
}

// keepAsIs makes the groups of a story how their entries were placed, and what was
// ruled of them a part of their entries, and settles the decisions about them.
func (m *schema1) keepAsIs(groups []feed.GroupKey) {
	first := m.groups[groups[0]].lowest()
	var entries []feed.EntryKey
	for _, k := range groups {
		g := m.groups[k]
		lowest := g.lowest()
		entries = append(entries, g.entries...)
		for _, e := range g.entries {
			m.base[e] = edge{partner: lowest, copied: true}
		}
		m.base[lowest] = edge{partner: first}
		for s, r := range m.out {
			if s.class == groupRuling && s.key == uint64(lowest) {
				m.keepRuling(lowest, s.topic, r.flags&ruledIn)
				for _, e := range g.entries {
					m.keepRuling(e, s.topic, r.flags&ruledOut)
				}
			}
			if s.class == entryRuling && slices.Contains(g.entries, feed.EntryKey(s.key)) {
				m.keepRuling(feed.EntryKey(s.key), s.topic, r.flags)
			}
		}
	}
	m.base[first] = edge{}
	for _, d := range m.decisions {
		if slices.ContainsFunc(d.names(), func(k feed.EntryKey) bool { return slices.Contains(entries, k) }) {
			d.Settled = d.UndoneBy == 0
		}
	}
	// From here on it is as what comes to be by that.
	for s := range m.out {
		if s.class == groupRuling && m.out[s].flags&ruledOut != 0 && slices.Contains(entries, feed.EntryKey(s.key)) {
			m.out[s] = ruling{flags: m.out[s].flags &^ ruledOut}
			for _, k := range groups {
				if g := m.groups[k]; uint64(g.lowest()) == s.key {
					for _, e := range g.entries {
						m.out[subject{entryRuling, uint64(e), s.topic}] = ruling{flags: ruledOut}
					}
				}
			}
			if m.out[s].flags == 0 {
				delete(m.out, s)
			}
		}
	}
}

func (m *schema1) keepRuling(k feed.EntryKey, topic uint32, flags byte) {
	if flags == 0 {
		return
	}
	ts := m.ties[k]
	tied(&ts, topic).base |= flags
	m.ties[k] = ts
}

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
			v = append(binary.AppendUvarint([]byte{placedAnew, boolByte(e.copied)}, uint64(e.partner)), v...)
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
			if m.held[heldKey{p.topic, k}] && m.out[subject{groupRuling, uint64(g.Key), p.topic}].flags&ruledIn == 0 {
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
	// What stories were called whose number is no entry's.
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
		if err := to.put(bRulings, s.bytes(), r.encode()); err != nil {
			return err
		}
	}
	return nil
}
