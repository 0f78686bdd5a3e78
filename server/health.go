package server

import (
	"context"

	"topicwire/feed"
)

// Health is every configured source with its state, in the order of the
// configuration.
func (s *Server) Health(ctx context.Context) ([]feed.Health, error) {
	cfg := s.cfg.Load()
	ids := make([]feed.SourceID, len(cfg.Sources))
	for i := range cfg.Sources {
		ids[i] = cfg.Sources[i].ID
	}
	states, err := s.states(ctx, ids)
	if err != nil {
		return nil, err
	}
	all := make([]feed.Health, len(ids))
	for i := range all {
		all[i] = feed.Health{Source: cfg.Sources[i], State: states[i]}
	}
	return all, nil
}

// Refresh has a serving server visit a source now, at most once a minute.
func (s *Server) Refresh(ctx context.Context, id feed.SourceID) error {
	return s.poller.Refresh(ctx, id)
}
