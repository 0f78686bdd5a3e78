package poll

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/match"
	"topicwire/feed/story"
	"topicwire/storage"
)

// A publisher is one source of the simulated month: it knows what it answered
// and whether what it is asked is in order.
type publisher struct {
	changes time.Duration // how often its document changes; 0 for never
	maxAge  time.Duration
	fails   float64 // share of requests that it answers 503

	mu            sync.Mutex
	at            []time.Time
	served        string          // the last ETag given out
	full          time.Time       // of the last answer with a document
	unconditional []time.Duration // of requests although one was given out: since full
	out           []string        // validators that were sent out of sequence
	least         time.Duration
}

func (p *publisher) etag(now time.Time) string {
	if p.changes == 0 {
		return `"for ever"`
	}
	return fmt.Sprintf(`"%d"`, now.Unix()/int64(p.changes.Seconds()))
}

func (p *publisher) answer(w http.ResponseWriter, r *http.Request, now time.Time, random float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	w.Header().Set("Connection", "close") // a connection that idles would hold the bubble's time
	p.at = append(p.at, now)
	got := r.Header.Get("If-None-Match")
	switch {
	case got == "" && p.served != "":
		p.unconditional = append(p.unconditional, now.Sub(p.full))
	case got != p.served:
		p.out = append(p.out, fmt.Sprintf("%s: %s instead of %s", now, got, p.served))
	}
	if random < p.fails {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	etag := p.etag(now)
	if p.maxAge > 0 {
		w.Header().Set("Cache-Control", fmt.Sprintf("max-age=%d", int(p.maxAge.Seconds())))
	}
	w.Header().Set("ETag", etag)
	p.served = etag
	if got == etag {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	p.full = now
	fmt.Fprintf(w, rss, item(etag[1:len(etag)-1], "entry"))
}

// Thirty days with a hundred restarts at random moments, in a bubble of its own
// time, against a real server on loopback: no request comes early, each source is
// asked unconditionally once (and once more for each eight days of nothing but
// 304), and no validator is sent out of sequence.
func TestAMonthWithAHundredRestarts(t *testing.T) {
	publishers := make([]*publisher, 24)
	random := rand.New(rand.NewPCG(1, 2))
	for i := range publishers {
		publishers[i] = &publisher{least: time.Hour}
		switch i % 4 {
		case 0:
			publishers[i].changes = time.Duration(1+i) * time.Hour
		case 1: // never changes
		case 2:
			publishers[i].changes, publishers[i].maxAge, publishers[i].least = 5*time.Hour, 12*time.Hour, 12*time.Hour
		case 3:
			publishers[i].changes, publishers[i].fails = 3*time.Hour, .2
		}
	}
	// The server lives outside the bubble; the poller's clock is left here before
	// each request.
	var clock atomic.Int64
	var mu sync.Mutex
	index := map[string]int{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		i, x := index[r.URL.Path], random.Float64()
		mu.Unlock()
		publishers[i].answer(w, r, time.Unix(0, clock.Load()), x)
	}))
	t.Cleanup(srv.Close)
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Place: story.New(story.Balanced()), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m, problems := match.Compile([]feed.Topic{{ID: "all"}})
	if m == nil {
		t.Fatal(problems)
	}
	src := Sources{Interval: time.Hour, Parallel: 4}
	for i := range publishers {
		path := fmt.Sprintf("/%d", i)
		index[path] = i
		src.List = append(src.List, feed.Source{ID: feed.SourceID(srv.URL + path)})
	}
	synctest.Test(t, func(t *testing.T) {
		src.Fetch = fetch.New(fetch.Options{Version: "test", AllowPrivate: true})
		defer src.Fetch.Close()
		var writes sync.Mutex
		o := Options{
			Store: db, Rules: func() Rules { return Rules{Generation: 1, Matcher: m} }, Random: rand.New(rand.NewPCG(3, 4)).Float64,
			Now: func() time.Time {
				now := time.Now()
				clock.Store(now.UnixNano())
				return now
			},
			Submit: func(c feed.Change, done func(storage.Outcome, error)) {
				writes.Lock()
				defer writes.Unlock()
				res, err := db.Apply([]feed.Change{c})
				if err != nil {
					done(storage.Outcome{}, err)
					return
				}
				done(res.Outcomes[0], nil)
			},
		}
		var lock sync.Mutex
		jitter := o.Random
		o.Random = func() float64 { lock.Lock(); defer lock.Unlock(); return jitter() }
		restarts := rand.New(rand.NewPCG(5, 6))
		for range 100 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(restarts.Int64N(int64(2*30*24*time.Hour/100))))
			if err := New(o).Run(ctx, src); err != context.DeadlineExceeded {
				t.Errorf("Run = %v", err)
			}
			cancel()
		}
	})
	total := 0
	for i, p := range publishers {
		total += len(p.at)
		for k := 1; k < len(p.at); k++ {
			if gap := p.at[k].Sub(p.at[k-1]); gap < p.least {
				t.Errorf("source %d: asked again after %s, want at least %s", i, gap, p.least)
			}
		}
		for _, o := range p.out {
			t.Errorf("source %d: out of sequence: %s", i, o)
		}
		for _, since := range p.unconditional {
			if p.changes != 0 || since <= maxValidatorAge {
				t.Errorf("source %d: asked unconditionally %s after its last document", i, since)
			}
		}
		if p.changes == 0 && len(p.unconditional) != 3 {
			t.Errorf("source %d, which never changes: %d times unconditionally, want once each eight days", i, len(p.unconditional))
		}
		if len(p.at) < 10 {
			t.Errorf("source %d was asked %d times in a month", i, len(p.at))
		}
	}
	t.Logf("%d requests to %d sources", total, len(publishers))
}
