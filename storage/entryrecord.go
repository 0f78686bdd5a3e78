package storage

import (
	"encoding/binary"
	"fmt"

	"topicwire/feed"
)

// An entryRecord is a stored entry: a plain head of numbers, then the texts,
// compressed together where that pays.
type entryRecord struct {
	source uint32
	group  feed.GroupKey
	feed.StoredEntry
}

// texts are too short for zstd to gain anything below this many bytes.
const compressFrom = 160

// packTexts writes an entry's texts, which run up to the end of a record.
func (db *DB) packTexts(b []byte, e *feed.Entry) []byte {
	texts := encodeTexts(nil, e)
	if len(texts) < compressFrom {
		return append(binary.AppendUvarint(b, 0), texts...)
	}
	return db.enc.EncodeAll(texts, binary.AppendUvarint(b, uint64(len(texts))))
}

func encodeEntryHead(b []byte, e *entryRecord) []byte {
	b = append(b, 1)
	b = binary.AppendUvarint(b, uint64(e.source))
	b = binary.AppendUvarint(b, uint64(e.group))
	b = putTime(b, e.Seen)
	b = putTime(b, e.Published)
	return putTime(b, e.Updated)
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
	if n := c.byte(); n != 1 && c.err == nil {
		c.err = fmt.Errorf("entry record of version %d", n)
	}
	e.source = uint32(c.uvarint())
	e.group = feed.GroupKey(c.uvarint())
	e.Group = e.group
	e.Seen = c.time()
	e.Published = c.time()
	e.Updated = c.time()
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
		return append(b, 0)
	}
	b = append(b, 1)
	return putString(putString(putString(b, e.Origin.ID), e.Origin.Title), e.Origin.Link)
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
	if n := c.count(); n > 0 {
		e.Authors = make([]feed.Person, n)
		for i := range e.Authors {
			e.Authors[i] = feed.Person{Name: c.string(), URI: c.string(), Email: c.string()}
		}
	}
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
