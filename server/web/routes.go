package web

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// Cache-Control of the kinds of documents. A cache may show what it has while it asks
// again, and for a day where nobody answers.
const (
	stale       = ", stale-while-revalidate=300, stale-if-error=86400"
	cachePage   = "public, max-age=60" + stale
	cacheStatic = "public, max-age=31536000, immutable" // their names hold their hashes
	// Feeds name their pictures by addresses that stay.
	cachePicture = "public, max-age=86400"
	cacheArchive = "public, max-age=3600" + stale // of one that is closed
	cacheNone    = "no-store"
	cacheAsking  = "no-cache" // of a page that loads itself anew
)

// route swaps in the table of paths. The caller holds mu.
func (s *Site) route() {
	table := make(map[string]*slot, 2*(len(s.fixed)+4*len(s.topics)+len(formats)))
	add := func(places ...*slot) {
		for _, p := range places {
			table[decoded(p.path)] = p
			table[decoded(strings.TrimPrefix(p.path, s.prefix))] = p
		}
	}
	add(s.fixed...)
	add(s.filed...)
	add(s.all.feeds[:]...)
	for _, t := range s.topics {
		add(t.places()...)
	}
	if s.prefix != "" {
		table[decoded(s.prefix)] = s.fixed[0]
	}
	s.table.Store(&table)
}

// decoded is a path as requests carry it, without escapes.
func decoded(path string) string {
	if p, err := url.PathUnescape(path); err == nil {
		return p
	}
	return path
}

func (s *Site) slot(path string) *slot { return &slot{path: s.prefix + path} }

func topicPath(id feed.TopicID) string { return publish.TopicPath(id) }

// pagePolicy is what a page may load: our own style sheet and icon, and nothing else at
// all; no page is framed. timedPolicy is that of a page with times, which has a script.
const (
	pagePolicy  = "default-src 'none'; " + pageParts
	timedPolicy = "default-src 'none'; script-src 'self'; " + pageParts
	pageParts   = "style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

// pageTraits are those of HTML pages. No site that a link leads to learns where its
// reader came from.
func pageTraits() traits {
	return traits{
		mediaType: "text/html; charset=utf-8",
		cache:     cachePage,
		extra: []field{
			one("Content-Security-Policy", pagePolicy),
			one("Referrer-Policy", "no-referrer"),
		},
	}
}

// timedTraits are those of HTML pages with times.
func timedTraits() traits {
	t := pageTraits()
	t.extra[0] = one("Content-Security-Policy", timedPolicy)
	return t
}

// topicPageTraits are those of a topic's page, which hubs carry as they do its feeds.
func (s *Site) topicPageTraits(id feed.TopicID) traits {
	t := timedTraits()
	t.self = s.base + topicPath(id)
	t.extra = append(t.extra, one("Link", s.discovery(t.self, "text/html")))
	return t
}

// discovery is the Link header of a document that hubs carry: its own address and theirs
// (RFC 8288, WebSub §4).
func (s *Site) discovery(self, mediaType string) string {
	link := fmt.Sprintf("<%s>; rel=\"self\"; type=%q", self, mediaType)
	for _, h := range s.opts.Hubs {
		link += ", <" + h + ">; rel=\"hub\""
	}
	return link
}

// How long caches keep a feed: a quarter of the time between two of its entries, within
// bounds. Nobody polls faster than the first with reason, nor should miss more than the
// last.
const (
	feedAtLeast = time.Minute
	feedAtMost  = 15 * time.Minute
	feedUnknown = 5 * time.Minute // where there are too few entries to tell
)

// feedCache is the Cache-Control of an edition's feeds.
func feedCache(ed *feed.Edition) string {
	if ed.History.Newer > 0 {
		return cacheArchive
	}
	return fmt.Sprintf("public, max-age=%d%s", int(rhythm(ed).Seconds()), stale)
}

func rhythm(ed *feed.Edition) time.Duration {
	filed := make([]time.Time, 0, len(ed.Entries))
	for i := range ed.Entries {
		filed = append(filed, ed.Entries[i].Filed)
	}
	slices.SortFunc(filed, func(a, b time.Time) int { return b.Compare(a) })
	filed = filed[:min(len(filed), feed.MaxDates)]
	if len(filed) < 3 {
		return feedUnknown
	}
	gaps := make([]time.Duration, len(filed)-1)
	for i := range gaps {
		gaps[i] = filed[i].Sub(filed[i+1])
	}
	slices.Sort(gaps)
	return min(max(gaps[len(gaps)/2]/4, feedAtLeast), feedAtMost).Truncate(time.Second)
}

// feedTraits are those of a topic's feed. Readers that run in a web page may
// fetch it from anywhere; the Link header says what the document says of itself.
func (s *Site) feedTraits(ed *feed.Edition, f publish.Format) traits {
	var link strings.Builder
	self := s.base + publish.Path(ed) + f.Ext()
	for _, l := range publish.Links(ed, f, s.site()) {
		fmt.Fprintf(&link, `<%s>; rel=%q; type=%q, `, l.Href, l.Rel, l.Type)
	}
	fmt.Fprintf(&link, `<%s>; rel="alternate"; type="text/html"`, s.base+publish.PagePath(ed))
	seen := "application/xml; charset=utf-8"
	if f == publish.JSON {
		seen = ""
	}
	return traits{
		mediaType: f.ContentType(), seen: seen,
		cache:  feedCache(ed),
		extra:  []field{one("Link", link.String())},
		always: []field{one("Access-Control-Allow-Origin", "*"), one("Access-Control-Expose-Headers", "ETag, Link, Last-Modified")},
		shared: true,
		self:   self,
	}
}
