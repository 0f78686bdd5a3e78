package edition

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
)

// A draft is an item before its sources are looked up.
type draft struct {
	publicID       string
	lead           *feed.StoredEntry
	others         []*feed.StoredEntry // who may be listed
	filed, changed time.Time
	moment         time.Time // report.moment
	past, included bool
	group          feed.GroupKey
	story          feed.StoryKey
	place          feed.FiledAt // of the membership that gives it its id
	// from are the reports that the draft is made of, its lead's first.
	from   []*report
	absent absence
}

// draft of a report that has members.
func (p *plan) draft(r *report) draft {
	return draft{
		publicID: p.publicID(r), lead: r.members[0], others: slices.Clone(r.members[1:]),
		filed: p.filed(r), changed: r.Changed, moment: r.moment,
		past: r.Past, included: r.Included, group: r.Group, story: r.Story, place: r.place(),
		from: []*report{r},
	}
}

// groups makes one item of each group.
func (p *plan) groups() {
	p.drafts = make([]draft, 0, len(p.reports))
	for i := range p.reports {
		if r := &p.reports[i]; r.absent == there {
			p.drafts = append(p.drafts, p.draft(r))
		}
	}
}

// stories makes one item of each story. A group without a story stands alone.
func (p *plan) stories() {
	var (
		order  []feed.StoryKey
		groups = make(map[feed.StoryKey][]*report)
	)
	for i := range p.reports {
		r := &p.reports[i]
		switch {
		case r.absent != there && r.absent != hidden && r.absent != gone:
			// Never published: it leaves no id behind.
		case r.Story == 0:
			if r.absent == there {
				p.drafts = append(p.drafts, p.draft(r))
			}
		default:
			if groups[r.Story] == nil {
				order = append(order, r.Story)
			}
			groups[r.Story] = append(groups[r.Story], r)
		}
	}
	for _, k := range order {
		if d, ok := p.story(groups[k]); ok {
			p.drafts = append(p.drafts, d)
		}
	}
}

// story makes an item of the groups of a story. The group that was filed before
// the others (a backlog is filed late, though at its own dates) gives id and
// place, and leads, unless another was filed to lead in its stead; where an
// operator has hidden it, the next leads under the same id. One that subscribers
// never got comes after those they did. All members of the others may be listed:
// a copy of a report is a report of the story. false where all are hidden.
func (p *plan) story(reports []*report) (draft, bool) {
	late := func(r *report) int {
		if r.Past {
			return 1
		}
		return 0
	}
	slices.SortFunc(reports, func(a, b *report) int {
		return cmp.Or(late(a)-late(b), a.moment.Compare(b.moment), a.Filed.Filed.Compare(b.Filed.Filed), cmp.Compare(a.Group, b.Group))
	})
	first := slices.IndexFunc(reports, func(r *report) bool { return r.absent == there })
	if first < 0 {
		return draft{}, false
	}
	oldest := reports[0]
	if k := slices.IndexFunc(reports, func(r *report) bool { return r.leadsInstead(oldest) }); k >= 0 {
		first = k
	}
	d := p.draft(reports[first])
	d.publicID, d.filed, d.moment, d.place = p.publicID(oldest), p.filed(oldest), oldest.moment, oldest.place()
	for i, r := range reports {
		if r.Changed.After(d.changed) {
			d.changed = r.Changed
		}
		if i == first || r.absent != there {
			continue
		}
		d.from = append(d.from, r)
		d.others = append(d.others, r.members...)
	}
	return d, true
}

// leadsInstead reports whether a group leads its story in the stead of the one
// that was filed first. It does so for its lead alone: where that is hidden, or
// of a source that the topic does not take, nothing sets it before the other.
func (r *report) leadsInstead(first *report) bool {
	return r.InsteadOf != 0 && r.InsteadOf == first.Group && r.absent == there && r.Past == first.Past &&
		r.members[0].Key == r.speaker()
}

// singles makes one item of each entry. The lead of a group has the
// membership's public id; the others have their own, and keep it when the lead
// is gone.
func (p *plan) singles() {
	order := make([]*report, len(p.reports))
	taken := make(map[string]bool, len(p.reports))
	for i := range p.reports {
		order[i] = &p.reports[i]
		taken[order[i].PublicID] = true
	}
	// Who has an id first keeps it: the oldest group, then the oldest entry.
	slices.SortFunc(order, func(a, b *report) int { return cmp.Compare(a.Group, b.Group) })
	for _, r := range order {
		for k := range r.Entries {
			e := &r.Entries[k]
			id := r.PublicID
			if e.Key != r.Lead {
				id = ownID(e, taken)
			}
			if !slices.Contains(r.members, e) {
				continue
			}
			d := p.draft(r)
			d.publicID, d.lead, d.others, d.filed = id, e, nil, r.placeOf(e)
			p.drafts = append(p.drafts, d)
		}
	}
}

// place is where the report's group is filed.
func (r *report) place() feed.FiledAt { return feed.FiledAt{Filed: r.Filed.Filed, Group: r.Group} }

// placeOf is where an entry of a group stands in a topic that publishes every
// entry: with its group, or where it was seen if it joined later, so that it
// appears where readers look for news. What joins a group that was old when it
// was filed takes its own place in time, as the group did.
func (r *report) placeOf(e *feed.StoredEntry) time.Time {
	at := e.Seen
	if r.moment.After(r.Filed.Filed) {
		at = e.When()
	}
	if e.Key == r.Lead || at.Before(r.Filed.Filed) {
		return r.Filed.Filed
	}
	return at
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
