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
	// leads is the language whose reports lead the topic's stories, "" for any;
	// ruled is when the rules last changed.
	leads string
	ruled time.Time
}

func (t *topicRecord) encode(b []byte) []byte {
	b = append(b, 2)
	b = binary.BigEndian.AppendUint32(b, t.number)
	b = binary.BigEndian.AppendUint64(b, t.wanted)
	b = binary.BigEndian.AppendUint64(b, t.rules)
	b = putTime(b, t.changed)
	return putTime(putString(b, t.leads), t.ruled)
}

func (t *topicRecord) decode(v []byte) error {
	c := cursor{b: v}
	version := c.byte()
	if version != 1 && version != 2 && c.err == nil {
		return fmt.Errorf("topic record of version %d", version)
	}
	if b := c.take(20); b != nil {
		t.number = binary.BigEndian.Uint32(b)
		t.wanted = binary.BigEndian.Uint64(b[4:])
		t.rules = binary.BigEndian.Uint64(b[12:])
	}
	t.changed = c.time()
	if version == 2 {
		t.leads = c.string()
		t.ruled = c.time()
	}
	return c.err
}
