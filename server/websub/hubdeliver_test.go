package websub

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
)

// Only a document with other bytes than the last one is delivered.
func TestOnlyAChangeOfBytesIsDelivered(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	w.subscribe(t, r.URL)
	w.show()
	w.change(atom, "<feed>one</feed>") // the same, in another place
	w.change(atom, "<feed>two</feed>")
	await[*feed.Delivery](t, w)
	w.show()
	w.change(atom, "<feed>two</feed>")
	w.change("/topics/water.rss", "<rss/>")
	w.change(atom, "<feed>three</feed>")
	await[*feed.Delivery](t, w)
	w.stop()
	w.run(t) // nothing has changed meanwhile
	w.show()
	w.stop()
	if d := next(t, r.got, w); d.body != "<feed>two</feed>" {
		t.Errorf("first came %s", d.body)
	}
	if d := next(t, r.got, w); d.body != "<feed>three</feed>" {
		t.Errorf("then came %s", d.body)
	}
	none(t, r.got, "delivered without a change")
}

// A change is looked for where it may be: below the topics that were shown, and at
// documents of no topic.
func TestConcerned(t *testing.T) {
	w := newWire(t, nil)
	w.run(t)
	w.stop()
	w.show()
	concerned := w.hub.concerned()
	for path, want := range map[string]bool{
		"/topics/water": true, "/topics/water.atom": true, "/topics/water/uz.atom": true, "/all.atom": true, "/stories/7.atom": true,
		"/topics/waters.atom": false, "/topics/wat.atom": false,
	} {
		if got := concerned(path); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if w.hub.concerned()(atom) {
		t.Error("a topic that was looked at is looked at again")
	}
}

// What fails is tried again, later each time, with what is published by then, until it
// succeeds; a redirect is a failure and is not followed.
func TestRetries(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	status := make(chan int)
	r.deliver = func(a http.ResponseWriter, req *http.Request) {
		a.Header().Set("Location", "/elsewhere")
		a.WriteHeader(max(<-status, http.StatusNoContent))
	}
	w.run(t)
	w.subscribe(t, r.URL+"/cb")
	w.change(atom, "<feed>0</feed>")
	var waits []time.Duration
	for i, answer := range []int{500, 404, 307, 204} {
		d := next(t, r.got, w)
		if want := fmt.Sprintf("<feed>%d</feed>", i); d.body != want || d.URL.Path != "/cb" {
			t.Errorf("%s %s, want %s", d.URL, d.body, want)
		}
		w.change(atom, fmt.Sprintf("<feed>%d</feed>", i+1))
		status <- answer
		c := await[*feed.Delivery](t, w)
		if len(c.Outcomes) != 1 {
			t.Fatalf("%+v", c)
		}
		o := c.Outcomes[0]
		if i == 3 {
			if o.Failures != 0 || !o.Next.IsZero() {
				t.Errorf("after a success: %+v", o)
			}
			close(status)
			break
		}
		if o.Failures != i+1 {
			t.Errorf("%d failures, want %d", o.Failures, i+1)
		}
		waits = append(waits, o.Next.Sub(c.At))
	}
	// The change is stored a beat after the failure.
	if waits[1] < 40*time.Millisecond-time.Second || waits[2] > 110*time.Millisecond || !slices.IsSorted(waits) {
		t.Errorf("waited %v", waits)
	}
}

// Between two tries lies twice the time, up to an hour and a quarter; a subscriber that
// names a later time gets that.
func TestBackOff(t *testing.T) {
	w := newWire(t, nil)
	w.run(t)
	w.stop()
	h := w.hub
	h.limits = defaultLimits()
	for failures, want := range map[int]time.Duration{0: time.Minute, 1: 2 * time.Minute, 5: 32 * time.Minute, 6: time.Hour, 400: time.Hour} {
		r := &recipient{Subscription: feed.Subscription{Failures: failures}}
		before := w.now()
		if h.failed(r, nil, errors.New("x")); r.Failures != failures+1 || r.Next.Before(before.Add(want-time.Second)) || r.Next.After(w.now().Add(want+want/4)) {
			t.Errorf("after %d failures: next in %s, want %s", failures, r.Next.Sub(before), want)
		}
	}
	for after, want := range map[string]time.Duration{"5": time.Minute, "600": 10 * time.Minute, "999999": time.Hour} {
		r := new(recipient)
		h.failed(r, &fetch.Answer{Status: 503, Header: http.Header{"Retry-After": {after}}}, nil)
		if d := r.Next.Sub(w.now()); d < want-time.Second || d > want+want/4 {
			t.Errorf("Retry-After %s: next in %s", after, d)
		}
	}
}

// 410 ends a subscription; who comes back begins anew.
func TestGone(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	r.deliver = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(http.StatusGone) }
	w.run(t)
	w.subscribe(t, r.URL)
	w.change(atom, "<feed>two</feed>")
	next(t, r.got, w)
	await[*feed.Unsubscribing](t, w)
	w.change(atom, "<feed>three</feed>")
	if all := w.subscriptions(t); len(all) != 0 {
		t.Errorf("%+v", all)
	}
	r.deliver = nil
	w.subscribe(t, r.URL)
	w.change(atom, "<feed>four</feed>")
	if d := next(t, r.got, w); d.body != "<feed>four</feed>" {
		t.Errorf("got %s", d.body)
	}
	w.stop()
	if all := w.hub.Counts(); all.Subscriptions != 1 || all.Gone != 1 || all.Delivered != 1 {
		t.Errorf("%+v", all)
	}
}

// One who comes back before its end is stored stays.
func TestGoneAndBackBeforeThatIsStored(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.limits.beat = time.Hour }
	r.deliver = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(http.StatusGone) }
	w.run(t)
	w.subscribe(t, r.URL)
	w.change(atom, "<feed>two</feed>")
	next(t, r.got, w)
	w.subscribe(t, r.URL)
	w.stop()
	w.run(t)
	if all := w.subscriptions(t); len(all) != 1 {
		t.Errorf("%+v", all)
	}
}

// A delivery that failed, and one that nobody could note, is made after a restart; so is
// what was published meanwhile.
func TestRestart(t *testing.T) {
	w, fails, fine := newWire(t, nil), newReader(t), newReader(t)
	fails.deliver = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(http.StatusBadGateway) }
	w.tune = func(h *Hub) { h.limits.retry, h.limits.beat = time.Hour, time.Hour }
	w.run(t)
	w.subscribe(t, fails.URL)
	w.subscribe(t, fine.URL)
	w.change(atom, "<feed>two</feed>")
	next(t, fails.got, w)
	next(t, fine.got, w)
	w.mu.Lock()
	w.refuses = errors.New("killed") // before a beat
	w.mu.Unlock()
	w.stop()
	w.refuses = nil

	w.run(t)
	for _, r := range []*reader{fails, fine} {
		if d := next(t, r.got, w); d.body != "<feed>two</feed>" {
			t.Errorf("got %s", d.body)
		}
	}
	w.stop() // what came of them is stored
	all := w.subscriptionsOf(t)
	if all[0].Failures != 1 || all[1].Failures != 0 {
		t.Errorf("%+v", all)
	}
	w.put(atom, "application/atom+xml; charset=utf-8", "<feed>three</feed>")
	w.later(2 * time.Hour)
	fails.deliver = nil
	w.run(t)
	for _, r := range []*reader{fails, fine} {
		if d := next(t, r.got, w); d.body != "<feed>three</feed>" {
			t.Errorf("got %s", d.body)
		}
	}
	w.stop()
	none(t, fine.got, "delivered again")
	none(t, fails.got, "delivered again")
}

// What came of many deliveries is stored together, each beat, and kept while the store
// refuses it.
func TestOutcomesAreStoredTogether(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.limits.beat = 50 * time.Millisecond }
	w.run(t)
	const n = 200
	for i := range n {
		w.subscribe(t, fmt.Sprintf("%s/%d", r.URL, i))
	}
	w.mu.Lock()
	w.refuses = errors.New("disk full")
	w.mu.Unlock()
	w.change(atom, "<feed>two</feed>")
	for range n {
		next(t, r.got, w)
	}
	for !strings.Contains(w.log.String(), "disk full") {
		w.show()
	}
	none(t, w.stored, "stored")
	w.mu.Lock()
	w.refuses = nil
	w.mu.Unlock()
	stored, changes := 0, 0
	for stored < n {
		c := await[*feed.Delivery](t, w)
		stored += len(c.Outcomes)
		changes++
		if !slices.IsSortedFunc(c.Outcomes, func(a, b feed.DeliveryOutcome) int { return int(a.Subscription) - int(b.Subscription) }) {
			t.Error("they are in no order")
		}
	}
	if stored != n || changes > 20 {
		t.Errorf("%d outcomes in %d changes", stored, changes)
	}
	if strings.Count(w.log.String(), "disk full") > 2 {
		t.Errorf("the log:\n%s", w.log)
	}
}

// Subscribers that hang keep nobody waiting, be they on the same host or on others: they
// leave their places to those who wait, and only where they are very many is the one that
// hangs for longest cut off.
func TestTheDeadHoldUpNobody(t *testing.T) {
	w, live := newWire(t, nil), newReader(t)
	hang := make(chan int)
	dead := newReader(t)
	dead.deliver = func(_ http.ResponseWriter, req *http.Request) {
		select {
		case <-hang:
		case <-req.Context().Done():
		}
	}
	live.deliver = func(a http.ResponseWriter, req *http.Request) {
		if strings.HasPrefix(req.URL.Path, "/dead") {
			dead.deliver(a, req)
		}
	}
	w.tune = func(h *Hub) {
		h.first.limit, h.first.perHost = 4, 2
		h.limits.patience, h.limits.slow, h.limits.hostSlow = 20*time.Millisecond, 40, 30
		h.limits.retry = time.Hour
	}
	w.run(t)
	const n = 60
	for i := range n { // a dead one before each live one, on two hosts
		w.subscribe(t, fmt.Sprintf("%s/dead/%d", dead.URL, i))
		w.subscribe(t, fmt.Sprintf("%s/dead/%d", live.URL, i))
		w.subscribe(t, fmt.Sprintf("%s/live/%d", live.URL, i))
	}
	w.change(atom, "<feed>two</feed>")
	seen := make(map[string]bool)
	for len(seen) < n {
		if d := next(t, live.got, w); strings.HasPrefix(d.URL.Path, "/live/") {
			seen[d.URL.Path] = true
		}
	}
	// All of them hang by now, or were cut off; nobody was given up.
	for c := w.hub.Counts(); c.Failing < 2*n-40 || c.Delivered < n; c = w.hub.Counts() {
		await[*feed.Delivery](t, w)
	}
	close(hang)
	w.stop()
	if c := w.hub.Counts(); c.Delivered+c.Failed != 3*n {
		t.Errorf("%+v", c)
	}
	h := w.hub
	if h.first.running != 0 || len(h.first.queues) != 0 || h.slow.all.Len() != 0 || len(h.slow.hosts) != 0 {
		t.Errorf("left behind: %d running, %d hosts, %d slow", h.first.running, len(h.first.queues), h.slow.all.Len())
	}
}

// One host has so many connections that hang, and no more.
func TestOneHostHangs(t *testing.T) {
	w, dead := newWire(t, nil), newReader(t)
	hang := make(chan int)
	dead.deliver = func(http.ResponseWriter, *http.Request) { <-hang }
	w.tune = func(h *Hub) { h.limits.patience, h.limits.hostSlow, h.limits.retry = time.Millisecond, 10, time.Hour }
	w.run(t)
	for i := range 30 {
		w.subscribe(t, fmt.Sprint(dead.URL, "/", i))
	}
	w.change(atom, "<feed>two</feed>")
	for w.hub.Counts().Failing < 20 {
		await[*feed.Delivery](t, w)
	}
	close(hang)
	w.stop()
	if c := w.hub.Counts(); c.Delivered != 10 || c.Failed != 20 {
		t.Errorf("%+v", c)
	}
}

// Those that failed the last time are in nobody's way.
func TestTheFailingHaveALaneOfTheirOwn(t *testing.T) {
	w, live, dead := newWire(t, nil), newReader(t), newReader(t)
	hang := make(chan int)
	var tries atomic.Int32
	dead.deliver = func(a http.ResponseWriter, req *http.Request) {
		if tries.Add(1) == 1 {
			a.WriteHeader(http.StatusInternalServerError)
			return
		}
		<-hang
	}
	w.tune = func(h *Hub) {
		h.again.limit = 1
		h.first.limit = 1
		h.limits.patience = time.Hour
	}
	w.run(t)
	w.subscribe(t, dead.URL)
	w.subscribe(t, live.URL)
	w.change(atom, "<feed>two</feed>")
	next(t, live.got, w)
	next(t, dead.got, w)
	next(t, dead.got, w) // it hangs
	w.change(atom, "<feed>three</feed>")
	next(t, live.got, w)
	close(hang)
}

// At the end what is under way may end, and what came of it is stored; what does not end
// is cut off and counts as nothing.
func TestStop(t *testing.T) {
	w, slow, dead := newWire(t, nil), newReader(t), newReader(t)
	begun := make(chan int)
	slow.deliver = func(a http.ResponseWriter, _ *http.Request) {
		<-begun
		io.WriteString(a, "ok")
	}
	dead.deliver = func(_ http.ResponseWriter, req *http.Request) { <-req.Context().Done() }
	w.tune = func(h *Hub) { h.limits.drain = 50 * time.Millisecond }
	w.run(t)
	w.subscribe(t, slow.URL)
	w.subscribe(t, dead.URL)
	w.change(atom, "<feed>two</feed>")
	next(t, slow.got, w)
	next(t, dead.got, w)
	stopped := make(chan int)
	go func() { w.stop(); close(stopped) }()
	for {
		if res, _ := w.post(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", slow.URL); res.StatusCode == http.StatusServiceUnavailable {
			if res.Header.Get("Retry-After") == "" {
				t.Error("who is sent away is not told until when")
			}
			break
		}
	}
	close(begun)
	<-stopped
	all := w.subscriptionsOf(t)
	if all[0].Delivered == all[1].Delivered || all[0].Failures != 0 || all[1].Failures != 0 {
		t.Errorf("%+v", all)
	}
}
