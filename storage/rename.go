package storage

import (
	"encoding/json"
	"fmt"
	"slices"

	"topicwire/feed"
)

// A topic that is configured under a new id is the one that it was: its record moves,
// and with it, under the same number, everything that is stored of it. Readers get
// nothing a second time.

// formerOf is the former id of a topic under which it is stored, "" for none: where
// nothing was ever filed under its own, the first of Was that something was filed under
// and that no topic is configured as, else the first that is known at all.
func formerOf(t *feed.Topic, configured map[feed.TopicID]bool, stored func(feed.TopicID) (topicRecord, bool, error)) (feed.TopicID, error) {
	own, ok, err := stored(t.ID)
	if err != nil || ok && !own.changed.IsZero() {
		return "", err
	}
	var known feed.TopicID
	for _, id := range t.Was {
		if configured[id] {
			continue
		}
		r, ok, err := stored(id)
		switch {
		case err != nil:
			return "", err
		case ok && !r.changed.IsZero():
			return id, nil
		case ok && known == "":
			known = id
		}
	}
	return known, nil
}

// idsOf are the ids that topics are configured under.
func idsOf(topics []feed.Topic, hashes []feed.TopicRules) map[feed.TopicID]bool {
	ids := make(map[feed.TopicID]bool, len(topics))
	for i := range topics {
		ids[topics[i].ID] = true
	}
	for i := range hashes {
		ids[hashes[i].ID] = true
	}
	return ids
}

// renameTopics lets what is stored follow topics that have another id than before.
func (w *writer) renameTopics(c *feed.ConfigChange, configured map[feed.TopicID]bool) error {
	stored := func(id feed.TopicID) (r topicRecord, ok bool, err error) {
		if w.topicB.Get([]byte(id)) == nil {
			return r, false, nil
		}
		t, err := w.topic(id)
		if err != nil {
			return r, false, err
		}
		return t.topicRecord, true, nil
	}
	for i := range c.Topics {
		if len(c.Topics[i].Was) == 0 {
			continue
		}
		from, err := formerOf(&c.Topics[i], configured, stored)
		if err == nil && from != "" {
			err = w.renameTopic(from, c.Topics[i].ID)
		}
		if err != nil {
			return fmt.Errorf("rename topic to %s: %w", c.Topics[i].ID, err)
		}
	}
	return nil
}

// renameTopic gives a stored topic another id. What is stored under that, of which
// nothing knows the number, is forgotten.
func (w *writer) renameTopic(from, to feed.TopicID) error {
	w.topics = slices.DeleteFunc(w.topics, func(t *topicState) bool { return t.id == to })
	t, err := w.topic(from)
	if err != nil {
		return err
	}
	if t.name == "" {
		t.name = string(from)
	}
	if t.name == string(to) {
		t.name = ""
	}
	t.id, t.dirty, w.taken = to, true, nil
	if err := w.topicB.Delete([]byte(from)); err != nil {
		return err
	}
	if err := w.topicB.Put([]byte(to), t.encode(nil)); err != nil {
		return err
	}
	return w.renameDecided(from, to)
}

// renameDecided lets decisions name a topic by its new id.
func (w *writer) renameDecided(from, to feed.TopicID) error {
	var numbers [][]byte
	if err := w.decisions.ForEach(func(k, _ []byte) error {
		numbers = append(numbers, slices.Clone(k))
		return nil
	}); err != nil {
		return err
	}
	for _, k := range numbers {
		d, err := loadDecision(w.decisions, readKey(k))
		if err != nil {
			return err
		}
		if d.Topic != from {
			continue
		}
		d.Topic = to
		v, err := json.Marshal(d)
		if err == nil {
			err = w.decisions.Put(k, v)
		}
		if err != nil {
			return fmt.Errorf("decision %d: %w", readKey(k), err)
		}
	}
	return nil
}

// StoredAs is the id under which each topic of a configuration is stored, also before
// that configuration is announced: its own, or a former one that it is to be renamed
// from.
func (r *Reader) StoredAs(topics []feed.Topic) (map[feed.TopicID]feed.TopicID, error) {
	configured := idsOf(topics, nil)
	as := make(map[feed.TopicID]feed.TopicID, len(topics))
	for i := range topics {
		t := &topics[i]
		from, err := formerOf(t, configured, r.topic)
		if err != nil {
			return nil, err
		}
		if as[t.ID] = t.ID; from != "" {
			as[t.ID] = from
		}
	}
	return as, nil
}
