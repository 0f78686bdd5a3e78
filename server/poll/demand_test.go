package poll

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// started is a world with a run that has made its first visit, to the first path.
func started(t *testing.T, answer http.HandlerFunc, paths ...string) (w *world, stop func() error) {
	t.Helper()
	w = newWorld(t, paths...)
	w.answer = answer
	first := make(chan struct{}, 100)
	w.poll.o.Report = func(Report) { first <- struct{}{} }
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	<-first
	stop = func() error { cancel(); return <-ended }
	return w, stop
}

func (w *world) demand(all bool) map[feed.SourceID]Report {
	w.t.Helper()
	got := map[feed.SourceID]Report{}
	err := w.poll.Demand(w.t.Context(), all, func(r Report) {
		if _, twice := got[r.Source]; twice {
			w.t.Errorf("%s is reported twice", r.Source)
		}
		got[r.Source] = r
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return got
}

func (w *world) requests() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.log)
}

func TestARunCarriesOutADemand(t *testing.T) {
	w, stop := started(t, tagged(`"1"`, item("1", "x")), "/a", "/b", "/c")
	defer stop()
	// The clock stands: of those that are due at the start the run has visited
	// one, and spreads the others.
	got := w.demand(false)
	if len(got) != 3 || got[w.id("/a")].Status != Skipped || got[w.id("/b")].Status != OK || got[w.id("/c")].Status != OK {
		t.Errorf("what is due: %+v", got)
	}
	if a := got[w.id("/a")]; a.HTTP != 200 || a.Entries != 1 {
		t.Errorf("what is not due says what is known: %+v", a)
	}
	got = w.demand(true)
	for _, p := range []string{"/a", "/b", "/c"} {
		if got[w.id(p)].Status != Unchanged || got[w.id(p)].HTTP != 304 {
			t.Errorf("%s of all, at once after its last visit: %+v", p, got[w.id(p)])
		}
	}
	if n := w.requests(); n != 6 {
		t.Errorf("%d requests, want 6", n)
	}
	if got := w.demand(false); len(got) != 3 || got[w.id("/b")].Status != Skipped {
		t.Errorf("nothing is due: %+v", got)
	}
	if w.most != 1 {
		t.Errorf("%d requests to one host at once", w.most)
	}
}

func TestADemandObeysRetryAfter(t *testing.T) {
	w, stop := started(t, tagged(`"1"`, item("1", "x")), "/a", "/b")
	defer stop()
	w.mu.Lock()
	w.answer = func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Retry-After", "3600")
		rw.WriteHeader(http.StatusTooManyRequests)
	}
	w.mu.Unlock()
	got := w.demand(true)
	failed, held := 0, 0
	for _, r := range got {
		if r.Status == Failed {
			failed++
		}
		if r.Status == Skipped && strings.Contains(r.Error, "left alone") {
			held++
		}
	}
	if failed != 1 || held != 1 || w.requests() != 2 {
		t.Errorf("one asks, its neighbour waits: %+v, %d requests", got, w.requests())
	}
	for _, r := range w.demand(true) {
		if r.Status != Skipped || !strings.Contains(r.Error, "left alone") {
			t.Errorf("before Retry-After: %+v", r)
		}
	}
	if w.requests() != 2 {
		t.Errorf("%d requests, want 2", w.requests())
	}
}

func TestADemandEndsWithItsAskerAndWithTheRun(t *testing.T) {
	asked, release := make(chan struct{}, 10), make(chan struct{})
	var held atomic.Bool
	w, stop := started(t, func(rw http.ResponseWriter, r *http.Request) {
		if held.Load() {
			asked <- struct{}{}
			<-release
		}
		tagged(`"1"`, item("1", "x"))(rw, r)
	}, "/a", "/b")
	defer close(release)
	w.demand(false) // both were visited, and neither is due
	w.pass(2 * refreshGap)
	held.Store(true)
	if err := w.poll.Refresh(t.Context(), w.id("/a")); err != nil {
		t.Fatal(err)
	}
	<-asked

	// The visit under way counts for who asks now.
	demand := func(ctx context.Context) (begun chan struct{}, end chan error) {
		begun, end = make(chan struct{}, 10), make(chan error, 1)
		go func() { end <- w.poll.Demand(ctx, false, func(Report) { begun <- struct{}{} }) }()
		<-begun // that /b is not due
		return begun, end
	}
	ctx, cancel := context.WithCancel(t.Context())
	_, end := demand(ctx)
	cancel()
	if err := <-end; !errors.Is(err, context.Canceled) {
		t.Errorf("a demand whose asker left: %v", err)
	}
	begun, end := demand(t.Context())
	_ = stop()
	if err := <-end; err != nil && !errors.Is(err, ErrStopped) || err == nil && len(begun) == 0 {
		t.Errorf("a demand of a run that ends: %v", err)
	}
}

// A source that leaves the configuration is waited for no longer.
func TestADemandForgetsWhatIsGone(t *testing.T) {
	w, stop := started(t, tagged(`"1"`, item("1", "x")), "/a", "/b")
	defer stop()
	l := &loop{p: w.poll, set: newSet(w.src), queued: map[feed.SourceID]bool{}, hosts: map[string]*host{}, moved: map[feed.SourceID]string{}}
	d := &demand{want: map[feed.SourceID]bool{w.id("/b"): true}, mailbox: newMailbox[told]()}
	l.demands = []*demand{d}
	next := w.src
	next.List = w.src.List[:1]
	if err := l.update(next); err != nil {
		t.Fatal(err)
	}
	if got := d.take(); len(got) != 1 || !got[0].over || got[0].err != nil {
		t.Errorf("told %+v, want that it is over", got)
	}
}

// Where the store takes no claim, who asked is told of all sources at once, not of a few
// with each attempt.
func TestADemandDoesNotWaitForTheDisk(t *testing.T) {
	paths := []string{"/a", "/b", "/c", "/d", "/e", "/f"}
	w := newWorld(t, paths...)
	w.answer = tagged(`"1"`, item("1", "x"))
	submit := w.poll.o.Submit
	var full atomic.Bool
	w.poll.o.Submit = func(c feed.Change, done func(storage.Outcome, error)) {
		if _, claim := c.(*feed.Claim); claim && full.Load() {
			done(storage.Outcome{}, errors.New("no space left on device"))
			return
		}
		submit(c, done)
	}
	w.poll.o.Failed = func(error) {}
	if err := w.poll.Round(t.Context(), w.src, true); err != nil {
		t.Fatal(err)
	}
	full.Store(true)
	// A run that has not visited anybody claims one source at a time.
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.poll.Run(ctx, w.src) }()
	defer func() { cancel(); <-ended }()
	patience, stop := context.WithTimeout(t.Context(), 30*time.Second)
	defer stop()
	told := map[feed.SourceID]bool{}
	err := w.poll.Demand(patience, true, func(r Report) {
		told[r.Source] = true
		if r.Status != Failed || r.Error != "no space left on device" {
			t.Errorf("%+v", r)
		}
	})
	if err != nil || len(told) != len(paths) {
		t.Errorf("%d of %d sources are told of: %v", len(told), len(paths), err)
	}
}
