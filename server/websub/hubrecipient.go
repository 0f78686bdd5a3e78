package websub

import (
	"net/url"
	"strings"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
)

// A carried document is one that somebody subscribed to.
type carried struct {
	path string
	now  *version // nil while nothing is published
	to   map[*recipient]bool
}

// A version is a document as it was at some time. It never changes.
type version struct {
	Document
	hash uint64
}

// A recipient is a subscription with what is under way for it.
type recipient struct {
	feed.Subscription
	of    *carried
	host  string // of the callback, with its port
	busy  bool   // a delivery waits, or is under way
	ended bool
}

// add makes a stored subscription known. The caller holds mu, or nobody else knows h.
func (h *Hub) add(s feed.Subscription) *recipient {
	r := &recipient{Subscription: s, of: h.carry(s.Path), host: hostOf(s.Callback)}
	r.of.to[r] = true
	h.wishes[s.Wish], h.keys[s.Key] = r, r
	if !s.Ping {
		h.subscribers++
		h.perHost[nameOf(r.host)]++
	}
	if s.Failures > 0 {
		h.failing[r] = true
	}
	return r
}

// remove forgets a subscription. The caller holds mu.
func (h *Hub) remove(r *recipient) {
	if r.ended {
		return
	}
	r.ended = true
	delete(r.of.to, r)
	delete(h.wishes, r.Wish)
	delete(h.keys, r.Key)
	delete(h.failing, r)
	delete(h.outcomes, r.Key)
	if name := nameOf(r.host); !r.Ping {
		h.subscribers--
		if h.perHost[name]--; h.perHost[name] == 0 {
			delete(h.perHost, name)
		}
	}
	if len(r.of.to) == 0 {
		delete(h.carried, r.of.path)
	}
}

// carry is what is known of a path. The caller holds mu.
func (h *Hub) carry(path string) *carried {
	c := h.carried[path]
	if c == nil {
		c = &carried{path: path, to: make(map[*recipient]bool)}
		h.carried[path] = c
	}
	return c
}

// refresh looks at what is published, and has it delivered where it is another one. The
// caller holds mu, and calls begin.
func (h *Hub) refresh(c *carried) {
	before := c.now
	if c.now = h.current(c); c.now == nil || before != nil && before.hash == c.now.hash {
		return
	}
	for r := range c.to {
		h.consider(r)
	}
}

// current is what is published.
func (h *Hub) current(c *carried) *version {
	d, ok := h.o.Document(c.path)
	switch {
	case !ok:
		return nil
	case c.now != nil && sameBytes(c.now.Body, d.Body):
		return c.now
	}
	return &version{d, xxhash.Sum64(d.Body)}
}

func sameBytes(a, b []byte) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// consider has the present document delivered, unless the recipient has it or is to wait.
// The caller holds mu, and calls begin.
func (h *Hub) consider(r *recipient) {
	now := h.now()
	switch {
	case r.busy || r.ended || !r.due() || r.expired(now) || r.Next.After(now):
	case r.Ping:
		r.busy = true
		h.pings.push(r.host, r)
	case r.Failures > 0:
		r.busy = true
		h.again.push(r.host, r)
	default:
		r.busy = true
		h.first.push(r.host, r)
	}
}

// due reports whether what is published is not what was delivered.
func (r *recipient) due() bool { return r.of.now != nil && r.of.now.hash != r.Delivered }

// hostOf is host and port of a callback, in lower case.
func hostOf(callback string) string {
	u, err := url.Parse(callback)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Host)
}

// nameOf is a host without its port.
func nameOf(host string) string {
	u := url.URL{Host: host}
	return u.Hostname()
}

// fullWith reports whether too many documents have subscribers already that are made when
// they are asked for, and a path is none of these.
func (h *Hub) fullWith(path string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	made := 0
	for p, c := range h.carried {
		if p == path {
			return false
		}
		if c.now != nil && c.now.Made {
			made++
		}
	}
	return made >= h.limits.made
}
