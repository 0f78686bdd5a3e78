package storage

import (
	"encoding/binary"
	"fmt"
	"slices"

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

// A Matcher matches anew what a visit brings that was matched under an older
// configuration than the one in force. It must be deterministic: what it answers
// follows from what it is given.
type Matcher interface {
	// Match finds the topics of a source's entry under a configuration, and cuts
	// its terms. c is not to be changed. An error fails the change.
	Match(c *feed.ConfigChange, source feed.SourceID, e *feed.Entry) ([]feed.Match, feed.Terms, error)
}

// apart gives every entry a group of its own.
type apart struct{}

func (apart) Place(*feed.StoredEntry, feed.Terms, []feed.Neighbour, *feed.Surroundings) (feed.Placement, error) {
	return feed.Placement{}, nil
}

func (apart) Forget(feed.EntryKey) {}
func (apart) Reset()               {}

// placeEntry finds the entry's group, or makes one, and sets e.group. The caller
// stores the group.
func (w *writer) placeEntry(r *report, e *entryRecord) (*groupRecord, error) {
	near, err := w.sameLink(r, e)
	if err != nil {
		return nil, err
	}
	if err := w.raiseMark(e.When(), r.visit.At); err != nil {
		return nil, err
	}
	around, err := w.surroundings()
	if err != nil {
		return nil, err
	}
	w.placed = true
	around.Hint = r.Hint
	p, err := w.db.place.Place(&e.StoredEntry, r.Terms, near, around)
	if err != nil {
		return nil, err
	}
	if err := w.putWindow(e, r.Terms); err != nil {
		return nil, err
	}
	g := &groupRecord{Group: feed.Group{Key: feed.GroupKey(e.Key), Story: p.Story}}
	if p.Group != 0 {
		if g, err = w.loadGroup(p.Group); err != nil {
			return nil, err
		}
		shared, err := w.hasSource(g, e.source)
		if err != nil {
			return nil, err
		}
		if shared {
			// No placer should say so; two entries of one source never share a
			// group, whatever it says.
			p = feed.Placement{}
			g = &groupRecord{Group: feed.Group{Key: feed.GroupKey(e.Key)}}
		}
	}
	if p.Tier != feed.TierNew {
		if err := w.putPlacement(e.Key, &p); err != nil {
			return nil, err
		}
	}
	e.group, e.Group = g.Key, g.Key
	g.Entries = append(g.Entries, e.Key)
	if len(g.Entries)+len(g.gone) > 1 {
		s, err := w.loadStory(g.Story)
		if err != nil {
			return nil, err
		}
		s.grow(e.When())
		return g, w.putStory(s)
	}
	s := &storyRecord{Story: feed.Story{Key: feed.StoryKey(g.Key)}}
	if g.Story != 0 {
		if s, err = w.loadStory(g.Story); err != nil {
			return nil, err
		}
	}
	g.Story = s.Key
	s.Groups = append(s.Groups, g.Key)
	s.grow(e.When())
	return g, w.putStory(s)
}

// hasSource reports whether a group has, or had, an entry of a source.
func (w *writer) hasSource(g *groupRecord, source uint32) (bool, error) {
	if n, ok := w.db.near.groups.get(g.Key, knownGroups); ok && n.is(g) {
		id, err := w.sourceNumbered(source)
		return slices.Contains(n.Sources, id), err
	}
	for _, keys := range [...][]feed.EntryKey{g.Entries, g.gone} {
		for _, k := range keys {
			_, n, err := w.sourceOf(k)
			if err != nil || n == source {
				return n == source, err
			}
		}
	}
	return false, nil
}

// sourceOf is the source of an entry, also of one that is gone.
func (w *writer) sourceOf(k feed.EntryKey) (feed.SourceID, uint32, error) {
	known, ok := w.db.near.entries.get(k, knownEntries)
	if !ok {
		e, ok, err := headOrGhost(w.entries, w.ghosts, k)
		if err == nil && !ok {
			err = fmt.Errorf("entry %d is not stored", k)
		}
		if err != nil {
			return "", 0, err
		}
		known.source = e.source
	}
	id, err := w.sourceNumbered(known.source)
	return id, known.source, err
}

// groupOf is the group of an entry, also of one that is gone; ok is false where
// nothing is left of it.
func (w *writer) groupOf(k feed.EntryKey) (g feed.GroupKey, ok bool) {
	e, ok, err := headOrGhost(w.entries, w.ghosts, k)
	if err != nil || !ok {
		return 0, false
	}
	return e.group, true
}

// headOrGhost reads what is known of an entry without its texts: of one that is gone
// its source, its group and when it was seen.
func headOrGhost(entries, ghosts *bolt.Bucket, k feed.EntryKey) (*entryRecord, bool, error) {
	if entries.Get(key8(uint64(k))) != nil {
		e, err := loadHead(entries, k)
		return e, err == nil, err
	}
	v := ghosts.Get(key8(uint64(k)))
	if v == nil {
		return nil, false, nil
	}
	c := cursor{b: v}
	e := &entryRecord{source: uint32(c.uvarint()), group: feed.GroupKey(c.uvarint())}
	e.Key, e.Group, e.Seen = k, e.group, c.time()
	return e, c.err == nil, c.err
}

func (w *writer) putGhost(e *entryRecord) error {
	v := binary.AppendUvarint(binary.AppendUvarint(nil, uint64(e.source)), uint64(e.group))
	return w.ghosts.Put(key8(uint64(e.Key)), putTime(v, e.Seen))
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
