package storage

import (
	"bytes"
	"slices"

	"topicwire/feed"
)

// What joined a group or a story between a decision and its undoing was placed
// with some entry of it. When the decision is taken back it follows that entry.

// before is a record as it was before the decision; nil where there was none.
func (l *changeLog) before(bucket, k []byte) []byte {
	for i := range l.Images {
		if l.Images[i].Bucket == string(bucket) && bytes.Equal(l.Images[i].Key, k) {
			return l.Images[i].Before
		}
	}
	return nil
}

// placedWith is the entry that one was placed with as a copy of its report, or
// as another report of its story; 0 for none.
func (w *writer) placedWith(k feed.EntryKey, copied bool) (feed.EntryKey, error) {
	v := w.placements.Get(key8(uint64(k)))
	if v == nil {
		return 0, nil
	}
	var p feed.Placement
	if err := decodePlacement(v, &p); err != nil {
		return 0, err
	}
	if copied != (p.Tier == feed.TierGroup || p.Tier == feed.TierSameLink) {
		return 0, nil
	}
	return p.Partner, nil
}

// followEntries adds those that joined the group since as copies of one that
// goes, unless another entry of their source has their place.
func (w *writer) followEntries(mv *moving, was *decisionRecord) error {
	var old groupRecord
	if v := was.Did.before(bGroups, key8(uint64(mv.from.Key))); len(v) > 0 {
		if err := old.decode(v); err != nil {
			return err
		}
	}
	for more := true; more; {
		more = false
		for _, k := range mv.from.Entries {
			if mv.moved(k) || slices.Contains(old.Entries, k) {
				continue
			}
			with, err := w.placedWith(k, true)
			if err != nil {
				return err
			}
			if with == 0 || !mv.moved(with) {
				continue
			}
			if mv.to != nil {
				if id, err := w.sharedSource(mv.to.Entries, []feed.EntryKey{k}); err != nil {
					return err
				} else if id != "" {
					continue
				}
			}
			mv.entries, more = append(mv.entries, k), true
		}
	}
	return nil
}

// followers are the groups that joined a story since because their first entry
// was placed with one that goes, or with an entry of such a group.
func (w *writer) followers(s *storyRecord, with []feed.EntryKey, was *decisionRecord) ([]feed.GroupKey, error) {
	var old storyRecord
	if v := was.Did.before(bStories, key8(uint64(s.Key))); len(v) > 0 {
		if err := old.decode(v); err != nil {
			return nil, err
		}
	}
	var follow []feed.GroupKey
	for more := true; more; {
		more = false
		for _, k := range s.Groups {
			if slices.Contains(old.Groups, k) || slices.Contains(follow, k) {
				continue
			}
			g, err := w.loadGroup(k)
			if err != nil {
				return nil, err
			}
			if slices.ContainsFunc(g.Entries, func(k feed.EntryKey) bool { return slices.Contains(with, k) }) {
				continue // it goes itself
			}
			partner, err := w.placedWith(g.Entries[0], false)
			if err != nil {
				return nil, err
			}
			if partner != 0 && slices.Contains(with, partner) {
				follow, with, more = append(follow, k), append(with, g.Entries...), true
			}
		}
	}
	return follow, nil
}

// followEntriesGroups moves the groups that came to a story by entries that have
// left it.
func (w *writer) followEntriesGroups(story feed.StoryKey, mv *moving, was *decisionRecord) error {
	if mv.to.Story == story || w.stories.Get(key8(uint64(story))) == nil {
		return nil
	}
	from, err := w.loadStory(story)
	if err != nil {
		return err
	}
	groups, err := w.followers(from, slices.Clone(mv.entries), was)
	if err != nil || len(groups) == 0 {
		return err
	}
	to, err := w.loadStory(mv.to.Story)
	if err != nil {
		return err
	}
	return w.moveGroups(from, to, groups, mv.at)
}

// formerIncludes notes whose entries an operator meant where a merged group is
// included: the group that is taken out of the merger, or the one that stays.
func (w *writer) formerIncludes(mv *moving) error {
	mv.toIncluded, mv.fromIncluded = make(map[uint32]bool), make(map[uint32]bool)
	stay := slices.DeleteFunc(slices.Clone(mv.from.Entries), mv.moved)
	return w.eachRuling(groupRuling, uint64(mv.from.Key), func(topic uint32, flags byte) (err error) {
		if flags&ruledIn == 0 {
			return nil
		}
		if mv.toIncluded[topic], err = w.included(topic, mv.entries, 0); err != nil {
			return err
		}
		mv.fromIncluded[topic], err = w.included(topic, stay, 0)
		return err
	})
}
