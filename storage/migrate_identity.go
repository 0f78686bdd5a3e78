package storage

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// Schema 2 had ids as they were written, and of each link the first entry. Schema 3
// compares ids without what comes and goes while the page stays, and lists the entries
// of a page. Entries with neither id nor link keep the id that they have, and are known
// by the one that they would get today, too.

// identitiesOf brings a file from schema 2 to 3.
func identitiesOf(old *bolt.Tx, to *bulk) error {
	if err := to.copyBut(old, bIDs, bLinks, bEntries); err != nil {
		return err
	}
	dec, err := newUnpacker(1)
	if err != nil {
		return err
	}
	defer dec.Close()
	m := &schema2{old: old, db: &DB{dec: dec}, ids: make(map[string][]byte), links: make(map[string]*linkRow)}
	for _, step := range []func(*bulk) error{m.entries, m.tombstones, m.write} {
		if err := step(to); err != nil {
			return err
		}
	}
	return to.put(bMeta, kSchema, binary.BigEndian.AppendUint32(nil, 3))
}

type schema2 struct {
	old   *bolt.Tx
	db    *DB // only to read texts
	ids   map[string][]byte
	links map[string]*linkRow
}

func (m *schema2) entries(to *bulk) error {
	entries := m.old.Bucket(bEntries)
	if err := entries.ForEach(func(k, v []byte) error {
		e := &entryRecord{StoredEntry: feed.StoredEntry{Key: feed.EntryKey(binary.BigEndian.Uint64(k))}}
		head := cursor{b: v}
		if decodeEntryHead(&head, e); head.err != nil {
			return fmt.Errorf("entry %d: %w", e.Key, head.err)
		}
		if err := m.db.unpackTexts(head.b, &e.Entry); err != nil {
			return fmt.Errorf("entry %d: %w", e.Key, err)
		}
		if readKey(m.old.Bucket(bIDs).Get(hashKey(e.source, e.ID))) == uint64(e.Key) {
			m.known(e, plainID(&e.Entry))
			if id := e.HashID(); strings.HasPrefix(e.ID, hashPrefix) && id != e.ID {
				e.aliases = []string{id}
				m.known(e, id)
			}
		}
		m.link(e)
		return to.put(bEntries, k, append(encodeEntryHead(nil, e), head.b...))
	}); err != nil {
		return err
	}
	b, err := to.bucket(bEntries)
	if err != nil {
		return err
	}
	return b.SetSequence(entries.Sequence())
}

// known notes an id of an entry. Of two that were told apart only by what is no longer
// looked at, the newer one has it.
func (m *schema2) known(e *entryRecord, plain string) {
	m.ids[string(hashKey(e.source, plain))] = shortKey(uint64(e.Key))
}

func (m *schema2) link(e *entryRecord) {
	if e.Canonical == "" {
		return
	}
	k := string(pageKey(e.Canonical))
	l := m.links[k]
	if l == nil {
		l = &linkRow{}
		m.links[k] = l
	}
	if was := m.old.Bucket(bLinks).Get(key8(xxhash.Sum64String(e.Canonical))); len(was) > 0 {
		l.repeated = l.repeated || was[len(was)-1]&linkRepeated != 0
	}
	if len(l.entries) < maxLinked {
		l.entries = append(l.entries, e.Key)
	}
}

// tombstones keeps those of ids as they were written, under which they are looked for
// besides.
func (m *schema2) tombstones(*bulk) error {
	return m.old.Bucket(bIDs).ForEach(func(k, v []byte) error {
		if bytes.Equal(v, tombstone) && m.ids[string(k)] == nil {
			m.ids[string(k)] = tombstone
		}
		return nil
	})
}

func (m *schema2) write(to *bulk) error {
	for _, k := range sortedKeys(m.ids) {
		if err := to.put(bIDs, []byte(k), m.ids[k]); err != nil {
			return err
		}
	}
	for _, k := range sortedKeys(m.links) {
		if err := to.put(bLinks, []byte(k), m.links[k].encode()); err != nil {
			return err
		}
	}
	return nil
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
