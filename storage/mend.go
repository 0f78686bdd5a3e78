package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// What was filed while the clock was ahead would stand before all news until that time
// has come. A change that is over an hour older than what is filed finds that out
// (feed.WrongClock). It moves such filings, and the dates of their entries, to its own
// time; where they are many, the changes after it go on. Ids stay, and so do the order
// of a topic and who leads a group.

// A mending is how far a writer is with that: which bucket it goes through, and where.
type mending struct {
	phase byte   // mendNothing, or the bucket
	after []byte // the last key that was looked at
	dirty bool   // not as stored
}

// The phases of a mending. A file of a version before has none.
const (
	mendUnknown = iota
	mendNothing
	mendMembers
	mendTies
)

// mendStep is how many rows one change looks at, and mendMost how many groups it moves:
// enough for what a desk files in a day, and too few to hold up the changes behind it.
const (
	mendStep = 20000
	mendMost = 1000
)

func (w *writer) loadMending() {
	if v := w.tx.Bucket(bMeta).Get(kMending); len(v) > 0 {
		w.mending = mending{phase: v[0], after: bytes.Clone(v[1:])}
	}
}

func (w *writer) putMending() error {
	if !w.mending.dirty {
		return nil
	}
	return w.tx.Bucket(bMeta).Put(kMending, append([]byte{w.mending.phase}, w.mending.after...))
}

// mend is called before each change, with its time.
func (w *writer) mend(at time.Time) error {
	if at.IsZero() {
		return nil
	}
	bound := keyMilli(at.Add(feed.WrongClock))
	ahead := uint64(0)
	if w.stamp > bound {
		ahead, w.stamp = w.stamp, keyMilli(at)
	}
	if w.mending.phase == mendUnknown {
		newest, err := w.newestFiled()
		if err != nil {
			return err
		}
		ahead = max(ahead, newest)
		w.mending = mending{phase: mendNothing, dirty: true}
	}
	if ahead > bound {
		wrong, err := w.wasAhead(at, ahead)
		if err != nil {
			return err
		}
		if wrong {
			w.mending = mending{phase: mendMembers, dirty: true}
			if err := w.mendTopics(at); err != nil {
				return err
			}
		}
	}
	if w.mending.phase <= mendNothing {
		return nil
	}
	return w.mendSome(at, bound)
}

// wasAhead judges whose clock was wrong: that of what is stored, as far ahead as
// keyMilli ahead, or that of a change. Within a day it makes little difference. Farther,
// it was the stored one's where there is a leap in what sources brought, from before the
// change to long after it; where entries follow each other, the change is wrong, by a
// machine that does not know the year, and everything stays where it is.
func (w *writer) wasAhead(at time.Time, ahead uint64) (bool, error) {
	if ahead <= keyMilli(at.Add(wrongClock)) {
		return true, nil
	}
	var first time.Time // of those ahead
	c := w.entries.Cursor()
	for k, v := c.Last(); k != nil; k, v = c.Prev() {
		var e entryRecord
		head := cursor{b: v}
		if decodeEntryHead(&head, &e); head.err != nil {
			return false, fmt.Errorf("entry %x: %w", k, head.err)
		}
		if !e.Seen.After(at.Add(feed.WrongClock)) {
			return first.IsZero() || first.Sub(e.Seen) > wrongClock, nil
		}
		if first.IsZero() || e.Seen.Before(first) {
			first = e.Seen
		}
	}
	return false, nil // all of it is older than the store
}

// newestFiled is the keyMilli of the newest filing of all topics; 0 for none.
func (w *writer) newestFiled() (newest uint64, err error) {
	c := w.members.Cursor()
	err = w.topicB.ForEach(func(id, v []byte) error {
		if len(v) < 5 {
			return fmt.Errorf("topic %s: %w", id, errShort)
		}
		k, _ := c.Seek(key4(binary.BigEndian.Uint32(v[1:]) + 1))
		if k == nil {
			k, _ = c.Last()
		} else {
			k, _ = c.Prev()
		}
		if len(k) == 20 && bytes.Equal(k[:4], v[1:5]) {
			newest = max(newest, binary.BigEndian.Uint64(k[4:]))
		}
		return nil
	})
	return newest, err
}

// mendTopics takes back when topics are said to have changed.
func (w *writer) mendTopics(at time.Time) error {
	var ids []feed.TopicID
	if err := w.topicB.ForEach(func(id, _ []byte) error {
		ids = append(ids, feed.TopicID(id))
		return nil
	}); err != nil {
		return err
	}
	for _, id := range ids {
		t, err := w.topic(id)
		if err != nil {
			return err
		}
		if t.ruled.After(at.Add(feed.WrongClock)) {
			t.ruled, t.dirty = at, true
		}
		if t.changed.After(at.Add(feed.WrongClock)) {
			t.changed = time.Time{}
			t.see(at)
		}
	}
	return nil
}

// mendSome goes on where the change before stopped.
func (w *writer) mendSome(at time.Time, bound uint64) error {
	w.mending.dirty = true
	bucket, wrong := w.members, func(k, v []byte) (feed.GroupKey, error) {
		m, err := decodeMember(v)
		if err == nil && (binary.BigEndian.Uint64(k[4:]) > bound || keyMilli(m.changed) > bound) {
			return feed.GroupKey(binary.BigEndian.Uint64(k[12:])), nil
		}
		return 0, err
	}
	if w.mending.phase == mendTies { // what was filed once, and has no row now
		bucket, wrong = w.ties, func(k, v []byte) (feed.GroupKey, error) {
			ts, err := decodeTies(v)
			if err != nil || !slices.ContainsFunc(ts, func(t tie) bool { return t.filing.ahead(bound) }) {
				return 0, err
			}
			g, ok := w.groupOf(feed.EntryKey(binary.BigEndian.Uint64(k)))
			if !ok {
				return 0, nil
			}
			return g, nil
		}
	}
	groups, done, err := w.wrongIn(bucket, wrong)
	if err != nil {
		return err
	}
	for _, k := range groups {
		if err := w.mendGroup(k, at, bound); err != nil {
			return fmt.Errorf("mend group %d: %w", k, err)
		}
	}
	if done {
		w.mending.after = nil
		if w.mending.phase++; w.mending.phase > mendTies {
			w.mending.phase = mendNothing
		}
	}
	return nil
}

// wrongIn are the groups that wrong names of the next rows of a bucket, each once, in
// the order of the rows; done says that these are the last.
func (w *writer) wrongIn(bucket *bolt.Bucket, wrong func(k, v []byte) (feed.GroupKey, error)) (groups []feed.GroupKey, done bool, err error) {
	c := bucket.Cursor()
	k, v := c.Seek(w.mending.after)
	if k != nil && bytes.Equal(k, w.mending.after) {
		k, v = c.Next()
	}
	seen := make(map[feed.GroupKey]bool)
	for n := 0; n < mendStep && len(groups) < mendMost; n++ {
		if k == nil {
			return groups, true, nil
		}
		g, err := wrong(k, v)
		if err != nil {
			return nil, false, fmt.Errorf("row %x: %w", k, err)
		}
		if g != 0 && !seen[g] {
			seen[g] = true
			groups = append(groups, g)
		}
		w.mending.after = bytes.Clone(k)
		k, v = c.Next()
	}
	return groups, false, nil
}

// ahead reports whether a filing lies behind a keyMilli; none does not.
func (f *filing) ahead(bound uint64) bool {
	return f != nil && (keyMilli(f.at) > bound || keyMilli(f.again) > bound)
}

// mendGroup moves what is ahead of a group to a time: its filings, the dates of its
// entries, and its rows.
func (w *writer) mendGroup(k feed.GroupKey, at time.Time, bound uint64) error {
	g, err := w.loadGroup(k)
	if err != nil {
		return err
	}
	at = time.UnixMilli(at.UnixMilli()).UTC() // as it is stored
	redated := false
	for _, k := range g.Entries {
		e, err := w.loadEntry(k)
		if err != nil {
			return err
		}
		if keyMilli(e.Seen) <= bound && keyMilli(e.Updated) <= bound {
			continue
		}
		if keyMilli(e.Seen) > bound {
			e.Seen = at
		}
		settleDates(&e.Entry, e.Seen, at)
		if err := w.putEntry(e, nil); err != nil {
			return err
		}
		redated = true
	}
	if redated {
		if err := w.remeasure(g.Story); err != nil {
			return err
		}
	}
	ms, err := members(w.ties, g)
	if err != nil {
		return err
	}
	var held []*filing // that hold now, in some topic
	for i := range ms {
		for j := range ms[i].ties {
			if _, f := chosen(ms, ms[i].ties[j].topic); f != nil {
				held = append(held, f)
			}
		}
	}
	for i := range ms {
		moved := false
		for j := range ms[i].ties {
			f := ms[i].ties[j].filing
			if !f.ahead(bound) {
				continue
			}
			to := at
			if !slices.Contains(held, f) {
				to = at.Add(time.Millisecond) // behind the one that holds
			}
			if keyMilli(f.at) > bound {
				f.at = to
			}
			if keyMilli(f.again) > bound {
				f.again = to
			}
			moved = true
		}
		if moved {
			if err := w.putTies(ms[i].key, ms[i].ties); err != nil {
				return err
			}
		}
	}
	return w.settle(g, &settling{at: at, show: true, anew: true, first: func(*topicState, *groupRecord, feed.EntryKey) (*entryRecord, *filing, error) {
		return nil, nil, errors.New("nobody has its id")
	}})
}
