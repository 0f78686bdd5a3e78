package edition

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/text"
)

// also lists the other reports in the order of their dates, the first of each
// source that is not the lead's own. A topic that publishes stories has one a
// publisher, those in its own language before all others, for its readers read
// them. A report of the lead's own publisher, or at the lead's own address, is nobody
// else's, and the story's page has it; but where the lead is not in the topic's language and its
// publisher has the news in it, too, that report is listed, without taking
// anybody's place. Who was seen more than a day after the group was filed is not
// listed any more: readers who have the entry would get it again.
func (p *plan) also(d *draft) []feed.Also {
	most := cmp.Or(p.topic.Also, feed.DefaultAlso)
	if most < 0 {
		return nil
	}
	slices.SortStableFunc(d.others, func(a, b *feed.StoredEntry) int {
		return cmp.Or(cmp.Compare(p.foreign(a), p.foreign(b)), a.When().Compare(b.When()), cmp.Compare(a.Key, b.Key))
	})
	own := p.publisher(d.lead.Source)
	told := []string{own}
	translated := p.foreign(d.lead) == 0
	var list []feed.Also
	for _, e := range d.others {
		if e.Seen.After(d.moment.Add(listed)) || samePage(e, d.lead) {
			continue
		}
		house := p.publisher(e.Source)
		if p.sameHouse(e.Source, d.lead.Source) {
			house = own
		}
		switch translation := !translated && house == own && p.foreign(e) == 0; {
		case translation:
			translated = true
		case slices.Contains(told, house) || len(told) > most:
			continue
		default:
			told = append(told, house)
		}
		a := p.other(e)
		if e.Title == d.lead.Title {
			a.Title = ""
		}
		a.Foreign = text.OtherLanguage(a.Language, p.language(d.lead))
		list = append(list, a)
	}
	return list
}

// samePage reports whether two entries link to one page.
func samePage(a, b *feed.StoredEntry) bool {
	page := link.Page(a.Canonical)
	return page != "" && page == link.Page(b.Canonical)
}

// sameHouse reports whether two sources are of one publisher.
func (p *plan) sameHouse(a, b feed.SourceID) bool {
	house := p.o.Source(a).Publisher
	return house != "" && house == p.o.Source(b).Publisher
}

func (p *plan) other(e *feed.StoredEntry) feed.Also {
	a := feed.Also{Source: p.o.Source(e.Source), Link: e.Link, Title: e.Title, When: e.When(), Language: p.language(e)}
	a.Source.ID = e.Source
	return a
}

// publisher is whom reports are counted by: the house of a source where the topic
// publishes stories, else, and where the source is its own, the source: an id
// behind a space, as no house is called. Copies of one report are counted by
// source, as which feeds carry it is what their list tells.
func (p *plan) publisher(id feed.SourceID) string {
	house := ""
	if p.topic.Group == feed.GroupStory {
		house = p.o.Source(id).Publisher
	}
	return cmp.Or(house, " "+string(id))
}

// language is an entry's language, or else its source's.
func (p *plan) language(e *feed.StoredEntry) string {
	if e.Language != "" {
		return e.Language
	}
	return p.o.Source(e.Source).Language
}

// foreign is 0 for an entry in the language of a topic that publishes stories, 1
// for others.
func (p *plan) foreign(e *feed.StoredEntry) int {
	if p.topic.Group == feed.GroupStory && text.OneOf(p.language(e), []string{p.topic.Language}) {
		return 0
	}
	return 1
}

// newest is the date of the newest report that a draft stands for, those that are
// not listed included.
func (p *plan) newest(d *draft) time.Time {
	newest := d.lead.When()
	if p.topic.Group == feed.GroupNone {
		return newest
	}
	for _, r := range d.from {
		for _, e := range r.members {
			if at := e.When(); at.After(newest) {
				newest = at
			}
		}
	}
	return newest
}
