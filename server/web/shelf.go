package web

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// A shelf holds the documents that were asked for of late and that nobody publishes:
// pages of stories, archives, months, feeds of one language. Each is made when it is
// asked for, of what is stored.
type shelf struct {
	now  func() time.Time
	work chan struct{} // one place a document that is being made

	mu     sync.Mutex
	kept   map[string]*kept // by path
	bytes  int
	topics uint64 // counts the calls of forget
}

// A kept document is one of the shelf.
type kept struct {
	*document
	fresh
	used time.Time
}

// fresh is how long a document needs no second look: until a time, or while what it is
// made of has had this turn.
type fresh struct {
	until time.Time
	turn  uint64
}

const (
	// shelfBytes bounds the documents that are kept, in all their codings.
	shelfBytes = 32 << 20
	// shelfWorks is how many are made at once.
	shelfWorks = 4
)

func newShelf() *shelf {
	return &shelf{now: time.Now, work: make(chan struct{}, shelfWorks), kept: map[string]*kept{}}
}

// fresh is the kept document of a path if it needs no second look; turn is that of what
// it is made of, 0 where only time counts.
func (c *shelf) fresh(path string, turn uint64) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	k, now := c.kept[path], c.now()
	if k == nil || !now.Before(k.until) && (turn == 0 || turn != k.turn) {
		return nil
	}
	k.used = now
	return k.document
}

// last is the document of a path, old or new, and the generation of topics that a new
// one belongs to.
func (c *shelf) last(path string) (*document, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if k := c.kept[path]; k != nil {
		return k.document, c.topics
	}
	return nil, c.topics
}

// keep puts a document on the shelf and drops those that were not asked for the longest.
// One of topics that are no longer the site's is not kept; d is nil for a path that has
// none.
func (c *shelf) keep(path string, d *document, topics uint64, f fresh) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(path)
	if d == nil || topics != c.topics {
		return
	}
	c.kept[path] = &kept{d, f, c.now()}
	for c.bytes += d.size(); c.bytes > shelfBytes && len(c.kept) > 1; {
		oldest := path
		for p, k := range c.kept {
			if o := c.kept[oldest]; k.used.Before(o.used) || oldest == path {
				oldest = p
			}
		}
		c.drop(oldest)
	}
}

// drop forgets a document. The caller holds mu.
func (c *shelf) drop(path string) {
	if k := c.kept[path]; k != nil {
		c.bytes -= k.size()
		delete(c.kept, path)
	}
}

// forget drops everything: the topics have changed.
func (c *shelf) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.kept)
	c.bytes = 0
	c.topics++
}

// size is what a document takes in memory, nearly.
func (d *document) size() int { return 2*len(d.coded.body) + 1024 }

// look is the document of a path: from the shelf, or else as made makes it, from what
// was there before. Of many requests for one path the first few do the work. made says
// where else the document is, or gives neither where there is none.
func (s *Site) look(ctx context.Context, path string, f func() fresh, made func(previous *document) (*document, string, error)) (d *document, to string, err error) {
	if d := s.shelf.fresh(path, f().turn); d != nil {
		return d, "", nil
	}
	select {
	case s.shelf.work <- struct{}{}:
		defer func() { <-s.shelf.work }()
	case <-ctx.Done():
		return nil, "", context.Cause(ctx)
	}
	// Taken before what it is made of is read: what is made of older is not kept for
	// newer.
	at := f()
	if d := s.shelf.fresh(path, at.turn); d != nil {
		return d, "", nil
	}
	previous, topics := s.shelf.last(path)
	if d, to, err = made(previous); err == nil {
		s.shelf.keep(path, d, topics, at)
	}
	return d, to, err
}

// answerMade answers a request for a document that look finds.
func (s *Site) answerMade(w http.ResponseWriter, r *http.Request, path string, f func() fresh, made func(*document) (*document, string, error)) int {
	d, to, err := s.look(r.Context(), path, f, made)
	return s.answerWith(w, r, path, d, to, err)
}

// answerWith answers with what look found.
func (s *Site) answerWith(w http.ResponseWriter, r *http.Request, path string, d *document, to string, err error) int {
	switch {
	case err != nil:
		if r.Context().Err() == nil { // otherwise nobody waits any more
			s.log.Error("page not shown", "path", path, "error", err)
		}
		w.Header().Set("Retry-After", "10")
		return plain(w, http.StatusServiceUnavailable, "this cannot be read just now")
	case to != "":
		return sendOn(w, http.StatusMovedPermanently, s.prefix+to, cachePage) // an operator may take the merge back
	case d == nil:
		return s.absent(path).serve(w, r)
	}
	return d.serve(w, r)
}
