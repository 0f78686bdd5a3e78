package storage

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	"topicwire/feed"
)

// undo takes a decision back. Where nothing that it changed has changed since,
// every record becomes what it was, but for the times at which readers of the
// topics could last see a difference: those are now. Where something has, the
// decision is turned round as far as that is possible: entries that joined
// meanwhile stay where they are, and what was removed does not come back.
func (w *writer) undo(d *feed.Decision, n uint64) error {
	was, err := loadDecision(w.decisions, d.Undo)
	if err != nil {
		return err
	}
	switch {
	case was == nil:
		return refuse("there is no decision %d", d.Undo)
	case was.UndoneBy != 0:
		return refuse("decision %d was undone by decision %d", d.Undo, was.UndoneBy)
	case was.Kind == feed.DecisionUndo:
		return refuse("decision %d is an undo itself; decide again what it took back", d.Undo)
	}
	untouched, err := w.untouched(&was.Did)
	if err != nil {
		return err
	}
	did := true
	switch {
	case untouched:
		err = w.restore(&was.Did, d.At)
	case len(was.Did.Moves) > 0:
		did, err = w.moveBack(was, n, d.At)
	default:
		did, err = w.ruleBack(was, d.At)
	}
	if err != nil {
		return err
	}
	if !did {
		return refuse("nothing is left of what decision %d did", d.Undo)
	}
	was.UndoneBy = n
	return w.putDecision(d.Undo, was)
}

// timeless is a record without the time of the newest change that readers see.
func timeless(bucket string, k, v []byte) ([]byte, error) {
	if bucket != string(bMembers) || len(v) == 0 {
		return v, nil
	}
	_, _, m, err := memberImage(k, v)
	if err != nil {
		return nil, err
	}
	m.Changed = time.Time{}
	return m.encode(nil), nil
}

// untouched reports whether everything is as the decision left it.
func (w *writer) untouched(did *changeLog) (bool, error) {
	for _, m := range did.Images {
		b, err := w.logged(m.Bucket)
		if err != nil {
			return false, err
		}
		now, err := timeless(m.Bucket, m.Key, b.Get(m.Key))
		if err != nil {
			return false, err
		}
		then, err := timeless(m.Bucket, m.Key, m.After)
		if err != nil || !bytes.Equal(now, then) {
			return false, err
		}
	}
	for _, m := range did.Moves {
		if m.Entry == 0 {
			continue // the record of a group says where it is
		}
		if w.entries.Get(key8(uint64(m.Entry))) == nil {
			return false, nil
		}
		for _, g := range []uint64{m.From, m.To} {
			if ruled, err := w.ruledSince(did, g); err != nil || ruled {
				return false, err
			}
		}
	}
	return true, nil
}

// ruledSince reports whether there are rulings on a group that there were not
// when its entries moved.
func (w *writer) ruledSince(did *changeLog, g uint64) (ruled bool, err error) {
	err = w.eachRuling(groupRuling, g, func(topic uint32, _ byte) error {
		k := rulingKey(groupRuling, g, topic)
		ruled = ruled || !slices.ContainsFunc(did.Images, func(o image) bool { return o.Bucket == string(bRulings) && bytes.Equal(o.Key, k) })
		return nil
	})
	return ruled, err
}

// restore puts every record back as it was.
func (w *writer) restore(did *changeLog, at time.Time) error {
	for i := len(did.Moves) - 1; i >= 0; i-- {
		if m := did.Moves[i]; m.Entry != 0 {
			if err := w.setGroup(m.Entry, feed.GroupKey(m.From)); err != nil {
				return err
			}
		}
	}
	for _, m := range did.Images {
		b, err := w.logged(m.Bucket)
		if err != nil {
			return err
		}
		v := m.Before
		if m.Bucket == string(bMembers) {
			if v, err = w.restoredMembership(m.Key, v, at); err != nil {
				return err
			}
		}
		if len(v) == 0 {
			err = b.Delete(m.Key)
		} else {
			err = b.Put(m.Key, v)
		}
		if err != nil {
			return err
		}
	}
	for _, m := range did.Images {
		if m.Bucket != string(bStories) || len(m.Before) == 0 {
			continue
		}
		// The dates of its entries may have changed since, without a trace in
		// the larger story.
		if err := w.remeasure(feed.StoryKey(binary.BigEndian.Uint64(m.Key))); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) restoredMembership(k, v []byte, at time.Time) ([]byte, error) {
	t, err := w.topicNumbered(binary.BigEndian.Uint32(k))
	if err != nil {
		return nil, err
	}
	t.see(at)
	if len(v) == 0 {
		return nil, nil
	}
	_, _, m, err := memberImage(k, v)
	if err != nil {
		return nil, err
	}
	m.Changed = at
	return m.encode(nil), nil
}

// ruleBack takes back the rulings of a decision that still stand, and what was
// filed because of them alone.
func (w *writer) ruleBack(was *decisionRecord, at time.Time) (bool, error) {
	did := false
	for _, m := range was.Did.Images {
		if m.Bucket != string(bRulings) || len(m.Key) != 13 || !bytes.Equal(w.rulings.Get(m.Key), m.After) {
			continue
		}
		class, subject, topic := m.Key[0], binary.BigEndian.Uint64(m.Key[1:]), binary.BigEndian.Uint32(m.Key[9:])
		g, err := w.ruledGroup(class, subject)
		if err != nil {
			return false, err
		}
		if g == nil {
			continue // it is no longer stored
		}
		var flags byte
		if len(m.Before) == 1 {
			flags = m.Before[0]
		}
		if _, err := w.rule(class, subject, topic, flags); err != nil {
			return false, err
		}
		did = true
		if f, ok := g.filed(topic); ok {
			// What only the ruling kept goes with it.
			kept := len(m.After) == 1 && m.After[0]&^flags&ruledIn != 0
			if err := w.unrule(g, f, kept, at); err != nil {
				return false, err
			}
		}
	}
	return did, nil
}

// ruledGroup is the group that a ruling is about, nil where it is gone.
func (w *writer) ruledGroup(class byte, subject uint64) (*groupRecord, error) {
	if class == groupRuling {
		if w.groups.Get(key8(subject)) == nil {
			return nil, nil
		}
		return w.loadGroup(feed.GroupKey(subject))
	}
	if w.entries.Get(key8(subject)) == nil {
		return nil, nil
	}
	return w.entryGroup(feed.EntryKey(subject))
}

// unrule notes that a ruling on a membership is gone, and drops one that was
// filed by it and has no reason of its own.
func (w *writer) unrule(g *groupRecord, f filing, kept bool, at time.Time) error {
	m, err := w.loadMembership(f, g.Key)
	if err != nil {
		return err
	}
	if len(m.Reasons) > 0 || !kept {
		return w.touchMembership(f, g.Key, at)
	}
	t, err := w.topicNumbered(f.topic)
	if err != nil {
		return err
	}
	g.filings = slices.DeleteFunc(g.filings, func(x filing) bool { return x == f })
	if err := w.dropMembership(t, f, g.Key, at); err != nil {
		return err
	}
	return w.putGroup(g)
}
