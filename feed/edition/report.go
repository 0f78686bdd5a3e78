package edition

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/text"
)

const (
	// together is how much later than the first a member may be seen to count as
	// there when its group was filed: what one round over the sources brings is
	// one arrival, whichever source answers first. Only the topic's preference
	// looks at it.
	together = time.Minute
	// listed is how long after its group was filed a member still joins the list
	// of other reports.
	listed = 24 * time.Hour
)

// A report is a membership with those of its group's members that the topic
// shows.
type report struct {
	*feed.Filed
	// moment is when the group was filed, as against where: what a first visit
	// or new rules find is filed at its own date.
	moment time.Time
	// members are those that the topic allows, its lead first.
	members []*feed.StoredEntry
	absent  absence // why there are none
}

func (p *plan) report(f *feed.Filed) report {
	r := report{Filed: f, moment: f.Filed}
	if len(f.Entries) == 0 {
		r.absent = gone
		if f.Gone.After(r.moment) {
			r.moment = f.Gone
		}
		return r
	}
	first := &f.Entries[0]
	for k := range f.Entries {
		if f.Entries[k].Key == f.Lead {
			first = &f.Entries[k]
		}
	}
	if first.Seen.After(r.moment) {
		r.moment = first.Seen
	}
	p.choose(&r)
	p.lead(&r)
	return r
}

// choose finds the members that no operator has hidden and the topic takes. Of a
// group that an operator filed in spite of the rules, the lead is taken whatever
// it is.
func (p *plan) choose(r *report) {
	r.absent = hidden
	spoken := false
	for k := range r.Entries {
		e := &r.Entries[k]
		if !p.speaks(e) {
			continue
		}
		spoken = true
		if slices.Contains(r.Hidden, e.Key) {
			continue
		}
		ours, language := p.takesSource(r, e), p.takesLanguage(e)
		switch {
		case ours && language || r.Included && e.Key == r.Lead:
			r.members = append(r.members, e)
		case ours:
			r.absent = foreign
		case r.absent != foreign:
			r.absent = unwanted
		}
	}
	switch {
	case len(r.members) > 0:
		r.absent = there
	case !spoken:
		r.absent = foreign // also where it is hidden: it never was here
	}
}

func (p *plan) takesLanguage(e *feed.StoredEntry) bool {
	if len(p.topic.Languages) == 0 {
		return true
	}
	if e.Language == "" {
		return !p.topic.DropUnknown
	}
	return text.OneOf(e.Language, p.topic.Languages)
}

// takesSource reports whether the topic takes an entry's source. The tags of one
// that is no longer configured are not known: what matched the rules was taken.
func (p *plan) takesSource(r *report, e *feed.StoredEntry) bool {
	if p.o.Takes == nil {
		return true
	}
	if src := p.o.Takes(e.Source); src != nil {
		return p.topic.Sources.Takes(src)
	}
	return r.matched(e.Key) || p.topic.Sources.Takes(&feed.Source{ID: e.Source})
}

// lead puts the member first that speaks for the group: of those that were there
// when it was filed, the one whose source has the first of the preferred tags
// (among those in the topic's language where one of them speaks for it), else the
// membership's own, else one that matched by itself, else the earliest. Whoever joined later speaks for the group only where none of these is left, in
// the order in which they joined, so that nobody who joins ever takes the lead.
func (p *plan) lead(r *report) {
	lead := r.speaker()
	if len(r.members) < 2 || r.members[0].Key == lead && (r.Included || len(p.topic.Prefer) == 0) {
		return // as it is nearly always
	}
	// Where the topic's language leads, preference chooses among reports in it.
	foreign := func(e *feed.StoredEntry) int { return 0 }
	if e := r.member(lead); e != nil && p.foreign(e) == 0 {
		foreign = p.foreign
	}
	type rank struct{ late, foreign, preferred, led, matched int }
	ranks := make(map[feed.EntryKey]rank, len(r.members))
	for _, e := range r.members {
		k := rank{late: 1}
		if !e.Seen.After(r.moment.Add(together)) {
			k = rank{foreign: foreign(e), preferred: p.preference(e.Source), led: 1, matched: 1}
			if e.Key == lead {
				k.led = 0
				if r.Included {
					k.foreign, k.preferred = -1, -1 // the operator's own choice
				}
			}
			if r.matched(e.Key) {
				k.matched = 0
			}
		}
		ranks[e.Key] = k
	}
	slices.SortStableFunc(r.members, func(a, b *feed.StoredEntry) int {
		x, y := ranks[a.Key], ranks[b.Key]
		return cmp.Or(
			cmp.Compare(x.late, y.late), cmp.Compare(x.foreign, y.foreign), cmp.Compare(x.preferred, y.preferred),
			cmp.Compare(x.led, y.led), cmp.Compare(x.matched, y.matched),
		)
	})
}

// speaker is the member that was settled to speak for the group: its lead, or in
// its stead the one in the topic's language, unless an operator has chosen.
func (r *report) speaker() feed.EntryKey {
	if !r.Included && r.member(r.Voice) != nil {
		return r.Voice
	}
	return r.Lead
}

// member is the one with a key, or nil.
func (r *report) member(k feed.EntryKey) *feed.StoredEntry {
	for _, e := range r.members {
		if e.Key == k {
			return e
		}
	}
	return nil
}

// matched reports whether an entry of the group matched by itself.
func (r *report) matched(k feed.EntryKey) bool {
	return slices.ContainsFunc(r.Reasons, func(w feed.EntryReason) bool { return w.Entry == k })
}

// preference is the place of a source among the topic's preferred tags, 0 the
// first; after all of them where it has none.
func (p *plan) preference(id feed.SourceID) int {
	if p.o.Takes == nil || len(p.topic.Prefer) == 0 {
		return 0
	}
	if src := p.o.Takes(id); src != nil {
		if i := slices.IndexFunc(p.topic.Prefer, func(tag string) bool { return slices.Contains(src.Tags, tag) }); i >= 0 {
			return i
		}
	}
	return len(p.topic.Prefer)
}
