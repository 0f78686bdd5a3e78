package server

import (
	"context"
	"fmt"
	"time"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/server/poll"
	"topicwire/storage"
)

// adopt makes the rules of a configuration the current ones and files stored
// entries anew under those that changed.
func (s *Server) adopt(ctx context.Context, cfg *config.Config, m *match.Matcher) error {
	pending, err := s.announce(cfg, m)
	if err != nil || len(pending) == 0 {
		return err
	}
	if err := s.refile(ctx, pending); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// What is stored can be published as it is; a serving process tries again.
		s.log.Error("stored entries not filed anew", "error", err)
		s.pending = pending
	}
	return nil
}

// retryRefiling files stored entries anew where that failed before.
func (s *Server) retryRefiling(ctx context.Context) {
	if len(s.pending) == 0 {
		return
	}
	if err := s.refile(ctx, s.pending); err != nil {
		s.log.Debug("stored entries not filed anew", "error", err)
		return
	}
	s.edits.touch(s.pending)
	s.pending = nil
	s.log.Info("stored entries filed anew")
}

// announce makes rules the current ones and returns the topics whose stored
// memberships are not in line with them.
func (s *Server) announce(cfg *config.Config, m *match.Matcher) ([]feed.TopicID, error) {
	rules := m.Rules()
	var generation uint64
	var stored map[feed.TopicID]storage.TopicState
	read := func() error {
		return s.db.View(func(r *storage.Reader) (err error) {
			generation = r.Generation()
			stored, err = r.Topics()
			return err
		})
	}
	if err := read(); err != nil {
		return nil, err
	}
	next := &ruleset{sources: make(map[feed.SourceID]*feed.Source, len(cfg.Sources))}
	for i := range cfg.Sources {
		next.sources[cfg.Sources[i].ID] = &cfg.Sources[i]
	}
	if same(rules, stored) && generation > 0 {
		next.Rules = poll.Rules{Generation: generation, Matcher: m}
		s.rules.Store(next)
	} else {
		next.Rules = poll.Rules{Generation: generation + 1, Matcher: m}
		change := &feed.RulesChange{At: s.now(), Generation: generation + 1, Topics: rules}
		before := s.rules.Load()
		s.next.Store(next)
		if err := s.writer.do(change); err != nil {
			s.rules.Store(before)
			return nil, fmt.Errorf("adopt rules: %w", err)
		}
		if err := read(); err != nil {
			return nil, err
		}
	}
	var pending []feed.TopicID
	for _, t := range rules {
		if st := stored[t.ID]; st.Rules != t.Hash {
			pending = append(pending, t.ID)
		}
	}
	return pending, nil
}

// same reports whether rules are those last announced.
func same(rules []feed.TopicRules, stored map[feed.TopicID]storage.TopicState) bool {
	n := 0
	for _, t := range stored {
		if t.Wanted != 0 {
			n++
		}
	}
	for _, t := range rules {
		if stored[t.ID].Wanted != t.Hash {
			return false
		}
	}
	return n == len(rules)
}

// beforeApply runs in the writer's goroutine ahead of each change. New rules
// become the current ones exactly at their place in the order of changes, and a
// visit that was matched under older ones is matched again.
func (s *Server) beforeApply(c feed.Change) {
	switch c := c.(type) {
	case *feed.RulesChange:
		if next := s.next.Load(); next != nil && next.Generation == c.Generation {
			s.rules.Store(next)
		}
	case *feed.Visit:
		rules := s.rules.Load()
		if c.Document == nil || c.Document.Generation == rules.Generation {
			return
		}
		for i := range c.Document.Entries {
			r := &c.Document.Entries[i]
			r.Matches = rules.match(c.Source, &r.Entry)
		}
		c.Document.Generation = rules.Generation
	}
}

// match finds the topics of an entry.
func (r *ruleset) match(id feed.SourceID, e *feed.Entry) []feed.Match {
	src := r.source(id)
	return r.Matcher.Match(src, e, match.Read(src, e, ""))
}

// source is the configured source of an id; one that is gone has no tags.
func (r *ruleset) source(id feed.SourceID) *feed.Source {
	if src := r.sources[id]; src != nil {
		return src
	}
	return &feed.Source{ID: id}
}

// refileStep is how many entries are filed anew in one change: few enough that
// visits do not wait for long.
const refileStep = 500

// refile brings the memberships of all stored entries in line with the current
// rules of some topics, step by step.
func (s *Server) refile(ctx context.Context, topics []feed.TopicID) error {
	rules := s.rules.Load()
	wanted := make(map[feed.TopicID]bool, len(topics))
	backfill := make([]time.Duration, len(topics))
	cfg := s.cfg.Load()
	for i, id := range topics {
		wanted[id] = true
		backfill[i] = feed.DefaultBackfill
		for k := range cfg.Topics {
			if cfg.Topics[k].ID == id {
				backfill[i] = cfg.Topics[k].Backfill
			}
		}
	}
	for from := feed.EntryKey(1); ; {
		var batch []feed.StoredEntry
		err := s.db.View(func(r *storage.Reader) error {
			return r.Entries(from, func(e feed.StoredEntry) bool {
				batch = append(batch, e)
				return len(batch) < refileStep
			})
		})
		if err != nil {
			return fmt.Errorf("file anew: %w", err)
		}
		step := &feed.Refiling{At: s.now(), Generation: rules.Generation, Topics: topics, Backfill: backfill, Done: len(batch) < refileStep}
		for i := range batch {
			em := feed.EntryMatches{Entry: batch[i].Key}
			for _, m := range rules.match(batch[i].Source, &batch[i].Entry) {
				if wanted[m.Topic] {
					em.Matches = append(em.Matches, m)
				}
			}
			step.Entries = append(step.Entries, em)
		}
		if err := context.Cause(ctx); err != nil {
			return err
		}
		if err := s.writer.do(step); err != nil {
			return fmt.Errorf("file anew: %w", err)
		}
		if step.Done || s.rules.Load() != rules {
			return nil // done, or newer rules have a refiling of their own
		}
		from = batch[len(batch)-1].Key + 1
	}
}
