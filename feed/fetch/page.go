package fetch

import (
	"context"
	"net/http"
	"net/url"
)

// MaxPage is how much of a page is read, in bytes, decoded.
const MaxPage = 1 << 20

const acceptPage = "text/html, application/xhtml+xml;q=0.9, " + accept

// A Page is a document that is not polled: a site's home page, its robots.txt.
type Page struct {
	URL         string // where it came from, after redirects
	Moved       string // as Response.Moved
	ContentType string
	Link        []string // the Link headers as sent (RFC 8288)
	Body        []byte   // decoded; at most MaxPage bytes
	Cut         bool     // there was more
}

// Page fetches a page as Get fetches a feed, unconditionally. allow, where it is
// not nil, is asked before every request, also those that a redirect causes; its
// error ends the fetch.
func (c *Client) Page(ctx context.Context, address string, allow func(*url.URL) error) (*Page, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	t, err := c.travel(ctx, &Request{URL: address}, []string{acceptPage}, allow)
	if err != nil {
		return nil, err
	}
	defer drain(t.res)
	if t.res.StatusCode != http.StatusOK {
		return nil, t.failed(ctx, &StatusError{t.res.StatusCode, t.res.Header.Get("Retry-After")})
	}
	share := c.memory.Share()
	defer share.Free() // a page is small, and soon done with
	body, err := c.read(ctx, t.res, MaxPage, share)
	if err != nil {
		return nil, t.failed(ctx, err)
	}
	p := &Page{URL: bare(t.at), Moved: t.moved(), ContentType: t.res.Header.Get("Content-Type"), Link: t.res.Header.Values("Link"), Body: body}
	if len(body) > MaxPage {
		p.Body, p.Cut = body[:MaxPage], true
	}
	return p, nil
}
