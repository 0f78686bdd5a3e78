package websub

import (
	"cmp"
	"container/list"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
)

var (
	errStopping = errors.New("the server is stopping")
	errCrowded  = errors.New("too many answer slowly, and this one did for longest")
)

// A delivery is one request to a recipient.
type delivery struct {
	to     *recipient
	body   *version
	secret string
	until  time.Time // end of the lease when it began
	lane   *lane[*recipient]
	placed bool // it still has its place in the lane
	cancel context.CancelCauseFunc
	timer  *time.Timer // for patience; nil in lanes that have any
	// Where it stands among the slow ones, in all and of its host; nil while it does not.
	slow, hostSlow *list.Element
}

// slowDeliveries are those that were not answered within patience. They have left their
// lane to others, and are cut off only where there are too many of them: the one that has
// waited for longest goes first.
type slowDeliveries struct {
	all   list.List
	hosts map[string]*list.List
}

// begin starts what has a place. The caller holds mu.
func (h *Hub) begin() {
	if h.stopping {
		return
	}
	now := h.now()
	for _, l := range []*lane[*recipient]{&h.first, &h.again, &h.pings} {
		for r, ok := l.pop(); ok; r, ok = l.pop() {
			if r.ended || !r.due() || r.expired(now) {
				r.busy = false
				l.free(r.host)
				continue
			}
			h.start(l, r)
		}
	}
	h.intents.begin()
}

func (h *Hub) start(l *lane[*recipient], r *recipient) {
	ctx, cancel := context.WithCancelCause(h.base)
	d := &delivery{to: r, body: r.of.now, secret: r.Secret, until: r.Until, lane: l, placed: true, cancel: cancel}
	if l == &h.first {
		d.timer = time.AfterFunc(h.limits.patience, func() { h.linger(d) })
	}
	h.inFlight.Go(func() {
		m := h.message(d)
		a, err := h.o.Client().Send(ctx, m)
		h.settle(d, a, err)
		cancel(nil)
	})
}

// linger has a delivery that takes its time wait beside the lane.
func (h *Hub) linger(d *delivery) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !d.placed {
		return // it has ended
	}
	d.placed = false
	d.lane.free(d.to.host)
	h.slow.add(d)
	if of := h.slow.hosts[d.to.host]; of.Len() > h.limits.hostSlow {
		h.slow.cut(of.Front())
	} else if h.slow.all.Len() > h.limits.slow {
		h.slow.cut(h.slow.all.Front())
	}
	h.begin()
}

func (s *slowDeliveries) add(d *delivery) {
	if s.hosts == nil {
		s.hosts = make(map[string]*list.List)
	}
	of := s.hosts[d.to.host]
	if of == nil {
		of = list.New()
		s.hosts[d.to.host] = of
	}
	d.slow, d.hostSlow = s.all.PushBack(d), of.PushBack(d)
}

// cut ends a delivery.
func (s *slowDeliveries) cut(e *list.Element) {
	d := e.Value.(*delivery)
	s.remove(d)
	d.cancel(errCrowded)
}

// remove takes out a delivery that may be out already.
func (s *slowDeliveries) remove(d *delivery) {
	if d.slow == nil {
		return
	}
	of := s.hosts[d.to.host]
	of.Remove(d.hostSlow)
	s.all.Remove(d.slow)
	d.slow, d.hostSlow = nil, nil
	if of.Len() == 0 {
		delete(s.hosts, d.to.host)
	}
}

// message is what is sent: the whole document (WebSub §7), signed where there is a secret
// (§8); or word to a hub elsewhere that there is another one.
func (h *Hub) message(d *delivery) fetch.Message {
	if d.to.Ping {
		form := url.Values{"hub.mode": {"publish"}, "hub.url": {d.body.Self}, "hub.topic": {d.body.Self}}
		return fetch.Message{
			Method: http.MethodPost, URL: d.to.Callback, Body: []byte(form.Encode()),
			Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}},
		}
	}
	header := http.Header{
		"Content-Type": {d.body.ContentType},
		"Link":         {fmt.Sprintf(`<%s%s>; rel="hub", <%s>; rel="self"`, h.o.URL, HubPath, d.body.Self)},
	}
	if d.secret != "" {
		mac := hmac.New(sha256.New, []byte(d.secret))
		mac.Write(d.body.Body)
		header["X-Hub-Signature"] = []string{"sha256=" + hex.EncodeToString(mac.Sum(nil))}
	}
	return fetch.Message{Method: http.MethodPost, URL: d.to.Callback, Header: header, Body: d.body.Body}
}

// settle notes what came of a delivery, and begins what it kept waiting.
func (h *Hub) settle(d *delivery, a *fetch.Answer, err error) {
	if d.timer != nil {
		d.timer.Stop()
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	r := d.to
	if d.placed {
		d.placed = false
		d.lane.free(r.host)
	} else {
		h.slow.remove(d)
	}
	r.busy = false
	defer h.begin()
	if r.ended || a == nil && h.base.Err() != nil {
		return // cut off by our own end: it is sent again by the next process
	}
	switch {
	case a != nil && a.Status/100 == 2: // the status tells, whatever became of the rest
		if r.Failures > 0 && r.Ping {
			h.log.Info("a hub is told of changes again", "hub", r.host, "path", r.Path)
		}
		r.Delivered, r.Failures, r.Next = d.body.hash, 0, time.Time{}
		delete(h.failing, r)
		count(r, &h.counts.Delivered, &h.counts.Told)
	case a != nil && a.Status == http.StatusGone && !r.Ping && d.until.Equal(r.Until): // not renewed meanwhile
		h.counts.Gone++
		h.log.Info("a subscriber is gone", "host", r.host, "path", r.Path)
		h.finish(r)
		return
	default:
		h.failed(r, a, err)
	}
	h.outcomes[r.Key] = feed.DeliveryOutcome{Subscription: r.Key, Delivered: r.Delivered, Failures: r.Failures, Next: r.Next}
	h.consider(r)
}

func count(r *recipient, subscribers, pings *int64) {
	if r.Ping {
		*pings++
	} else {
		*subscribers++
	}
}

// failed notes when to try again: later each time, and not before a recipient that names
// a time asks for it.
func (h *Hub) failed(r *recipient, a *fetch.Answer, err error) {
	now := h.now()
	wait := min(h.limits.retry<<min(r.Failures, 16), h.limits.maxRetry)
	status := 0
	if a != nil {
		s := &fetch.StatusError{Status: a.Status, RetryAfter: a.Header.Get("Retry-After")}
		if after, ok := s.After(now); ok {
			wait = max(wait, min(after, h.limits.maxRetry))
		}
		status, err = a.Status, cmp.Or[error](err, s)
	}
	r.Failures++
	r.Next = now.Add(wait + rand.N(wait/4+1)).Truncate(time.Millisecond)
	h.failing[r] = true
	count(r, &h.counts.Failed, &h.counts.NotTold)
	if r.Ping && r.Failures == 1 {
		h.log.Warn("a hub was not told of a change; it is tried again", "hub", r.host, "path", r.Path, "error", err)
	} else {
		h.log.Debug("not delivered", "host", r.host, "path", r.Path, "status", status, "failures", r.Failures, "error", err)
	}
}

// retry has those tried again whose time has come.
func (h *Hub) retry() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for r := range h.failing {
		h.consider(r)
	}
	h.intents.wake()
	h.begin()
}
