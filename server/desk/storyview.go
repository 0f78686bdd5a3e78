package desk

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"topicwire/feed"
	"topicwire/storage"
)

// Story is the story of an id: its number, or the link or public id of one of
// its entries. The number of one that was merged into another leads to that one.
func (d *Desk) Story(ctx context.Context, id string) (feed.StoryView, error) {
	return d.story(ctx, id, true)
}

// PublicStory is Story without who decided what, which costs a look at every
// decision there ever was.
func (d *Desk) PublicStory(ctx context.Context, id string) (feed.StoryView, error) {
	return d.story(ctx, id, false)
}

func (d *Desk) story(ctx context.Context, id string, moves bool) (feed.StoryView, error) {
	var v feed.StoryView
	err := d.Store.View(func(r *storage.Reader) error {
		n, err := findStory(r, id)
		if err != nil {
			return err
		}
		k, err := n.storyOf(r)
		if err != nil {
			return err
		}
		v = feed.StoryView{Story: k, Asked: n.entry}
		s, err := r.Story(k)
		if err != nil {
			return err
		}
		view := storyView{desk: d, StoryView: &v, names: make(map[feed.SourceID]feed.SourceInfo)}
		if view.topics, err = r.Topics(); err != nil {
			return err
		}
		for _, g := range s.Groups {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := view.addGroup(r, g); err != nil {
				return err
			}
		}
		if !moves {
			return nil
		}
		return view.addMoves(r)
	})
	feed.SortBy(v.Members, func(a, b feed.StoryMember) int {
		return cmp.Or(a.Published.Compare(b.Published), cmp.Compare(a.Entry, b.Entry))
	})
	return v, err
}

// storyOf is the story of what goes by a name.
func (n named) storyOf(r *storage.Reader) (feed.StoryKey, error) {
	if n.story != 0 {
		return n.story, nil
	}
	g, err := r.Group(n.group)
	return g.Story, err
}

// findStory is find, but that the number of a story that is gone leads to where
// its entries are since.
func findStory(r *storage.Reader, id string) (named, error) {
	n, err := find(r, nil, id)
	if u, ok := errors.AsType[*unknownName](err); ok && u.now != 0 {
		return named{story: u.now}, nil
	}
	return n, err
}

// A storyView is a feed.StoryView in the making.
type storyView struct {
	*feed.StoryView
	desk   *Desk
	topics map[feed.TopicID]storage.TopicState
	names  map[feed.SourceID]feed.SourceInfo
	// parted are the members whose placement no longer holds, with the partner.
	parted map[feed.EntryKey]feed.EntryKey
}

func (v *storyView) addGroup(r *storage.Reader, k feed.GroupKey) error {
	g, err := r.Group(k)
	if err != nil {
		return err
	}
	filed, err := r.Memberships(k)
	if err != nil {
		return err
	}
	// What a topic filed that is not configured any more nobody sees.
	filed = slices.DeleteFunc(filed, func(m feed.Membership) bool { return v.topics[m.Topic].Wanted == 0 })
	for _, k := range g.Entries {
		e, err := r.Entry(k)
		if err != nil {
			return err
		}
		m := feed.StoryMember{
			Entry: e.Key, Group: e.Group, Title: e.Title, Link: e.Link, SourceID: e.Source,
			Language: e.Language, Published: e.When(), Seen: e.Seen, Topics: []feed.TopicID{},
		}
		info, err := v.source(r, e.Source)
		if err != nil {
			return err
		}
		m.Source, m.Publisher = info.Title, info.Publisher
		for i := range filed {
			if !slices.Contains(filed[i].Hidden, k) {
				m.Topics = append(m.Topics, filed[i].Topic)
			}
		}
		m.Hidden = len(filed) > 0 && len(m.Topics) == 0
		if err := v.place(r, &m); err != nil {
			return err
		}
		v.Members = append(v.Members, m)
	}
	return nil
}

// source is what readers are told of a source.
func (v *storyView) source(r *storage.Reader, id feed.SourceID) (feed.SourceInfo, error) {
	info, ok := v.names[id]
	if !ok {
		var err error
		if info, err = v.desk.Source(r, id); err != nil {
			return info, err
		}
		v.names[id] = info
	}
	return info, nil
}

// place says why a member is where it is, as far as that still holds.
func (v *storyView) place(r *storage.Reader, m *feed.StoryMember) error {
	p, ok, err := r.Placed(m.Entry)
	if err != nil || !ok {
		return err
	}
	if ok, err = r.Holds(&p); err != nil {
		return err
	}
	if ok {
		m.Placed = &p
		return nil
	}
	if v.parted == nil {
		v.parted = make(map[feed.EntryKey]feed.EntryKey)
	}
	v.parted[m.Entry], m.Parted = p.Partner, true
	return nil
}

// addMoves says which decisions put the members where they are: the newest about
// each, and the newest about what it was placed with where that is newer.
func (v *storyView) addMoves(r *storage.Reader) error {
	groups := make(map[feed.EntryKey]feed.GroupKey) // of partners that are elsewhere
	for _, partner := range v.parted {
		e, err := r.Entry(partner)
		if err != nil {
			return err
		}
		groups[partner] = e.Group
	}
	return r.EachMove(func(d feed.Decided, moved storage.Move) bool {
		for i := range v.Members {
			m := &v.Members[i]
			own := moved.Entry == m.Entry || moved.Group != 0 && moved.Group == m.Group
			partner, parted := v.parted[m.Entry]
			other := parted && (moved.Entry == partner || moved.Group != 0 && moved.Group == groups[partner])
			// What was decided before that about the same is history.
			if !own && !other || slices.ContainsFunc(m.Moved, func(o feed.StoryMove) bool { return !o.Partner || !own }) {
				continue
			}
			m.Moved = append(m.Moved, feed.StoryMove{Number: d.Number, Kind: d.Kind, At: d.At, By: d.By, Partner: !own})
		}
		return true
	})
}
