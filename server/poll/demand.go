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

// A mailbox hands things to another goroutine without ever making the one that
// brings them wait.
type mailbox[T any] struct {
	mu   sync.Mutex
	box  []T
	full chan struct{} // holds a token while box has something
}

func newMailbox[T any]() *mailbox[T] { return &mailbox[T]{full: make(chan struct{}, 1)} }

func (m *mailbox[T]) put(x T) {
	m.mu.Lock()
	m.box = append(m.box, x)
	m.mu.Unlock()
	select {
	case m.full <- struct{}{}:
	default:
	}
}

func (m *mailbox[T]) take() []T {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.box
	m.box = nil
	return box
}

// A demand is a round that a running Run is asked for. What becomes of its
// sources is put into its mailbox: the loop has others to serve.
type demand struct {
	all  bool
	want map[feed.SourceID]bool // reports still to come; of the loop alone
	*mailbox[told]
}

// A told is a report to who asked, or the last word.
type told struct {
	Report
	over bool
	err  error
}

// Demand is Round carried out by a running Run: every source that is due, or with
// all every source whatever its schedule, is visited now, one host at a time and
// never before its Retry-After is over. report is called from this goroutine,
// once for each source, those that are not visited among them; a visit that was
// under way already counts. It returns when the last result is on disk. When ctx
// ends it waits no longer; the visits go on.
func (p *Poller) Demand(ctx context.Context, all bool, report func(Report)) error {
	d := &demand{all, make(map[feed.SourceID]bool), newMailbox[told]()}
	select {
	case p.demands <- d:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	for {
		select {
		case <-d.full:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		for _, t := range d.take() {
			if t.over {
				return t.err
			}
			report(t.Report)
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
		s = l.set.mended(src, s, now, 0)
		s.ID = src.ID
		rep := skipped(&s)
		until := l.heldUntil(src, now)
		if s.Hold.After(until) && s.Hold.After(now) {
			until = s.Hold
		}
		switch {
		case err != nil:
			rep.Status, rep.Error = Failed, err.Error()
			d.put(told{Report: rep})
		case !d.all && s.Next.After(now):
			d.put(told{Report: rep})
		case !until.IsZero():
			d.put(told{Report: held(rep, until)})
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
			d.put(told{Report: r})
		}
	}
	l.settle()
}

// refuse answers for all sources that somebody still waits for and whose visits are not
// begun: the disk takes nothing, and who asked need not wait for it.
func (l *loop) refuse(err error) {
	for i := range l.set.List {
		if id := l.set.List[i].ID; !l.begun[id] {
			l.answer(Report{Source: id, Status: Failed, Error: err.Error()})
		}
	}
}

// settle ends demands for which nothing more will come.
func (l *loop) settle() {
	l.demands = slices.DeleteFunc(l.demands, func(d *demand) bool {
		if len(d.want) == 0 {
			d.put(told{over: true})
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
		d.put(told{over: true, err: ErrStopped})
	}
	l.demands = nil
}
