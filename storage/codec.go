package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"time"

	"topicwire/feed"
)

// Records are written field by field: numbers as varints, strings and lists
// behind their length. Times are whole milliseconds since 1970, one higher, so
// that 0 stays the zero time. Every record begins with a version byte where its
// layout may grow.

var errShort = errors.New("record is cut short")

func putString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func putTime(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return binary.AppendVarint(b, 0)
	}
	ms := t.UnixMilli()
	if ms >= 0 {
		ms++
	}
	return binary.AppendVarint(b, ms)
}

// putNumber writes a number that is nearly always a small whole one.
func putNumber(b []byte, f float64) []byte {
	if n := int64(f); float64(n) == f && n > -1<<40 && n < 1<<40 {
		return binary.AppendVarint(append(b, 0), n)
	}
	return binary.LittleEndian.AppendUint64(append(b, 1), math.Float64bits(f))
}

// A cursor reads a record. After the first error every read gives a zero value.
type cursor struct {
	b   []byte
	err error
}

func (c *cursor) fail() {
	c.b = nil
	if c.err == nil {
		c.err = errShort
	}
}

func (c *cursor) uvarint() uint64 {
	v, n := binary.Uvarint(c.b)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) varint() int64 {
	v, n := binary.Varint(c.b)
	if n <= 0 {
		c.fail()
		return 0
	}
	c.b = c.b[n:]
	return v
}

func (c *cursor) take(n uint64) []byte {
	if n > uint64(len(c.b)) {
		c.fail()
		return nil
	}
	v := c.b[:n]
	c.b = c.b[n:]
	return v
}

// string copies: the record's bytes die with the transaction.
func (c *cursor) string() string { return string(c.take(c.uvarint())) }

func (c *cursor) byte() byte {
	if v := c.take(1); v != nil {
		return v[0]
	}
	return 0
}

func (c *cursor) number() float64 {
	if c.byte() == 0 {
		return float64(c.varint())
	}
	if v := c.take(8); v != nil {
		return math.Float64frombits(binary.LittleEndian.Uint64(v))
	}
	return 0
}

func (c *cursor) time() time.Time {
	ms := c.varint()
	switch {
	case ms == 0:
		return time.Time{}
	case ms > 0:
		ms--
	}
	return time.UnixMilli(ms).UTC()
}

// count reads the length of a list whose elements take at least one byte each,
// so that a damaged record cannot ask for more memory than it has bytes.
func (c *cursor) count() int {
	n := c.uvarint()
	if n > uint64(len(c.b)) {
		c.fail()
		return 0
	}
	return int(n)
}

func key4(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
func key8(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// shortKey is a key as a value of an index: big-endian without leading zeros.
func shortKey(n uint64) []byte { return bytes.TrimLeft(key8(n), "\x00") }

// readKey reads a shortKey, with or without its zeros; 0 for what is none.
func readKey(v []byte) uint64 {
	var n uint64
	for _, b := range v {
		n = n<<8 | uint64(b)
	}
	return n
}

// keyMilli orders times in keys; times before 1970 sort first.
func keyMilli(t time.Time) uint64 { return uint64(t.UnixMilli()) ^ 1<<63 }

func milliKey(k uint64) time.Time { return time.UnixMilli(int64(k ^ 1<<63)).UTC() }

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
