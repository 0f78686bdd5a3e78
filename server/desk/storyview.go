package desk

import (
	"cmp"
	"context"
	"slices"

	"topicwire/feed"
	"topicwire/storage"
)

// Story is the story of an id: its number, or the link or public id of one of
// its entries.
func (d *Desk) Story(ctx context.Context, id string) (StoryView, error) {
	var v StoryView
	err := d.Store.View(func(r *storage.Reader) error {
		n, err := find(r, nil, id)
		if err != nil {
			return err
		}
		k, err := n.storyOf(r)
		if err != nil {
			return err
		}
		v = StoryView{Story: k, Asked: n.entry}
		s, err := r.Story(k)
		if err != nil {
			return err
		}
		for _, g := range s.Groups {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := d.addMembers(r, g, &v); err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortStableFunc(v.Members, func(a, b StoryMember) int {
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

func (d *Desk) addMembers(r *storage.Reader, k feed.GroupKey, v *StoryView) error {
	g, err := r.Group(k)
	if err != nil {
		return err
	}
	filed, err := r.Memberships(k)
	if err != nil {
		return err
	}
	topics := []feed.TopicID{}
	for i := range filed {
		if hidden := filed[i].Hidden; !slices.ContainsFunc(g.Entries, func(k feed.EntryKey) bool { return !slices.Contains(hidden, k) }) {
			continue // an operator took the whole group out
		}
		topics = append(topics, filed[i].Topic)
	}
	for _, k := range g.Entries {
		e, err := r.Entry(k)
		if err != nil {
			return err
		}
		info, err := d.Source(r, e.Source)
		if err != nil {
			return err
		}
		m := StoryMember{
			Entry: e.Key, Group: e.Group, Title: e.Title, Link: e.Link, Source: info.Title, SourceID: e.Source,
			Language: e.Language, Published: e.When(), Seen: e.Seen, Topics: topics,
		}
		p, ok, err := r.Placed(k)
		if err != nil {
			return err
		}
		if ok {
			m.Placed = &p
		}
		v.Members = append(v.Members, m)
	}
	return nil
}
