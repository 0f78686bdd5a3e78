package poll

import (
	"context"
	"sync/atomic"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/memory"
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
	// Memory is what the documents that are read share, with those that the clients of
	// Sources and hubs bring; nil bounds nothing.
	Memory *memory.Budget
	// Report is called after each visit, from the polling goroutine; may be nil.
	Report func(Report)
	// Advertised is called after each visit that brought a document, with what it
	// says of a hub; may be nil.
	Advertised func(feed.SourceID, feed.Advert)
	// Pushed reports whether the hub of a source pushes what is new, so that visits
	// can be rare; it must be safe for concurrent use. nil means that none does.
	// Lapsed tells when it no longer does.
	Pushed func(feed.SourceID) bool
	// Ahead finds ahead what placing an entry of these terms and date will look for, as
	// feed.Reported has it; it must be safe for concurrent use. nil leaves all of it to the
	// writer.
	Ahead func(feed.Terms, time.Time) any
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
	demands chan *demand
	pushes  chan *push
	asking  chan struct{} // taken by a running loop
	lapsed  *mailbox[feed.SourceID]
	turns   *turns
	offline atomic.Pointer[time.Time]
	visits  atomic.Int64 // begun, and not over
}

// Visiting is how many visits are under way: those that failed without an answer, until it
// is known whose fault that is.
func (p *Poller) Visiting() int { return int(p.visits.Load()) }

// Reading is how many documents are being read.
func (p *Poller) Reading() int { return p.turns.reading() }

// Offline is since when a running Run takes it that there is no network; zero while
// there is one.
func (p *Poller) Offline() time.Time {
	if since := p.offline.Load(); since != nil {
		return *since
	}
	return time.Time{}
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
	if o.Advertised == nil {
		o.Advertised = func(feed.SourceID, feed.Advert) {}
	}
	if o.Pushed == nil {
		o.Pushed = func(feed.SourceID) bool { return false }
	}
	return &Poller{o: o, updates: make(chan *Sources, 1), refresh: make(chan refresh), demands: make(chan *demand),
		pushes: make(chan *push), asking: make(chan struct{}), lapsed: newMailbox[feed.SourceID](), turns: newTurns(readers())}
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

// Answer returns once a running Run is between two of its steps, and while there is
// none, or it hangs in one, when ctx ends, with the cause of that.
func (p *Poller) Answer(ctx context.Context) error {
	select {
	case p.asking <- struct{}{}:
		return nil
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
