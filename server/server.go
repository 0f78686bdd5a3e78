package server

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/cmdline"
	"topicwire/feed/link"
	"topicwire/feed/memory"
	"topicwire/feed/publish"
	"topicwire/feed/story"
	"topicwire/server/poll"
	"topicwire/server/websub"
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
	// Migrated is told under which name the old file is kept of a database that was
	// brought to the present schema; nil logs it.
	Migrated func(kept string)
	// Asking says that only questions follow: the rules of the configuration
	// are not announced to the store, and nothing is filed anew. Such a Server
	// neither serves nor fetches.
	Asking bool
	// Ahead has entries looked for in the window of stories as soon as they are read, by as
	// many goroutines as read, and not by the one that writes alone. The same is stored; it
	// costs more time of processors in all than it saves that one.
	Ahead bool
	// random is for the jitter of visits, numbers in [0,1); nil means rand.Float64.
	random func() float64
	// Working is told how far long works are that this Server does, also before Open
	// returns: it files stored entries anew. nil is told nothing.
	Working func(feed.Progress)
	// Pressed is told when large documents of others begin to take memory, and when they
	// do no longer; see memory.New. nil is told nothing.
	Pressed func(bool)
	// Busy is told when a serving process begins with work that takes processors for long,
	// and when it has none any more. nil is told nothing.
	Busy func(bool)
	// Reread asks for a reading of the configuration now: whoever receives reads it,
	// and sends it among the reloads of Serve with what was received as its Done. nil
	// where nobody does.
	Reread chan<- func(Reloaded)
	// Named is the configuration file that commands have to be told, which the log, the
	// operator's pages and alarms name; "" for the one that they read by themselves.
	Named string
}

// pasted is a text whose commands read the configuration of this process.
func (s *Server) pasted(text string) string { return cmdline.For(s.o.Named, text) }

// A Server is an open store with everything that works on it.
type Server struct {
	o         Options
	log       *slog.Logger
	db        *storage.DB
	writer    *writer
	state     atomic.Pointer[state]
	publisher *publisher
	refiles   *refiler
	metrics   *metrics
	alarms    *alarms
	hourly    hourly
	backups   backups
	load      *load
	poller    *poll.Poller
	works     *works
	memory    *memory.Budget // of documents of others, until they are on disk
	index     *story.Index   // that hints are of; nil where nobody looks ahead
	// subscriber talks to the hubs of sources; nil before Serve.
	subscriber atomic.Pointer[websub.Subscriber]
	// hub carries the feeds to who subscribed; nil before Serve.
	hub atomic.Pointer[websub.Hub]
	// refused is what was wrong with the last reload; nil once one was taken.
	refused atomic.Pointer[refusal]
	// held is the changed configuration that waits for an operator's word; nil for none.
	held atomic.Pointer[Held]
	// words are what operators say of it.
	words chan word
	// serving is when Serve began; written counts entries, see wrote.
	serving atomic.Pointer[time.Time]
	written int
	stale   atomic.Bool // a visit ended that the page of sources does not show
	// report, if set, is told of visits; of Fetch.
	report func(poll.Report)
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

// Open opens the store of a configuration and brings stored memberships in line
// with its rules. The caller must Close it.
func Open(ctx context.Context, o Options) (*Server, error) {
	m, err := o.Compiled.of(o.Config)
	if err != nil {
		return nil, err
	}
	s := &Server{o: o, words: make(chan word), load: newLoad(), log: slog.New(slog.DiscardHandler)}
	if o.Log != nil {
		s.log = slog.New(newQuiet(o.Log.Handler()))
	}
	// Thresholds and rules that Apply decides by come from the log.
	index := story.New(story.Options{})
	store := storage.Options{Place: index, Match: &rematcher{s: s}, Migrated: o.Migrated}
	if store.Migrated == nil {
		store.Migrated = func(kept string) {
			s.log.Info("database brought to the present schema", "schema", storage.Schema, "kept", kept)
		}
	}
	if s.db, err = storage.Open(o.Config.Storage.Path, store); err != nil {
		return nil, err
	}
	s.works = &works{now: s.now, log: s.log, told: o.Working}
	s.publisher = newPublisher(s)
	s.refiles = newRefiler(s)
	s.metrics = newMetrics(s)
	s.alarms = newAlarms(s)
	s.writer = newWriter(s.write, func(r storage.Result) {
		s.publisher.touch(r.Topics)
		s.wrote(r)
	})
	s.memory = memory.New(o.Pressed)
	if s.o.random == nil {
		s.o.random = rand.Float64
	}
	var ahead func(feed.Terms, time.Time) any
	if o.Ahead {
		ahead, s.index = index.Ahead, index
	}
	s.poller = poll.New(poll.Options{
		Ahead: ahead, Store: s.db, Memory: s.memory, Submit: s.writer.submit, Now: o.Now, Random: s.o.random,
		Rules:  func() poll.Rules { return s.state.Load().Rules },
		Report: s.visited, Advertised: s.advertised, Pushed: s.pushed,
		Failed: func(error) { s.alarms.look(context.Background(), false) }, // write knows why
	})
	if err := s.adopt(ctx, s.newState(o.Config, m)); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// write applies changes, where the file is in its place: what is written to one that
// nobody finds again would be lost.
func (s *Server) write(changes []feed.Change) (res storage.Result, err error) {
	if err = s.db.InPlace(); err == nil {
		began := time.Now()
		res, err = s.db.Apply(changes)
		s.metrics.committed(time.Since(began))
	}
	s.alarms.wrote(err)
	return res, err
}

// Close applies what waits and closes the store.
func (s *Server) Close() error {
	s.writer.close()
	if st := s.state.Load(); st != nil {
		st.close()
	}
	if s.index != nil {
		made, spared := s.index.Hints()
		s.log.Debug("looked ahead of the writer", "hints", made, "searches spared", spared)
	}
	return s.db.Close()
}

func (s *Server) now() time.Time {
	if s.o.Now != nil {
		return s.o.Now().UTC()
	}
	return time.Now().UTC()
}

func (s *Server) visited(r poll.Report) {
	s.stale.Store(true)
	s.metrics.visited(r)
	s.hourly.visited(r)
	s.alarms.visited()
	if r.Status == poll.OK {
		s.load.note()
	}
	source := link.Masked(string(r.Source))
	switch {
	case r.Status == poll.ByHub && r.Error != "":
		s.log.Warn("what a hub pushed is of no use", "source", source, "error", r.Error)
	case r.Status == poll.ByHub:
		s.log.Debug("pushed", "source", source, "entries", r.Entries, "new", r.New, "updated", r.Updated, "past", r.Past, "ms", r.Millis)
	case r.Status == poll.Failed:
		s.log.Warn("visit failed", "source", source, "http", r.HTTP, "error", r.Error)
	case r.Status == poll.OK:
		s.log.Debug("visit", "source", source, "entries", r.Entries, "new", r.New, "updated", r.Updated, "past", r.Past, "ms", r.Millis)
	default:
		s.log.Debug("visit", "source", source, "status", r.Status, "ms", r.Millis)
	}
	if r.Past > 0 {
		s.log.Info("more came at once than max_new: the rest lies in the past", "source", source, "new", r.New, "past", r.Past)
	}
	if sub := s.subscriber.Load(); sub != nil && (r.Status == poll.OK || r.Status == poll.Unchanged) {
		sub.Visited(r.Source, r.New)
	}
	if s.report != nil {
		s.report(r)
	}
}

// Fetch visits every source that is due, or with all every source, once; report is
// called for each as its visit ends. A Server that does not serve then removes what
// is older than storage.keep.
func (s *Server) Fetch(ctx context.Context, all bool, report func(poll.Report)) error {
	if s.serving.Load() != nil {
		return s.poller.Demand(ctx, all, report)
	}
	s.report = report
	st := s.state.Load()
	if err := s.poller.Round(ctx, st.polled(), all); err != nil {
		return err
	}
	for _, t := range append(st.published(), st.all()) {
		if err := s.closeArchives(t.ID); err != nil {
			return err
		}
	}
	return s.retain(ctx)
}

// Refresh has a serving server visit a source now, at most once a minute.
func (s *Server) Refresh(ctx context.Context, id feed.SourceID) error {
	return s.poller.Refresh(ctx, id)
}

// Health is every configured source with its state, in the order of the
// configuration.
func (s *Server) Health(context.Context) ([]feed.Health, error) {
	sources := s.state.Load().cfg.Sources
	out := make([]feed.Health, len(sources))
	err := s.eachState(len(sources), func(i int) feed.SourceID { return sources[i].ID }, func(i int, st *feed.SourceState) {
		out[i] = healthOf(&sources[i], st)
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}

// states is the stored states of sources.
func (s *Server) states(_ context.Context, ids []feed.SourceID) (map[feed.SourceID]feed.SourceState, error) {
	states := make(map[feed.SourceID]feed.SourceState, len(ids))
	err := s.eachState(len(ids), func(i int) feed.SourceID { return ids[i] }, func(i int, st *feed.SourceState) { states[ids[i]] = *st })
	return states, err
}

// eachState tells the stored states of n sources, of which id names each. What take is
// given is its own for the call.
func (s *Server) eachState(n int, id func(int) feed.SourceID, take func(int, *feed.SourceState)) error {
	var st feed.SourceState
	return s.db.View(func(r *storage.Reader) error {
		hubs, err := leases(r)
		if err != nil {
			return err
		}
		for i := range n {
			id := id(i)
			st, err = r.Source(id)
			if err != nil {
				return err
			}
			st.Lease = hubs[id]
			if st.Rhythm, err = r.Rhythm(id); err != nil {
				return err
			}
			take(i, &st)
		}
		return nil
	})
}

// Export renders the edition that a topic publishes now.
func (s *Server) Export(_ context.Context, id feed.TopicID, f publish.Format) ([]byte, error) {
	st := s.state.Load()
	t := st.topics[id]
	if t == nil {
		hint := ""
		if now, ok := st.cfg.Renamed(id); ok {
			hint = fmt.Sprintf("topic %s was renamed to %s", id, now)
		}
		return nil, &UsageError{fmt.Sprintf("no topic %q in %s", id, st.cfg.File), hint}
	}
	ed, err := s.edition(st, t)
	if err != nil {
		return nil, err
	}
	return publish.Render(ed, f, s.site(st))
}
