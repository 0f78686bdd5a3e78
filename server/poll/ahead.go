package poll

import (
	"slices"
	"time"

	"topicwire/feed"
)

// Claims reach so far ahead of their requests: what a crash leaves claimed and not
// asked is little. claimBatch is how many one write has at most, and hostClaims how
// many of one host, which must not keep others from their turn.
const (
	claimAhead = 5 * time.Second
	claimBatch = 256
	hostClaims = 16
)

// keepPace notes how long a visit took.
func (l *loop) keepPace(took time.Duration) {
	took = min(max(took, time.Millisecond), time.Minute) // the clock may have been set
	if l.pace == 0 {
		l.pace = took
	}
	l.pace += (took - l.pace) / 8
}

// within is how many more visits of all hosts begin within claimAhead: those for which
// there is a place, and those that follow them. Before the first visit has ended nobody
// knows how many follow.
func (l *loop) within() int {
	parallel := max(l.set.Parallel, 1)
	n := parallel - l.running
	if l.pace > 0 {
		n += parallel * int(claimAhead/l.pace)
	}
	return n
}

// room is how many more requests of a host leave within claimAhead, behind those that
// are claimed.
func (l *loop) room(h *host, now time.Time) int {
	wait := max(h.free.Sub(now), 0)
	if h.visiting {
		wait = l.pace + l.set.HostGap
	}
	if wait > claimAhead {
		return 0
	}
	n := 1
	if l.pace > 0 {
		n += int((claimAhead - wait) / (l.set.HostGap + l.pace))
	}
	return max(min(n, hostClaims)-len(h.queue), 0)
}

// toClaim is how many sources are claimed in the next write; 0 while there is no need
// yet, so that many are claimed together: a host has run out of them, and a place is
// free, or enough of what was claimed has left to make another write worth it.
func (l *loop) toClaim() int {
	within := l.within()
	room := min(within-l.claimed, claimBatch)
	if room <= 0 || !slices.ContainsFunc(l.hungry, func(h *host) bool { return len(h.queue) == 0 && !h.visiting }) {
		return 0
	}
	if l.running+len(l.ready) >= max(l.set.Parallel, 1) && room < min(claimBatch, within/2) {
		return 0
	}
	return room
}

// next takes at most n sources, to be claimed together, from the lines of their hosts:
// first of those hosts that have none claimed.
func (l *loop) next(n int, now time.Time) []feed.SourceID {
	var ids []feed.SourceID
	hungry := l.hungry
	l.hungry = nil
	slices.SortStableFunc(hungry, func(a, b *host) int { return min(len(a.queue), 1) - min(len(b.queue), 1) })
	for _, h := range hungry {
		h.hungry = false
		taken := 0
		for room := l.room(h, now); taken < len(h.waiting) && room > 0 && len(ids) < n; taken++ {
			if id := h.waiting[taken]; l.set.byID[id] != nil {
				ids = append(ids, id)
				room--
			} else {
				delete(l.queued, id) // gone since it was due
			}
		}
		h.waiting = h.waiting[taken:]
		if taken == 0 || len(ids) == n {
			l.feed(h, now) // its turn is still to come
		}
	}
	return ids
}

// feed notes that a host has sources that wait to be claimed. One that is left alone
// for longer than claims reach is looked at again when that is over.
func (l *loop) feed(h *host, now time.Time) {
	switch {
	case h.hungry || len(h.waiting) == 0:
	case !h.busy && h.free.Sub(now) > claimAhead:
		h.busy = true
		l.await(h, now)
	case h.visiting || l.room(h, now) > 0:
		h.hungry = true
		l.hungry = append(l.hungry, h)
	}
}
