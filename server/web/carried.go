package web

import (
	"context"
	"strings"
	"time"
)

// A Carried is a document that hubs carry, as it is published now.
type Carried struct {
	Body        []byte // as it is, in no coding; not to be written to, and the same slice while it is the same document
	ContentType string
	Self        string // its address (WebSub §4)
	Made        bool   // it is made anew when it is asked for
}

// Carried is the document at a path below the public address that hubs carry: a feed, or
// the page of a topic. It reports false where there is none, or none was published yet.
func (s *Site) Carried(path string) (Carried, bool) {
	place, ok := (*s.table.Load())[decoded(s.prefix)+path]
	if !ok {
		return s.carriedMade(path)
	}
	d := place.Load()
	if d == nil || d.traits.self == "" || d.provisional {
		return Carried{}, false
	}
	return Carried{d.coded.body, d.traits.mediaType, d.traits.self, false}, true
}

// carriedMade is the feed of a language or of a story. Archives do not change.
func (s *Site) carriedMade(path string) (Carried, bool) {
	want, f, ok := wanted(path)
	if !ok || want.Archive != 0 || s.opts.Edition == nil {
		return Carried{}, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), carriedWithin)
	defer cancel()
	d, to, err := s.lookEdition(ctx, path, want, f)
	if err != nil || d == nil || to != "" {
		return Carried{}, false
	}
	return Carried{d.coded.body, d.traits.mediaType, d.traits.self, true}, true
}

// carriedWithin is how long a hub waits for a document that is to be made.
const carriedWithin = 2 * time.Second

// CarriedPaths are the paths of all documents that hubs carry, in no order.
func (s *Site) CarriedPaths() []string {
	prefix := decoded(s.prefix)
	var paths []string
	for path, place := range *s.table.Load() {
		// Each is there a second time without the prefix.
		if d := place.Load(); d != nil && d.traits.self != "" && path == decoded(place.path) {
			paths = append(paths, strings.TrimPrefix(path, prefix))
		}
	}
	return paths
}
