package fetch

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/klauspost/compress/gzip"
)

// read reads and decodes a body, up to one byte more than limit. A body that
// takes more than MaxBody bytes on the way is ErrTooLarge whatever it decodes
// to: gzip can be long and say nothing.
func (c *Client) read(res *http.Response, limit int) ([]byte, error) {
	var body io.Reader = res.Body
	size := res.ContentLength
	switch enc := res.Header.Get("Content-Encoding"); enc {
	case "", "identity":
	case "gzip", "x-gzip":
		z, err := c.gunzip(&bounded{body, MaxBody + 1})
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
	if _, err := buf.ReadFrom(io.LimitReader(body, int64(limit)+1)); err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return buf.Bytes(), nil
}

func (c *Client) gunzip(r io.Reader) (*gzip.Reader, error) {
	z, _ := c.gzips.Get().(*gzip.Reader)
	if z == nil {
		return gzip.NewReader(r)
	}
	if err := z.Reset(r); err != nil {
		c.gzips.Put(z)
		return nil, err
	}
	return z, nil
}

// bounded fails with ErrTooLarge after left bytes.
type bounded struct {
	r    io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooLarge
	}
	n, err := b.r.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// drain reads what little is left, so that the connection can be used again.
func drain(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // an error only costs the connection
	res.Body.Close()
}
