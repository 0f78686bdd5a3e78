package storage

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"

	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// A decisionRecord is a logged decision with what grouping follows from. There are few
// of them, and people may want to read them: they are JSON.
type decisionRecord struct {
	feed.Decision
	UndoneBy uint64 `json:"undone_by,omitempty"`
	// Mark is the last entry that was there when it was made.
	Mark feed.EntryKey `json:"mark"`
	// Members are the entries of the groups that it hides. News are the entries that
	// become news by being included: they are not filed, or past.
	Members []feed.EntryKey `json:"members,omitempty"`
	News    []feed.EntryKey `json:"-"`
	// Apart are entries that were placed with one that is of another story since.
	Apart []feed.EntryKey `json:"apart,omitempty"`
	Moves []Move          `json:"moves,omitempty"`
	// Settled says that what it did is part of how its entries were placed: it was
	// made before the database kept decisions as facts, and cannot be undone.
	Settled bool         `json:"settled,omitempty"`
	Forgot  *feed.Forgot `json:"forgot,omitempty"`
}

// decided is the decision as it is told.
func (d *decisionRecord) decided(n uint64) feed.Decided {
	return feed.Decided{Number: n, Decision: d.Decision, UndoneBy: d.UndoneBy, Forgot: d.Forgot}
}

// A Move is an entry that a decision put into another group, or a group that it
// put into another story; the other key is 0.
type Move struct {
	Entry feed.EntryKey `json:"entry,omitempty"`
	Group feed.GroupKey `json:"group,omitempty"`
}

// names are the entries that a decision is about. A group and a story are named by
// their lowest entry, which is their key.
func (d *decisionRecord) names() []feed.EntryKey {
	keys := slices.Concat(d.Entries, d.Members, d.Apart)
	for _, k := range d.Groups {
		keys = append(keys, feed.EntryKey(k))
	}
	for _, k := range d.Stories {
		keys = append(keys, feed.EntryKey(k))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

func (d *decisionRecord) movesGroups(groups []feed.GroupKey) {
	for _, k := range groups {
		d.Moves = append(d.Moves, Move{Group: k})
	}
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

// putDecision logs a decision, and notes whom it names.
func (w *writer) putDecision(n uint64, d *decisionRecord) error {
	v, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("decision %d: %w", n, err)
	}
	if err := w.decisions.Put(key8(n), v); err != nil {
		return err
	}
	return w.name(n, d.names())
}

// Decisions calls visit with the logged decisions, newest first, until it
// returns false.
func (r *Reader) Decisions(visit func(feed.Decided) bool) error {
	return r.eachDecision(func(n uint64, d *decisionRecord) bool {
		return visit(d.decided(n))
	})
}

func (r *Reader) eachDecision(visit func(uint64, *decisionRecord) bool) error {
	b := r.tx.Bucket(bDecisions)
	c := b.Cursor()
	for k, _ := c.Last(); len(k) == 8; k, _ = c.Prev() {
		n := binary.BigEndian.Uint64(k)
		if d, err := loadDecision(b, n); err != nil || !visit(n, d) {
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
	return rec.decided(n), true, nil
}

// EachMove calls visit with what the decisions in force moved, the newest first,
// until it returns false.
func (r *Reader) EachMove(visit func(feed.Decided, Move) bool) error {
	return r.eachDecision(func(n uint64, d *decisionRecord) bool {
		if d.UndoneBy != 0 {
			return true
		}
		for _, m := range d.Moves {
			if !visit(d.decided(n), m) {
				return false
			}
		}
		return true
	})
}

// Rulings are what operators' decisions come to for entries and groups in topics.
// They are derived, as groups are, and stand apart from what is filed: what goes
// with the rules and comes back is as hidden as it was.

// The subjects of rulings: the first byte of their keys.
const (
	entryRuling = 'e'
	groupRuling = 'g'
)

// The flags of a ruling. No ruling has none.
const (
	ruledOut = 1 // hidden; a group with all who join it
	ruledIn  = 2 // filed, in spite of the rules; groups only
)

// A subject is what a ruling is about.
type subject struct {
	class byte
	key   uint64
	topic uint32
}

func (s subject) bytes() []byte {
	k := binary.BigEndian.AppendUint64([]byte{s.class}, s.key)
	return binary.BigEndian.AppendUint32(k, s.topic)
}

// ruled is what stands about an entry or a group in a topic.
func ruled(b *bolt.Bucket, class byte, key uint64, topic uint32) byte {
	if v := b.Get(subject{class, key, topic}.bytes()); len(v) == 1 {
		return v[0]
	}
	return 0
}

// rulingsOn are the rulings on an entry or a group, in the order of topics.
func rulingsOn(b *bolt.Bucket, class byte, key uint64) (on []subject) {
	prefix := binary.BigEndian.AppendUint64([]byte{class}, key)
	c := b.Cursor()
	for k, _ := c.Seek(prefix); len(k) == 13 && bytes.HasPrefix(k, prefix); k, _ = c.Next() {
		on = append(on, subject{class, key, binary.BigEndian.Uint32(k[9:])})
	}
	return on
}

// hiddenOf are the entries of a group that are hidden in a topic.
func hiddenOf(b *bolt.Bucket, g *groupRecord, topic uint32) (hidden []feed.EntryKey) {
	whole := ruled(b, groupRuling, uint64(g.Key), topic)
	for _, k := range g.Entries {
		if (whole|ruled(b, entryRuling, uint64(k), topic))&ruledOut != 0 {
			hidden = append(hidden, k)
		}
	}
	return hidden
}

// rule makes the rulings on some subjects what they should be, and returns the
// groups and topics for which that makes a difference.
func (w *writer) rule(on []subject, want map[subject]byte, groupOf func(subject) feed.GroupKey) (shown map[feed.GroupKey]map[uint32]bool, err error) {
	for s := range want {
		on = append(on, s)
	}
	feed.SortBy(on, func(a, b subject) int { return bytes.Compare(a.bytes(), b.bytes()) })
	shown = make(map[feed.GroupKey]map[uint32]bool)
	for _, s := range slices.Compact(on) {
		k, now := s.bytes(), want[s]
		v := w.rulings.Get(k)
		switch {
		case now == 0:
			err = w.rulings.Delete(k)
		case len(v) != 1 || v[0] != now:
			err = w.rulings.Put(k, []byte{now})
		default:
			continue
		}
		if err != nil {
			return nil, err
		}
		g := groupOf(s)
		if shown[g] == nil {
			shown[g] = make(map[uint32]bool)
		}
		shown[g][s.topic] = true
	}
	return shown, nil
}
