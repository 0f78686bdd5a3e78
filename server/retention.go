package server

import (
	"context"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// retentionEvery is how often old entries are looked for, and retentionStep how
// many are looked at in one change.
const (
	retentionEvery = time.Hour
	retentionStep  = 4000
)

// retain removes entries that are older than storage.keep, step by step, so that
// visits do not wait for long.
func (s *Server) retain(ctx context.Context) error {
	keep := s.state.Load().cfg.Storage.Keep
	if keep <= 0 {
		return nil
	}
	now := s.now()
	before := now.Add(-keep)
	due := false // a pass that finds nothing would still write
	err := s.db.View(func(r *storage.Reader) error {
		return r.Entries(1, func(e feed.StoredEntry) bool {
			due = e.Seen.Before(before)
			return false
		})
	})
	if err != nil || !due {
		return err
	}
	defer s.load.begins()()
	removed := 0
	work := s.works.begin(feed.WorkRetention)
	defer work.end()
	for from := feed.EntryKey(1); from != 0; {
		if err := context.Cause(ctx); err != nil {
			return err
		}
		out, err := s.apply(&feed.Retention{At: now, Before: before, From: from, Limit: retentionStep})
		if err != nil {
			return err
		}
		removed += out.Removed
		from = out.Next
		work.at(int64(removed), 0)
	}
	if removed > 0 {
		s.log.Info("old entries removed", "entries", removed, "keep", keep)
	}
	return nil
}

// retention runs retain until ctx ends.
func (s *Server) retention(ctx context.Context) error {
	tick := time.NewTicker(retentionEvery)
	defer tick.Stop()
	for {
		if err := s.retain(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("old entries not removed", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
