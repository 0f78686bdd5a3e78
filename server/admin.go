package server

import (
	"context"
	"fmt"
	"net/http"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/server/web"
)

// admin is what operators see.
func (s *Server) admin(cfg *config.Config) http.Handler {
	return web.NewAdmin(web.AdminOptions{
		Title: cfg.Server.Title, Version: s.o.Version, Log: s.log,
		Health: func() []feed.Health {
			health, err := s.Health(context.Background())
			if err != nil {
				s.log.Error("sources not shown", "error", err)
			}
			return health
		},
		Refresh:     s.Refresh,
		ConfigState: s.configState,
		Metrics:     s.metrics.handler(),
	})
}

// configState is what runs, what was refused, and what is still under way.
func (s *Server) configState() web.ConfigState {
	run := s.state.Load()
	st := web.ConfigState{File: run.cfg.File, Loaded: run.loaded, Restart: run.late}
	if p := s.refused.Load(); p != nil {
		st.Problems = *p
	}
	for _, t := range run.cfg.Topics {
		if t.Draft {
			st.Drafts = append(st.Drafts, string(t.ID))
		}
	}
	if r := s.refiles.now.Load(); r != nil {
		st.Refiling = fmt.Sprintf("%d entries so far, for %d of the topics", r.Entries, len(r.Topics))
		if r.Reached != nil {
			st.Refiling += "; reached " + r.Reached.Format("2006-01-02")
		}
	}
	return st
}
