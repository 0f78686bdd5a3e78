package storage

import (
	"slices"

	"topicwire/feed"
)

// How many are remembered at least: of groups and stories those that news come to, of
// entries about as many as the window has, since any of them may be asked for, and each
// lies somewhere else in the file.
const (
	knownGroups  = 1 << 14
	knownEntries = 1 << 17
)

// neighbours remember what placement asks for: of a window of many entries it
// asks for the same ones again and again, dozens for each new one. What a change
// writes is forgotten, and all of it when a transaction fails.
type neighbours struct {
	entries recent[feed.EntryKey, knownEntry]
	groups  recent[feed.GroupKey, *knownGroup]
	extents recent[feed.StoryKey, feed.StoryExtent]
	sources map[uint32]feed.SourceID
}

// A knownEntry is what never changes of an entry, and its group.
type knownEntry struct {
	group  feed.GroupKey
	source uint32
}

// A recent remembers what was put or asked for last: between most and twice as much.
type recent[K comparable, V any] struct{ now, before map[K]V }

func (r *recent[K, V]) get(k K, most int) (V, bool) {
	v, ok := r.now[k]
	if ok {
		return v, true
	}
	if v, ok = r.before[k]; ok {
		r.put(k, v, most)
	}
	return v, ok
}

func (r *recent[K, V]) put(k K, v V, most int) {
	if r.now == nil || len(r.now) >= most {
		r.now, r.before = make(map[K]V), r.now
	}
	r.now[k] = v
}

func (r *recent[K, V]) forget(k K) {
	delete(r.now, k)
	delete(r.before, k)
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
	n, ok := w.db.near.groups.get(g.Key, knownGroups)
	if !ok {
		return nil
	}
	k := len(n.entries)
	if len(g.gone) > 0 || len(g.Entries) != k+1 || !slices.Equal(n.entries, g.Entries[:k]) {
		if !n.is(g) {
			w.db.near.groups.forget(g.Key)
		}
		n.Story = g.Story
		return nil
	}
	id, _, err := w.sourceOf(g.Entries[k])
	n.Story, n.Sources, n.entries = g.Story, append(n.Sources, id), append(n.entries, g.Entries[k])
	return err
}

func (n *neighbours) reset() { *n = neighbours{} }

// neighbour is the group of an entry.
func (w *writer) neighbour(k feed.EntryKey) (feed.Neighbour, error) {
	near := &w.db.near
	e, ok := near.entries.get(k, knownEntries)
	if !ok {
		head, err := w.head(k)
		if err != nil {
			return feed.Neighbour{}, err
		}
		e = w.knows(head)
	}
	n, ok := near.groups.get(e.group, knownGroups)
	if !ok {
		g, err := w.loadGroup(e.group)
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
		near.groups.put(e.group, n, knownGroups)
	}
	of := n.Neighbour
	of.Entry = k
	return of, nil
}

// knows remembers an entry that is stored.
func (w *writer) knows(e *entryRecord) knownEntry {
	known := knownEntry{e.group, e.source}
	w.db.near.entries.put(e.Key, known, knownEntries)
	return known
}

func (w *writer) extent(k feed.StoryKey) (feed.StoryExtent, error) {
	x, ok := w.db.near.extents.get(k, knownGroups)
	if !ok {
		s, err := w.loadStory(k)
		if err != nil {
			return feed.StoryExtent{}, err
		}
		x = feed.StoryExtent{Began: s.began, Entries: s.entries, Sample: feed.SampleOf(s.Groups)}
		w.db.near.extents.put(k, x, knownGroups)
	}
	return x, nil
}

// sourceNumbered is the source of a number.
func (w *writer) sourceNumbered(n uint32) (feed.SourceID, error) {
	near := &w.db.near
	if near.sources == nil {
		near.sources = make(map[uint32]feed.SourceID)
	}
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
