package storage

import (
	"encoding/binary"
	"fmt"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
	"topicwire/feed/link"
)

// Schema 4 had links and public ids under hashes of them alone, and of each public id a
// row a topic. Schema 5 has them by site, and a row an id.

// pageKey was the key of a page's row.
func pageKey(canonical string) []byte { return key8(xxhash.Sum64String(link.Page(canonical))) }

// sitesOf brings a file from schema 4 to 5.
func sitesOf(old *bolt.Tx, to *bulk) error {
	if err := to.copyBut(old, bLinks, bPublics); err != nil {
		return err
	}
	dec, err := newUnpacker(1)
	if err != nil {
		return err
	}
	defer dec.Close()
	db := &DB{dec: dec}
	// A row goes with the first of its entries.
	links := old.Bucket(bLinks)
	if err := old.Bucket(bEntries).ForEach(func(k, v []byte) error {
		e := &entryRecord{StoredEntry: feed.StoredEntry{Key: feed.EntryKey(binary.BigEndian.Uint64(k))}}
		if err := db.decodeEntry(v, e); err != nil {
			return fmt.Errorf("entry %d: %w", e.Key, err)
		}
		if e.Canonical == "" {
			return nil
		}
		row := links.Get(pageKey(e.Canonical))
		if l, err := readLinkRow(row); err != nil || len(l.entries) == 0 || l.entries[0] != e.Key {
			return err
		}
		return to.put(bLinks, linkKey(e.Canonical), row)
	}); err != nil {
		return err
	}
	if err := old.Bucket(bTies).ForEach(func(k, v []byte) error {
		ts, err := decodeTies(v)
		if err != nil {
			return fmt.Errorf("topics of entry %x: %w", k, err)
		}
		for _, t := range ts {
			if t.filing == nil {
				continue
			}
			for _, id := range t.filing.ids() {
				publics, err := to.bucket(bPublics)
				if err != nil {
					return err
				}
				r := append(readPublicRow(publics.Get(siteKey(id))), publicID{t.topic, feed.EntryKey(binary.BigEndian.Uint64(k))})
				if err := to.put(bPublics, siteKey(id), r.encode()); err != nil {
					return err
				}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	for _, name := range [][]byte{bLinks, bPublics} {
		if _, err := to.bucket(name); err != nil {
			return err
		}
	}
	return to.put(bMeta, kSchema, binary.BigEndian.AppendUint32(nil, 5))
}
