package storage

import (
	"encoding/binary"
	"fmt"
	"time"

	"topicwire/feed"
)

// A sourceRecord is a source's schedule and health: what a visit that finds
// nothing new rewrites, so it is kept small.
type sourceRecord struct {
	number uint32
	feed.SourceState
}

func (s *sourceRecord) encode(b []byte) []byte {
	b = append(b, 3)
	b = putString(b, s.Validators.ETag)
	b = putString(b, s.Validators.LastModified)
	b = binary.LittleEndian.AppendUint64(b, s.Body)
	for _, t := range []time.Time{s.Fresh, s.Next, s.Hold, s.First, s.Visited, s.Succeeded, s.Changed, s.Moved.Since} {
		b = putTime(b, t)
	}
	for _, n := range []int{s.Failures, s.HTTP, s.Entries, s.Visits, s.NotModified, s.New, s.Moved.Visits} {
		b = binary.AppendUvarint(b, uint64(max(n, 0)))
	}
	for _, t := range []string{s.Why, s.Error, s.Moved.To, s.Address} {
		b = putString(b, t)
	}
	b = append(b, boolByte(s.Gone))
	b = putHints(b, &s.Hints)
	b = binary.AppendUvarint(b, uint64(len(s.Dates)))
	last := int64(0)
	for _, d := range s.Dates { // whole seconds, each as the step from the one before
		b = binary.AppendVarint(b, d.Unix()-last)
		last = d.Unix()
	}
	b = putTime(binary.AppendUvarint(putString(b, s.SharedID), uint64(max(s.Dropped, 0))), s.Excess.At)
	b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(max(s.Excess.New, 0))), uint64(max(s.Excess.Past, 0)))
	return binary.AppendUvarint(b, uint64(max(s.Same, 0)))
}

func (s *sourceRecord) decode(v []byte) error {
	c := cursor{b: v}
	version := c.byte()
	if (version < 1 || version > 3) && c.err == nil {
		return fmt.Errorf("source record of version %d", version)
	}
	s.Validators.ETag = c.string()
	s.Validators.LastModified = c.string()
	if b := c.take(8); b != nil {
		s.Body = binary.LittleEndian.Uint64(b)
	}
	for _, t := range []*time.Time{&s.Fresh, &s.Next, &s.Hold, &s.First, &s.Visited, &s.Succeeded, &s.Changed, &s.Moved.Since} {
		*t = c.time()
	}
	for _, n := range []*int{&s.Failures, &s.HTTP, &s.Entries, &s.Visits, &s.NotModified, &s.New, &s.Moved.Visits} {
		*n = int(c.uvarint())
	}
	for _, t := range []*string{&s.Why, &s.Error, &s.Moved.To, &s.Address} {
		*t = c.string()
	}
	s.Gone = c.byte() == 1
	c.hints(&s.Hints)
	s.Dates = nil
	last := int64(0)
	for range c.count() {
		last += c.varint()
		s.Dates = append(s.Dates, time.Unix(last, 0).UTC())
	}
	if version > 1 {
		s.SharedID, s.Dropped = c.string(), int(c.uvarint())
	}
	if version > 2 {
		s.Excess = feed.Excess{At: c.time(), New: int(c.uvarint()), Past: int(c.uvarint())}
		s.Same = int(c.uvarint())
	}
	return c.err
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func putHints(b []byte, h *feed.Hints) []byte {
	b = binary.AppendUvarint(b, uint64(max(h.TTL, 0)))
	b = binary.AppendUvarint(b, uint64(max(h.UpdatePeriod, 0)))
	b = putTime(b, h.UpdateBase)
	b = binary.AppendUvarint(b, uint64(len(h.SkipHours)))
	for _, n := range h.SkipHours {
		b = append(b, byte(n))
	}
	b = binary.AppendUvarint(b, uint64(len(h.SkipDays)))
	for _, n := range h.SkipDays {
		b = append(b, byte(n))
	}
	return b
}

func (c *cursor) hints(h *feed.Hints) {
	*h = feed.Hints{TTL: int(c.uvarint()), UpdatePeriod: time.Duration(c.uvarint()), UpdateBase: c.time()}
	for range c.count() {
		h.SkipHours = append(h.SkipHours, int(c.byte()))
	}
	for range c.count() {
		h.SkipDays = append(h.SkipDays, time.Weekday(c.byte()))
	}
}

func encodeMeta(b []byte, m *feed.Meta) []byte {
	b = append(b, 1)
	for _, s := range []string{m.Title, m.Link, m.Self, m.Hub, m.ID, m.Language, m.Rights} {
		b = putString(b, s)
	}
	b = putTime(b, m.Updated)
	return putPersons(b, m.Authors)
}

func decodeMeta(v []byte, m *feed.Meta) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("feed record of version %d", n)
	}
	for _, s := range []*string{&m.Title, &m.Link, &m.Self, &m.Hub, &m.ID, &m.Language, &m.Rights} {
		*s = c.string()
	}
	m.Updated = c.time()
	m.Authors = c.persons()
	return c.err
}

func putPersons(b []byte, ps []feed.Person) []byte {
	b = binary.AppendUvarint(b, uint64(len(ps)))
	for _, p := range ps {
		b = putString(putString(putString(b, p.Name), p.URI), p.Email)
	}
	return b
}

func (c *cursor) persons() []feed.Person {
	n := c.count()
	if n == 0 {
		return nil
	}
	ps := make([]feed.Person, n)
	for i := range ps {
		ps[i] = feed.Person{Name: c.string(), URI: c.string(), Email: c.string()}
	}
	return ps
}
