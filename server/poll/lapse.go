package poll

import (
	"container/heap"
	"slices"
	"time"

	"topicwire/feed"
)

// Lapsed tells a Run that the hub of a source no longer pushes: the source is due as
// it would be without one. It never waits.
func (p *Poller) Lapsed(id feed.SourceID) { p.lapsed.put(id) }

// fallBack brings sources whose hubs stopped pushing back into the ordinary schedule.
func (l *loop) fallBack(ids []feed.SourceID) {
	now := l.p.now()
	c := &feed.Claim{At: now, Why: whyUnpushed}
	at := now
	for _, id := range ids {
		src := l.set.byID[id]
		if src == nil || l.queued[id] || slices.Contains(c.Sources, id) {
			continue // a visit that is about to begin, or to end, decides anew
		}
		s, err := l.p.schedule(id)
		if err != nil {
			l.p.o.Failed(err)
			continue
		}
		if s.Why != feed.WhyPushed {
			continue
		}
		next := l.unpushed(src, &s)
		if !next.After(now) { // not all of a large hub's at once
			next = at
			at = at.Add(spread)
		}
		c.Sources, c.Next = append(c.Sources, id), append(c.Next, next)
	}
	if len(c.Sources) == 0 {
		return
	}
	if err := l.submit(c); err != nil {
		l.p.o.Failed(err) // a restart finds the same
	}
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return slices.Contains(c.Sources, d.id) })
	for i, id := range c.Sources {
		l.due = append(l.due, dueSource{c.Next[i], id})
	}
	heap.Init(&l.due)
}

// unpushed is when a source would be due that its hub does not push.
func (l *loop) unpushed(src *feed.Source, s *feed.SourceState) time.Time {
	if next := Next(s.Visited, l.set.plan(src, s), lastResult(s), l.p.random()).Next; next.Before(s.Next) {
		return next
	}
	return s.Next
}
