package poll

import (
	"container/heap"
	"time"

	"topicwire/feed"
)

// The clock may be wrong, and be set right while we run. What was written down by a
// clock that was ahead must not stop polling until that time has come, and what becomes
// due all at once because the clock was set is no reason for a burst.

// mended is what is stored of a source without what a clock that was ahead left there.
// A next visit that is further off than any wait is due. One that was decided by a visit
// that lies ahead is nearer by as much as the clock was ahead, at least by ahead.
func (s *set) mended(src *feed.Source, state feed.SourceState, now time.Time, ahead time.Duration) feed.SourceState {
	state.Hold = state.HoldAt(now)
	longest := max(src.Interval, s.Interval, maxHint)
	switch last := skip(now.Add(longest+longest/10), state.Hints, 1); {
	case state.Next.After(last):
		state.Next = now
	case state.Visited.After(now):
		state.Next = state.Next.Add(-max(ahead, state.Visited.Sub(now)))
	}
	return state
}

// wasAhead is how far ahead the clock was at the last visit of all, as far as can be
// told: all are moved by as much, so that they come as far apart as they were to.
func wasAhead(states []feed.SourceState, now time.Time) (d time.Duration) {
	for i := range states {
		d = max(d, states[i].Visited.Sub(now))
	}
	return d
}

// A loop looks at the clock every hour at least.
const (
	clockBack  = time.Minute
	clockAhead = 2 * time.Hour
)

// clockSet reports whether the clock was set since it was last looked at, or the machine
// slept.
func (l *loop) clockSet(now time.Time) bool {
	now = now.Round(0) // by the wall, as what is stored
	last := l.looked
	l.looked = now
	return !last.IsZero() && (now.Before(last.Add(-clockBack)) || now.After(last.Add(clockAhead)))
}

// beginAnew decides what to wait for, as at a start.
func (l *loop) beginAnew(now time.Time) {
	for _, h := range l.hosts {
		if h.free.Sub(now) > l.set.HostGap {
			h.free = now.Add(l.set.HostGap)
		}
	}
	heap.Init(&l.resting)
	for name, until := range l.held {
		if until.After(now.Add(feed.MaxHold + feed.MaxHold/10)) {
			delete(l.held, name)
		}
	}
	if l.retry.Sub(now) > claimRetry {
		l.retry = now.Add(claimRetry)
	}
	l.judge(now, true)
	l.outage = outage{}
	if l.once {
		return
	}
	var wanted, rest queue[dueSource]
	var sources []feed.Source
	for _, d := range l.due {
		switch {
		case l.wanted(d.id):
			wanted = append(wanted, dueSource{now, d.id})
		case l.set.byID[d.id] != nil:
			rest = append(rest, d)
			sources = append(sources, *l.set.byID[d.id])
		}
	}
	l.due = wanted
	if err := l.plan(sources, false); err != nil {
		l.p.o.Failed(err)
		l.due = append(wanted, rest...)
		heap.Init(&l.due)
	}
}

// wanted reports whether somebody waits for a source's visit.
func (l *loop) wanted(id feed.SourceID) bool {
	for _, d := range l.demands {
		if d.want[id] {
			return true
		}
	}
	return false
}
