package storage

import (
	"encoding/binary"
	"encoding/json"
	"fmt"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A decisionRecord is a logged decision with what undo needs. There are few of
// them, and people may want to read them: they are JSON.
type decisionRecord struct {
	feed.Decision
	UndoneBy uint64 `json:",omitempty"`
	Did      changeLog
}

func loadDecision(b *bolt.Bucket, n uint64) (*decisionRecord, error) {
	v := b.Get(key8(n))
	if v == nil {
		return nil, nil
	}
	d := new(decisionRecord)
	if err := json.Unmarshal(v, d); err != nil {
		return nil, fmt.Errorf("decision %d: %w", n, err)
	}
	return d, nil
}

func (w *writer) putDecision(n uint64, d *decisionRecord) error {
	v, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("decision %d: %w", n, err)
	}
	return w.decisions.Put(key8(n), v)
}

// Decisions calls visit with the logged decisions, newest first, until it
// returns false.
func (r *Reader) Decisions(visit func(feed.Decided) bool) error {
	c := r.tx.Bucket(bDecisions).Cursor()
	for k, _ := c.Last(); len(k) == 8; k, _ = c.Prev() {
		d, ok, err := r.Decision(binary.BigEndian.Uint64(k))
		if err != nil || !ok || !visit(d) {
			return err
		}
	}
	return nil
}

// Decision is the logged decision of a number; ok is false where there is none.
func (r *Reader) Decision(n uint64) (d feed.Decided, ok bool, err error) {
	rec, err := loadDecision(r.tx.Bucket(bDecisions), n)
	if err != nil || rec == nil {
		return d, false, err
	}
	return feed.Decided{Number: n, Decision: rec.Decision, UndoneBy: rec.UndoneBy}, true, nil
}

// A Move is an entry that a decision put into another group, or a group that it
// put into another story; the other key is 0.
type Move struct {
	Entry feed.EntryKey
	Group feed.GroupKey
}

// EachMove calls visit with what the decisions in force moved, the newest first,
// until it returns false.
func (r *Reader) EachMove(visit func(feed.Decided, Move) bool) error {
	b := r.tx.Bucket(bDecisions)
	c := b.Cursor()
	for k, _ := c.Last(); len(k) == 8; k, _ = c.Prev() {
		n := binary.BigEndian.Uint64(k)
		d, err := loadDecision(b, n)
		if err != nil {
			return err
		}
		if d.UndoneBy != 0 {
			continue
		}
		for _, m := range d.Did.Moves {
			if !visit(feed.Decided{Number: n, Decision: d.Decision}, Move{m.Entry, m.Group}) {
				return nil
			}
		}
	}
	return nil
}
