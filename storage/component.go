package storage

import (
	"bytes"
	"encoding/binary"
	"slices"

	"topicwire/feed"
)

// A component is the entries whose grouping hangs together: those of a story, those
// that decisions name with them, and those they were placed with.
type component struct {
	keys      []feed.EntryKey // ascending
	groups    []feed.GroupKey
	stories   []feed.StoryKey
	decisions []uint64 // ascending; undone ones too
	rulings   []subject
}

// component follows what some entries hang together with. What is given may be gone.
func (w *writer) component(keys []feed.EntryKey) (*component, error) {
	c := &component{}
	seen := make(map[feed.EntryKey]bool)
	stories := make(map[feed.StoryKey]bool)
	decisions := make(map[uint64]bool)
	for todo := slices.Clone(keys); len(todo) > 0; {
		k := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[k] {
			continue
		}
		group, ok := w.groupOf(k)
		if !ok {
			continue
		}
		seen[k] = true
		c.keys = append(c.keys, k)
		g, err := w.loadGroup(group)
		if err != nil {
			return nil, err
		}
		if !stories[g.Story] {
			stories[g.Story] = true
			s, err := loadStory(w.stories, g.Story)
			if err != nil {
				return nil, err
			}
			c.stories = append(c.stories, s.Key)
			c.groups = append(append(c.groups, s.Groups...), s.gone...)
			todo = append(todo, w.storyEntries(s)...)
		}
		edge, err := w.edge(k)
		if err != nil {
			return nil, err
		}
		todo = append(todo, edge.partner)
		for _, n := range w.namedIn(k) {
			if decisions[n] {
				continue
			}
			decisions[n] = true
			d, err := loadDecision(w.decisions, n)
			if err != nil {
				return nil, err
			}
			c.decisions = append(c.decisions, n)
			todo = append(todo, d.names()...)
		}
	}
	slices.Sort(c.keys)
	slices.Sort(c.decisions)
	for _, k := range c.keys {
		c.rulings = append(c.rulings, rulingsOn(w.rulings, entryRuling, uint64(k))...)
	}
	for _, k := range c.groups {
		c.rulings = append(c.rulings, rulingsOn(w.rulings, groupRuling, uint64(k))...)
	}
	return c, nil
}

// storyEntries are the entries of a story, also those that are gone.
func (w *writer) storyEntries(s *storyRecord) (keys []feed.EntryKey) {
	for _, groups := range [...][]feed.GroupKey{s.Groups, s.gone} {
		for _, k := range groups {
			if g, err := w.loadGroup(k); err == nil {
				keys = append(append(keys, g.Entries...), g.gone...)
			}
		}
	}
	return keys
}

// An edge is how an entry was placed, for grouping.
type edge struct {
	partner feed.EntryKey // 0 for none
	copied  bool          // as a copy of the partner's report, else as another of its story
}

// edge reads how an entry was placed.
func (w *writer) edge(k feed.EntryKey) (edge, error) {
	v := w.placements.Get(key8(uint64(k)))
	if v == nil {
		return edge{}, nil
	}
	return decodeEdge(v)
}

// name notes that a decision names entries: those that are known. A file of schema 1
// says of decisions what it forgot of entries.
func (w *writer) name(n uint64, keys []feed.EntryKey) error {
	for _, k := range keys {
		if _, ok := w.groupOf(k); !ok {
			continue
		}
		if err := w.named.Put(append(key8(uint64(k)), key8(n)...), []byte{}); err != nil {
			return err
		}
	}
	return nil
}

// namedIn are the numbers of the decisions that name an entry.
func (w *writer) namedIn(k feed.EntryKey) (numbers []uint64) {
	prefix := key8(uint64(k))
	c := w.named.Cursor()
	for x, _ := c.Seek(prefix); len(x) == 16 && bytes.HasPrefix(x, prefix); x, _ = c.Next() {
		numbers = append(numbers, binary.BigEndian.Uint64(x[8:]))
	}
	return numbers
}

func (w *writer) forgetNamed(k feed.EntryKey) error {
	for _, n := range w.namedIn(k) {
		if err := w.named.Delete(append(key8(uint64(k)), key8(n)...)); err != nil {
			return err
		}
	}
	return nil
}
