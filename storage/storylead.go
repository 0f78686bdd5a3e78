package storage

import (
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// Who leads a story in a topic is settled when its groups are filed, by the
// language that the topic was configured with then, and stays: among the members
// of a group as its lead, or as Voice where it came right after, and between
// groups as InsteadOf of the one that leads in the stead of the group that was
// filed first. Ids, times and leads of what is filed already stay untouched.

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

// leads is the language whose reports lead the stories of a topic.
func leads(c *feed.RulesChange, topic int) string {
	if topic < len(c.Leads) {
		return c.Leads[topic]
	}
	return ""
}

// leadByLanguage settles who leads group g, which its entry e brings into topic t
// for the first time, and which group leads its story in the stead of the one
// that was filed first. It returns the lead.
func (w *writer) leadByLanguage(t *topicState, e *entryRecord, g *groupRecord, m *memberRecord, there arrival) (*entryRecord, error) {
	if t.leads == "" {
		return e, nil // of a refiling
	}
	lead, err := w.inLanguage(t.leads, e, g)
	if err != nil {
		return e, err
	}
	if lead == nil {
		return e, w.keepLead(t, e, g, m)
	}
	// Both the one that leads and the one that brings it: a group that is filed
	// late joins late, however old its members are.
	m.InsteadOf, err = w.insteadOf(t, g, m, func(first time.Time) bool { return there(e, first) && there(lead, first) })
	return lead, err
}

// joinByLanguage settles the same for an entry that joins a group that is filed,
// in the same round.
func (w *writer) joinByLanguage(t *topicState, f filing, e *entryRecord, g *groupRecord, there arrival) error {
	if there == nil || !text.OneOf(e.Language, []string{t.leads}) {
		return nil
	}
	own, err := w.filing(t, g.Key)
	if err != nil || own.Lead == e.Key || !there(e, own.moment) {
		return err
	}
	if ours, err := w.leadsIn(t, own); err != nil || ours {
		return err
	}
	own.Voice = e.Key
	if own.InsteadOf, err = w.insteadOf(t, g, own.memberRecord, func(first time.Time) bool { return there(e, first) }); err != nil {
		return err
	}
	return w.putMembership(f, g.Key, own.memberRecord)
}

// insteadOf is the group in whose stead group g, which has a report in the topic's
// language, leads its story if that was there; 0 for none.
func (w *writer) insteadOf(t *topicState, g *groupRecord, m *memberRecord, there func(first time.Time) bool) (feed.GroupKey, error) {
	first, err := w.firstFiled(t, g, func(x *firstFiling) bool { return !x.Past && !there(x.moment) })
	if err != nil || first == nil || first.Past != m.Past || first.leader != nil || !there(first.moment) {
		return 0, err
	}
	return first.Group, nil
}

// keepLead leaves the lead of a story where it is when a group that is in another
// language comes to stand before all others: visits end side by side, and who
// ended first may be written last.
func (w *writer) keepLead(t *topicState, e *entryRecord, g *groupRecord, m *memberRecord) error {
	own := newFirstFiling(g.Key, m, e)
	first, err := w.firstFiled(t, g, func(x *firstFiling) bool { return x.before(own) })
	if err != nil || first == nil || first.leader == nil || first.leader.Past != m.Past {
		return err
	}
	first.leader.InsteadOf = g.Key
	return w.putMembership(filing{t.number, keyMilli(first.leader.Filed)}, first.leader.Group, first.leader)
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

// A firstFiling is a membership that may give a story its id and place in a topic.
type firstFiling struct {
	*memberRecord
	lead   *entryRecord // without its texts
	moment time.Time    // when it was filed, as against where
	voiced bool         // its voice is still of the group
	// leader leads the story in the topic's language: this one or the one that
	// does so in its stead; nil for none.
	leader *memberRecord
}

func newFirstFiling(g feed.GroupKey, m *memberRecord, lead *entryRecord) *firstFiling {
	x := &firstFiling{memberRecord: m, lead: lead, moment: m.Filed}
	x.Group = g
	if lead.Seen.After(x.moment) {
		x.moment = lead.Seen
	}
	return x
}

// firstFiled is the first filing of the story of g among its other groups: what
// is news before what is not, then by the moment, then as the feed has them. nil
// where no other group is filed, and where pointless says of one that it decides
// the question: a long story is not read to its end for every report.
func (w *writer) firstFiled(t *topicState, g *groupRecord, pointless func(*firstFiling) bool) (*firstFiling, error) {
	s, err := w.loadStory(g.Story)
	if err != nil {
		return nil, err
	}
	var first *firstFiling
	var instead []*memberRecord
	for _, k := range s.Groups {
		if k == g.Key {
			continue
		}
		x, err := w.filing(t, k)
		switch {
		case err != nil:
			return nil, err
		case x == nil:
			continue
		case pointless(x):
			return nil, nil
		}
		if x.InsteadOf != 0 {
			instead = append(instead, x.memberRecord)
		}
		if first == nil || x.before(first) {
			first = x
		}
	}
	if first == nil {
		return nil, nil
	}
	for _, m := range instead {
		if m.InsteadOf == first.Group {
			first.leader = m
			return first, nil
		}
	}
	ours, err := w.leadsIn(t, first)
	if ours {
		first.leader = first.memberRecord
	}
	return first, err
}

// leadsIn reports whether who speaks for a group does so in the topic's language.
func (w *writer) leadsIn(t *topicState, x *firstFiling) (bool, error) {
	if x.voiced {
		return true, nil
	}
	lead, err := w.loadEntry(x.Lead)
	return err == nil && text.OneOf(lead.Language, []string{t.leads}), err
}

// filing is the membership of a group in a topic; nil for none.
func (w *writer) filing(t *topicState, k feed.GroupKey) (*firstFiling, error) {
	g, err := w.loadGroup(k)
	if err != nil {
		return nil, err
	}
	f, ok := g.filed(t.number)
	if !ok {
		return nil, nil
	}
	m, err := w.loadMembership(f, k)
	if err != nil {
		return nil, err
	}
	lead, err := w.head(m.Lead)
	if err != nil {
		return nil, err
	}
	x := newFirstFiling(k, m, lead)
	x.voiced = m.Voice != 0 && slices.Contains(g.Entries, m.Voice)
	return x, nil
}

// before is the order in which feed/edition has the groups of a story.
func (x *firstFiling) before(y *firstFiling) bool {
	switch {
	case x.Past != y.Past:
		return y.Past
	case !x.moment.Equal(y.moment):
		return x.moment.Before(y.moment)
	case !x.Filed.Equal(y.Filed):
		return x.Filed.Before(y.Filed)
	}
	return x.Group < y.Group
}
