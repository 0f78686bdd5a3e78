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
	// own is the entry that the change is about, with its ties as they are now: settle
	// stores them. 0 for none.
	own  feed.EntryKey
	ties []tie
	// entry is that entry with its texts, where the change has it.
	entry *entryRecord
	// anew says that the feed of all topics may change though none of them does.
	anew bool
	// decision is what is carried out; 0 for what is no decision, and for an undoing.
	decision uint64
	// first makes the filing of a group that has none in a topic: of entry k, which
	// matches or was included. It returns the entry that it is given to.
	first func(t *topicState, g *groupRecord, k feed.EntryKey) (*entryRecord, *filing, error)
}

// shows notes that readers see something new in a topic.
func (s *settling) shows(topic uint32) { set(&s.topics, topic, true) }

// membersOf are the entries of a group, the change's own as it is now.
func (w *writer) membersOf(g *groupRecord, s *settling) ([]member, error) {
	return membersBut(w.ties, g, s.own, s.ties)
}

// settle files a group as the facts say, under every topic that they name, and
// stores the group. It is all that ever files or takes back: after a visit, a step
// of refiling or of retention, a decision and its undoing.
//
// A group is filed under a topic while one of its entries matches, also one that is
// gone, or an operator included it; of the filings of its entries the first one holds
// (filing.before). Where there is none yet one is made, once and for all. A group that
// is all gone stays, too, for the story that may go by its id.
func (w *writer) settle(g *groupRecord, s *settling) error {
	ms, err := w.membersOf(g, s)
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
	seen := false // in a topic that readers may see
	for _, n := range slices.Compact(numbers) {
		if n == allNumber {
			continue
		}
		t, err := w.settleTopic(g, ms, n, s)
		if err != nil {
			return fmt.Errorf("file group %d: %w", g.Key, err)
		}
		seen = seen || t != nil && t.public
	}
	if err := w.settleAll(g, seen, s); err != nil {
		return fmt.Errorf("file group %d for all topics: %w", g.Key, err)
	}
	if s.own != 0 {
		if err := w.putTies(s.own, s.ties); err != nil {
			return err
		}
	}
	return w.putGroup(g)
}

// keeps reports whether a group is filed under a topic, and for which of its stored
// entries: the first that matches, 0 for none.
func (w *writer) keeps(g *groupRecord, ms []member, topic uint32) (matches feed.EntryKey, kept bool) {
	if len(g.Entries) == 0 {
		s, err := loadStory(w.stories, g.Story)
		if _, f := chosen(ms, topic); f == nil || err != nil || len(s.Groups) == 0 {
			return 0, false
		}
	}
	for i := range ms { // those that are gone last
		if t := tieTo(ms[i].ties, topic); t != nil && len(t.reason) > 0 {
			if ms[i].gone {
				return 0, true
			}
			return ms[i].key, true
		}
	}
	return 0, ruled(w.rulings, groupRuling, uint64(g.Key), topic)&ruledIn != 0 || w.bare.Get(bareKey(topic, g.Key)) != nil
}

// settleTopic files a group under a topic, or takes it back. It returns the topic where
// its readers see something new.
func (w *writer) settleTopic(g *groupRecord, ms []member, number uint32, s *settling) (*topicState, error) {
	was, had := g.place(number)
	k, kept := w.keeps(g, ms, number)
	if !kept && !had {
		return nil, nil
	}
	t, err := w.topicNumbered(number)
	if err != nil {
		return nil, err
	}
	if !kept {
		return t, w.unplace(t, g, was, s)
	}
	owner, f := chosen(ms, number)
	if f == nil {
		var e *entryRecord
		if e, f, err = s.first(t, g, cmp.Or(k, g.Entries[0])); err != nil {
			return nil, err
		}
		owner = e.Key
		if err := w.give(t, e, f, s); err != nil {
			return nil, err
		}
	}
	seen, err := w.place(t, g, owner, f, s.show || s.topics[number], s)
	if !seen {
		t = nil
	}
	return t, err
}

// unplace takes a group out of a topic.
func (w *writer) unplace(t *topicState, g *groupRecord, was place, s *settling) error {
	t.see(s.at)
	old, err := decodeMember(w.members.Get(memberKey(was, g.Key)))
	if err == nil {
		err = w.countRow(t, &old, -1)
	}
	if err != nil {
		return err
	}
	g.places = slices.DeleteFunc(g.places, func(p place) bool { return p.topic == t.number })
	return w.members.Delete(memberKey(was, g.Key))
}

// place puts a group where a filing has it in a topic, and reports whether readers see
// something new: show says that they do in any case.
func (w *writer) place(t *topicState, g *groupRecord, owner feed.EntryKey, f *filing, show bool, s *settling) (seen bool, err error) {
	filed, past := f.when()
	now := place{t.number, keyMilli(filed)}
	row := memberRecord{owner: owner, past: past, changed: s.at, known: true}
	was, had := g.place(t.number)
	var old memberRecord
	if had {
		if old, err = decodeMember(w.members.Get(memberKey(was, g.Key))); err != nil {
			return false, err
		}
		if now == was && !show && old.owner == owner && old.past == past {
			return false, nil
		}
		if err := w.countRow(t, &old, -1); err != nil {
			return false, err
		}
		if now != was {
			if err := w.members.Delete(memberKey(was, g.Key)); err != nil {
				return false, err
			}
		}
	}
	if row.reports, err = w.reports(g, t.number, &old, s); err != nil {
		return false, err
	}
	if err := w.countRow(t, &row, 1); err != nil {
		return false, err
	}
	t.see(s.at)
	g.places = slices.DeleteFunc(g.places, func(p place) bool { return p.topic == t.number })
	at, _ := slices.BinarySearchFunc(g.places, t.number, func(p place, n uint32) int { return cmp.Compare(p.topic, n) })
	g.places = slices.Insert(g.places, at, now)
	if err := w.disturb(t, now); err != nil {
		return false, err
	}
	if now != was {
		w.inserts.count(filed.Equal(s.at))
	}
	return true, w.members.Put(memberKey(now, g.Key), row.encode())
}

// give lets an entry have a filing in a topic, under a public id that is nobody else's.
func (w *writer) give(t *topicState, e *entryRecord, f *filing, s *settling) error {
	source, err := w.sourceNumbered(e.source)
	if err != nil {
		return err
	}
	f.at = time.UnixMilli(f.at.UnixMilli()).UTC() // as it is stored
	f.public = feed.PublicID(source, e.ID)
	for n := 1; ; n++ {
		free, err := w.giveID(t.number, f.public, e.Key)
		if err != nil {
			return err
		}
		if free {
			break
		}
		// Another source published the same id in this topic first.
		f.public = feed.NameUUID(string(source), e.ID)
		if n > 1 {
			f.public = feed.NameUUID(string(source), e.ID, strconv.Itoa(n))
		}
	}
	if e.Key == s.own {
		tied(&s.ties, t.number).filing = f
		return nil
	}
	ts, err := loadTies(w.ties, e.Key)
	if err != nil {
		return err
	}
	tied(&ts, t.number).filing = f
	return w.putTies(e.Key, ts)
}

// revoke takes back what an entry was given in a topic.
func (w *writer) revoke(t *tie) error {
	for _, id := range t.filing.ids() {
		if err := w.takeID(t.topic, id); err != nil {
			return err
		}
	}
	t.filing = nil
	return nil
}

// match notes why the change's own entry matches topics, in place of what was noted
// before.
func (w *writer) match(s *settling, matches []feed.Match) error {
	for i := range matches {
		t, err := w.topic(matches[i].Topic)
		if err != nil {
			return err
		}
		x, reason := tied(&s.ties, t.number), putReason(nil, &matches[i].Reason)
		if !bytes.Equal(x.reason, reason) {
			x.reason = reason
			s.shows(t.number)
		}
	}
	return nil
}

// file brings a group under the topics that an entry of a visit matched. shown says
// that readers see something new of the group besides: another member, or a text.
func (w *writer) file(r *report, e *entryRecord, g *groupRecord, shown bool) error {
	if len(r.Matches) == 0 && len(g.places) == 0 {
		return w.putGroup(g)
	}
	s := &settling{at: r.visit.At, show: shown, own: e.Key, entry: e, first: func(t *topicState, g *groupRecord, _ feed.EntryKey) (*entryRecord, *filing, error) {
		r.past = r.past || r.over
		return w.firstFiling(t, g, e, &filing{at: r.filedAt(e), past: r.over}, r.arrived(e))
	}}
	var err error
	if s.ties, err = loadTies(w.ties, e.Key); err != nil {
		return err
	}
	if err := w.match(s, r.Matches); err != nil {
		return err
	}
	if r.brings(e) && len(g.places) > 0 {
		if err := w.joinByLanguage(r, e, g, s); err != nil {
			return err
		}
	}
	return w.settle(g, s)
}
