package poll

import (
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

// claimBatch is how many visits are claimed in one write: enough that claims
// cost next to nothing, few enough that a crash holds up few sources. hostClaims
// is how many of them one host may have: a host with a thousand feeds takes an
// hour, and must not keep others from their turn.
const (
	claimBatch = 128
	hostClaims = 16
)

// claimDue writes the next visits of sources that are due, and only then queues
// them: a process that dies in between does not come back early.
func (l *loop) claimDue(now time.Time) error {
	for len(l.due) > 0 && !l.due[0].at.After(now) {
		d := heap.Pop(&l.due).(dueSource)
		src := l.set.byID[d.id]
		if src == nil || l.queued[d.id] {
			continue
		}
		if until := l.heldUntil(src, now); until.IsZero() {
			l.lineUp(src)
		} else {
			l.putOff(Report{Source: d.id}, until)
		}
	}
	for len(l.hungry) > 0 {
		ids := l.next()
		if len(ids) == 0 {
			return nil
		}
		if err := l.claim(ids, now); err != nil {
			if l.once {
				return err
			}
			// The disk does not take it: visit nothing, try again soon.
			for _, id := range ids {
				delete(l.queued, id)
				l.answer(Report{Source: id, Status: Failed, Error: err.Error()})
				heap.Push(&l.due, dueSource{now.Add(claimRetry), id})
			}
			l.p.o.Failed(err)
			return nil
		}
		for _, id := range ids {
			l.enqueue(l.set.byID[id])
		}
	}
	return nil
}

// next takes the sources that are to be claimed together from the lines of their
// hosts.
func (l *loop) next() []feed.SourceID {
	var ids []feed.SourceID
	for len(l.hungry) > 0 && len(ids) < claimBatch {
		h := l.hungry[0]
		l.hungry = l.hungry[1:]
		h.hungry = false
		n := min(len(h.waiting), max(hostClaims-len(h.queue), 0))
		for _, id := range h.waiting[:n] {
			if l.set.byID[id] != nil {
				ids = append(ids, id)
			} else {
				delete(l.queued, id) // gone since it was due
			}
		}
		h.waiting = h.waiting[n:]
	}
	return ids
}

// unclaim takes back the claims of visits that were not begun when the loop was
// stopped: their sources are due when they were before.
func (l *loop) unclaim() error {
	c := &feed.Claim{At: l.p.now(), Why: "a stop before its visit"}
	for i := range l.set.List {
		id := l.set.List[i].ID
		if h := l.hosts[l.hostName(&l.set.List[i])]; h != nil && slices.Contains(h.queue, id) {
			c.Sources = append(c.Sources, id)
			c.Next = append(c.Next, l.before[id])
		}
	}
	if len(c.Sources) == 0 {
		return nil
	}
	return l.submit(c)
}

// claimRetry is how long polling rests when the store refuses writes.
const claimRetry = 10 * time.Second

// claim writes when sources are due after the visit that is about to begin, as
// far as can be told before it.
func (l *loop) claim(ids []feed.SourceID, now time.Time) error {
	c := &feed.Claim{At: now, Sources: ids, Why: "a visit that was begun"}
	err := l.p.o.Store.View(func(r *storage.Reader) error {
		for _, id := range ids {
			s, err := r.Schedule(id)
			if err != nil {
				return err
			}
			l.learn(&s)
			l.before[id], l.asked[id] = s.Next, now
			c.Next = append(c.Next, Next(now, l.set.plan(l.set.byID[id], &s), Result{}, l.p.random()).Next)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.submit(c)
}

// submit applies a change and waits for it.
func (l *loop) submit(c feed.Change) error {
	done := make(chan error, 1)
	l.p.o.Submit(c, func(_ storage.Outcome, err error) { done <- err })
	return <-done
}

// hold leaves the other sources of a host alone for as long as it asked.
func (l *loop) hold(h *host, v *visited) {
	until := v.change.Hold
	l.holdHost(h.name, until)
	c := &feed.Claim{At: v.change.At, Hold: true, Why: "Retry-After of its host"}
	for i := range l.set.List {
		src := &l.set.List[i]
		if src.ID != v.change.Source && l.hostName(src) == h.name {
			c.Sources = append(c.Sources, src.ID)
			c.Next = append(c.Next, until)
		}
	}
	if len(c.Sources) == 0 {
		return
	}
	if err := l.submit(c); err != nil {
		l.p.o.Failed(err)
	}
	for _, id := range append(h.queue, h.waiting...) {
		delete(l.queued, id)
		l.putOff(Report{Source: id}, until)
	}
	h.queue, h.waiting = nil, nil
	for i := range l.due {
		if src := l.set.byID[l.due[i].id]; src != nil && l.hostName(src) == h.name && l.due[i].at.Before(until) {
			l.due[i].at = until
		}
	}
	heap.Init(&l.due)
}

// refresh makes a source due now.
func (l *loop) refresh(id feed.SourceID) error {
	now := l.p.now()
	if l.set.byID[id] == nil {
		return fmt.Errorf("no source %s", link.Masked(string(id)))
	}
	if l.queued[id] {
		return errors.New("a visit is under way")
	}
	s, err := l.p.schedule(id)
	switch {
	case err != nil:
		return err
	case s.Hold.After(now), !l.heldUntil(l.set.byID[id], now).IsZero():
		return errors.New("its host asked to be left alone for now (Retry-After)")
	case now.Sub(s.Visited) < refreshGap:
		return errors.New("it was visited less than a minute ago")
	}
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return d.id == id })
	heap.Init(&l.due)
	heap.Push(&l.due, dueSource{now, id})
	return nil
}
