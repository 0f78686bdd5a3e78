package websub

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// settle brings the leases in line with what is wanted.
func (s *Subscriber) settle() error {
	s.mu.Lock()
	touched, anew, missed := s.touched, s.anew, s.missed
	s.touched, s.anew, s.missed = make(map[feed.SourceID]bool), false, make(map[string]bool)
	s.mu.Unlock()
	err := s.settleAll(touched, anew, missed)
	if err != nil { // to be looked at again
		s.mu.Lock()
		maps.Copy(s.touched, touched)
		maps.Copy(s.missed, missed)
		s.anew = s.anew || anew
		s.mu.Unlock()
	}
	return err
}

func (s *Subscriber) settleAll(touched map[feed.SourceID]bool, anew bool, missed map[string]bool) error {
	if anew {
		if err := s.readAdverts(); err != nil {
			return err
		}
		s.mu.Lock()
		for id := range s.wanted {
			touched[id] = true
		}
		for id := range s.current {
			touched[id] = true
		}
		s.mu.Unlock()
	}
	for _, id := range slices.Sorted(maps.Keys(touched)) {
		if err := s.settleSource(id); err != nil {
			return err
		}
	}
	for _, token := range slices.Sorted(maps.Keys(missed)) {
		if changed, err := s.change(token, func(l *feed.Lease) bool {
			was := l.Missed
			l.Missed = true
			return !was
		}); err != nil {
			return err
		} else if l := s.lease(token); changed && l != nil {
			s.log.Warn("a hub did not push what a visit found; the source is polled as others are", "source", sourceOf(l), "hub", l.HubHost())
		}
	}
	return nil
}

// readAdverts learns what sources said of their hubs before this process began. That
// none is stored means nothing: a web page is no feed and has a hub all the same.
func (s *Subscriber) readAdverts() error {
	s.mu.Lock()
	var ids []feed.SourceID
	for id := range s.wanted {
		if _, known := s.adverts[id]; !known {
			ids = append(ids, id)
		}
	}
	for id := range s.adverts {
		if !s.wanted[id] {
			delete(s.adverts, id)
		}
	}
	s.mu.Unlock()
	found := make(map[feed.SourceID]feed.Advert)
	if err := s.o.Store.View(func(r *storage.Reader) error {
		for _, id := range ids {
			st, err := r.Source(id)
			if err != nil {
				return err
			}
			if st.Meta.Hub != "" && st.Meta.Self != "" {
				found[id] = feed.Advert{Hub: st.Meta.Hub, Topic: st.Meta.Self}
			}
		}
		return nil
	}); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for id, a := range found {
		if _, known := s.adverts[id]; !known {
			s.adverts[id] = a
		}
	}
	return nil
}

// settleSource gives up the lease of a source that is not, or not so, to be pushed, and
// notes one that is to be asked for.
func (s *Subscriber) settleSource(id feed.SourceID) error {
	s.mu.Lock()
	a, known := s.adverts[id]
	wanted, l := s.wanted[id], s.leases[s.current[id]]
	s.mu.Unlock()
	s.fresh = slices.DeleteFunc(s.fresh, func(f feed.SourceID) bool { return f == id })
	if l != nil {
		moved := l.Callback != s.callback(l.Token)
		if !known { // by what the lease is of, until a visit tells
			a = feed.Advert{Hub: l.Hub, Topic: l.Topic}
			s.mu.Lock()
			s.adverts[id] = a
			s.mu.Unlock()
		}
		if wanted && !moved && a == (feed.Advert{Hub: l.Hub, Topic: l.Topic}) {
			return nil
		}
		if _, err := s.change(l.Token, func(l *feed.Lease) bool { s.left(l); return true }); err != nil {
			return err
		}
	}
	if wanted && a.Hub != "" && a.Topic != "" {
		s.fresh = append(s.fresh, id)
	}
	return nil
}

func (s *Subscriber) advert(id feed.SourceID) feed.Advert {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.adverts[id]
}

// wants reports whether a source is still to be subscribed to.
func (s *Subscriber) wants(id feed.SourceID, a feed.Advert) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.wanted[id] && s.current[id] == "" && a.Hub != ""
}

// due ends leases whose time is over, and is the lease that waits longest for something
// to be done; nil where there is none, with the time when there may be one.
func (s *Subscriber) due(now time.Time) (first *feed.Lease, next time.Time, err error) {
	s.mu.Lock()
	all := slices.Collect(maps.Values(s.leases))
	s.mu.Unlock()
	slices.SortFunc(all, func(a, b *feed.Lease) int {
		return cmp.Or(a.Next.Compare(b.Next), cmp.Compare(a.Token, b.Token))
	})
	for _, l := range all {
		at := l.Next
		if l.State == feed.LeaseActive {
			if !now.Before(l.Until) {
				if _, err := s.change(l.Token, func(l *feed.Lease) bool {
					over := l.State == feed.LeaseActive && !now.Before(l.Until)
					if over {
						s.lapsed(l)
					}
					return over
				}); err != nil {
					return nil, next, err
				}
				if l = s.lease(l.Token); l == nil {
					continue
				}
				at = l.Next
			} else {
				next = earlier(next, l.Until)
			}
		}
		if held := s.held[hostOfHub(l.Hub)]; held.After(at) && !l.Pending {
			at = held
		}
		if at.After(now) {
			next = earlier(next, at)
		} else if first == nil {
			first = l
		}
	}
	return first, next, nil
}

// begin asks for a new lease.
func (s *Subscriber) begin(ctx context.Context, id feed.SourceID, a feed.Advert) error {
	l := s.newLease(id, a)
	l.Pending, l.Next = true, s.now().Add(confirmWait)
	s.turn.Lock()
	err := s.put(nil, l) // before the request: the hub may ask back at once
	s.turn.Unlock()
	if err != nil {
		s.fresh = append(s.fresh, id)
		return err
	}
	return s.ask(ctx, l)
}

// attend does what is due for a lease.
func (s *Subscriber) attend(ctx context.Context, l *feed.Lease) error {
	leaving, ask := false, false
	changed, err := s.change(l.Token, func(l *feed.Lease) bool {
		leaving = l.State == feed.LeaseLeaving
		switch {
		case l.Pending:
			s.failed(l, "it did not confirm what it was asked")
			return true
		case leaving && (l.Failures >= leaveTries || !s.now().Before(l.Until)):
			l.State = feed.LeaseGone // the hub will find out
			return true
		case l.State == feed.LeaseDenied:
			l.State = feed.LeaseAsked
		}
		l.Pending, l.Next, ask = true, s.now().Add(confirmWait), true
		return true
	})
	if err != nil || !changed || !ask {
		return err
	}
	if l = s.lease(l.Token); l == nil {
		return nil
	}
	return s.ask(ctx, l)
}

// ask sends the request of a lease, and notes where it comes to nothing.
func (s *Subscriber) ask(ctx context.Context, l *feed.Lease) error {
	mode := modeSubscribe
	if l.State == feed.LeaseLeaving {
		mode = modeUnsubscribe
	}
	why, silent := s.send(ctx, l, mode)
	if silent {
		s.held[hostOfHub(l.Hub)] = s.now().Add(silentHubFor)
	}
	if why == "" || ctx.Err() != nil {
		return nil
	}
	s.log.Warn("a hub was asked in vain", "source", sourceOf(l), "hub", l.HubHost(), "mode", mode, "error", why)
	_, err := s.change(l.Token, func(l *feed.Lease) bool {
		if !l.Pending {
			return false // it confirmed, or denied, all the same
		}
		s.failed(l, why)
		return true
	})
	return err
}
