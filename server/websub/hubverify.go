package websub

import (
	"cmp"
	"crypto/rand"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/link"
)

// Modes of a request, and of what callbacks are told.
const (
	subscribe   = "subscribe"
	unsubscribe = "unsubscribe"
	denied      = "denied"
)

// An intent is what somebody asked for who may be anybody: nothing comes of it before the
// callback has said that it is its own (WebSub §5.3).
type intent struct {
	feed.Wish
	mode   string
	topic  string // as it was written
	secret string
	lease  time.Duration
	at     time.Time
	has    uint64 // hash of what was published then
	known  bool   // there was such a subscription
}

// intents are those that wait for their verification, one for each wish, and one that is
// under way. Who asks for the verification of callbacks that do not answer for themselves
// soon has no more of them: a callback is never bothered much on a stranger's word. One
// that does answer costs nothing.
type intents struct {
	h        *Hub
	lane     lane[*intent]
	waiting  map[feed.Wish]*intent
	underway map[feed.Wish]bool
	after    map[feed.Wish]*intent // those that wait for one under way
	sites    budget
	all      budget
}

const everybody = ""

func newIntents(h *Hub) intents {
	q := intents{
		h: h, lane: newLane[*intent](32, 8),
		waiting: make(map[feed.Wish]*intent), underway: make(map[feed.Wish]bool), after: make(map[feed.Wish]*intent),
		sites: newBudget(h.limits.unproven), all: newBudget(h.limits.allUnproven),
	}
	q.lane.admits = func(site string) bool {
		now := h.now()
		if !h.intents.sites.has(site, now) || !h.intents.all.has(everybody, now) {
			return false
		}
		h.intents.sites.take(site, now)
		h.intents.all.take(everybody, now)
		return true
	}
	return q
}

func (q *intents) pending() int { return len(q.waiting) + len(q.after) }

// account is on whose account an intent is verified. Subscriptions that were verified
// once are not held up by strangers.
func (in *intent) account() string {
	host := nameOf(hostOf(in.Callback))
	site := cmp.Or(link.Publisher("http://"+host+"/"), host)
	if in.known {
		return "known " + site
	}
	return site
}

// accept takes an intent, to be verified; or says why not. A newer one takes the place of
// one that waits.
func (h *Hub) accept(in *intent) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	q, host := &h.intents, nameOf(hostOf(in.Callback))
	was, waits := q.waiting[in.Wish]
	_, waitsLonger := q.after[in.Wish]
	in.known = h.wishes[in.Wish] != nil
	switch {
	case h.stopping:
		return &refusal{http.StatusServiceUnavailable, "the hub is stopping", time.Minute}
	case in.mode == unsubscribe && !in.known && !waits && !waitsLonger && !q.underway[in.Wish]:
		return refuse(http.StatusNotFound, "there is no such subscription")
	}
	if in.mode == subscribe {
		if no := h.full(in); no != nil {
			return no
		}
		c := h.carried[in.Path]
		if c == nil {
			c = &carried{path: in.Path}
		} else {
			h.refresh(c)
		}
		if v := h.current(c); v != nil {
			in.has = v.hash
		}
	}
	switch {
	case waits:
		in.known = was.known // it stays where it is
		*was = *in
	case waitsLonger:
		q.after[in.Wish] = in
	case q.pending() >= h.limits.pending || q.lane.waiting(in.account()) >= h.limits.hostPending:
		return &refusal{http.StatusServiceUnavailable, "too many requests wait for their verification: " + host, time.Minute}
	case q.underway[in.Wish]:
		q.after[in.Wish] = in
	default:
		q.push(in)
	}
	h.begin()
	return nil
}

// full refuses a subscription for which there is no room. The caller holds mu.
func (h *Hub) full(in *intent) *refusal {
	if h.wishes[in.Wish] != nil {
		return nil
	}
	host := nameOf(hostOf(in.Callback))
	switch {
	case h.perHost[host] >= h.limits.hostSubscriptions:
		return &refusal{http.StatusTooManyRequests, host + " has as many subscriptions as one host may have", time.Hour}
	case h.subscribers >= h.limits.subscriptions:
		return &refusal{http.StatusServiceUnavailable, "the hub has as many subscriptions as it can serve", time.Hour}
	}
	return nil
}

func (q *intents) push(in *intent) {
	q.waiting[in.Wish] = in
	q.lane.push(in.account(), in)
}

// wake asks again for those that were to wait.
func (q *intents) wake() {
	now := q.h.now()
	q.sites.forget(now)
	q.all.forget(now)
	q.lane.wake()
}

// begin verifies what has its turn. The caller holds mu.
func (q *intents) begin() {
	for in, ok := q.lane.pop(); ok; in, ok = q.lane.pop() {
		delete(q.waiting, in.Wish)
		account := in.account()
		if now := q.h.now(); now.Sub(in.at) > q.h.limits.pendingFor {
			// Nobody waits for it any more.
			q.sites.give(account, now)
			q.all.give(everybody, now)
			q.lane.free(account)
			continue
		}
		q.underway[in.Wish] = true
		q.h.inFlight.Go(func() {
			proven := q.h.verify(in)
			q.h.mu.Lock()
			defer q.h.mu.Unlock()
			q.end(in, account, proven)
			q.h.begin()
		})
	}
}

func (q *intents) end(in *intent, account string, proven bool) {
	if now := q.h.now(); proven {
		q.sites.give(account, now)
		q.all.give(everybody, now)
		q.lane.wake()
		q.h.counts.Verified++
	} else {
		q.h.counts.Unverified++
	}
	delete(q.underway, in.Wish)
	q.lane.free(account)
	if next := q.after[in.Wish]; next != nil {
		delete(q.after, in.Wish)
		q.push(next)
	}
}

// verify asks the callback whether it wants what was asked for in its name, and if so does
// it. It reports whether the callback confirmed.
func (h *Hub) verify(in *intent) bool {
	host := hostOf(in.Callback)
	if reason := h.objection(in); reason != "" {
		h.ask(in, url.Values{"hub.mode": {denied}, "hub.topic": {in.topic}, "hub.reason": {reason}})
		h.log.Info("a subscription was denied", "host", host, "path", in.Path, "reason", reason)
		return false
	}
	challenge := rand.Text()
	q := url.Values{"hub.mode": {in.mode}, "hub.topic": {in.topic}, "hub.challenge": {challenge}}
	if in.mode == subscribe {
		q.Set("hub.lease_seconds", strconv.Itoa(int(in.lease.Seconds())))
	}
	a, err := h.ask(in, q)
	if err != nil || a.Status/100 != 2 || string(a.Body) != challenge {
		status := 0
		if a != nil {
			status = a.Status
		}
		h.log.Debug("not verified", "mode", in.mode, "host", host, "path", in.Path, "status", status, "error", err)
		return false
	}
	h.confirmed(in)
	return true
}

// objection is why an intent that was taken is denied all the same; "" where it is not.
func (h *Hub) objection(in *intent) string {
	if in.mode != subscribe {
		return ""
	}
	if _, ok := h.o.Document(in.Path); !ok {
		return "the topic is no longer published"
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if no := h.full(in); no != nil {
		return no.reason
	}
	return ""
}

// ask sends a GET to the callback, whose own query stays in front.
func (h *Hub) ask(in *intent, q url.Values) (*fetch.Answer, error) {
	address, separator := in.Callback, "?"
	if u, err := url.Parse(address); err == nil && (u.RawQuery != "" || u.ForceQuery) {
		if separator = "&"; u.RawQuery == "" {
			separator = ""
		}
	}
	return h.o.Client().Send(h.base, fetch.Message{Method: http.MethodGet, URL: address + separator + q.Encode()})
}

// confirmed does what a callback confirmed.
func (h *Hub) confirmed(in *intent) {
	now := h.now()
	if in.mode == subscribe {
		<-h.lease(&feed.Subscribing{At: now, Wish: in.Wish, Secret: in.secret, Until: now.Add(in.lease).Truncate(time.Millisecond), Delivered: in.has})
		h.log.Info("subscribed", "host", hostOf(in.Callback), "path", in.Path, "known", in.known)
		return
	}
	h.mu.Lock()
	if r := h.wishes[in.Wish]; r != nil {
		h.finish(r)
	}
	h.mu.Unlock()
	h.commit()
	h.log.Info("unsubscribed", "host", hostOf(in.Callback), "path", in.Path)
}
