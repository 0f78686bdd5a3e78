package edition

import (
	"slices"
	"time"

	"topicwire/feed"
)

// straggling is how much later than its group an entry may be filed, in a topic that
// publishes every entry, to stand in the archive of its own time.
const straggling = 7 * 24 * time.Hour

// ArchiveFrom is the place from which memberships must be read for Archive to know
// all that an archive has which begins at a place.
func ArchiveFrom(topic *feed.Topic, from feed.FiledAt) feed.FiledAt {
	if topic.Group != feed.GroupNone || from == (feed.FiledAt{}) {
		return from
	}
	return feed.FiledAt{Filed: from.Filed.Add(-straggling)}
}

// Archive is what a topic filed from one place in the order of filing up to another, the
// zero value for no end: the same items as Of has, and those that no subscription
// document holds for their number, their age or their source, the latest first. filed
// are the memberships from ArchiveFrom on, up to the end.
//
// Updated is the newest date of what it shows, so that it stays once the archive is
// closed and the lists of its items are.
func Archive(topic *feed.Topic, filed []feed.Filed, from, to feed.FiledAt, o Options) *feed.Edition {
	p := newPlan(topic, filed, o)
	var drafts []*draft
	for i := range p.drafts {
		d := &p.drafts[i]
		if at := p.archived(d); !at.Before(from) && (to == (feed.FiledAt{}) || at.Before(to)) {
			drafts = append(drafts, d)
		}
	}
	ed := &feed.Edition{Topic: *topic, Entries: p.items(drafts, p.shown(drafts))}
	ed.Updated = newestShown(ed.Entries)
	return ed
}

// archived is the place that decides which archive a draft is in.
func (p *plan) archived(d *draft) feed.FiledAt {
	if at := d.place; p.topic.Group != feed.GroupNone || d.filed.Sub(at.Filed) > straggling {
		return at
	}
	return feed.FiledAt{Filed: d.filed, Group: d.place.Group}
}

// newestShown is the newest date of what items show; the zero time for none.
func newestShown(items []feed.Item) time.Time {
	var at time.Time
	for i := range items {
		it := &items[i]
		dates := []time.Time{at, it.Filed, it.Entry.Seen, it.Entry.Updated}
		for _, a := range it.Also {
			dates = append(dates, a.When)
		}
		at = slices.MaxFunc(dates, time.Time.Compare)
	}
	return at
}

// Listing is Archive of memberships that a filter chose, which lie apart from each
// other: all that they are published as.
func Listing(topic *feed.Topic, filed []feed.Filed, o Options) *feed.Edition {
	chosen := make(map[feed.GroupKey]bool, len(filed))
	for i := range filed {
		chosen[filed[i].Group] = true
	}
	p := newPlan(topic, filed, o)
	var drafts []*draft
	for i := range p.drafts {
		d := &p.drafts[i]
		if slices.ContainsFunc(d.from, func(r *report) bool { return chosen[r.Group] }) {
			drafts = append(drafts, d)
		}
	}
	return &feed.Edition{Topic: *topic, Entries: p.items(drafts, p.shown(drafts))}
}
