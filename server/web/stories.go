package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"topicwire/feed"
)

const (
	storyPrefix = "/stories/"
	// storyFresh is how long a story page is shown without looking again. A
	// story has no document of its own to be renewed: most are never asked for.
	storyFresh = 5 * time.Second
	// storyBytes bounds the pages that are kept, in all their codings.
	storyBytes = 8 << 20
	// storyRenders is how many stories are looked up and rendered at once.
	storyRenders = 4
)

func storyPath(k feed.StoryKey) string { return storyPrefix + strconv.FormatUint(uint64(k), 10) }

// storyKey is the story that a path names: a number as it is written, without
// sign or leading zeros, so that a story has one address.
func storyKey(path string) (feed.StoryKey, bool) {
	digits, ok := strings.CutPrefix(path, storyPrefix)
	if !ok {
		return 0, false
	}
	n, err := strconv.ParseUint(digits, 10, 64)
	if err != nil || n == 0 || strconv.FormatUint(n, 10) != digits {
		return 0, false
	}
	return feed.StoryKey(n), true
}

// A storyCache holds the story pages that were asked for of late.
type storyCache struct {
	now  func() time.Time
	work chan struct{} // one place a story that is being rendered

	mu     sync.Mutex
	pages  map[feed.StoryKey]*keptStory
	bytes  int
	topics uint64 // counts the calls of forget
}

// A keptStory is a page of the cache.
type keptStory struct {
	*document
	until time.Time // when it is looked up again
	used  time.Time
}

func newStoryCache() *storyCache {
	return &storyCache{now: time.Now, work: make(chan struct{}, storyRenders), pages: map[feed.StoryKey]*keptStory{}}
}

// fresh is the kept page of a story if it needs no second look.
func (c *storyCache) fresh(k feed.StoryKey) *document {
	c.mu.Lock()
	defer c.mu.Unlock()
	p, now := c.pages[k], c.now()
	if p == nil || !now.Before(p.until) {
		return nil
	}
	p.used = now
	return p.document
}

// kept is the page of a story, old or new, and the generation of topics it
// belongs to.
func (c *storyCache) kept(k feed.StoryKey) (*document, uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.pages[k]; p != nil {
		return p.document, c.topics
	}
	return nil, c.topics
}

// keep puts a page into the cache and drops those that were not asked for the
// longest. A page of topics that are no longer the site's is not kept; d is nil
// for a story that has no page.
func (c *storyCache) keep(k feed.StoryKey, d *document, topics uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.drop(k)
	if d == nil || topics != c.topics {
		return
	}
	now := c.now()
	c.pages[k] = &keptStory{d, now.Add(storyFresh), now}
	for c.bytes += d.size(); c.bytes > storyBytes && len(c.pages) > 1; {
		oldest := k
		for key, p := range c.pages {
			if o := c.pages[oldest]; p.used.Before(o.used) || oldest == k {
				oldest = key
			}
		}
		c.drop(oldest)
	}
}

// drop forgets a page. The caller holds mu.
func (c *storyCache) drop(k feed.StoryKey) {
	if p := c.pages[k]; p != nil {
		c.bytes -= p.size()
		delete(c.pages, k)
	}
}

// forget drops all pages: the topics they name have changed.
func (c *storyCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	clear(c.pages)
	c.bytes = 0
	c.topics++
}

// size is what a document takes in memory, nearly.
func (d *document) size() int { return 2*len(d.coded.body) + 1024 }

// story answers a request for a story's page.
func (s *Site) story(w http.ResponseWriter, r *http.Request, k feed.StoryKey) int {
	if s.opts.Story == nil {
		return s.missing.serve(w, r)
	}
	if d := s.stories.fresh(k); d != nil {
		return d.serve(w, r)
	}
	d, to, err := s.lookUp(r.Context(), k)
	switch {
	case err != nil:
		if r.Context().Err() == nil { // otherwise nobody waits any more
			s.log.Error("look up story", "story", k, "err", err)
		}
		w.Header().Set("Retry-After", "10")
		return plain(w, http.StatusServiceUnavailable, "this story cannot be read just now")
	case to != 0:
		return sendOn(w, http.StatusMovedPermanently, s.prefix+storyPath(to), cachePage) // an operator may take the merge back
	case d == nil:
		return s.missing.serve(w, r)
	}
	return d.serve(w, r)
}

// lookUp is the page of a story, or the story that it became, or neither where
// it has nothing for the public. Of several requests for one story the first
// does the work.
func (s *Site) lookUp(ctx context.Context, k feed.StoryKey) (d *document, to feed.StoryKey, err error) {
	select {
	case s.stories.work <- struct{}{}:
		defer func() { <-s.stories.work }()
	case <-ctx.Done():
		return nil, 0, context.Cause(ctx)
	}
	if d := s.stories.fresh(k); d != nil {
		return d, 0, nil
	}
	// Taken before the topics are: a page made with old ones is not kept.
	previous, topics := s.stories.kept(k)
	page, known, err := s.opts.Story(k)
	if err != nil {
		return nil, 0, err
	}
	filed, updated := s.published(page.Members)
	if !known || len(filed) == 0 {
		s.stories.keep(k, nil, topics)
		return nil, 0, nil
	}
	if page.Story != k {
		s.stories.keep(k, nil, topics)
		return nil, page.Story, nil
	}
	d = newDocument(s.renderStory(page, filed, updated), time.Time{}, timedTraits(), previous)
	s.stories.keep(k, d, topics)
	return d, 0, nil
}

// published are the site's topics that carry a member, in the site's order, and when
// the newest change of any of its topics was. A story that is in none is not for the
// public.
func (s *Site) published(members []feed.StoryMember) (list []feed.Topic, updated time.Time) {
	carried := map[feed.TopicID]bool{}
	for _, m := range members {
		for _, id := range m.Topics {
			carried[id] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.topics {
		updated = later(updated, t.card.Updated)
		if carried[t.ID] {
			list = append(list, t.Topic)
		}
	}
	return list, updated
}
