package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
)

// A Client is the process that serves a database, reached over its control socket.
type Client struct{ http http.Client }

// Dial reaches the process that serves a database; it fails where there is none.
// The caller must Close the client.
func Dial(ctx context.Context, database string) (*Client, error) {
	first, err := dialControl(ctx, database)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	first.Close()
	return &Client{http.Client{Transport: &http.Transport{
		DialContext:        func(ctx context.Context, _, _ string) (net.Conn, error) { return dialControl(ctx, database) },
		DisableCompression: true,
	}}}, nil
}

// Close ends the connection.
func (c *Client) Close() error {
	c.http.CloseIdleConnections()
	return nil
}

// post sends a question.
func (c *Client) post(ctx context.Context, path string, question any) (io.ReadCloser, error) {
	body, err := json.Marshal(question)
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://topicwire"+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("ask the serving process: %w", err)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return nil, gone(ctx, err)
	}
	if res.StatusCode != http.StatusOK {
		res.Body.Close()
		return nil, fmt.Errorf("the serving process answers %s: it may be of another version; start it again", res.Status)
	}
	return res.Body, nil
}

// gone is why an answer does not come to its end: nobody waits for it any more, or
// the serving process ended.
func gone(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return fmt.Errorf("the serving process ended before it answered (%v)", err)
}
