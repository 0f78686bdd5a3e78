package desk

import (
	"context"
	"errors"
	"slices"

	"topicwire/feed"
	"topicwire/storage"
)

// Decisions are operators' decisions, the newest first, undone ones and undoings
// too.
func (d *Desk) Decisions(ctx context.Context, q DecisionsRequest) ([]Logged, error) {
	out := []Logged{}
	err := d.Store.View(func(r *storage.Reader) error {
		err := r.Decisions(func(dec feed.Decided) bool {
			out = append(out, Logged{Decided: dec})
			return (q.Limit <= 0 || len(out) < q.Limit) && ctx.Err() == nil
		})
		for i := range out {
			if err != nil {
				break
			}
			out[i].About, err = loggedAbout(r, &out[i].Decided)
			out[i].Titles = titlesIn(out[i].About)
		}
		return errors.Join(err, context.Cause(ctx))
	})
	return out, err
}

// loggedAbout is aboutOf a decision, of an undoing that of what it undid.
func loggedAbout(r *storage.Reader, dec *feed.Decided) ([]Subject, error) {
	if dec.Kind != feed.DecisionUndo {
		return aboutOf(r, &dec.Decision)
	}
	of, ok, err := r.Decision(dec.Undo)
	if err != nil || !ok {
		return nil, err
	}
	return aboutOf(r, &of.Decision)
}

// titlesOf are the titles of what a decision is about, as far as it is stored.
func titlesOf(r *storage.Reader, c *feed.Decision) ([]string, error) {
	about, err := aboutOf(r, c)
	return titlesIn(about), err
}

func titlesIn(about []Subject) []string {
	titles := []string{}
	for i := range about {
		if !slices.Contains(titles, about[i].Title) {
			titles = append(titles, about[i].Title)
		}
	}
	return titles
}

// aboutOf is what a decision is about, as far as it is stored: for a group its first
// entry stands, for a story its first group.
func aboutOf(r *storage.Reader, c *feed.Decision) ([]Subject, error) {
	keys := slices.Clone(c.Entries)
	groups := slices.Clone(c.Groups)
	of := make(map[feed.GroupKey]feed.StoryKey)
	for _, k := range c.Stories {
		s, err := r.Story(k)
		if err == nil && len(s.Groups) > 0 {
			of[s.Groups[0]] = k
			groups = append(groups, s.Groups[0])
		} else {
			groups = append(groups, feed.GroupKey(k)) // merged away; its first entry is not
		}
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
	}
	for _, k := range groups {
		g, err := r.Group(k)
		if err == nil && len(g.Entries) > 0 {
			keys = append(keys, g.Entries[0])
		} else {
			keys = append(keys, feed.EntryKey(k)) // merged away; its first entry is not
		}
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
	}
	var about []Subject
	for _, k := range keys {
		e, err := r.Entry(k)
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
		if err != nil {
			continue
		}
		id, err := publicIDOf(r, c.Topic, &e)
		if err != nil {
			return nil, err
		}
		s := Subject{Title: e.Title, Link: e.Link, ID: id}
		if len(c.Stories) > 0 {
			s.Story = of[e.Group]
		}
		about = append(about, s)
	}
	return about, nil
}

// publicIDOf is the id that an entry was given in a topic, or without one in any that has
// its group; "" where it was given none.
func publicIDOf(r *storage.Reader, topic feed.TopicID, e *feed.StoredEntry) (string, error) {
	all, err := r.Memberships(e.Group)
	if err != nil {
		return "", err
	}
	for i := range all {
		m := &all[i]
		if topic != "" && m.Topic != topic {
			continue
		}
		if m.Owner == e.Key {
			return m.PublicID, nil
		}
		for _, g := range m.Given {
			if g.Entry == e.Key {
				return g.PublicID, nil
			}
		}
	}
	return "", nil
}

// decisionsAbout are the decisions about entries, in a topic or in all, the
// newest first, at most ten.
func (d *Desk) decisionsAbout(r *storage.Reader, topic feed.TopicID, n named, entries []feed.StoredEntry) ([]feed.Decided, error) {
	story, err := n.storyOf(r)
	if err != nil {
		return nil, err
	}
	var out []feed.Decided
	err = r.Decisions(func(dec feed.Decided) bool {
		if dec.Kind == feed.DecisionUndo || dec.Topic != "" && dec.Topic != topic {
			return true
		}
		about := slices.Contains(dec.Stories, story)
		for i := range entries {
			about = about || slices.Contains(dec.Entries, entries[i].Key) || slices.Contains(dec.Groups, entries[i].Group)
		}
		if about {
			out = append(out, dec)
		}
		return len(out) < 10
	})
	return out, err
}
