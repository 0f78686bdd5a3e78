package edition

import (
	"time"

	"topicwire/feed"
)

// markCapped finds what is over the cap of a source: of the items that a source
// leads in a period, those filed first stay, so that what was published does not
// disappear when more comes. What subscribers never get, and what an operator
// filed in spite of the rules, neither counts nor is left out.
func (p *plan) markCapped() {
	most := p.topic.PerSource.Entries
	if most <= 0 {
		return
	}
	type share struct {
		source feed.SourceID
		begin  int64
	}
	led := make(map[share]int)
	for i := len(p.drafts) - 1; i >= 0; i-- {
		d := &p.drafts[i]
		if d.past || d.included {
			continue
		}
		s := share{d.lead.Source, p.begin(d.filed).Unix()}
		if led[s]++; led[s] > most {
			d.absent = capped
		}
	}
}

// begin is the beginning of the cap's period that a time lies in.
func (p *plan) begin(t time.Time) time.Time {
	t = t.In(p.o.Zone)
	if p.topic.PerSource.Per == feed.PerHour {
		// By subtraction: an hour that the clocks repeat is two hours.
		return t.Add(-time.Duration(t.Minute())*time.Minute - time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	}
	y, m, d := t.Date()
	switch p.topic.PerSource.Per {
	case feed.PerWeek:
		d -= (int(t.Weekday()) + 6) % 7
	case feed.PerMonth:
		d = 1
	}
	return time.Date(y, m, d, 0, 0, 0, 0, p.o.Zone)
}

// markAged finds what was filed too long ago to stay.
func (p *plan) markAged() {
	if p.topic.MaxAge <= 0 {
		return
	}
	for i := range p.drafts {
		if d := &p.drafts[i]; d.absent == there && !d.past && p.aged(d.filed) {
			d.absent = aged
		}
	}
}

// aged reports whether what was filed at a time is too old to stay.
func (p *plan) aged(filed time.Time) bool {
	return p.topic.MaxAge > 0 && p.o.At.Sub(filed) >= p.topic.MaxAge
}
