package storage

import (
	"encoding/binary"

	"topicwire/feed"
)

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
