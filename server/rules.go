package server

import (
	"context"
	"fmt"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/storage"
)

// adopt makes a state the running one and files stored entries anew under the rules
// that changed, or leaves that to Serve. One for questions alone announces nothing.
func (s *Server) adopt(ctx context.Context, next *state) error {
	if s.o.Asking {
		return s.db.View(func(r *storage.Reader) error {
			next.Generation = r.Generation()
			s.state.Store(next)
			return nil
		})
	}
	pending, err := s.announce(next)
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

// announce makes a state the running one and returns the topics whose stored
// memberships are not in line with its rules. New rules come into force when the
// store has them, at their place in the order of changes.
func (s *Server) announce(next *state) ([]feed.TopicID, error) {
	leads := leadLanguages(next.cfg, next.hashes)
	var stored map[feed.TopicID]storage.TopicState
	topics := func(r *storage.Reader) (err error) {
		stored, err = r.Topics()
		return err
	}
	if err := s.db.View(func(r *storage.Reader) error {
		next.Generation = r.Generation()
		return topics(r)
	}); err != nil {
		return nil, err
	}
	// Terms travel in visits: those that are under way were cut under the concepts
	// before.
	old := s.state.Load()
	if announced(next.hashes, leads, stored) && next.Generation > 0 && (old == nil || old.Concepts.Hash() == next.Concepts.Hash()) {
		s.state.Store(next)
	} else {
		next.Generation++
		change := &feed.RulesChange{At: s.now(), Generation: next.Generation, Topics: next.hashes, Leads: leads}
		if _, err := s.writer.wait(change, func() { s.state.Store(next) }); err != nil {
			return nil, fmt.Errorf("adopt rules: %w", err)
		}
		if err := s.db.View(topics); err != nil {
			return nil, err
		}
	}
	var pending []feed.TopicID
	for _, t := range next.hashes {
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

// announced reports whether rules, and who leads stories under them, are those last
// announced.
func announced(rules []feed.TopicRules, leads []string, stored map[feed.TopicID]storage.TopicState) bool {
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

// beforeApply runs in the writer's goroutine ahead of each change: a visit that was
// matched under older rules is matched again.
func (s *Server) beforeApply(c feed.Change) {
	v, ok := c.(*feed.Visit)
	rules := s.state.Load()
	if !ok || v.Document == nil || v.Document.Generation == rules.Generation {
		return
	}
	for i := range v.Document.Entries {
		r := &v.Document.Entries[i]
		r.Matches, r.Terms = rules.read(v.Source, &r.Entry)
	}
	v.Document.Generation = rules.Generation
}
