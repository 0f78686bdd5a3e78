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
		did, err = w.ruleBack(was, d.Undo, d.At)
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
			if dropped, err := w.droppedSince(did, g); err != nil || dropped {
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

// droppedSince reports whether something is set aside for a group that was not
// when its entries moved.
func (w *writer) droppedSince(did *changeLog, g uint64) (dropped bool, err error) {
	err = w.eachDropped(feed.GroupKey(g), func(topic uint32) error {
		k := droppedKey(feed.GroupKey(g), topic)
		dropped = dropped || !slices.ContainsFunc(did.Images, func(o image) bool { return o.Bucket == string(bDropped) && bytes.Equal(o.Key, k) })
		return nil
	})
	return dropped, err
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
