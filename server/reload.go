package server

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
)

// A Reload is what reading the configuration again came to: a Config that is to
// replace the running one, with what Check made of it, or nil and the Problems for
// which it was refused.
type Reload struct {
	Config   *config.Config
	Compiled *Compiled
	Problems []feed.Problem
}

// watch takes reloads until ctx ends.
func (s *Server) watch(ctx context.Context, reloads <-chan Reload, site *web.Site) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-reloads:
			err := error(&ConfigError{r.Problems})
			if r.Config != nil {
				err = s.reload(r, site)
			}
			if ctx.Err() != nil {
				return nil
			}
			s.metrics.reloaded(err == nil)
			if err == nil {
				s.refused.Store(nil)
			} else {
				s.refuse(s.problemsOf(err))
			}
			s.alarms.lookNow(ctx)
		}
	}
}

// A refusal is why a changed configuration is not the running one.
type refusal struct {
	since    time.Time // when the first change in a row was refused
	problems []feed.Problem
}

func (s *Server) refuse(problems []feed.Problem) {
	r := &refusal{s.now(), problems}
	if before := s.refused.Load(); before != nil {
		r.since = before.since
	}
	s.refused.Store(r)
}

// problemsOf is why a configuration was refused.
func (s *Server) problemsOf(err error) []feed.Problem {
	if refused, ok := errors.AsType[*ConfigError](err); ok {
		return refused.Problems
	}
	return []feed.Problem{{Pos: feed.Pos{File: s.state.Load().cfg.File}, Text: err.Error()}}
}

// reload switches to a configuration that was read without an error. Entries that
// are stored follow later, behind the feeds.
func (s *Server) reload(r Reload, site *web.Site) error {
	m, err := r.Compiled.of(r.Config)
	if err != nil {
		return err
	}
	old, next := s.state.Load(), s.newState(r.Config, m)
	pending, err := s.swap(next, site)
	if err != nil {
		return err
	}
	if len(next.late) > 0 {
		s.log.Warn("some keys take effect at the next start", "keys", next.late)
	}
	if next.client != old.client {
		old.close()
	}
	s.poller.Update(next.polled())
	s.subscribe(next)
	s.showSources(site)
	s.publisher.touchAll()
	s.refiles.want(pending)
	s.log.Info("configuration reloaded", "sources", len(next.cfg.Sources), "topics", len(next.cfg.Topics), "changed", len(pending))
	return nil
}

// swap makes a state the running one and tells the site its topics, files and zone, with
// nothing published in between.
func (s *Server) swap(next *state, site *web.Site) ([]feed.TopicID, error) {
	s.publisher.turn.Lock()
	defer s.publisher.turn.Unlock()
	pending, err := s.announce(next)
	if err == nil {
		site.SetFiles(filesOf(next.cfg))
		site.SetZone(next.cfg.Server.Timezone)
		s.showTopics(site, next)
	}
	return pending, err
}

// keep gives a new configuration the running one's values of keys that take
// effect at a start only, and names those that differ.
func keep(old, next *config.Config) []string {
	late := []string{}
	str := func(key string, was string, is *string) {
		if *is != was {
			late = append(late, key)
			*is = was
		}
	}
	str("server.listen", old.Server.Listen, &next.Server.Listen)
	str("server.admin", old.Server.Admin, &next.Server.Admin)
	str("server.url", old.Server.URL, &next.Server.URL)
	str("server.title", old.Server.Title, &next.Server.Title)
	if !reflect.DeepEqual(next.Server.Icon, old.Server.Icon) {
		late = append(late, "server.icon")
		next.Server.Icon = old.Server.Icon
	}
	str("storage.path", old.Storage.Path, &next.Storage.Path)
	if old.WebSub.Hub != next.WebSub.Hub {
		late = append(late, "websub.hub")
	}
	if !slices.Equal(old.WebSub.PublishTo, next.WebSub.PublishTo) {
		late = append(late, "websub.publish_to")
	}
	next.WebSub.Hub, next.WebSub.PublishTo = old.WebSub.Hub, old.WebSub.PublishTo
	return late
}
