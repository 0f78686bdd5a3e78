package edition

import (
	"slices"
	"time"

	"topicwire/feed"
)

// searched times the limit is how many memberships are looked at, at most, for entries
// that another source would crowd out of a document.
const searched = 4

// share cuts what could be in a document, newest first, to the topic's limit. No source
// holds more than a third of it (rounded up) while entries of others would fall out of
// it for it: the oldest of its entries leave first. Where the others have too few for
// that, those that have more hold equally much more, as far as they have. What an
// operator filed in spite of the rules counts for no source. A cap that the operator set
// is what holds instead.
//
// So what a source may hold falls as others bring more, and its entries only grow older:
// what left a document for it does not come back as more is filed. It may when an entry
// of a source that has few is too old to be looked at, which frees a place.
//
// enough are the sources of which nothing older gets in, where something older of others
// would; nil where nothing would.
func (p *plan) share(list []*draft) (entries []*draft, enough map[feed.SourceID]bool) {
	limit := Limit(p.topic)
	if len(list) < limit {
		return list, nil
	}
	third := (limit + 2) / 3
	s := shares{held: make(map[feed.SourceID]int)}
	for _, d := range list[:limit] {
		s.count(d)
	}
	if p.topic.PerSource.Entries > 0 || s.most <= third {
		for _, d := range list[limit:] {
			d.absent = beyond
		}
		return list[:limit], nil
	}
	n := limit
	for ; n < len(list) && (p.reach.IsZero() || list[n].filed.After(p.reach)); n++ {
		s.count(list[n])
	}
	level := third
	for s.under(level) < limit {
		level++
	}
	sure := 0 // so many of a source are in before any source has more
	if level > third {
		sure = level - 1
		enough = s.with(level)
	}
	room := limit - s.under(sure)
	ranks := make(map[feed.SourceID]int)
	for i, d := range list {
		rank := 1
		if !d.included {
			ranks[d.lead.Source]++
			rank = ranks[d.lead.Source]
		}
		switch {
		case i < n && rank <= sure:
			entries = append(entries, d)
		case i < n && rank <= level && room > 0:
			entries = append(entries, d)
			room--
		case i < limit:
			d.absent = crowding
		default:
			d.absent = beyond
		}
	}
	return entries, enough
}

// shares are how many of the entries that could be in a document are of which source.
type shares struct {
	held map[feed.SourceID]int
	most int // of one source
	free int // are of none
}

func (s *shares) count(d *draft) {
	if d.included {
		s.free++
		return
	}
	s.held[d.lead.Source]++
	s.most = max(s.most, s.held[d.lead.Source])
}

// under is how many entries there are where no source has more than level.
func (s *shares) under(level int) int {
	if level == 0 {
		return 0
	}
	n := s.free
	for _, held := range s.held {
		n += min(held, level)
	}
	return n
}

// with are the sources that have as many as level.
func (s *shares) with(level int) map[feed.SourceID]bool {
	sources := make(map[feed.SourceID]bool)
	for id, held := range s.held {
		if held >= level {
			sources[id] = true
		}
	}
	return sources
}

// reach is when the nth of the newest memberships that are not Past was filed; zero where
// there are fewer.
func reach(filed []feed.Filed, n int) time.Time {
	if len(filed) < n {
		return time.Time{}
	}
	times := make([]time.Time, 0, len(filed))
	for i := range filed {
		if !filed[i].Past {
			times = append(times, filed[i].Filed)
		}
	}
	if len(times) < n {
		return time.Time{}
	}
	slices.SortFunc(times, func(a, b time.Time) int { return b.Compare(a) })
	return times[n-1]
}
