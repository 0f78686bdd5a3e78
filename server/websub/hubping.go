package websub

import "topicwire/feed"

// enlist has the hubs elsewhere told of everything that is published from here on, and of
// nothing that is not. A wish for them is a subscription of ours like any other: what was
// told last is stored, so that they are told of each change once it is there, restart or
// not, and only of changes.
func (h *Hub) enlist() {
	if len(h.o.Hubs) == 0 {
		return
	}
	paths := make(map[string]bool)
	for _, path := range h.o.Paths() {
		paths[path] = true
	}
	h.mu.Lock()
	for wish, r := range h.wishes {
		if wish.Ping && !paths[wish.Path] {
			h.finish(r)
		}
	}
	var leases []*feed.Subscribing
	now := h.now()
	for path := range paths {
		for _, hub := range h.o.Hubs {
			wish := feed.Wish{Path: path, Callback: hub, Ping: true}
			if h.wishes[wish] != nil || h.leasing[wish] {
				continue
			}
			if v := h.current(&carried{path: path}); v != nil {
				leases = append(leases, &feed.Subscribing{At: now, Wish: wish, Delivered: v.hash})
			}
		}
	}
	h.mu.Unlock()
	for _, l := range leases {
		h.lease(l)
	}
}
