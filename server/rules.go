package server

import (
	"context"
	"fmt"

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
	change := next.announced
	var known bool
	var stored map[feed.TopicID]storage.TopicState
	topics := func(r *storage.Reader) (err error) {
		stored, err = r.Topics()
		return err
	}
	if err := s.db.View(func(r *storage.Reader) error {
		next.Generation = r.Generation()
		var err error
		if known, err = r.Announced(&change); err != nil {
			return err
		}
		return topics(r)
	}); err != nil {
		return nil, err
	}
	if known {
		s.state.Store(next)
	} else {
		next.Generation++
		change.At, change.Generation = s.now(), next.Generation
		if _, err := s.writer.wait(&change, func() { s.state.Store(next) }); err != nil {
			return nil, fmt.Errorf("adopt the configuration: %w", err)
		}
		if err := s.db.View(topics); err != nil {
			return nil, err
		}
	}
	var pending []feed.TopicID
	for _, t := range change.Hashes {
		if st := stored[t.ID]; st.Rules != t.Hash {
			pending = append(pending, t.ID)
		}
	}
	return pending, nil
}

// A rematcher matches stale visits by the configuration that the log gave. Only the
// writer's goroutine uses it.
type rematcher struct {
	s     *Server
	of    *feed.ConfigChange
	rules ruleset // of it
}

// Match is storage.Matcher's.
func (m *rematcher) Match(c *feed.ConfigChange, source feed.SourceID, e *feed.Entry) ([]feed.Match, feed.Terms, error) {
	if m.of != c {
		if st := m.s.state.Load(); st != nil && st.Generation == c.Generation {
			m.rules = st.ruleset
		} else if compiled, problems := compile(c.Topics, c.Concepts); compiled != nil {
			m.rules = compiled.over(c.Sources)
		} else {
			return nil, nil, &ConfigError{problems}
		}
		m.of = c
	}
	matches, terms := m.rules.read(source, e)
	return matches, terms, nil
}
