package websub

import (
	"context"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// HubPath is where the hub is, below the public address.
const HubPath = "/hub"

// HubOptions for NewHub.
type HubOptions struct {
	URL string // the public address, without a slash at its end; topics and hub lie below it
	// Open says that subscribers are served. Otherwise nobody but Hubs is told anything.
	Open bool
	Hubs []string // addresses of hubs elsewhere, which are told of every change
	// Document is what is published at a path below URL, false where nothing is. It is
	// called often, and must not wait.
	Document func(path string) (Document, bool)
	Paths    func() []string // of all documents
	Store    *storage.DB
	Submit   func(feed.Change, func(storage.Outcome, error))
	Client   func() *fetch.Client // the way out; may be another one from call to call
	Now      func() time.Time     // nil means time.Now
	Log      *slog.Logger         // nil discards
}

// A Document is what is delivered. Its bytes are not written to, and are the same slice
// as long as they are the same.
type Document struct {
	Body        []byte
	ContentType string
	Self        string // its address, absolute
	// Made says that it is made anew when it is asked for, and costs that.
	Made bool
}

// A Hub tells subscribers and other hubs of changes. It remembers of each subscription
// which body was delivered last, by its hash, and delivers the present one wherever it is
// another: after a change, after a failure, after a restart.
type Hub struct {
	o        HubOptions
	log      *slog.Logger
	limits   limits
	news     chan struct{} // holds a token while touched is to be looked at
	inFlight sync.WaitGroup

	// base is what all requests end with.
	base context.Context
	end  context.CancelCauseFunc

	mu       sync.Mutex
	stopping bool
	touched  map[feed.TopicID]bool
	carried  map[string]*carried // by path
	wishes   map[feed.Wish]*recipient
	keys     map[feed.SubscriptionKey]*recipient
	failing  map[*recipient]bool
	// How many subscriptions there are, pings not counted.
	subscribers int
	perHost     map[string]int
	first       lane[*recipient]
	again       lane[*recipient]
	pings       lane[*recipient]
	slow        slowDeliveries
	intents     intents
	// What is to be stored, and what is on its way there.
	outcomes   map[feed.SubscriptionKey]feed.DeliveryOutcome
	ended      map[feed.SubscriptionKey]feed.Wish
	leasing    map[feed.Wish]bool
	committing chan struct{} // nil while nothing is on its way
	refused    bool          // the store did not take the last of it
	swept      time.Time     // when leases that ended were last looked for
	counts     HubCounts
}

// HubCounts is what a hub does and did since its start.
type HubCounts struct {
	Subscriptions, Failing, Pending int   // now; Pending are to be verified
	Delivered, Failed, Gone         int64 // deliveries; Gone answered 410
	Told, NotTold                   int64 // requests to other hubs
	Verified, Unverified            int64 // intents
}

// limits keep a hub from harm, and others from the hub.
type limits struct {
	subscriptions, hostSubscriptions int // in all, and of one callback host
	pending, hostPending             int // intents that wait for their verification
	pendingFor                       time.Duration
	beat                             time.Duration // how often what happened is stored and what failed is tried again
	patience                         time.Duration // for which an answer keeps others waiting
	slow, hostSlow                   int           // deliveries beyond patience
	retry, maxRetry                  time.Duration
	made                             int           // documents that are Made, with subscribers
	drain                            time.Duration // for what is under way at the end
	unproven, allUnproven            allowance     // verifications that fail, of a site and of all
}

func defaultLimits() limits {
	return limits{
		subscriptions: 50_000, hostSubscriptions: 20_000,
		pending: 16_384, hostPending: 12_288, pendingFor: 10 * time.Minute,
		beat: time.Second, patience: 250 * time.Millisecond,
		slow: 2048, hostSlow: 1024,
		retry: time.Minute, maxRetry: time.Hour, made: 200, drain: 5 * time.Second,
		unproven: allowance{20, 3 * time.Second}, allUnproven: allowance{100, 50 * time.Millisecond},
	}
}

// NewHub is a hub with the subscriptions that are stored.
func NewHub(o HubOptions) (*Hub, error) {
	h := &Hub{
		o: o, log: o.Log, limits: defaultLimits(), news: make(chan struct{}, 1),
		touched: make(map[feed.TopicID]bool), carried: make(map[string]*carried),
		wishes: make(map[feed.Wish]*recipient), keys: make(map[feed.SubscriptionKey]*recipient),
		failing: make(map[*recipient]bool), perHost: make(map[string]int),
		// One host's share is a quarter: who is slow alone slows down nobody else.
		first: newLane[*recipient](256, 64), again: newLane[*recipient](64, 16), pings: newLane[*recipient](8, 4),
		outcomes: make(map[feed.SubscriptionKey]feed.DeliveryOutcome),
		ended:    make(map[feed.SubscriptionKey]feed.Wish), leasing: make(map[feed.Wish]bool),
	}
	if h.log == nil {
		h.log = slog.New(slog.DiscardHandler)
	}
	h.intents = newIntents(h)
	h.base, h.end = context.WithCancelCause(context.Background())
	err := o.Store.View(func(r *storage.Reader) error {
		return r.Subscriptions(func(s feed.Subscription) bool {
			switch {
			case s.Ping && !slices.Contains(o.Hubs, s.Callback):
				h.ended[s.Key] = s.Wish
			case s.Ping || o.Open:
				h.add(s)
			}
			return true
		})
	})
	return h, err
}

func (h *Hub) now() time.Time {
	if h.o.Now != nil {
		return h.o.Now().UTC()
	}
	return time.Now().UTC()
}

// Show notes topics whose documents may have changed. It never waits.
func (h *Hub) Show(docs ...*publish.Documents) error {
	h.mu.Lock()
	for _, d := range docs {
		h.touched[d.Topic.ID] = true
	}
	h.mu.Unlock()
	select {
	case h.news <- struct{}{}:
	default:
	}
	return nil
}

// Run delivers until ctx ends. Then what is under way may end for some seconds, and what
// came of it is stored.
func (h *Hub) Run(ctx context.Context) error {
	h.look(func(string) bool { return true })
	beat := time.NewTicker(h.limits.beat)
	defer beat.Stop()
	for {
		select {
		case <-ctx.Done():
			h.stop()
			return nil
		case <-h.news:
			h.look(h.concerned())
		case <-beat.C:
			h.retry()
			h.sweep()
			h.commit()
		}
	}
}

// concerned reports which paths may have changed since it was last asked: those below
// the topics that were touched, and those that belong to no topic alone.
func (h *Hub) concerned() func(path string) bool {
	h.mu.Lock()
	touched := h.touched
	h.touched = make(map[feed.TopicID]bool)
	h.mu.Unlock()
	return func(path string) bool {
		below, ok := strings.CutPrefix(path, "/topics/")
		if i := strings.IndexAny(below, "./"); i >= 0 {
			below = below[:i]
		}
		return !ok || touched[feed.TopicID(below)]
	}
}

// look compares what is published with what was delivered.
func (h *Hub) look(concerned func(path string) bool) {
	h.mu.Lock()
	for path, c := range h.carried {
		if concerned(path) {
			h.refresh(c)
		}
	}
	h.begin()
	h.mu.Unlock()
	h.enlist()
}

// stop ends the hub.
func (h *Hub) stop() {
	h.mu.Lock()
	h.stopping = true
	h.mu.Unlock()
	cut := time.AfterFunc(h.limits.drain, func() { h.end(errStopping) })
	h.inFlight.Wait()
	cut.Stop()
	h.end(errStopping)
	<-h.commit() // perhaps one that was on its way already
	<-h.commit()
}

// Counts is how the hub does.
func (h *Hub) Counts() HubCounts {
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.counts
	c.Subscriptions = h.subscribers
	for r := range h.failing {
		if !r.Ping {
			c.Failing++
		}
	}
	c.Pending = h.intents.pending()
	return c
}
