package storage

import (
	"encoding/binary"
	"fmt"
	"time"
)

// A topicRecord is what is stored about a topic.
type topicRecord struct {
	number uint32
	// wanted is the hash of the topic's rules as last announced, 0 while it is
	// not configured; rules is the hash that every stored membership is in line
	// with, 0 while a refiling is under way.
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
