package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// cuts is what a filing needs to know of its topic's archives: where the open one
// begins, and the earliest filing below it since archives were last cut.
type cuts struct {
	open, disturbed uint64 // keyMilli; 0 for the beginning of time, and for none
}

func archiveKey(topic uint32, number int) []byte {
	return binary.BigEndian.AppendUint32(key4(topic), uint32(number))
}

// beginKey is where an archive begins, as the rest of a membership's key.
func beginKey(at feed.FiledAt) []byte {
	return binary.BigEndian.AppendUint64(key8(keyMilli(at.Filed)), uint64(at.Group))
}

func filedAt(b []byte) feed.FiledAt {
	return feed.FiledAt{Filed: milliKey(binary.BigEndian.Uint64(b)), Group: feed.GroupKey(binary.BigEndian.Uint64(b[8:]))}
}

// archive cuts a topic's archives anew, from one on.
func (w *writer) archive(c *feed.Archiving) error {
	t, err := w.topic(c.Topic)
	if err != nil {
		return err
	}
	if c.From < 2 {
		return fmt.Errorf("archive %d of topic %s is always the first", c.From, c.Topic)
	}
	for n := len(beginnings(w.archives, t.number)) + 1; n >= c.From; n-- {
		if err := w.archives.Delete(archiveKey(t.number, n)); err != nil {
			return err
		}
	}
	for i, at := range c.Begin {
		if err := w.archives.Put(archiveKey(t.number, c.From+i), beginKey(at)); err != nil {
			return err
		}
	}
	t.cuts, t.touched = nil, true // the topic's document names the newest archive
	return w.archives.Delete(archiveKey(t.number, 0))
}

// disturb notes that a topic files something where an archive is closed already: a
// source's first document brought it, or new rules.
func (w *writer) disturb(t *topicState, p place) error {
	if t.cuts == nil {
		t.cuts = &cuts{disturbed: readKey(w.archives.Get(archiveKey(t.number, 0)))}
		if begins := beginnings(w.archives, t.number); len(begins) > 0 {
			t.cuts.open = keyMilli(begins[len(begins)-1].Filed)
		}
	}
	if p.filed >= t.cuts.open || t.cuts.disturbed != 0 && t.cuts.disturbed <= p.filed {
		return nil
	}
	t.cuts.disturbed = p.filed
	return w.archives.Put(archiveKey(t.number, 0), key8(p.filed))
}

// beginnings is where the archives of a topic begin, from the second on.
func beginnings(archives *bolt.Bucket, topic uint32) (all []feed.FiledAt) {
	c := archives.Cursor()
	for k, v := c.Seek(archiveKey(topic, 1)); len(k) == 8 && bytes.Equal(k[:4], key4(topic)); k, v = c.Next() {
		all = append(all, filedAt(v))
	}
	return all
}

// Archives is where each archive of a topic begins, archive 1 with the zero value.
func (r *Reader) Archives(topic feed.TopicID) ([]feed.FiledAt, error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return nil, err
	}
	return r.archives(t.number), nil
}

func (r *Reader) archives(topic uint32) []feed.FiledAt {
	return append([]feed.FiledAt{{}}, beginnings(r.tx.Bucket(bArchives), topic)...)
}

// Uncut is how a topic's archives are to be cut, for the one that is full and for those
// that something was filed in since; nil where they are as they should be. It looks at
// no more than it must: usually the open archive.
func (r *Reader) Uncut(topic feed.TopicID) (*feed.Archiving, error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return nil, err
	}
	begins := r.archives(t.number)
	n := len(begins) // the number of the open one
	disturbed := readKey(r.tx.Bucket(bArchives).Get(archiveKey(t.number, 0)))
	for disturbed != 0 && n > 1 && keyMilli(begins[n-1].Filed) > disturbed {
		n--
	}
	c := &feed.Archiving{Topic: topic, From: n + 1}
	count := 0
	r.eachPlace(t.number, begins[n-1], func(at feed.FiledAt) {
		if count++; count > feed.ArchiveSize {
			c.Begin = append(c.Begin, at)
			count = 1
		}
	})
	if disturbed == 0 && len(c.Begin) == 0 {
		return nil, nil
	}
	return c, nil
}

// eachPlace visits where the memberships of a topic are filed, from one place on.
func (r *Reader) eachPlace(topic uint32, from feed.FiledAt, visit func(feed.FiledAt)) {
	c := r.tx.Bucket(bMembers).Cursor()
	for k, _ := c.Seek(placeKey(topic, from)); len(k) == 20 && bytes.Equal(k[:4], key4(topic)); k, _ = c.Next() {
		visit(filedAt(k[4:]))
	}
}

// placeKey is memberKey of a place; that of the zero value is before all others.
func placeKey(topic uint32, at feed.FiledAt) []byte {
	if at == (feed.FiledAt{}) {
		return key4(topic)
	}
	return append(key4(topic), beginKey(at)...)
}

// Between calls visit with the memberships of a topic that are filed at from or later
// and before to, each with its group's entries, the earliest first. The zero value of
// to is the end of time.
func (r *Reader) Between(topic feed.TopicID, from, to feed.FiledAt, visit func(feed.Filed) error) error {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return err
	}
	end := key4(t.number + 1)
	if to != (feed.FiledAt{}) {
		end = placeKey(t.number, to)
	}
	c := r.tx.Bucket(bMembers).Cursor()
	for k, v := c.Seek(placeKey(t.number, from)); len(k) == 20 && bytes.Compare(k, end) < 0; k, v = c.Next() {
		f, err := r.filed(topic, t.number, k, v)
		if err == nil {
			err = visit(f)
		}
		if err != nil {
			return fmt.Errorf("topic %s: %w", topic, err)
		}
	}
	return nil
}

// HoldsBetween reports whether a topic files anything at from or later and before to.
func (r *Reader) HoldsBetween(topic feed.TopicID, from, to feed.FiledAt) (bool, error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return false, err
	}
	k, _ := r.tx.Bucket(bMembers).Cursor().Seek(placeKey(t.number, from))
	if len(k) != 20 || !bytes.Equal(k[:4], key4(t.number)) {
		return false, nil
	}
	return to == (feed.FiledAt{}) || filedAt(k[4:]).Before(to), nil
}

// Listed calls visit with the memberships of a topic that are filed at from or later and
// before to, the earliest first; the zero value of to is the end of time. It reads no
// entry, and leaves out what readers do not see.
func (r *Reader) Listed(topic feed.TopicID, from, to feed.FiledAt, visit func(feed.Listed)) error {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return err
	}
	names := make(map[uint32]feed.SourceID)
	end := key4(t.number + 1)
	if to != (feed.FiledAt{}) {
		end = placeKey(t.number, to)
	}
	c := r.tx.Bucket(bMembers).Cursor()
	for k, v := c.Seek(placeKey(t.number, from)); len(k) == 20 && bytes.Compare(k, end) < 0; k, v = c.Next() {
		m, err := decodeMember(v)
		if err != nil {
			return fmt.Errorf("topic %s: %w", topic, err)
		}
		if len(m.reports) == 0 {
			continue
		}
		l := feed.Listed{FiledAt: filedAt(k[4:]), Past: m.past, Reports: make([]feed.ListedReport, len(m.reports))}
		for i := range m.reports {
			source := m.reports[i].source
			if names[source] == "" {
				if names[source], err = sourceName(r.tx.Bucket(bNumbers), source); err != nil {
					return err
				}
			}
			l.Reports[i] = feed.ListedReport{Source: names[source], Language: m.reports[i].language}
		}
		visit(l)
	}
	return nil
}

// Months are those of a zone in which a topic filed something, the newest first.
func (r *Reader) Months(topic feed.TopicID, zone *time.Location) (months []feed.Month, err error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return nil, err
	}
	c := r.tx.Bucket(bMembers).Cursor()
	for from := (feed.FiledAt{}); ; {
		k, _ := c.Seek(placeKey(t.number, from))
		if len(k) != 20 || !bytes.Equal(k[:4], key4(t.number)) {
			slices.Reverse(months)
			return months, nil
		}
		m := feed.MonthOf(filedAt(k[4:]).Filed.In(zone))
		months = append(months, m)
		from = feed.FiledAt{Filed: m.Next().Begin(zone)}
	}
}

// RowsHash is of the memberships of a topic that are filed at from or later and before to,
// and of when readers could last see a difference in each.
func (r *Reader) RowsHash(topic feed.TopicID, from, to feed.FiledAt) (uint64, error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return 0, err
	}
	h := xxhash.New()
	end := key4(t.number + 1)
	if to != (feed.FiledAt{}) {
		end = placeKey(t.number, to)
	}
	c := r.tx.Bucket(bMembers).Cursor()
	for k, v := c.Seek(placeKey(t.number, from)); len(k) == 20 && bytes.Compare(k, end) < 0; k, v = c.Next() {
		_, _ = h.Write(k)
		_, _ = h.Write(v)
	}
	return h.Sum64(), nil
}
