package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/publish"
	"topicwire/server/poll"
	"topicwire/storage"
)

var errClosed = errors.New("the server is stopping")

// Options for Open.
type Options struct {
	Config *config.Config
	// Compiled is what Check made of Config; of nil, and of what it made of another
	// configuration, no use is made.
	Compiled *Compiled
	Version  string
	Log      *slog.Logger     // nil discards
	Now      func() time.Time // nil means time.Now
	// Later leaves filing stored entries anew to Serve, which does it behind the
	// feeds that it serves meanwhile.
	Later bool
	// Asking says that only questions follow: the rules of the configuration
	// are not announced to the store, and nothing is filed anew. Such a Server
	// neither serves nor fetches.
	Asking bool
}

// A Server is an open store with everything that works on it.
type Server struct {
	o      Options
	log    *slog.Logger
	db     *storage.DB
	writer *writer
	cfg    atomic.Pointer[config.Config]
	loaded atomic.Pointer[time.Time] // when cfg came into use
	// refused is what was wrong with the last reload; nil once one was taken.
	refused atomic.Pointer[[]feed.Problem]
	rules   atomic.Pointer[ruleset]
	next    atomic.Pointer[ruleset] // becomes rules when its change is applied
	edits   *editions
	refiles *refiler
	metrics *metrics
	// serving is when Serve began; written counts entries, see wrote.
	serving atomic.Pointer[time.Time]
	stale   atomic.Bool // a visit ended that the page of sources does not show
	// restart names the keys that were changed and take effect at the next start.
	restart atomic.Pointer[[]string]
	written int
	poller  *poll.Poller
	client  atomic.Pointer[fetch.Client]
	// report, if set, is told of visits; of Fetch.
	report func(poll.Report)
}

// A ruleset is what visits are matched under.
type ruleset struct {
	poll.Rules
	sources map[feed.SourceID]*feed.Source
	topics  map[feed.TopicID]*feed.Topic
	hashes  []feed.TopicRules // as announced
}

// A ConfigError refuses a configuration for its problems.
type ConfigError struct{ Problems []feed.Problem }

func (e *ConfigError) Error() string {
	n := 0
	for _, p := range e.Problems {
		if p.Severity == feed.Error {
			n++
		}
	}
	if n == 1 {
		return "1 error in the configuration"
	}
	return fmt.Sprintf("%d errors in the configuration", n)
}

// Compiled are the rules and the concepts of a configuration, ready to read
// entries.
type Compiled struct {
	*match.Matcher
	Concepts *match.Concepts
	of       *config.Config
}

// Check compiles the rules and the concepts of a configuration and returns what
// is wrong with them. With an error Compiled is nil.
func Check(cfg *config.Config) (*Compiled, []feed.Problem) {
	m, problems := match.Compile(cfg.Topics)
	concepts, more := match.CompileConcepts(cfg.Concepts)
	for _, p := range more {
		// A pattern of a concept may be one of a topic, too.
		if !slices.Contains(problems, p) {
			problems = append(problems, p)
		}
	}
	if m == nil || concepts == nil {
		return nil, problems
	}
	return &Compiled{m, concepts, cfg}, problems
}

// Open opens the store of a configuration and brings stored memberships in line
// with its rules. The caller must Close it.
func Open(ctx context.Context, o Options) (*Server, error) {
	m := o.Compiled
	if m == nil || m.of != o.Config {
		var problems []feed.Problem
		if m, problems = Check(o.Config); m == nil {
			return nil, &ConfigError{problems}
		}
	}
	o.Compiled = nil // a reload makes others
	s := &Server{o: o, log: o.Log}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	db, err := storage.Open(o.Config.Storage.Path, storage.Options{Place: placer(o.Config)})
	if err != nil {
		return nil, err
	}
	s.db = db
	s.use(o.Config)
	s.edits = newEditions(s)
	s.refiles = newRefiler(s)
	s.metrics = newMetrics(s)
	s.writer = newWriter(db.Apply, s.beforeApply, func(r storage.Result) {
		s.edits.touch(r.Topics)
		s.wrote(r)
	})
	s.client.Store(s.newClient(o.Config))
	s.poller = poll.New(poll.Options{
		Store: db, Submit: s.writer.submit, Now: o.Now, Random: rand.Float64,
		Rules:  func() poll.Rules { return s.rules.Load().Rules },
		Report: s.visited,
		Failed: func(err error) { s.log.Error("the store refuses writes; polling rests", "error", err) },
	})
	if o.Asking {
		err = s.observe(o.Config, m)
	} else {
		err = s.adopt(ctx, o.Config, m)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// Close applies what waits and closes the store.
func (s *Server) Close() error {
	s.writer.close()
	s.client.Load().Close()
	return s.db.Close()
}

// use makes a configuration the running one.
func (s *Server) use(cfg *config.Config) {
	now := s.now()
	s.loaded.Store(&now)
	s.refused.Store(nil)
	s.cfg.Store(cfg)
}

func (s *Server) now() time.Time {
	if s.o.Now != nil {
		return s.o.Now().UTC()
	}
	return time.Now().UTC()
}

func (s *Server) newClient(cfg *config.Config) *fetch.Client {
	return fetch.New(fetch.Options{Version: s.o.Version, Contact: cfg.Fetch.Contact, AllowPrivate: cfg.Fetch.AllowPrivate})
}

func (s *Server) sources(cfg *config.Config) poll.Sources {
	return poll.Sources{
		List: cfg.Sources, Interval: cfg.Fetch.Interval, Parallel: cfg.Fetch.Parallel,
		HostGap: cfg.Fetch.HostGap, Fetch: s.client.Load(),
	}
}

func (s *Server) visited(r poll.Report) {
	s.stale.Store(true)
	s.metrics.visited(r)
	switch {
	case r.Status == poll.Failed:
		s.log.Warn("visit failed", "source", r.Source, "http", r.HTTP, "error", r.Error)
	case r.Status == poll.OK:
		s.log.Info("visit", "source", r.Source, "entries", r.Entries, "new", r.New, "updated", r.Updated, "ms", r.Millis)
	default:
		s.log.Debug("visit", "source", r.Source, "status", r.Status, "ms", r.Millis)
	}
	if s.report != nil {
		s.report(r)
	}
}

// Fetch visits every source that is due, or with all every source, once, and
// removes what is older than storage.keep. report is called for each source as
// its visit ends. It is not for a Server that serves.
func (s *Server) Fetch(ctx context.Context, all bool, report func(poll.Report)) error {
	s.report = report
	if err := s.poller.Round(ctx, s.sources(s.cfg.Load()), all); err != nil {
		return err
	}
	return s.retain(ctx)
}

// Export renders the edition that a topic publishes now.
func (s *Server) Export(_ context.Context, id feed.TopicID, f publish.Format) ([]byte, error) {
	cfg := s.cfg.Load()
	for i := range cfg.Topics {
		if cfg.Topics[i].ID == id {
			ed, err := s.edition(cfg, &cfg.Topics[i])
			if err != nil {
				return nil, err
			}
			return publish.Render(ed, f, s.site(cfg))
		}
	}
	return nil, fmt.Errorf("no topic %q in %s", id, cfg.File)
}
