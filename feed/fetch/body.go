package fetch

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// read reads and decodes a body, up to one byte more than limit. A body that
// takes more than MaxBody bytes on the way is ErrTooLarge whatever it decodes
// to: gzip can be long and say nothing.
func (c *Client) read(res *http.Response, limit int) ([]byte, error) {
	size := res.ContentLength
	body := &stage{r: res.Body, left: MaxBody + 1}
	names, err := codings(res.Header)
	if err != nil {
		return nil, err
	}
	// Past the last that is named, gzip without its word may lie.
	for _, name := range append(names, "") {
		d, err := c.decoder(name, body)
		if err != nil {
			return nil, err
		}
		if d == nil {
			continue
		}
		defer d.done()
		body = &stage{r: d, left: MaxBody + 1, name: d.name}
		size = 4 * res.ContentLength // news feeds shrink to about a fifth
	}
	var buf bytes.Buffer
	buf.Grow(int(min(max(size, 4<<10), 1<<20)) + bytes.MinRead)
	if _, err := buf.ReadFrom(io.LimitReader(body, int64(limit)+1)); err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return buf.Bytes(), nil
}

// Decode undoes the codings of a body that somebody sent here with a header, as Get
// does of an answer, in the same bounds.
func (c *Client) Decode(h http.Header, body []byte) ([]byte, error) {
	return c.whole(&http.Response{Header: h, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body))})
}

// whole is a body of at most MaxBody bytes.
func (c *Client) whole(res *http.Response) ([]byte, error) {
	body, err := c.read(res, MaxBody)
	if err == nil && len(body) > MaxBody {
		err = ErrTooLarge
	}
	return body, err
}

// A stage is a body as it comes off the wire, or out of a decoder. It can be
// asked what it begins with, and fails with ErrTooLarge after left bytes.
type stage struct {
	r    io.Reader
	left int
	name string // of the decoder, for errors; "" for the wire
	head [4]byte
	ends int   // how many bytes of head are filled
	next int   // how many of them are read
	err  error // met while filling head
	look bool  // head has been filled
}

// begins reports whether the next bytes are magic, four at most.
func (s *stage) begins(magic ...byte) bool {
	return bytes.HasPrefix(s.peek(), magic)
}

func (s *stage) peek() []byte {
	if !s.look {
		s.look = true
		s.ends, s.err = io.ReadFull(s.r, s.head[:])
		if s.err == io.ErrUnexpectedEOF {
			s.err = nil // the next read says how it ended
		}
	}
	return s.head[s.next:s.ends]
}

func (s *stage) Read(p []byte) (int, error) {
	if s.left <= 0 {
		return 0, ErrTooLarge
	}
	p = p[:min(len(p), s.left)]
	var n int
	err := s.err
	switch {
	case s.next < s.ends:
		n, err = copy(p, s.head[s.next:s.ends]), nil
		s.next += n
	case err == nil:
		n, err = s.r.Read(p)
	}
	s.left -= n
	if err != nil && err != io.EOF && s.name != "" && !errors.Is(err, ErrTooLarge) {
		err = fmt.Errorf("%s: %w", s.name, err)
	}
	return n, err
}

// drain reads what little is left, so that the connection can be used again.
func drain(res *http.Response) {
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10) // an error only costs the connection
	res.Body.Close()
}
