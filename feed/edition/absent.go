package edition

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
)

// An absence is why a group or an item is not in the subscription document.
type absence uint8

const (
	there    absence = iota
	gone             // no entry of the group is stored any more
	hidden           // by an operator
	foreign          // in languages that the topic does not take
	unwanted         // from sources that the topic does not take
	capped
	crowding // over the share of its source
	aged
	beyond // the limit
	unread // what decides about it was not read
)

// Absent is a sentence that says why a filed group is not in the topic's
// subscription document, without a capital and a full stop; "" where it is
// there.
//
// filed are memberships of the topic in any order: those that Of was given, the
// group's own, and all that are not older than AbsentSince says.
func Absent(topic *feed.Topic, filed []feed.Filed, group feed.GroupKey, o Options) string {
	p := newPlan(topic, filed, o)
	p.chosen(time.Time{})
	k := slices.IndexFunc(p.reports, func(r report) bool { return r.Group == group })
	if k < 0 {
		return "not filed under the topic"
	}
	r := &p.reports[k]
	if r.absent != there {
		return p.nothing(r)
	}
	sentence := ""
	for i := range p.drafts {
		d := &p.drafts[i]
		if !slices.Contains(d.from, r) {
			continue
		}
		why := p.missing(d)
		if d.from[0] != r {
			folded := "folded into the report of " + p.name(d.lead.Source)
			if why != "" {
				folded += ", which is missing: " + why
			}
			return folded
		}
		if why == "" {
			return "" // one of a group's entries is enough
		}
		if sentence == "" || d.lead.Key == r.Lead {
			sentence = why
		}
	}
	return sentence
}

// AbsentSince is the time to which memberships must be read back, for Absent to
// know everything that decides about one.
func AbsentSince(topic *feed.Topic, m *feed.Membership, o Options) time.Time {
	if topic.PerSource.Entries > 0 {
		return newPlan(topic, nil, o).begin(m.Filed)
	}
	return m.Filed
}

// AbsentAmong is how many of the newest memberships that are not Past must be read,
// for Absent to know what else the document could hold.
func AbsentAmong(topic *feed.Topic) int { return searched * Limit(topic) }

// nothing says why a group publishes nothing.
func (p *plan) nothing(r *report) string {
	switch r.absent {
	case hidden:
		return "hidden by an operator"
	case foreign:
		return "in a language the topic does not take: " + r.named(p.takesLanguage, func(e *feed.StoredEntry) string {
			return cmp.Or(e.Language, "unknown")
		})
	case unwanted:
		taken := func(e *feed.StoredEntry) bool { return p.takesSource(r, e) }
		return "from a source the topic does not take: " + r.named(taken, func(e *feed.StoredEntry) string { return p.name(e.Source) })
	}
	return "no longer stored"
}

// named lists by their names the entries of a report that are not taken, each name
// once.
func (r *report) named(taken func(*feed.StoredEntry) bool, name func(*feed.StoredEntry) string) string {
	var names []string
	for i := range r.Entries {
		e := &r.Entries[i]
		if n := name(e); !taken(e) && !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return strings.Join(names, ", ")
}

// missing says why a draft is not among the entries of the edition, "" where it
// is.
func (p *plan) missing(d *draft) string {
	switch d.absent {
	case capped:
		c := p.topic.PerSource
		return fmt.Sprintf("over the cap of %d/%s of %s", c.Entries, c.Per, p.name(d.lead.Source))
	case crowding:
		return fmt.Sprintf("over the share of %s: no source holds more than a third of the document while entries of others would fall out of it for it", p.name(d.lead.Source))
	case aged:
		return fmt.Sprintf("filed %s ago; max_age is %s", age(p.o.At.Sub(d.filed)), age(p.topic.MaxAge))
	case beyond:
		return fmt.Sprintf("beyond the newest %d", Limit(p.topic))
	}
	if d.past {
		const many = ", or one of more entries at once than max_new of its source: on pages and in archives only"
		backfill := p.topic.Backfill
		if backfill <= 0 {
			return "found by a rule change when it was no news any more" + many
		}
		return "found by a rule change when it was already older than backfill (" + age(backfill) + ")" + many
	}
	return ""
}

func (p *plan) name(id feed.SourceID) string {
	return cmp.Or(p.o.Source(id).Title, string(id))
}

// age is a duration as people write it: in days from two days on.
func age(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d >= 2*day || d == day:
		return fmt.Sprintf("%dd", d/day)
	case d >= time.Hour:
		return fmt.Sprintf("%dh", d/time.Hour)
	}
	return fmt.Sprintf("%dm", d/time.Minute)
}
