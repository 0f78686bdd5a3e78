package server

import (
	"context"
	"math/rand/v2"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/server/poll"
	"topicwire/server/websub"
	"topicwire/storage"
)

// newSubscriber is what talks to the hubs of sources, with the leases that are stored.
func (s *Server) newSubscriber(publicURL string) (*websub.Subscriber, error) {
	return websub.NewSubscriber(websub.SubscriberOptions{
		Store: s.db,
		Apply: func(c feed.Change) error {
			_, err := s.apply(c)
			return err
		},
		URL:    publicURL,
		Client: func() *fetch.Client { return s.state.Load().client },
		Push: func(ctx context.Context, d websub.Delivery, done func(error)) error {
			return s.poller.Push(ctx, poll.Pushed(d), done)
		},
		Memory: s.memory,
		Lapsed: s.poller.Lapsed,
		Random: rand.Float64, Now: s.o.Now, Log: s.log,
	})
}

// subscribe says which sources are to be pushed by their hubs.
func (s *Server) subscribe(st *state) {
	s.subscriber.Load().Update(st.cfg.Subscribes(), st.asked())
}

// pushed reports whether a hub pushes what is new of a source. To a process that does
// not serve nobody pushes.
func (s *Server) pushed(id feed.SourceID) bool {
	sub := s.subscriber.Load()
	return sub != nil && sub.Pushed(id)
}

func (s *Server) advertised(id feed.SourceID, a feed.Advert) {
	if sub := s.subscriber.Load(); sub != nil {
		sub.Advertised(id, a)
	}
}

// leases are those that count, by source: of several of one source the one that is not
// being given up.
func leases(r *storage.Reader) (map[feed.SourceID]*feed.Lease, error) {
	all, err := r.Leases()
	byID := make(map[feed.SourceID]*feed.Lease, len(all))
	for i := range all {
		if l := &all[i]; l.State != feed.LeaseLeaving {
			byID[l.Source] = l
		}
	}
	return byID, err
}
