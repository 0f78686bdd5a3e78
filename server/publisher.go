package server

import (
	"context"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// publishGap is the least time between two renderings of a topic.
// While stored entries are filed anew nearly every step touches every topic, and
// refilingGap leaves processors to requests. agingEvery is how often topics that
// entries leave with time are looked at, and publishRetry how long a topic rests
// that could not be read.
const (
	publishGap   = 250 * time.Millisecond
	refilingGap  = 800 * time.Millisecond
	agingEvery   = time.Minute
	publishRetry = 10 * time.Second
)

// An outlet takes what is published, and serves it or sends it on.
type outlet func(...*publish.Documents) error

// A publisher renders topics that changed, each once for all outlets and at most
// once every publishGap, with whatever came meanwhile.
type publisher struct {
	s *Server
	// siteOf is what documents say of the server.
	siteOf func(*state) publish.Site
	// turn is held while topics are published, and while a reload changes them: what
	// an outlet is shown is of the topics that it knows. It is taken before mu.
	turn sync.Mutex

	mu      sync.Mutex
	touched map[feed.TopicID]bool
	shown   map[feed.TopicID]shown // what is published
	wake    chan struct{}
}

// A shown edition is what is remembered of a published one.
type shown struct {
	entries int       // in its documents
	expires time.Time // when time alone makes it another one; zero for never
}

func newPublisher(s *Server) *publisher {
	return &publisher{s: s, siteOf: s.site, touched: make(map[feed.TopicID]bool), shown: make(map[feed.TopicID]shown), wake: make(chan struct{}, 1)}
}

// touch notes topics whose readers can see a difference. It never waits.
func (p *publisher) touch(topics []feed.TopicID) {
	if len(topics) == 0 {
		return
	}
	p.mu.Lock()
	for _, t := range topics {
		p.touched[t] = true
	}
	p.mu.Unlock()
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

// touchAll is touch for every topic of the running configuration, and for all together.
func (p *publisher) touchAll() {
	p.touch(append(slices.Collect(maps.Keys(p.s.state.Load().topics)), feed.AllTopics))
}

func (p *publisher) take() map[feed.TopicID]bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	touched := p.touched
	p.touched = make(map[feed.TopicID]bool)
	return touched
}

// entries is how many a topic's published document has, and whether that is known.
func (p *publisher) entries(t feed.TopicID) (int, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s, ok := p.shown[t]
	return s.entries, ok
}

// run publishes touched topics until ctx ends.
func (p *publisher) run(ctx context.Context, outlets ...outlet) error {
	pause := time.NewTimer(0)
	defer pause.Stop()
	<-pause.C
	aging := time.NewTicker(agingEvery)
	defer aging.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-aging.C:
			p.touch(p.aged(p.s.now()))
			continue
		case <-p.wake:
		}
		p.publish(outlets...)
		p.s.relieve() // the entries of an edition lie all over the file
		gap := publishGap
		if p.s.refiles.now.Load() != nil {
			gap = refilingGap
		}
		pause.Reset(gap)
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

// aged is the topics whose published documents have entries that are to leave.
func (p *publisher) aged(now time.Time) []feed.TopicID {
	p.mu.Lock()
	defer p.mu.Unlock()
	var ids []feed.TopicID
	known := p.s.state.Load().topics
	for id, s := range p.shown {
		if known[id] == nil {
			delete(p.shown, id) // it is no longer configured
		} else if !s.expires.IsZero() && !s.expires.After(now) {
			ids = append(ids, id)
		}
	}
	return ids
}

// tick lets the log know the time where that alone makes another edition of what is
// shown: at most once a minute, as editions are of whole ones.
func (p *publisher) tick() {
	now, stamp, due := p.s.now(), time.Time{}, false
	err := p.s.db.View(func(r *storage.Reader) error {
		stamp = r.Stamp()
		return nil
	})
	p.mu.Lock()
	for _, s := range p.shown {
		due = due || s.expires.After(stamp) && !s.expires.After(now)
	}
	p.mu.Unlock()
	if due && err == nil {
		_, err = p.s.apply(&feed.Tick{At: now})
	}
	if err != nil {
		p.s.log.Error("old entries stay published", "error", err)
	}
}

// publish renders the topics that were touched and hands them to the outlets,
// together, so that a list of topics is made once.
func (p *publisher) publish(outlets ...outlet) {
	p.tick()
	began := time.Now()
	p.turn.Lock()
	defer p.turn.Unlock()
	st, touched := p.s.state.Load(), p.take()
	var topics []feed.Topic
	for _, t := range append(st.published(), st.all()) {
		if touched[t.ID] {
			topics = append(topics, t)
		}
	}
	docs := make([]*publish.Documents, len(topics))
	var g errgroup.Group
	g.SetLimit(runtime.GOMAXPROCS(0))
	for i := range topics {
		g.Go(func() error {
			docs[i] = p.render(st, &topics[i])
			return nil
		})
	}
	_ = g.Wait()
	docs = slices.DeleteFunc(docs, func(d *publish.Documents) bool { return d == nil })
	if len(topics) > 0 {
		p.s.metrics.rendering.Observe(time.Since(began).Seconds())
	}
	p.note(docs) // before anybody can see them: who does, and asks, is told the same
	for _, show := range outlets {
		if err := show(docs...); err != nil {
			p.s.log.Error("topics not published", "error", err)
		}
	}
}

// render is a topic's edition in all formats; nil where it cannot be made, which is logged.
func (p *publisher) render(st *state, t *feed.Topic) *publish.Documents {
	if err := p.s.closeArchives(t.ID); err != nil {
		p.s.log.Error("archives not closed", "topic", t.ID, "error", err)
	}
	ed, err := p.s.edition(st, t)
	if err != nil {
		p.s.log.Error("topic not published", "topic", t.ID, "error", err)
		time.AfterFunc(publishRetry, func() { p.touch([]feed.TopicID{t.ID}) })
		return nil
	}
	d, err := publish.RenderAll(ed, p.siteOf(st))
	if err != nil {
		p.s.log.Error("topic not published", "topic", t.ID, "error", err)
		return nil
	}
	return d
}

func (p *publisher) note(docs []*publish.Documents) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range docs {
		p.shown[d.Topic.ID] = shown{len(d.Entries), edition.Expires(d.Edition)}
	}
}

// site is what documents say of the server.
func (s *Server) site(st *state) publish.Site {
	return publish.Site{Title: st.announced.Title, URL: st.announced.URL, Generator: "Topicwire " + s.o.Version, Icon: st.announced.Icon, Hubs: st.announced.Hubs}
}
