package storage

import (
	"cmp"
	"encoding/binary"
	"slices"

	"topicwire/feed"
)

// settle folds until what is folded is what was stored, story by story.
func (m *schema1) settle() error {
	stories := make(map[uint64][]feed.GroupKey)
	for k, g := range m.groups {
		stories[g.story] = append(stories[g.story], k)
	}
	for _, groups := range stories {
		slices.SortFunc(groups, func(a, b feed.GroupKey) int { return cmp.Compare(m.groups[a].lowest(), m.groups[b].lowest()) })
	}
	kept := make(map[uint64]bool)
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
				m.keepAsIs(groups, kept[story])
				kept[story], again = true, true
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
func (m *schema1) ruledOtherwise(folded map[subject]byte) map[uint64]bool {
	bad := make(map[uint64]bool)
	note := func(s subject) {
		if e := m.heads[feed.EntryKey(s.key)]; e != nil && m.out[s] != folded[s] {
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
// ruled of them a part of their entries, and settles the decisions about them: at first
// not those that hide whole groups, which hold for who joins later too; then all.
func (m *schema1) keepAsIs(groups []feed.GroupKey, all bool) {
	first := m.groups[groups[0]].lowest()
	var entries []feed.EntryKey
	var out byte
	if all {
		out = ruledOut
	}
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
				m.keepRuling(lowest, s.topic, r&ruledIn)
				for _, e := range g.entries {
					m.keepRuling(e, s.topic, r&out)
				}
			}
			if s.class == entryRuling && slices.Contains(g.entries, feed.EntryKey(s.key)) {
				m.keepRuling(feed.EntryKey(s.key), s.topic, r)
			}
		}
	}
	m.base[first] = edge{}
	for _, d := range m.decisions {
		whole := d.Kind == feed.DecisionHide && len(d.Groups) > 0
		if (all || !whole) && slices.ContainsFunc(d.names(), func(k feed.EntryKey) bool { return slices.Contains(entries, k) }) {
			d.Settled = d.UndoneBy == 0
		}
	}
	if !all {
		return
	}
	// From here on it is as what comes to be by that.
	for s := range m.out {
		if s.class == groupRuling && m.out[s]&ruledOut != 0 && slices.Contains(entries, feed.EntryKey(s.key)) {
			m.out[s] = m.out[s] &^ ruledOut
			for _, k := range groups {
				if g := m.groups[k]; uint64(g.lowest()) == s.key {
					for _, e := range g.entries {
						m.out[subject{entryRuling, uint64(e), s.topic}] = ruledOut
					}
				}
			}
			if m.out[s] == 0 {
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
