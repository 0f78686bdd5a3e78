package poll

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
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

// A row of claims is what a round over many hosts wrote before its requests left.
type row struct {
	commits int
	ahead   time.Duration // the longest time between a claim and its request
	took    time.Duration // the round
}

// onAllAddresses serves on all of 127/8, which is this machine, and returns the port
// behind its colon.
func onAllAddresses(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "0.0.0.0:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewUnstartedServer(h)
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL[strings.LastIndexByte(srv.URL, ':'):]
}

// claims is a round over hosts with some sources each, in a bubble of its own time,
// against a server that answers after a while of it.
func claims(t *testing.T, hosts, each, parallel int, gap, answer time.Duration) (r row) {
	t.Helper()
	var clock atomic.Int64
	var mu sync.Mutex
	claimed, asked := map[string]time.Time{}, map[string]time.Time{}
	port := onAllAddresses(t, func(w http.ResponseWriter, q *http.Request) {
		mu.Lock()
		asked["http://"+q.Host+q.URL.Path] = time.Unix(0, clock.Load())
		mu.Unlock()
		w.Header().Set("Connection", "close")
		document(item("1", "x"))(w, q)
	})
	db, err := storage.Open(filepath.Join(t.TempDir(), "t.db"), storage.Options{Place: story.New(story.Balanced()), NoSync: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	m, problems := match.Compile([]feed.Topic{{ID: "all"}})
	if m == nil {
		t.Fatal(problems)
	}
	src := Sources{Interval: time.Hour, Parallel: parallel, HostGap: gap}
	for h := range hosts {
		for i := range each {
			src.List = append(src.List, feed.Source{ID: feed.SourceID(fmt.Sprintf("http://127.0.%d.%d%s/%d", h/250, 1+h%250, port, i))})
		}
	}
	synctest.Test(t, func(t *testing.T) {
		src.Fetch = fetch.New(fetch.Options{Version: "test", AllowPrivate: true})
		defer src.Fetch.Close()
		var writes sync.Mutex
		p := New(Options{
			Store: db, Rules: func() Rules {
				time.Sleep(answer) // in a visit, which takes that long in the bubble
				return Rules{Generation: 1, Matcher: m}
			},
			Now: func() time.Time {
				now := time.Now()
				clock.Store(now.UnixNano())
				return now
			},
			Submit: func(c feed.Change, done func(storage.Outcome, error)) {
				writes.Lock()
				defer writes.Unlock()
				if c, ok := c.(*feed.Claim); ok {
					r.commits++
					mu.Lock()
					for _, id := range c.Sources {
						claimed[string(id)] = c.At
					}
					mu.Unlock()
				}
				res, err := db.Apply([]feed.Change{c})
				if err != nil {
					done(storage.Outcome{}, err)
					return
				}
				done(res.Outcomes[0], nil)
			},
		})
		p.turns = newTurns(parallel) // all of them read at once
		began := time.Now()
		if err := p.Round(t.Context(), src, false); err != nil {
			t.Error(err)
		}
		r.took = time.Since(began)
	})
	if len(asked) != hosts*each {
		t.Errorf("%d sources were asked, want %d", len(asked), hosts*each)
	}
	for id, at := range asked {
		r.ahead = max(r.ahead, at.Sub(claimed[id]))
	}
	return r
}

// Claims cover what leaves within five seconds, and those of many hosts are written
// together.
func TestClaimsCoverFiveSeconds(t *testing.T) {
	for _, tt := range []struct {
		name                  string
		hosts, each, parallel int
		gap, answer           time.Duration
		commits               int
	}{
		{"one host", 1, 60, 32, 2 * time.Second, 0, 31},
		{"one host, which is slow", 1, 30, 32, 2 * time.Second, 6 * time.Second, 30},
		{"a gap that is longer than claims reach", 1, 10, 32, time.Minute, 0, 10},
		{"many hosts", 400, 1, 32, 2 * time.Second, 0, 4},
		{"many hosts that take their time", 400, 1, 32, 2 * time.Second, 500 * time.Millisecond, 4},
		{"fifty hosts with twenty sources each", 50, 20, 32, 2 * time.Second, 100 * time.Millisecond, 20},
		{"one visit at a time", 30, 1, 1, 2 * time.Second, time.Second, 14},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := claims(t, tt.hosts, tt.each, tt.parallel, tt.gap, tt.answer)
			t.Logf("%d commits, at most %s ahead, %s", r.commits, r.ahead, r.took)
			if r.ahead > 5*time.Second {
				t.Errorf("a source was claimed %s before its request left", r.ahead)
			}
			if r.commits > tt.commits {
				t.Errorf("%d commits, want at most %d", r.commits, tt.commits)
			}
		})
	}
}
