package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
)

// EachFiled calls visit with the memberships of a topic, newest first, each with
// its group's entries, until it returns false or an error. It begins with those
// filed at from; the zero time is the newest. Hidden ones are among them, and
// say so.
func (r *Reader) EachFiled(topic feed.TopicID, from time.Time, visit func(feed.Filed) (bool, error)) error {
	return r.EachFiledBut(topic, from, nil, visit)
}

// EachFiledBut is EachFiled without the memberships that skip says to leave out: they
// cost next to nothing.
func (r *Reader) EachFiledBut(topic feed.TopicID, from time.Time, skip func(*Row) (bool, error), visit func(feed.Filed) (bool, error)) error {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return err
	}
	end := key4(t.number + 1)
	if !from.IsZero() {
		end = binary.BigEndian.AppendUint64(key4(t.number), keyMilli(from)+1)
	}
	c := r.tx.Bucket(bMembers).Cursor()
	back := c.Prev
	if after, _ := c.Seek(end); after == nil {
		back = c.Last
	}
	prefix := string(key4(t.number))
	for k, v := back(); len(k) == 20 && string(k[:4]) == prefix; k, v = c.Prev() {
		more, err := r.eachFiled(topic, Row{r, k, v}, skip, visit)
		if err != nil {
			return fmt.Errorf("topic %s: %w", topic, err)
		}
		if !more {
			return nil
		}
	}
	return nil
}

// eachFiled is one step of EachFiledBut.
func (r *Reader) eachFiled(topic feed.TopicID, row Row, skip func(*Row) (bool, error), visit func(feed.Filed) (bool, error)) (more bool, err error) {
	if skip != nil {
		if left, err := skip(&row); left || err != nil {
			return true, err
		}
	}
	f, err := r.filed(topic, binary.BigEndian.Uint32(row.k), row.k, row.v)
	if err != nil {
		return false, err
	}
	return visit(f)
}

// A Row is a membership of which no entry has been read. It is valid until skip of
// EachFiledBut returns.
type Row struct {
	r    *Reader
	k, v []byte
}

// Filed is when the membership was filed, in whole milliseconds.
func (w *Row) Filed() time.Time { return milliKey(binary.BigEndian.Uint64(w.k[4:])) }

// Group is the group that is filed.
func (w *Row) Group() feed.GroupKey { return feed.GroupKey(binary.BigEndian.Uint64(w.k[12:])) }

// Past is that of the membership.
func (w *Row) Past() bool { return isPast(w.v) }

// AllOf reports whether all entries of the group that nobody hid are of some sources.
// The feed of all topics does not know what is hidden.
func (w *Row) AllOf(sources map[feed.SourceID]bool) (bool, error) {
	m, err := decodeMember(w.v)
	if err != nil {
		return false, err
	}
	if binary.BigEndian.Uint32(w.k) == allNumber || !m.known {
		g, err := loadGroup(w.r.tx.Bucket(bGroups), feed.GroupKey(binary.BigEndian.Uint64(w.k[12:])))
		if err != nil {
			return false, err
		}
		for _, k := range g.Entries {
			e, err := loadHead(w.r.tx.Bucket(bEntries), k)
			if err != nil {
				return false, err
			}
			m.reports = append(m.reports, reportRow{source: e.source})
		}
	}
	for i := range m.reports {
		id, err := sourceName(w.r.tx.Bucket(bNumbers), m.reports[i].source)
		if err != nil || !sources[id] {
			return false, err
		}
	}
	return true, nil
}

// EachFiledGroup calls visit with every group that a topic has filed and of which an entry
// is left, in the order of the feed, and whether operators hid it there, or some of it, or
// put it there.
func (r *Reader) EachFiledGroup(topic feed.TopicID, visit func(k feed.GroupKey, decided bool)) error {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return err
	}
	decided, err := r.decidedIn(t.number)
	if err != nil {
		return fmt.Errorf("topic %s: %w", topic, err)
	}
	groups := r.tx.Bucket(bGroups)
	c := r.tx.Bucket(bMembers).Cursor()
	prefix := key4(t.number)
	for k, v := c.Seek(prefix); len(k) == 20 && bytes.HasPrefix(k, prefix); k, v = c.Next() {
		group := feed.GroupKey(binary.BigEndian.Uint64(k[12:]))
		m, err := decodeMember(v)
		if err == nil && len(m.reports) == 0 {
			var g *groupRecord
			if g, err = loadGroup(groups, group); err == nil && len(g.Entries) == 0 {
				continue
			}
		}
		if err != nil {
			return fmt.Errorf("topic %s: %w", topic, err)
		}
		visit(group, decided[group])
	}
	return nil
}

// decidedIn are the groups that operators decided about in a topic: those that they hid or
// put there, and those of which they hid an entry that is left.
func (r *Reader) decidedIn(topic uint32) (map[feed.GroupKey]bool, error) {
	decided := make(map[feed.GroupKey]bool)
	entries := r.tx.Bucket(bEntries)
	c := r.tx.Bucket(bRulings).Cursor()
	for k, v := c.First(); k != nil; k, v = c.Next() {
		if len(k) != 13 || len(v) != 1 || binary.BigEndian.Uint32(k[9:]) != topic {
			continue
		}
		key := binary.BigEndian.Uint64(k[1:])
		switch {
		case k[0] == groupRuling:
			decided[feed.GroupKey(key)] = true
		case v[0]&ruledOut != 0 && entries.Get(key8(key)) != nil:
			e, err := loadHead(entries, feed.EntryKey(key))
			if err != nil {
				return nil, err
			}
			decided[e.group] = true
		}
	}
	return decided, nil
}

// Filed is the newest memberships of a topic, newest first, at most limit of
// them, each with its group's entries.
func (r *Reader) Filed(topic feed.TopicID, limit int) ([]feed.Filed, error) {
	var all []feed.Filed
	if limit <= 0 {
		return nil, nil
	}
	err := r.EachFiled(topic, time.Time{}, func(f feed.Filed) (bool, error) {
		all = append(all, f)
		return len(all) < limit, nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// filed reads a membership with the members of its group.
func (r *Reader) filed(topic feed.TopicID, number uint32, k, v []byte) (feed.Filed, error) {
	g, err := loadGroup(r.tx.Bucket(bGroups), feed.GroupKey(binary.BigEndian.Uint64(k[12:])))
	if err != nil {
		return feed.Filed{}, err
	}
	return r.filedAs(topic, g, place{number, binary.BigEndian.Uint64(k[4:])}, v)
}

func (r *Reader) filedAs(topic feed.TopicID, g *groupRecord, p place, v []byte) (feed.Filed, error) {
	m, err := r.membership(topic, g, p, v)
	if err != nil {
		return feed.Filed{}, err
	}
	f := feed.Filed{Membership: m, Story: g.Story}
	if len(g.Entries) == 0 {
		row, err := decodeMember(v)
		if err != nil {
			return f, err
		}
		if e, ok, err := headOrGhost(r.tx.Bucket(bEntries), r.tx.Bucket(bGhosts), row.owner); err != nil {
			return f, err
		} else if ok {
			f.Gone = e.Seen
		}
	}
	for _, k := range g.Entries {
		e, err := r.Entry(k)
		if err != nil {
			return feed.Filed{}, err
		}
		f.Entries = append(f.Entries, e)
		p, ok, err := r.placed(&e, g.Story)
		if err != nil {
			return feed.Filed{}, err
		}
		if ok && !slices.Contains(g.Entries, p.Partner) {
			ok, err = r.Holds(&p)
			if err != nil {
				return feed.Filed{}, err
			}
		}
		if ok {
			f.Placed = append(f.Placed, p)
		}
	}
	return f, nil
}

// membership is what a group is in a topic, by its row there and the ties of its
// entries. The reasons stand in the order of the group.
func (r *Reader) membership(topic feed.TopicID, g *groupRecord, p place, v []byte) (m feed.Membership, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("membership of group %d: %w", g.Key, err)
		}
	}()
	row, err := decodeMember(v)
	if err != nil {
		return m, err
	}
	ms, err := members(r.tx.Bucket(bTies), g)
	if err != nil {
		return m, err
	}
	owner, f := chosen(ms, p.topic)
	if f == nil {
		return m, errors.New("nobody has its id")
	}
	rulings := r.tx.Bucket(bRulings)
	m = feed.Membership{
		Topic: topic, Group: g.Key, PublicID: f.public, Owner: owner, Filed: milliKey(p.filed), Past: row.past, Changed: row.changed, Voice: f.voice,
		InsteadOf: feed.GroupKey(f.insteadOf), Hidden: hiddenOf(rulings, g, p.topic),
		Included: ruled(rulings, groupRuling, uint64(g.Key), p.topic)&ruledIn != 0,
	}
	m.Lead = lead(ms, p.topic, owner, m.Hidden)
	if f.insteadOf != 0 {
		e, ok, err := headOrGhost(r.tx.Bucket(bEntries), r.tx.Bucket(bGhosts), f.insteadOf)
		if err != nil {
			return m, err
		}
		if ok {
			m.InsteadOf = e.group
		}
	}
	for i := range ms {
		t := tieTo(ms[i].ties, p.topic)
		if t != nil && t.filing != nil && ms[i].key != owner {
			m.Given = append(m.Given, feed.GivenID{Entry: ms[i].key, PublicID: t.filing.public})
		}
		if t == nil || len(t.reason) == 0 || ms[i].gone {
			continue
		}
		c := cursor{b: t.reason}
		m.Reasons = append(m.Reasons, feed.EntryReason{Entry: ms[i].key, Reason: c.reason()})
		if c.err != nil {
			return m, c.err
		}
	}
	return m, nil
}

// StoryFiled is what a topic filed of a story, also of groups that are all gone: the
// story may go by the id of one.
func (r *Reader) StoryFiled(topic feed.TopicID, k feed.StoryKey) (all []feed.Filed, err error) {
	s, err := loadStory(r.tx.Bucket(bStories), k)
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Concat(s.Groups, s.gone) {
		f, ok, err := r.FiledOf(topic, k)
		if err != nil {
			return nil, err
		}
		if ok {
			all = append(all, f)
		}
	}
	return all, nil
}

// FiledOf is a group as a topic filed it; ok is false where it did not.
func (r *Reader) FiledOf(topic feed.TopicID, k feed.GroupKey) (f feed.Filed, ok bool, err error) {
	g, p, v, err := r.row(topic, k)
	if err != nil || v == nil {
		return f, false, err
	}
	f, err = r.filedAs(topic, g, p, v)
	return f, err == nil, err
}

// row is where a group stands in a topic; v is nil where it does not.
func (r *Reader) row(topic feed.TopicID, k feed.GroupKey) (g *groupRecord, p place, v []byte, err error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return nil, p, nil, err
	}
	if g, err = loadGroup(r.tx.Bucket(bGroups), k); err != nil {
		return nil, p, nil, err
	}
	if p, ok = g.place(t.number); !ok {
		return g, p, nil, nil
	}
	return g, p, r.tx.Bucket(bMembers).Get(memberKey(p, k)), nil
}

// Membership is a group's membership in a topic; ok is false where it has none, or
// nothing is left of the group.
func (r *Reader) Membership(topic feed.TopicID, group feed.GroupKey) (m feed.Membership, ok bool, err error) {
	g, p, v, err := r.row(topic, group)
	if err != nil || v == nil || len(g.Entries) == 0 {
		return m, false, err
	}
	m, err = r.membership(topic, g, p, v)
	return m, err == nil, err
}

// Dropped is the membership that a group had in a topic before the rules took it
// away, and gets back when it matches again; ok is false where there is none. It
// has no reasons, and nothing that operators decided.
func (r *Reader) Dropped(topic feed.TopicID, group feed.GroupKey) (m feed.Membership, ok bool, err error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return m, false, err
	}
	g, err := loadGroup(r.tx.Bucket(bGroups), group)
	if err != nil {
		return m, false, err
	}
	ms, err := members(r.tx.Bucket(bTies), g)
	if err != nil {
		return m, false, err
	}
	owner, f := chosen(ms, t.number)
	if _, filed := g.place(t.number); filed || f == nil {
		return m, false, nil
	}
	return feed.Membership{
		Topic: topic, Group: group, PublicID: f.public, Filed: f.at, Past: f.past, Voice: f.voice, InsteadOf: feed.GroupKey(f.insteadOf),
		Lead: lead(ms, t.number, owner, nil),
	}, true, nil
}

// Memberships are those of a group in every topic, also of topics that are no
// longer configured, in the order of the topics' numbers; without what the feed of all
// topics has.
func (r *Reader) Memberships(group feed.GroupKey) ([]feed.Membership, error) {
	g, err := loadGroup(r.tx.Bucket(bGroups), group)
	if err != nil || len(g.places) == 0 || len(g.Entries) == 0 {
		return nil, err
	}
	names := r.topicNames()
	var all []feed.Membership
	for _, p := range g.places {
		if p.topic == allNumber {
			continue
		}
		m, err := r.membership(names[p.topic], g, p, r.tx.Bucket(bMembers).Get(memberKey(p, group)))
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

// topicNames are the topics by number, looked up once a reader.
func (r *Reader) topicNames() map[uint32]feed.TopicID {
	if r.names == nil {
		r.names = make(map[uint32]feed.TopicID)
		c := r.tx.Bucket(bTopics).Cursor()
		for k, v := c.First(); k != nil; k, v = c.Next() {
			if len(v) >= 5 {
				r.names[binary.BigEndian.Uint32(v[1:])] = feed.TopicID(k)
			}
		}
	}
	return r.names
}
