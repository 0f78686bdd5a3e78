package storage

import (
	"topicwire/feed"
)

// merge makes one of two groups or two stories. The older one, whose key is
// lower, grows. Merging groups moves no other group of their stories.
func (w *writer) merge(d *feed.Decision) error {
	switch {
	case len(d.Groups) == 2 && len(d.Stories)+len(d.Entries) == 0:
		to, err := w.namedGroup(min(d.Groups[0], d.Groups[1]))
		if err != nil {
			return err
		}
		from, err := w.namedGroup(max(d.Groups[0], d.Groups[1]))
		if err != nil {
			return err
		}
		if to.Key == from.Key {
			return refuse("both are in group %d already", to.Key)
		}
		if id, err := w.sharedSource(to.Entries, from.Entries); err != nil {
			return err
		} else if id != "" {
			if to.Story == from.Story {
				return refuse("both groups have an entry of %s, and two entries of one source never share a group; they are of one story, %d, already", id, to.Story)
			}
			return refuse("both groups have an entry of %s, and two entries of one source never share a group; merge their stories %d and %d instead", id, to.Story, from.Story)
		}
		return w.moveEntries(&moving{from: from, to: to, entries: from.Entries, at: d.At})
	case len(d.Stories) == 2 && len(d.Groups)+len(d.Entries) == 0:
		to, err := w.namedStory(min(d.Stories[0], d.Stories[1]))
		if err != nil {
			return err
		}
		from, err := w.namedStory(max(d.Stories[0], d.Stories[1]))
		if err != nil {
			return err
		}
		if to.Key == from.Key {
			return refuse("both are story %d already", to.Key)
		}
		return w.moveGroups(from, to, from.Groups, d.At)
	}
	return refuse("merge takes two groups or two stories")
}

// sharedSource is a source that both have an entry of, "" for none.
func (w *writer) sharedSource(a, b []feed.EntryKey) (feed.SourceID, error) {
	numbers := make(map[uint32]bool, len(a))
	for _, k := range a {
		e, err := w.head(k)
		if err != nil {
			return "", err
		}
		numbers[e.source] = true
	}
	for _, k := range b {
		id, n, err := w.sourceOf(k)
		if err != nil || numbers[n] {
			return id, err
		}
	}
	return "", nil
}

// split makes entries groups and stories of their own, groups stories of their
// own, and takes stories apart. What was hidden stays hidden.
func (w *writer) split(d *feed.Decision, n uint64) error {
	keys := freeKeys{w: w, decision: n}
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		if len(g.Entries) < 2 {
			return refuse("entry %d is alone in its group; split the group from its story", k)
		}
		own := keys.group(feed.GroupKey(k))
		to := &groupRecord{Group: feed.Group{Key: own, Story: keys.story(feed.StoryKey(own))}}
		if err := w.moveEntries(&moving{from: g, to: to, entries: []feed.EntryKey{k}, at: d.At}); err != nil {
			return err
		}
	}
	apart := func(s *storyRecord, groups []feed.GroupKey) error {
		for _, k := range groups {
			to := &storyRecord{Story: feed.Story{Key: keys.story(feed.StoryKey(k))}}
			if err := w.moveGroups(s, to, []feed.GroupKey{k}, d.At); err != nil {
				return err
			}
		}
		return nil
	}
	for _, k := range d.Groups {
		g, err := w.namedGroup(k)
		if err != nil {
			return err
		}
		s, err := w.loadStory(g.Story)
		if err != nil {
			return err
		}
		if len(s.Groups) < 2 {
			return refuse("group %d is alone in its story", k)
		}
		if err := apart(s, []feed.GroupKey{k}); err != nil {
			return err
		}
	}
	for _, k := range d.Stories {
		s, err := w.namedStory(k)
		if err != nil {
			return err
		}
		if len(s.Groups) < 2 {
			return refuse("story %d has one group; split an entry from it", k)
		}
		if err := apart(s, append([]feed.GroupKey(nil), s.Groups[1:]...)); err != nil {
			return err
		}
	}
	if len(d.Entries)+len(d.Groups)+len(d.Stories) == 0 {
		return refuse("split takes entries, groups or stories")
	}
	return nil
}

// freeKeys finds keys for the groups and stories that a decision makes. Most
// are named by their first entry, as all are; where that name is taken, by what
// is left of the group it was split from, they get one that no entry will have.
type freeKeys struct {
	w        *writer
	decision uint64
	used     uint64
}

// madeKeys is above all keys of entries. Numbers of JSON hold keys above it.
const madeKeys = 1 << 50

func (f *freeKeys) group(want feed.GroupKey) feed.GroupKey {
	return feed.GroupKey(f.free(f.w.groups, uint64(want)))
}

func (f *freeKeys) story(want feed.StoryKey) feed.StoryKey {
	return feed.StoryKey(f.free(f.w.stories, uint64(want)))
}

func (f *freeKeys) free(b logged, k uint64) uint64 {
	for b.Get(key8(k)) != nil {
		k = madeKeys | f.decision<<12 | f.used&0xfff
		f.used++
	}
	return k
}
