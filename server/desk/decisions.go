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
			out[i].Titles, err = loggedTitles(r, &out[i].Decided)
		}
		return errors.Join(err, context.Cause(ctx))
	})
	return out, err
}

// loggedTitles are titlesOf a decision, of an undoing those of what it undid.
func loggedTitles(r *storage.Reader, dec *feed.Decided) ([]string, error) {
	if dec.Kind != feed.DecisionUndo {
		return titlesOf(r, &dec.Decision)
	}
	of, ok, err := r.Decision(dec.Undo)
	if err != nil || !ok {
		return []string{}, err
	}
	return titlesOf(r, &of.Decision)
}

// titlesOf are the titles of what a decision is about, as far as it is stored: of
// a group its first entry's, of a story its first group's.
func titlesOf(r *storage.Reader, c *feed.Decision) ([]string, error) {
	keys := slices.Clone(c.Entries)
	groups := slices.Clone(c.Groups)
	for _, k := range c.Stories {
		s, err := r.Story(k)
		if err == nil && len(s.Groups) > 0 {
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
	titles := []string{}
	for _, k := range keys {
		e, err := r.Entry(k)
		if errors.Is(err, storage.ErrCorrupt) {
			return nil, err
		}
		if err == nil && !slices.Contains(titles, e.Title) {
			titles = append(titles, e.Title)
		}
	}
	return titles, nil
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
