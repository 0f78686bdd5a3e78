package storage

import (
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A Placer decides which group and story new entries join. It is asked in the
// order in which entries are stored, from one goroutine at a time, and must be
// deterministic: its answers follow from the entries, their terms and what the
// Surroundings say, so that a placer that was just made says the same as one
// that saw every entry.
type Placer interface {
	// Place is asked once for every new entry, right before it is stored. e has
	// its key and source and no group; t are its terms, nil where the text has
	// none; sameLink are the groups that carry its canonical link. The entry is
	// in the window from then on, unless its When is behind it or it has no
	// terms. An error fails the change. s and what it hands out are valid until
	// Place returns.
	Place(e *feed.StoredEntry, t feed.Terms, sameLink []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error)
	// Forget says that an entry is no longer stored.
	Forget(k feed.EntryKey)
	// Reset says that some of what the placer was told did not come to be: it
	// has to read the window anew.
	Reset()
}

// apart gives every entry a group of its own.
type apart struct{}

func (apart) Place(*feed.StoredEntry, feed.Terms, []feed.Neighbour, *feed.Surroundings) (feed.Placement, error) {
	return feed.Placement{}, nil
}

func (apart) Forget(feed.EntryKey) {}
func (apart) Reset()               {}

// placeEntry finds the entry's group, or makes one, and sets e.group.
func (w *writer) placeEntry(r *report, e *entryRecord) (*groupRecord, error) {
	near, err := w.sameLink(r, e)
	if err != nil {
		return nil, err
	}
	if err := w.raiseMark(e.When(), r.visit.At); err != nil {
		return nil, err
	}
	w.placed = true
	p, err := w.db.place.Place(&e.StoredEntry, r.Terms, near, w.surroundings())
	if err != nil {
		return nil, err
	}
	if err := w.putWindow(e, r.Terms); err != nil {
		return nil, err
	}
	if p.Group == 0 {
		g, err := w.newGroup(e, p.Story)
		if err != nil || p.Tier == feed.TierNew {
			return g, err
		}
		return g, w.putPlacement(e.Key, &p)
	}
	g, err := w.loadGroup(p.Group)
	if err != nil {
		return nil, err
	}
	for _, m := range g.Entries {
		_, number, err := w.sourceOf(m)
		if err != nil {
			return nil, err
		}
		if number == e.source {
			// No placer should say so; two entries of one source never share a
			// group, whatever it says.
			return w.newGroup(e, 0)
		}
	}
	if err := w.join(g, e, r.visit.At); err != nil {
		return nil, err
	}
	return g, w.putPlacement(e.Key, &p)
}

// join makes an entry the last of a group.
func (w *writer) join(g *groupRecord, e *entryRecord, at time.Time) error {
	e.group, e.Group = g.Key, g.Key
	g.Entries = append(g.Entries, e.Key)
	for _, f := range g.filings {
		if err := w.touchMembership(f, g.Key, at); err != nil {
			return err
		}
	}
	s, err := w.loadStory(g.Story)
	if err != nil {
		return err
	}
	s.grow(e.When())
	if err := w.putStory(s); err != nil {
		return err
	}
	return w.putGroup(g)
}

// newGroup makes a group of one entry, in a story or in one of its own.
func (w *writer) newGroup(e *entryRecord, story feed.StoryKey) (*groupRecord, error) {
	g := &groupRecord{Group: feed.Group{Key: feed.GroupKey(e.Key), Story: story, Entries: []feed.EntryKey{e.Key}}}
	e.group, e.Group = g.Key, g.Key
	s := &storyRecord{Story: feed.Story{Key: feed.StoryKey(g.Key)}}
	if story != 0 {
		var err error
		if s, err = w.loadStory(story); err != nil {
			return nil, err
		}
	}
	g.Story = s.Key
	s.Groups = append(s.Groups, g.Key)
	s.grow(e.When())
	if err := w.putStory(s); err != nil {
		return nil, err
	}
	return g, w.putGroup(g)
}

// sourceOf reads an entry's source from its head.
func (w *writer) sourceOf(k feed.EntryKey) (feed.SourceID, uint32, error) {
	e, err := w.head(k)
	if err != nil {
		return "", 0, err
	}
	id, err := w.sourceNumbered(e.source)
	return id, e.source, err
}

// head reads an entry without its texts.
func (w *writer) head(k feed.EntryKey) (*entryRecord, error) { return loadHead(w.entries, k) }

func loadHead(b *bolt.Bucket, k feed.EntryKey) (*entryRecord, error) {
	v := b.Get(key8(uint64(k)))
	if v == nil {
		return nil, fmt.Errorf("entry %d is not stored", k)
	}
	e := &entryRecord{StoredEntry: feed.StoredEntry{Key: k}}
	c := cursor{b: v}
	if decodeEntryHead(&c, e); c.err != nil {
		return nil, fmt.Errorf("entry %d: %w", k, c.err)
	}
	return e, nil
}
