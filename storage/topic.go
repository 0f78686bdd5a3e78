package storage

import (
	"encoding/binary"
	"fmt"
	"time"

	"topicwire/feed"
)

// A topicRecord is what is stored about a topic.
type topicRecord struct {
	number uint32
	// wanted is the hash of the topic's rules as last announced, 0 while it is
	// not configured; rules is the hash that every stored membership is in line
	// with, 0 while a refiling is under way.
	wanted, rules uint64
	changed       time.Time // of the newest change a reader can see
	// leads is the language whose reports lead the topic's stories, "" for any;
	// ruled is when the rules last changed.
	leads string
	ruled time.Time
}

func (t *topicRecord) encode(b []byte) []byte {
	b = append(b, 2)
	b = binary.BigEndian.AppendUint32(b, t.number)
	b = binary.BigEndian.AppendUint64(b, t.wanted)
	b = binary.BigEndian.AppendUint64(b, t.rules)
	b = putTime(b, t.changed)
	return putTime(putString(b, t.leads), t.ruled)
}

func (t *topicRecord) decode(v []byte) error {
	c := cursor{b: v}
	version := c.byte()
	if version != 1 && version != 2 && c.err == nil {
		return fmt.Errorf("topic record of version %d", version)
	}
	if b := c.take(20); b != nil {
		t.number = binary.BigEndian.Uint32(b)
		t.wanted = binary.BigEndian.Uint64(b[4:])
		t.rules = binary.BigEndian.Uint64(b[12:])
	}
	t.changed = c.time()
	if version == 2 {
		t.leads = c.string()
		t.ruled = c.time()
	}
	return c.err
}

// topic reads a topic's record, once a transaction; the first mention of a topic
// numbers it.
func (w *writer) topic(id feed.TopicID) (*topicState, error) {
	for _, t := range w.topics {
		if t.id == id {
			return t, nil
		}
	}
	t := &topicState{id: id}
	if v := w.topicB.Get([]byte(id)); v != nil {
		if err := t.decode(v); err != nil {
			return nil, fmt.Errorf("topic %s: %w", id, err)
		}
	} else {
		n, err := w.topicB.NextSequence()
		if err != nil {
			return nil, err
		}
		// Written at once: rules and topicNumbered walk the bucket.
		t.number = uint32(n)
		if err := w.topicB.Put([]byte(id), t.encode(nil)); err != nil {
			return nil, err
		}
	}
	w.topics = append(w.topics, t)
	return t, nil
}

// topicNumbered finds the topic of a number; memberships know only that.
func (w *writer) topicNumbered(number uint32) (*topicState, error) {
	for _, t := range w.topics {
		if t.number == number {
			return t, nil
		}
	}
	var id feed.TopicID
	c := w.topicB.Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if len(v) >= 5 && binary.BigEndian.Uint32(v[1:]) == number {
			id = feed.TopicID(k)
			break
		}
	}
	if id == "" {
		return nil, fmt.Errorf("topic number %d is not stored", number)
	}
	return w.topic(id)
}

// see notes a difference that the topic's readers can see.
func (t *topicState) see(at time.Time) {
	t.touched = true
	if at.After(t.changed) {
		t.changed, t.dirty = at, true
	}
}

// numberOf is the number of a topic that was ever named.
func (w *writer) numberOf(id feed.TopicID) (uint32, bool) {
	v := w.topicB.Get([]byte(id))
	if len(v) < 5 {
		return 0, false
	}
	return binary.BigEndian.Uint32(v[1:]), true
}
