package storage

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"

	"topicwire/feed"
)

// The feed of all topics is a topic in the store, from when a configuration names it
// among its hashes. It has no rules: a group is filed there while a public topic has it,
// which is one that is configured and no draft. What it was given there, the public id
// and time of the first such topic, stays with the entry that it was given to, as in any
// topic; so a group keeps both while topics come and go.

// allNumber is the number of the feed of all topics. Others begin with 1.
const allNumber = 0

// all is the feed of all topics; nil where no configuration ever named it.
func (w *writer) all() (*topicState, error) {
	if w.everything == nil && w.topicB.Get([]byte(feed.AllTopics)) != nil {
		var err error
		if w.everything, err = w.topic(feed.AllTopics); err != nil {
			return nil, err
		}
	}
	return w.everything, nil
}

// public are the topics that have a group and that readers may see.
func (w *writer) public(g *groupRecord) (numbers []uint32, err error) {
	for _, p := range g.places {
		if p.topic == allNumber {
			continue
		}
		t, err := w.topicNumbered(p.topic)
		if err != nil {
			return nil, err
		}
		if t.public {
			numbers = append(numbers, p.topic)
		}
	}
	return numbers, nil
}

// settleAll files a group in the feed of all topics, where its topics have it by now.
// seen says that readers see something new of it in one of them.
func (w *writer) settleAll(g *groupRecord, seen bool, s *settling) error {
	t, err := w.all()
	if t == nil || err != nil {
		return err
	}
	was, had := g.place(allNumber)
	numbers, err := w.public(g)
	if err != nil {
		return err
	}
	if len(numbers) == 0 || t.wanted == 0 {
		if !had {
			return nil
		}
		return w.unplace(t, g, was, s)
	}
	if had && !seen && !s.anew {
		return nil
	}
	ms, err := w.membersOf(g, s)
	if err != nil {
		return err
	}
	owner, f := chosen(ms, allNumber)
	first, from := firstOf(ms, numbers)
	if from == nil {
		return fmt.Errorf("nobody has an id of topics number %d", numbers)
	}
	if f == nil || f.isPast() && !from.isPast() {
		if owner, f, err = w.share(first, from, s); err != nil {
			return err
		}
	}
	_, err = w.place(t, g, owner, f, seen, s)
	return err
}

// firstOf is the filing of a group that is the first of those in some topics.
func firstOf(ms []member, topics []uint32) (owner feed.EntryKey, first *filing) {
	for _, n := range topics {
		if k, f := chosen(ms, n); f != nil && (first == nil || f.before(first)) {
			owner, first = k, f
		}
	}
	return owner, first
}

func (f *filing) isPast() bool {
	_, past := f.when()
	return past
}

// share gives an entry in the feed of all topics what it was given in a topic. What it has
// there that was no news becomes news, under its id. Whoever takes back the decision that
// led to it takes it back.
func (w *writer) share(k feed.EntryKey, from *filing, s *settling) (feed.EntryKey, *filing, error) {
	ts, own := s.ties, k == s.own
	if !own {
		var err error
		if ts, err = loadTies(w.ties, k); err != nil {
			return 0, nil, err
		}
	}
	x := tied(&ts, allNumber)
	at, past := from.when()
	decided := cmp.Or(from.renewed, from.by, s.decision)
	switch {
	case x.filing == nil:
		x.filing = &filing{public: from.public, at: at, past: past, by: decided}
		if err := w.claimID(k, x.filing); err != nil {
			return 0, nil, err
		}
	case decided != 0:
		x.filing.again, x.filing.renewed = at, decided
	default:
		x.filing.at, x.filing.past = at, past
	}
	if own {
		s.ties = ts
		return k, x.filing, nil
	}
	return k, x.filing, w.putTies(k, ts)
}

// claimID lets the public id of an entry in the feed of all topics be nobody else's:
// in two topics two entries may have one.
func (w *writer) claimID(k feed.EntryKey, f *filing) error {
	given := f.public
	for n := 0; ; n++ {
		if free, err := w.giveID(allNumber, f.public, k); free || err != nil {
			return err
		}
		source, _, err := w.sourceOf(k)
		if err != nil {
			return err
		}
		f.public = feed.NameUUID(string(source), given)
		if n > 0 {
			f.public = feed.NameUUID(string(source), given, strconv.Itoa(n))
		}
	}
}

// sharedFrom is the topic whose filing a tie to the feed of all topics has, word for
// word; 0 for none.
func sharedFrom(ts []tie, t *tie) uint32 {
	if t.topic != allNumber || t.filing == nil || len(t.filing.former) > 0 {
		return 0
	}
	i := slices.IndexFunc(ts, func(o tie) bool {
		return o.topic != allNumber && o.filing != nil && o.filing.public == t.filing.public && o.filing.at.Equal(t.filing.at) &&
			o.filing.past == t.filing.past && o.filing.by == t.filing.by && o.filing.renewed == t.filing.renewed && o.filing.again.Equal(t.filing.again)
	})
	if i < 0 {
		return 0
	}
	return ts[i].topic
}
