package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
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
	prefix, relieve := string(key4(t.number)), r.relieving()
	for k, v := back(); len(k) == 20 && string(k[:4]) == prefix; k, v = c.Prev() {
		relieve()
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
