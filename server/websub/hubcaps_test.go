package websub

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"topicwire/feed"
)

// One host, and all together, have so many subscriptions and no more; those that are
// there can be renewed.
func TestCaps(t *testing.T) {
	w, a, b := newWire(t, nil), newReader(t), newReader(t)
	elsewhere := strings.Replace(b.URL, "127.0.0.1", "localhost", 1)
	w.tune = func(h *Hub) { h.limits.subscriptions, h.limits.hostSubscriptions = 3, 2 }
	w.run(t)
	ask := func(callback string) (int, string) {
		res, body := w.post(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", callback)
		if res.StatusCode >= 400 && res.Header.Get("Retry-After") == "" {
			t.Errorf("%s: nobody says when to come again", callback)
		}
		return res.StatusCode, body
	}
	w.subscribe(t, a.URL+"/1")
	w.subscribe(t, a.URL+"/2")
	if status, body := ask(b.URL + "/3"); status != http.StatusTooManyRequests || !strings.Contains(body, "127.0.0.1") {
		t.Errorf("a third one of the host: %d %s", status, body)
	}
	w.subscribe(t, elsewhere+"/1")
	if status, body := ask(elsewhere + "/2"); status != http.StatusServiceUnavailable {
		t.Errorf("a fourth one: %d %s", status, body)
	}
	w.subscribe(t, a.URL+"/2")
	w.taken(t, "hub.mode", "unsubscribe", "hub.topic", base+atom, "hub.callback", a.URL+"/2")
	await[*feed.Unsubscribing](t, w)
	w.subscribe(t, elsewhere+"/2")
	w.stop()
	w.run(t) // what is stored counts
	if status, _ := ask(a.URL + "/9"); status != http.StatusServiceUnavailable {
		t.Errorf("after a restart: %d", status)
	}
}

// Those who are taken together, and are too many once they are verified, are denied.
func TestTooManyAtOnce(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.limits.subscriptions = 2; h.intents.lane.limit = 1 }
	wait := make(chan int)
	r.confirm = func(a http.ResponseWriter, req *http.Request) {
		<-wait
		io.WriteString(a, req.FormValue("hub.challenge"))
	}
	w.run(t)
	for i := range 3 {
		w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", fmt.Sprint(r.URL, "/", i))
	}
	close(wait)
	await[*feed.Subscribing](t, w)
	await[*feed.Subscribing](t, w)
	for _, want := range []string{"subscribe", "subscribe", "denied"} {
		if got := next(t, r.asked, w).URL.Query().Get("hub.mode"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Who asks for callbacks that do not confirm has them asked a few times, and then once in
// a while; whoever does confirm is not held up by that.
func TestVerificationFloodsNobody(t *testing.T) {
	w, victim, fine := newWire(t, nil), newReader(t), newReader(t)
	victim.confirm = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(http.StatusNotFound) }
	address := strings.Replace(victim.URL, "127.0.0.1", "localhost", 1) // another host than fine's
	clock := time.Now()
	w.tune = func(h *Hub) {
		h.intents.sites = newBudget(allowance{5, time.Hour})
		h.o.Now = func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return clock.Add(w.ahead)
		}
	}
	w.run(t)
	w.subscribe(t, fine.URL+"/known")
	for i := range 200 {
		w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", fmt.Sprint(address, "/", i))
	}
	for i := range 50 {
		w.subscribe(t, fmt.Sprint(fine.URL, "/", i)) // each is confirmed while the others wait
	}
	asked := func(want int) {
		t.Helper()
		for range want {
			next(t, victim.asked, w)
		}
	}
	asked(5)
	w.later(2 * time.Minute)
	w.subscribe(t, fine.URL+"/more")
	none(t, victim.asked, "a sixth time")
	w.later(time.Hour) // those that waited have waited for too long
	for w.hub.Counts().Pending > 0 {
		w.subscribe(t, fine.URL+"/more")
	}
	none(t, victim.asked, "a sixth time, when nobody waited for it any more")
	w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", address)
	asked(1)
	w.stop()
	if c := w.hub.Counts(); c.Unverified != 6 || c.Verified < 52 {
		t.Errorf("%+v", c)
	}
}

// A callback that was verified once is not held up by strangers who name others of its
// host.
func TestRenewalIsNotHeldUp(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.intents.sites = newBudget(allowance{2, 24 * time.Hour}) }
	r.confirm = func(a http.ResponseWriter, req *http.Request) {
		if req.URL.Path == "/mine" {
			io.WriteString(a, req.FormValue("hub.challenge"))
		}
	}
	w.run(t)
	w.subscribe(t, r.URL+"/mine")
	for i := range 20 {
		w.taken(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", fmt.Sprint(r.URL, "/", i))
	}
	w.subscribe(t, r.URL+"/mine")
}

// One intent of a callback waits at a time, the newest; another one of it waits for the
// one under way, and so many wait in all.
func TestPendingIntents(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.limits.pending = 2 }
	wait := make(chan int)
	var underway sync.Map
	r.confirm = func(a http.ResponseWriter, req *http.Request) {
		if _, twice := underway.LoadOrStore(req.URL.Path, true); twice {
			t.Errorf("%s is asked twice at once", req.URL.Path)
		}
		<-wait
		underway.Delete(req.URL.Path)
		io.WriteString(a, req.FormValue("hub.challenge"))
	}
	w.run(t)
	ask := func(path, secret string) int {
		res, _ := w.post(t, "hub.mode", "subscribe", "hub.topic", base+atom, "hub.callback", r.URL+path, "hub.secret", secret)
		return res.StatusCode
	}
	for _, tt := range []struct {
		path, secret string
		want         int
	}{{"/a", "1", 202}, {"/b", "1", 202}, {"/b", "2", 202}, {"/a", "2", 202}, {"/a", "3", 202}, {"/b", "3", 202}, {"/c", "1", 503}} {
		if got := ask(tt.path, tt.secret); got != tt.want {
			t.Errorf("%s %s: %d, want %d", tt.path, tt.secret, got, tt.want)
		}
	}
	next(t, r.asked, w)
	next(t, r.asked, w)
	close(wait)
	secrets := make(map[string]string)
	for range 4 {
		l := await[*feed.Subscribing](t, w)
		secrets[strings.TrimPrefix(l.Callback, r.URL)] += l.Secret
	}
	if secrets["/a"] != "13" || secrets["/b"] != "13" {
		t.Errorf("%v", secrets)
	}
	w.stop()
	none(t, w.stored, "verified once more")
}

// Documents that cost something whenever topics change are carried up to a number, however
// many subscribe to each.
func TestFewDifferentDocumentsAreMade(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.tune = func(h *Hub) { h.limits.made = 2 }
	for i := range 4 {
		path := fmt.Sprint("/stories/", i, ".atom")
		w.put(path, "application/atom+xml", "<feed/>")
		d := w.docs[path]
		d.Made = true
		w.docs[path] = d
	}
	w.run(t)
	ask := func(path, callback string) int {
		t.Helper()
		res, _ := w.post(t, "hub.mode", "subscribe", "hub.topic", base+path, "hub.callback", r.URL+callback)
		if res.StatusCode == http.StatusAccepted {
			await[*feed.Subscribing](t, w)
		} else if res.Header.Get("Retry-After") == "" {
			t.Error("nobody says when to come again")
		}
		return res.StatusCode
	}
	for _, tt := range []struct {
		path, callback string
		want           int
	}{
		{"/stories/0.atom", "/1", 202}, {"/stories/1.atom", "/1", 202}, {"/stories/2.atom", "/1", 503},
		{"/stories/1.atom", "/2", 202}, {"/stories/1.atom", "/1", 202}, {atom, "/3", 202}, {"/stories/3.atom", "/3", 503},
	} {
		if got := ask(tt.path, tt.callback); got != tt.want {
			t.Errorf("%s by %s: %d, want %d", tt.path, tt.callback, got, tt.want)
		}
	}
}
