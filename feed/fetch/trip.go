package fetch

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"topicwire/feed/link"
)

// A trip is one request on its way through redirects.
type trip struct {
	origin, at *url.URL
	header     map[string]string
	res        *http.Response
	hops       int  // redirects so far
	permanent  bool // every one of them
	cookie     bool // one of them set one
}

// moved is where the trip ended if all of its redirects were permanent.
func (t *trip) moved() string {
	if t.hops > 0 && t.permanent {
		return bare(t.at)
	}
	return ""
}

// travel sends a request and follows its redirects. allow, where it is not nil,
// is asked before every request. Whoever gets the trip closes its body.
func (c *Client) travel(ctx context.Context, r *Request, accept []string, allow func(*url.URL) error) (*trip, error) {
	origin, err := url.Parse(r.URL)
	if err != nil || !isHTTP(origin) {
		// What url.Parse says may quote a password.
		return nil, errors.New("the address is no valid http or https URL")
	}
	// The transport looks a name up folded, but asks for it as it stands here.
	origin.Host = link.Authority(origin.Host)
	t := &trip{origin: origin, at: origin, header: r.Header, permanent: true}
	for {
		if allow != nil {
			if err := allow(t.at); err != nil {
				return nil, t.failed(ctx, err)
			}
		}
		t.res, err = c.send(ctx, t, r, accept)
		if err != nil {
			return nil, t.failed(ctx, err)
		}
		next, err := redirect(t.res, t.at)
		if next == nil && err == nil {
			return t, nil
		}
		drain(t.res)
		t.cookie = t.cookie || len(t.res.Header["Set-Cookie"]) > 0
		if err == nil && t.hops == redirects {
			err = t.endless()
		}
		if err != nil {
			return nil, t.failed(ctx, err)
		}
		t.follow(next)
	}
}

func (t *trip) endless() error {
	if t.cookie {
		return fmt.Errorf("more than %d redirects, and a cookie on the way: the server may want it back, but none is kept", redirects)
	}
	return fmt.Errorf("more than %d redirects", redirects)
}

func (t *trip) follow(next *url.URL) {
	if s := t.res.StatusCode; s != http.StatusMovedPermanently && s != http.StatusPermanentRedirect || t.at.Scheme == "https" && next.Scheme == "http" {
		t.permanent = false
	}
	t.at = next
	t.hops++
}

// failed says of an error where the redirects had led, turns a deadline into the
// sentence that explains it, and takes secrets out.
func (t *trip) failed(ctx context.Context, err error) error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		err = context.Cause(ctx)
	}
	if t.hops > 0 {
		err = fmt.Errorf("redirected to %s: %w", shown(t.at), err)
	}
	return veil(err, t.header, t.origin, t.at)
}

func (c *Client) send(ctx context.Context, t *trip, r *Request, accept []string) (*http.Response, error) {
	h := make(http.Header, 6)
	h["Accept"] = accept
	if sameOrigin(t.at, t.origin) {
		if u := t.origin.User; u != nil {
			password, _ := u.Password()
			h["Authorization"] = []string{basic(u.Username(), password)}
		}
		for k, v := range r.Header {
			h.Set(k, v)
		}
	}
	h["User-Agent"] = c.agent
	// Asked for by hand, so that the transport leaves decoding to the bounds here.
	h["Accept-Encoding"] = c.encoding
	if v := r.Validators.ETag; v != "" {
		h["If-None-Match"] = []string{v}
	}
	if v := r.Validators.LastModified; v != "" {
		h["If-Modified-Since"] = []string{v}
	}
	req := (&http.Request{Method: http.MethodGet, URL: t.at, Host: t.at.Host, Header: h, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
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
		return nil, fmt.Errorf("the server answered %d with a Location that is no address", res.StatusCode)
	}
	if !isHTTP(to) {
		return nil, fmt.Errorf("redirected to %s, which is no http address", shown(to))
	}
	to.User, to.Fragment = nil, ""
	to.Host = link.Authority(to.Host)
	return to, nil
}

func isHTTP(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" && u.Opaque == ""
}

// sameOrigin compares scheme, host and port (RFC 6454 §5).
func sameOrigin(a, b *url.URL) bool {
	return a.Scheme == b.Scheme && strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

func port(u *url.URL) string {
	switch p := u.Port(); {
	case p != "":
		return p
	case u.Scheme == "https":
		return "443"
	}
	return "80"
}
