package websub

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
	"topicwire/storage"
)

const day = 24 * time.Hour

// A lease is renewed at 80 % of its time, at the same address, and not a minute earlier.
func TestRenewal(t *testing.T) {
	w := newWorld(t)
	w.want()
	first := w.one()
	w.pass(192*time.Hour - time.Minute)
	w.work()
	if _, n := w.last(); n != 1 {
		t.Fatalf("asked %d times", n)
	}
	w.pass(time.Minute)
	w.work()
	form, n := w.last()
	l := w.one()
	if n != 2 || form.Get("hub.mode") != "subscribe" || form.Get("hub.callback") != first.Callback || form.Get("hub.secret") != first.Secret {
		t.Errorf("asked %d times, with %v", n, form)
	}
	if l.Token != first.Token || !l.Since.Equal(first.Since) || !l.Until.Equal(w.now.Add(240*time.Hour)) || !l.Next.Equal(w.now.Add(192*time.Hour)) || !w.sub.Pushed(src) {
		t.Errorf("%+v", l)
	}
	if len(w.lapses) != 0 {
		t.Errorf("lapsed: %v", w.lapses)
	}
	// A short lease, too.
	w.lease = "10"
	w.verify(form, nil)
	w.pass(8 * time.Second)
	w.work()
	if _, n := w.last(); n != 3 {
		t.Errorf("asked %d times, want a third time after 8 of 10 seconds", n)
	}
}

// A renewal that fails is tried again, more and more rarely; the source is polled as
// others are from the first failure on, until the hub confirms.
func TestARenewalThatFails(t *testing.T) {
	w := newWorld(t)
	w.want()
	w.answer = func(rw http.ResponseWriter, _ *http.Request, _ url.Values) {
		rw.WriteHeader(http.StatusServiceUnavailable)
	}
	w.pass(192 * time.Hour)
	w.work()
	l := w.one()
	if !l.Holds(w.now) || l.Failures != 1 || !strings.Contains(l.Error, "503") || w.sub.Pushed(src) || fmt.Sprint(w.lapses) != fmt.Sprint([]feed.SourceID{src}) {
		t.Errorf("%+v, lapsed %v", l, w.lapses)
	}
	if got, want := l.Next.Sub(w.now), 15*time.Minute+45*time.Second; got != want { // half a tenth of jitter
		t.Errorf("again in %s, want %s", got, want)
	}
	for range 3 {
		w.pass(w.one().Next.Sub(w.now))
		w.work()
	}
	if l := w.one(); l.Failures != 4 || l.Next.Sub(w.now) != 2*time.Hour+6*time.Minute {
		t.Errorf("after the fourth failure again in %s: %+v", l.Next.Sub(w.now), l)
	}
	// What is pushed meanwhile is welcome: the lease goes on.
	body := []byte("<feed/>")
	if status, _ := w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body); status != 202 {
		t.Errorf("%d", status)
	}
	w.answer = nil
	w.pass(w.one().Next.Sub(w.now))
	w.work()
	if l := w.one(); l.Failures != 0 || l.Error != "" || !w.sub.Pushed(src) || !l.Until.Equal(w.now.Add(240*time.Hour)) {
		t.Errorf("%+v", l)
	}
}

// A hub that takes requests and never asks back is one that failed.
func TestAHubThatDoesNotConfirm(t *testing.T) {
	w := newWorld(t)
	w.answer = func(rw http.ResponseWriter, _ *http.Request, _ url.Values) { rw.WriteHeader(http.StatusAccepted) }
	w.want()
	if l := w.one(); l.State != feed.LeaseAsked || !l.Pending || w.sub.Pushed(src) {
		t.Errorf("%+v", l)
	}
	w.pass(confirmWait)
	w.work()
	l := w.one()
	if _, n := w.last(); n != 1 || l.Pending || l.Failures != 1 || !strings.Contains(l.Error, "did not confirm") {
		t.Errorf("asked %d times, %+v", n, l)
	}
	w.pass(l.Next.Sub(w.now))
	w.work()
	form, n := w.last()
	if n != 2 {
		t.Errorf("asked %d times", n)
	}
	// Late is better than never.
	w.pass(time.Hour)
	if status, _ := w.verify(form, nil); status != http.StatusOK || !w.sub.Pushed(src) {
		t.Errorf("%d, %+v", status, w.one())
	}
}

// A lease that nobody renewed ends by itself, and is asked for anew.
func TestALeaseThatEnds(t *testing.T) {
	w := newWorld(t)
	w.want()
	if status, _ := w.call(http.MethodGet, w.one().Callback+"?hub.mode=denied", nil, nil); status != 404 {
		t.Errorf("a denial of no topic: %d", status)
	}
	w.answer = func(rw http.ResponseWriter, _ *http.Request, _ url.Values) { rw.WriteHeader(http.StatusAccepted) }
	w.pass(300 * time.Hour) // while the machine slept
	if w.sub.Pushed(src) {
		t.Error("it pushes though its time is over")
	}
	w.work()
	l := w.one()
	if _, n := w.last(); n != 2 || l.State != feed.LeaseAsked || !l.Until.IsZero() || !l.Pending || len(w.lapses) != 1 {
		t.Errorf("asked %d times, %+v, lapsed %v", n, l, w.lapses)
	}
}

// A denial ends what there was, and is not argued with for a week.
func TestADenialIsKept(t *testing.T) {
	w := newWorld(t)
	w.want()
	form, _ := w.last()
	if status, body := w.verify(form, url.Values{"hub.mode": {"denied"}, "hub.reason": {"no room"}, "hub.challenge": nil}); status != http.StatusOK || body != "" {
		t.Errorf("%d %q", status, body)
	}
	l := w.one()
	if l.State != feed.LeaseDenied || l.Error != "no room" || w.sub.Pushed(src) || len(w.lapses) != 1 {
		t.Errorf("%+v, lapsed %v", l, w.lapses)
	}
	if status, _ := w.verify(form, nil); status != http.StatusNotFound {
		t.Errorf("a confirmation after the denial: %d", status)
	}
	w.sub.Advertised(src, feed.Advert{Hub: l.Hub, Topic: l.Topic}) // with every visit
	w.pass(7 * day)
	w.work()
	if _, n := w.last(); n != 1 {
		t.Errorf("asked %d times within a week", n)
	}
	w.pass(day)
	w.work()
	if _, n := w.last(); n != 2 || !w.sub.Pushed(src) {
		t.Errorf("asked %d times, %+v", n, w.one())
	}
}

// A start asks nobody for what is there, and does what became due meanwhile.
func TestARestartKeepsLeases(t *testing.T) {
	w := newWorld(t)
	w.want()
	var sources []feed.Source
	for i := range 20 {
		id := feed.SourceID(fmt.Sprintf("https://s%d.example/feed", i))
		sources = append(sources, feed.Source{ID: id})
		w.sub.Advertised(id, feed.Advert{Hub: w.hub.URL, Topic: string(id)})
	}
	sources = append(sources, feed.Source{ID: src})
	w.sub.Update(true, sources)
	w.work()
	was, stores := w.leases(), w.stores
	if len(was) != 21 {
		t.Fatalf("%d leases", len(was))
	}
	for range 3 {
		w.restart()
		w.sub.Update(true, sources)
		w.work()
		for _, s := range sources {
			w.sub.Advertised(s.ID, feed.Advert{Hub: w.hub.URL + map[bool]string{true: "/hub?key=0"}[s.ID == src], Topic: string(s.ID)})
		}
		w.work()
	}
	if _, n := w.last(); n != 21 || w.stores != stores || fmt.Sprint(w.leases()) != fmt.Sprint(was) || !w.sub.Pushed(sources[0].ID) {
		t.Errorf("asked %d times, %d changes", n, w.stores-stores)
	}
	body := []byte("<feed/>")
	if status, _ := w.call(http.MethodPost, was[0].Callback, signed("sha256", was[0].Secret, body), body); status != 202 {
		t.Errorf("pushed after the restart: %d", status)
	}
	// While nobody was there all of them were to be renewed: one after the other.
	w.pass(200 * time.Hour)
	w.restart()
	w.sub.Update(true, sources)
	for n := range 21 {
		if wait, err := w.sub.step(t.Context()); err != nil || wait != askGap {
			t.Fatalf("step %d waits %s, %v", n, wait, err)
		}
		if _, asked := w.last(); asked != 22+n {
			t.Fatalf("asked %d times after %d steps", asked-21, n+1)
		}
	}
}

// What sources said of their hubs before the start, or before subscriptions were turned
// on, is known from the store; a file is not.
func TestHubsThatAreKnownFromTheStore(t *testing.T) {
	w := newWorld(t)
	visit := func(id feed.SourceID, hub, self string) feed.Change {
		return &feed.Visit{At: w.now, Source: id, HTTP: 200, Document: &feed.Reading{Body: 1, Meta: feed.Meta{Hub: hub, Self: self}}}
	}
	if _, err := w.db.Apply([]feed.Change{
		visit(src, w.hub.URL, "https://a.example/self"), visit("https://b.example/", w.hub.URL, ""), visit("https://c.example/", "", "https://c.example/"),
		visit("file:x.xml", w.hub.URL, "https://x.example/"), visit("https://gone.example/", w.hub.URL, "https://gone.example/"),
	}); err != nil {
		t.Fatal(err)
	}
	sources := []feed.Source{{ID: src}, {ID: "https://b.example/"}, {ID: "https://c.example/"}, {ID: "file:x.xml", File: "/x.xml"}, {ID: "https://never.example/"}}
	w.sub.Update(false, sources)
	w.work()
	if len(w.asked) != 0 {
		t.Fatalf("asked though it is turned off: %v", w.asked)
	}
	w.sub.Update(true, sources)
	w.work()
	if l := w.one(); l.Source != src || l.Hub != w.hub.URL || l.Topic != "https://a.example/self" {
		t.Errorf("%+v", l)
	}
}

// A source that leaves, subscriptions that are turned off, a hub or topic that changes,
// a public address that does: what is no longer wanted is given up, and the hub is told.
func TestUnsubscribing(t *testing.T) {
	for name, leave := range map[string]func(w *world){
		"source gone": func(w *world) { w.sub.Update(true, nil) },
		"turned off":  func(w *world) { w.sub.Update(false, []feed.Source{{ID: src}}) },
		"no hub":      func(w *world) { w.sub.Advertised(src, feed.Advert{}) },
		"another topic": func(w *world) {
			w.sub.Advertised(src, feed.Advert{Hub: w.hub.URL + "/hub?key=0", Topic: "https://a.example/new"})
		},
		"another hub": func(w *world) { w.sub.Advertised(src, feed.Advert{Hub: w.hub.URL + "/other", Topic: string(src)}) },
		"another address": func(w *world) {
			w.sub.o.URL += "/news"
			w.sub.Update(true, []feed.Source{{ID: src}})
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.want()
			old := w.one()
			leave(w)
			// The hub is asked, and does not confirm yet.
			w.answer = func(rw http.ResponseWriter, _ *http.Request, form url.Values) {
				if form.Get("hub.mode") == modeSubscribe {
					w.verify(form, nil)
				}
				rw.WriteHeader(http.StatusAccepted)
			}
			w.work()
			var form url.Values
			for _, f := range w.asked {
				if f.Get("hub.mode") == modeUnsubscribe {
					form = f
				}
			}
			if form == nil || form.Get("hub.callback") != old.Callback || form.Get("hub.topic") != old.Topic || form.Has("hub.secret") || form.Has("hub.lease_seconds") {
				t.Fatalf("asked with %v", w.asked)
			}
			body := []byte("<feed/>")
			if status, _ := w.call(http.MethodPost, old.Callback, signed("sha256", old.Secret, body), body); status != http.StatusGone {
				t.Errorf("pushed while it is given up: %d", status)
			}
			if status, _ := w.verify(url.Values{"hub.mode": {"subscribe"}, "hub.topic": {old.Topic}, "hub.callback": {old.Callback}}, nil); status != http.StatusNotFound {
				t.Errorf("a subscription that nobody wants is confirmed: %d", status)
			}
			if status, echo := w.verify(form, nil); status != http.StatusOK || echo != "chal&lenge <1>" {
				t.Errorf("the end is confirmed with %d %q", status, echo)
			}
			all := w.leases()
			another := strings.HasPrefix(name, "another")
			if another && (len(all) != 1 || all[0].Token == old.Token || all[0].State != feed.LeaseActive || !w.sub.Pushed(src)) || !another && (len(all) != 0 || w.sub.Pushed(src)) {
				t.Errorf("left are %+v", all)
			}
			if len(w.lapses) != 1 {
				t.Errorf("lapsed: %v", w.lapses)
			}
			if status, _ := w.call(http.MethodPost, old.Callback, signed("sha256", old.Secret, body), body); status != http.StatusNotFound {
				t.Errorf("pushed to what is forgotten: %d", status)
			}
		})
	}
}

// A hub that does not let go is left to itself; one that never confirmed is not asked.
func TestHubsThatDoNotLetGo(t *testing.T) {
	w := newWorld(t)
	w.want()
	w.sub.Update(false, nil)
	w.answer = func(rw http.ResponseWriter, _ *http.Request, _ url.Values) {
		rw.WriteHeader(http.StatusInternalServerError)
	}
	w.work()
	for range 10 {
		if len(w.leases()) == 0 {
			break
		}
		w.pass(w.one().Next.Sub(w.now))
		w.work()
	}
	if _, n := w.last(); n != 1+leaveTries || len(w.leases()) != 0 {
		t.Errorf("asked %d times to end it, left %+v", n-1, w.leases())
	}
	w.want()
	_, before := w.last()
	w.sub.Update(false, nil)
	w.work()
	if _, n := w.last(); n != before || len(w.leases()) != 0 {
		t.Errorf("asked %d times more, left %+v", n-before, w.leases())
	}
}

// A hub that does not answer at all is left alone for all sources, others are not.
func TestSilentHubs(t *testing.T) {
	w := newWorld(t)
	dead := w.hub.URL
	w.hub.Close()
	other := newWorld(t)
	w.asked = nil
	sources := []feed.Source{{ID: "https://s1.example/"}, {ID: "https://s2.example/"}, {ID: "https://s3.example/"}}
	w.sub.Update(true, sources)
	w.sub.Advertised(sources[0].ID, feed.Advert{Hub: dead, Topic: "https://s1.example/"})
	w.sub.Advertised(sources[1].ID, feed.Advert{Hub: dead + "/x", Topic: "https://s2.example/"})
	w.sub.Advertised(sources[2].ID, feed.Advert{Hub: other.hub.URL, Topic: "https://s3.example/"})
	w.work()
	if all := w.leases(); len(all) != 2 || len(other.asked) != 1 {
		t.Errorf("%d leases, the other hub was asked %d times; want those of the first and the last source", len(all), len(other.asked))
	}
	w.pass(silentHubFor)
	w.work()
	if all := w.leases(); len(all) != 3 {
		t.Errorf("%d leases after a while", len(all))
	}
}

// A hub that promises and does not push is not relied upon, from the second visit on that
// finds something, until it pushes.
func TestAHubThatDoesNotPush(t *testing.T) {
	w := newWorld(t)
	w.sub.Visited(src, 3) // nobody was asked to push
	w.want()
	w.sub.Visited(src, 3) // came before the lease
	w.work()
	w.sub.Visited(src, 0)
	w.work()
	if !w.sub.Pushed(src) || w.one().Missed {
		t.Errorf("%+v", w.one())
	}
	w.restart()
	w.want()
	w.sub.Visited(src, 3) // came while nobody was there
	w.work()
	if !w.sub.Pushed(src) || w.one().Missed {
		t.Errorf("%+v", w.one())
	}
	w.sub.Visited(src, 1)
	w.work()
	l := w.one()
	if w.sub.Pushed(src) || !l.Missed || len(w.lapses) != 1 {
		t.Errorf("%+v, lapsed %v", l, w.lapses)
	}
	body := []byte("<feed/>")
	w.call(http.MethodPost, l.Callback, nil, body) // not signed
	if w.sub.Pushed(src) {
		t.Error("anybody makes it good")
	}
	w.call(http.MethodPost, l.Callback, signed("sha256", l.Secret, body), body)
	if !w.sub.Pushed(src) || w.one().Missed {
		t.Errorf("%+v", w.one())
	}
	w.pass(300 * time.Hour)
	w.work()              // asked for anew
	w.sub.Visited(src, 1) // came between the two leases
	w.work()
	if !w.sub.Pushed(src) || w.one().Missed {
		t.Errorf("%+v", w.one())
	}
}

// What the store does not take is not confirmed, and not asked for: it is done later.
func TestAStoreThatRefusesWrites(t *testing.T) {
	w := newWorld(t)
	w.full = errors.New("no space left on device")
	w.sub.Update(true, []feed.Source{{ID: src}})
	w.sub.Advertised(src, feed.Advert{Hub: w.hub.URL, Topic: string(src)})
	if _, err := w.sub.step(t.Context()); !errors.Is(err, w.full) || len(w.asked) != 0 {
		t.Fatalf("%v, asked %v", err, w.asked)
	}
	w.full = nil
	w.answer = func(rw http.ResponseWriter, _ *http.Request, form url.Values) {
		w.mu.Lock()
		w.full = errors.New("no space left on device")
		w.mu.Unlock()
		if status, body := w.verify(form, nil); status != http.StatusServiceUnavailable || strings.Contains(body, "chal") {
			t.Errorf("confirmed what is not on disk: %d %q", status, body)
		}
		w.mu.Lock()
		w.full = nil
		w.mu.Unlock()
		rw.WriteHeader(http.StatusAccepted)
	}
	w.work()
	form, n := w.last()
	if n != 1 || w.sub.Pushed(src) {
		t.Errorf("asked %d times", n)
	}
	if status, _ := w.verify(form, nil); status != http.StatusOK || !w.sub.Pushed(src) {
		t.Errorf("confirmed later: %d", status)
	}
	w.full = errors.New("no space left on device")
	w.sub.Update(false, nil)
	if _, err := w.sub.step(t.Context()); err == nil {
		t.Fatal("given up without the store")
	}
	w.full, w.answer = nil, nil
	w.work()
	if len(w.leases()) != 0 {
		t.Errorf("left are %+v", w.leases())
	}
}

// Run does what is due, hears of news, and ends with its context.
func TestRun(t *testing.T) {
	w := newWorld(t)
	confirmed := make(chan struct{}, 1)
	w.answer = func(rw http.ResponseWriter, _ *http.Request, form url.Values) {
		w.verify(form, nil)
		confirmed <- struct{}{}
		rw.WriteHeader(http.StatusAccepted)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- w.sub.Run(ctx) }()
	w.sub.Update(true, []feed.Source{{ID: src}})
	w.sub.Advertised(src, feed.Advert{Hub: w.hub.URL, Topic: string(src)})
	<-confirmed
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if l := w.one(); l.State != feed.LeaseActive {
		t.Errorf("%+v", l)
	}
	w.db.Close()
	if _, err := NewSubscriber(SubscriberOptions{Store: w.db}); err == nil {
		t.Error("leases of a closed store")
	}
	var err error
	if w.db, err = storage.Open(w.path, storage.Options{}); err != nil {
		t.Fatal(err)
	}
}
