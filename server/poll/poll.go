package poll

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/storage"
)

// A Submit hands a change to the writer and returns; done is called once the
// change is on disk, or with the reason why it is not.
type Submit func(c feed.Change, done func(storage.Outcome, error))

// Options for New.
type Options struct {
	Store  *storage.DB
	Submit Submit
	Rules  func() Rules
	// Report is called after each visit, from the polling goroutine; may be nil.
	Report func(Report)
	// Failed is called when the store refuses a write; may be nil.
	Failed func(error)
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Random is a number in [0,1), for jitter; it must be safe for concurrent use.
	Random func() float64
}

// Sources are what to visit and how.
type Sources struct {
	List     []feed.Source
	Interval time.Duration // of sources that set none
	Parallel int           // visits at once
	HostGap  time.Duration // between two requests to one host
	Fetch    *fetch.Client
}

// A Poller visits sources. Run or Round may be called, one at a time.
type Poller struct {
	o       Options
	updates chan *Sources
	refresh chan refresh
	readers chan struct{} // a token for each document being read
}

// A refresh asks for a visit now.
type refresh struct {
	id    feed.SourceID
	reply chan error
}

// New makes a poller.
func New(o Options) *Poller {
	if o.Failed == nil {
		o.Failed = func(error) {}
	}
	return &Poller{o: o, updates: make(chan *Sources, 1), refresh: make(chan refresh), readers: make(chan struct{}, runtime.GOMAXPROCS(0))}
}

func (p *Poller) now() time.Time {
	if p.o.Now != nil {
		return p.o.Now().UTC()
	}
	return time.Now().UTC()
}

func (p *Poller) random() float64 {
	if p.o.Random != nil {
		return p.o.Random()
	}
	return 0
}

// Update replaces the sources of a running Run: new ones are due at once, gone
// ones are not visited again, changed ones keep their schedule.
func (p *Poller) Update(s Sources) {
	for {
		select {
		case p.updates <- &s:
			return
		default:
		}
		select { // an older update that Run has not seen yet is void
		case <-p.updates:
		default:
		}
	}
}

// refreshGap is the least time between two visits that an operator asks for.
const refreshGap = time.Minute

// Refresh has a running Run visit a source now, whatever its schedule, but at
// most once a minute and never before the server's Retry-After is over. It
// returns once the visit is claimed, or with the reason why there is none.
func (p *Poller) Refresh(ctx context.Context, id feed.SourceID) error {
	r := refresh{id, make(chan error, 1)}
	select {
	case p.refresh <- r:
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	select {
	case err := <-r.reply:
		return err
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Run visits sources whenever they are due, until ctx ends; it returns when
// every visit under way has ended.
func (p *Poller) Run(ctx context.Context, s Sources) error {
	return p.loop(ctx, s, false, false)
}

// Round visits every source that is due, or with all every source whatever its
// schedule but not before its Retry-After is over, once. It returns when the last result is on disk.
func (p *Poller) Round(ctx context.Context, s Sources, all bool) error {
	return p.loop(ctx, s, true, all)
}

// A set is the sources of one configuration.
type set struct {
	Sources
	byID map[feed.SourceID]*feed.Source
}

func newSet(s Sources) *set {
	n := &set{Sources: s, byID: make(map[feed.SourceID]*feed.Source, len(s.List))}
	for i := range s.List {
		n.byID[s.List[i].ID] = &s.List[i]
	}
	return n
}

// claimBatch is how many visits are claimed in one write: enough that claims
// cost next to nothing, few enough that a crash holds up few sources.
const claimBatch = 128

// A loop is the state of Run or Round; one goroutine owns it.
type loop struct {
	p    *Poller
	set  *set
	once bool

	due      dueHeap
	queued   map[feed.SourceID]bool // due and not yet finished
	hosts    map[string]*host
	ready    []*host // with a source to visit now
	resting  hostHeap
	running  int // visits under way
	unsaved  int // visits whose result is not on disk yet
	outage   outage
	doubtful []*visited // failed without an answer; not judged yet

	fetched chan fetched
	saved   mailbox
	err     error // the first failure to write
}

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
}

// A mailbox takes results from the writer without ever making it wait: the loop
// may itself be waiting for the writer.
type mailbox struct {
	mu   sync.Mutex
	box  []saved
	some chan struct{} // holds a token while box has something
}

func (m *mailbox) put(s saved) {
	m.mu.Lock()
	m.box = append(m.box, s)
	m.mu.Unlock()
	select {
	case m.some <- struct{}{}:
	default:
	}
}

func (m *mailbox) take() []saved {
	m.mu.Lock()
	defer m.mu.Unlock()
	box := m.box
	m.box = nil
	return box
}

func (p *Poller) loop(ctx context.Context, s Sources, once, all bool) error {
	l := &loop{
		p: p, set: newSet(s), once: once,
		queued: make(map[feed.SourceID]bool), hosts: make(map[string]*host),
		fetched: make(chan fetched), saved: mailbox{some: make(chan struct{}, 1)},
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	if err := l.plan(l.set.List, all); err != nil {
		return err
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	stop := ctx.Done()
	for {
		now := p.now()
		if ctx.Err() == nil {
			if err := l.claimDue(now); err != nil {
				return l.end(err)
			}
			l.wake(now)
			l.judge(now, false)
			for l.running < max(l.set.Parallel, 1) && len(l.ready) > 0 {
				h := l.ready[0]
				l.ready = l.ready[1:]
				l.start(ctx, &wg, h)
			}
		}
		if l.running == 0 && len(l.ready)+len(l.resting) == 0 || ctx.Err() != nil {
			l.judge(now, true) // nobody else is left to bear witness
		}
		if l.running+l.unsaved == 0 && (ctx.Err() != nil || once && len(l.queued) == 0 && len(l.due) == 0) {
			if l.err != nil {
				return l.err
			}
			return context.Cause(ctx)
		}
		timer.Reset(l.sleep(now))
		select {
		case <-stop:
			stop = nil // visits under way end by the same context
		case f := <-l.fetched:
			l.running--
			l.ended(ctx, f)
			l.rest(f.host)
		case r := <-p.refresh:
			r.reply <- l.refresh(r.id)
		case <-l.saved.some:
			for _, s := range l.saved.take() {
				l.unsaved--
				l.finish(s)
			}
		case s := <-p.updates:
			if err := l.update(*s); err != nil {
				return l.end(err)
			}
		case <-timer.C:
		}
	}
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
	var skipped []Report
	late := 0
	err := l.p.o.Store.View(func(r *storage.Reader) error {
		for i := range sources {
			s, err := r.Schedule(sources[i].ID)
			if err != nil {
				return err
			}
			rep := Report{Source: s.ID, Status: Skipped, HTTP: s.HTTP, Entries: s.Entries}
			switch {
			case all && s.Hold.After(now):
				rep.Error = "the server asked to be left alone until " + s.Hold.Format(time.RFC3339)
				skipped = append(skipped, rep)
				continue
			case l.once && !all && s.Next.After(now):
				skipped = append(skipped, rep)
				continue
			}
			if all || !s.Next.After(now) {
				s.Next = time.Time{}
				late++
			}
			l.due = append(l.due, dueSource{s.Next, sources[i].ID})
		}
		return nil
	})
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
	for _, s := range skipped {
		l.report(s)
	}
	return err
}

func (l *loop) report(r Report) {
	if l.p.o.Report != nil {
		l.p.o.Report(r)
	}
}

// update switches to new sources.
func (l *loop) update(s Sources) error {
	old := l.set
	l.set = newSet(s)
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return l.set.byID[d.id] == nil })
	heap.Init(&l.due)
	var fresh []feed.Source
	for i := range s.List {
		if old.byID[s.List[i].ID] == nil && !l.queued[s.List[i].ID] {
			fresh = append(fresh, s.List[i])
		}
	}
	return l.plan(fresh, false)
}

// claimDue writes the next visits of sources that are due, and only then queues
// them: a process that dies in between does not come back early.
func (l *loop) claimDue(now time.Time) error {
	for len(l.due) > 0 && !l.due[0].at.After(now) && len(l.queued)-l.running < 4*claimBatch {
		var ids []feed.SourceID
		for len(l.due) > 0 && !l.due[0].at.After(now) && len(ids) < claimBatch {
			d := heap.Pop(&l.due).(dueSource)
			if l.set.byID[d.id] != nil && !l.queued[d.id] {
				ids = append(ids, d.id)
			}
		}
		if len(ids) == 0 {
			return nil
		}
		if err := l.claim(ids, now); err != nil {
			if l.once {
				return err
			}
			// The disk does not take it: visit nothing, try again soon.
			for _, id := range ids {
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

func (l *loop) start(ctx context.Context, wg *sync.WaitGroup, h *host) {
	id := h.queue[0]
	h.queue = h.queue[1:]
	src := l.set.byID[id]
	if src == nil { // gone since it was queued
		delete(l.queued, id)
		l.rest(h)
		return
	}
	l.running++
	l.unsaved++
	set := l.set
	wg.Go(func() { l.fetched <- fetched{h, l.p.visit(ctx, set, src)} })
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
	v.decide(ours, l.p.random())
	l.p.o.Submit(v.change, func(o storage.Outcome, err error) {
		v.report.New, v.report.Updated = o.New, o.Updated
		l.saved.put(saved{report: v.report, next: v.change.Next, err: err})
	})
}

// hold leaves the other sources of a host alone for as long as it asked.
func (l *loop) hold(h *host, v *visited) {
	until := v.change.Hold
	c := &feed.Claim{At: v.change.At, Hold: true, Why: "Retry-After of its host"}
	for i := range l.set.List {
		src := &l.set.List[i]
		if src.ID != v.change.Source && hostOf(src) == h.name {
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
	for _, id := range h.queue {
		delete(l.queued, id)
		if l.once {
			l.report(Report{Source: id, Status: Skipped, Error: "its host asked to be left alone until " + until.Format(time.RFC3339)})
		} else {
			heap.Push(&l.due, dueSource{until, id})
		}
	}
	h.queue = nil
	for i := range l.due {
		if src := l.set.byID[l.due[i].id]; src != nil && hostOf(src) == h.name && l.due[i].at.Before(until) {
			l.due[i].at = until
		}
	}
	heap.Init(&l.due)
}

// refresh makes a source due now.
func (l *loop) refresh(id feed.SourceID) error {
	now := l.p.now()
	if l.set.byID[id] == nil {
		return fmt.Errorf("no source %s", id)
	}
	if l.queued[id] {
		return errors.New("a visit is under way")
	}
	s, err := l.p.schedule(id)
	switch {
	case err != nil:
		return err
	case s.Hold.After(now):
		return fmt.Errorf("the server asked to be left alone until %s", s.Hold.Format(time.RFC3339))
	case now.Sub(s.Visited) < refreshGap:
		return errors.New("it was visited less than a minute ago")
	}
	l.due = slices.DeleteFunc(l.due, func(d dueSource) bool { return d.id == id })
	heap.Init(&l.due)
	heap.Push(&l.due, dueSource{now, id})
	return nil
}

// finish notes a visit whose result is on disk, or could not be put there.
func (l *loop) finish(s saved) {
	delete(l.queued, s.report.Source)
	if s.err != nil {
		s.report.Status, s.report.New, s.report.Updated = Failed, 0, 0
		s.report.Error = s.err.Error()
		if l.err == nil && !errors.Is(s.err, context.Canceled) {
			l.err = s.err
		}
	}
	l.report(s.report)
	if !l.once && l.set.byID[s.report.Source] != nil {
		heap.Push(&l.due, dueSource{s.next, s.report.Source})
		l.err = nil
	}
}

// end waits for what is under way after an error that ends the loop.
func (l *loop) end(err error) error {
	for l.running+l.unsaved > 0 {
		select {
		case f := <-l.fetched:
			l.running--
			l.save(f.visited, false)
		case <-l.saved.some:
			for _, s := range l.saved.take() {
				l.unsaved--
				l.report(s.report)
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
	return max(d, time.Millisecond)
}

// hostOf names the host of a source for the rule of one connection a host; files
// have none and do not wait for each other.
func hostOf(src *feed.Source) string {
	if src.File != "" {
		return "file:" + src.File
	}
	u, err := url.Parse(string(src.ID))
	if err != nil {
		return string(src.ID)
	}
	return u.Host
}
