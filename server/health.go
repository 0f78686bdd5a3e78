package server

import (
	"context"

	"topicwire/feed"
	"topicwire/storage"
)

// Health is every configured source with its state, in the order of the
// configuration.
func (s *Server) Health() ([]feed.Health, error) {
	cfg := s.cfg.Load()
	all := make([]feed.Health, len(cfg.Sources))
	err := s.db.View(func(r *storage.Reader) error {
		for i := range cfg.Sources {
			st, err := r.Source(cfg.Sources[i].ID)
			if err != nil {
				return err
			}
			all[i] = feed.Health{Source: cfg.Sources[i], State: st}
		}
		return nil
	})
	return all, err
}

// Refresh has a serving server visit a source now, at most once a minute.
func (s *Server) Refresh(ctx context.Context, id feed.SourceID) error {
	return s.poller.Refresh(ctx, id)
}
