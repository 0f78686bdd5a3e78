package server

import (
	"context"
	"fmt"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/server/poll"
	"topicwire/storage"
)

// adopt makes the rules of a configuration the current ones and files stored
// entries anew under those that changed, or leaves that to Serve.
func (s *Server) adopt(ctx context.Context, cfg *config.Config, m *Compiled) error {
	pending, err := s.announce(cfg, m)
	if err != nil || len(pending) == 0 {
		return err
	}
	if s.o.Later {
		s.refiles.want(pending)
		return nil
	}
	if err := s.refiles.refile(ctx, pending); err != nil {
		if ctx.Err() != nil {
			return err
		}
		// What is stored can be published as it is; the next process tries again.
		s.log.Error("stored entries not filed anew", "error", err)
	}
	return nil
}

// observe takes the rules of a configuration for this process alone.
func (s *Server) observe(cfg *config.Config, m *Compiled) error {
	return s.db.View(func(r *storage.Reader) error {
		s.rules.Store(newRuleset(cfg, m, r.Generation(), m.RulesOver(cfg.Sources)))
		return nil
	})
}

func newRuleset(cfg *config.Config, m *Compiled, generation uint64, hashes []feed.TopicRules) *ruleset {
	n := &ruleset{
		Rules:   poll.Rules{Generation: generation, Matcher: m.Matcher, Concepts: m.Concepts},
		hashes:  hashes,
		sources: make(map[feed.SourceID]*feed.Source, len(cfg.Sources)),
		topics:  make(map[feed.TopicID]*feed.Topic, len(cfg.Topics)),
	}
	for i := range cfg.Sources {
		n.sources[cfg.Sources[i].ID] = &cfg.Sources[i]
	}
	for i := range cfg.Topics {
		n.topics[cfg.Topics[i].ID] = &cfg.Topics[i]
	}
	return n
}

// announce makes rules the current ones and returns the topics whose stored
// memberships are not in line with them.
func (s *Server) announce(cfg *config.Config, m *Compiled) ([]feed.TopicID, error) {
	rules := m.RulesOver(cfg.Sources)
	leads := leadLanguages(cfg, rules)
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
	next := newRuleset(cfg, m, generation, rules)
	// Terms travel in visits: those that are under way were cut under the concepts
	// before.
	now := s.rules.Load()
	if same(rules, leads, stored) && generation > 0 && (now == nil || now.Concepts.Hash() == next.Concepts.Hash()) {
		s.rules.Store(next)
	} else {
		change := &feed.RulesChange{At: s.now(), Generation: generation + 1, Topics: rules, Leads: leads}
		before := now
		next.Generation++
		s.next.Store(next)
		done := make(chan error, 1)
		s.writer.submit(change, func(_ storage.Outcome, err error) {
			if err != nil {
				s.rules.Store(before) // ahead of whatever is applied next
			}
			done <- err
		})
		if err := <-done; err != nil {
			s.refiles.want(s.refiles.wanted()) // one under way may have seen the new rules and stopped
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

// leadLanguages are the languages whose reports lead the stories of topics, in
// the order of their rules: a topic's own where it publishes stories.
func leadLanguages(cfg *config.Config, rules []feed.TopicRules) []string {
	own := make(map[feed.TopicID]string)
	for i := range cfg.Topics {
		if t := &cfg.Topics[i]; t.Group == feed.GroupStory {
			own[t.ID] = t.Language
		}
	}
	leads := make([]string, len(rules))
	for i := range rules {
		leads[i] = own[rules[i].ID]
	}
	return leads
}

// same reports whether rules, and who leads stories under them, are those last
// announced.
func same(rules []feed.TopicRules, leads []string, stored map[feed.TopicID]storage.TopicState) bool {
	n := 0
	for _, t := range stored {
		if t.Wanted != 0 {
			n++
		}
	}
	for i, t := range rules {
		if stored[t.ID].Wanted != t.Hash || stored[t.ID].Leads != leads[i] {
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
			r.Matches, r.Terms = rules.read(c.Source, &r.Entry)
		}
		c.Document.Generation = rules.Generation
	}
}

// match finds the topics of an entry.
func (r *ruleset) match(id feed.SourceID, e *feed.Entry) []feed.Match {
	src := r.source(id)
	return r.Matcher.Match(src, e, match.Read(src, e, ""))
}

// read finds the topics of an entry, and cuts its terms under the concepts.
func (r *ruleset) read(id feed.SourceID, e *feed.Entry) ([]feed.Match, feed.Terms) {
	src := r.source(id)
	w := match.Read(src, e, "")
	return r.Matcher.Match(src, e, w), story.Terms(w, r.Concepts.Find(w))
}

// source is the configured source of an id; one that is gone has no tags.
func (r *ruleset) source(id feed.SourceID) *feed.Source {
	if src := r.sources[id]; src != nil {
		return src
	}
	return &feed.Source{ID: id}
}
