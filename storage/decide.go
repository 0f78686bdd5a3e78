package storage

import (
	"fmt"
	"time"

	"topicwire/feed"
)

func refuse(format string, args ...any) error {
	return &feed.Refusal{Text: fmt.Sprintf(format, args...)}
}

// decide does what an operator decided, and logs it.
func (w *writer) decide(d *feed.Decision, o *Outcome) error {
	n, err := w.decisions.NextSequence()
	if err != nil {
		return err
	}
	w.log = &changeLog{}
	defer func() { w.log = nil }()
	switch d.Kind {
	case feed.DecisionHide:
		err = w.hide(d)
	case feed.DecisionInclude:
		err = w.include(d)
	case feed.DecisionMerge:
		err = w.merge(d)
	case feed.DecisionSplit:
		err = w.split(d, n)
	case feed.DecisionUndo:
		err = w.undo(d, n)
	default:
		err = refuse("a decision of kind %q is not known", d.Kind)
	}
	if err != nil {
		return err
	}
	o.Decision = n
	rec := &decisionRecord{Decision: *d}
	if d.Kind != feed.DecisionUndo { // an undo is not undone
		if err := w.log.finish(w); err != nil {
			return err
		}
		rec.Did = *w.log
	}
	return w.putDecision(n, rec)
}

// known is a topic that something was ever filed under or that is configured.
func (w *writer) known(id feed.TopicID) (*topicState, error) {
	if w.topicB.Get([]byte(id)) == nil {
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
	return w.loadStory(k)
}

// hide takes entries, or whole groups with all who join them later, out of a
// topic. Their memberships stay, with their public ids, for the others of the
// group and for undo.
func (w *writer) hide(d *feed.Decision) error {
	t, err := w.known(d.Topic)
	if err != nil {
		return err
	}
	if len(d.Entries)+len(d.Groups) == 0 {
		return refuse("hide names no entry and no group")
	}
	did := false
	hide := func(class byte, subject uint64, g *groupRecord) error {
		f, filed := g.filed(t.number)
		if !filed {
			return refuse("group %d is not in topic %q", g.Key, d.Topic)
		}
		changed, err := w.rule(class, subject, t.number, w.ruling(class, subject, t.number)|ruledOut)
		if err != nil || !changed {
			return err
		}
		did = true
		return w.touchMembership(f, g.Key, d.At)
	}
	for _, k := range d.Groups {
		g, err := w.namedGroup(k)
		if err != nil {
			return err
		}
		if err := hide(groupRuling, uint64(k), g); err != nil {
			return err
		}
	}
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		if w.ruling(groupRuling, uint64(g.Key), t.number)&ruledOut != 0 {
			continue // with its whole group
		}
		if err := hide(entryRuling, uint64(k), g); err != nil {
			return err
		}
	}
	if !did {
		return refuse("all of it is hidden in topic %q already", d.Topic)
	}
	return nil
}

// include files the groups of entries under a topic, whatever its rules say, as
// news of now. What was hidden of them comes back with the entry. A group that
// the rules filed keeps its membership, and stays when they change; one that they
// found too late becomes news of now.
func (w *writer) include(d *feed.Decision) error {
	t, err := w.known(d.Topic)
	if err != nil {
		return err
	}
	if len(d.Entries) == 0 {
		return refuse("include names no entry")
	}
	did := false
	for _, k := range d.Entries {
		g, err := w.entryGroup(k)
		if err != nil {
			return err
		}
		shown, err := w.rule(entryRuling, uint64(k), t.number, 0)
		if err != nil {
			return err
		}
		filed, err := w.rule(groupRuling, uint64(g.Key), t.number, ruledIn)
		if err != nil {
			return err
		}
		f, has := g.filed(t.number)
		var m *memberRecord
		if has {
			if m, err = w.loadMembership(f, g.Key); err != nil {
				return err
			}
		}
		if !shown && !filed && (m == nil || !m.Past) {
			continue
		}
		did = true
		if m != nil {
			if err := w.renew(t, f, g, m, d.At); err != nil {
				return err
			}
			continue
		}
		e, err := w.loadEntry(k)
		if err != nil {
			return err
		}
		if err := w.newMembership(t, e, g, &memberRecord{Membership: feed.Membership{Filed: d.At, Changed: d.At}}); err != nil {
			return err
		}
		if err := w.putGroup(g); err != nil {
			return err
		}
	}
	if !did {
		return refuse("all of it is included in topic %q already", d.Topic)
	}
	return nil
}

// renew notes that a filed group is included; what is Past is filed as of now.
func (w *writer) renew(t *topicState, f filing, g *groupRecord, m *memberRecord, at time.Time) error {
	t.see(at)
	m.Changed = at
	if !m.Past {
		return w.putMembership(f, g.Key, m)
	}
	if err := w.leaveFiling(g, f); err != nil {
		return err
	}
	f.filed = keyMilli(at)
	m.Filed, m.Past = at, false
	g.filings = append(g.filings, f)
	if err := w.putMembership(f, g.Key, m); err != nil {
		return err
	}
	return w.putGroup(g)
}
