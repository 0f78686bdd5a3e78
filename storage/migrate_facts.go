package storage

import (
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
	out       map[subject]byte     // what is hidden and included
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
	m.out = make(map[subject]byte)
	return m.old.Bucket(bRulings).ForEach(func(k, v []byte) error {
		if len(k) != 13 || len(v) != 1 {
			return errShort
		}
		s := subject{k[0], binary.BigEndian.Uint64(k[1:]), binary.BigEndian.Uint32(k[9:])}
		if s.class == groupRuling {
			s.key = uint64(m.known(s.key))
		}
		m.out[s] = v[0]
		return nil
	})
}
