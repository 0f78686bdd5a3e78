package fetch

import (
	"bytes"
	"context"
	"errors"
	"io"
	"maps"
	"net/http"
	"net/url"

	"topicwire/feed/link"
)

// MaxAnswer is how much of the answer to a Message is read, in bytes.
const MaxAnswer = 16 << 10

// A Message is a request of another kind than Get's: word to a subscriber, or to a hub.
type Message struct {
	Method string
	URL    string
	Header http.Header // User-Agent is added; it is not written to
	Body   []byte      // nil for none; several messages may share it
}

// An Answer is what came back, whatever its status.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte // as it was sent, at most MaxAnswer bytes
}

// Send sends a message as it is, within Deadline, and follows no redirect. Where the
// connection was kept from an earlier message and turns out to be closed, it is sent
// again. Where the status came and the body did not, there is an Answer and an error. An
// address that must not be dialled is a *BlockedError. No error shows a secret of the
// address (link.Masked).
func (c *Client) Send(ctx context.Context, m Message) (*Answer, error) {
	to, err := url.Parse(m.URL)
	if err != nil || !isHTTP(to) {
		return nil, errors.New("the address is no valid http or https URL")
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	to.Host = link.Authority(to.Host)
	h := maps.Clone(m.Header)
	if h == nil {
		h = make(http.Header, 2)
	}
	h["User-Agent"] = c.agent
	req := (&http.Request{Method: m.Method, URL: to, Host: to.Host, Header: h, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1}).WithContext(ctx)
	if m.Body != nil {
		// An empty list is not sent, and says that a second one does no harm.
		h["Idempotency-Key"] = nil
		req.ContentLength = int64(len(m.Body))
		req.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(m.Body)), nil }
		req.Body, _ = req.GetBody()
	}
	failed := func(err error) error {
		if ctx.Err() != nil {
			err = context.Cause(ctx)
		}
		return veil(err, nil, to)
	}
	res, err := c.transport.RoundTrip(req)
	if err != nil {
		return nil, failed(err)
	}
	defer drain(res)
	a := &Answer{Status: res.StatusCode, Header: res.Header}
	if a.Body, err = io.ReadAll(io.LimitReader(res.Body, MaxAnswer)); err != nil {
		return a, failed(err)
	}
	return a, nil
}
