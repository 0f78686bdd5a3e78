package websub

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/memory"
	"topicwire/storage"
)

// SubscriberOptions are what a Subscriber works with. Random and what follows it may
// be nil.
type SubscriberOptions struct {
	Store *storage.DB
	// Apply stores a change and returns once it is on disk.
	Apply func(feed.Change) error
	// URL is the public address, http or https, without a slash at its end:
	// callbacks lie below it, at CallbackPath.
	URL string
	// Client is the way out to hubs, of now.
	Client func() *fetch.Client
	// Push takes what a hub sent; it returns once somebody has it, or when ctx ends.
	// done is called when it is on disk, or with the reason why it is not.
	Push func(ctx context.Context, d Delivery, done func(error)) error
	// Memory is what deliveries share with other documents; nil bounds nothing.
	Memory *memory.Budget
	// Lapsed is told of sources whose hub is not to be relied upon any more. It must
	// not wait.
	Lapsed func(feed.SourceID)
	Random func() float64   // in [0,1), for jitter
	Now    func() time.Time // nil means time.Now
	Log    *slog.Logger     // nil discards
}

// A Delivery is what a hub sent of a source (WebSub §7).
type Delivery struct {
	Source      feed.SourceID
	URL         string // the topic
	ContentType string // as received
	Body        []byte // decoded
	// Share is what Body holds of memory; who takes a delivery frees it.
	Share *memory.Share
}

// A Subscriber keeps subscriptions to the hubs that sources advertise (WebSub §5), and
// is what they call: an http.Handler for what lies below CallbackPath. Its methods may
// be called at any time from any goroutine; Run once.
type Subscriber struct {
	o     SubscriberOptions
	log   *slog.Logger
	slots chan struct{} // a token for each delivery that is in memory
	news  chan struct{} // holds a token while Run has something to look at

	// turn is held while a lease changes, on disk and here. It is taken before mu,
	// which is never held while somebody waits for a disk or a hub.
	turn sync.Mutex

	mu      sync.Mutex
	leases  map[string]*feed.Lease   // by token; what they point to never changes
	current map[feed.SourceID]string // the tokens of those that count
	calls   map[string]calls         // by token
	wanted  map[feed.SourceID]bool   // whose hubs are to push
	adverts map[feed.SourceID]feed.Advert
	anew    bool                   // wanted changed, and all is to be looked at
	touched map[feed.SourceID]bool // their adverts changed
	checked map[feed.SourceID]bool // visited since the lease began, or since the start
	missed  map[string]bool        // by token: a visit found what was not pushed

	// Of the goroutine of Run alone.
	fresh []feed.SourceID      // to be subscribed to
	held  map[string]time.Time // by host of a hub that did not answer: until when it is left alone
}

// NewSubscriber makes a subscriber with the leases that are stored.
func NewSubscriber(o SubscriberOptions) (*Subscriber, error) {
	s := &Subscriber{
		o: o, log: o.Log, slots: make(chan struct{}, maxDeliveries), news: make(chan struct{}, 1),
		leases: make(map[string]*feed.Lease), current: make(map[feed.SourceID]string), calls: make(map[string]calls),
		wanted: make(map[feed.SourceID]bool), adverts: make(map[feed.SourceID]feed.Advert),
		touched: make(map[feed.SourceID]bool), checked: make(map[feed.SourceID]bool), missed: make(map[string]bool), held: make(map[string]time.Time),
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	var all []feed.Lease
	if err := o.Store.View(func(r *storage.Reader) (err error) {
		all, err = r.Leases()
		return err
	}); err != nil {
		return nil, err
	}
	for i := range all {
		s.remember(&all[i])
	}
	return s, nil
}

func (s *Subscriber) now() time.Time {
	if s.o.Now != nil {
		return s.o.Now().UTC()
	}
	return time.Now().UTC()
}

// random is d and up to a tenth of it, so that leases drift apart.
func (s *Subscriber) random(d time.Duration) time.Duration {
	if s.o.Random == nil {
		return d
	}
	return d + time.Duration(s.o.Random()*float64(d)/10)
}

// Update says which sources are to be pushed, where on; leases of others are given up.
func (s *Subscriber) Update(on bool, sources []feed.Source) {
	wanted := make(map[feed.SourceID]bool)
	for i := range sources {
		if on && sources[i].File == "" {
			wanted[sources[i].ID] = true
		}
	}
	s.mu.Lock()
	s.wanted, s.anew = wanted, true
	s.mu.Unlock()
	s.wake()
}

// Advertised notes what a source says of its hub. It never waits.
func (s *Subscriber) Advertised(id feed.SourceID, a feed.Advert) {
	s.mu.Lock()
	same := s.adverts[id] == a
	s.adverts[id] = a
	if !same {
		s.touched[id] = true
	}
	s.mu.Unlock()
	if !same {
		s.wake()
	}
}

// Visited notes that a visit of a source succeeded, and how many new entries it found.
// Where the hub should have pushed them it is not relied upon until it pushes again.
// The first visit after a lease began, or after the start, says nothing of the hub:
// it brings what came before.
func (s *Subscriber) Visited(id feed.SourceID, found int) {
	s.mu.Lock()
	l := s.leases[s.current[id]]
	if l == nil || !l.Holds(s.now()) {
		s.mu.Unlock()
		return
	}
	missed := s.checked[id] && found > 0 && !l.Missed
	s.checked[id] = true
	if missed {
		s.missed[l.Token] = true
	}
	s.mu.Unlock()
	if missed {
		s.wake()
	}
}

// Pushed reports whether the hub of a source may be relied upon.
func (s *Subscriber) Pushed(id feed.SourceID) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.leases[s.current[id]]
	return l != nil && s.wanted[id] && l.Healthy(s.now())
}

func (s *Subscriber) wake() {
	select {
	case s.news <- struct{}{}:
	default:
	}
}

// askGap is the least time between two requests to hubs; idle is how often Run looks
// at what is due at least, and applyRetry how long it rests when the store refuses
// writes.
const (
	askGap     = 250 * time.Millisecond
	idle       = time.Hour
	applyRetry = 10 * time.Second
)

// Run asks, renews and gives up until ctx ends: one request at a time, so that no start
// begins with a burst.
func (s *Subscriber) Run(ctx context.Context) error {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		wait, err := s.step(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if err != nil {
			s.log.Error("subscriptions to hubs rest", "error", err)
			wait = applyRetry
		}
		timer.Reset(wait)
		news := s.news
		if err != nil || wait == askGap {
			news = nil
		}
		select {
		case <-ctx.Done():
			return nil
		case <-news:
		case <-timer.C:
		}
	}
}

// step does the first thing that is due and returns when to come again.
func (s *Subscriber) step(ctx context.Context) (time.Duration, error) {
	if err := s.settle(); err != nil {
		return 0, err
	}
	now := s.now()
	l, next, err := s.due(now)
	switch {
	case err != nil:
		return 0, err
	case l != nil:
		return askGap, s.attend(ctx, l)
	}
	for i, id := range s.fresh {
		a := s.advert(id)
		if s.held[hostOfHub(a.Hub)].After(now) {
			next = earlier(next, s.held[hostOfHub(a.Hub)])
			continue
		}
		s.fresh = append(s.fresh[:i], s.fresh[i+1:]...)
		if !s.wants(id, a) {
			return 0, nil
		}
		return askGap, s.begin(ctx, id, a)
	}
	if next.IsZero() {
		return idle, nil
	}
	return min(max(next.Sub(now), time.Millisecond), idle), nil
}

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
