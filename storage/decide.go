package storage

import (
	"encoding/binary"
	"fmt"
	"slices"

	"topicwire/feed"
	"topicwire/feed/link"
)

func refuse(format string, args ...any) error {
	return &feed.Refusal{Text: fmt.Sprintf(format, args...)}
}

// decide logs what an operator decided, and lets what it concerns follow from that.
func (w *writer) decide(d *feed.Decision, o *Outcome) error {
	n, err := w.decisions.NextSequence()
	if err != nil {
		return err
	}
	if d.Kind == feed.DecisionUndo {
		err = w.undo(d, n)
	} else {
		rec := &decisionRecord{Decision: *d}
		if k, _ := w.entries.Cursor().Last(); k != nil {
			rec.Mark = feed.EntryKey(binary.BigEndian.Uint64(k))
		}
		// The newest entry may be gone: others are known by their numbers still.
		rec.Mark = max(rec.Mark, feed.EntryKey(w.entries.Sequence()))
		if err = w.prepare(rec); err == nil {
			err = w.carryOut(n, rec)
		}
	}
	if err != nil {
		return err
	}
	o.Decision = n
	if d.Kind == feed.DecisionUndo {
		return w.putDecision(n, &decisionRecord{Decision: *d})
	}
	return nil
}

// prepare refuses a decision that cannot be done, and notes what it means today.
func (w *writer) prepare(d *decisionRecord) error {
	switch d.Kind {
	case feed.DecisionHide:
		return w.prepareHide(d)
	case feed.DecisionInclude:
		return w.prepareInclude(d)
	case feed.DecisionMerge:
		return w.prepareMerge(d)
	case feed.DecisionSplit:
		return w.prepareSplit(d)
	}
	return refuse("a decision of kind %q is not known", d.Kind)
}

// known is a topic that something was ever filed under or that is configured.
func (w *writer) known(id feed.TopicID) (*topicState, error) {
	if id == feed.AllTopics || w.topicB.Get([]byte(id)) == nil {
		return nil, refuse("there is no topic %q", id)
	}
	return w.topic(id)
}

// entryGroup is the group of an entry that an operator names.
func (w *writer) entryGroup(k feed.EntryKey) (*groupRecord, error) {
	if w.entries.Get(key8(uint64(k))) == nil {
		return nil, refuse("entry %d is not stored", k)
	}
	e, err := w.head(k)
	if err != nil {
		return nil, err
	}
	return w.loadGroup(e.group)
}

func (w *writer) namedGroup(k feed.GroupKey) (*groupRecord, error) {
	if w.groups.Get(key8(uint64(k))) == nil {
		return nil, refuse("group %d is not stored", k)
	}
	return w.loadGroup(k)
}

func (w *writer) namedStory(k feed.StoryKey) (*storyRecord, error) {
	if w.stories.Get(key8(uint64(k))) == nil {
		return nil, refuse("story %d is not stored", k)
	}
	return loadStory(w.stories, k)
}

// prepareHide takes entries, or whole groups with all who join them later, out of a
// topic. What is filed stays so, with its public ids, for the others of the group.
func (w *writer) prepareHide(d *decisionRecord) error {
	t, err := w.known(d.Topic)
	if err != nil {
		return err
	}
	if len(d.Entries)+len(d.Groups) == 0 {
		return refuse("hide names no entry and no group")
	}
	fresh := false
	hide := func(g *groupRecord, class byte, key uint64) error {
		if _, filed := g.place(t.number); !filed || len(g.Entries) == 0 {
			return refuse("group %d is not in topic %q", g.Key, d.Topic)
		}
		fresh = fresh || ruled(w.rulings, class, key, t.number)&ruledOut == 0
		return nil
	}
	for _, k := range d.Groups {
		g, err := w.namedGroup(k)
		if err == nil {
			err = hide(g, groupRuling, uint64(k))
		}
		if err != nil {
			return err
		}
		d.Members = append(d.Members, g.Entries...)
	}
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		if ruled(w.rulings, groupRuling, uint64(g.Key), t.number)&ruledOut != 0 {
			continue // with its whole group
		}
		if err := hide(g, entryRuling, uint64(k)); err != nil {
			return err
		}
	}
	if !fresh {
		return refuse("all of it is hidden in topic %q already", d.Topic)
	}
	return nil
}

// prepareInclude files the groups of entries under a topic, whatever its rules say,
// as news of now. What was hidden of them comes back with the entry. A group that
// the rules filed stays where it is, also when they change; one that they found too
// late becomes news of now.
func (w *writer) prepareInclude(d *decisionRecord) error {
	t, err := w.known(d.Topic)
	if err != nil {
		return err
	}
	if len(d.Entries) == 0 {
		return refuse("include names no entry")
	}
	fresh := false
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		whole := ruled(w.rulings, groupRuling, uint64(g.Key), t.number)
		news := true
		if p, filed := g.place(t.number); filed {
			m, err := decodeMember(w.members.Get(memberKey(p, g.Key)))
			if err != nil {
				return err
			}
			news = m.past
		}
		if news {
			d.News = append(d.News, k)
		}
		fresh = fresh || news || whole != ruledIn || ruled(w.rulings, entryRuling, uint64(k), t.number) != 0
	}
	if !fresh {
		return refuse("all of it is included in topic %q already", d.Topic)
	}
	return nil
}

// prepareMerge makes one of two groups or two stories. Merging groups moves no other
// group of their stories.
func (w *writer) prepareMerge(d *decisionRecord) error {
	switch {
	case len(d.Groups) == 2 && len(d.Stories)+len(d.Entries) == 0:
		a, err := w.namedGroup(min(d.Groups[0], d.Groups[1]))
		if err != nil {
			return err
		}
		b, err := w.namedGroup(max(d.Groups[0], d.Groups[1]))
		if err != nil {
			return err
		}
		if a.Key == b.Key {
			return refuse("both are in group %d already", a.Key)
		}
		for _, k := range slices.Concat(b.Entries, b.gone) {
			id, n, err := w.sourceOf(k)
			if err != nil {
				return err
			}
			shown := link.Masked(string(id))
			shared, err := w.hasSource(a, n)
			switch {
			case err != nil:
				return err
			case shared && a.Story == b.Story:
				return refuse("both reports have an entry of %s, and two entries of one source never share a report; they are of one story, %d, already", shown, a.Story)
			case shared:
				return refuse("both reports have an entry of %s, and two entries of one source never share a report; merge their stories %d and %d instead", shown, a.Story, b.Story)
			}
		}
		for _, k := range b.Entries {
			d.Moves = append(d.Moves, Move{Entry: k})
		}
		return nil
	case len(d.Stories) == 2 && len(d.Groups)+len(d.Entries) == 0:
		if _, err := w.namedStory(min(d.Stories[0], d.Stories[1])); err != nil {
			return err
		}
		b, err := w.namedStory(max(d.Stories[0], d.Stories[1]))
		if err != nil {
			return err
		}
		if d.Stories[0] == d.Stories[1] {
			return refuse("both are story %d already", b.Key)
		}
		d.movesGroups(b.Groups)
		return nil
	}
	return refuse("merge takes two groups or two stories")
}

// prepareSplit makes entries groups and stories of their own, groups stories of their
// own, and takes stories apart.
func (w *writer) prepareSplit(d *decisionRecord) error {
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		if len(g.Entries) < 2 {
			return refuse("entry %d is alone in its group; split the group from its story", k)
		}
		d.Moves = append(d.Moves, Move{Entry: k})
	}
	for _, k := range d.Groups {
		g, err := w.namedGroup(k)
		if err != nil {
			return err
		}
		s, err := loadStory(w.stories, g.Story)
		if err != nil {
			return err
		}
		if len(s.Groups) < 2 {
			return refuse("group %d is alone in its story", k)
		}
		d.movesGroups([]feed.GroupKey{k})
	}
	for _, k := range d.Stories {
		s, err := w.namedStory(k)
		if err != nil {
			return err
		}
		if len(s.Groups) < 2 {
			return refuse("story %d has one report; split an entry from it", k)
		}
		d.movesGroups(slices.DeleteFunc(s.Groups, func(g feed.GroupKey) bool { return feed.StoryKey(g) == k }))
	}
	if len(d.Entries)+len(d.Groups)+len(d.Stories) == 0 {
		return refuse("split takes entries, groups or stories")
	}
	return nil
}
