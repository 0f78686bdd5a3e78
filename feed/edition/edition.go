package edition

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
)

const (
	// defaultLimit is the number of entries of a topic that sets none.
	defaultLimit = 100
	// maxAlso is how many other reports an item lists.
	maxAlso = 5
)

// Of is the topic's edition: one item a group, a story or an entry, as the topic
// groups; the latest filed first, those filed together by the date of their
// lead, then by group and entry, later ones first; cut to the topic's limit.
//
// filed are the topic's memberships in any order, with their entries; a
// membership without entries is left out. source tells what is known of an
// entry's source. at is the moment of the edition: what depends on a day or an
// age is decided by it, never by the clock.
func Of(topic *feed.Topic, filed []feed.Filed, source func(feed.SourceID) feed.SourceInfo, at time.Time) *feed.Edition {
	ed := &feed.Edition{Topic: *topic}
	for i := range filed {
		if filed[i].Changed.After(ed.Updated) {
			ed.Updated = filed[i].Changed
		}
	}
	var drafts []draft
	switch topic.Group {
	case feed.GroupStory:
		drafts = stories(filed)
	case feed.GroupNone:
		drafts = singles(filed)
	default:
		drafts = groups(filed)
	}
	slices.SortFunc(drafts, newestFirst)
	limit := topic.Limit
	if limit <= 0 {
		limit = defaultLimit
	}
	if len(drafts) > limit {
		drafts = drafts[:limit]
	}
	ed.Entries = make([]feed.Item, len(drafts))
	for i := range drafts {
		ed.Entries[i] = drafts[i].item(source)
	}
	return ed
}

// A draft is an item before its sources are looked up.
type draft struct {
	publicID       string
	lead           *feed.StoredEntry
	others         []*feed.StoredEntry
	filed, changed time.Time
	group          feed.GroupKey
	story          feed.StoryKey
	reasons        []feed.EntryReason
}

func newestFirst(a, b draft) int {
	return cmp.Or(
		b.filed.Compare(a.filed),
		b.lead.When().Compare(a.lead.When()),
		cmp.Compare(b.group, a.group),
		cmp.Compare(b.lead.Key, a.lead.Key),
	)
}

// groups makes one item of each group.
func groups(filed []feed.Filed) []draft {
	drafts := make([]draft, 0, len(filed))
	for i := range filed {
		f := &filed[i]
		lead := leadOf(f)
		if lead < 0 {
			continue
		}
		d := draft{
			publicID: f.PublicID, lead: &f.Entries[lead], filed: f.Filed, changed: f.Changed,
			group: f.Group, story: f.Story, reasons: f.Reasons,
		}
		for k := range f.Entries {
			if k != lead {
				d.others = append(d.others, &f.Entries[k])
			}
		}
		drafts = append(drafts, d)
	}
	return drafts
}

// leadOf is the index of the entry that speaks for a group: the membership's
// lead, or the first where that is gone; -1 for a group without entries.
func leadOf(f *feed.Filed) int {
	for k := range f.Entries {
		if f.Entries[k].Key == f.Lead {
			return k
		}
	}
	if len(f.Entries) == 0 {
		return -1
	}
	return 0
}

// stories makes one item of each story: the group filed first leads, and what
// the others say is listed with it. A group without a story stands alone.
func stories(filed []feed.Filed) []draft {
	all := groups(filed)
	slices.SortFunc(all, func(a, b draft) int {
		return cmp.Or(a.filed.Compare(b.filed), cmp.Compare(a.group, b.group))
	})
	var (
		drafts []draft
		at     = make(map[feed.StoryKey]int)
	)
	for _, d := range all {
		i, ok := at[d.story]
		if !ok || d.story == 0 {
			at[d.story] = len(drafts)
			drafts = append(drafts, d)
			continue
		}
		s := &drafts[i]
		s.others = append(append(s.others, d.lead), d.others...)
		s.reasons = append(slices.Clip(s.reasons), d.reasons...)
		if d.changed.After(s.changed) {
			s.changed = d.changed
		}
	}
	return drafts
}

// singles makes one item of each entry. The lead of a group has the
// membership's public id; the others have their own. An entry that joined after
// its group was filed counts as filed when it was seen, so that it appears where
// readers look for news.
func singles(filed []feed.Filed) []draft {
	order := make([]*feed.Filed, len(filed))
	taken := make(map[string]bool, len(filed))
	for i := range filed {
		order[i] = &filed[i]
		taken[filed[i].PublicID] = true
	}
	// Who has an id first keeps it: the oldest group, then the oldest entry.
	slices.SortFunc(order, func(a, b *feed.Filed) int { return cmp.Compare(a.Group, b.Group) })
	var drafts []draft
	for _, f := range order {
		lead := leadOf(f)
		for k := range f.Entries {
			e := &f.Entries[k]
			d := draft{publicID: f.PublicID, lead: e, filed: f.Filed, changed: f.Changed, group: f.Group, story: f.Story}
			if k != lead {
				d.publicID = ownID(e, taken)
			}
			if e.Seen.After(d.filed) {
				d.filed = e.Seen
			}
			for _, r := range f.Reasons {
				if r.Entry == e.Key {
					d.reasons = append(d.reasons, r)
				}
			}
			drafts = append(drafts, d)
		}
	}
	return drafts
}

// ownID is an id for an entry that no item of the topic has yet.
func ownID(e *feed.StoredEntry, taken map[string]bool) string {
	id := feed.PublicID(e.Source, e.ID)
	if taken[id] {
		id = feed.NameUUID(string(e.Source), e.ID)
	}
	taken[id] = true
	return id
}

func (d *draft) item(source func(feed.SourceID) feed.SourceInfo) feed.Item {
	info := source(d.lead.Source)
	it := feed.Item{
		PublicID: d.publicID, Entry: allowed(*d.lead, info.Republish), Source: info,
		Filed: d.filed, Changed: d.changed, Story: d.story,
		Also: d.also(source),
	}
	for _, r := range d.reasons {
		if r.Entry == d.lead.Key {
			it.Reasons = append(it.Reasons, r.Reason)
		}
	}
	for _, r := range d.reasons {
		if r.Entry != d.lead.Key {
			it.Reasons = append(it.Reasons, r.Reason)
		}
	}
	return it
}

// also lists the other reports in the order of their dates, the first of each
// source that is not the lead's own.
func (d *draft) also(source func(feed.SourceID) feed.SourceInfo) []feed.Also {
	slices.SortStableFunc(d.others, func(a, b *feed.StoredEntry) int {
		return cmp.Or(a.When().Compare(b.When()), cmp.Compare(a.Key, b.Key))
	})
	var list []feed.Also
	for _, e := range d.others {
		if len(list) == maxAlso {
			break
		}
		if e.Source == d.lead.Source || slices.ContainsFunc(list, func(a feed.Also) bool { return a.Source.ID == e.Source }) {
			continue
		}
		a := feed.Also{Source: source(e.Source), Link: e.Link, Title: e.Title, When: e.When()}
		a.Source.ID = e.Source
		if e.Title == d.lead.Title {
			a.Title = ""
		}
		list = append(list, a)
	}
	return list
}
