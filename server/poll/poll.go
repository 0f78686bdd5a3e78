package poll

import (
	"container/heap"
	"context"
	"errors"
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
	readers chan struct{} // a token for each document being read
}

// New makes a poller.
func New(o Options) *Poller {
	return &Poller{o: o, updates: make(chan *Sources, 1), readers: make(chan struct{}, runtime.GOMAXPROCS(0))}
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

// Run visits sources whenever they are due, until ctx ends; it returns when
// every visit under way has ended.
func (p *Poller) Run(ctx context.Context, s Sources) error {
	return p.loop(ctx, s, false, false)
}

// Round visits every source that is due, or with all every source whatever its
// schedule, once. It returns when the last result is on disk.
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

// fileInterval is how often a local file is looked at: that costs nobody
// anything, and people expect an edit to show.
const fileInterval = time.Minute

func (s *set) interval(src *feed.Source) time.Duration {
	switch {
	case src.Interval > 0:
		return src.Interval
	case src.File != "":
		return fileInterval
	}
	return s.Interval
}

// claimBatch is how many visits are claimed in one write: enough that claims
// cost next to nothing, few enough that a crash holds up few sources.
const claimBatch = 128

// A loop is the state of Run or Round; one goroutine owns it.
type loop struct {
	p    *Poller
	set  *set
	once bool

	due     dueHeap
	queued  map[feed.SourceID]bool // due and not yet finished
	hosts   map[string]*host
	ready   []*host // with a source to visit now
	resting hostHeap
	running int // visits under way
	unsaved int // visits whose result is not on disk yet

	fetched chan *host
	saved   mailbox
	err     error // the first failure to write
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
		fetched: make(chan *host), saved: mailbox{some: make(chan struct{}, 1)},
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
			for l.running < max(l.set.Parallel, 1) && len(l.ready) > 0 {
				h := l.ready[0]
				l.ready = l.ready[1:]
				l.start(ctx, &wg, h)
			}
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
		case h := <-l.fetched:
			l.running--
			l.rest(h)
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

// plan reads the schedules of sources; in a round what is not due is skipped.
func (l *loop) plan(sources []feed.Source, all bool) error {
	now := l.p.now()
	var skipped []Report
	err := l.p.o.Store.View(func(r *storage.Reader) error {
		for i := range sources {
			s, err := r.Schedule(sources[i].ID)
			if err != nil {
				return err
			}
			next := s.Next
			if all {
				next = time.Time{}
			}
			if l.once && next.After(now) {
				skipped = append(skipped, Report{Source: s.ID, Status: Skipped, HTTP: s.HTTP, Entries: s.Entries})
				continue
			}
			l.due = append(l.due, dueSource{next, sources[i].ID})
		}
		return nil
	})
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
		claim := &feed.Claim{At: now}
		for len(l.due) > 0 && !l.due[0].at.After(now) && len(claim.Sources) < claimBatch {
			d := heap.Pop(&l.due).(dueSource)
			src := l.set.byID[d.id]
			if src == nil || l.queued[d.id] {
				continue
			}
			claim.Sources = append(claim.Sources, d.id)
			claim.Next = append(claim.Next, Next(now, l.set.interval(src), Result{}, l.p.random()))
		}
		if len(claim.Sources) == 0 {
			return nil
		}
		done := make(chan error, 1)
		l.p.o.Submit(claim, func(_ storage.Outcome, err error) { done <- err })
		if err := <-done; err != nil {
			if l.once {
				return err
			}
			// The disk does not take it: visit nothing, try again soon.
			for _, id := range claim.Sources {
				heap.Push(&l.due, dueSource{now.Add(claimRetry), id})
			}
			l.report(Report{Status: Failed, Error: err.Error()})
			return nil
		}
		for _, id := range claim.Sources {
			l.enqueue(l.set.byID[id])
		}
	}
	return nil
}

// claimRetry is how long polling rests when the store refuses writes.
const claimRetry = 10 * time.Second

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
	wg.Go(func() {
		v, rep := l.p.visit(ctx, set, src)
		l.fetched <- h
		if ctx.Err() != nil && v.Error != "" {
			// We broke it off; that says nothing about the source.
			l.saved.put(saved{report: rep, next: v.Next, err: context.Cause(ctx)})
			return
		}
		l.p.o.Submit(v, func(o storage.Outcome, err error) {
			rep.New, rep.Updated = o.New, o.Updated
			l.saved.put(saved{report: rep, next: v.Next, err: err})
		})
	})
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
		case <-l.fetched:
			l.running--
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
