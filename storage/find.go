package storage

import (
	"fmt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// FindStory is the story that a key leads to: its own, or where the group or the
// entry of that key is since operators moved it; ok is false where all are gone.
func (r *Reader) FindStory(k feed.StoryKey) (s feed.StoryKey, ok bool, err error) {
	if r.tx.Bucket(bStories).Get(key8(uint64(k))) != nil {
		return k, true, nil
	}
	entry := feed.EntryKey(k)
	if v := r.tx.Bucket(bAliases).Get(key8(uint64(k))); v != nil {
		entry = feed.EntryKey(readKey(v))
	}
	e, ok, err := headOrGhost(r.tx.Bucket(bEntries), r.tx.Bucket(bGhosts), entry)
	if err != nil || !ok {
		return 0, false, err
	}
	g, err := loadGroup(r.tx.Bucket(bGroups), e.group)
	if err != nil {
		return 0, false, err
	}
	return g.Story, true, nil
}

// FindPublicID is the group of the entry that a topic published under an id, also
// where the group goes by another's by now.
func (r *Reader) FindPublicID(topic feed.TopicID, id string) (g feed.GroupKey, ok bool, err error) {
	k, ok, err := r.GivenTo(topic, id)
	if err != nil || !ok {
		return 0, false, err
	}
	e, ok, err := headOrGhost(r.tx.Bucket(bEntries), r.tx.Bucket(bGhosts), k)
	if err != nil || !ok {
		return 0, false, err
	}
	return e.group, true, nil
}

// GivenTo is the entry that a topic gave an id to; it may be gone.
func (r *Reader) GivenTo(topic feed.TopicID, id string) (k feed.EntryKey, ok bool, err error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return 0, false, err
	}
	k = readPublicRow(r.tx.Bucket(bPublics).Get(siteKey(id))).in(t.number)
	return k, k != 0, nil
}

// FindLink is the stored entries that link to the page of an address, the first one
// first. Of a page that very many entries name, the later ones are not found.
func (r *Reader) FindLink(address string) ([]feed.EntryKey, error) {
	canonical := link.Canonical(address)
	if canonical == "" {
		return nil, nil
	}
	l, err := readLinkRow(r.tx.Bucket(bLinks).Get(linkKey(canonical)))
	if err != nil {
		return nil, err
	}
	var all []feed.EntryKey
	for _, k := range l.entries {
		e, err := r.Entry(k)
		if err != nil {
			return nil, err
		}
		if link.Page(e.Canonical) == link.Page(canonical) {
			all = append(all, k)
		}
	}
	return all, nil
}

// Placed is how an entry came to its group and story; ok is false for the first
// of a story. Group and story are where the entry is now. The partner may be
// gone by retention: why it was chosen stays readable.
func (r *Reader) Placed(k feed.EntryKey) (p feed.Placed, ok bool, err error) {
	e, err := r.Entry(k)
	if err != nil {
		return p, false, err
	}
	g, err := r.Group(e.Group)
	if err != nil {
		return p, false, err
	}
	return r.placed(&e, g.Story)
}

// Holds reports whether a placement is still what an entry is where it is for:
// operators may have put its partner elsewhere. One whose partner is no longer
// stored holds.
func (r *Reader) Holds(p *feed.Placed) (bool, error) {
	entries := r.tx.Bucket(bEntries)
	if p.Partner == 0 || entries.Get(key8(uint64(p.Partner))) == nil {
		return true, nil
	}
	e, err := loadHead(entries, p.Partner)
	if err != nil || e.group == p.Group {
		return err == nil, err
	}
	if p.Tier != feed.TierStory {
		return false, nil
	}
	g, err := r.Group(e.group)
	return g.Story == p.Story, err
}

func (r *Reader) placed(e *feed.StoredEntry, story feed.StoryKey) (p feed.Placed, ok bool, err error) {
	v := r.tx.Bucket(bPlaced).Get(key8(uint64(e.Key)))
	if v == nil {
		return p, false, nil
	}
	p = feed.Placed{Entry: e.Key, At: e.Seen, Placement: feed.Placement{Group: e.Group, Story: story}}
	if err := decodePlacement(v, &p.Placement); err != nil {
		return p, false, fmt.Errorf("placement of entry %d: %w", e.Key, err)
	}
	return p, true, nil
}
