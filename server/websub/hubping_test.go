package websub

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// told is what a hub elsewhere was told has changed.
func told(t *testing.T, g got) string {
	t.Helper()
	form, err := url.ParseQuery(g.body)
	if err != nil || g.Header.Get("Content-Type") != "application/x-www-form-urlencoded" || form.Get("hub.mode") != "publish" ||
		form.Get("hub.url") != form.Get("hub.topic") || len(form) != 3 || g.Header.Get("Link") != "" {
		t.Errorf("%q %v, %v", g.body, g.Header, err)
	}
	return form.Get("hub.topic")
}

// Publisher P4: hubs elsewhere are told of every change, and only of changes, of every
// feed; also of what changed while the server was away.
func TestP4OtherHubsAreTold(t *testing.T) {
	hub := newReader(t)
	w := newWire(t, nil, hub.URL+"/publish?x=1")
	w.open = false
	const json = "/topics/water.json"
	w.put(json, "application/feed+json", "{}")
	w.run(t)
	await[*feed.Subscribing](t, w)
	await[*feed.Subscribing](t, w)
	w.show()
	w.change(atom, "<feed>two</feed>")
	if g := next(t, hub.got, w); g.RequestURI != "/publish?x=1" || told(t, g) != base+atom {
		t.Errorf("%s %s", g.RequestURI, g.body)
	}
	await[*feed.Delivery](t, w)
	w.show()
	w.change(atom, "<feed>two</feed>")
	w.change(json, `{"items":[]}`)
	if g := next(t, hub.got, w); told(t, g) != base+json {
		t.Errorf("%s", g.body)
	}
	w.stop()
	w.run(t)
	w.stop()
	none(t, hub.got, "told of no change")
	w.put(atom, "application/atom+xml", "<feed>three</feed>")
	w.run(t)
	if g := next(t, hub.got, w); told(t, g) != base+atom {
		t.Errorf("%s", g.body)
	}
	// Another topic comes, one goes.
	w.put("/topics/new.atom", "application/atom+xml", "<feed/>")
	w.published.mu.Lock()
	delete(w.docs, json)
	w.published.mu.Unlock()
	w.show()
	if l := await[*feed.Subscribing](t, w); l.Path != "/topics/new.atom" || !l.Ping || !l.Until.IsZero() {
		t.Errorf("%+v", l)
	}
	await[*feed.Unsubscribing](t, w)
	w.stop()
	none(t, hub.got, "told of no change")
	if all := w.subscriptionsOf(t); len(all) != 2 {
		t.Errorf("%+v", all)
	}
	w.hubs = nil
	w.run(t)
	await[*feed.Unsubscribing](t, w)
	if all := w.subscriptions(t); len(all) != 0 {
		t.Errorf("a hub that is no longer named: %+v", all)
	}
}

// A hub that fails is tried again, and the log says so once.
func TestAHubThatFails(t *testing.T) {
	hub := newReader(t)
	w := newWire(t, nil, hub.URL+"/publish")
	statuses := make(chan int)
	hub.deliver = func(a http.ResponseWriter, _ *http.Request) { a.WriteHeader(<-statuses) }
	w.run(t)
	await[*feed.Subscribing](t, w)
	w.change(atom, "<feed>two</feed>")
	for _, status := range []int{500, 410, 204} {
		next(t, hub.got, w)
		statuses <- status
	}
	close(statuses)
	for {
		c := await[*feed.Delivery](t, w)
		if slices.ContainsFunc(c.Outcomes, func(o feed.DeliveryOutcome) bool { return o.Failures == 0 }) {
			break
		}
	}
	w.stop()
	if n := strings.Count(w.log.String(), "level=WARN"); n != 1 {
		t.Errorf("%d warnings:\n%s", n, w.log)
	}
	if c := w.hub.Counts(); c.Told != 1 || c.NotTold != 2 || c.Subscriptions != 0 || c.Failing != 0 {
		t.Errorf("%+v", c)
	}
}

// While the hub is off nobody is told but other hubs; who had subscribed is served again
// when it is back.
func TestClosedHub(t *testing.T) {
	w, r := newWire(t, nil), newReader(t)
	w.run(t)
	w.subscribe(t, r.URL)
	w.stop()
	w.open = false
	w.run(t)
	w.change(atom, "<feed>two</feed>")
	w.stop()
	none(t, r.got, "delivered by a hub that is off")
	w.open = true
	w.run(t)
	next(t, r.got, w)
}
