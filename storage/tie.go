package storage

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A tie is what an entry is to one topic: why it matches, and what it was given
// when it first led there. Ties are facts: what is filed follows from them.
type tie struct {
	topic  uint32
	reason []byte  // why it matches, encoded; empty where it does not
	filing *filing // nil where it never led
	// base says what an operator decided before the database kept decisions as
	// facts (ruledOut, ruledIn).
	base byte
}

// A filing is what an entry got in a topic when it first led there. It stays the
// entry's, wherever the entry goes.
type filing struct {
	public string    // its public id
	former []string  // ids that lead to it besides
	at     time.Time // orders the feed
	past   bool      // no news: found by a change of rules too late, or over the bound of a document
	by     uint64    // the decision that made it, 0 for rules
	// again is when a decision, renewed, made it news once more; zero for never.
	again   time.Time
	renewed uint64
	// What was settled about languages: the member that speaks for the group in
	// the stead of its lead, and the first entry of the group in whose stead this
	// one leads the story; 0 for none.
	voice, insteadOf feed.EntryKey
}

// ids are all public ids of a filing.
func (f *filing) ids() []string { return append([]string{f.public}, f.former...) }

// before is the order in which the filings of a group hold: news before what is
// past, then the earlier; of equal ones that of the lower entry, which is asked
// first.
func (f *filing) before(o *filing) bool {
	at, past := f.when()
	other, otherPast := o.when()
	if past != otherPast {
		return otherPast
	}
	return at.Before(other)
}

// when is where a filing puts its group in a feed.
func (f *filing) when() (filed time.Time, past bool) {
	if f.renewed != 0 {
		return f.again, false
	}
	return f.at, f.past
}

// The flags of a tie.
const (
	tieReason = 1 << iota
	tieFiled
	tiePast
	tieDecided
	tieLeading
	tieFormer
	tieOut
	tieIn
	// tieShared stands in the place of tieIn, which nothing is in the feed of all
	// topics: its filing is that of another topic, whose number follows.
	tieShared = tieIn
)

func encodeTies(ts []tie) []byte {
	var b []byte
	for i := range ts {
		t := &ts[i]
		var flags byte
		f := t.filing
		set := func(flag byte, is bool) {
			if is {
				flags |= flag
			}
		}
		set(tieReason, len(t.reason) > 0)
		set(tieOut, t.base&ruledOut != 0)
		set(tieIn, t.base&ruledIn != 0)
		if f != nil {
			set(tieFiled, true)
			set(tiePast, f.past)
			set(tieDecided, f.by != 0 || f.renewed != 0)
			set(tieLeading, f.voice != 0 || f.insteadOf != 0)
			set(tieFormer, len(f.former) > 0)
		}
		if flags == 0 {
			continue
		}
		b = binary.AppendUvarint(b, uint64(t.topic))
		if from := sharedFrom(ts, t); from != 0 {
			b = binary.AppendUvarint(append(b, tieFiled|tieShared), uint64(from))
			continue
		}
		b = append(b, flags)
		if flags&tieReason != 0 {
			b = append(binary.AppendUvarint(b, uint64(len(t.reason))), t.reason...)
		}
		if f == nil {
			continue
		}
		b = putString(putTime(b, f.at), f.public)
		if flags&tieDecided != 0 {
			b = putTime(binary.AppendUvarint(binary.AppendUvarint(b, f.by), f.renewed), f.again)
		}
		if flags&tieLeading != 0 {
			b = binary.AppendUvarint(binary.AppendUvarint(b, uint64(f.voice)), uint64(f.insteadOf))
		}
		if flags&tieFormer != 0 {
			b = binary.AppendUvarint(b, uint64(len(f.former)))
			for _, id := range f.former {
				b = putString(b, id)
			}
		}
	}
	return b
}

// decodeTies reads ties, in the order of their topics.
func decodeTies(v []byte) (ts []tie, err error) {
	c := cursor{b: v}
	var shared uint32
	for len(c.b) > 0 && c.err == nil {
		t := tie{topic: uint32(c.uvarint())}
		flags := c.byte()
		if t.topic == allNumber && flags&tieShared != 0 {
			shared = uint32(c.uvarint())
			ts = append(ts, t)
			continue
		}
		if flags&tieReason != 0 {
			t.reason = bytes.Clone(c.take(c.uvarint()))
		}
		if flags&tieOut != 0 {
			t.base |= ruledOut
		}
		if flags&tieIn != 0 {
			t.base |= ruledIn
		}
		if flags&tieFiled != 0 {
			f := &filing{past: flags&tiePast != 0, at: c.time(), public: c.string()}
			if flags&tieDecided != 0 {
				f.by, f.renewed, f.again = c.uvarint(), c.uvarint(), c.time()
			}
			if flags&tieLeading != 0 {
				f.voice, f.insteadOf = feed.EntryKey(c.uvarint()), feed.EntryKey(c.uvarint())
			}
			if flags&tieFormer != 0 {
				f.former = make([]string, c.count())
				for i := range f.former {
					f.former[i] = c.string()
				}
			}
			t.filing = f
		}
		ts = append(ts, t)
	}
	if shared != 0 && c.err == nil {
		from := tieTo(ts, shared)
		if from == nil || from.filing == nil {
			return nil, fmt.Errorf("the filing in topic number %d is not there", shared)
		}
		f := from.filing
		ts[0].filing = &filing{public: f.public, at: f.at, past: f.past, by: f.by, again: f.again, renewed: f.renewed}
	}
	return ts, c.err
}

func loadTies(b *bolt.Bucket, k feed.EntryKey) ([]tie, error) {
	v := b.Get(key8(uint64(k)))
	if v == nil {
		return nil, nil
	}
	ts, err := decodeTies(v)
	if err != nil {
		return nil, fmt.Errorf("topics of entry %d: %w", k, err)
	}
	return ts, nil
}

func (w *writer) putTies(k feed.EntryKey, ts []tie) error {
	key, v := key8(uint64(k)), encodeTies(ts)
	switch was := w.ties.Get(key); {
	case bytes.Equal(was, v):
		return nil
	case len(v) == 0:
		return w.ties.Delete(key)
	}
	return w.ties.Put(key, v)
}

// tieTo is the tie to a topic, nil for none.
func tieTo(ts []tie, topic uint32) *tie {
	if i, ok := slices.BinarySearchFunc(ts, topic, func(t tie, topic uint32) int { return cmp.Compare(t.topic, topic) }); ok {
		return &ts[i]
	}
	return nil
}

// tied is the tie to a topic, made where there is none.
func tied(ts *[]tie, topic uint32) *tie {
	i, ok := slices.BinarySearchFunc(*ts, topic, func(t tie, topic uint32) int { return cmp.Compare(t.topic, topic) })
	if !ok {
		*ts = slices.Insert(*ts, i, tie{topic: topic})
	}
	return &(*ts)[i]
}

// A member is an entry of a group with its ties.
type member struct {
	key  feed.EntryKey
	gone bool // retention removed it
	ties []tie
}

// members are the entries of a group, those that are gone last.
func members(ties *bolt.Bucket, g *groupRecord) ([]member, error) { return membersBut(ties, g, 0, nil) }

// membersBut is members where the ties of one are at hand; 0 for none.
func membersBut(ties *bolt.Bucket, g *groupRecord, own feed.EntryKey, at []tie) ([]member, error) {
	ms := make([]member, 0, len(g.Entries)+len(g.gone))
	for _, keys := range [...][]feed.EntryKey{g.Entries, g.gone} {
		for _, k := range keys {
			ts := at
			if k != own {
				var err error
				if ts, err = loadTies(ties, k); err != nil {
					return nil, err
				}
			}
			ms = append(ms, member{key: k, gone: len(ms) >= len(g.Entries), ties: ts})
		}
	}
	return ms, nil
}

// chosen is the filing of a group in a topic, with the entry that it was given to;
// nil where none of its entries has one.
func chosen(ms []member, topic uint32) (owner feed.EntryKey, f *filing) {
	for i := range ms {
		m := &ms[i]
		if t := tieTo(m.ties, topic); t != nil && t.filing != nil {
			if f == nil || t.filing.before(f) || !f.before(t.filing) && m.key < owner {
				owner, f = m.key, t.filing
			}
		}
	}
	return owner, f
}

// lead is who speaks for a group in a topic: the entry that its filing was given to,
// else the next that is there for a reason of its own, else the next; of those that
// are shown, where some are.
func lead(ms []member, topic uint32, owner feed.EntryKey, hidden []feed.EntryKey) feed.EntryKey {
	for _, shown := range [...]bool{true, false} {
		var matches, first feed.EntryKey
		for i := range ms {
			m := &ms[i]
			if m.gone || shown && slices.Contains(hidden, m.key) {
				continue
			}
			if m.key == owner {
				return owner
			}
			if first == 0 {
				first = m.key
			}
			if t := tieTo(m.ties, topic); matches == 0 && t != nil && len(t.reason) > 0 {
				matches = m.key
			}
		}
		if k := cmp.Or(matches, first); k != 0 {
			return k
		}
	}
	return 0
}
