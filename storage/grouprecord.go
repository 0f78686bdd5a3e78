package storage

import (
	"encoding/binary"
	"fmt"

	"topicwire/feed"
)

// A filing points from a group to its membership in a topic.
type filing struct {
	topic uint32
	filed uint64 // keyMilli of the filed time
}

// A groupRecord is a stored group with where it is filed.
type groupRecord struct {
	feed.Group
	filings []filing
}

func (g *groupRecord) encode(b []byte) []byte {
	b = append(b, 1)
	b = binary.AppendUvarint(b, uint64(g.Story))
	b = binary.AppendUvarint(b, uint64(len(g.Entries)))
	for _, k := range g.Entries {
		b = binary.AppendUvarint(b, uint64(k))
	}
	b = binary.AppendUvarint(b, uint64(len(g.filings)))
	for _, f := range g.filings {
		b = binary.BigEndian.AppendUint64(binary.AppendUvarint(b, uint64(f.topic)), f.filed)
	}
	return b
}

func (g *groupRecord) decode(v []byte) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("group record of version %d", n)
	}
	g.Story = feed.StoryKey(c.uvarint())
	g.Entries = make([]feed.EntryKey, c.count())
	for i := range g.Entries {
		g.Entries[i] = feed.EntryKey(c.uvarint())
	}
	g.filings = make([]filing, c.count())
	for i := range g.filings {
		g.filings[i].topic = uint32(c.uvarint())
		if b := c.take(8); b != nil {
			g.filings[i].filed = binary.BigEndian.Uint64(b)
		}
	}
	return c.err
}

func (g *groupRecord) filed(topic uint32) (filing, bool) {
	for _, f := range g.filings {
		if f.topic == topic {
			return f, true
		}
	}
	return filing{}, false
}

// A memberRecord is a stored membership: its own fields without what is in the
// key and what the operator's rulings say, which are read with it.
type memberRecord struct {
	feed.Membership
	// former are the public ids of memberships that were merged into this one.
	// Nobody else gets them, and they still lead here.
	former []string
}

// memberPast is a flag of a membership record.
const memberPast = 1

// The versions of a membership record. Nearly all are plain: without flags,
// former ids and anything about languages.
const (
	memberPlain   = 1
	memberFlagged = 2
	memberLeading = 3 // as a flagged one, with the group in whose stead it leads and its voice
)

func (m *memberRecord) encode(b []byte) []byte {
	leading := m.InsteadOf != 0 || m.Voice != 0
	if m.Past || len(m.former) > 0 || leading {
		var flags byte
		if m.Past {
			flags |= memberPast
		}
		if leading {
			b = binary.AppendUvarint(append(b, memberLeading, flags), uint64(m.InsteadOf))
			b = binary.AppendUvarint(b, uint64(m.Voice))
		} else {
			b = append(b, memberFlagged, flags)
		}
		b = binary.AppendUvarint(b, uint64(len(m.former)))
		for _, id := range m.former {
			b = putString(b, id)
		}
	} else {
		b = append(b, memberPlain)
	}
	b = putString(b, m.PublicID)
	b = binary.AppendUvarint(b, uint64(m.Lead))
	b = putTime(b, m.Changed)
	b = binary.AppendUvarint(b, uint64(len(m.Reasons)))
	for i := range m.Reasons {
		b = binary.AppendUvarint(b, uint64(m.Reasons[i].Entry))
		b = putReason(b, &m.Reasons[i].Reason)
	}
	return b
}

// A hit begins with its field and which of its parts are written; the others
// have their usual values.
const (
	hitField  = 0x0f
	hitList   = 0x10
	hitText   = 0x20 // differs from the pattern
	hitWeight = 0x40 // is not 0
)

func putReason(b []byte, r *feed.Reason) []byte {
	b = putNumber(putNumber(b, r.Score), r.Threshold)
	b = binary.AppendUvarint(b, uint64(len(r.Hits)))
	for i := range r.Hits {
		h := &r.Hits[i]
		flags := byte(h.Field) & hitField
		if h.List != "" {
			flags |= hitList
		}
		if h.Text != h.Pattern {
			flags |= hitText
		}
		if h.Weight != 0 {
			flags |= hitWeight
		}
		b = putString(append(b, flags), h.Pattern)
		b = binary.AppendUvarint(b, uint64(max(h.Word, 0)))
		if flags&hitList != 0 {
			b = putString(b, h.List)
		}
		if flags&hitText != 0 {
			b = putString(b, h.Text)
		}
		if flags&hitWeight != 0 {
			b = putNumber(b, h.Weight)
		}
	}
	return b
}

// isPast reads the flag of an encoded membership.
func isPast(v []byte) bool { return len(v) > 1 && v[0] != memberPlain && v[1]&memberPast != 0 }

// decode reads the value; topic, group and filed are in the key.
func (m *memberRecord) decode(v []byte) error {
	c := cursor{b: v}
	switch n := c.byte(); {
	case n == memberFlagged, n == memberLeading:
		m.Past = c.byte()&memberPast != 0
		if n == memberLeading {
			m.InsteadOf = feed.GroupKey(c.uvarint())
			m.Voice = feed.EntryKey(c.uvarint())
		}
		m.former = make([]string, c.count())
		for i := range m.former {
			m.former[i] = c.string()
		}
	case n != memberPlain && c.err == nil:
		return fmt.Errorf("membership record of version %d", n)
	}
	m.PublicID = c.string()
	m.Lead = feed.EntryKey(c.uvarint())
	m.Changed = c.time()
	if n := c.count(); n > 0 {
		m.Reasons = make([]feed.EntryReason, n)
	}
	for i := range m.Reasons {
		m.Reasons[i].Entry = feed.EntryKey(c.uvarint())
		m.Reasons[i].Reason = c.reason()
	}
	return c.err
}

// filedAs makes the time and the leads of a filing those of another: what was settled
// when that was filed.
func (m *memberRecord) filedAs(was *memberRecord) {
	m.Filed, m.Past, m.Lead, m.InsteadOf, m.Voice = was.Filed, was.Past, was.Lead, was.InsteadOf, was.Voice
}

// ids are all public ids of the membership, the one it has first.
func (m *memberRecord) ids() []string { return append([]string{m.PublicID}, m.former...) }

func (c *cursor) reason() feed.Reason {
	r := feed.Reason{Score: c.number(), Threshold: c.number()}
	n := c.count()
	if n == 0 {
		return r
	}
	r.Hits = make([]feed.Hit, n)
	for i := range r.Hits {
		h := &r.Hits[i]
		flags := c.byte()
		h.Field = feed.Field(flags & hitField)
		h.Pattern = c.string()
		h.Text = h.Pattern
		h.Word = int(c.uvarint())
		if flags&hitList != 0 {
			h.List = c.string()
		}
		if flags&hitText != 0 {
			h.Text = c.string()
		}
		if flags&hitWeight != 0 {
			h.Weight = c.number()
		}
	}
	return r
}
