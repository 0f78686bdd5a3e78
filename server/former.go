package server

import (
	"maps"
	"slices"

	"topicwire/feed"
	"topicwire/server/web"
	"topicwire/storage"
)

// showTopics tells the site the topics of a state that is in force, as the store knows
// them, and those that were published once and are no more.
func (s *Server) showTopics(site *web.Site, st *state) {
	var stored map[feed.TopicID]storage.TopicState
	if err := s.db.View(func(r *storage.Reader) (err error) {
		stored, err = r.Topics()
		return err
	}); err != nil {
		// What is published says so too, and tries again.
		s.log.Error("former topics not read", "error", err)
	}
	topics := st.published()
	for i := range topics {
		topics[i].KnownAs = stored[topics[i].ID].KnownAs
	}
	site.SetTopics(topics, st.closed(stored)...)
}

// closed are the topics that readers could have once, with something in them, and that
// no configured topic is or was: their addresses are gone, not just unknown.
func (n *state) closed(stored map[feed.TopicID]storage.TopicState) []feed.TopicID {
	had := make(map[feed.TopicID]bool)
	for i := range n.cfg.Topics {
		had[n.cfg.Topics[i].ID] = true
		for _, id := range n.cfg.Topics[i].Was {
			had[id] = true
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(stored)), func(id feed.TopicID) bool {
		t := stored[id]
		return had[id] || id == feed.AllTopics || !t.Opened || t.Changed.IsZero()
	})
}
