package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// configure announces the configuration from here on. Where nothing is stored yet,
// nothing needs to be filed anew.
func (w *writer) configure(c *feed.ConfigChange) error {
	meta := w.tx.Bucket(bMeta)
	if err := meta.Put(kGeneration, key8(c.Generation)); err != nil {
		return err
	}
	v := w.db.EncodeChange(c)
	if err := w.tx.Bucket(bConfig).Put(kConfig, v); err != nil {
		return err
	}
	var err error
	if w.config, err = w.db.decodeConfig(v); err != nil { // as it will be read
		return err
	}
	own := leads(c)
	configured := make(map[feed.TopicID]bool, len(c.Hashes))
	first, _ := w.groups.Cursor().First()
	for _, tr := range c.Hashes {
		configured[tr.ID] = true
		t, err := w.topic(tr.ID)
		if err != nil {
			return err
		}
		if t.wanted != tr.Hash {
			// Even back to rules that were once complete: a refiling that was
			// broken off may have changed some memberships since.
			t.rules, t.ruled = 0, time.UnixMilli(c.At.UnixMilli()).UTC() // as it is stored
		}
		t.wanted, t.leads, t.dirty = tr.Hash, own[tr.ID], true
		if first == nil {
			t.rules = tr.Hash
		}
	}
	var gone []feed.TopicID
	cur := w.topicB.Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		if id := feed.TopicID(k); !configured[id] {
			gone = append(gone, id)
		}
	}
	for _, id := range gone {
		t, err := w.topic(id)
		if err != nil {
			return err
		}
		// What it missed meanwhile is filed when it returns.
		if t.wanted != 0 || t.rules != 0 {
			t.wanted, t.rules, t.dirty = 0, 0, true
		}
	}
	return nil
}

// leads are the languages whose reports lead the stories of topics: a topic's own
// where it publishes stories.
func leads(c *feed.ConfigChange) map[feed.TopicID]string {
	own := make(map[feed.TopicID]string)
	for i := range c.Topics {
		if t := &c.Topics[i]; t.Group == feed.GroupStory {
			own[t.ID] = t.Language
		}
	}
	return own
}

// configuration is the one in force, as it is stored; nil before the first.
func (w *writer) configuration() (c *feed.ConfigChange, err error) {
	if w.config == nil {
		w.config, err = w.db.loadConfig(w.tx)
	}
	return w.config, err
}

func (db *DB) loadConfig(tx *bolt.Tx) (*feed.ConfigChange, error) {
	v := tx.Bucket(bConfig).Get(kConfig)
	if v == nil {
		return nil, nil
	}
	return db.decodeConfig(v)
}

func (db *DB) decodeConfig(v []byte) (*feed.ConfigChange, error) {
	c, err := db.DecodeChange(v)
	if err != nil {
		return nil, fmt.Errorf("configuration: %w", err)
	}
	config, ok := c.(*feed.ConfigChange)
	if !ok {
		return nil, fmt.Errorf("configuration: it is a %T", c)
	}
	return config, nil
}

// Config is the configuration in force, nil before the first.
func (r *Reader) Config() (*feed.ConfigChange, error) { return r.db.loadConfig(r.tx) }

// Announced reports whether the configuration in force is that of c, whenever it was
// announced and under which generation.
func (r *Reader) Announced(c *feed.ConfigChange) (bool, error) {
	stored, err := r.Config()
	if stored == nil || err != nil {
		return false, err
	}
	like := *c
	like.At, like.Generation = stored.At, stored.Generation
	return bytes.Equal(r.db.EncodeChange(&like), r.db.EncodeChange(stored)), nil
}

// Stamp is the time of the newest change, in whole milliseconds; the zero time before
// the first. Editions are as of it.
func (r *Reader) Stamp() time.Time {
	if ms := readKey(r.tx.Bucket(bMeta).Get(kStamp)); ms != 0 {
		return milliKey(ms)
	}
	return time.Time{}
}

// Generation is that of the last ConfigChange, 0 before the first.
func (r *Reader) Generation() uint64 { return generation(r.tx) }

func generation(tx *bolt.Tx) uint64 {
	if v := tx.Bucket(bMeta).Get(kGeneration); len(v) == 8 {
		return binary.BigEndian.Uint64(v)
	}
	return 0
}

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
		// Written at once: configure and topicNumbered walk the bucket.
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
