package edition

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
)

// Options are what an edition depends on besides the topic and its memberships.
type Options struct {
	// Source is what readers are told of a source.
	Source func(feed.SourceID) feed.SourceInfo
	// Takes is a source as configured, nil for one that is gone: its tags decide
	// which of a group's members the topic takes, and which it prefers. Without
	// it the topic takes the members of all sources and prefers none.
	Takes func(feed.SourceID) *feed.Source
	// Story is every membership of the topic in a story, in any order, for
	// topics that publish stories: one whose first group is older than the
	// memberships at hand is still led by that group. Without it they are all
	// there is.
	Story func(feed.StoryKey) []feed.Filed
	// At is the moment of the edition, in whole minutes: ages are counted from
	// it, never from the clock.
	At time.Time
	// Language restricts the edition to entries of one language; "" for all.
	Language string
	// Inside says that readers are in the network of the server: what its private
	// addresses hold is for them, too.
	Inside bool
	// Zone is where days, weeks and months begin; nil means UTC.
	Zone *time.Location
}

// Of is the topic's edition: one item a group, a story or an entry, as the topic
// groups; the latest filed first, those filed together by the date of their
// lead, then by group and entry, later ones first; without what is over the cap
// of a source or older than the topic's max_age; cut to the topic's limit so that
// no source holds more than its share (plan.share). Items
// for page and archive only are in Past, in the same order, cut to the same
// limit.
//
// filed are the topic's memberships in any order, with their entries: all of
// them, or as many as Read would ask for. A membership publishes nothing when it
// has no entry that the topic allows and no operator has hidden.
func Of(topic *feed.Topic, filed []feed.Filed, o Options) *feed.Edition {
	return newPlan(topic, filed, o).edition()
}

// An Ask is what Read wants next of a topic's memberships: N of them, those filed
// last first, and each time older ones.
type Ask struct {
	N int
	// Past says that those that are Past are wanted, too; else they may be left out,
	// and do not count.
	Past bool
	// But are sources that have all that they get of the document. A membership whose
	// shown entries are all of these may be left out of the answer, though it counts.
	But map[feed.SourceID]bool
}

// A Portion is memberships as they were asked for.
type Portion struct {
	Filed []feed.Filed
	N     int       // how many were counted; fewer than N of the Ask are the last
	Last  time.Time // when the last that was counted was filed
}

// Read is Of with as few memberships as it takes.
func Read(topic *feed.Topic, o Options, older func(Ask) (Portion, error)) (*feed.Edition, error) {
	var (
		limit  = Limit(topic)
		filed  []feed.Filed
		looked int // at those that are not Past
		// A few more than the document holds: those filed in the same moment as the
		// last of it are put in order before it is cut.
		ask = Ask{N: limit + limit/8 + 1, Past: true}
	)
	for {
		next, err := older(ask)
		if err != nil {
			return nil, err
		}
		filed, looked = append(filed, next.Filed...), looked+next.N
		for i := range next.Filed {
			if next.Filed[i].Past {
				looked--
			}
		}
		p := newPlan(topic, filed, o)
		if next.N < ask.N {
			return p.edition(), nil
		}
		c := p.chosen(next.Last)
		if p.exhausted(next.Last) || len(filed) >= readAtMost+10*limit {
			return p.made(c), nil
		}
		switch {
		case len(c.entries) < limit:
			ask = Ask{N: min(len(filed), readAtMost), Past: len(c.past) < limit}
		case len(c.enough) > 0 && looked < searched*limit:
			ask = Ask{N: min(limit, searched*limit-looked), But: c.enough}
		default:
			return p.made(c), nil
		}
	}
}

// readAtMost and ten times the limit are about how many memberships an edition
// reads: where caps or hides leave out nearly all of them, its document is
// shorter.
const readAtMost = 5000

// Limit is how many entries a topic's subscription document has at most.
func Limit(t *feed.Topic) int {
	return cmp.Or(max(t.Limit, 0), feed.DefaultLimit)
}

// Expires is when the oldest item of an edition reaches the topic's max_age: the
// next moment at which the edition of the same memberships is another one. Zero
// for never.
func Expires(ed *feed.Edition) time.Time {
	if ed.Topic.MaxAge <= 0 || len(ed.Entries) == 0 {
		return time.Time{}
	}
	at := ed.Entries[len(ed.Entries)-1].Filed.Add(ed.Topic.MaxAge)
	return at.Add(time.Minute - 1).Truncate(time.Minute)
}

// A plan is an edition before it is cut: everything that could be in it, and why
// it is not.
type plan struct {
	topic   *feed.Topic
	o       Options
	updated time.Time
	reports []report
	drafts  []draft         // newest first
	taken   map[string]bool // ids that are somebody's, once somebody asked
	reach   time.Time       // of share: what was filed then or before is not looked at; zero for all
}

func newPlan(topic *feed.Topic, filed []feed.Filed, o Options) *plan {
	o.At = o.At.Truncate(time.Minute)
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	p := &plan{topic: topic, o: o, reports: make([]report, 0, len(filed))}
	for i := range filed {
		p.add(&filed[i])
	}
	p.reach = reach(filed, searched*Limit(topic))
	if topic.Group == feed.GroupStory && o.Story != nil {
		p.complete()
	}
	switch topic.Group {
	case feed.GroupStory:
		p.stories()
	case feed.GroupNone:
		p.singles()
	default:
		p.groups()
	}
	slices.SortFunc(p.drafts, newestFirst)
	p.markCapped()
	p.markAged()
	return p
}

func (p *plan) add(f *feed.Filed) {
	p.reports = append(p.reports, p.report(f))
	if f.Changed.After(p.updated) {
		p.updated = f.Changed
	}
}

// complete adds the memberships of known stories that are not at hand.
func (p *plan) complete() {
	known := make(map[feed.GroupKey]bool, len(p.reports))
	asked := make(map[feed.StoryKey]bool)
	for i := range p.reports {
		known[p.reports[i].Group] = true
	}
	for i := range p.reports { // not over those that are added
		k := p.reports[i].Story
		if k == 0 || asked[k] {
			continue
		}
		asked[k] = true
		members := p.o.Story(k)
		for j := range members {
			if !known[members[j].Group] {
				known[members[j].Group] = true
				p.add(&members[j])
			}
		}
	}
}

// newestFirst is the order of a document.
func newestFirst(a, b draft) int {
	return cmp.Or(
		b.filed.Compare(a.filed),
		b.lead.When().Compare(a.lead.When()),
		cmp.Compare(b.group, a.group),
		cmp.Compare(b.lead.Key, a.lead.Key),
	)
}

// edition is what is left of the plan where nothing is missing.
func (p *plan) edition() *feed.Edition { return p.made(p.chosen(time.Time{})) }

// A choice is what of a plan is published, in the order of a document.
type choice struct {
	entries, past []*draft
	updated       time.Time
	// enough are sources of which the document gets no more, whatever is older; where
	// there are any, older entries of others would get their places.
	enough map[feed.SourceID]bool
}

// chosen is what is left of the plan. horizon is the filed time of the oldest
// membership at hand where there are more; zero where there are none. What stands
// or falls with those that are missing is left out.
func (p *plan) chosen(horizon time.Time) choice {
	c := choice{updated: p.updated}
	limit := Limit(p.topic)
	for i := range p.drafts {
		d := &p.drafts[i]
		if d.absent == there && !horizon.IsZero() && !p.settled(d, horizon) {
			d.absent = unread
		}
		switch {
		case d.absent == aged && len(c.entries) < limit:
			// That it left is a change, too.
			if left := d.filed.Add(p.topic.MaxAge); left.After(c.updated) {
				c.updated = left
			}
		case d.absent != there:
		case !d.past:
			c.entries = append(c.entries, d)
		case len(c.past) < limit:
			c.past = append(c.past, d)
		}
	}
	c.entries, c.enough = p.share(c.entries)
	return c
}

// made is the edition of a choice.
func (p *plan) made(c choice) *feed.Edition {
	ed := &feed.Edition{Topic: *p.topic, Updated: c.updated, Language: p.o.Language}
	shown := p.shown(c.entries, c.past)
	ed.Entries = p.items(c.entries, shown)
	ed.Past = p.items(c.past, shown)
	if p.o.Language != "" {
		// What changes in other languages is no news in this one.
		ed.Updated = newestShown(ed.Entries)
	}
	return ed
}

// settled reports whether nothing filed at the horizon or before it can change
// whether and where a draft stands.
func (p *plan) settled(d *draft, horizon time.Time) bool {
	if p.topic.PerSource.Entries > 0 && !d.past {
		return p.begin(d.filed).After(horizon)
	}
	return d.filed.After(horizon)
}

// exhausted reports whether all that was filed at the horizon or before it is too
// old, and of no weight for the cap of what is not.
func (p *plan) exhausted(horizon time.Time) bool {
	if p.topic.PerSource.Entries > 0 && !horizon.Before(p.begin(p.o.At.Add(-p.topic.MaxAge))) {
		return false
	}
	return p.aged(horizon)
}
