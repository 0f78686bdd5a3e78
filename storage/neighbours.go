package storage

import "topicwire/feed"

// maxRemembered is how many entries' groups are remembered at once.
const maxRemembered = 1 << 15

// neighbours remember what placement asks for: of a window of many entries it
// asks for the same ones again and again, dozens for each new one. What a change
// writes is forgotten, and all of it when a transaction fails.
type neighbours struct {
	groupOf map[feed.EntryKey]feed.GroupKey
	groups  map[feed.GroupKey]feed.Neighbour // their Entry is not set
	extents map[feed.StoryKey]feed.StoryExtent
	sources map[uint32]feed.SourceID
}

func (n *neighbours) reset() { *n = neighbours{} }

// begin makes room.
func (n *neighbours) begin() {
	if n.groupOf == nil || len(n.groupOf) > maxRemembered {
		n.groupOf = make(map[feed.EntryKey]feed.GroupKey)
		n.groups = make(map[feed.GroupKey]feed.Neighbour)
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
	n, ok := near.groups[group]
	if !ok {
		g, err := w.loadGroup(group)
		if err != nil {
			return feed.Neighbour{}, err
		}
		n = feed.Neighbour{Group: g.Key, Story: g.Story, Sources: make([]feed.SourceID, 0, len(g.Entries))}
		for _, keys := range [...][]feed.EntryKey{g.Entries, g.gone} {
			for _, m := range keys {
				id, _, err := w.sourceOf(m)
				if err != nil {
					return feed.Neighbour{}, err
				}
				n.Sources = append(n.Sources, id)
			}
		}
		near.groups[group] = n
	}
	n.Entry = k
	return n, nil
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
