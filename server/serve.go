package server

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
	"topicwire/storage"
)

// drain is how long requests and visits under way may take to end.
const drain = 10 * time.Second

// A Reload is what reading the configuration again came to: a Config that is to
// replace the running one, or nil and the Problems for which it was refused.
type Reload struct {
	Config   *config.Config
	Problems []feed.Problem
}

// Serve publishes the topics' feeds and pages and polls the sources until ctx
// ends; then it lets requests under way finish, ends the visits, and returns
// nil. ready, if not nil, is called with the public address listened on.
func (s *Server) Serve(ctx context.Context, reloads <-chan Reload, ready func(net.Addr)) error {
	cfg := s.cfg.Load()
	public, err := listen(cfg.Server.Listen)
	if err != nil {
		return err
	}
	s.serving.Store(true)
	site := web.New(web.Options{
		Title: cfg.Server.Title, URL: cfg.Server.URL, Version: s.o.Version,
		Contact: cfg.Fetch.Contact, Interval: cfg.Fetch.Interval, Log: s.log,
	})
	site.SetTopics(cfg.Topics)
	s.edits.publish(all(cfg), site.Publish)
	s.showSources(site)
	servers := []serving{{web.Server(site, s.log), web.Listener(public)}}
	if cfg.Server.Admin != "" {
		l, err := listen(cfg.Server.Admin)
		if err != nil {
			public.Close()
			return err
		}
		servers = append(servers, serving{web.Server(s.admin(cfg), s.log), l})
		s.log.Info("operator pages", "listen", l.Addr().String())
	}

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	polls, stopPolls := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPolls()
	g, gctx := errgroup.WithContext(ctx)
	for _, h := range servers {
		g.Go(h.run)
	}
	g.Go(func() error {
		<-gctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(gctx), drain)
		defer cancel()
		for _, h := range servers {
			if err := h.Shutdown(end); err != nil {
				h.Close()
			}
		}
		stopPolls()
		return nil
	})
	g.Go(func() error {
		err := s.poller.Run(polls, s.sources(cfg))
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	})
	g.Go(func() error { return s.edits.run(polls, site.Publish) })
	g.Go(func() error { return s.retention(polls) })
	g.Go(func() error { return s.watch(gctx, reloads, site) })
	if ready != nil {
		ready(public.Addr())
	}
	return g.Wait()
}

// A serving is an HTTP server with where it listens.
type serving struct {
	*http.Server
	on net.Listener
}

func (h serving) run() error {
	if err := h.Serve(h.on); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve %s: %w", h.on.Addr(), err)
	}
	return nil
}

// tidyEvery is how often the public page of sources follows what visits found
// and memory is given back. The page of more than manySources takes a while, and
// follows once in manyEvery.
const (
	tidyEvery   = 10 * time.Second
	manySources = 1000
	manyEvery   = time.Minute
)

// watch takes reloads and keeps the page of sources fresh until ctx ends.
func (s *Server) watch(ctx context.Context, reloads <-chan Reload, site *web.Site) error {
	tick := time.NewTicker(tidyEvery)
	defer tick.Stop()
	shown := time.Now()
	for {
		select {
		case <-ctx.Done():
			return nil
		case now := <-tick.C:
			if (len(s.cfg.Load().Sources) <= manySources || now.Sub(shown) >= manyEvery) && s.stale.Swap(false) {
				shown = now
				s.showSources(site)
			}
			s.release()
			s.retryRefiling(ctx)
		case r := <-reloads:
			err := error(&ConfigError{r.Problems})
			if r.Config != nil {
				err = s.reload(ctx, r.Config, site)
			}
			if err != nil && ctx.Err() == nil {
				s.refused.Store(&r.Problems)
				s.log.Error("configuration refused; the running one stays", "file", s.cfg.Load().File, "error", err)
			}
		}
	}
}

// releaseAfter is how many stored entries it takes until memory is given back
// ahead of time: each touches a few pages all over the file.
const releaseAfter = 100

// wrote counts what was stored since memory was last given back. It runs in the
// writer's goroutine.
func (s *Server) wrote(r storage.Result) {
	for _, o := range r.Outcomes {
		s.written += o.New + o.Updated + o.Removed
	}
	if s.serving.Load() && s.written >= releaseAfter {
		s.written = 0
		s.release()
	}
}

func (s *Server) release() {
	if err := s.db.Release(); err != nil {
		s.log.Debug("memory not given back", "error", err)
	}
}

func (s *Server) showSources(site *web.Site) {
	health, err := s.Health()
	if err != nil {
		s.log.Error("sources not shown", "error", err)
		return
	}
	site.SetSources(health)
}

// admin is what operators see.
func (s *Server) admin(cfg *config.Config) http.Handler {
	return web.NewAdmin(web.AdminOptions{
		Title: cfg.Server.Title, Version: s.o.Version, Log: s.log,
		Health: func() []feed.Health {
			health, err := s.Health()
			if err != nil {
				s.log.Error("sources not shown", "error", err)
			}
			return health
		},
		Refresh: s.Refresh,
		ConfigState: func() web.ConfigState {
			st := web.ConfigState{File: s.cfg.Load().File, Loaded: *s.loaded.Load()}
			if p := s.refused.Load(); p != nil {
				st.Problems = *p
			}
			return st
		},
	})
}

func all(cfg *config.Config) map[feed.TopicID]bool {
	m := make(map[feed.TopicID]bool, len(cfg.Topics))
	for i := range cfg.Topics {
		m[cfg.Topics[i].ID] = true
	}
	return m
}

// reload switches to a configuration that was read without an error.
func (s *Server) reload(ctx context.Context, next *config.Config, site *web.Site) error {
	m, problems := Check(next)
	if m == nil {
		return &ConfigError{problems}
	}
	old := s.cfg.Load()
	if next.Server != old.Server || next.Storage != old.Storage {
		s.log.Warn("server and storage keys take effect at the next start")
		next.Server, next.Storage = old.Server, old.Storage
	}
	pending, err := s.announce(next, m)
	if err != nil {
		return err
	}
	s.use(next)
	if next.Fetch != old.Fetch {
		s.client = s.newClient(next)
	}
	s.poller.Update(s.sources(next))
	site.SetTopics(next.Topics)
	s.showSources(site)
	s.edits.touch(keys(all(next)))
	if len(pending) > 0 {
		if err := s.refile(ctx, pending); err != nil {
			// The rules are in force; what is stored follows.
			s.log.Error("stored entries not filed anew", "error", err)
			s.pending = pending
		}
		s.edits.touch(keys(all(next)))
	}
	s.log.Info("configuration reloaded", "sources", len(next.Sources), "topics", len(next.Topics), "changed", len(pending))
	return nil
}

func keys(m map[feed.TopicID]bool) []feed.TopicID {
	var ids []feed.TopicID
	for id := range m {
		ids = append(ids, id)
	}
	return ids
}

// listen opens HOST:PORT, or unix:PATH.
func listen(address string) (net.Listener, error) {
	path, isUnix := strings.CutPrefix(address, "unix:")
	if !isUnix {
		l, err := net.Listen("tcp", address)
		if err != nil {
			return nil, fmt.Errorf("listen: %w", err)
		}
		return l, nil
	}
	// A socket file that nobody answers is left from a process that died.
	if c, err := net.DialTimeout("unix", path, time.Second); err == nil {
		c.Close()
		return nil, fmt.Errorf("listen: another process answers on %s", path)
	} else if st, err := os.Stat(path); err == nil && st.Mode()&os.ModeSocket != 0 {
		os.Remove(path)
	}
	l, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	return l, nil
}
