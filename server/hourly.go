package server

import (
	"cmp"
	"context"
	"sync"
	"time"

	"topicwire/server/poll"
)

// An hourly says once an hour what visits brought, in place of a line for each.
type hourly struct {
	every time.Duration // 0 for an hour
	mu    sync.Mutex
	n     map[poll.Status]int
	// What they and hubs brought.
	fresh, updated, past int
}

func (h *hourly) visited(r poll.Report) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.n == nil {
		h.n = make(map[poll.Status]int)
	}
	h.n[r.Status]++
	h.fresh += r.New
	h.updated += r.Updated
	h.past += r.Past
}

// take is what there is to log of the time since it was last asked, nil for nothing.
func (h *hourly) take() []any {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.n) == 0 {
		return nil
	}
	line := []any{"ok", h.n[poll.OK], "unchanged", h.n[poll.Unchanged], "failed", h.n[poll.Failed], "pushed", h.n[poll.ByHub], "new", h.fresh, "updated", h.updated}
	if h.past > 0 {
		line = append(line, "past", h.past)
	}
	h.n, h.fresh, h.updated, h.past = nil, 0, 0, 0
	return line
}

// sayHourly logs what visits brought until ctx ends.
func (s *Server) sayHourly(ctx context.Context) error {
	tick := time.NewTicker(cmp.Or(s.hourly.every, time.Hour))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if line := s.hourly.take(); line != nil {
				s.log.Info("visits of an hour", line...)
			}
		}
	}
}
