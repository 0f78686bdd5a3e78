package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"slices"

	"topicwire/feed"
)

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
