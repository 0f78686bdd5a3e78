// Package fetch is the one way out: the guarded HTTP client of all egress, and
// the polite conditional GET of a feed on top of it.
//
// It stands on floor 2 and imports feed only. It decides nothing about when to
// fetch; that is server/poll's.
package fetch

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"topicwire/feed"
)

// Bounds on one fetch, redirects included.
const (
	Deadline  = 30 * time.Second
	MaxBody   = 10 << 20 // bytes, decoded
	redirects = 5
)

const accept = "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8, application/json;q=0.7, */*;q=0.1"

// A Request is one conditional GET.
type Request struct {
	URL        string
	Validators feed.Validators   // sent back byte for byte; the zero value asks unconditionally
	Header     map[string]string // the operator's own; sent to the URL's origin only
}

// A Response is the answer to a Request that succeeded: 200 with a body, or 304
// without one.
type Response struct {
	Status      int
	URL         string // where the answer came from, after redirects
	ContentType string
	Validators  feed.Validators // of this answer, as a whole
	Body        []byte          // decoded; nil for 304
}

// Unchanged reports whether the answer was 304 Not Modified.
func (r *Response) Unchanged() bool { return r.Status == http.StatusNotModified }

// A StatusError is an answer other than 200 or 304.
type StatusError struct {
	Status     int
	RetryAfter string // the header as sent, or ""
}

func (e *StatusError) Error() string {
	s := strconv.Itoa(e.Status)
	if t := http.StatusText(e.Status); t != "" {
		s += " " + t
	}
	return "the server answered " + s
}

// ErrTooLarge is returned for a body of more than MaxBody bytes, decoded.
var ErrTooLarge = fmt.Errorf("the document is larger than %d MiB", MaxBody>>20)

// Get fetches a feed. It follows at most five redirects, within Deadline for
// all; it keeps no cookies and sends no Referer. A status other than 200 and 304
// is a *StatusError, an address that must not be dialled a *BlockedError.
func (c *Client) Get(ctx context.Context, r Request) (*Response, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.deadline, fmt.Errorf("no complete answer within %s", c.deadline))
	defer cancel()
	origin, err := url.Parse(r.URL)
	if err != nil {
		return nil, err
	}
	to := origin
	for range redirects + 1 {
		res, err := c.send(ctx, to, origin, r)
		if err != nil {
			return nil, plain(ctx, err)
		}
		next, err := redirect(res, to)
		if err != nil || next != nil {
			drain(res)
			if err != nil {
				return nil, err
			}
			to = next
			continue
		}
		out, err := c.answer(res, to)
		if err != nil {
			return nil, plain(ctx, err)
		}
		return out, nil
	}
	return nil, fmt.Errorf("more than %d redirects", redirects)
}

func (c *Client) send(ctx context.Context, to, origin *url.URL, r Request) (*http.Response, error) {
	if to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, fmt.Errorf("%s is no http address", to.Redacted())
	}
	h := make(http.Header, 6)
	if to.Scheme == origin.Scheme && to.Host == origin.Host {
		for k, v := range r.Header {
			h.Set(k, v)
		}
	}
	h["User-Agent"] = c.agent
	h["Accept"] = c.accept
	// Asked for by hand, so that the transport leaves decoding to the bounds here.
	h["Accept-Encoding"] = c.encoding
	if v := r.Validators.ETag; v != "" {
		h["If-None-Match"] = []string{v}
	}
	if v := r.Validators.LastModified; v != "" {
		h["If-Modified-Since"] = []string{v}
	}
	req := (&http.Request{Method: http.MethodGet, URL: to, Host: to.Host, Header: h, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	// The transport itself, not http.Client: no cookies, no Referer, and
	// redirects by the rules here.
	return c.transport.RoundTrip(req)
}

// redirect is where an answer sends us on; nil when it does not.
func redirect(res *http.Response, from *url.URL) (*url.URL, error) {
	switch res.StatusCode {
	case 301, 302, 303, 307, 308:
	default:
		return nil, nil
	}
	loc := res.Header.Get("Location")
	if loc == "" {
		return nil, fmt.Errorf("the server answered %d without a Location", res.StatusCode)
	}
	to, err := from.Parse(loc)
	if err != nil {
		return nil, fmt.Errorf("redirect: %w", err)
	}
	if to.Scheme != "http" && to.Scheme != "https" || to.Host == "" {
		return nil, fmt.Errorf("redirected to %s, which is no http address", to.Redacted())
	}
	to.Fragment = ""
	return to, nil
}

func (c *Client) answer(res *http.Response, from *url.URL) (*Response, error) {
	defer drain(res)
	out := &Response{
		Status: res.StatusCode, URL: from.String(), ContentType: res.Header.Get("Content-Type"),
		Validators: feed.Validators{ETag: res.Header.Get("ETag"), LastModified: res.Header.Get("Last-Modified")},
	}
	switch res.StatusCode {
	case http.StatusNotModified:
		return out, nil
	case http.StatusOK:
	default:
		return nil, &StatusError{res.StatusCode, res.Header.Get("Retry-After")}
	}
	body, err := c.read(res)
	out.Body = body
	return out, err
}

// read reads and decodes the body within MaxBody.
func (c *Client) read(res *http.Response) ([]byte, error) {
	var body io.Reader = res.Body
	size := res.ContentLength
	switch enc := res.Header.Get("Content-Encoding"); enc {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := c.gunzip(body)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", err)
		}
		defer c.gzips.Put(z)
		body = z
		size *= 4 // news feeds shrink to about a fifth
	default:
		return nil, fmt.Errorf("unknown Content-Encoding %q", enc)
	}
	var buf bytes.Buffer
	buf.Grow(int(min(max(size, 4<<10), 1<<20)) + bytes.MinRead)
	n, err := buf.ReadFrom(io.LimitReader(body, MaxBody+1))
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	if n > MaxBody {
		return nil, ErrTooLarge
	}
	return buf.Bytes(), nil
}

// drain reads what little is left, so that the connection can be used again.
func drain(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // an error only costs the connection
	res.Body.Close()
}

// plain turns a deadline into the sentence that explains it.
func plain(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return context.Cause(ctx)
	}
	return err
}
