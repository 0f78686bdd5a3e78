package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
)

// refile decides the memberships of the named entries anew, in the named topics
// only. A step of rules that are no longer the current ones does nothing. The feed of
// all topics, where it is among them, follows from the others.
func (w *writer) refile(c *feed.Refiling) error {
	if generation(w.tx) != c.Generation {
		return nil
	}
	var topics []*topicState
	var all *topicState
	for _, id := range c.Topics {
		t, err := w.topic(id)
		switch {
		case err != nil:
			return err
		case id == feed.AllTopics:
			all = t
		default:
			topics = append(topics, t)
		}
	}
	for i := range c.Entries {
		if w.entries.Get(key8(uint64(c.Entries[i].Entry))) == nil {
			continue // retention took it since the step was worked out
		}
		if err := w.refileEntry(c, topics, all != nil, &c.Entries[i]); err != nil {
			return fmt.Errorf("refile entry %d: %w", c.Entries[i].Entry, err)
		}
	}
	if c.Done {
		for _, t := range topics {
			if err := w.dropBare(t, c.At); err != nil {
				return fmt.Errorf("refile topic %s: %w", t.id, err)
			}
			t.rules, t.dirty = t.wanted, true
		}
		if all != nil {
			all.rules, all.dirty = all.wanted, true
		}
	}
	return nil
}

// EachToRefile calls visit with the entries from a key on, until it returns false.
// concerned says that a Refiling of some topics has to name the entry though none of them
// takes it: it, or its group, is in one of them, or some of its story is gone. Where the
// feed of all topics is among them, every entry that is filed is concerned.
func (r *Reader) EachToRefile(from feed.EntryKey, topics []feed.TopicID, visit func(e feed.StoredEntry, concerned bool) bool) error {
	numbers := make(map[uint32]bool, len(topics))
	for _, id := range topics {
		t, ok, err := r.topic(id)
		if err != nil {
			return err
		}
		if ok {
			numbers[t.number] = true
		}
	}
	var failed error
	relieve := r.relieving()
	err := r.Entries(from, func(e feed.StoredEntry) bool {
		relieve()
		var concerned bool
		if concerned, failed = r.concerned(&e, numbers); failed != nil {
			failed = fmt.Errorf("entry %d: %w", e.Key, failed)
			return false
		}
		return visit(e, concerned)
	})
	return cmp.Or(err, failed)
}

func (r *Reader) concerned(e *feed.StoredEntry, topics map[uint32]bool) (bool, error) {
	g, err := loadGroup(r.tx.Bucket(bGroups), e.Group)
	if err != nil || len(g.gone) > 0 {
		return true, err
	}
	for _, p := range g.places {
		if topics[p.topic] || topics[allNumber] {
			return true, nil
		}
	}
	ts, err := loadTies(r.tx.Bucket(bTies), e.Key)
	if err != nil {
		return true, err
	}
	for i := range ts {
		if len(ts[i].reason) > 0 && topics[ts[i].topic] {
			return true, nil
		}
	}
	if v := r.tx.Bucket(bStories).Get(key8(uint64(g.Story))); isGrown(v) {
		s := &storyRecord{}
		if err := s.decode(v); err != nil || len(s.gone) > 0 {
			return true, err
		}
	}
	return false, nil
}

// dropBare takes away what a refiling left without a reason: the last entry of a
// group, at which that is decided, may have joined or gone while it ran.
func (w *writer) dropBare(t *topicState, at time.Time) error {
	prefix := key4(t.number)
	var groups []feed.GroupKey
	c := w.bare.Cursor()
	for k, _ := c.Seek(prefix); len(k) == 12 && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		groups = append(groups, feed.GroupKey(binary.BigEndian.Uint64(k[4:])))
	}
	for _, k := range groups {
		if err := w.bare.Delete(bareKey(t.number, k)); err != nil {
			return err
		}
		if w.groups.Get(key8(uint64(k))) == nil {
			continue // retention took it, or a decision
		}
		g, err := w.loadGroup(k)
		if err == nil {
			err = w.settle(g, &settling{at: at})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func bareKey(topic uint32, g feed.GroupKey) []byte {
	return binary.BigEndian.AppendUint64(key4(topic), uint64(g))
}

// backfill is the age up to which an entry that the new rules of a topic find
// counts as news.
func backfill(c *feed.Refiling, topic feed.TopicID) time.Duration {
	if i := slices.Index(c.Topics, topic); i >= 0 && i < len(c.Backfill) {
		return c.Backfill[i]
	}
	return feed.DefaultBackfill
}

func (w *writer) refileEntry(c *feed.Refiling, topics []*topicState, all bool, em *feed.EntryMatches) error {
	e, err := w.head(em.Entry)
	if err != nil {
		return err
	}
	g, err := w.loadGroup(e.group)
	if err != nil {
		return err
	}
	s := &settling{at: c.At, own: e.Key, anew: all, first: func(t *topicState, g *groupRecord, k feed.EntryKey) (*entryRecord, *filing, error) {
		e, err := w.loadEntry(k)
		if err != nil {
			return nil, nil, err
		}
		f := &filing{at: c.At}
		if when := e.When(); c.At.Sub(when) > backfill(c, t.id) {
			f.at, f.past = when, true // old news takes its place in the past
		}
		return w.firstFiling(t, g, e, f, refiled(t))
	}}
	if s.ties, err = loadTies(w.ties, e.Key); err != nil {
		return err
	}
	matches := slices.DeleteFunc(slices.Clone(em.Matches), func(m feed.Match) bool { return !slices.Contains(c.Topics, m.Topic) })
	if err := w.match(s, matches); err != nil {
		return err
	}
	for _, t := range topics {
		if slices.ContainsFunc(matches, func(m feed.Match) bool { return m.Topic == t.id }) {
			continue
		}
		if x := tieTo(s.ties, t.number); x != nil && len(x.reason) > 0 {
			x.reason = nil
			s.shows(t.number)
		}
		if err := w.unmatchGone(t, g, s); err != nil {
			return err
		}
		if err := w.hold(t, g, s); err != nil {
			return err
		}
	}
	if err := w.refileGone(c, topics, all, g.Story); err != nil {
		return err
	}
	if len(s.topics) == 0 && (!all || len(g.places) == 0) && !slices.ContainsFunc(topics, func(t *topicState) bool { _, filed := g.place(t.number); return filed }) {
		return nil // as for most entries
	}
	return w.settle(g, s)
}

// refileGone takes back the reasons of a story's groups that are all gone.
func (w *writer) refileGone(c *feed.Refiling, topics []*topicState, all bool, story feed.StoryKey) error {
	if !isGrown(w.stories.Get(key8(uint64(story)))) {
		return nil // it has one group, which is there
	}
	r, err := loadStory(w.stories, story)
	if err != nil {
		return err
	}
	for _, k := range r.gone {
		g, err := w.loadGroup(k)
		if err != nil {
			return err
		}
		s := &settling{at: c.At, anew: all}
		for _, t := range topics {
			if err := w.unmatchGone(t, g, s); err != nil {
				return err
			}
		}
		if len(s.topics) > 0 || all && len(g.places) > 0 {
			if err := w.settle(g, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// unmatchGone takes back the reasons of entries that retention removed: new rules
// cannot be asked about them.
func (w *writer) unmatchGone(t *topicState, g *groupRecord, s *settling) error {
	for _, k := range g.gone {
		ts, err := loadTies(w.ties, k)
		if err != nil {
			return err
		}
		if x := tieTo(ts, t.number); x != nil && len(x.reason) > 0 {
			x.reason = nil
			s.shows(t.number)
			if err := w.putTies(k, ts); err != nil {
				return err
			}
		}
	}
	return nil
}

// hold keeps a group without reasons in a topic until the last of its entries is
// asked, or the refiling ends: until then another may still match, and its id and
// time must not change because the rules did.
func (w *writer) hold(t *topicState, g *groupRecord, s *settling) error {
	if _, filed := g.place(t.number); !filed {
		return nil
	}
	key := bareKey(t.number, g.Key)
	if s.own >= slices.Max(g.Entries) {
		return w.bare.Delete(key)
	}
	ms, err := w.membersOf(g, s)
	if err != nil {
		return err
	}
	if _, kept := w.keeps(g, ms, t.number); !kept {
		return w.bare.Put(key, []byte{})
	}
	return nil
}
