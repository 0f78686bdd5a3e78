package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"topicwire/feed"
)

// An entryRecord is a stored entry: a plain head of numbers, then the texts,
// compressed together where that pays.
type entryRecord struct {
	source  uint32
	group   feed.GroupKey
	aliases []string // ids that the source gave it besides its own, the newest last
	feed.StoredEntry
}

// texts are too short for zstd to gain anything below this many bytes.
const compressFrom = 160

// Pack encodes and compresses the texts of an entry that is about to be stored, so that
// Apply does not. It may be called from any goroutine.
func (db *DB) Pack(r *feed.Reported) { r.Packed = db.packTexts(nil, &r.Entry) }

// A scratch is what packing takes and leaves behind.
type scratch struct{ texts, packed []byte }

// packTexts writes an entry's texts, which run up to the end of a record.
func (db *DB) packTexts(b []byte, e *feed.Entry) []byte {
	s, _ := db.scratch.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	s.texts = encodeTexts(s.texts[:0], e)
	if len(s.texts) < compressFrom {
		b = append(binary.AppendUvarint(b, 0), s.texts...)
	} else {
		s.packed = db.enc.EncodeAll(s.texts, binary.AppendUvarint(s.packed[:0], uint64(len(s.texts))))
		b = append(b, s.packed...)
	}
	if cap(s.texts)+cap(s.packed) <= maxScratch {
		db.scratch.Put(s)
	}
	return b
}

// maxScratch is how many bytes are kept to pack the next entry with.
const maxScratch = 1 << 18

func encodeEntryHead(b []byte, e *entryRecord) []byte {
	version := byte(1)
	if len(e.aliases) > 0 {
		version = 2
	}
	b = append(b, version)
	b = binary.AppendUvarint(b, uint64(e.source))
	b = binary.AppendUvarint(b, uint64(e.group))
	b = putTime(b, e.Seen)
	b = putTime(b, e.Published)
	b = putTime(b, e.Updated)
	if version == 2 {
		b = binary.AppendUvarint(b, uint64(len(e.aliases)))
		for _, a := range e.aliases {
			b = putString(b, a)
		}
	}
	return b
}

func (db *DB) decodeEntry(v []byte, e *entryRecord) error {
	c := cursor{b: v}
	if decodeEntryHead(&c, e); c.err != nil {
		return c.err
	}
	return db.unpackTexts(c.b, &e.Entry)
}

func (db *DB) unpackTexts(v []byte, e *feed.Entry) error {
	texts, err := db.texts(v)
	if err != nil {
		return err
	}
	return decodeTexts(texts, e)
}

// names reads an entry's id and links of its packed texts.
func (db *DB) names(v []byte, e *feed.Entry) error {
	texts, err := db.texts(v)
	if err != nil {
		return err
	}
	c := cursor{b: texts}
	e.ID, e.Link, e.Canonical = c.string(), c.string(), c.string()
	e.Canonical = cmp.Or(e.Canonical, e.Link)
	return c.err
}

// texts is what packTexts packed.
func (db *DB) texts(v []byte) ([]byte, error) {
	c := cursor{b: v}
	size := c.uvarint()
	switch {
	case c.err != nil || size == 0:
		return c.b, c.err
	case size > 64<<20:
		return nil, fmt.Errorf("texts of %d bytes", size)
	}
	// What is damaged may say any size: the buffer grows where it has to.
	return db.dec.DecodeAll(c.b, make([]byte, 0, min(size, 64*uint64(len(c.b)))))
}

func decodeEntryHead(c *cursor, e *entryRecord) {
	version := c.byte()
	if (version < 1 || version > 2) && c.err == nil {
		c.err = fmt.Errorf("entry record of version %d", version)
	}
	e.source = uint32(c.uvarint())
	e.group = feed.GroupKey(c.uvarint())
	e.Group = e.group
	e.Seen = c.time()
	e.Published = c.time()
	e.Updated = c.time()
	if version == 2 {
		for range c.count() {
			e.aliases = append(e.aliases, c.string())
		}
	}
}

func encodeTexts(b []byte, e *feed.Entry) []byte {
	canonical := e.Canonical
	if canonical == e.Link {
		canonical = "" // as in most entries; told apart by Link being set
	}
	for _, s := range []string{e.ID, e.Link, canonical, e.Title, e.Summary, e.Content, e.Language, e.Rights} {
		b = putString(b, s)
	}
	b = putPersons(b, e.Authors)
	b = binary.AppendUvarint(b, uint64(len(e.Categories)))
	for _, c := range e.Categories {
		b = putString(putString(putString(b, c.Term), c.Scheme), c.Label)
	}
	b = binary.AppendUvarint(b, uint64(len(e.Enclosures)))
	for _, x := range e.Enclosures {
		b = binary.AppendUvarint(putString(putString(b, x.URL), x.Type), uint64(max(x.Length, 0)))
	}
	if e.Origin == nil {
		b = append(b, 0)
	} else {
		b = putString(putString(putString(append(b, 1), e.Origin.ID), e.Origin.Title), e.Origin.Link)
	}
	return putMore(b, e)
}

func decodeTexts(b []byte, e *feed.Entry) error {
	// One copy for all strings: they are kept or dropped together.
	c := stringCursor{s: string(b)}
	for _, s := range []*string{&e.ID, &e.Link, &e.Canonical, &e.Title, &e.Summary, &e.Content, &e.Language, &e.Rights} {
		*s = c.string()
	}
	if e.Canonical == "" {
		e.Canonical = e.Link
	}
	e.Authors = c.persons()
	if n := c.count(); n > 0 {
		e.Categories = make([]feed.Category, n)
		for i := range e.Categories {
			e.Categories[i] = feed.Category{Term: c.string(), Scheme: c.string(), Label: c.string()}
		}
	}
	if n := c.count(); n > 0 {
		e.Enclosures = make([]feed.Enclosure, n)
		for i := range e.Enclosures {
			e.Enclosures[i] = feed.Enclosure{URL: c.string(), Type: c.string(), Length: int64(c.uvarint())}
		}
	}
	if c.uvarint() == 1 {
		e.Origin = &feed.Origin{ID: c.string(), Title: c.string(), Link: c.string()}
	}
	c.more(e)
	return c.err
}

// A stringCursor is a cursor whose strings are parts of one.
type stringCursor struct {
	s   string
	err error
}

func (c *stringCursor) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(c.s) && i < binary.MaxVarintLen64; i++ {
		v |= uint64(c.s[i]&0x7f) << (7 * i)
		if c.s[i] < 0x80 {
			c.s = c.s[i+1:]
			return v
		}
	}
	c.s, c.err = "", errShort
	return 0
}

func (c *stringCursor) string() string {
	n := c.uvarint()
	if n > uint64(len(c.s)) {
		c.s, c.err = "", errShort
		return ""
	}
	v := c.s[:n]
	c.s = c.s[n:]
	return v
}

func (c *stringCursor) count() int {
	n := c.uvarint()
	if n > uint64(len(c.s)) {
		c.s, c.err = "", errShort
		return 0
	}
	return int(n)
}

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

func encodeEdge(e edge) []byte {
	return binary.AppendUvarint([]byte{placedAnew, boolByte(e.copied)}, uint64(e.partner))
}

// withoutWhy is a placement without the words by which it was decided, and the partner.
func withoutWhy(v []byte) (bare []byte, partner feed.EntryKey) {
	c := cursor{b: v}
	if c.byte() == placedAnew {
		c.byte()
		c.uvarint()
		if len(c.b) == 0 {
			return v, 0
		}
		c.byte()
	}
	c.byte()
	partner = feed.EntryKey(c.uvarint())
	return bytes.Clone(v[:len(v)-len(c.b)]), partner
}

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
