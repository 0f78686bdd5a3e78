package edition

import (
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

// speaks reports whether an entry is in the language that the edition is restricted
// to.
func (p *plan) speaks(e *feed.StoredEntry) bool {
	return p.o.Language == "" || text.OneOf(p.language(e), []string{p.o.Language})
}

// publicID is the id of what a report is published as. In an edition of one language
// the report may be led by another entry than in the topic's own: one that has an id in
// the topic comes with that, any other with the one that it has in a topic that
// publishes every entry, and both stay, whatever becomes of those in other languages.
func (p *plan) publicID(r *report) string {
	e := p.stead(r)
	if e == nil {
		return r.PublicID
	}
	if i := slices.IndexFunc(r.Given, func(g feed.GivenID) bool { return g.Entry == e.Key }); i >= 0 {
		return r.Given[i].PublicID
	}
	if p.taken == nil {
		p.taken = make(map[string]bool, len(p.reports))
		for i := range p.reports {
			p.taken[p.reports[i].PublicID] = true
		}
	}
	return ownID(e, p.taken)
}

// filed is when a report came to the edition.
func (p *plan) filed(r *report) time.Time {
	if e := p.stead(r); e != nil {
		return r.placeOf(e)
	}
	return r.Filed.Filed
}

// stead is the entry that leads a report in an edition of one language, where the
// topic's id for the report is that of one in another; nil elsewhere.
func (p *plan) stead(r *report) *feed.StoredEntry {
	if p.o.Language == "" || len(r.members) == 0 {
		return nil
	}
	for i := range r.Entries {
		if e := &r.Entries[i]; e.Key == r.Owner && p.speaks(e) {
			return nil
		}
	}
	return r.members[0]
}

// Speaks reports whether a topic takes entries in a language.
func Speaks(t *feed.Topic, language string) bool {
	return len(t.Languages) == 0 || text.OneOf(language, t.Languages)
}
