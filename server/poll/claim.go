package poll

import (
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/storage"
)

// Reasons of claims, beside feed.WhyBegun.
const (
	whyStopped  = "a stop before its visit"
	whyUnpushed = "its hub no longer pushes"
	whyAlone    = "its hub pushed nothing while no server ran"
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
			l.lineUp(src, now)
		} else {
			l.putOff(Report{Source: d.id}, until)
		}
	}
	for {
		ids := l.next(l.toClaim(), now)
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
				heap.Push(&l.due, dueSource{now.Add(claimRetry), id})
			}
			l.refuse(err)
			l.p.o.Failed(err)
			return nil
		}
		for _, id := range ids {
			l.enqueue(l.set.byID[id])
		}
	}
}

// unclaim takes back the claims of visits that were not begun when the loop was
// stopped: their sources are due when they were before.
func (l *loop) unclaim() (err error) {
	again := &feed.Claim{At: l.p.now(), Why: feed.WhyBegun} // what was known of visits before
	rest := &feed.Claim{At: again.At, Why: whyStopped}
	for i := range l.set.List {
		id := l.set.List[i].ID
		if h := l.hosts[l.hostName(&l.set.List[i])]; h != nil && slices.Contains(h.queue, id) {
			c := rest
			if l.before[id].why == feed.WhyBegun {
				c = again
			}
			c.Sources = append(c.Sources, id)
			c.Next = append(c.Next, l.before[id].next)
		}
	}
	for _, c := range []*feed.Claim{again, rest} {
		if len(c.Sources) > 0 {
			err = cmp.Or(err, l.submit(c))
		}
	}
	return err
}

// claimRetry is how long polling rests when the store refuses writes.
const claimRetry = 10 * time.Second

// claim writes when sources are due should nothing be heard of the visits that are
// about to begin.
func (l *loop) claim(ids []feed.SourceID, now time.Time) error {
	c := &feed.Claim{At: now, Sources: ids, Why: feed.WhyBegun}
	err := l.p.o.Store.View(func(r *storage.Reader) error {
		for _, id := range ids {
			s, err := r.Schedule(id)
			if err != nil {
				return err
			}
			l.learn(&s)
			l.before[id] = wasDue{s.Next, s.Why, &s}
			c.Next = append(c.Next, unheard(now, l.set.plan(l.set.byID[id], &s), &s, l.p.random()))
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
	c := &feed.Claim{At: v.change.At, Hold: true, Why: feed.WhyHost}
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
	l.claimed -= len(h.queue)
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
	s = l.set.mended(l.set.byID[id], s, now, 0)
	switch {
	case err != nil:
		return err
	case s.Hold.After(now), !l.heldUntil(l.set.byID[id], now).IsZero():
		return errors.New("its host asked to be left alone for now (Retry-After)")
	case now.Sub(s.Visited) < refreshGap && !s.Visited.After(now):
		return errors.New("it was visited less than a minute ago")
	}
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return d.id == id })
	heap.Init(&l.due)
	heap.Push(&l.due, dueSource{now, id})
	return nil
}
