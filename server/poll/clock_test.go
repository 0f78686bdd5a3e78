package poll

import (
	"context"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/storage"
)

// store puts a visit's result into the store.
func (w *world) store(v *feed.Visit) {
	w.t.Helper()
	w.poll.o.Submit(v, func(_ storage.Outcome, err error) {
		if err != nil {
			w.t.Fatal(err)
		}
	})
}

// A next visit that is further off than any wait was set while the clock was ahead, and
// is due; the longest that a publisher can ask for is not.
func TestNextVisitsOfAClockThatWasAhead(t *testing.T) {
	const longest = maxHint + maxHint/10
	week := make([]time.Weekday, 0, 6)
	for d := time.Sunday; d < time.Saturday; d++ {
		week = append(week, d)
	}
	saturday := feed.Hints{SkipDays: week, SkipHours: []int{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22}}
	asked := func(hints feed.Hints) time.Duration { // as Next would set it, at worst
		d := Next(noon, Plan{Default: time.Hour, Hints: hints, MaxAge: 365 * day}, Result{}, .999)
		return d.Next.Sub(noon)
	}
	for _, tt := range []struct {
		name    string
		own     time.Duration
		visited time.Duration // from now, as next
		next    time.Duration
		hints   feed.Hints
		wait    time.Duration // how long from now on nobody is asked
	}{
		{name: "as set a moment ago", next: time.Hour, wait: time.Hour},
		{name: "the longest", next: longest, wait: longest},
		{name: "longer", next: longest + time.Minute},
		{name: "years", visited: 5 * 365 * day, next: 5*365*day + time.Hour},
		{name: "a publisher who wants nobody but on Saturday night", hints: saturday, next: asked(saturday), wait: asked(saturday)},
		{name: "longer than that", hints: saturday, next: 16 * day},
		{name: "an interval of a month", own: 30 * day, next: 33 * day, wait: 33 * day},
		{name: "a clock that was two days ahead", visited: 2 * day, next: 2*day + time.Hour, wait: time.Hour},
		{name: "two days ahead of a publisher who asked for three", visited: 2 * day, next: 5 * day, wait: 3 * day},
		{name: "an adjustment", visited: time.Second, next: time.Hour + time.Second, wait: time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := newWorld(t, "/a")
			w.src.List[0].Interval = tt.own
			w.now = noon
			w.answer = tagged(`"1"`, item("1", "x"))
			w.store(&feed.Visit{
				At: noon.Add(tt.visited), Source: w.id("/a"), Next: noon.Add(tt.next), HTTP: 200,
				Document: &feed.Reading{Body: 1, Hints: tt.hints, Generation: 1},
			})
			s := w.src.mend(w.state("/a"), noon)
			if got := s.Next.Sub(noon); got != tt.wait {
				t.Errorf("due after %s, want %s", got, tt.wait)
			}
			w.round(false)
			if asked := len(w.log) == 1; asked != (tt.wait == 0) {
				t.Errorf("asked: %v", asked)
			}
			if tt.wait == 0 {
				if s := w.state("/a"); s.Next.Before(noon.Add(time.Hour)) || s.Next.After(noon.Add(maxHint)) || !s.Visited.Equal(noon) {
					t.Errorf("after its visit it is due at %s by %q", s.Next, s.Why)
				}
			}
		})
	}
}

// mend is what the sources' loop makes of a state.
func (s *Sources) mend(state feed.SourceState, now time.Time) feed.SourceState {
	return newSet(*s).mended(&s.List[0], state, now, 0)
}

// A Retry-After that was noted while the clock was ahead holds nobody up.
func TestAHoldOfAClockThatWasAhead(t *testing.T) {
	for _, tt := range []struct {
		hold time.Duration
		held bool
	}{{time.Hour, true}, {feed.MaxHold, true}, {8 * day, false}, {5 * 365 * day, false}} {
		w := newWorld(t, "/a", "/b")
		w.answer = tagged(`"1"`, item("1", "x"))
		until := w.now.Add(tt.hold)
		w.store(&feed.Visit{At: until.Add(-time.Hour), Source: w.id("/a"), Next: until, Hold: until, HTTP: 429, Error: "the server answered 429"})
		w.poll.o.Submit(&feed.Claim{At: until.Add(-time.Hour), Sources: []feed.SourceID{w.id("/b")}, Next: []time.Time{until}, Hold: true}, func(storage.Outcome, error) {})
		w.round(true)
		if want := map[bool]int{true: 0, false: 2}[tt.held]; len(w.log) != want {
			t.Errorf("held for %s: %d requests, want %d", tt.hold, len(w.log), want)
		}
		for _, p := range []string{"/a", "/b"} {
			s := w.state(p)
			if held := s.Hold.After(w.now); held != tt.held || !held && s.Next.After(w.now.Add(2*time.Hour)) {
				t.Errorf("held for %s: %s is due at %s and left alone until %s", tt.hold, p, s.Next, s.Hold)
			}
		}
	}
}

// Other times of a clock that was ahead are worth nothing either.
func TestOtherTimesOfAClockThatWasAhead(t *testing.T) {
	s := &feed.SourceState{ID: "https://old.example/", Validators: feed.Validators{ETag: `"1"`}, Fresh: noon.AddDate(5, 0, 0)}
	if validators(s, noon) != (feed.Validators{}) {
		t.Error("validators of a time that has not come are sent")
	}
	s.Fresh = noon.Add(time.Second) // an adjustment
	if validators(s, noon) != s.Validators {
		t.Error("validators of a moment ago are not sent")
	}
	s.Moved = feed.Move{To: "https://new.example/", Since: noon.AddDate(5, 0, 0), Visits: 2}
	m, address := moved(s, s.Moved.To, true, noon)
	if address != "" || !m.Since.Equal(noon) {
		t.Errorf("moved %+v, %q", m, address)
	}
	s.Moved = m
	if _, address = moved(s, m.To, true, noon.Add(7*day)); address != m.To {
		t.Error("a permanent redirect is never taken at its word")
	}

	w, stop := started(t, tagged(`"1"`, item("1", "x")), "/a")
	defer stop()
	w.store(&feed.Visit{At: w.clock().AddDate(5, 0, 0), Source: w.id("/a"), HTTP: 304})
	if err := w.poll.Refresh(t.Context(), w.id("/a")); err != nil {
		t.Errorf("a refresh: %v", err)
	}
}

// A clock that is set while a server runs, ahead or back, causes no burst, and stops
// nothing.
func TestTheClockIsSetWhileRunning(t *testing.T) {
	const sources = 40
	w := newWorld(t)
	w.answer = func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Connection", "close") // one that idles would hold the bubble's time
		tagged(fmt.Sprintf(`"%s"`, r.URL.Path), item("1", "x"))(rw, r)
	}
	srv := onAllAddresses(t, w.serve)
	for i := range sources { // each on a host of its own
		w.src.List = append(w.src.List, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.0.%d%s/%d", i+1, srv, i))})
	}
	var wrong time.Duration // of the clock
	w.src.HostGap = 2 * time.Second
	synctest.Test(t, func(t *testing.T) {
		w.src.Fetch = fetch.New(fetch.Options{Version: "test", AllowPrivate: true})
		defer w.src.Fetch.Close()
		began := time.Now()
		o := w.poll.o
		o.Now = func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.now = time.Now() // of the requests
			return w.now.Round(0).Add(wrong)
		}
		set := func(d time.Duration) {
			w.mu.Lock()
			wrong = d
			w.mu.Unlock()
		}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- New(o).Run(ctx, w.src) }()
		for _, step := range []struct {
			wrong time.Duration
			runs  time.Duration
			most  int // visits of each source in that time
		}{
			{0, 5 * time.Hour, 5}, {5 * 365 * day, 5 * time.Hour, 6}, {0, 5 * time.Hour, 6},
			{2 * day, 5 * time.Hour, 6}, {0, 5 * time.Hour, 6}, {-365 * day, 5 * time.Hour, 6}, {0, 5 * time.Hour, 6},
		} {
			w.mu.Lock()
			w.log = nil
			w.mu.Unlock()
			set(step.wrong)
			time.Sleep(step.runs)
			w.mu.Lock()
			log := w.log
			w.mu.Unlock()
			if len(log) < 3*sources || len(log) > step.most*sources {
				t.Errorf("%s wrong, after %s: %d requests to %d sources in %s", step.wrong, time.Since(began), len(log), sources, step.runs)
			}
			const most = 16 // what begins in a second, and hosts whose gaps end with it
			for i := most; i < len(log); i++ {
				if gap := log[i].when.Sub(log[i-most].when); gap < time.Second {
					t.Fatalf("%s wrong: more than %d requests within %s", step.wrong, most, gap)
				}
			}
		}
		cancel()
		<-ended
	})
}
