package server

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// A quiet handler passes on what is new: of warnings and errors with one message the
// first three, and then the tenth, the hundredth and so on, until there was none for an
// hour. What goes wrong every ten seconds fills no disk.
type quiet struct {
	slog.Handler
	*repeated
}

// repeated are the messages that came lately.
type repeated struct {
	mu    sync.Mutex
	of    map[string]*repeats
	swept time.Time
}

type repeats struct {
	n    int
	last time.Time
}

// quietAfter is how many of one message are passed on at first, and quietFor after how
// long without one it is new again.
const (
	quietAfter = 3
	quietFor   = time.Hour
)

func newQuiet(h slog.Handler) slog.Handler {
	return quiet{h, &repeated{of: make(map[string]*repeats)}}
}

// Handle is slog.Handler's.
func (q quiet) Handle(ctx context.Context, r slog.Record) error {
	if r.Level < slog.LevelWarn {
		return q.Handler.Handle(ctx, r)
	}
	n := q.count(r.Message, r.Time)
	if n > quietAfter {
		if !decade(n) {
			return nil
		}
		r = r.Clone()
		r.AddAttrs(slog.Int("times", n))
	}
	return q.Handler.Handle(ctx, r)
}

func decade(n int) bool {
	for n >= 10 && n%10 == 0 {
		n /= 10
	}
	return n == 1
}

func (q quiet) count(message string, at time.Time) int {
	q.mu.Lock()
	defer q.mu.Unlock()
	if at.Sub(q.swept) > quietFor {
		q.swept = at
		for m, r := range q.of {
			if at.Sub(r.last) > quietFor {
				delete(q.of, m)
			}
		}
	}
	r := q.of[message]
	if r == nil || at.Sub(r.last) > quietFor {
		r = new(repeats)
		q.of[message] = r
	}
	r.n++
	r.last = at
	return r.n
}

// WithAttrs is slog.Handler's.
func (q quiet) WithAttrs(attrs []slog.Attr) slog.Handler {
	return quiet{q.Handler.WithAttrs(attrs), q.repeated}
}

// WithGroup is slog.Handler's.
func (q quiet) WithGroup(name string) slog.Handler {
	return quiet{q.Handler.WithGroup(name), q.repeated}
}
