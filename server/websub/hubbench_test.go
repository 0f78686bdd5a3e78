package websub

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
)

// BenchmarkTenThousandSubscribers changes a feed of 100 KB that 10,000 subscribed to, each
// over HTTP on loopback with a secret of its own; 1,000 have died since, half of which
// refuse connections and half of which take a request and say nothing. It reports how
// long it takes until every live one has it (all-s), and the 99th in a hundred (p99-s).
func BenchmarkTenThousandSubscribers(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		tenThousand(b)
		b.StartTimer()
	}
}

const (
	benchSubscribers = 10_000
	benchDead        = 1_000
)

func tenThousand(b *testing.B) {
	var mu sync.Mutex
	var at []time.Duration
	var began time.Time
	all := make(chan int)
	had := make(map[string]bool)
	confirm := func(w http.ResponseWriter, r *http.Request) bool {
		if r.Method == http.MethodGet {
			io.WriteString(w, r.FormValue("hub.challenge"))
		}
		return r.Method == http.MethodGet
	}
	live := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if confirm(w, r) {
			return
		}
		io.Copy(io.Discard, r.Body)
		mu.Lock()
		defer mu.Unlock()
		if had[r.URL.Path] {
			return
		}
		had[r.URL.Path] = true
		if at = append(at, time.Since(began)); len(at) == benchSubscribers-benchDead {
			close(all)
		}
	}))
	defer live.Close()
	release := make(chan int)
	mute := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !confirm(w, r) {
			<-release
		}
	}))
	defer mute.Close()
	defer close(release)
	closed := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { confirm(w, r) }))

	w := newWireIn(b.TempDir())
	w.put(atom, "application/atom+xml; charset=utf-8", strings.Repeat("<entry>one</entry>", 6000))
	w.tune = func(h *Hub) { h.limits = defaultLimits() }
	w.run(b)
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 32}}
	defer client.CloseIdleConnections()
	began = time.Now()
	var posting sync.WaitGroup
	callbacks := make(chan string)
	for range 16 {
		posting.Go(func() {
			for callback := range callbacks {
				res, err := client.PostForm(w.url, url.Values{
					"hub.mode": {"subscribe"}, "hub.topic": {base + atom}, "hub.callback": {callback}, "hub.secret": {"secret of " + callback},
				})
				if err != nil || res.StatusCode != http.StatusAccepted {
					b.Errorf("%v, %v", res, err)
				}
				if err == nil {
					res.Body.Close()
				}
			}
		})
	}
	for i := range benchSubscribers {
		of := live.URL
		switch {
		case i%20 == 0:
			of = mute.URL
		case i%20 == 10:
			of = closed.URL
		}
		callbacks <- fmt.Sprint(of, "/", i)
	}
	close(callbacks)
	posting.Wait()
	for n := 0; n < benchSubscribers; {
		if _, ok := (<-w.stored).(*feed.Subscribing); ok {
			n++
		}
	}
	subscribed := time.Since(began)
	closed.Close()

	began = time.Now()
	b.StartTimer()
	w.change(atom, strings.Repeat("<entry>two</entry>", 6000))
	<-all
	b.StopTimer()
	mu.Lock()
	b.ReportMetric(at[len(at)-1].Seconds(), "all-s")
	b.ReportMetric(at[len(at)*99/100].Seconds(), "p99-s")
	b.ReportMetric(subscribed.Seconds(), "subscribe-s")
	mu.Unlock()
	w.stop()
}
