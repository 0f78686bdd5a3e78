package storage

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Verify checks the pages of the file; where nothing is wrong with them it derives
// everything that follows from the facts anew, beside what is stored. It calls wrong with
// each page and difference, a sentence without a full stop. It needs memory for every
// entry's number and reads all of one state; others may write meanwhile. It tells by its
// context how far it is, and ends with it.
func (db *DB) Verify(ctx context.Context, wrong func(string)) (err error) {
	defer tripped(&err)
	return db.file.view(func(tx *bolt.Tx) error {
		sound := true
		_, err := walkPages(db.file.f, metaOf(tx), func(text string) {
			sound = false
			wrong("the file's pages: " + text)
		})
		if err != nil || !sound {
			return err
		}
		v := &verifying{w: newWriter(db, tx), wrong: func(format string, args ...any) { wrong(fmt.Sprintf(format, args...)) }}
		checks := []func() error{v.fold, v.groups, v.stories, v.rulings, v.memberships, v.tallies, v.ids, v.known, v.linked, v.leases, v.subscriptions, v.rest}
		for i, check := range checks {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			feed.Tell(ctx, int64(i+1), int64(len(checks)+1))
			if err := check(); err != nil {
				return err
			}
		}
		return nil
	})
}

// tripped makes an error of what goes wrong for who reads all of a file that may be anything: what trips over
// a record is the file's fault, and no mistake of ours.
func tripped(err *error) {
	switch p := recover().(type) {
	case nil:
	case string, runtime.Error:
		*err = fmt.Errorf("%w (%v)", ErrCorrupt, p)
	default:
		panic(p)
	}
}

// Digest is a hash of everything that is stored: equal for two files that the same
// changes led to, on any machine. Texts are hashed as they are read, since two versions
// of a compressor may pack them differently.
func (db *DB) Digest() (sum uint64, err error) {
	h := xxhash.New()
	err = db.file.view(func(tx *bolt.Tx) error {
		return tx.ForEach(func(name []byte, bucket *bolt.Bucket) error {
			fmt.Fprintf(h, "%s %d\n", name, bucket.Sequence())
			return bucket.ForEach(func(k, v []byte) error {
				if bytes.Equal(name, bEntries) {
					c := cursor{b: v}
					if decodeEntryHead(&c, new(entryRecord)); c.err != nil {
						return fmt.Errorf("entry %x: %w", k, c.err)
					}
					texts, err := db.texts(c.b)
					if err != nil {
						return fmt.Errorf("entry %x: %w", k, err)
					}
					v = append(slices.Clone(v[:len(v)-len(c.b)]), texts...)
				}
				fmt.Fprintf(h, "%x %x\n", k, v)
				return nil
			})
		})
	})
	return h.Sum64(), err
}

// A verifying is one pass over a file. Its writer only reads.
type verifying struct {
	w      *writer
	wrong  func(format string, args ...any)
	keys   []feed.EntryKey
	folded *folding
	// records are the stored groups.
	records map[feed.GroupKey]*groupRecord
}

func (v *verifying) fold() error {
	c := &component{}
	for _, b := range []*bolt.Bucket{v.w.entries, v.w.ghosts} {
		cur := b.Cursor()
		for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
			c.keys = append(c.keys, feed.EntryKey(binary.BigEndian.Uint64(k)))
		}
	}
	slices.Sort(c.keys)
	cur := v.w.decisions.Cursor()
	for k, _ := cur.First(); k != nil; k, _ = cur.Next() {
		c.decisions = append(c.decisions, binary.BigEndian.Uint64(k))
	}
	v.keys = c.keys
	var err error
	v.folded, err = v.w.fold(c)
	return err
}

func (v *verifying) groups() error {
	v.records = make(map[feed.GroupKey]*groupRecord)
	if err := v.w.groups.ForEach(func(k, _ []byte) error {
		key := feed.GroupKey(binary.BigEndian.Uint64(k))
		g, err := v.w.loadGroup(key)
		v.records[key] = g
		return err
	}); err != nil {
		return err
	}
	seen := make(map[*foldedGroup]bool)
	for _, k := range v.keys {
		fg := v.folded.of[k]
		e, ok, err := headOrGhost(v.w.entries, v.w.ghosts, k)
		if err != nil {
			return err
		}
		if !ok || e.group != fg.key() {
			v.wrong("entry %d says that it is in group %d, and is in group %d", k, e.group, fg.key())
		}
		if seen[fg] {
			continue
		}
		seen[fg] = true
		g := v.records[fg.key()]
		if g == nil {
			v.wrong("group %d of %d is not stored", fg.key(), fg.entries)
			continue
		}
		want := slices.Clone(fg.entries)
		live := slices.DeleteFunc(slices.Clone(want), func(k feed.EntryKey) bool { return v.w.entries.Get(key8(uint64(k))) == nil })
		gone := slices.Sorted(slices.Values(g.gone))
		slices.Sort(want)
		if !slices.Equal(live, g.Entries) || !slices.Equal(want, slices.Sorted(slices.Values(slices.Concat(g.Entries, gone)))) {
			v.wrong("group %d has the entries %d and had %d, and should have %d", g.Key, g.Entries, g.gone, fg.entries)
		}
		if g.Story != fg.story.key() {
			v.wrong("group %d is of story %d, and should be of %d", g.Key, g.Story, fg.story.key())
		}
	}
	if len(seen) != len(v.records) {
		v.wrong("%d groups are stored, and there are %d", len(v.records), len(seen))
	}
	return nil
}

func (v *verifying) stories() error {
	found := 0
	err := v.w.stories.ForEach(func(k, _ []byte) error {
		s, err := v.w.loadStory(feed.StoryKey(binary.BigEndian.Uint64(k)))
		if err != nil {
			return err
		}
		began, entries := s.began, s.entries
		if err := v.w.measure(s); err != nil {
			return err
		}
		if entries != s.entries || !began.Equal(s.began) {
			v.wrong("story %d is kept as of %d entries since %s, and is of %d since %s", s.Key, entries, began.Format(time.RFC3339), s.entries, s.began.Format(time.RFC3339))
		}
		for _, g := range slices.Concat(s.Groups, s.gone) {
			found++
			if r := v.records[g]; r == nil || r.Story != s.Key || (len(r.Entries) == 0) != slices.Contains(s.gone, g) {
				v.wrong("story %d has the group %d, which is not of it", s.Key, g)
			}
		}
		return nil
	})
	if err == nil && found != len(v.records) {
		v.wrong("%d groups are in stories, and there are %d", found, len(v.records))
	}
	return err
}

func (v *verifying) rulings() error {
	want := v.folded.rulings()
	err := v.w.rulings.ForEach(func(k, r []byte) error {
		s := subject{k[0], binary.BigEndian.Uint64(k[1:]), binary.BigEndian.Uint32(k[9:])}
		if len(r) != 1 || r[0] != want[s] {
			v.wrong("what operators decided of %c %d in topic number %d is kept as %x, and comes to %x", s.class, s.key, s.topic, r, want[s])
		}
		delete(want, s)
		return nil
	})
	for s := range want {
		v.wrong("what operators decided of %c %d in topic number %d is not kept", s.class, s.key, s.topic)
	}
	return err
}

// memberships checks that groups are filed where they should be, and nowhere else.
func (v *verifying) memberships() error {
	rows := 0
	for _, g := range v.records {
		ms, err := members(v.w.ties, g)
		if err != nil {
			return err
		}
		rows += len(g.places)
		topics := make(map[uint32]bool)
		for i := range ms {
			for j := range ms[i].ties {
				topics[ms[i].ties[j].topic] = true
			}
		}
		for _, r := range rulingsOn(v.w.rulings, groupRuling, uint64(g.Key)) {
			topics[r.topic] = true
		}
		for _, p := range g.places {
			topics[p.topic] = true
		}
		if t, err := v.w.all(); err != nil {
			return err
		} else if t != nil {
			topics[allNumber] = true
		}
		for n := range topics {
			if err := v.membership(g, ms, n); err != nil {
				return err
			}
		}
	}
	if n := v.w.members.Stats().KeyN; n != rows {
		v.wrong("%d rows are in topics, and groups know of %d", n, rows)
	}
	return nil
}

func (v *verifying) membership(g *groupRecord, ms []member, topic uint32) error {
	_, kept := v.w.keeps(g, ms, topic)
	p, filed := g.place(topic)
	if topic == allNumber {
		var err error
		if kept, err = v.all(g, ms); err != nil {
			return err
		}
	}
	if kept != filed {
		v.wrong("group %d is filed under topic number %d: %v, and should be: %v", g.Key, topic, filed, kept)
	}
	if !kept || !filed {
		return nil
	}
	owner, f := chosen(ms, topic)
	if f == nil {
		v.wrong("group %d is filed under topic number %d without an id", g.Key, topic)
		return nil
	}
	at, past := f.when()
	row := v.w.members.Get(memberKey(p, g.Key))
	m, err := decodeMember(row)
	if err != nil {
		return fmt.Errorf("group %d in topic number %d: %w", g.Key, topic, err)
	}
	want, err := v.w.reports(g, topic, &memberRecord{}, &settling{})
	if err != nil {
		return err
	}
	if !m.known || !slices.Equal(m.reports, want) {
		v.wrong("group %d in topic number %d is listed with %v, and should be with %v", g.Key, topic, m.reports, want)
	}
	if p.filed != keyMilli(at) || m.owner != owner || m.past != past {
		v.wrong("group %d in topic number %d is filed at %s by entry %d, and should be at %s by %d", g.Key, topic, milliKey(p.filed).Format(time.RFC3339), m.owner, at.Format(time.RFC3339), owner)
	}
	return nil
}

// tallies checks how much topics are said to have.
func (v *verifying) tallies() error {
	return v.w.topicB.ForEach(func(id, record []byte) error {
		var t topicRecord
		if err := t.decode(record); err != nil {
			return fmt.Errorf("topic %s: %w", id, err)
		}
		kept, err := loadTally(v.w.tallies, t.number)
		if err != nil {
			return fmt.Errorf("topic %s: %w", id, err)
		}
		counted, err := countRows(v.w.members, t.number)
		if err == nil && kept != counted {
			v.wrong("topic %s is said to have %+v, and has %+v", id, kept.Tally, counted.Tally)
		}
		return err
	})
}

// all reports whether a group should be in the feed of all topics. While that is not in
// line with the topics there are, it is where it is.
func (v *verifying) all(g *groupRecord, ms []member) (kept bool, err error) {
	t, err := v.w.all()
	if err != nil {
		return false, err
	}
	if _, filed := g.place(allNumber); t.wanted == 0 || t.rules != t.wanted {
		return filed, nil
	}
	numbers, err := v.w.public(g)
	if err != nil || len(numbers) == 0 {
		return false, err
	}
	_, f := chosen(ms, allNumber)
	if _, first := firstOf(ms, numbers); f != nil && first != nil && f.isPast() && !first.isPast() {
		v.wrong("group %d is no news in the feed of all topics, and is in one of them", g.Key)
	}
	return true, nil
}

// ids checks that every public id leads to the entry that it was given to.
func (v *verifying) ids() error {
	given := 0
	for _, k := range v.keys {
		ts, err := loadTies(v.w.ties, k)
		if err != nil {
			return err
		}
		for i := range ts {
			if ts[i].filing == nil {
				continue
			}
			for _, id := range ts[i].filing.ids() {
				given++
				if got := readPublicRow(v.w.publics.Get(siteKey(id))).in(ts[i].topic); got != k {
					v.wrong("the id %s of entry %d in topic number %d leads to entry %d", id, k, ts[i].topic, got)
				}
			}
		}
	}
	lead := 0
	err := v.w.publics.ForEach(func(_, row []byte) error {
		lead += len(readPublicRow(row))
		return nil
	})
	if lead != given {
		v.wrong("%d public ids lead somewhere, and %d were given", lead, given)
	}
	return err
}

// known checks that every id of a source that leads to an entry is one of its ids.
func (v *verifying) known() error {
	return v.w.ids.ForEach(func(k, to []byte) error {
		if bytes.Equal(to, tombstone) || bytes.Equal(to, voidID) {
			return nil
		}
		key := feed.EntryKey(readKey(to))
		e, err := v.entry(key)
		if err != nil || e == nil {
			v.wrong("an id of source number %d leads to entry %d, which is not stored", binary.BigEndian.Uint32(k), key)
			return err
		}
		for _, plain := range e.plainIDs() {
			if bytes.Equal(k, hashKey(e.source, plain)) {
				return nil
			}
		}
		v.wrong("an id of source number %d leads to entry %d, which has none like it", binary.BigEndian.Uint32(k), key)
		return nil
	})
}

// linked checks that the entries of a link have it.
func (v *verifying) linked() error {
	return v.w.links.ForEach(func(k, row []byte) error {
		l, err := readLinkRow(row)
		if err != nil {
			return fmt.Errorf("link %x: %w", k, err)
		}
		for _, key := range l.entries {
			e, err := v.entry(key)
			if err != nil {
				return err
			}
			if e == nil || !bytes.Equal(k, linkKey(e.Canonical)) {
				v.wrong("a link leads to entry %d, which does not have it", key)
			}
		}
		return nil
	})
}

// entry is a stored entry, nil for one that is not.
func (v *verifying) entry(k feed.EntryKey) (*entryRecord, error) {
	if v.w.entries.Get(key8(uint64(k))) == nil {
		return nil, nil
	}
	return v.w.loadEntry(k)
}

// rest checks that what is kept of entries is of entries that are known.
func (v *verifying) rest() error {
	for _, b := range []struct {
		bucket *bolt.Bucket
		what   string
		gone   bool // may be of one that is gone
	}{{v.w.ties, "what an entry is to topics", true}, {v.w.placements, "a placement", true}, {v.w.named, "a decision's name", true}, {v.w.window, "a row of the window", false}} {
		err := b.bucket.ForEach(func(k, _ []byte) error {
			key := feed.EntryKey(binary.BigEndian.Uint64(k))
			if v.w.entries.Get(k[:8]) == nil && (!b.gone || v.w.ghosts.Get(k[:8]) == nil) {
				v.wrong("%s is of entry %d, which is not stored", b.what, key)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}
