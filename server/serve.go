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
)

// drain is how long requests and visits under way may take to end.
const drain = 10 * time.Second

// Serve publishes the topics' feeds and pages and polls the sources until ctx
// ends; then it lets requests under way finish, ends the visits, and returns
// nil. A configuration that comes through reload replaces the running one where
// it is valid. ready, if not nil, is called with the address listened on.
func (s *Server) Serve(ctx context.Context, reload <-chan *config.Config, ready func(net.Addr)) error {
	cfg := s.cfg.Load()
	l, err := listen(cfg.Server.Listen)
	if err != nil {
		return err
	}
	site := web.New(web.Options{
		Title: cfg.Server.Title, URL: cfg.Server.URL, Version: s.o.Version,
		Contact: cfg.Fetch.Contact, Interval: cfg.Fetch.Interval, Log: s.log,
	})
	site.SetTopics(cfg.Topics)
	s.edits.publish(all(cfg), site.Publish)

	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	polls, stopPolls := context.WithCancel(context.WithoutCancel(ctx))
	defer stopPolls()
	h := web.Server(site, s.log)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		if err := h.Serve(web.Listener(l)); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve %s: %w", l.Addr(), err)
		}
		return nil
	})
	g.Go(func() error {
		<-gctx.Done()
		end, cancel := context.WithTimeout(context.WithoutCancel(gctx), drain)
		defer cancel()
		if err := h.Shutdown(end); err != nil {
			h.Close()
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
	g.Go(func() error {
		for {
			select {
			case <-gctx.Done():
				return nil
			case next := <-reload:
				if err := s.reload(gctx, next, site); err != nil && gctx.Err() == nil {
					s.log.Error("configuration refused; the running one stays", "error", err)
				}
			}
		}
	})
	if ready != nil {
		ready(l.Addr())
	}
	return g.Wait()
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
	s.cfg.Store(next)
	if next.Fetch != old.Fetch {
		s.client = s.newClient(next)
	}
	s.poller.Update(s.sources(next))
	site.SetTopics(next.Topics)
	if len(pending) > 0 {
		if err := s.refile(ctx, pending); err != nil {
			return err
		}
	}
	s.edits.touch(keys(all(next)))
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
