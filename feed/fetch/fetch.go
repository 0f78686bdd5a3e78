// Package fetch is the one way out: the guarded HTTP client of all egress, and
// the polite conditional GET of a feed on top of it.
//
// It stands on floor 2 and imports feed and feed/link. It decides nothing about
// when to fetch; that is server/poll's.
package fetch

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"topicwire/feed"
	"topicwire/feed/memory"
)

// Bounds on one fetch, redirects included.
const (
	Deadline  = 30 * time.Second
	MaxBody   = 10 << 20 // bytes, decoded
	redirects = 5
)

const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// A Request is one conditional GET. A user and a password in the URL are sent as
// RFC 7617 has it, unless Header has an Authorization.
type Request struct {
	URL        string
	Validators feed.Validators   // sent back byte for byte; the zero value asks unconditionally
	Header     map[string]string // the operator's own; sent to the URL's origin only
}

// A Response is the answer to a Request that succeeded: 200 with a body, or 304
// without one to a conditional request.
type Response struct {
	Status      int
	URL         string // where the answer came from, after redirects
	ContentType string
	Validators  feed.Validators // of this answer, as a whole; a 304 may carry new ones, or none
	Body        []byte          // decoded; nil for 304
	// Share is what Body holds of the client's Memory: who has done with Body frees it.
	Share *memory.Share
	// MaxAge is for how much longer the answer is fresh by Cache-Control or
	// Expires (RFC 9111 §4.2); 0 where it does not say, or is stale.
	MaxAge time.Duration
	// Moved is URL where every redirect on the way there was a permanent one
	// (301, 308) and none led from https to http; "" otherwise.
	Moved string
	// ContentLocation is the header as an absolute http(s) URL (RFC 9110 §8.7),
	// or "".
	ContentLocation string
	Link            []string // the Link headers as sent (RFC 8288)
}

// Unchanged reports whether the answer was 304 Not Modified.
func (r *Response) Unchanged() bool { return r.Status == http.StatusNotModified }

// ErrTooLarge is returned for a body of more than MaxBody bytes, decoded.
var ErrTooLarge = fmt.Errorf("the document is larger than %d MiB", MaxBody>>20)

// Get fetches a feed. It follows at most five redirects, within Deadline for
// all; it keeps no cookies and sends no Referer. A status other than 200 and 304
// is a *StatusError, and so is a 304 to a request without validators; an address
// that must not be dialled is a *BlockedError. No error shows a header's value, a
// user, a password or another secret of the address (link.Masked).
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	t, err := c.travel(ctx, &r, c.accept, nil)
	if err != nil {
		return nil, err
	}
	out, err := c.answer(ctx, t, r.Validators != feed.Validators{})
	if err != nil {
		return nil, t.failed(ctx, err)
	}
	return out, nil
}

func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, c.deadline, fmt.Errorf("no complete answer within %s", c.deadline))
}

func (c *Client) answer(ctx context.Context, t *trip, conditional bool) (*Response, error) {
	res := t.res
	defer drain(res)
	out := &Response{
		Status: res.StatusCode, URL: bare(t.at), ContentType: res.Header.Get("Content-Type"),
		Validators: feed.Validators{ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified")},
		MaxAge:     maxAge(res.Header), Moved: t.moved(), ContentLocation: absolute(t.at, res.Header.Get("Content-Location")),
		Link: res.Header.Values("Link"),
	}
	switch {
	case res.StatusCode == http.StatusNotModified && conditional:
		return out, nil
	case res.StatusCode != http.StatusOK:
		return nil, &StatusError{res.StatusCode, res.Header.Get("Retry-After")}
	}
	var err error
	out.Share = c.memory.Share()
	if out.Body, err = c.whole(ctx, res, out.Share); err != nil {
		out.Share.Free()
	}
	return out, err
}

// absolute is a reference in a header as an http(s) URL, or "".
func absolute(base *url.URL, ref string) string {
	if ref == "" {
		return ""
	}
	u, err := base.Parse(ref)
	if err != nil || !isHTTP(u) {
		return ""
	}
	u.Fragment = ""
	return bare(u)
}
