package poll

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

// dying has the process end before the results of its visits are stored, while dead
// says so.
func (w *world) dying(dead *bool) {
	submit := w.poll.o.Submit
	w.poll.o.Submit = func(c feed.Change, done func(storage.Outcome, error)) {
		if _, visit := c.(*feed.Visit); visit && *dead {
			done(storage.Outcome{}, errors.New("the process has died"))
			return
		}
		submit(c, done)
	}
}

// start is a round that may die.
func (w *world) start() { _ = w.poll.Round(context.Background(), w.src, false) }

// A source whose visit was begun when the process died may have been asked: it is not
// asked again for a quarter of an hour, and need not wait its interval either.
func TestAVisitThatNobodyHeardOf(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"1"`, item("1", "x"))
	w.poll.o.Random = func() float64 { return .5 }
	dead := true
	w.dying(&dead)
	w.start()
	dead = false
	for range 30 { // a start each minute
		w.pass(time.Minute)
		w.round(false)
	}
	if len(w.log) != 2 {
		t.Fatalf("%d requests, want another one and no more", len(w.log))
	}
	if gap := w.log[1].when.Sub(w.log[0].when); gap < 15*time.Minute || gap > 17*time.Minute {
		t.Errorf("asked again after %s", gap)
	}
	if wait := w.state("/a").Next.Sub(w.log[1].when); wait < time.Hour {
		t.Errorf("due again %s after the visit that was stored", wait)
	}
}

// A process that dies over and over asks nobody more often than one that lives.
func TestAProcessThatDiesOverAndOver(t *testing.T) {
	w := newWorld(t, "/a")
	w.answer = tagged(`"1"`, item("1", "x"))
	dead := true
	w.dying(&dead)
	for range 24 * 60 {
		w.start()
		w.pass(time.Minute)
	}
	if len(w.log) < 20 {
		t.Errorf("%d requests in a day", len(w.log))
	}
	for i := 2; i < len(w.log); i++ {
		if gap := w.log[i].when.Sub(w.log[i-1].when); gap < time.Hour {
			t.Errorf("asked again after %s", gap)
		}
	}
}

// A source that fails is asked no sooner because the process died.
func TestWhoFailsWaitsAsLongWhenNobodyHears(t *testing.T) {
	for _, tt := range []struct {
		status   int
		failures int
		least    time.Duration
	}{{500, 1, time.Hour}, {500, 4, 8 * time.Hour}, {429, 1, 4 * time.Hour}, {410, 1, 7 * day}} {
		w := newWorld(t, "/a")
		w.answer = func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(tt.status) }
		dead := false
		w.dying(&dead)
		for range tt.failures {
			w.round(false)
			w.now = w.state("/a").Next
		}
		dead = true
		w.start()
		if s := w.state("/a"); len(w.log) != tt.failures+1 || s.Next.Sub(w.now) < tt.least || s.Why != feed.WhyBegun {
			t.Errorf("%d, %d times: %d requests; due after %s by %q, want %s", tt.status, tt.failures, len(w.log), s.Next.Sub(w.now), s.Why, tt.least)
		}
	}
}

// What is due sooner than that anyway stays so, and skipped hours are skipped.
func TestUnheard(t *testing.T) {
	w := newWorld(t)
	path := filepath.Join(t.TempDir(), "feed.xml")
	if err := os.WriteFile(path, fmt.Appendf(nil, rss, item("1", "x")), 0o600); err != nil {
		t.Fatal(err)
	}
	w.src.List = []feed.Source{{ID: "file:feed.xml", File: path}}
	dead := true
	w.dying(&dead)
	w.start()
	if s, err := w.poll.schedule("file:feed.xml"); err != nil || !s.Next.Equal(w.now.Add(fileInterval)) {
		t.Errorf("a file is due at %s, %v", s.Next, err)
	}
	hints := feed.Hints{SkipHours: []int{12, 13}}
	if got := unheard(noon.Add(-10*time.Minute), Plan{Default: 4 * time.Hour, Hints: hints}, &feed.SourceState{}, 0); !got.Equal(noon.Add(2 * time.Hour)) {
		t.Errorf("due at %s, within what the publisher skips", got)
	}
}

// A stop gives back what was claimed and not begun: it is due as before, and what was
// known of visits that nobody heard of is still known.
func TestAStopGivesBackItsClaims(t *testing.T) {
	w := newWorld(t, "/0", "/1", "/2", "/3")
	w.answer = tagged(`"1"`, item("1", "x"))
	w.src.HostGap = 2 * time.Second
	submit := w.poll.o.Submit
	at := w.now.Add(-time.Minute)
	submit(&feed.Claim{At: at, Sources: []feed.SourceID{w.id("/1")}, Next: []time.Time{at}, Why: feed.WhyBegun}, func(storage.Outcome, error) {})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var claimed []feed.SourceID
	w.poll.o.Submit = func(c feed.Change, done func(storage.Outcome, error)) {
		submit(c, done)
		if c, ok := c.(*feed.Claim); ok && c.Why == feed.WhyBegun && ctx.Err() == nil {
			if claimed = append(claimed, c.Sources...); len(claimed) > 2 {
				cancel() // with all but the first neither asked nor given back
			}
		}
	}
	if err := w.poll.Round(ctx, w.src, false); err != context.Canceled {
		t.Errorf("Round = %v", err)
	}
	if len(w.log) != 1 || !slices.Contains(claimed, w.id("/1")) {
		t.Fatalf("%d requests, %s claimed: the test shows nothing", len(w.log), claimed)
	}
	for _, id := range claimed {
		s, err := w.poll.schedule(id)
		if err != nil {
			t.Fatal(err)
		}
		asked, before := id == w.id(w.log[0].path), id == w.id("/1")
		if s.Next.After(w.now) != asked || before != (s.Why == feed.WhyBegun) {
			t.Errorf("%s is due at %s by %q", id, s.Next, s.Why)
		}
	}
}
