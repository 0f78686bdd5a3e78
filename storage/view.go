package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// A Reader reads one state of the store. It lives as long as the function that
// View calls with it; what it returns may be kept.
type Reader struct {
	db *DB
	tx *bolt.Tx

	names   map[uint32]feed.TopicID // of topicNames
	buckets map[string]*bolt.Bucket // of bucket
}

// relieveStep is how many steps of a long read pass until it is looked how much of the file
// they brought into memory.
const relieveStep = 64

// relieving returns what is called with each step of a read that goes all over the file.
func (r *Reader) relieving() func() {
	step := 0
	return func() {
		if step++; step%relieveStep == 0 {
			r.db.relieve(r.tx)
		}
	}
}

// bucket is a bucket by its name. bbolt looks for it anew whenever it is asked: for what
// is read of thousands of sources that is most of the work.
func (r *Reader) bucket(name []byte) *bolt.Bucket {
	b, known := r.buckets[string(name)]
	if !known {
		if r.buckets == nil {
			r.buckets = make(map[string]*bolt.Bucket)
		}
		b = r.tx.Bucket(name)
		r.buckets[string(name)] = b
	}
	return b
}

// View calls read with a reader of the last committed state. read must not call
// Apply, nor write to anything that can block: an open reader keeps the file
// from reusing space.
func (db *DB) View(read func(*Reader) error) error {
	return db.file.view(func(tx *bolt.Tx) error { return read(&Reader{db: db, tx: tx}) })
}

func sourceName(numbers *bolt.Bucket, number uint32) (feed.SourceID, error) {
	id := numbers.Get(key4(number))
	if id == nil {
		return "", fmt.Errorf("source number %d is not stored", number)
	}
	return feed.SourceID(id), nil
}

// Schedule is the stored state of a source without its Meta; the zero state for
// a source that was never visited nor claimed.
func (r *Reader) Schedule(id feed.SourceID) (feed.SourceState, error) {
	s := sourceRecord{SourceState: feed.SourceState{ID: id}}
	n := r.bucket(bNames).Get([]byte(id))
	if n == nil {
		return s.SourceState, nil
	}
	if v := r.bucket(bSources).Get(n); v != nil {
		if err := s.decode(v); err != nil {
			return s.SourceState, fmt.Errorf("source %s: %w", link.Masked(string(id)), err)
		}
	}
	return s.SourceState, nil
}

// Source is the stored state of a source; the zero state for a source that was
// never visited nor claimed.
func (r *Reader) Source(id feed.SourceID) (feed.SourceState, error) {
	s, err := r.Schedule(id)
	if err != nil {
		return s, err
	}
	if n := r.bucket(bNames).Get([]byte(id)); n != nil {
		if v := r.bucket(bMetas).Get(n); v != nil {
			if err := decodeMeta(v, &s.Meta); err != nil {
				return s, fmt.Errorf("source %s: %w", link.Masked(string(id)), err)
			}
		}
	}
	return s, nil
}

// Window is the raw entries of a source's current document, in its order.
func (r *Reader) Window(id feed.SourceID) []feed.Raw {
	n := r.tx.Bucket(bNames).Get([]byte(id))
	if n == nil {
		return nil
	}
	v := r.tx.Bucket(bWindows).Get(n)
	raws := make([]feed.Raw, 0, len(v)/windowSlot)
	eachSlot(v, func(r feed.Raw, _ feed.EntryKey) { raws = append(raws, r) })
	return raws
}

// Entry is the entry of a key.
func (r *Reader) Entry(k feed.EntryKey) (feed.StoredEntry, error) {
	e, err := r.db.loadEntry(r.tx.Bucket(bEntries), k)
	if err != nil {
		return feed.StoredEntry{}, err
	}
	e.Source, err = sourceName(r.tx.Bucket(bNumbers), e.source)
	return e.StoredEntry, err
}

// EntryOf finds a source's entry by an id that the source gave it; ok is false where
// there is none.
func (r *Reader) EntryOf(source feed.SourceID, id string) (e feed.StoredEntry, ok bool, err error) {
	n := r.tx.Bucket(bNames).Get([]byte(source))
	if n == nil {
		return e, false, nil
	}
	k := r.tx.Bucket(bIDs).Get(hashKey(binary.BigEndian.Uint32(n), plainAddress(id)))
	if k == nil || bytes.Equal(k, tombstone) || bytes.Equal(k, voidID) {
		return e, false, nil
	}
	found, err := r.db.loadEntry(r.tx.Bucket(bEntries), feed.EntryKey(readKey(k)))
	if err != nil {
		return e, false, err
	}
	found.Source = source
	return found.StoredEntry, found.hasID(plainAddress(id)), nil
}

// Entries calls visit with the stored entries from key from on, in order, until
// it returns false.
func (r *Reader) Entries(from feed.EntryKey, visit func(feed.StoredEntry) bool) error {
	c := r.tx.Bucket(bEntries).Cursor()
	for k, v := c.Seek(key8(uint64(from))); k != nil; k, v = c.Next() {
		e := &entryRecord{StoredEntry: feed.StoredEntry{Key: feed.EntryKey(binary.BigEndian.Uint64(k))}}
		err := r.db.decodeEntry(v, e)
		if err == nil {
			e.Source, err = sourceName(r.tx.Bucket(bNumbers), e.source)
		}
		if err != nil {
			return fmt.Errorf("entry %d: %w", e.Key, err)
		}
		if !visit(e.StoredEntry) {
			return nil
		}
	}
	return nil
}

// EntryKeys are the keys of the first entry that is stored and of the last; 0 for none.
// Few between them are gone: as many as there are entries, nearly.
func (r *Reader) EntryKeys() (first, last feed.EntryKey) {
	if k, _ := r.tx.Bucket(bEntries).Cursor().First(); k != nil {
		first = feed.EntryKey(binary.BigEndian.Uint64(k))
	}
	return first, r.NewestEntry()
}

// NewestEntry is the key of the entry that was stored last, 0 for none.
func (r *Reader) NewestEntry() feed.EntryKey {
	k, _ := r.tx.Bucket(bEntries).Cursor().Last()
	if k == nil {
		return 0
	}
	return feed.EntryKey(binary.BigEndian.Uint64(k))
}

// EntryCount is how many entries there are, told from their groups: their own pages are
// most of the file.
func (r *Reader) EntryCount() (n int, err error) {
	err = r.tx.Bucket(bGroups).ForEach(func(k, v []byte) error {
		c := cursor{b: v}
		c.byte()
		c.uvarint()
		n += c.count()
		if c.err != nil {
			return fmt.Errorf("group %d: %w", binary.BigEndian.Uint64(k), c.err)
		}
		return nil
	})
	return n, err
}

// Group is the group of a key.
func (r *Reader) Group(k feed.GroupKey) (feed.Group, error) {
	g, err := loadGroup(r.tx.Bucket(bGroups), k)
	if err != nil {
		return feed.Group{}, err
	}
	return g.Group, nil
}

// Story is the story of a key.
func (r *Reader) Story(k feed.StoryKey) (feed.Story, error) {
	s, err := loadStory(r.tx.Bucket(bStories), k)
	if err != nil {
		return feed.Story{}, err
	}
	return s.Story, nil
}

// Extent is how large a story is and when it began.
func (r *Reader) Extent(k feed.StoryKey) (feed.StoryExtent, error) {
	s, err := loadStory(r.tx.Bucket(bStories), k)
	if err == nil && s.entries == 0 {
		err = s.measure(r.tx.Bucket(bGroups), r.tx.Bucket(bEntries))
	}
	if err != nil {
		return feed.StoryExtent{}, err
	}
	return feed.StoryExtent{Began: s.began, Entries: s.entries}, nil
}

func (r *Reader) topic(id feed.TopicID) (topicRecord, bool, error) {
	var t topicRecord
	v := r.tx.Bucket(bTopics).Get([]byte(id))
	if v == nil {
		return t, false, nil
	}
	if err := t.decode(v); err != nil {
		return t, false, fmt.Errorf("topic %s: %w", id, err)
	}
	return t, true, nil
}

// A TopicState is what is stored about a topic.
type TopicState struct {
	ID     feed.TopicID
	Wanted uint64 // hash of the rules last announced; 0 when not configured
	Rules  uint64 // hash of the rules that all memberships are in line with; 0 while some are not
	// Changed is when readers could last see a difference; the zero time before.
	Changed time.Time
	Leads   string // the language whose reports lead the topic's stories, "" for any
	KnownAs string // what names it in the id of its feed, "" for ID
	// Opened says that it was published under an earlier configuration.
	Opened bool
}

// Topics is the stored state of every topic that ever was, by id.
func (r *Reader) Topics() (map[feed.TopicID]TopicState, error) {
	all := make(map[feed.TopicID]TopicState)
	err := r.tx.Bucket(bTopics).ForEach(func(k, v []byte) error {
		var t topicRecord
		if err := t.decode(v); err != nil {
			return fmt.Errorf("topic %s: %w", k, err)
		}
		id := feed.TopicID(k)
		all[id] = TopicState{id, t.wanted, t.rules, t.changed, t.leads, t.name, t.opened}
		return nil
	})
	return all, err
}

// Counts is how many of each there are.
type Counts struct{ Sources, Entries, Groups, Stories int }

// Counts walks the pages of the file; it is for diagnosis, not for every
// request.
func (r *Reader) Counts() Counts {
	n := func(b []byte) int { return r.tx.Bucket(b).Stats().KeyN }
	return Counts{n(bNumbers), n(bEntries), n(bGroups), n(bStories)}
}
