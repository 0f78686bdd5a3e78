package storage

import (
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"
	bolt "go.etcd.io/bbolt"

	"topicwire/feed"
)

// An Outcome is what one change did.
type Outcome struct {
	New     int // entries stored for the first time
	Updated int // entries whose text or dates changed
	Past    int // entries that were filed as past because their document had too many
	Removed int // entries that a Retention or a Forgetting removed
	// Next is where the Retention or Forgetting after this one goes on; 0 when all is
	// done.
	Next feed.EntryKey
	// Decision is the number under which a Decision or a Forgetting is logged; 0 for a
	// Forgetting that found nothing yet.
	Decision uint64
	// Subscription is the one that a Subscribing began or renewed.
	Subscription feed.SubscriptionKey
}

// A Result is what a call of Apply did.
type Result struct {
	Outcomes []Outcome      // one a change
	Topics   []feed.TopicID // whose readers can see a difference, each once
}

// Apply writes changes in order, all of them in one transaction: when it returns
// without an error they are on disk. Otherwise none is stored; where it is a disk that
// failed, all may turn out to be once it works again: who applies them anew changes
// nothing then, or is refused. A decision that is refused fails them too, with a *feed.Refusal. It must not
// be called from two goroutines at once.
func (db *DB) Apply(changes []feed.Change) (res Result, err error) {
	var w *writer
	defer func() {
		if err != nil {
			db.near.reset() // it knows what is not stored
			if w != nil && w.placed {
				db.place.Reset() // and so does the placer
			}
		}
	}()
	if err := db.ascertain(); err != nil {
		return Result{}, fmt.Errorf("apply: %w", err)
	}
	commit := 0
	write := func(tx *bolt.Tx) error {
		commit = tx.ID()
		w = newWriter(db, tx)
		w.config = db.config
		res = Result{Outcomes: make([]Outcome, len(changes))}
		for i, c := range changes {
			db.relieve(tx)
			if err := w.mend(c.Time()); err != nil {
				return fmt.Errorf("what a wrong clock filed: %w", err)
			}
			if err := w.apply(c, &res.Outcomes[i]); err != nil {
				return err
			}
			w.stampBy(c.Time())
		}
		if err := w.flush(); err != nil {
			return err
		}
		for _, t := range w.topics {
			if t.touched {
				res.Topics = append(res.Topics, t.id)
			}
		}
		return nil
	}
	err = db.relieved(func() error { return db.file.update(write) })
	if err != nil {
		if err = db.settled(commit, res.Topics, err); err != nil {
			return Result{}, fmt.Errorf("apply: %w", err)
		}
	}
	db.config = w.config
	for _, t := range db.untold {
		if !slices.Contains(res.Topics, t) {
			res.Topics = append(res.Topics, t)
		}
	}
	db.untold = nil
	return res, nil
}

// A writer is one transaction of Apply. It remembers what several changes of a
// batch touch, so that each record is written once.
type writer struct {
	db *DB
	tx *bolt.Tx

	sources, names, numbers, metas, windows, entries, ghosts, topicB, window, leases, placements, ties, decisions, named, rhythms *bolt.Bucket
	// What is derived.
	groups, stories, members, rulings, bare, archives, tallies *bolt.Bucket
	// Of facts and of what is derived, what is kept under hashes.
	ids, links, publics gathered

	topics     []*topicState   // in the order they were first touched
	taken      map[string]bool // names that topics have beside their ids, once a new topic asked
	everything *topicState     // see all, once it was asked for
	around     surroundings
	config     *feed.ConfigChange // in force, once it was asked for
	stamp      uint64             // keyMilli of the newest change; 0 before the first
	mending    mending
	placed     bool // the placer was told of something
	inserts    inserts
}

// inserts are where new rows of members went: to the end of a topic, as news do, or
// between others, as a backlog does. Pages that rows are added to at the end are never
// added to again, and may be full; those that rows come between need room, or they are
// split into nearly empty ones.
type inserts struct{ ends, between int }

func (i *inserts) count(end bool) {
	if end {
		i.ends++
	} else {
		i.between++
	}
}

func (i *inserts) fill() float64 {
	if i.ends > i.between {
		return 0.9
	}
	return 0.5
}

func newWriter(db *DB, tx *bolt.Tx) *writer {
	w := &writer{db: db, tx: tx}
	for _, b := range []struct {
		name []byte
		to   **bolt.Bucket
		fill float64
	}{
		// Keys that only grow fill pages nearly whole; bbolt's default, made for
		// random keys, would leave every page half empty behind them. Records that
		// grow in their places, or come between others, need room: pages that are
		// nearly whole split into nearly empty ones.
		{bSources, &w.sources, 0.5}, {bNames, &w.names, 0.6}, {bNumbers, &w.numbers, 0.9}, {bMetas, &w.metas, 0.6}, {bWindows, &w.windows, 0.5},
		{bEntries, &w.entries, 0.98}, {bGhosts, &w.ghosts, 0.9}, {bIDs, &w.ids.bucket, 0.6}, {bLinks, &w.links.bucket, 0.6},
		{bGroups, &w.groups, 0.95}, {bStories, &w.stories, 0.95}, {bTopics, &w.topicB, 0.9},
		{bMembers, &w.members, 0.5}, {bPublics, &w.publics.bucket, 0.6},
		{bWindow, &w.window, 0.98}, {bLeases, &w.leases, 0.6}, {bPlaced, &w.placements, 0.98}, {bTies, &w.ties, 0.9},
		{bDecisions, &w.decisions, 0.9}, {bNamed, &w.named, 0.9}, {bBare, &w.bare, 0.5}, {bRulings, &w.rulings, 0.6}, {bArchives, &w.archives, 0.9}, {bTallies, &w.tallies, 0.5}, {bRhythms, &w.rhythms, 0.5},
	} {
		*b.to = tx.Bucket(b.name)
		(*b.to).FillPercent = b.fill
	}
	w.loadMark()
	w.loadMending()
	w.stamp = readKey(tx.Bucket(bMeta).Get(kStamp))
	return w
}

// stampBy moves the stamp, which is the time of the newest change. One that a wrong
// clock set was taken back by mend: it would have entries leave editions for their age
// before that time has come.
func (w *writer) stampBy(at time.Time) { w.stamp = max(w.stamp, keyMilli(at)) }

func (w *writer) apply(c feed.Change, o *Outcome) error {
	switch c := c.(type) {
	case *feed.Claim:
		return w.claim(c)
	case *feed.Visit:
		return w.visit(c, o)
	case *feed.ConfigChange:
		return w.configure(c)
	case *feed.Refiling:
		return w.refile(c)
	case *feed.Retention:
		return w.retain(c, o)
	case *feed.Forgetting:
		return w.forget(c, o)
	case *feed.Decision:
		return w.decide(c, o)
	case *feed.Tick:
		return nil
	case *feed.Archiving:
		return w.archive(c)
	case *feed.LeaseChange:
		return w.lease(c)
	case *feed.Push:
		return w.push(c, o)
	case *feed.Subscribing:
		return w.subscribe(c, o)
	case *feed.Unsubscribing:
		return w.unsubscribe(c)
	case *feed.Delivery:
		return w.deliver(c)
	}
	return fmt.Errorf("unknown change %T", c)
}

func (w *writer) flush() error {
	w.members.FillPercent = w.inserts.fill() // it counts at the commit
	if err := w.putMark(); err != nil {
		return err
	}
	if err := w.putMending(); err != nil {
		return err
	}
	if err := w.tx.Bucket(bMeta).Put(kStamp, key8(w.stamp)); err != nil {
		return err
	}
	for _, g := range [...]*gathered{&w.ids, &w.links, &w.publics} {
		if err := g.flush(); err != nil {
			return err
		}
	}
	for _, t := range w.topics {
		if t.tally != nil {
			if err := w.putTally(t); err != nil {
				return err
			}
		}
		if t.dirty {
			if err := w.topicB.Put([]byte(t.id), t.encode(nil)); err != nil {
				return err
			}
		}
	}
	return nil
}

func hashKey(number uint32, s string) []byte {
	return binary.BigEndian.AppendUint64(key4(number), xxhash.Sum64String(s))
}
