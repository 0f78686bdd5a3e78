package storage

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// Who leads a story in a topic is settled when its groups are first filed, by the
// language that the topic was configured with then, and stays with the filing: among
// the members of a group as the entry that it is given to, or as voice where it came
// right after, and between groups as insteadOf of the one that leads in the stead of
// the group that was filed first. Ids, times and leads of what is filed already stay
// untouched.

// An arrival reports whether an entry that is about to be filed was there when
// its story was first filed, at moment first.
type arrival func(e *entryRecord, first time.Time) bool

// together is how much later than the first a report of the same round may be
// seen: readers have the story already, and soon after must not get another lead.
const together = time.Minute

// arrived is of the entries that a visit brings. An entry that was stored before
// joins the topic late. One that is new is there with what its source was asked
// together with: which of them answers first is chance.
func (r *report) arrived(e *entryRecord) arrival {
	if !r.brings(e) {
		return func(*entryRecord, time.Time) bool { return false }
	}
	return func(e *entryRecord, first time.Time) bool {
		// In milliseconds, as what is stored.
		asked := r.visit.Asked.Truncate(time.Millisecond)
		return !e.Seen.After(first) || !asked.IsZero() && !asked.After(first) && !e.Seen.After(first.Add(together))
	}
}

// brings reports whether the visit is the one that brought an entry first.
func (r *report) brings(e *entryRecord) bool { return e.Seen.UnixMilli() == r.visit.At.UnixMilli() }

// refiled is of stored entries under new rules: they were there when a story was
// first filed under the same rules, whichever step it came in.
func refiled(t *topicState) arrival {
	return func(e *entryRecord, first time.Time) bool {
		return !e.Seen.After(first) && !t.ruled.IsZero() && !first.Before(t.ruled)
	}
}

// firstFiling settles to whom the filing of group g in topic t is given, which its
// entry e brings in for the first time, and in whose stead it leads its story.
func (w *writer) firstFiling(t *topicState, g *groupRecord, e *entryRecord, f *filing, there arrival) (*entryRecord, *filing, error) {
	if t.leads == "" {
		return e, f, nil
	}
	lead, err := w.inLanguage(t.leads, e, g)
	if err != nil {
		return nil, nil, err
	}
	if lead == nil {
		return e, f, w.keepLead(t, e, g, f)
	}
	// Both the one that leads and the one that brings it: a group that is filed
	// late joins late, however old its members are.
	f.insteadOf, err = w.insteadOf(t, g, f.past, func(first time.Time) bool { return there(e, first) && there(lead, first) })
	return lead, f, err
}

// joinByLanguage settles the same for an entry that joins a group that is filed,
// in the same round.
func (w *writer) joinByLanguage(r *report, e *entryRecord, g *groupRecord, s *settling) error {
	for i := range r.Matches {
		t, err := w.topic(r.Matches[i].Topic)
		if err != nil {
			return err
		}
		if !text.OneOf(e.Language, []string{t.leads}) {
			continue
		}
		own, err := w.published(t, g)
		there := r.arrived(e)
		if err != nil {
			return err
		}
		if own == nil || own.lead.Key == e.Key || !there(e, own.moment) {
			continue
		}
		ours, err := w.leadsIn(t, own)
		if err != nil {
			return err
		}
		if ours {
			continue
		}
		own.filing.voice = e.Key
		if own.filing.insteadOf, err = w.insteadOf(t, g, own.past, func(first time.Time) bool { return there(e, first) }); err != nil {
			return err
		}
		if err := w.putFiling(t, own); err != nil {
			return err
		}
		s.shows(t.number)
	}
	return nil
}

// putFiling stores a filing that changed in its place.
func (w *writer) putFiling(t *topicState, p *published) error {
	ts, err := loadTies(w.ties, p.owner)
	if err != nil {
		return err
	}
	tied(&ts, t.number).filing = p.filing
	return w.putTies(p.owner, ts)
}

// insteadOf is the first entry of the group in whose stead group g, which has a
// report in the topic's language, leads its story if that was there; 0 for none.
func (w *writer) insteadOf(t *topicState, g *groupRecord, past bool, there func(first time.Time) bool) (feed.EntryKey, error) {
	first, err := w.firstPublished(t, g, func(x *published) bool { return !x.past && !there(x.moment) })
	if err != nil || first == nil || first.past != past || first.leader != nil || !there(first.moment) {
		return 0, err
	}
	return feed.EntryKey(first.group), nil
}

// keepLead leaves the lead of a story where it is when a group that is in another
// language comes to stand before all others: visits end side by side, and who
// ended first may be written last.
func (w *writer) keepLead(t *topicState, e *entryRecord, g *groupRecord, f *filing) error {
	own := &published{group: g.Key, filing: f, filed: f.at, past: f.past, lead: e}
	own.setMoment()
	first, err := w.firstPublished(t, g, func(x *published) bool { return x.before(own) })
	if err != nil || first == nil || first.leader == nil || first.leader.past != f.past {
		return err
	}
	first.leader.filing.insteadOf = feed.EntryKey(g.Key)
	return w.putFiling(t, first.leader)
}

// inLanguage is the entry of a group that speaks for it in a language: e itself,
// which matched, else the first to come; nil for none.
func (w *writer) inLanguage(language string, e *entryRecord, g *groupRecord) (*entryRecord, error) {
	if text.OneOf(e.Language, []string{language}) {
		return e, nil
	}
	for _, k := range g.Entries {
		if k == e.Key {
			continue
		}
		o, err := w.loadEntry(k)
		if err != nil {
			return nil, err
		}
		if text.OneOf(o.Language, []string{language}) {
			return o, nil
		}
	}
	return nil, nil
}

// A published group is one that is filed under a topic, and may give its story an
// id and a place there.
type published struct {
	group  feed.GroupKey
	owner  feed.EntryKey // of the filing
	filing *filing
	filed  time.Time
	past   bool
	lead   *entryRecord // without its texts
	moment time.Time    // when it was filed, as against where
	voiced bool         // its voice is still of the group
	// leader leads the story in the topic's language: this one or the one that
	// does so in its stead; nil for none.
	leader *published
}

func (p *published) setMoment() {
	if p.moment = p.filed; p.lead.Seen.After(p.moment) {
		p.moment = p.lead.Seen
	}
}

// published is what a group is in a topic; nil where it is not filed.
func (w *writer) published(t *topicState, g *groupRecord) (*published, error) {
	if _, filed := g.place(t.number); !filed {
		return nil, nil
	}
	ms, err := members(w.ties, g)
	if err != nil {
		return nil, err
	}
	p := &published{group: g.Key}
	p.owner, p.filing = chosen(ms, t.number)
	p.filed, p.past = p.filing.when()
	if p.lead, _, err = headOrGhost(w.entries, w.ghosts, cmp.Or(lead(ms, t.number, p.owner, nil), p.owner)); err != nil {
		return nil, err
	}
	p.voiced = slices.Contains(g.Entries, p.filing.voice)
	p.setMoment()
	return p, nil
}

// firstPublished is the first of the story of g among its other groups: what is news
// before what is not, then by the moment, then as the feed has them. nil where no
// other group is filed, and where pointless says of one that it decides the
// question: a long story is not read to its end for every report.
func (w *writer) firstPublished(t *topicState, g *groupRecord, pointless func(*published) bool) (first *published, err error) {
	s, err := loadStory(w.stories, g.Story)
	if err != nil {
		return nil, err
	}
	var instead []*published
	for _, k := range slices.Concat(s.Groups, s.gone) {
		if k == g.Key {
			continue
		}
		o, err := w.loadGroup(k)
		if err != nil {
			return nil, err
		}
		x, err := w.published(t, o)
		switch {
		case err != nil:
			return nil, err
		case x == nil:
			continue
		case pointless(x):
			return nil, nil
		}
		if x.filing.insteadOf != 0 {
			instead = append(instead, x)
		}
		if first == nil || x.before(first) {
			first = x
		}
	}
	if first == nil {
		return nil, nil
	}
	for _, x := range instead {
		if k, ok := w.groupOf(x.filing.insteadOf); ok && k == first.group {
			first.leader = x
			return first, nil
		}
	}
	ours, err := w.leadsIn(t, first)
	if ours {
		first.leader = first
	}
	return first, err
}

// leadsIn reports whether who speaks for a group does so in the topic's language.
func (w *writer) leadsIn(t *topicState, p *published) (bool, error) {
	if p.voiced || w.entries.Get(key8(uint64(p.lead.Key))) == nil {
		return p.voiced, nil
	}
	lead, err := w.loadEntry(p.lead.Key)
	return err == nil && text.OneOf(lead.Language, []string{t.leads}), err
}

// before is the order in which feed/edition has the groups of a story.
func (p *published) before(o *published) bool {
	switch {
	case p.past != o.past:
		return o.past
	case !p.moment.Equal(o.moment):
		return p.moment.Before(o.moment)
	case !p.filed.Equal(o.filed):
		return p.filed.Before(o.filed)
	}
	return p.group < o.group
}
