package websub

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/fetch"
)

// CallbackPath is where hubs call, with a token behind it.
const CallbackPath = "/websub/"

// Bounds on what hubs, and those who know a callback, can make us do.
const (
	maxDeliveries = 16 // in memory at once
	maxCalls      = 60 // of one lease in a minute
	// acceptWait is how long a delivery may wait for somebody to take it, storeWait how
	// long its sender waits for it to be on disk: then it is told that it was accepted.
	acceptWait = 5 * time.Second
	storeWait  = 3 * time.Second
)

// calls count a callback's requests of one minute.
type calls struct {
	minute int64
	n      int
}

// ServeHTTP answers hubs: verifications and denials (WebSub §5.2, §5.3), and what they
// push (§7). Who does not know the token of a lease learns nothing and costs nothing.
func (s *Subscriber) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	l, spared := s.called(token)
	switch {
	case l == nil:
		reply(w, http.StatusNotFound, "no such subscription")
	case spared:
		w.Header().Set("Retry-After", "60")
		reply(w, http.StatusTooManyRequests, "too many requests")
	case r.Method == http.MethodGet:
		s.verify(w, r, l)
	case r.Method == http.MethodPost:
		s.receive(w, r, l)
	default:
		w.Header().Set("Allow", "GET, POST")
		reply(w, http.StatusMethodNotAllowed, "only GET and POST are answered here")
	}
}

// called is the lease of a token, nil for none, and whether it was called too often.
func (s *Subscriber) called(token string) (l *feed.Lease, spared bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l = s.leases[token]; l == nil {
		return nil, false
	}
	c := s.calls[token]
	if minute := s.now().Unix() / 60; c.minute != minute {
		c = calls{minute: minute}
	}
	c.n++
	s.calls[token] = c
	return l, c.n > maxCalls
}

func reply(w http.ResponseWriter, status int, sentence string) {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, sentence) // a failed write is the hub's going away
}

// verify answers what a hub asks back: it confirms what is wanted, and nothing else.
func (s *Subscriber) verify(w http.ResponseWriter, r *http.Request, l *feed.Lease) {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil || q.Get("hub.topic") != l.Topic {
		reply(w, http.StatusNotFound, "no such subscription")
		return
	}
	edit, says := s.asks(q, l)
	if edit == nil || says != "" && q.Get("hub.challenge") == "" {
		reply(w, http.StatusNotFound, "that was not asked for")
		return
	}
	changed, err := s.change(l.Token, edit)
	switch {
	case err != nil:
		s.log.Error("what a hub said was not stored", "source", sourceOf(l), "error", err)
		w.Header().Set("Retry-After", "60")
		reply(w, http.StatusServiceUnavailable, "not now")
		return
	case !changed:
		reply(w, http.StatusNotFound, "that was not asked for")
		return
	}
	if says == "" {
		reply(w, http.StatusOK, "")
	} else {
		reply(w, http.StatusOK, q.Get("hub.challenge"))
	}
	s.wake()
	s.tell(l.Token, l)
}

// asks is what a hub's question means for a lease, nil for nothing that is wanted; says
// is what is confirmed by it, "" for a denial, which needs none.
func (s *Subscriber) asks(q url.Values, l *feed.Lease) (edit func(*feed.Lease) bool, says string) {
	switch mode := q.Get("hub.mode"); mode {
	case modeSubscribe:
		seconds, err := strconv.ParseInt(q.Get("hub.lease_seconds"), 10, 64)
		if err != nil {
			seconds = 0
		}
		lease := time.Duration(min(seconds, int64(longestLease/time.Second))) * time.Second
		return func(l *feed.Lease) bool {
			wanted := l.State == feed.LeaseAsked || l.State == feed.LeaseActive
			if wanted {
				s.confirmed(l, lease)
			}
			return wanted
		}, mode
	case modeUnsubscribe:
		return func(l *feed.Lease) bool {
			wanted := l.State == feed.LeaseLeaving
			l.State = feed.LeaseGone
			return wanted
		}, mode
	case modeDenied:
		return func(l *feed.Lease) bool {
			if l.State == feed.LeaseLeaving {
				l.State = feed.LeaseGone
			} else {
				s.denied(l, said(l, q.Get("hub.reason")))
			}
			return true
		}, ""
	}
	return nil, ""
}

// tell logs what became of a lease.
func (s *Subscriber) tell(token string, was *feed.Lease) {
	switch l := s.lease(token); {
	case l == nil:
		s.log.Info("a hub pushes no more", "source", sourceOf(was), "hub", was.HubHost())
	case l.State == feed.LeaseDenied:
		s.log.Warn("a hub does not push", "source", sourceOf(l), "hub", l.HubHost(), "reason", l.Error)
	case l.State == feed.LeaseActive:
		s.log.Info("a hub pushes", "source", sourceOf(l), "hub", l.HubHost(), "until", l.Until.Format(time.RFC3339))
	}
}

// receive takes what a hub pushes. What it did not sign is taken off its hands, and
// nothing else (WebSub §8).
func (s *Subscriber) receive(w http.ResponseWriter, r *http.Request, l *feed.Lease) {
	if !l.Holds(s.now()) {
		reply(w, http.StatusGone, "not subscribed")
		return
	}
	select {
	case s.slots <- struct{}{}:
	default:
		w.Header().Set("Retry-After", "10")
		reply(w, http.StatusServiceUnavailable, "not now")
		return
	}
	taken := false
	free := func() { <-s.slots }
	share := s.o.Memory.Share()
	defer func() {
		if !taken {
			share.Free()
			free()
		}
	}()
	d := Delivery{Source: l.Source, URL: l.Topic, ContentType: r.Header.Get("Content-Type"), Share: share}
	body, err := s.read(r, &d)
	switch {
	case body != nil:
	case errors.Is(err, fetch.ErrTooLarge):
		reply(w, http.StatusRequestEntityTooLarge, "too large")
		return
	case errors.Is(err, errNoMemory):
		s.log.Warn("there is no room for what a hub pushed", "source", sourceOf(l), "hub", l.HubHost())
		w.Header().Set("Retry-After", "60")
		reply(w, http.StatusServiceUnavailable, "not now")
		return
	default:
		reply(w, http.StatusBadRequest, "cut short")
		return
	}
	switch {
	case !genuine(l.Secret, r.Header, body) && (err != nil || !genuine(l.Secret, r.Header, d.Body)):
		s.log.Warn("what a hub pushed was ignored: it did not sign it, or not rightly", "source", sourceOf(l), "hub", l.HubHost())
		reply(w, http.StatusAccepted, "")
		return
	case err != nil:
		s.log.Warn("what a hub pushed cannot be read", "source", sourceOf(l), "hub", l.HubHost(), "error", err)
		reply(w, http.StatusUnsupportedMediaType, "it cannot be decoded")
		return
	}
	done := make(chan error, 1)
	ctx, cancel := context.WithTimeout(r.Context(), acceptWait)
	defer cancel()
	err = s.o.Push(ctx, d, func(err error) {
		free()
		done <- err
	})
	if taken = err == nil; taken {
		err = s.pushed(l, done)
	}
	if err != nil {
		s.log.Warn("what a hub pushed was not stored", "source", sourceOf(l), "hub", l.HubHost(), "error", err)
		w.Header().Set("Retry-After", "60")
		reply(w, http.StatusServiceUnavailable, "not now")
		return
	}
	reply(w, http.StatusAccepted, "")
}

var errNoMemory = errors.New("no room for it")

// read reads a delivery. body is what came, nil where it did not come whole, decoded or
// not.
func (s *Subscriber) read(r *http.Request, d *Delivery) (body []byte, err error) {
	ctx, cancel := context.WithTimeoutCause(r.Context(), fetch.Deadline, errNoMemory)
	defer cancel()
	body, d.Body, err = s.o.Client().Receive(ctx, r.Header, r.Body, d.Share)
	return body, err
}

// pushed waits for a delivery to be on disk, but not for long. The hub is to be relied
// upon again.
func (s *Subscriber) pushed(l *feed.Lease, done <-chan error) error {
	late := time.NewTimer(storeWait)
	defer late.Stop()
	select {
	case err := <-done:
		if err != nil {
			return err
		}
	case <-late.C: // a visit of the source is under way
	}
	if !l.Missed {
		return nil
	}
	_, err := s.change(l.Token, func(l *feed.Lease) bool {
		missed := l.Missed
		l.Missed = false
		return missed
	})
	return err
}
