package desk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"topicwire/feed/fetch"
	"topicwire/feed/html"
	"topicwire/feed/parse"
)

// maxCandidates is how many feeds of one page are of interest.
const maxCandidates = 50

// A Candidate is an address that may be a source.
type Candidate struct {
	URL   string `json:"url"`
	Title string `json:"title"` // plain text, or ""
	Type  string `json:"type"`  // media type, or ""
	// Confirmed says that the address was fetched and is a feed; the title is
	// the feed's own then.
	Confirmed bool `json:"confirmed"`
}

// A RobotsError is a refusal to fetch what a robots.txt closes to this program.
type RobotsError struct {
	URL string // without query
}

func (e *RobotsError) Error() string { return "the site's robots.txt closes " + e.URL }

// Discover finds the feeds of a site: the address itself where it is a feed,
// else what the page's Link headers and link elements name as such (rel
// alternate with a feed's type, or rel feed), in that order. An address without
// scheme is taken as https.
//
// It asks for three documents at most, each of them once: robots.txt, the page,
// and the first feed, to see whether it is one; it guesses no addresses. What a
// robots.txt closes is a *RobotsError (RFC 9309); this is the one place where
// robots.txt counts, since to poll a feed that an operator names is not
// crawling. A page without feeds is no error.
func Discover(ctx context.Context, client *fetch.Client, address string) ([]Candidate, error) {
	address = complete(address)
	start, err := url.Parse(address)
	if err != nil || start.Scheme != "http" && start.Scheme != "https" || start.Host == "" {
		return nil, errors.New("the address is no valid http or https URL")
	}
	s := search{client: client, rules: map[string]robots{}}
	if err := s.readRobots(ctx, start); err != nil {
		return nil, err
	}
	page, err := client.Page(ctx, address, s.allow)
	if err != nil {
		return nil, err
	}
	start.User = nil
	own := Candidate{URL: start.String()}
	if own.confirm(page) == nil {
		return []Candidate{own}, nil
	}
	return s.check(ctx, candidates(page))
}

// complete makes an address of what people type.
func complete(s string) string {
	s = strings.TrimSpace(s)
	if rest, ok := strings.CutPrefix(s, "feed:"); ok {
		s = strings.TrimPrefix(rest, "//")
	}
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	return s
}

// A search is one run of Discover.
type search struct {
	client *fetch.Client
	rules  map[string]robots // by origin
}

func origin(u *url.URL) string { return u.Scheme + "://" + strings.ToLower(u.Host) }

// readRobots reads the robots.txt of a site. One that is not there permits
// everything, one that cannot be had forbids everything (RFC 9309 §2.3.1).
func (s *search) readRobots(ctx context.Context, of *url.URL) error {
	at := url.URL{Scheme: of.Scheme, User: of.User, Host: of.Host, Path: "/robots.txt"}
	page, err := s.client.Page(ctx, at.String(), nil)
	var status *fetch.StatusError
	switch {
	case err == nil:
		s.rules[origin(of)] = parseRobots(page.Body)
		// A site that moved as a whole: its rules are known there too.
		if u, err := url.Parse(page.URL); err == nil && u.Path == "/robots.txt" {
			s.rules[origin(u)] = s.rules[origin(of)]
		}
		return nil
	case errors.As(err, &status) && status.Status < 500 && status.Status != http.StatusTooManyRequests:
		s.rules[origin(of)] = nil
		return nil
	}
	return fmt.Errorf("robots.txt: %w", err)
}

// allow refuses what a robots.txt that was read closes. Of other origins it
// knows nothing; a fourth request to ask them would be worse manners.
func (s *search) allow(u *url.URL) error {
	if s.rules[origin(u)].allows(u) {
		return nil
	}
	bare := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path, RawPath: u.RawPath}
	return &RobotsError{bare.String()}
}

// candidates are the feeds that a page names.
func candidates(page *fetch.Page) []Candidate {
	base, err := url.Parse(page.URL)
	if err != nil {
		return nil
	}
	links := html.LinkHeaders(page.Link, base)
	if !strings.HasPrefix(mediaType(page.ContentType), "image/") {
		links = append(links, html.Links(html.UTF8(page.Body, page.ContentType), base)...)
	}
	var out []Candidate
	for _, l := range links {
		known := slices.ContainsFunc(out, func(c Candidate) bool { return c.URL == l.Href })
		if isFeed(&l) && !known && len(out) < maxCandidates {
			out = append(out, Candidate{URL: l.Href, Title: l.Title, Type: l.Type})
		}
	}
	return out
}

var feedTypes = map[string]bool{
	"application/rss+xml": true, "application/atom+xml": true, "application/feed+json": true, "application/rdf+xml": true,
	"application/x-rss+xml": true, "application/x-atom+xml": true, "application/rss": true, "text/rss+xml": true,
}

// isFeed reports whether a link says that it leads to a feed. A general type
// needs a word for it: text/xml may be anything, and application/json is most
// often an API.
func isFeed(l *html.Link) bool {
	switch {
	case l.Has("feed"):
		return true
	case !l.Has("alternate") || l.Has("stylesheet"):
		return false
	case feedTypes[l.Type]:
		return true
	case l.Type == "text/xml" || l.Type == "application/xml":
		s := strings.ToLower(l.Title + " " + l.Href)
		return strings.Contains(s, "rss") || strings.Contains(s, "atom") || strings.Contains(s, "feed")
	}
	return false
}

// check fetches the first candidate where the site's rules are known and permit
// it, and drops it if it is no feed.
func (s *search) check(ctx context.Context, all []Candidate) ([]Candidate, error) {
	if len(all) == 0 {
		return nil, nil
	}
	first := &all[0]
	u, err := url.Parse(first.URL)
	if err != nil {
		return nil, err
	}
	if _, known := s.rules[origin(u)]; !known || s.allow(u) != nil {
		return all, nil
	}
	page, err := s.client.Page(ctx, first.URL, s.allow)
	if err == nil {
		err = first.confirm(page)
	}
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil || !hopeless(err):
		return all, nil
	case len(all) == 1:
		return nil, fmt.Errorf("the page names the feed %s, but: %w", first.URL, err)
	}
	return all[1:], nil
}

// hopeless tells a feed that is none, is not there or cannot be had from one
// that may answer another time or with a password.
func hopeless(err error) bool {
	var status *fetch.StatusError
	var blocked *fetch.BlockedError
	if errors.As(err, &status) {
		return status.Status == http.StatusNotFound || status.Status == http.StatusGone
	}
	return errors.As(err, &blocked) || errors.Is(err, parse.ErrNotFeed) || errors.Is(err, parse.ErrMalformed) || errors.Is(err, parse.ErrBound)
}

// confirm reads a page as the candidate's feed. An address that has moved for
// good is replaced by the new one.
func (c *Candidate) confirm(page *fetch.Page) error {
	doc, err := parse.Feed(page.Body, parse.Options{URL: page.URL, ContentType: page.ContentType})
	if err != nil {
		return err
	}
	c.Confirmed = true
	c.URL = cmp.Or(page.Moved, c.URL)
	c.Title = cmp.Or(doc.Meta.Title, c.Title)
	if !feedTypes[c.Type] {
		c.Type = feedType(page)
	}
	return nil
}

// feedType is the media type of a feed: the one it was sent under where that is
// one of a feed, else by its first element.
func feedType(page *fetch.Page) string {
	if t := mediaType(page.ContentType); feedTypes[t] {
		return t
	}
	text := strings.ToLower(string(html.UTF8(page.Body[:min(len(page.Body), 64<<10)], page.ContentType)))
	if strings.HasPrefix(strings.TrimSpace(text), "{") {
		return "application/feed+json"
	}
	kind, at := mediaType(page.ContentType), len(text)
	for _, f := range []struct{ tag, kind string }{
		{"<rss", "application/rss+xml"}, {"<feed", "application/atom+xml"}, {"<rdf:rdf", "application/rdf+xml"}, {"<atom:feed", "application/atom+xml"},
	} {
		if i := strings.Index(text, f.tag); i >= 0 && i < at {
			kind, at = f.kind, i
		}
	}
	return kind
}

// mediaType is a Content-Type in lower case without parameters.
func mediaType(contentType string) string {
	t, _, _ := strings.Cut(contentType, ";")
	return strings.ToLower(strings.TrimSpace(t))
}
