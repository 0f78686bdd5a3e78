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
	// Zone is where days, weeks and months begin; nil means UTC.
	Zone *time.Location
}

// Of is the topic's edition: one item a group, a story or an entry, as the topic
// groups; the latest filed first, those filed together by the date of their
// lead, then by group and entry, later ones first; without what is over the cap
// of a source or older than the topic's max_age; cut to the topic's limit. Items
// for page and archive only are in Past, in the same order, cut to the same
// limit.
//
// filed are the topic's memberships in any order, with their entries: all of
// them, or as many as Read would ask for. A membership publishes nothing when it
// has no entry that the topic allows and no operator has hidden.
func Of(topic *feed.Topic, filed []feed.Filed, o Options) *feed.Edition {
	return newPlan(topic, filed, o).edition(time.Time{})
}

// Read is Of with as few memberships as it takes. older returns the next n of
// the topic's memberships, those filed last first and each time older ones;
// fewer than n are the last. Where past is false, those that are Past are not
// needed any more and may be left out.
func Read(topic *feed.Topic, o Options, older func(n int, past bool) ([]feed.Filed, error)) (*feed.Edition, error) {
	var (
		limit = limitOf(topic)
		filed []feed.Filed
		past  = true
	)
	// A few more than the document holds: those filed in the same moment as the
	// last of it are put in order before it is cut.
	for n := limit + limit/8 + 1; ; n = min(len(filed), readAtMost) {
		next, err := older(n, past)
		if err != nil {
			return nil, err
		}
		filed = append(filed, next...)
		p := newPlan(topic, filed, o)
		if len(next) < n {
			return p.edition(time.Time{}), nil
		}
		horizon := next[n-1].Filed
		ed := p.edition(horizon)
		if len(ed.Entries) == limit || p.exhausted(horizon) || len(filed) >= readAtMost+10*limit {
			return ed, nil
		}
		past = len(ed.Past) < limit
	}
}

// readAtMost and ten times the limit are about how many memberships an edition
// reads: where caps or hides leave out nearly all of them, its document is
// shorter.
const readAtMost = 5000

func limitOf(t *feed.Topic) int {
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

// edition is what is left of the plan. horizon is the filed time of the oldest
// membership at hand where there are more; zero where there are none. What stands
// or falls with those that are missing is left out.
func (p *plan) edition(horizon time.Time) *feed.Edition {
	ed := &feed.Edition{Topic: *p.topic, Updated: p.updated, Language: p.o.Language}
	limit := limitOf(p.topic)
	var entries, past []*draft
	for i := range p.drafts {
		d := &p.drafts[i]
		if d.absent == there && !horizon.IsZero() && !p.settled(d, horizon) {
			d.absent = unread
		}
		switch {
		case d.absent == aged && len(entries) < limit:
			// That it left is a change, too.
			if left := d.filed.Add(p.topic.MaxAge); left.After(ed.Updated) {
				ed.Updated = left
			}
		case d.absent != there:
		case d.past && len(past) < limit:
			past = append(past, d)
		case !d.past && len(entries) < limit:
			entries = append(entries, d)
		case !d.past:
			d.absent = beyond
		}
	}
	shown := p.shown(entries, past)
	ed.Entries = p.items(entries, shown)
	ed.Past = p.items(past, shown)
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
