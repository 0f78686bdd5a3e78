package desk

import (
	"errors"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/storage"
)

// takeBack makes the undoing of a decision: of a number, or of the newest one
// that the command names.
func takeBack(r *storage.Reader, q *DecideRequest) (*feed.Decision, error) {
	if q.Undo != 0 {
		return &feed.Decision{Kind: feed.DecisionUndo, Undo: q.Undo}, nil
	}
	var names []named
	for _, id := range q.IDs {
		n, err := find(r, topicsOf(q), id)
		if err != nil {
			k, isStory := storyNumber(strings.TrimSpace(id))
			if !errors.Is(err, ErrUnknown) || !isStory {
				return nil, err
			}
			n = named{story: k} // merged into another one
		}
		names = append(names, n)
	}
	// A decision that names the very entries goes before one that names others
	// of their groups.
	for _, about := range []func(*storage.Reader, *feed.Decision, named) (bool, error){isOf, isAbout} {
		d, err := newest(r, q, names, about)
		if err != nil {
			return nil, err
		}
		if d != nil {
			return &feed.Decision{Kind: feed.DecisionUndo, Topic: d.Topic, Undo: d.Number}, nil
		}
	}
	return nil, refuse("there is no such %s to undo; `topicwire decisions` lists them all", q.Kind)
}

// newest finds the newest decision in force that is of the command's kind and
// topic and about all names; nil for none.
func newest(r *storage.Reader, q *DecideRequest, names []named, about func(*storage.Reader, *feed.Decision, named) (bool, error)) (*feed.Decided, error) {
	var found *feed.Decided
	var failed error
	err := r.Decisions(func(d feed.Decided) bool {
		if d.Kind != q.Kind || d.Topic != q.Topic || d.UndoneBy != 0 {
			return true
		}
		for _, n := range names {
			if ok, err := about(r, &d.Decision, n); err != nil || !ok {
				failed = err
				return err == nil
			}
		}
		found = &d
		return false
	})
	return found, errors.Join(err, failed)
}

// isOf reports whether a decision names what goes by a name.
func isOf(_ *storage.Reader, d *feed.Decision, n named) (bool, error) {
	return n.story != 0 && slices.Contains(d.Stories, n.story) ||
		n.entry != 0 && slices.Contains(d.Entries, n.entry) ||
		n.group != 0 && slices.Contains(d.Groups, n.group), nil
}

// isAbout reports whether a decision is about what goes by a name, as groups and
// stories are now: another entry may speak for a group by now.
func isAbout(r *storage.Reader, d *feed.Decision, n named) (bool, error) {
	if ok, _ := isOf(r, d, n); ok {
		return true, nil
	}
	story, err := n.storyOf(r)
	if err != nil {
		return false, err
	}
	if slices.Contains(d.Stories, story) {
		return true, nil
	}
	if n.story != 0 {
		if _, err := r.Story(n.story); err != nil && !errors.Is(err, storage.ErrCorrupt) {
			return false, nil // it was merged away
		}
	}
	groups, err := n.groups(r)
	if err != nil {
		return false, err
	}
	if slices.ContainsFunc(groups, func(g feed.GroupKey) bool { return slices.Contains(d.Groups, g) }) {
		return true, nil
	}
	for _, k := range d.Entries {
		e, err := r.Entry(k)
		if err == nil && slices.Contains(groups, e.Group) {
			return true, nil
		}
		if errors.Is(err, storage.ErrCorrupt) {
			return false, err
		}
	}
	return false, nil
}
