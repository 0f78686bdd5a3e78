package desk

import (
	"context"
	"errors"
	"fmt"

	"topicwire/feed"
	"topicwire/storage"
)

// Decide carries out an operator's command, or takes one back. What cannot be
// done is a *feed.Refusal; a name that nothing goes by, ErrUnknown.
func (d *Desk) Decide(ctx context.Context, r DecideRequest) (DecideResult, error) {
	var c *feed.Decision
	var before []string // who speaks for what is hidden
	err := d.Store.View(func(rd *storage.Reader) (err error) {
		if r.Taking {
			c, err = takeBack(rd, &r)
			return err
		}
		if c, err = d.decide(rd, &r); err == nil && r.Kind == feed.DecisionHide {
			before, err = d.speakers(rd, &r, c)
		}
		return err
	})
	if err != nil {
		return DecideResult{}, err
	}
	if err := context.Cause(ctx); err != nil {
		return DecideResult{}, err
	}
	c.At, c.By, c.Note = d.Now(), OneLine(r.By), OneLine(r.Note)
	o, err := d.Apply(c)
	if err != nil {
		var refused *feed.Refusal
		if errors.As(err, &refused) {
			return DecideResult{}, refused // a sentence that needs nothing around it
		}
		return DecideResult{}, err
	}
	var out DecideResult
	err = d.Store.View(func(rd *storage.Reader) error {
		decided, ok, err := rd.Decision(o.Decision)
		if err != nil {
			return err
		}
		if !ok {
			decided = feed.Decided{Number: o.Decision, Decision: *c}
		}
		out.Decided = decided
		out.Text, err = d.outcome(ctx, rd, &r, &decided, before)
		return err
	})
	return out, err
}

func refuse(format string, args ...any) error {
	return &feed.Refusal{Text: fmt.Sprintf(format, args...)}
}

// decide makes the decision that a command asks for.
func (d *Desk) decide(r *storage.Reader, q *DecideRequest) (*feed.Decision, error) {
	c := &feed.Decision{Kind: q.Kind, Topic: q.Topic}
	var names []named
	for _, id := range q.IDs {
		n, err := find(r, topicsOf(q), id)
		if err == nil {
			err = d.mean(r, q, &n)
		}
		if err != nil {
			return nil, err
		}
		names = append(names, n)
	}
	switch {
	case q.Kind == feed.DecisionMerge && len(names) == 2:
		return c, mergeOf(r, c, names)
	case len(names) != 1:
		return nil, refuse("%s takes another number of ids than %d", q.Kind, len(names))
	case q.Kind == feed.DecisionHide:
		return c, hideOf(r, c, names[0], q)
	case q.Kind == feed.DecisionInclude:
		return c, includeOf(r, c, names[0])
	case q.Kind == feed.DecisionSplit:
		return c, splitOf(r, c, names[0], q.Whole)
	}
	return nil, refuse("no decision is called %q", q.Kind)
}

// topicsOf are the topics whose public ids a command means: all where it is about
// none.
func topicsOf(q *DecideRequest) []feed.TopicID {
	if q.Topic == "" {
		return nil
	}
	return []feed.TopicID{q.Topic}
}

func hideOf(r *storage.Reader, c *feed.Decision, n named, q *DecideRequest) error {
	groups, err := n.groups(r)
	if err != nil {
		return err
	}
	var filed []feed.GroupKey // of a story, what the topic has of it
	for _, g := range groups {
		_, ok, err := r.Membership(c.Topic, g)
		if err != nil {
			return err
		}
		if ok {
			filed = append(filed, g)
		}
	}
	switch {
	case len(filed) == 0 && n.story != 0:
		return refuse("topic %s has nothing of story %d: there is nothing to hide", c.Topic, n.story)
	case len(filed) == 0:
		return refuse("topic %s does not have it: there is nothing to hide", c.Topic)
	case n.story == 0 && !q.Whole:
		c.Entries = []feed.EntryKey{n.entry}
	default:
		c.Groups = filed
	}
	return nil
}

func includeOf(r *storage.Reader, c *feed.Decision, n named) error {
	if n.story == 0 {
		c.Entries = []feed.EntryKey{n.entry}
		return nil
	}
	s, err := r.Story(n.story)
	if err != nil {
		return err
	}
	for _, k := range s.Groups {
		g, err := r.Group(k)
		if err != nil {
			return err
		}
		m, filed, err := r.Membership(c.Topic, k)
		if err != nil {
			return err
		}
		if (!filed || m.Past) && len(g.Entries) > 0 {
			c.Entries = append(c.Entries, g.Entries[0])
		}
	}
	if len(c.Entries) == 0 {
		return refuse("topic %s has every report of story %d", c.Topic, n.story)
	}
	return nil
}

// mergeOf merges groups where both names are entries, else stories.
func mergeOf(r *storage.Reader, c *feed.Decision, names []named) error {
	if names[0].story == 0 && names[1].story == 0 {
		if names[0].group == names[1].group {
			return refuse("both are one report already")
		}
		c.Groups = []feed.GroupKey{names[0].group, names[1].group}
		return nil
	}
	for _, n := range names {
		k, err := n.storyOf(r)
		if err != nil {
			return err
		}
		c.Stories = append(c.Stories, k)
	}
	if c.Stories[0] == c.Stories[1] {
		return refuse("both are one story already")
	}
	return nil
}

// splitOf takes an entry out of its group, or a group that it makes up alone out
// of its story; with whole always the group.
func splitOf(r *storage.Reader, c *feed.Decision, n named, whole bool) error {
	if n.story != 0 {
		c.Stories = []feed.StoryKey{n.story}
		return nil
	}
	g, err := r.Group(n.group)
	if err != nil {
		return err
	}
	if len(g.Entries) > 1 && !whole {
		c.Entries = []feed.EntryKey{n.entry}
		return nil
	}
	s, err := r.Story(g.Story)
	if err != nil {
		return err
	}
	if len(s.Groups) < 2 {
		return refuse("it is alone in its story: there is nothing to split")
	}
	c.Groups = []feed.GroupKey{n.group}
	return nil
}
