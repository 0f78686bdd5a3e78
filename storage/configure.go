package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
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
	if err := w.leavePublic(); err != nil {
		return err
	}
	configured := idsOf(c.Topics, c.Hashes)
	if err := w.renameTopics(c, configured); err != nil {
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
	before, err := w.publicNumbers()
	if err != nil {
		return err
	}
	own, drafts := leads(c), drafts(c)
	first, _ := w.groups.Cursor().First()
	for _, tr := range c.Hashes {
		t, err := w.topic(tr.ID)
		if err != nil {
			return err
		}
		if t.wanted != tr.Hash {
			// Even back to rules that were once complete: a refiling that was
			// broken off may have changed some memberships since.
			t.rules, t.ruled = 0, time.UnixMilli(c.At.UnixMilli()).UTC() // as it is stored
		}
		t.wanted, t.leads, t.public, t.dirty = tr.Hash, own[tr.ID], !drafts[tr.ID], true
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
		if t.wanted != 0 || t.rules != 0 || t.public {
			t.wanted, t.rules, t.public, t.dirty = 0, 0, false, true
		}
	}
	after, err := w.publicNumbers()
	if err != nil || slices.Equal(before, after) {
		return err
	}
	all, err := w.all()
	if all != nil && first != nil {
		all.rules, all.dirty = 0, true
	}
	return err
}

// publicNumbers are the topics that readers may see, in ascending order.
func (w *writer) publicNumbers() (numbers []uint32, err error) {
	var ids []feed.TopicID
	cur := w.topicB.Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		ids = append(ids, feed.TopicID(k))
	}
	for _, id := range ids {
		t, err := w.topic(id)
		if err != nil {
			return nil, err
		}
		if t.public && t.number != allNumber {
			numbers = append(numbers, t.number)
		}
	}
	slices.Sort(numbers)
	return numbers, nil
}

// leavePublic notes which topics readers could have under the configuration that is
// about to be replaced.
func (w *writer) leavePublic() error {
	c, err := w.configuration()
	if c == nil || err != nil {
		return err
	}
	drafts := drafts(c)
	for _, tr := range c.Hashes {
		if drafts[tr.ID] {
			continue
		}
		t, err := w.topic(tr.ID)
		if err != nil {
			return err
		}
		t.dirty = t.dirty || !t.opened
		t.opened = true
	}
	return nil
}

// drafts are the topics of a configuration that are for operators' eyes only.
func drafts(c *feed.ConfigChange) map[feed.TopicID]bool {
	drafts := make(map[feed.TopicID]bool)
	for i := range c.Topics {
		if c.Topics[i].Draft {
			drafts[c.Topics[i].ID] = true
		}
	}
	return drafts
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
