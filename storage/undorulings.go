package storage

import (
	"bytes"
	"encoding/binary"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// ruleBack takes back the rulings of a decision, of a number, that still stand,
// and what was filed because of them alone.
func (w *writer) ruleBack(was *decisionRecord, n uint64, at time.Time) (bool, error) {
	did := false
	for i := range was.Did.Images {
		if was.Did.Images[i].Bucket != string(bRulings) {
			continue
		}
		r, err := w.standing(was, &was.Did.Images[i])
		if err != nil {
			return false, err
		}
		if r == nil {
			continue
		}
		did = true
		if r.kept {
			// Another decision may include the group too, since they were merged.
			again, err := w.included(r.topic, r.group.Entries, n)
			if err != nil {
				return false, err
			}
			if again {
				continue
			}
		}
		if _, err := w.rule(r.class, r.subject, r.topic, r.flags); err != nil {
			return false, err
		}
		if f, ok := r.group.filed(r.topic); ok {
			if err := w.unrule(was, r, f, at); err != nil {
				return false, err
			}
		}
	}
	return did, nil
}

// A standingRuling is one that a decision made, where it is now.
type standingRuling struct {
	class   byte
	subject uint64
	topic   uint32
	group   *groupRecord
	flags   byte // without the decision
	kept    bool // it may be all that keeps the group in the topic
}

// standing finds the ruling of an image; nil where it is no more.
func (w *writer) standing(was *decisionRecord, m *image) (*standingRuling, error) {
	if len(m.Key) != 13 {
		return nil, nil
	}
	r := &standingRuling{class: m.Key[0], subject: binary.BigEndian.Uint64(m.Key[1:]), topic: binary.BigEndian.Uint32(m.Key[9:])}
	if len(m.Before) == 1 {
		r.flags = m.Before[0]
	}
	r.kept = len(m.After) == 1 && m.After[0]&^r.flags&ruledIn != 0
	var err error
	if bytes.Equal(w.rulings.Get(m.Key), m.After) {
		r.group, err = w.ruledGroup(r.class, r.subject)
		if err != nil || r.group != nil {
			return r, err
		}
	}
	if !r.kept || w.groups.Get(key8(r.subject)) != nil {
		return nil, nil
	}
	// Its group was merged into another one, and the ruling went along.
	for _, k := range append([]feed.EntryKey{feed.EntryKey(r.subject)}, was.Entries...) {
		g, err := w.ruledGroup(entryRuling, uint64(k))
		if err != nil {
			return nil, err
		}
		if g == nil {
			continue
		}
		if now := w.ruling(groupRuling, uint64(g.Key), r.topic); now&ruledIn != 0 {
			r.subject, r.group, r.flags = uint64(g.Key), g, now&^ruledIn
			return r, nil
		}
	}
	return nil, nil
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

// included reports whether a decision in force, other than the one of a number,
// includes one of some entries in a topic.
func (w *writer) included(topic uint32, entries []feed.EntryKey, except uint64) (bool, error) {
	t, err := w.topicNumbered(topic)
	if err != nil {
		return false, err
	}
	return includes(w.decisions, t.id, entries, except)
}

func includes(decisions *bolt.Bucket, topic feed.TopicID, entries []feed.EntryKey, except uint64) (bool, error) {
	c := decisions.Cursor()
	for k, _ := c.First(); len(k) == 8; k, _ = c.Next() {
		n := binary.BigEndian.Uint64(k)
		d, err := loadDecision(decisions, n)
		if err != nil {
			return false, err
		}
		if n != except && d.Kind == feed.DecisionInclude && d.UndoneBy == 0 && d.Topic == topic &&
			slices.ContainsFunc(d.Entries, func(k feed.EntryKey) bool { return slices.Contains(entries, k) }) {
			return true, nil
		}
	}
	return false, nil
}

// unrule notes that a ruling on a membership is gone. One that was filed before
// it was included gets its time back; one that has no reason of its own goes.
func (w *writer) unrule(was *decisionRecord, r *standingRuling, f filing, at time.Time) error {
	g := r.group
	if !r.kept {
		return w.touchMembership(f, g.Key, at)
	}
	m, err := w.loadMembership(f, g.Key)
	if err != nil {
		return err
	}
	before, err := filedBefore(&was.Did, f.topic, m)
	if err != nil {
		return err
	}
	t, err := w.topicNumbered(f.topic)
	if err != nil {
		return err
	}
	t.see(at)
	m.Changed = at
	if before != nil {
		if err := w.leaveFiling(g, f); err != nil {
			return err
		}
		f.filed = keyMilli(before.Filed)
		m.Filed, m.Past = before.Filed, before.Past
		g.filings = append(g.filings, f)
	}
	if err := w.putMembership(f, g.Key, m); err != nil {
		return err
	}
	switch {
	case len(m.Reasons) > 0:
	case before != nil:
		err = w.setAside(t, f, g, at)
	default:
		g.filings = slices.DeleteFunc(g.filings, func(x filing) bool { return x == f })
		err = w.dropMembership(t, f, g.Key, at)
	}
	if err != nil {
		return err
	}
	return w.putGroup(g)
}

// filedBefore is a membership as it was before a decision; nil where there was
// none.
func filedBefore(did *changeLog, topic uint32, m *memberRecord) (*memberRecord, error) {
	for i := range did.Images {
		o := &did.Images[i]
		if len(o.Before) == 0 {
			continue
		}
		var old *memberRecord
		var number uint32
		var err error
		switch {
		case o.Bucket == string(bMembers):
			var f filing
			_, f, old, err = memberImage(o.Key, o.Before)
			number = f.topic
		case o.Bucket == string(bDropped) && len(o.Key) == 12:
			old, err = decodeDropped(o.Before)
			number = binary.BigEndian.Uint32(o.Key[8:])
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		if number == topic && old.PublicID == m.PublicID {
			return old, nil
		}
	}
	return nil, nil
}
