package storage

import (
	"encoding/binary"
	"maps"
	"slices"
	"time"

	"topicwire/feed"
)

// moveBack turns the moves of a merge or a split round, last first, for what is
// still where they put it.
func (w *writer) moveBack(was *decisionRecord, n uint64, at time.Time) (bool, error) {
	keys := freeKeys{w: w, decision: n}
	did := false
	moves := was.Did.Moves
	for end := len(moves); end > 0; {
		// Moves between the same two belong together.
		begin := end - 1
		for begin > 0 && moves[begin-1].From == moves[begin].From && moves[begin-1].To == moves[begin].To {
			begin--
		}
		back := w.entriesBack
		if moves[begin].Entry == 0 {
			back = w.groupsBack
		}
		some, err := back(was, moves[begin:end], &keys, at)
		if err != nil {
			return false, err
		}
		did = did || some
		end = begin
	}
	return did, nil
}

func (w *writer) entriesBack(was *decisionRecord, moves []move, keys *freeKeys, at time.Time) (bool, error) {
	if w.groups.Get(key8(moves[0].To)) == nil {
		return false, nil
	}
	from, err := w.loadGroup(feed.GroupKey(moves[0].To))
	if err != nil {
		return false, err
	}
	mv := &moving{from: from, at: at}
	for _, m := range moves {
		if slices.Contains(from.Entries, m.Entry) {
			mv.entries = append(mv.entries, m.Entry)
		}
	}
	if len(mv.entries) == 0 {
		return false, nil
	}
	if was.Kind == feed.DecisionMerge {
		if err := w.followEntries(mv, was); err != nil {
			return false, err
		}
		if len(mv.entries) == len(from.Entries) {
			return false, nil // the other group is gone: there is nothing to part
		}
		if mv.to, err = w.formerGroup(mv, was, moves[0].From, keys); err != nil {
			return false, err
		}
	} else {
		if w.groups.Get(key8(moves[0].From)) == nil {
			return false, nil // what the entry was split from is gone
		}
		if mv.to, err = w.loadGroup(feed.GroupKey(moves[0].From)); err != nil {
			return false, err
		}
		if id, err := w.sharedSource(mv.to.Entries, mv.entries); err != nil || id != "" {
			return false, err // another entry of its source has its place
		}
		if err := w.followEntries(mv, was); err != nil {
			return false, err
		}
	}
	story := from.Story
	if err := w.moveEntries(mv); err != nil {
		return false, err
	}
	return true, w.followEntriesGroups(story, mv, was)
}

// formerGroup is a group as it was before it was merged into another, still
// empty: its key and story. It adds the memberships of both to the moving, and
// gives the group back what was set aside for it.
func (w *writer) formerGroup(mv *moving, was *decisionRecord, key uint64, keys *freeKeys) (*groupRecord, error) {
	g := &groupRecord{Group: feed.Group{Key: keys.group(feed.GroupKey(key))}}
	mv.was, mv.own = make(map[uint32]*memberRecord), make(map[uint32]*memberRecord)
	mv.ownDropped = make(map[uint32]*memberRecord)
	aside := make(map[uint32]*memberRecord)
	for _, m := range was.Did.Images {
		if len(m.Before) == 0 {
			continue
		}
		switch m.Bucket {
		case string(bGroups):
			if binary.BigEndian.Uint64(m.Key) != key {
				continue
			}
			var old groupRecord
			if err := old.decode(m.Before); err != nil {
				return nil, err
			}
			g.Story = old.Story
		case string(bMembers):
			k, f, old, err := memberImage(m.Key, m.Before)
			if err != nil {
				return nil, err
			}
			switch k {
			case feed.GroupKey(key):
				mv.was[f.topic] = old
			case mv.from.Key:
				mv.own[f.topic] = old
			}
		case string(bDropped):
			old, err := decodeDropped(m.Before)
			if err != nil {
				return nil, err
			}
			topic := binary.BigEndian.Uint32(m.Key[8:])
			switch binary.BigEndian.Uint64(m.Key) {
			case key:
				aside[topic] = old
			case uint64(mv.from.Key):
				mv.ownDropped[topic] = old
			}
		}
	}
	for _, topic := range slices.Sorted(maps.Keys(aside)) {
		if err := w.returnDropped(mv.from, g, topic, aside[topic], mv.ownDropped[topic]); err != nil {
			return nil, err
		}
	}
	if err := w.formerIncludes(mv); err != nil {
		return nil, err
	}
	if g.Story == 0 {
		g.Story = keys.story(feed.StoryKey(g.Key))
	}
	return g, nil
}

func (w *writer) groupsBack(was *decisionRecord, moves []move, _ *freeKeys, at time.Time) (bool, error) {
	if w.stories.Get(key8(moves[0].To)) == nil {
		return false, nil
	}
	from, err := w.loadStory(feed.StoryKey(moves[0].To))
	if err != nil {
		return false, err
	}
	var groups []feed.GroupKey
	for _, m := range moves {
		if slices.Contains(from.Groups, m.Group) {
			groups = append(groups, m.Group)
		}
	}
	if len(groups) == 0 {
		return false, nil
	}
	var with []feed.EntryKey
	for _, k := range groups {
		g, err := w.loadGroup(k)
		if err != nil {
			return false, err
		}
		with = append(with, g.Entries...)
	}
	more, err := w.followers(from, with, was)
	if err != nil {
		return false, err
	}
	groups = append(groups, more...)
	to := &storyRecord{Story: feed.Story{Key: feed.StoryKey(moves[0].From)}}
	if w.stories.Get(key8(moves[0].From)) != nil {
		if to, err = w.loadStory(to.Key); err != nil {
			return false, err
		}
	}
	return true, w.moveGroups(from, to, groups, at)
}
