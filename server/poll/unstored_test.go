package poll

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// A store that refuses a visit gets it again until it takes it; meanwhile nobody
// is visited, and nobody is asked twice.
func TestRefusedVisitsAreStoredLater(t *testing.T) {
	w := newWorld(t, "/a", "/b")
	w.answer = tagged(`"1"`, item("1", "security"))
	w.src.Interval = 24 * time.Hour // neither is due again by the time it is stored
	var full atomic.Bool
	full.Store(true)
	submit := w.poll.o.Submit
	w.poll.o.Submit = func(c feed.Change, done func(storage.Outcome, error)) {
		if _, visit := c.(*feed.Visit); visit && full.Load() {
			done(storage.Outcome{}, errors.New("no space left on device"))
			return
		}
		submit(c, done)
	}
	refused := make(chan error, 10)
	w.poll.o.Failed = func(err error) { refused <- err }
	reported := make(chan Report, 10)
	w.poll.o.Report = func(r Report) { reported <- r }
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	<-refused
	full.Store(false)
	// The clock moves on; an update wakes the loop, which waits in real time.
	w.pass(90 * time.Minute)
	stored := w.clock()
	w.poll.Update(w.src)
	for range 2 {
		if r := <-reported; r.Status != OK || r.New != 1 {
			t.Errorf("%+v", r)
		}
	}
	cancel()
	<-ended
	// It is of the time at which it is stored: older than what others filed by then, it
	// would say that their clock was wrong.
	if s := w.state("/a"); !s.Visited.Equal(stored) {
		t.Errorf("visited %s, stored %s", s.Visited, stored)
	}
	if len(w.log) != 2 {
		t.Errorf("%d requests, want one a source", len(w.log))
	}
}
