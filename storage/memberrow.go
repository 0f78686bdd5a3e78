package storage

import (
	"encoding/binary"
	"slices"
	"time"

	"topicwire/feed"
)

// A memberRecord is a group's row in a topic: whose filing it goes by, when readers
// could last see a difference, and what lists of months choose and count by. All else
// is read from the facts.
type memberRecord struct {
	owner   feed.EntryKey
	past    bool
	changed time.Time
	// reports are the entries that are not hidden. They are not known in files of before
	// schema 4.
	reports []reportRow
	known   bool
}

// A reportRow is one entry of a row.
type reportRow struct {
	entry    feed.EntryKey
	source   uint32
	language string
}

func (m *memberRecord) encode() []byte {
	b := putTime(binary.AppendUvarint([]byte{boolByte(m.past)}, uint64(m.owner)), m.changed)
	if !m.known {
		return b
	}
	b = binary.AppendUvarint(b, uint64(len(m.reports)))
	for i := range m.reports {
		r := &m.reports[i]
		b = putString(binary.AppendUvarint(binary.AppendUvarint(b, uint64(r.entry)), uint64(r.source)), r.language)
	}
	return b
}

func decodeMember(v []byte) (m memberRecord, err error) {
	c := cursor{b: v}
	m = memberRecord{past: c.byte() != 0, owner: feed.EntryKey(c.uvarint()), changed: c.time()}
	if m.known = len(c.b) > 0; m.known {
		m.reports = make([]reportRow, c.count())
		language := "" // mostly that of the row before
		for i := range m.reports {
			k, source, l := feed.EntryKey(c.uvarint()), uint32(c.uvarint()), c.take(c.uvarint())
			if string(l) != language {
				language = string(l)
			}
			m.reports[i] = reportRow{k, source, language}
		}
	}
	return m, c.err
}

// isPast reads the flag of an encoded row.
func isPast(v []byte) bool { return len(v) > 0 && v[0] != 0 }

// report is the one of an entry, nil for none.
func (m *memberRecord) report(k feed.EntryKey) *reportRow {
	if i := slices.IndexFunc(m.reports, func(r reportRow) bool { return r.entry == k }); i >= 0 {
		return &m.reports[i]
	}
	return nil
}

// reports are the entries of a group that nobody hid in a topic. Of those that the row
// knows already nothing is read again, but of the change's own. The feed of all topics has
// no lists.
func (w *writer) reports(g *groupRecord, topic uint32, old *memberRecord, s *settling) ([]reportRow, error) {
	if topic == allNumber {
		return nil, nil
	}
	hidden := hiddenOf(w.rulings, g, topic)
	rows := make([]reportRow, 0, len(g.Entries))
	next := 0 // of the rows there were: they mostly have the order of the group
	for _, k := range g.Entries {
		if slices.Contains(hidden, k) {
			continue
		}
		var r *reportRow
		if next < len(old.reports) && old.reports[next].entry == k {
			r = &old.reports[next]
			next++
		} else {
			r = old.report(k)
		}
		if r != nil && k != s.own {
			rows = append(rows, *r)
			continue
		}
		e := s.entry
		if e == nil || e.Key != k {
			var err error
			if e, err = w.loadEntry(k); err != nil {
				return nil, err
			}
		}
		rows = append(rows, reportRow{k, e.source, e.Language})
	}
	return rows, nil
}
