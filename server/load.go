package server

import (
	"context"
	"sync/atomic"
	"time"
)

// A load is the work of a serving process that takes processors for long, as far as those
// who read feeds meanwhile are concerned: rounds of visits, filing anew, removing what is
// old, backups and what commands ask for.
type load struct {
	under atomic.Int64  // pieces of work under way
	news  chan struct{} // holds a token where some began
}

func newLoad() *load { return &load{news: make(chan struct{}, 1)} }

// begins notes that a piece of work begins; over is to be called at its end.
func (l *load) begins() (over func()) {
	l.under.Add(1)
	l.note()
	return func() { l.under.Add(-1) }
}

// note has somebody look what is under way. It never waits.
func (l *load) note() {
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// How often is looked while there is work, after how many looks at it the process is busy,
// and how long after the last that it found it is not.
const (
	loadEvery = 25 * time.Millisecond
	loadAfter = 2
	loadRest  = 2 * time.Second
)

// run tells busy when there is work and when there is no more, until ctx ends. reading is
// how many documents are read at the moment.
func (l *load) run(ctx context.Context, reading func() int, busy func(bool)) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-l.news:
		}
		l.follow(ctx, reading, busy)
	}
}

// follow tells of one spell of work.
func (l *load) follow(ctx context.Context, reading func() int, busy func(bool)) {
	tick := time.NewTicker(loadEvery)
	defer tick.Stop()
	found, told, last := 0, false, time.Now()
	defer func() {
		if told {
			busy(false)
		}
	}()
	for time.Since(last) < loadRest {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		switch {
		case l.under.Load() > 0:
			found = loadAfter
		case reading() > 0:
			found++
		default:
			found = 0
			continue
		}
		last = time.Now()
		if found >= loadAfter && !told {
			told = true
			busy(true)
		}
	}
}
