package edition

import "topicwire/feed"

// items makes items of drafts.
func (p *plan) items(drafts []*draft, shown map[feed.EntryKey]*feed.StoredEntry) []feed.Item {
	reports := p.storySizes()
	items := make([]feed.Item, len(drafts))
	for i, d := range drafts {
		items[i] = p.item(d, shown)
		items[i].Reports = reports[d.story]
	}
	return items
}

func (p *plan) item(d *draft, shown map[feed.EntryKey]*feed.StoredEntry) feed.Item {
	info := p.o.Source(d.lead.Source)
	it := feed.Item{
		PublicID: d.publicID, Entry: allowed(*d.lead, info.Republish, p.o.Inside), Source: info,
		Filed: d.filed, Changed: d.changed, Group: d.group, Story: d.story,
		Past: d.past, Included: d.included, Newest: p.newest(d),
		Also: p.also(d), Reasons: p.reasons(d), Topics: d.from[0].Topics,
	}
	if made := entryTitle(p.topic, &it); made != it.Entry.Title {
		it.OwnTitle, it.Entry.Title = it.Entry.Title, made
	}
	for i := range d.from[0].Placed {
		if pl := &d.from[0].Placed[i]; pl.Entry == d.lead.Key && pl.Tier != feed.TierNew {
			it.Placed = pl
		}
	}
	if it.Placed != nil {
		if e := shown[it.Placed.Partner]; e != nil {
			a := p.other(e)
			it.Partner = &a
		}
	}
	return it
}

// shown are the entries that items lead or may list: all that an edition may
// speak of. Entries of memberships that were read and not published do not
// count, for how many are read is nobody's business.
func (p *plan) shown(lists ...[]*draft) map[feed.EntryKey]*feed.StoredEntry {
	shown := make(map[feed.EntryKey]*feed.StoredEntry)
	for _, list := range lists {
		for _, d := range list {
			for _, r := range d.from {
				for _, e := range r.members {
					shown[e.Key] = e
				}
			}
		}
	}
	return shown
}

// storySizes counts the entries of each story that the topic shows.
func (p *plan) storySizes() map[feed.StoryKey]int {
	sizes := make(map[feed.StoryKey]int)
	for i := range p.reports {
		if r := &p.reports[i]; r.Story != 0 {
			sizes[r.Story] += len(r.members)
		}
	}
	return sizes
}

// reasons are those of the members that the topic shows, the lead's first. An
// entry that is published by itself has its own only.
func (p *plan) reasons(d *draft) []feed.Reason {
	var own, others []feed.Reason
	for _, r := range d.from {
		for _, w := range r.Reasons {
			switch {
			case w.Entry == d.lead.Key:
				own = append(own, w.Reason)
			case p.topic.Group == feed.GroupNone:
			case r.member(w.Entry) != nil:
				others = append(others, w.Reason)
			}
		}
	}
	return append(own, others...)
}
