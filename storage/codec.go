package storage

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"time"
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
