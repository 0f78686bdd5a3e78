package storage

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"topicwire/feed"
)

// A settling is what a change means for the groups that it touches.
type settling struct {
	at time.Time
	// show says that readers see something new of a group wherever it is filed,
	// and topics where else.
	show   bool
	topics map[uint32]bool
	// first makes the filing of a group that has none in a topic: of entry k, which
	// matches or was included. It returns the entry that it is given to.
	first func(t *topicState, g *groupRecord, k feed.EntryKey) (feed.EntryKey, *filing, error)
}

// settle files a group as the facts say, under every topic that they name, and
// stores the group. It is all that ever files or takes back: after a visit, a step
// of refiling or of retention, a decision and its undoing.
//
// A group is filed under a topic while one of its entries matches, also one that is
// gone, or an operator included it; of the filings of its entries the first one holds
// (filing.before). Where there is none yet one is made, once and for all.
func (w *writer) settle(g *groupRecord, s *settling) error {
	ms, err := members(w.ties, g)
	if err != nil {
		return err
	}
	var numbers []uint32
	for i := range ms {
		for j := range ms[i].ties {
			numbers = append(numbers, ms[i].ties[j].topic)
		}
	}
	for _, p := range g.places {
		numbers = append(numbers, p.topic)
	}
	for _, r := range rulingsOn(w.rulings, groupRuling, uint64(g.Key)) {
		numbers = append(numbers, r.topic)
	}
	slices.Sort(numbers)
	for _, n := range slices.Compact(numbers) {
		if err := w.settleTopic(g, &ms, n, s); err != nil {
			return fmt.Errorf("file group %d: %w", g.Key, err)
		}
	}
	return w.putGroup(g)
}

// keeps reports whether a group is filed under a topic, and for which of its stored
// entries: the first that matches, 0 for none.
func (w *writer) keeps(g *groupRecord, ms []member, topic uint32) (matches feed.EntryKey, kept bool) {
	if len(g.Entries) == 0 {
		return 0, false
	}
	for i := range ms { // those that are gone last
		if t := tieTo(ms[i].ties, topic); t != nil && len(t.reason) > 0 {
			if ms[i].gone {
				return 0, true
			}
			return ms[i].key, true
		}
	}
	return 0, ruled(w.rulings, groupRuling, uint64(g.Key), topic).flags&ruledIn != 0 || w.bare.Get(bareKey(topic, g.Key)) != nil
}

func (w *writer) settleTopic(g *groupRecord, ms *[]member, number uint32, s *settling) error {
	was, had := g.place(number)
	k, kept := w.keeps(g, *ms, number)
	if !kept && !had {
		return nil
	}
	t, err := w.topicNumbered(number)
	if err != nil {
		return err
	}
	if !kept {
		t.see(s.at)
		g.places = slices.DeleteFunc(g.places, func(p place) bool { return p.topic == number })
		return w.members.Delete(memberKey(was, g.Key))
	}
	owner, f := chosen(*ms, number)
	if f == nil {
		if owner, f, err = s.first(t, g, cmp.Or(k, g.Entries[0])); err == nil {
			err = w.give(t, owner, f)
		}
		if err == nil {
			*ms, err = members(w.ties, g)
		}
		if err != nil {
			return err
		}
	}
	filed, past := f.when(ruled(w.rulings, groupRuling, uint64(g.Key), number))
	now := place{number, keyMilli(filed)}
	row := memberRecord{owner: owner, past: past, changed: s.at}
	if had {
		old, err := decodeMember(w.members.Get(memberKey(was, g.Key)))
		if err != nil {
			return err
		}
		if now == was && !s.show && !s.topics[number] && old.owner == owner && old.past == past {
			return nil
		}
		if now != was {
			if err := w.members.Delete(memberKey(was, g.Key)); err != nil {
				return err
			}
		}
	}
	t.see(s.at)
	g.places = slices.DeleteFunc(g.places, func(p place) bool { return p.topic == number })
	at, _ := slices.BinarySearchFunc(g.places, number, func(p place, n uint32) int { return cmp.Compare(p.topic, n) })
	g.places = slices.Insert(g.places, at, now)
	return w.members.Put(memberKey(now, g.Key), row.encode())
}

// when is where a filing puts its group in a feed. What an operator includes is news
// from then on.
func (f *filing) when(r ruling) (filed time.Time, past bool) {
	if r.flags&ruledIn != 0 && !r.since.IsZero() {
		return r.since, false
	}
	return f.at, f.past
}

// give stores the filing that an entry gets in a topic, under a public id that is
// nobody else's.
func (w *writer) give(t *topicState, k feed.EntryKey, f *filing) error {
	e, err := w.loadEntry(k)
	if err != nil {
		return err
	}
	source, err := w.sourceNumbered(e.source)
	if err != nil {
		return err
	}
	f.at = time.UnixMilli(f.at.UnixMilli()).UTC() // as it is stored
	f.public = feed.PublicID(source, e.ID)
	for n := 1; ; n++ {
		taken := w.publics.Get(hashKey(t.number, f.public))
		if taken == nil || readKey(taken) == uint64(k) {
			break
		}
		// Another source published the same id in this topic first.
		f.public = feed.NameUUID(string(source), e.ID)
		if n > 1 {
			f.public = feed.NameUUID(string(source), e.ID, strconv.Itoa(n))
		}
	}
	if err := w.publics.Put(hashKey(t.number, f.public), shortKey(uint64(k))); err != nil {
		return err
	}
	ts, err := loadTies(w.ties, k)
	if err != nil {
		return err
	}
	tied(&ts, t.number).filing = f
	return w.putTies(k, ts)
}

// revoke takes back what an entry was given in a topic.
func (w *writer) revoke(t *tie) error {
	for _, id := range t.filing.ids() {
		if err := w.publics.Delete(hashKey(t.topic, id)); err != nil {
			return err
		}
	}
	t.filing = nil
	return nil
}

// match notes why an entry matches topics, in place of what was noted before, and
// returns the numbers of those for which that is new.
func (w *writer) match(ts *[]tie, matches []feed.Match) (map[uint32]bool, error) {
	var fresh map[uint32]bool
	for i := range matches {
		t, err := w.topic(matches[i].Topic)
		if err != nil {
			return nil, err
		}
		x, reason := tied(ts, t.number), putReason(nil, &matches[i].Reason)
		if bytes.Equal(x.reason, reason) {
			continue
		}
		if x.reason = reason; fresh == nil {
			fresh = make(map[uint32]bool)
		}
		fresh[t.number] = true
	}
	return fresh, nil
}

// file brings a group under the topics that an entry of a visit matched. shown says
// that readers see something new of the group besides: another member, or a text.
func (w *writer) file(r *report, e *entryRecord, g *groupRecord, shown bool) error {
	if len(r.Matches) == 0 && len(g.places) == 0 {
		return w.putGroup(g)
	}
	ts, err := loadTies(w.ties, e.Key)
	if err != nil {
		return err
	}
	s := &settling{at: r.visit.At, show: shown, first: func(t *topicState, g *groupRecord, k feed.EntryKey) (feed.EntryKey, *filing, error) {
		return w.firstFiling(t, g, e, &filing{at: r.filedAt(e)}, r.arrived(e))
	}}
	if s.topics, err = w.match(&ts, r.Matches); err != nil {
		return err
	}
	if len(s.topics) > 0 {
		if err := w.putTies(e.Key, ts); err != nil {
			return err
		}
	}
	if r.brings(e) {
		if err := w.joinByLanguage(r, e, g, s); err != nil {
			return err
		}
	}
	return w.settle(g, s)
}
