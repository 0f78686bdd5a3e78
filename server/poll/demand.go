package poll

import (
	"container/heap"
	"context"
	"errors"
	"slices"
	"sync"

	"topicwire/feed"
)

// ErrStopped says that the run that was to carry out a demand has ended.
var ErrStopped = errors.New("polling has stopped")

// A demand is a round that a running Run is asked for.
type demand struct {
	all  bool
	want map[feed.SourceID]bool // reports still to come; of the loop alone

	mu      sync.Mutex
	reports []Report
	over    bool
	err     error
	some    chan struct{} // holds a token while there is something to take
}

// put hands a report to who asked. It never waits: the loop has others to serve.
func (d *demand) put(r Report) {
	d.mu.Lock()
	d.reports = append(d.reports, r)
	d.mu.Unlock()
	d.wake()
}

func (d *demand) end(err error) {
	d.mu.Lock()
	d.over, d.err = true, err
	d.mu.Unlock()
	d.wake()
}

func (d *demand) wake() {
	select {
	case d.some <- struct{}{}:
	default:
	}
}

func (d *demand) take() (reports []Report, over bool, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	reports, d.reports = d.reports, nil
	return reports, d.over, d.err
}

// Demand is Round carried out by a running Run: every source that is due, or with
// all every source whatever its schedule, is visited now, one host at a time and
// never before its Retry-After is over. report is called from this goroutine,
// once for each source, those that are not visited among them; a visit that was
// under way already counts. It returns when the last result is on disk. When ctx
// ends it waits no longer; the visits go on.
func (p *Poller) Demand(ctx context.Context, all bool, report func(Report)) error {
	d := &demand{all: all, want: make(map[feed.SourceID]bool), some: make(chan struct{}, 1)}
	select {
	case p.demands <- d:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		select {
		case <-d.some:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		reports, over, err := d.take()
		for _, r := range reports {
			report(r)
		}
		if over {
			return err
		}
	}
}

// demand makes the sources due that somebody asks for. What is skipped is
// reported at once, the rest when it ends.
func (l *loop) demand(d *demand) {
	now := l.p.now()
	hurried := make(map[feed.SourceID]bool)
	for i := range l.set.List {
		src := &l.set.List[i]
		if l.queued[src.ID] {
			d.want[src.ID] = true // begun, or about to be
			continue
		}
		s, err := l.p.schedule(src.ID)
		rep := Report{Source: src.ID, Status: Skipped, HTTP: s.HTTP, Entries: s.Entries}
		until := l.heldUntil(src, now)
		if s.Hold.After(until) && s.Hold.After(now) {
			until = s.Hold
		}
		switch {
		case err != nil:
			rep.Status, rep.Error = Failed, err.Error()
			d.put(rep)
		case !d.all && s.Next.After(now):
			d.put(rep)
		case !until.IsZero():
			d.put(held(rep, until))
		default:
			d.want[src.ID], hurried[src.ID] = true, true
		}
	}
	l.due = slices.DeleteFunc(l.due, func(s dueSource) bool { return hurried[s.id] })
	for id := range hurried {
		l.due = append(l.due, dueSource{now, id})
	}
	heap.Init(&l.due)
	l.demands = append(l.demands, d)
	l.settle()
}

// answer tells those who asked what became of a source.
func (l *loop) answer(r Report) {
	if len(l.demands) == 0 {
		return
	}
	for _, d := range l.demands {
		if d.want[r.Source] {
			delete(d.want, r.Source)
			d.put(r)
		}
	}
	l.settle()
}

// settle ends demands for which nothing more will come.
func (l *loop) settle() {
	l.demands = slices.DeleteFunc(l.demands, func(d *demand) bool {
		if len(d.want) == 0 {
			d.end(nil)
		}
		return len(d.want) == 0
	})
}

// forget takes back what was asked of a source that is gone.
func (l *loop) forget(id feed.SourceID) {
	for _, d := range l.demands {
		delete(d.want, id)
	}
}

// abandon ends the demands of a loop that ends.
func (l *loop) abandon() {
	for _, d := range l.demands {
		d.end(ErrStopped)
	}
	l.demands = nil
}
