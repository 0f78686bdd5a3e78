package storage

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// lease stores a lease, or forgets it.
func (w *writer) lease(c *feed.LeaseChange) error {
	token := []byte(c.Lease.Token)
	if len(token) == 0 {
		return errors.New("a lease without a token")
	}
	if c.Lease.State == feed.LeaseGone {
		return w.leases.Delete(token)
	}
	s, err := w.source(c.Lease.Source)
	if err != nil {
		return err
	}
	return w.leases.Put(token, encodeLease(s.number, &c.Lease))
}

func encodeLease(source uint32, l *feed.Lease) []byte {
	b := binary.AppendUvarint([]byte{1}, uint64(source))
	for _, s := range []string{l.Callback, l.Secret, l.Hub, l.Topic, string(l.State), l.Error} {
		b = putString(b, s)
	}
	for _, t := range []time.Time{l.Since, l.Until, l.Next} {
		b = putTime(b, t)
	}
	b = binary.AppendUvarint(b, uint64(max(l.Failures, 0)))
	return append(b, boolByte(l.Pending), boolByte(l.Missed))
}

// decodeLease reads a lease but for its source, of which it gives the number.
func decodeLease(token, v []byte) (source uint32, l feed.Lease, err error) {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return 0, l, fmt.Errorf("lease of version %d", n)
	}
	l.Token, source = string(token), uint32(c.uvarint())
	state := ""
	for _, s := range []*string{&l.Callback, &l.Secret, &l.Hub, &l.Topic, &state, &l.Error} {
		*s = c.string()
	}
	l.State = feed.LeaseState(state)
	for _, t := range []*time.Time{&l.Since, &l.Until, &l.Next} {
		*t = c.time()
	}
	l.Failures, l.Pending, l.Missed = int(c.uvarint()), c.byte() == 1, c.byte() == 1
	if c.err != nil {
		return 0, l, fmt.Errorf("lease: %w", c.err)
	}
	return source, l, nil
}

// Leases are all that are stored, in no order that means anything.
func (r *Reader) Leases() ([]feed.Lease, error) { return leases(r.tx) }

func leases(tx *bolt.Tx) (all []feed.Lease, err error) {
	err = tx.Bucket(bLeases).ForEach(func(k, v []byte) error {
		source, l, err := decodeLease(k, v)
		if err == nil {
			l.Source, err = sourceName(tx.Bucket(bNumbers), source)
		}
		all = append(all, l)
		return err
	})
	return all, err
}

// leases checks that every lease can be read, and is of a source that is known.
func (v *verifying) leases() error {
	_, err := leases(v.w.tx)
	return err
}

// push stores what a hub sent. Until a visit brought the source's document, what is
// pushed is of the backlog, as that will be.
func (w *writer) push(p *feed.Push, o *Outcome) error {
	s, err := w.source(p.Source)
	if err != nil {
		return err
	}
	d := &p.Document
	if err := w.matchAnew(p.Source, d); err != nil {
		return err
	}
	if err := w.pushedMeta(s, d); err != nil {
		return err
	}
	known := w.slots(s)
	keys, err := w.reported(s, &feed.Visit{At: p.At, Source: p.Source}, d, s.Body == 0, known, o)
	if err != nil {
		return err
	}
	if err := w.pushedWindow(s, d, keys); err != nil {
		return err
	}
	s.Dates, s.Dropped, s.New = d.Dates, s.Dropped+d.Dropped, s.New+o.New
	if o.New+o.Updated > 0 {
		s.Changed = p.At
	}
	return w.putSource(s)
}

// pushedMeta keeps what the source's own document says of the feed: hubs that send
// parts leave much of it out. Where there is none yet, it takes the hub's word.
func (w *writer) pushedMeta(s *sourceRecord, d *feed.Reading) error {
	k := key4(s.number)
	v := w.metas.Get(k)
	if v == nil {
		return w.metas.Put(k, encodeMeta(nil, &d.Meta))
	}
	var m feed.Meta
	if err := decodeMeta(v, &m); err != nil {
		return fmt.Errorf("source %s: %w", link.Masked(string(s.ID)), err)
	}
	d.Meta = m // who an entry is depends on the feed's home page
	return nil
}

// maxWindow is how many entries a window has at most: as many as a document may.
const maxWindow = 10_000

// pushedWindow puts what was pushed before the entries of the source's document: it
// is there, too, and known. An entry that came anew is not known by its old bytes, so
// that they would be noticed if they came back.
func (w *writer) pushedWindow(s *sourceRecord, d *feed.Reading, keys map[feed.Raw]feed.EntryKey) error {
	slot := func(b []byte, r feed.Raw, k feed.EntryKey) []byte {
		return binary.LittleEndian.AppendUint64(binary.LittleEndian.AppendUint64(b, uint64(r)), uint64(k))
	}
	var window []byte
	came := make(map[feed.EntryKey]bool, len(keys))
	for _, r := range d.Window {
		if k := keys[r]; k != 0 {
			window, came[k] = slot(window, r, k), true
		}
	}
	if len(window) == 0 {
		return nil
	}
	eachSlot(w.windows.Get(key4(s.number)), func(r feed.Raw, k feed.EntryKey) {
		if !came[k] && len(window) < maxWindow*windowSlot {
			window = slot(window, r, k)
		}
	})
	return w.windows.Put(key4(s.number), window)
}
