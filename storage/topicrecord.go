package storage

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"strconv"
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
	// name is what names the topic in the id of its feed, "" for its id; see
	// feed.Topic.KnownAs.
	name string
	// public says that readers may have it: it is configured, and no draft. opened
	// says that they could once, since when it may have left the configuration.
	public, opened bool
}

// The flags of a topic's record.
const (
	topicPublic = 1 << iota
	topicOpened
)

func (t *topicRecord) encode(b []byte) []byte {
	b = append(b, 3)
	b = binary.BigEndian.AppendUint32(b, t.number)
	b = binary.BigEndian.AppendUint64(b, t.wanted)
	b = binary.BigEndian.AppendUint64(b, t.rules)
	b = putTime(b, t.changed)
	b = putString(putTime(putString(b, t.leads), t.ruled), t.name)
	return append(b, topicPublic*boolByte(t.public)|topicOpened*boolByte(t.opened))
}

func (t *topicRecord) decode(v []byte) error {
	c := cursor{b: v}
	version := c.byte()
	if (version < 1 || version > 3) && c.err == nil {
		return fmt.Errorf("topic record of version %d", version)
	}
	if b := c.take(20); b != nil {
		t.number = binary.BigEndian.Uint32(b)
		t.wanted = binary.BigEndian.Uint64(b[4:])
		t.rules = binary.BigEndian.Uint64(b[12:])
	}
	t.changed = c.time()
	if version >= 2 {
		t.leads = c.string()
		t.ruled = c.time()
	}
	if version >= 3 {
		t.name = c.string()
		flags := c.byte()
		t.public, t.opened = flags&topicPublic != 0, flags&topicOpened != 0
	} else {
		// Of one that had left the configuration by then nobody noted whether it was
		// a draft. Few are.
		t.opened = t.wanted == 0
	}
	return c.err
}

// A topicState is a topic touched in this transaction.
type topicState struct {
	id feed.TopicID
	topicRecord
	cuts    *cuts  // once a filing asked for them
	tally   *tally // once a row was counted
	dirty   bool   // the record differs from the stored one
	touched bool   // its readers can see a difference
}

// see notes a difference that the topic's readers can see.
func (t *topicState) see(at time.Time) {
	t.touched = true
	if at.After(t.changed) {
		t.changed, t.dirty = at, true
	}
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
		if id != feed.AllTopics {
			n, err := w.topicB.NextSequence()
			if err != nil {
				return nil, err
			}
			t.number = uint32(n)
			if t.name, err = w.freeName(id); err != nil {
				return nil, err
			}
		}
		// Written at once: configure and topicNumbered walk the bucket.
		if err := w.topicB.Put([]byte(id), t.encode(nil)); err != nil {
			return nil, err
		}
	}
	w.topics = append(w.topics, t)
	return t, nil
}

// freeName is what names a new topic in the id of its feed: "" for its id, unless
// another topic is known by that, since it had the id first.
func (w *writer) freeName(id feed.TopicID) (string, error) {
	if w.taken == nil {
		taken := make(map[string]bool)
		if err := w.topicB.ForEach(func(k, v []byte) error {
			var t topicRecord
			if err := t.decode(v); err != nil {
				return fmt.Errorf("topic %s: %w", k, err)
			}
			taken[t.name] = true
			return nil
		}); err != nil {
			return "", err
		}
		w.taken = taken
	}
	name := ""
	for n := 2; w.taken[cmp.Or(name, string(id))]; n++ {
		name = string(id) + " " + strconv.Itoa(n) // no id has a blank in it
	}
	return name, nil
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

// numberOf is the number of a topic that was ever named.
func (w *writer) numberOf(id feed.TopicID) (uint32, bool) {
	v := w.topicB.Get([]byte(id))
	if len(v) < 5 {
		return 0, false
	}
	return binary.BigEndian.Uint32(v[1:]), true
}
