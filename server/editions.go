package server

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"strings"
	"sync"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/edition"
	"topicwire/feed/link"
	"topicwire/feed/publish"
	"topicwire/storage"
)

// edition is what a topic publishes now, from one state of the store.
func (s *Server) edition(cfg *config.Config, t *feed.Topic) (*feed.Edition, error) {
	var ed *feed.Edition
	err := s.db.View(func(r *storage.Reader) error {
		look := s.lookup(r, t)
		look.At, look.Zone = s.now(), cfg.Server.Timezone
		older, stop := newestFirst(r, t.ID)
		defer stop()
		var err error
		if ed, err = edition.Read(t, look.Options, older); err != nil {
			return err
		}
		states, err := r.Topics()
		if err != nil {
			return err
		}
		// An entry that left is a change too, though none is left to carry its time.
		if c := states[t.ID].Changed; c.After(ed.Updated) {
			ed.Updated = c
		}
		return look.err
	})
	return ed, err
}

// A lookup answers what an edition asks while it is made; err is the first thing
// that could not be read.
type lookup struct {
	edition.Options
	r     *storage.Reader
	topic feed.TopicID
	infos map[feed.SourceID]feed.SourceInfo
	err   error
}

func (s *Server) lookup(r *storage.Reader, t *feed.Topic) *lookup {
	l := &lookup{r: r, topic: t.ID, infos: make(map[feed.SourceID]feed.SourceInfo)}
	configured := s.rules.Load().sources
	l.Takes = func(id feed.SourceID) *feed.Source { return configured[id] }
	l.Source = func(id feed.SourceID) feed.SourceInfo {
		info, ok := l.infos[id]
		if !ok {
			st, err := r.Source(id)
			l.note(err)
			info = sourceInfo(st, configured[id])
			l.infos[id] = info
		}
		return info
	}
	if t.Group == feed.GroupStory {
		l.Story = l.story
	}
	return l
}

func (l *lookup) note(err error) {
	if l.err == nil {
		l.err = err
	}
}

// story is every membership of the topic in a story.
func (l *lookup) story(k feed.StoryKey) []feed.Filed {
	s, err := l.r.Story(k)
	if err != nil {
		l.note(err)
		return nil
	}
	var all []feed.Filed
	for _, g := range s.Groups {
		m, ok, err := l.r.Membership(l.topic, g)
		l.note(err)
		if err != nil || !ok {
			continue
		}
		f := feed.Filed{Membership: m, Story: k}
		group, err := l.r.Group(g)
		l.note(err)
		for _, key := range group.Entries {
			e, err := l.r.Entry(key)
			l.note(err)
			f.Entries = append(f.Entries, e)
			p, ok, err := l.r.Placed(key)
			l.note(err)
			if ok {
				f.Placed = append(f.Placed, p)
			}
		}
		all = append(all, f)
	}
	return all
}

// newestFirst reads a topic's memberships in portions, as edition.Read asks for
// them.
func newestFirst(r *storage.Reader, t feed.TopicID) (older func(int, bool) ([]feed.Filed, error), stop func()) {
	var failed error
	skip := false
	next, stop := iter.Pull(func(yield func(feed.Filed) bool) {
		failed = r.EachFiledBut(t, time.Time{}, func() bool { return skip }, func(f feed.Filed) (bool, error) { return yield(f), nil })
	})
	return func(n int, past bool) ([]feed.Filed, error) {
		skip = !past
		var some []feed.Filed
		for len(some) < n {
			f, ok := next()
			if !ok {
				return some, failed
			}
			if past || !f.Past {
				some = append(some, f)
			}
		}
		return some, nil
	}, stop
}

// sourceInfo is what readers are told of a source: the operator's words before
// the feed's own.
func sourceInfo(st feed.SourceState, src *feed.Source) feed.SourceInfo {
	info := feed.SourceInfo{
		ID: st.ID, Title: st.Meta.Title, Link: st.Meta.Link, FeedID: st.Meta.ID,
		Language: st.Meta.Language, Rights: st.Meta.Rights, Authors: st.Meta.Authors, Updated: st.Meta.Updated,
	}
	info.Republish = feed.RepublishSummary // of a source that is no longer configured
	if src != nil {
		info.Republish = src.Republish
		if src.Title != "" {
			info.Title = src.Title
		}
		if src.Language != "" {
			info.Language = src.Language
		}
	}
	info.Publisher = publisher(st, src)
	if info.Title == "" {
		info.Title = string(st.ID)
		if u, err := url.Parse(info.Title); err == nil && u.Host != "" {
			info.Title = u.Host
		}
	}
	return info
}

// publisher is the house of a source: the operator's word, else the domain of its
// site, or of its address where the feed names no site; "" where that names none, as
// a host that many share. Capitals and white space do not tell two houses apart.
func publisher(st feed.SourceState, src *feed.Source) string {
	if src != nil && src.Publisher != "" {
		return strings.ToLower(strings.Join(strings.Fields(src.Publisher), " "))
	}
	return link.Publisher(cmp.Or(st.Meta.Link, string(st.ID)))
}

func (s *Server) site(cfg *config.Config) publish.Site {
	return publish.Site{Title: cfg.Server.Title, URL: cfg.Server.URL, Generator: "Topicwire " + s.o.Version}
}

// editionGap is the least time between two renderings of a topic.
// While stored entries are filed anew nearly every step touches every topic, and
// refilingGap leaves processors to requests. agingEvery is how often topics that
// entries leave with time are looked at.
const (
	editionGap  = 250 * time.Millisecond
	refilingGap = 800 * time.Millisecond
	agingEvery  = time.Minute
)

// editions renders topics that changed: each at most once every editionGap, with
// whatever came meanwhile.
type editions struct {
	s *Server

	mu    sync.Mutex
	dirty map[feed.TopicID]bool
	shown map[feed.TopicID]shown // what is published
	some  chan struct{}
}

// A shown edition is what is remembered of a published one.
type shown struct {
	entries int       // in its documents
	expires time.Time // when time alone makes it another one; zero for never
}

func newEditions(s *Server) *editions {
	return &editions{s: s, dirty: make(map[feed.TopicID]bool), shown: make(map[feed.TopicID]shown), some: make(chan struct{}, 1)}
}

// touch notes topics whose readers can see a difference. It never waits.
func (e *editions) touch(topics []feed.TopicID) {
	if len(topics) == 0 {
		return
	}
	e.mu.Lock()
	for _, t := range topics {
		e.dirty[t] = true
	}
	e.mu.Unlock()
	select {
	case e.some <- struct{}{}:
	default:
	}
}

func (e *editions) take() map[feed.TopicID]bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	d := e.dirty
	e.dirty = make(map[feed.TopicID]bool)
	return d
}

// entries is how many a topic's published document has, and whether that is known.
func (e *editions) entries(t feed.TopicID) (int, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	s, ok := e.shown[t]
	return s.entries, ok
}

// run publishes touched topics until ctx ends.
func (e *editions) run(ctx context.Context, publish func(...*feed.Edition) error) error {
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
			e.touch(e.aged(e.s.now()))
			continue
		case <-e.some:
		}
		e.publish(e.take(), publish)
		e.s.release() // the entries of an edition lie all over the file
		gap := editionGap
		if e.s.refiles.now.Load() != nil {
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
func (e *editions) aged(now time.Time) []feed.TopicID {
	e.mu.Lock()
	defer e.mu.Unlock()
	var ids []feed.TopicID
	known := all(e.s.cfg.Load())
	for id, s := range e.shown {
		if !known[id] {
			delete(e.shown, id) // it is no longer configured
			continue
		}
		if !s.expires.IsZero() && !s.expires.After(now) {
			ids = append(ids, id)
		}
	}
	return ids
}

// retryEdition is how long a topic rests that could not be read.
const retryEdition = 10 * time.Second

func (e *editions) publish(topics map[feed.TopicID]bool, publish func(...*feed.Edition) error) {
	cfg := e.s.cfg.Load()
	var eds []*feed.Edition
	for i := range cfg.Topics {
		t := &cfg.Topics[i]
		if !topics[t.ID] || t.Draft {
			continue
		}
		ed, err := e.s.edition(cfg, t)
		if err != nil {
			e.s.log.Error("topic not published", "topic", t.ID, "error", err)
			time.AfterFunc(retryEdition, func() { e.touch([]feed.TopicID{t.ID}) })
			continue
		}
		eds = append(eds, ed)
	}
	// Together, so that the list of topics is made once.
	if err := publish(eds...); err != nil {
		e.s.log.Error("topics not published", "error", err)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, ed := range eds {
		e.shown[ed.Topic.ID] = shown{len(ed.Entries), edition.Expires(ed)}
	}
}
