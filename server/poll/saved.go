package poll

import (
	"container/heap"
	"context"
	"errors"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A fetched visit has ended and gives its host free.
type fetched struct {
	host *host
	*visited
}

// A saved visit is on disk, or err says why it is not.
type saved struct {
	report Report
	next   time.Time
	err    error
	visit  *visited // nil where it was broken off
	push   *push    // in place of a visit
}

// ended takes a visit from its worker. One that failed without an answer waits
// for what others live through at the same time.
func (l *loop) ended(ctx context.Context, f fetched) {
	v := f.visited
	switch {
	case ctx.Err() != nil && v.result.Failed:
		// We broke it off; that says nothing about the source.
		l.saved.put(saved{report: v.report, next: v.change.At, err: context.Cause(ctx)})
	case v.silent:
		l.outage.note(f.host.name, false, v.change.At)
		l.doubtful = append(l.doubtful, v)
	default:
		if v.answered {
			l.outage.note(f.host.name, true, v.change.At)
		}
		l.save(v, false)
		if v.change.Hold.After(v.change.At) {
			l.hold(f.host, v)
		}
	}
}

// doubt is how long a failure without an answer waits for its judgement.
const doubt = 15 * time.Second

// judge settles failures without an answer: those that are old enough, or all.
func (l *loop) judge(now time.Time, all bool) {
	if len(l.doubtful) == 0 || !all && now.Sub(l.doubtful[0].change.At) < doubt {
		return
	}
	ours := l.outage.ours(now)
	for _, v := range l.doubtful {
		l.save(v, ours)
	}
	l.doubtful = nil
}

// save hands a visit to the writer.
func (l *loop) save(v *visited, ours bool) {
	v.plan.Pushed = l.p.o.Pushed(v.change.Source)
	v.decide(ours, l.p.random())
	l.submitVisit(v)
}

func (l *loop) submitVisit(v *visited) {
	l.p.turns.written(1)
	l.p.o.Submit(v.change, func(o storage.Outcome, err error) {
		l.p.turns.written(-1)
		v.report.New, v.report.Updated, v.report.Past = o.New, o.Updated, o.Past
		if err == nil {
			v.share.Free()
			v.report.NextVisit, v.report.Why = feed.Moment(v.change.Next), v.change.Why
		}
		l.saved.put(saved{report: v.report, next: v.change.Next, err: err, visit: v})
	})
}

// finish notes a visit whose result is on disk, or could not be put there.
func (l *loop) finish(s saved) {
	if s.push != nil {
		l.finishPush(s)
		return
	}
	if s.err != nil && s.visit != nil && !l.once {
		// The store is to blame. What was brought is kept until it can be stored;
		// the publisher is not asked again for it.
		if len(l.unstored) == 0 {
			l.retry = l.p.now().Add(claimRetry)
			l.p.o.Failed(s.err)
		}
		s.report.Status, s.report.New, s.report.Updated, s.report.Past, s.report.Error = Failed, 0, 0, 0, s.err.Error()
		l.answer(s.report) // who asked need not wait for the disk
		l.unstored = append(l.unstored, s.visit)
		return
	}
	delete(l.queued, s.report.Source)
	delete(l.before, s.report.Source)
	delete(l.asked, s.report.Source)
	delete(l.begun, s.report.Source)
	l.p.visits.Store(int64(len(l.begun)))
	defer l.nextPush(s.report.Source)
	if s.err != nil {
		s.report.Status, s.report.New, s.report.Updated, s.report.Past = Failed, 0, 0, 0
		s.report.Error = s.err.Error()
		if l.err == nil && !errors.Is(s.err, context.Canceled) {
			l.err = s.err
		}
	}
	l.report(s.report)
	if s.err == nil && s.visit.advert != nil {
		l.p.o.Advertised(s.report.Source, *s.visit.advert)
	}
	if src := l.set.byID[s.report.Source]; !l.once && src != nil {
		if until := l.heldUntil(src, l.p.now()); until.After(s.next) {
			s.next = until
		}
		heap.Push(&l.due, dueSource{s.next, src.ID})
		if v := s.visit; v != nil && v.change.Why == feed.WhyPushed && !l.p.o.Pushed(src.ID) {
			l.p.Lapsed(src.ID) // while the visit was being stored
		}
		l.err = nil
	}
}

// restore hands visits that the store refused to it again.
func (l *loop) restore(now time.Time) {
	if len(l.unstored) == 0 || now.Before(l.retry) {
		return
	}
	again := l.unstored
	l.unstored = nil
	for _, v := range again {
		l.unsaved++
		if now.Sub(v.change.At) > feed.WrongClock {
			// What was filed meanwhile would be taken to be filed by a clock that was ahead.
			v.change.At = now
		}
		l.submitVisit(v)
	}
}
