package storage

import (
	"slices"

	"topicwire/feed"
)

// maxRemembered is how many entries' groups are remembered at once.
const maxRemembered = 1 << 15

// neighbours remember what placement asks for: of a window of many entries it
// asks for the same ones again and again, dozens for each new one. What a change
// writes is forgotten, and all of it when a transaction fails.
type neighbours struct {
	groupOf map[feed.EntryKey]feed.GroupKey
	groups  map[feed.GroupKey]*knownGroup
	extents map[feed.StoryKey]feed.StoryExtent
	sources map[uint32]feed.SourceID
}

// A knownGroup is a Neighbour whose Entry is not set, with the entries that its
// Sources are of, one for one.
type knownGroup struct {
	feed.Neighbour
	entries []feed.EntryKey
}

// is reports whether a group is as it is known.
func (n *knownGroup) is(g *groupRecord) bool {
	k := len(g.Entries)
	return len(n.entries) == k+len(g.gone) && slices.Equal(n.entries[:k], g.Entries) && slices.Equal(n.entries[k:], g.gone)
}

// stored follows a group that was stored: one more entry, as it mostly is, is noted, and
// whatever else became of it is read again. So a group of many entries is not read as a
// whole for each that joins it.
func (w *writer) stored(g *groupRecord) error {
	n := w.db.near.groups[g.Key]
	if n == nil {
		return nil
	}
	k := len(n.entries)
	if len(g.gone) > 0 || len(g.Entries) != k+1 || !slices.Equal(n.entries, g.Entries[:k]) {
		if !n.is(g) {
			delete(w.db.near.groups, g.Key)
		}
		n.Story = g.Story
		return nil
	}
	id, _, err := w.sourceOf(g.Entries[k])
	n.Story, n.Sources, n.entries = g.Story, append(n.Sources, id), append(n.entries, g.Entries[k])
	return err
}

func (n *neighbours) reset() { *n = neighbours{} }

// begin makes room.
func (n *neighbours) begin() {
	if n.groupOf == nil || len(n.groupOf) > maxRemembered {
		n.groupOf = make(map[feed.EntryKey]feed.GroupKey)
		n.groups = make(map[feed.GroupKey]*knownGroup)
		n.extents = make(map[feed.StoryKey]feed.StoryExtent)
	}
	if n.sources == nil {
		n.sources = make(map[uint32]feed.SourceID)
	}
}

// neighbour is the group of an entry.
func (w *writer) neighbour(k feed.EntryKey) (feed.Neighbour, error) {
	near := &w.db.near
	near.begin()
	group, ok := near.groupOf[k]
	if !ok {
		e, err := w.head(k)
		if err != nil {
			return feed.Neighbour{}, err
		}
		group = e.group
		near.groupOf[k] = group
	}
	n := near.groups[group]
	if n == nil {
		g, err := w.loadGroup(group)
		if err != nil {
			return feed.Neighbour{}, err
		}
		n = &knownGroup{
			Neighbour: feed.Neighbour{Group: g.Key, Story: g.Story, Sources: make([]feed.SourceID, 0, len(g.Entries)+len(g.gone))},
			entries:   slices.Concat(g.Entries, g.gone),
		}
		for _, m := range n.entries {
			id, _, err := w.sourceOf(m)
			if err != nil {
				return feed.Neighbour{}, err
			}
			n.Sources = append(n.Sources, id)
		}
		near.groups[group] = n
	}
	of := n.Neighbour
	of.Entry = k
	return of, nil
}

func (w *writer) extent(k feed.StoryKey) (feed.StoryExtent, error) {
	w.db.near.begin()
	x, ok := w.db.near.extents[k]
	if !ok {
		s, err := w.loadStory(k)
		if err != nil {
			return feed.StoryExtent{}, err
		}
		x = feed.StoryExtent{Began: s.began, Entries: s.entries, Sample: feed.SampleOf(s.Groups)}
		w.db.near.extents[k] = x
	}
	return x, nil
}

// sourceNumbered is the source of a number.
func (w *writer) sourceNumbered(n uint32) (feed.SourceID, error) {
	near := &w.db.near
	near.begin()
	if id, ok := near.sources[n]; ok {
		return id, nil
	}
	id, err := sourceName(w.numbers, n)
	if err != nil {
		return "", err
	}
	near.sources[n] = id
	return id, nil
}
