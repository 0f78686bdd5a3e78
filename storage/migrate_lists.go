package storage

import (
	"encoding/binary"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"
)

// Schema 3 had of a group in a topic whose filing it goes by. Schema 4 has in the same row
// what lists choose and count by, and how much each topic has; its topics know what they
// were called first.

// listsOf brings a file from schema 3 to 4.
func listsOf(old *bolt.Tx, to *bulk) error {
	if err := to.copyBut(old, bMembers, bTallies); err != nil {
		return err
	}
	dec, err := newUnpacker(1)
	if err != nil {
		return err
	}
	defer dec.Close()
	r := &Reader{db: &DB{dec: dec}, tx: old}
	tallies := make(map[uint32]*tally)
	if err := old.Bucket(bMembers).ForEach(func(k, v []byte) error {
		number := binary.BigEndian.Uint32(k)
		m, err := decodeMember(v)
		if err == nil {
			err = r.know(&m, number, k, v)
		}
		if err != nil {
			return fmt.Errorf("row %x: %w", k, err)
		}
		if tallies[number] == nil {
			tallies[number] = new(tally)
		}
		tallies[number].count(&m, 1)
		return to.put(bMembers, k, m.encode())
	}); err != nil {
		return err
	}
	for number, t := range tallies {
		if *t == (tally{}) {
			continue
		}
		if err := to.put(bTallies, key4(number), t.encode()); err != nil {
			return err
		}
	}
	return to.put(bMeta, kSchema, binary.BigEndian.AppendUint32(nil, 4))
}

// know reads the reports of a row that has none.
func (r *Reader) know(m *memberRecord, number uint32, k, v []byte) error {
	f, err := r.filed(r.topicNames()[number], number, k, v)
	if err != nil {
		return err
	}
	m.known = true
	for i := range f.Entries {
		if e := &f.Entries[i]; !slices.Contains(f.Hidden, e.Key) {
			n := r.tx.Bucket(bNames).Get([]byte(e.Source))
			m.reports = append(m.reports, reportRow{e.Key, uint32(readKey(n)), e.Language})
		}
	}
	return nil
}
