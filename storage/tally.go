package storage

import (
	"bytes"
	"encoding/binary"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A tally is how much a topic has for its readers.
type tally struct{ feed.Tally }

// count adds a row, or with -1 takes it away. One without reports is not seen by
// anybody.
func (t *tally) count(m *memberRecord, by int) {
	n := len(m.reports)
	if n == 0 {
		return
	}
	t.Groups += by
	t.Reports += by * n
	if m.past {
		t.Past += by
	}
}

func (t *tally) encode() []byte {
	b := binary.AppendUvarint(nil, uint64(t.Groups))
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(t.Reports)), uint64(t.Past))
}

func decodeTally(v []byte) (t tally, err error) {
	c := cursor{b: v}
	t.Groups, t.Reports, t.Past = int(c.uvarint()), int(c.uvarint()), int(c.uvarint())
	return t, c.err
}

// loadTally is a topic's.
func loadTally(tallies *bolt.Bucket, topic uint32) (t tally, err error) {
	if v := tallies.Get(key4(topic)); v != nil {
		return decodeTally(v)
	}
	return t, nil
}

func countRows(members *bolt.Bucket, topic uint32) (t tally, err error) {
	c := members.Cursor()
	for k, v := c.Seek(key4(topic)); len(k) == 20 && bytes.Equal(k[:4], key4(topic)); k, v = c.Next() {
		m, err := decodeMember(v)
		if err != nil {
			return t, err
		}
		t.count(&m, 1)
	}
	return t, nil
}

// countRow counts a row of a topic that comes, or with -1 one that goes.
func (w *writer) countRow(t *topicState, m *memberRecord, by int) (err error) {
	if t.tally == nil {
		loaded, err := loadTally(w.tallies, t.number)
		if err != nil {
			return err
		}
		t.tally = &loaded
	}
	t.tally.count(m, by)
	return nil
}

// putTally stores a topic's tally. One that has nothing needs none.
func (w *writer) putTally(t *topicState) error {
	if *t.tally == (tally{}) {
		return w.tallies.Delete(key4(t.number))
	}
	return w.tallies.Put(key4(t.number), t.tally.encode())
}

// Tally is how much a topic has for its readers.
func (r *Reader) Tally(topic feed.TopicID) (feed.Tally, error) {
	t, ok, err := r.topic(topic)
	if err != nil || !ok {
		return feed.Tally{}, err
	}
	n, err := loadTally(r.tx.Bucket(bTallies), t.number)
	return n.Tally, err
}
