package server

import (
	"context"
	"errors"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
)

// A Reload is what reading the configuration again came to: a Config that is to
// replace the running one, or nil and the Problems for which it was refused.
type Reload struct {
	Config   *config.Config
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
				err = s.reload(ctx, r.Config, site)
			}
			switch {
			case ctx.Err() != nil:
				return nil
			case err != nil:
				problems := r.Problems
				if r.Config != nil {
					problems = s.problemsOf(err)
				}
				s.refused.Store(&problems)
				s.metrics.reloaded(reloadRefused)
				s.log.Error("configuration refused; the running one stays", "file", s.cfg.Load().File, "error", err)
			default:
				s.metrics.reloaded(reloadTaken)
			}
		}
	}
}

// problemsOf is why a configuration was refused that had read well.
func (s *Server) problemsOf(err error) []feed.Problem {
	var refused *ConfigError
	if errors.As(err, &refused) {
		return refused.Problems
	}
	return []feed.Problem{{Pos: feed.Pos{File: s.cfg.Load().File}, Text: err.Error()}}
}

// reload switches to a configuration that was read without an error. Entries that
// are stored follow later, behind the feeds.
func (s *Server) reload(ctx context.Context, next *config.Config, site *web.Site) error {
	m, problems := Check(next)
	if m == nil {
		return &ConfigError{problems}
	}
	old := s.cfg.Load()
	late := keep(old, next)
	pending, err := s.announce(next, m)
	if err != nil {
		return err
	}
	s.use(next)
	s.restart.Store(&late)
	if len(late) > 0 {
		s.log.Warn("some keys take effect at the next start", "keys", late)
	}
	if next.Fetch != old.Fetch {
		s.client.Swap(s.newClient(next)).Close()
	}
	s.poller.Update(s.sources(next))
	site.SetTopics(published(next))
	s.showSources(site)
	s.edits.touch(keys(all(next)))
	s.refiles.want(pending)
	s.log.Info("configuration reloaded", "sources", len(next.Sources), "topics", len(next.Topics), "changed", len(pending))
	return nil
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
	str("storage.path", old.Storage.Path, &next.Storage.Path)
	if next.Stories != old.Stories {
		late = append(late, "stories")
		next.Stories = old.Stories
	}
	return late
}

// published is the topics that readers may see.
func published(cfg *config.Config) []feed.Topic {
	list := make([]feed.Topic, 0, len(cfg.Topics))
	for _, t := range cfg.Topics {
		if !t.Draft {
			list = append(list, t)
		}
	}
	return list
}

func all(cfg *config.Config) map[feed.TopicID]bool {
	m := make(map[feed.TopicID]bool, len(cfg.Topics))
	for i := range cfg.Topics {
		m[cfg.Topics[i].ID] = true
	}
	return m
}

func keys(m map[feed.TopicID]bool) []feed.TopicID {
	var ids []feed.TopicID
	for id := range m {
		ids = append(ids, id)
	}
	return ids
}
