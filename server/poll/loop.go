package poll

import (
	"cmp"
	"container/heap"
	"context"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A loop is the state of Run or Round; one goroutine owns it.
type loop struct {
	p    *Poller
	set  *set
	once bool

	due      queue[dueSource]
	queued   map[feed.SourceID]bool // due and not yet finished
	hosts    map[string]*host
	held     map[string]time.Time        // by host: until when it asked to be left alone
	moved    map[feed.SourceID]string    // where sources are asked that moved for good
	before   map[feed.SourceID]wasDue    // of claimed sources, as it was before their claim
	asked    map[feed.SourceID]time.Time // when those that are queued were due, and lined up
	hungry   []*host                     // with sources to claim
	claimed  int                         // and not begun
	pace     time.Duration               // how long visits take; 0 before the first has ended
	ready    []*host                     // with a source to visit now
	resting  queue[*host]
	running  int // visits under way
	visitors int // goroutines that visit, or wait for a job
	unsaved  int // visits whose result is not on disk yet
	outage   outage
	looked   time.Time                       // the clock when it was last looked at
	doubtful []*visited                      // failed without an answer; not judged yet
	unstored []*visited                      // refused by the store; while there are some, nobody is visited
	retry    time.Time                       // when they are handed to it again
	demands  []*demand                       // rounds that a run was asked for, not over yet
	begun    map[feed.SourceID]bool          // their visits are under way, or not on disk yet
	pushing  map[feed.SourceID]chan struct{} // closed when what a hub sent is on disk
	pushed   map[feed.SourceID][]*push       // waits for one of the two
	workers  *sync.WaitGroup

	jobs    chan job
	fetched chan fetched
	saved   *mailbox[saved]
	err     error // the first failure to write
}

func (p *Poller) loop(ctx context.Context, s Sources, once, all bool) error {
	l := &loop{
		p: p, set: newSet(s), once: once,
		queued: make(map[feed.SourceID]bool), hosts: make(map[string]*host),
		held: make(map[string]time.Time), moved: make(map[feed.SourceID]string), before: make(map[feed.SourceID]wasDue),
		asked: make(map[feed.SourceID]time.Time),
		begun: make(map[feed.SourceID]bool), pushing: make(map[feed.SourceID]chan struct{}), pushed: make(map[feed.SourceID][]*push),
		jobs: make(chan job), fetched: make(chan fetched), saved: newMailbox[saved](),
	}
	l.outage.told = func(since time.Time) { p.offline.Store(&since) }
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(l.jobs)
	l.workers = &wg
	defer l.abandon()
	defer l.p.visits.Store(0)
	defer l.refusePushes()
	if err := l.plan(l.set.List, all); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	stop := ctx.Done()
	for {
		now := p.now()
		if ctx.Err() == nil {
			if l.clockSet(now) {
				l.beginAnew(now)
			}
			l.restore(now)
			l.wake(now)
			if len(l.unstored) == 0 {
				if err := l.claimDue(now); err != nil {
					return l.end(err)
				}
			}
			// Who waits for a verdict gets it once nobody else is left to bear witness.
			l.judge(now, len(l.demands) > 0 && l.running == 0 && len(l.ready)+len(l.resting) == 0)
			for len(l.unstored) == 0 && l.running < max(l.set.Parallel, 1) && len(l.ready) > 0 {
				h := l.ready[0]
				l.ready = l.ready[1:]
				l.start(ctx, &wg, h)
			}
		}
		if l.once && l.running == 0 && len(l.ready)+len(l.resting) == 0 || ctx.Err() != nil {
			l.judge(now, true) // nobody else is left to bear witness
		}
		if l.running+l.unsaved == 0 && (ctx.Err() != nil || once && len(l.queued) == 0 && len(l.due) == 0) {
			if ctx.Err() != nil {
				l.err = cmp.Or(l.err, l.unclaim())
			}
			return cmp.Or(l.err, context.Cause(ctx))
		}
		timer.Reset(l.sleep(now))
		select {
		case <-stop:
			stop = nil // visits under way end by the same context
		case f := <-l.fetched:
			l.running--
			l.keepPace(f.change.At.Sub(f.began))
			l.ended(ctx, f)
			l.rest(f.host)
		case r := <-p.refresh:
			r.reply <- l.refresh(r.id)
		case d := <-p.demands:
			l.demand(d)
		case <-l.saved.full:
			for _, s := range l.saved.take() {
				l.unsaved--
				l.finish(s)
			}
		case d := <-p.pushes:
			l.push(d)
		case <-p.lapsed.full:
			l.fallBack(p.lapsed.take())
		case s := <-p.updates:
			if err := l.update(*s); err != nil {
				return l.end(err)
			}
		case <-p.asking:
		case <-timer.C:
		}
	}
}

// A wasDue is when a source was due, and what decided that.
type wasDue struct {
	next time.Time
	why  string
	// state is what was stored of the source, which its visit need not read again; nil
	// where that has changed since.
	state *feed.SourceState
}

// spread is how far apart the visits of sources are begun that are due at a
// start, and spreadMost how long all of them take.
const (
	spread     = 250 * time.Millisecond
	spreadMost = 10 * time.Minute
)

// plan reads the schedules of sources. In a round what is not due is skipped; in
// a run what is due already is spread, so that no start begins with a burst.
func (l *loop) plan(sources []feed.Source, all bool) error {
	now := l.p.now()
	states := make([]feed.SourceState, len(sources))
	err := l.p.o.Store.View(func(r *storage.Reader) (err error) {
		for i := range sources {
			if states[i], err = r.Schedule(sources[i].ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	ahead := wasAhead(states, now)
	alone := &feed.Claim{At: now, Why: whyAlone}
	for i := range sources {
		states[i] = l.set.mended(&sources[i], states[i], now, ahead)
		if states[i].Why == feed.WhyPushed {
			// Nobody was there to be pushed to.
			states[i].Next, states[i].Why = l.unpushed(&sources[i], &states[i]), whyAlone
			if states[i].Next.After(now) {
				note(alone, sources[i].ID, states[i].Next)
			}
		}
		l.learn(&states[i])
		l.holdHost(l.hostName(&sources[i]), states[i].Hold)
	}
	late := 0
	waits := &feed.Claim{At: now, Hold: true, Why: feed.WhyHost}
	for i := range sources {
		s := &states[i]
		rep := skipped(s)
		until := l.heldUntil(&sources[i], now)
		switch {
		case l.once && (all || !s.Next.After(now)) && !until.IsZero():
			l.putOff(rep, until)
			continue
		case l.once && !all && s.Next.After(now):
			l.report(rep)
			continue
		case until.After(s.Next):
			s.Next = until
			note(waits, s.ID, until)
		}
		if all || !s.Next.After(now) {
			s.Next = time.Time{}
			late++
		}
		l.due = append(l.due, dueSource{s.Next, s.ID})
	}
	if !l.once && late > 0 {
		step := min(spread, spreadMost/time.Duration(late))
		at := now
		for i := range l.due {
			if l.due[i].at.IsZero() {
				l.due[i].at = at
				at = at.Add(step)
			}
		}
	}
	heap.Init(&l.due)
	if !l.once {
		// What is waited for is what people are told.
		for _, c := range []*feed.Claim{alone, waits} {
			if len(c.Sources) == 0 {
				continue
			}
			if err := l.submit(c); err != nil {
				l.p.o.Failed(err) // the next visits tell
			}
		}
	}
	return nil
}

// note adds a source to a claim.
func note(c *feed.Claim, id feed.SourceID, next time.Time) {
	c.Sources, c.Next = append(c.Sources, id), append(c.Next, next)
}

// skipped is the report of a source that is not visited.
func skipped(s *feed.SourceState) Report {
	h := feed.Health{State: *s}
	return Report{Source: s.ID, Status: Skipped, HTTP: s.HTTP, Entries: s.Entries, NextVisit: feed.Moment(s.Next), Why: h.Because()}
}

func (l *loop) report(r Report) {
	if l.p.o.Report != nil {
		l.p.o.Report(r)
	}
	l.answer(r)
}

// update switches to new sources.
func (l *loop) update(s Sources) error {
	old := l.set
	l.set = newSet(s)
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return l.set.byID[d.id] == nil })
	heap.Init(&l.due)
	gone := func(id feed.SourceID) bool {
		if l.set.byID[id] != nil {
			return false
		}
		delete(l.queued, id)
		return true
	}
	for _, h := range l.hosts {
		h.waiting = slices.DeleteFunc(h.waiting, gone)
		l.claimed -= len(h.queue)
		h.queue = slices.DeleteFunc(h.queue, gone)
		l.claimed += len(h.queue)
	}
	for i := range old.List {
		if id := old.List[i].ID; l.set.byID[id] == nil {
			l.forget(id)
		}
	}
	l.settle()
	var fresh []feed.Source
	for i := range s.List {
		if old.byID[s.List[i].ID] == nil && !l.queued[s.List[i].ID] {
			fresh = append(fresh, s.List[i])
		}
	}
	return l.plan(fresh, false)
}

func (l *loop) start(ctx context.Context, wg *sync.WaitGroup, h *host) {
	now := l.p.now()
	if len(h.queue) == 0 { // its sources are gone since it was readied
		l.idle(h, now)
		return
	}
	id := h.queue[0]
	h.queue = h.queue[1:]
	l.claimed--
	h.visiting = true
	l.feed(h, now)
	src := l.set.byID[id]
	l.unsaved++
	l.begun[id] = true
	l.p.visits.Store(int64(len(l.begun)))
	j := job{set: l.set, src: src, state: l.before[id].state, asked: l.asked[id], host: h, pushed: l.pushing[id]}
	if l.running < l.visitors {
		l.jobs <- j // one of them has nothing to do
	} else {
		l.visitors++
		wg.Go(func() { l.visit(ctx, j) })
	}
	l.running++
}

// A job is a visit to begin.
type job struct {
	set    *set
	src    *feed.Source
	state  *feed.SourceState // nil where the store has to be asked
	asked  time.Time
	host   *host
	pushed chan struct{} // closed when what a hub sent is on disk; nil for nothing
}

// visit does a visit, and then those that come. A goroutine for each would have to grow
// its stack each time.
func (l *loop) visit(ctx context.Context, j job) {
	for ok := true; ok; j, ok = <-l.jobs {
		if j.pushed != nil {
			<-j.pushed // it is older than what is fetched now
			j.state = nil
		}
		v := l.p.visit(ctx, j.set, j.src, j.state)
		v.change.Asked = j.asked
		l.fetched <- fetched{j.host, v}
	}
}

// end waits for what is under way after an error that ends the loop.
func (l *loop) end(err error) error {
	for l.running+l.unsaved > 0 {
		l.judge(l.p.now(), true)
		select {
		case f := <-l.fetched:
			l.running--
			l.save(f.visited, false)
		case <-l.saved.full:
			for _, s := range l.saved.take() {
				l.unsaved--
				if s.push != nil {
					s.push.done(s.err)
				} else {
					l.report(s.report)
				}
			}
		}
	}
	return err
}

// sleep is how long nothing happens by itself.
func (l *loop) sleep(now time.Time) time.Duration {
	d := time.Hour
	if len(l.due) > 0 {
		d = min(d, l.due[0].at.Sub(now))
	}
	if len(l.resting) > 0 {
		d = min(d, l.resting[0].free.Sub(now))
	}
	if len(l.doubtful) > 0 {
		d = min(d, doubt)
	}
	if len(l.unstored) > 0 {
		return max(l.retry.Sub(now), time.Millisecond)
	}
	return max(d, time.Millisecond)
}
