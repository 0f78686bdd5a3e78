package storage

import (
	"encoding/binary"
	"fmt"
	"time"

	"topicwire/feed"
)

// A sourceRecord is a source's schedule and health: what a visit that finds
// nothing new rewrites, so it is kept small.
type sourceRecord struct {
	number uint32
	feed.SourceState
}

func (s *sourceRecord) encode(b []byte) []byte {
	b = append(b, 1)
	b = putString(b, s.Validators.ETag)
	b = putString(b, s.Validators.LastModified)
	b = binary.LittleEndian.AppendUint64(b, s.Body)
	for _, t := range []time.Time{s.Fresh, s.Next, s.Hold, s.First, s.Visited, s.Succeeded, s.Changed, s.Moved.Since} {
		b = putTime(b, t)
	}
	for _, n := range []int{s.Failures, s.HTTP, s.Entries, s.Visits, s.NotModified, s.New, s.Moved.Visits} {
		b = binary.AppendUvarint(b, uint64(max(n, 0)))
	}
	for _, t := range []string{s.Why, s.Error, s.Moved.To, s.Address} {
		b = putString(b, t)
	}
	b = append(b, boolByte(s.Gone))
	b = putHints(b, &s.Hints)
	b = binary.AppendUvarint(b, uint64(len(s.Dates)))
	last := int64(0)
	for _, d := range s.Dates { // whole seconds, each as the step from the one before
		b = binary.AppendVarint(b, d.Unix()-last)
		last = d.Unix()
	}
	return b
}

func (s *sourceRecord) decode(v []byte) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("source record of version %d", n)
	}
	s.Validators.ETag = c.string()
	s.Validators.LastModified = c.string()
	if b := c.take(8); b != nil {
		s.Body = binary.LittleEndian.Uint64(b)
	}
	for _, t := range []*time.Time{&s.Fresh, &s.Next, &s.Hold, &s.First, &s.Visited, &s.Succeeded, &s.Changed, &s.Moved.Since} {
		*t = c.time()
	}
	for _, n := range []*int{&s.Failures, &s.HTTP, &s.Entries, &s.Visits, &s.NotModified, &s.New, &s.Moved.Visits} {
		*n = int(c.uvarint())
	}
	for _, t := range []*string{&s.Why, &s.Error, &s.Moved.To, &s.Address} {
		*t = c.string()
	}
	s.Gone = c.byte() == 1
	c.hints(&s.Hints)
	s.Dates = nil
	last := int64(0)
	for range c.count() {
		last += c.varint()
		s.Dates = append(s.Dates, time.Unix(last, 0).UTC())
	}
	return c.err
}

func boolByte(b bool) byte {
	if b {
		return 1
	}
	return 0
}

func putHints(b []byte, h *feed.Hints) []byte {
	b = binary.AppendUvarint(b, uint64(max(h.TTL, 0)))
	b = binary.AppendUvarint(b, uint64(max(h.UpdatePeriod, 0)))
	b = putTime(b, h.UpdateBase)
	b = binary.AppendUvarint(b, uint64(len(h.SkipHours)))
	for _, n := range h.SkipHours {
		b = append(b, byte(n))
	}
	b = binary.AppendUvarint(b, uint64(len(h.SkipDays)))
	for _, n := range h.SkipDays {
		b = append(b, byte(n))
	}
	return b
}

func (c *cursor) hints(h *feed.Hints) {
	*h = feed.Hints{TTL: int(c.uvarint()), UpdatePeriod: time.Duration(c.uvarint()), UpdateBase: c.time()}
	for range c.count() {
		h.SkipHours = append(h.SkipHours, int(c.byte()))
	}
	for range c.count() {
		h.SkipDays = append(h.SkipDays, time.Weekday(c.byte()))
	}
}

func encodeMeta(b []byte, m *feed.Meta) []byte {
	b = append(b, 1)
	for _, s := range []string{m.Title, m.Link, m.Self, m.Hub, m.ID, m.Language, m.Rights} {
		b = putString(b, s)
	}
	b = putTime(b, m.Updated)
	return putPersons(b, m.Authors)
}

func decodeMeta(v []byte, m *feed.Meta) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("feed record of version %d", n)
	}
	for _, s := range []*string{&m.Title, &m.Link, &m.Self, &m.Hub, &m.ID, &m.Language, &m.Rights} {
		*s = c.string()
	}
	m.Updated = c.time()
	m.Authors = c.persons()
	return c.err
}

func putPersons(b []byte, ps []feed.Person) []byte {
	b = binary.AppendUvarint(b, uint64(len(ps)))
	for _, p := range ps {
		b = putString(putString(putString(b, p.Name), p.URI), p.Email)
	}
	return b
}

func (c *cursor) persons() []feed.Person {
	n := c.count()
	if n == 0 {
		return nil
	}
	ps := make([]feed.Person, n)
	for i := range ps {
		ps[i] = feed.Person{Name: c.string(), URI: c.string(), Email: c.string()}
	}
	return ps
}

// An entryRecord is a stored entry: a plain head of numbers, then the texts,
// compressed together where that pays.
type entryRecord struct {
	source uint32
	group  feed.GroupKey
	feed.StoredEntry
}

// texts are too short for zstd to gain anything below this many bytes.
const compressFrom = 160

func (db *DB) encodeEntry(b []byte, e *entryRecord) []byte {
	b = append(b, 1)
	b = binary.AppendUvarint(b, uint64(e.source))
	b = binary.AppendUvarint(b, uint64(e.group))
	b = putTime(b, e.Seen)
	b = putTime(b, e.Published)
	b = putTime(b, e.Updated)
	texts := encodeTexts(nil, &e.Entry)
	if len(texts) < compressFrom {
		return append(binary.AppendUvarint(b, 0), texts...)
	}
	return db.enc.EncodeAll(texts, binary.AppendUvarint(b, uint64(len(texts))))
}

func (db *DB) decodeEntry(v []byte, e *entryRecord) error {
	c := cursor{b: v}
	decodeEntryHead(&c, e)
	size := c.uvarint()
	if c.err != nil {
		return c.err
	}
	texts := c.b
	if size > 0 {
		if size > 64<<20 {
			return fmt.Errorf("texts of %d bytes", size)
		}
		var err error
		if texts, err = db.dec.DecodeAll(c.b, make([]byte, 0, size)); err != nil {
			return err
		}
	}
	return decodeTexts(texts, &e.Entry)
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

func encodeMembership(b []byte, m *feed.Membership) []byte {
	b = append(b, 1)
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

// decodeMembership reads the value; topic, group and filed are in the key.
func decodeMembership(v []byte, m *feed.Membership) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("membership record of version %d", n)
	}
	m.PublicID = c.string()
	m.Lead = feed.EntryKey(c.uvarint())
	m.Changed = c.time()
	m.Reasons = make([]feed.EntryReason, c.count())
	for i := range m.Reasons {
		m.Reasons[i].Entry = feed.EntryKey(c.uvarint())
		m.Reasons[i].Reason = c.reason()
	}
	return c.err
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

// A topicRecord is what is stored about a topic.
type topicRecord struct {
	number uint32
	// wanted is the hash of the topic's rules as last announced, 0 while it is
	// not configured; rules is the hash that every stored membership is in line
	// with. They differ while a refiling is under way.
	wanted, rules uint64
	changed       time.Time // of the newest change a reader can see
}

func (t *topicRecord) encode(b []byte) []byte {
	b = append(b, 1)
	b = binary.BigEndian.AppendUint32(b, t.number)
	b = binary.BigEndian.AppendUint64(b, t.wanted)
	b = binary.BigEndian.AppendUint64(b, t.rules)
	return putTime(b, t.changed)
}

func (t *topicRecord) decode(v []byte) error {
	c := cursor{b: v}
	if n := c.byte(); n != 1 && c.err == nil {
		return fmt.Errorf("topic record of version %d", n)
	}
	if b := c.take(20); b != nil {
		t.number = binary.BigEndian.Uint32(b)
		t.wanted = binary.BigEndian.Uint64(b[4:])
		t.rules = binary.BigEndian.Uint64(b[12:])
	}
	t.changed = c.time()
	return c.err
}
