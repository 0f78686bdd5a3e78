package storage

import (
	"encoding/binary"
	"slices"

	"topicwire/feed"
	"topicwire/feed/link"
)

// A linkRow is what is stored of a page: the entries that link to it, in the order in
// which they came.
type linkRow struct {
	repeated bool // one source carries the link on several entries
	entries  []feed.EntryKey
}

// maxLinked is how many entries of a page are listed. More only come from pages that
// many reports name.
const maxLinked = 64

// linkRepeated flags a row that is repeated.
const linkRepeated = 1

func (l *linkRow) encode() []byte {
	var flags byte
	if l.repeated {
		flags = linkRepeated
	}
	b := []byte{flags}
	for _, k := range l.entries {
		b = binary.AppendUvarint(b, uint64(k))
	}
	return b
}

func readLinkRow(v []byte) (l linkRow, err error) {
	if len(v) == 0 {
		return l, nil
	}
	c := cursor{b: v}
	l.repeated = c.byte()&linkRepeated != 0
	for len(c.b) > 0 {
		l.entries = append(l.entries, feed.EntryKey(c.uvarint()))
	}
	return l, c.err
}

// linkKey is the key of a page's row, by a canonical link to it.
func linkKey(canonical string) []byte { return siteKey(link.Page(canonical)) }

// linkRow is the row of a link's page; empty for no link.
func (w *writer) linkRow(canonical string) (linkRow, error) {
	if canonical == "" {
		return linkRow{}, nil
	}
	return readLinkRow(w.links.Get(linkKey(canonical)))
}

// list adds an entry to the row of its link.
func (w *writer) list(e *entryRecord, l *linkRow) error {
	if len(l.entries) < maxLinked && !slices.Contains(l.entries, e.Key) {
		l.entries = append(l.entries, e.Key)
	}
	return w.links.Put(linkKey(e.Canonical), l.encode())
}

// forgetLink takes an entry off the list of its link.
func (w *writer) forgetLink(e *entryRecord) error {
	if e.Canonical == "" {
		return nil
	}
	key := linkKey(e.Canonical)
	l, err := readLinkRow(w.links.Get(key))
	if err != nil {
		return err
	}
	i := slices.Index(l.entries, e.Key)
	if i < 0 {
		return nil
	}
	l.entries = slices.Delete(l.entries, i, i+1)
	if len(l.entries) == 0 {
		return w.links.Delete(key)
	}
	return w.links.Put(key, l.encode())
}

// sameLink finds the group that carries a new entry's link, and lists the entry. The
// first entry of a link stands for it.
func (w *writer) sameLink(r *report, e *entryRecord) ([]feed.Neighbour, error) {
	if e.Canonical == "" {
		return nil, nil
	}
	l, err := r.held, error(nil)
	if !r.alone || len(l.entries) > 0 { // the document may have changed it since
		l, err = w.linkRow(e.Canonical)
	}
	if err != nil {
		return nil, err
	}
	n, err := w.standsFor(&l, e)
	if err != nil {
		return nil, err
	}
	l.repeated = l.repeated || !r.alone || n != nil && slices.Contains(n.Sources, r.visit.Source)
	if err := w.list(e, &l); err != nil || n == nil {
		return nil, err
	}
	n.Repeated = l.repeated
	return []feed.Neighbour{*n}, nil
}

// standsFor is the group of the first entry of a row that has the link of e; nil for
// none.
func (w *writer) standsFor(l *linkRow, e *entryRecord) (*feed.Neighbour, error) {
	for _, k := range l.entries {
		if w.entries.Get(key8(uint64(k))) == nil {
			continue
		}
		first, err := w.loadEntry(k)
		if err != nil {
			return nil, err
		}
		if link.Page(first.Canonical) != link.Page(e.Canonical) {
			return nil, nil // another link with the same hash
		}
		n, err := w.neighbour(k)
		return &n, err
	}
	return nil, nil
}
