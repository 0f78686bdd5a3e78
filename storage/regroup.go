package storage

import (
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
)

// regroup stores the groups and stories that were folded, where they differ, and
// returns all of them in the order of their keys.
func (r *refolding) regroup() ([]*groupRecord, error) {
	w := r.w
	r.old, r.shown = make(map[feed.GroupKey]*groupRecord), make(map[feed.GroupKey]map[uint32]bool)
	for _, k := range r.groups {
		g, err := w.loadGroup(k)
		if err != nil {
			return nil, err
		}
		r.old[k] = g
		for _, p := range g.places {
			if row := memberKey(p, k); isPast(w.members.Get(row)) {
				set(&r.past, string(row), true)
			}
		}
	}
	var groups []*groupRecord
	stories := make(map[*foldedStory]bool)
	seen := make(map[*foldedGroup]bool)
	kept := make(map[feed.StoryKey]bool)
	for _, k := range r.keys {
		fg := r.folded.of[k]
		if !seen[fg] {
			seen[fg] = true
			groups = append(groups, r.record(fg))
		}
		if err := r.move(k, fg.key()); err != nil {
			return nil, err
		}
	}
	if err := r.putGroups(groups); err != nil {
		return nil, err
	}
	for _, k := range r.keys {
		if s := r.folded.of[k].story; !stories[s] {
			stories[s] = true
			kept[s.key()] = true
			if err := r.putStory(s); err != nil {
				return nil, err
			}
		}
	}
	for _, k := range r.stories {
		if !kept[k] {
			if err := w.deleteStory(k); err != nil {
				return nil, err
			}
		}
	}
	return groups, nil
}

// record is the record of a folded group, filed where the group of its key was.
func (r *refolding) record(fg *foldedGroup) *groupRecord {
	g := &groupRecord{Group: feed.Group{Key: fg.key(), Story: fg.story.key()}}
	for _, k := range fg.entries {
		if r.w.entries.Get(key8(uint64(k))) == nil {
			g.gone = append(g.gone, k)
		} else {
			g.Entries = append(g.Entries, k)
		}
	}
	slices.Sort(g.gone)
	old := r.old[g.Key]
	if old != nil {
		g.places = old.places
	}
	if old == nil || !slices.Equal(old.Entries, g.Entries) || old.Story != g.Story {
		r.differs = true
		r.shown[g.Key] = nil
	}
	return g
}

// move tells an entry of its group.
func (r *refolding) move(k feed.EntryKey, g feed.GroupKey) error {
	e, ok, err := headOrGhost(r.w.entries, r.w.ghosts, k)
	if err != nil || !ok || e.group == g {
		return err
	}
	r.differs = true
	r.w.db.near.entries.forget(k)
	v := r.w.entries.Get(key8(uint64(k)))
	if v == nil {
		e.group = g
		return r.w.putGhost(e)
	}
	return r.w.setGroup(k, g, v)
}

// setGroup rewrites an entry's head and leaves its texts as they are.
func (w *writer) setGroup(k feed.EntryKey, g feed.GroupKey, v []byte) error {
	var e entryRecord
	c := cursor{b: v}
	if decodeEntryHead(&c, &e); c.err != nil {
		return fmt.Errorf("entry %d: %w", k, c.err)
	}
	e.group = g
	return w.entries.Put(key8(uint64(k)), append(encodeEntryHead(nil, &e), c.b...))
}

func (r *refolding) putStory(fs *foldedStory) error {
	s := &storyRecord{Story: feed.Story{Key: fs.key()}}
	for _, g := range fs.groups {
		if slices.ContainsFunc(g.entries, func(k feed.EntryKey) bool { return r.w.entries.Get(key8(uint64(k))) != nil }) {
			s.Groups = append(s.Groups, g.key())
		} else {
			s.gone = append(s.gone, g.key())
		}
	}
	slices.Sort(s.gone)
	if err := r.w.measure(s); err != nil {
		return err
	}
	return r.w.putStory(s)
}

// putGroups stores the groups, and takes those that are no more out of the topics they
// were filed under.
func (r *refolding) putGroups(groups []*groupRecord) error {
	for _, g := range groups {
		if err := r.w.putGroup(g); err != nil {
			return err
		}
	}
	for _, k := range r.groups {
		if slices.ContainsFunc(groups, func(g *groupRecord) bool { return g.Key == k }) {
			continue
		}
		if err := r.w.unfile(k, r.at); err != nil {
			return err
		}
	}
	return nil
}

// unfile forgets a group, and takes it out of the topics that it is filed under.
func (w *writer) unfile(k feed.GroupKey, at time.Time) error {
	g, err := w.loadGroup(k)
	if err != nil {
		return err
	}
	return w.unfileGroup(g, at)
}

func (w *writer) unfileGroup(g *groupRecord, at time.Time) error {
	for _, p := range g.places {
		t, err := w.topicNumbered(p.topic)
		if err != nil {
			return err
		}
		t.see(at)
		old, err := decodeMember(w.members.Get(memberKey(p, g.Key)))
		if err == nil {
			err = w.countRow(t, &old, -1)
		}
		if err != nil {
			return err
		}
		if err := w.members.Delete(memberKey(p, g.Key)); err != nil {
			return err
		}
	}
	return w.deleteGroup(g.Key)
}
