package poll

import (
	"cmp"
	"container/heap"
	"net/url"
	"strings"
	"time"

	"topicwire/feed"
)

// A host has at most one visit under way, and a gap between two.
type host struct {
	name    string
	waiting []feed.SourceID // due
	queue   []feed.SourceID // claimed
	hungry  bool            // in the loop's list of those to claim for
	busy    bool            // a visit is under way, or the host is in ready or resting
	// visiting says which of the two.
	visiting bool
	free     time.Time // when the next visit may begin
}

func (l *loop) host(src *feed.Source) *host {
	name := l.hostName(src)
	h := l.hosts[name]
	if h == nil {
		h = &host{name: name}
		l.hosts[name] = h
	}
	return h
}

// lineUp puts a source that is due behind the others of its host.
func (l *loop) lineUp(src *feed.Source, now time.Time) {
	h := l.host(src)
	l.queued[src.ID], l.asked[src.ID] = true, now
	h.waiting = append(h.waiting, src.ID)
	l.feed(h, now)
}

// enqueue queues a source whose visit is claimed.
func (l *loop) enqueue(src *feed.Source) {
	h := l.host(src)
	h.queue = append(h.queue, src.ID)
	l.claimed++
	if !h.busy {
		h.busy = true
		l.await(h, l.p.now())
	}
}

// rest begins a host's gap after a visit.
func (l *loop) rest(h *host) {
	now := l.p.now()
	h.free = now.Add(l.set.HostGap)
	h.visiting = false
	l.idle(h, now)
}

// idle has a host without a visit wait for its next turn, or for something to do.
func (l *loop) idle(h *host, now time.Time) {
	h.busy = len(h.queue) > 0
	if h.busy {
		l.await(h, now)
	}
	l.feed(h, now)
}

// await puts a host with work where its turn comes: among the ready, the one
// that just finished first, while its connection is open; or among the resting.
func (l *loop) await(h *host, now time.Time) {
	if h.free.After(now) {
		heap.Push(&l.resting, h)
		return
	}
	if h.free.IsZero() {
		l.ready = append(l.ready, h)
		return
	}
	l.ready = append([]*host{h}, l.ready...)
}

// wake readies the hosts whose gap is over.
func (l *loop) wake(now time.Time) {
	for len(l.resting) > 0 && !l.resting[0].free.After(now) {
		if h := heap.Pop(&l.resting).(*host); len(h.queue) > 0 {
			l.ready = append(l.ready, h)
		} else {
			l.idle(h, now)
		}
	}
}

// A queue is a heap of what waits for its time.
type queue[T interface{ Before(T) bool }] []T

func (q queue[T]) Len() int           { return len(q) }
func (q queue[T]) Less(i, j int) bool { return q[i].Before(q[j]) }
func (q queue[T]) Swap(i, j int)      { q[i], q[j] = q[j], q[i] }
func (q *queue[T]) Push(x any)        { *q = append(*q, x.(T)) }
func (q *queue[T]) Pop() any {
	last := len(*q) - 1
	x := (*q)[last]
	*q = (*q)[:last]
	return x
}

// Before orders hosts by the time they are free.
func (h *host) Before(o *host) bool { return h.free.Before(o.free) }

// A dueSource is a source and when it is due.
type dueSource struct {
	at time.Time
	id feed.SourceID
}

// Before orders sources by when they are due; those due at once by their ids, so
// that a round is the same every time.
func (d dueSource) Before(o dueSource) bool {
	return cmp.Or(d.at.Compare(o.at), cmp.Compare(d.id, o.id)) < 0
}

// hostOf names the host that is asked for a source, for the rule of one
// connection a host. Files have none and do not wait for each other.
func hostOf(src *feed.Source, address string) string {
	if src.File != "" {
		return "file:" + src.File
	}
	u, err := url.Parse(address)
	if err != nil {
		return address
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" || port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		return host
	}
	return host + ":" + port
}

// hostName is hostOf with the address where the source is asked now.
func (l *loop) hostName(src *feed.Source) string {
	return hostOf(src, cmp.Or(l.moved[src.ID], string(src.ID)))
}

// learn notes where a source is asked.
func (l *loop) learn(s *feed.SourceState) {
	if a := address(s); a != string(s.ID) {
		l.moved[s.ID] = a
	} else {
		delete(l.moved, s.ID)
	}
}

// heldUntil is until when a source's host asked to be left alone; zero for not.
func (l *loop) heldUntil(src *feed.Source, now time.Time) time.Time {
	name := l.hostName(src)
	until := l.held[name]
	if until.After(now) {
		return until
	}
	delete(l.held, name)
	return time.Time{}
}

func (l *loop) holdHost(name string, until time.Time) {
	if until.After(l.held[name]) {
		l.held[name] = until
	}
}

// putOff leaves a source alone for its host's sake: a round skips it, a run comes
// back when its host may be asked again.
func (l *loop) putOff(rep Report, until time.Time) {
	if rep = held(rep, until); l.once {
		l.report(rep)
		return
	}
	l.answer(rep)
	heap.Push(&l.due, dueSource{until, rep.Source})
}

func held(rep Report, until time.Time) Report {
	rep.NextVisit, rep.Why = &until, feed.WhyHost
	rep.Status, rep.Error = Skipped, "its host asked to be left alone until "+until.Format(time.RFC3339)
	return rep
}
