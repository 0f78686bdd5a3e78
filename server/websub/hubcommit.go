package websub

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// sweepEvery is how often leases are looked at whose end has come.
const sweepEvery = time.Minute

func (r *recipient) expired(now time.Time) bool { return !r.Until.IsZero() && !r.Until.After(now) }

// finish forgets a subscription, and has it removed from the store. The caller holds mu.
func (h *Hub) finish(r *recipient) {
	h.remove(r)
	h.ended[r.Key] = r.Wish
}

// sweep ends leases whose time is over.
func (h *Hub) sweep() {
	h.mu.Lock()
	defer h.mu.Unlock()
	now := h.now()
	if now.Sub(h.swept) < sweepEvery && now.After(h.swept) {
		return
	}
	h.swept = now
	for _, r := range h.keys {
		if r.expired(now) {
			h.log.Info("a subscription has run out", "host", r.host, "path", r.Path)
			h.finish(r)
		}
	}
}

// commit has stored what happened since the last time, in one change for deliveries and
// one for ends. The channel is closed when that is done, or was not possible: then it is
// tried again the next time. One commit is under way at a time, and is returned.
func (h *Hub) commit() <-chan struct{} {
	h.mu.Lock()
	if h.committing != nil {
		defer h.mu.Unlock()
		return h.committing
	}
	outcomes, ended := h.take()
	done := make(chan struct{})
	if len(outcomes)+len(ended) == 0 {
		h.mu.Unlock()
		close(done)
		return done
	}
	h.committing = done
	h.mu.Unlock()
	var all sync.WaitGroup
	submit := func(c feed.Change, failed func()) {
		all.Add(1)
		h.o.Submit(c, func(_ storage.Outcome, err error) {
			defer all.Done()
			h.mu.Lock()
			defer h.mu.Unlock()
			if err != nil {
				if failed(); !h.refused {
					h.log.Error("what was delivered is not stored; it is tried again", "error", err)
				}
			}
			h.refused = err != nil
		})
	}
	if len(outcomes) > 0 {
		submit(&feed.Delivery{At: h.now(), Outcomes: outcomes}, func() { h.putBack(outcomes) })
	}
	if len(ended) > 0 {
		submit(&feed.Unsubscribing{At: h.now(), Subscriptions: slices.Sorted(maps.Keys(ended))}, func() {
			for k, wish := range ended {
				if h.keys[k] == nil {
					h.ended[k] = wish
				}
			}
		})
	}
	go func() {
		all.Wait()
		h.mu.Lock()
		h.committing = nil
		h.mu.Unlock()
		close(done)
	}()
	return done
}

// take is what is to be stored. An end waits while the same wish is on its way into the
// store as a new lease. The caller holds mu.
func (h *Hub) take() ([]feed.DeliveryOutcome, map[feed.SubscriptionKey]feed.Wish) {
	outcomes := slices.SortedFunc(maps.Values(h.outcomes), func(a, b feed.DeliveryOutcome) int {
		return cmp.Compare(a.Subscription, b.Subscription)
	})
	clear(h.outcomes)
	ended := make(map[feed.SubscriptionKey]feed.Wish)
	for k, wish := range h.ended {
		if !h.leasing[wish] {
			ended[k] = wish
			delete(h.ended, k)
		}
	}
	return outcomes, ended
}

// putBack keeps outcomes that could not be stored, unless there are newer ones. The
// caller holds mu.
func (h *Hub) putBack(outcomes []feed.DeliveryOutcome) {
	for _, o := range outcomes {
		if _, newer := h.outcomes[o.Subscription]; !newer && h.keys[o.Subscription] != nil {
			h.outcomes[o.Subscription] = o
		}
	}
}

// lease begins or renews a subscription. The channel is closed when that is done, or was
// not possible.
func (h *Hub) lease(l *feed.Subscribing) <-chan struct{} {
	done := make(chan struct{})
	h.mu.Lock()
	h.leasing[l.Wish] = true
	h.mu.Unlock()
	h.o.Submit(l, func(o storage.Outcome, err error) {
		defer close(done)
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.leasing, l.Wish)
		if err != nil {
			h.log.Error("a subscription is not stored", "host", hostOf(l.Callback), "path", l.Path, "error", err)
			return
		}
		h.leased(l, o.Subscription)
		h.begin()
	})
	return done
}

// leased notes a lease that is stored. The caller holds mu.
func (h *Hub) leased(l *feed.Subscribing, key feed.SubscriptionKey) {
	delete(h.ended, key) // it answered 410, and came back before that was stored
	r := h.keys[key]
	if r == nil {
		r = h.add(feed.Subscription{Key: key, Wish: l.Wish, Secret: l.Secret, Until: l.Until, Delivered: l.Delivered})
	} else {
		r.Secret, r.Until, r.Failures, r.Next = l.Secret, l.Until, 0, time.Time{}
		delete(h.failing, r)
		if o, waits := h.outcomes[key]; waits {
			o.Failures, o.Next = 0, time.Time{}
			h.outcomes[key] = o
		}
	}
	h.refresh(r.of)
	h.consider(r)
}
