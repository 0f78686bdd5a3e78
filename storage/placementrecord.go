package storage

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"topicwire/feed"
)

// putPlacement keeps why an entry is where it is. Its group and story are not in
// the record: they are the entry's own, also after an operator moved it; nor is
// the time, which is when it was first seen.
func (w *writer) putPlacement(k feed.EntryKey, p *feed.Placement) error {
	return w.placements.Put(key8(uint64(k)), encodePlacement(nil, p))
}

// likenessUnit is the precision to which scores are kept.
const likenessUnit = 1e-4

func putShare(b []byte, f float64) []byte {
	return binary.AppendUvarint(b, uint64(math.Round(max(f, 0)/likenessUnit)))
}

func (c *cursor) share() float64 {
	// Divided, not multiplied: .75 comes back as .75.
	return float64(c.uvarint()) / (1 / likenessUnit)
}

func encodePlacement(b []byte, p *feed.Placement) []byte {
	b = append(b, 1, byte(p.Tier))
	b = binary.AppendUvarint(b, uint64(p.Partner))
	l := p.Why
	if l == nil {
		return b
	}
	for _, f := range []float64{l.Score, l.Needed, l.Mean, l.MeanNeeded, l.Title, l.TitleNeeded} {
		b = putShare(b, f)
	}
	b = binary.AppendVarint(putString(b, l.Rule), l.Apart.Milliseconds())
	b = binary.AppendUvarint(b, uint64(len(l.Numbers)))
	for _, n := range l.Numbers {
		b = putString(b, n)
	}
	b = binary.AppendUvarint(b, uint64(len(l.Shared)))
	for _, s := range l.Shared {
		// A hundredth is all that people are shown, and one byte.
		b = binary.AppendUvarint(putString(b, s.Word), uint64(math.Round(max(s.Share, 0)*100)))
	}
	return b
}

// decodeEdge reads what grouping follows from.
func decodeEdge(v []byte) (edge, error) {
	c := cursor{b: v}
	if n := c.byte(); n == placedAnew {
		return edge{copied: c.byte() != 0, partner: feed.EntryKey(c.uvarint())}, c.err
	}
	tier := feed.Tier(c.byte())
	return edge{copied: tier != feed.TierStory, partner: feed.EntryKey(c.uvarint())}, c.err
}

// placedAnew is the version of a record that begins with another edge than the one by
// which the entry was placed: whether it is a copy, and its partner. Where grouping
// does not follow from how entries were placed, since what they were placed with was
// removed before the database kept such things, it says what it follows from.
const placedAnew = 2

func decodePlacement(v []byte, p *feed.Placement) error {
	c := cursor{b: v}
	switch n := c.byte(); {
	case n == placedAnew:
		c.byte()
		c.uvarint()
		if len(c.b) == 0 {
			return c.err // it was the first of its story
		}
		c.byte()
	case n != 1 && c.err == nil:
		return fmt.Errorf("placement record of version %d", n)
	}
	p.Tier = feed.Tier(c.byte())
	p.Partner = feed.EntryKey(c.uvarint())
	if c.err != nil || len(c.b) == 0 {
		return c.err
	}
	l := &feed.Likeness{}
	p.Why = l
	for _, f := range []*float64{&l.Score, &l.Needed, &l.Mean, &l.MeanNeeded, &l.Title, &l.TitleNeeded} {
		*f = c.share()
	}
	l.Rule = c.string()
	l.Apart = time.Duration(c.varint()) * time.Millisecond
	if n := c.count(); n > 0 {
		l.Numbers = make([]string, n)
		for i := range l.Numbers {
			l.Numbers[i] = c.string()
		}
	}
	if n := c.count(); n > 0 {
		l.Shared = make([]feed.SharedWord, n)
		for i := range l.Shared {
			l.Shared[i] = feed.SharedWord{Word: c.string(), Share: float64(c.uvarint()) / 100}
		}
	}
	return c.err
}
