package fetch

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"topicwire/feed/memory"
)

// read reads and decodes a body, up to one byte more than limit, into a share of
// memory, and waits for that where there is none. A body that
// takes more than MaxBody bytes on the way is ErrTooLarge whatever it decodes
// to: gzip can be long and say nothing.
func (c *Client) read(ctx context.Context, res *http.Response, limit int, share *memory.Share) ([]byte, error) {
	names, err := codings(res.Header)
	if err != nil {
		return nil, err
	}
	wire := &stage{r: res.Body, left: MaxBody + 1}
	hold := func(n int) error { return share.Hold(ctx, n) }
	switch {
	case res.ContentLength > 0 && res.ContentLength <= maxLent && len(names) == 1 && strings.HasSuffix(names[0], "gzip"):
		return c.lent(names, wire, int(res.ContentLength), limit, hold)
	case !slices.ContainsFunc(names, windowed):
		return c.decoded(names, wire, int(res.ContentLength), limit, hold)
	}
	sent, err := memory.ReadAll(wire, MaxBody+1, int(res.ContentLength), hold)
	if err == nil && len(sent) > MaxBody {
		err = ErrTooLarge
	}
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return c.unpacked(ctx, names, sent, limit, share)
}

// maxLent is how long a body is that is received whole into bytes that are lent to it, and
// decoded from there: that takes less time than decoding what comes piece by piece, and says
// how long it will be.
const maxLent = 128 << 10

// lent decodes a body of n bytes, which are held besides what it decodes to.
func (c *Client) lent(names []string, wire io.Reader, n, limit int, hold func(int) error) ([]byte, error) {
	if err := hold(n); err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	b, _ := c.bodies.Get().(*[]byte)
	if b == nil {
		b = new([]byte)
	}
	defer c.bodies.Put(b)
	*b = slices.Grow((*b)[:0], n)[:n]
	if _, err := io.ReadFull(wire, *b); err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return c.decoded(names, &stage{r: bytes.NewReader(*b), left: MaxBody + 1}, grown(*b), limit, func(size int) error { return hold(n + size) })
}

// grown is a fourth of what a body decodes to, by what gzip says at its end (RFC 1952
// §2.3.1); as much as it may be at most.
func grown(sent []byte) int {
	const most = 1032 // times, as deflate can
	if len(sent) < 4 {
		return len(sent)
	}
	says := binary.LittleEndian.Uint32(sent[len(sent)-4:])
	return int(min(uint64(says)+3, most*uint64(len(sent))))/4 + 1
}

// maxWindows is how many bodies are decoded at once by decoders that keep up to 16 MiB
// of what they wrote. None of them waits for anybody meanwhile.
const maxWindows = 2

func windowed(name string) bool { return name == "br" || name == "zstd" }

var errNoRoom = errors.New("no room")

// unpacked is what a body that was received whole decodes to. It is decoded at once, or
// once there is room for the largest that it may become.
func (c *Client) unpacked(ctx context.Context, names []string, sent []byte, limit int, share *memory.Share) ([]byte, error) {
	for room := 0; ; room = limit + limit/2 {
		if err := share.Hold(ctx, len(sent)+room); err != nil {
			return nil, fmt.Errorf("read body: %w", err)
		}
		select {
		case c.windows <- struct{}{}:
		case <-ctx.Done():
			return nil, fmt.Errorf("read body: %w", context.Cause(ctx))
		}
		body, err := c.decoded(names, &stage{r: bytes.NewReader(sent), left: MaxBody + 1}, len(sent), limit, func(n int) error {
			if n > room && !share.TryHold(len(sent)+n) {
				return errNoRoom
			}
			return nil
		})
		<-c.windows
		if errors.Is(err, errNoRoom) && room == 0 {
			continue
		}
		if err == nil {
			share.Shrink(cap(body))
		}
		return body, err
	}
}

// decoded reads and decodes a body of about size bytes, negative for unknown, as it
// comes; hold is memory.ReadAll's.
func (c *Client) decoded(names []string, body *stage, size, limit int, hold func(int) error) ([]byte, error) {
	// Past the last that is named, gzip without its word may lie.
	hint := size
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
		hint = min(4*size, 1<<20) // news feeds shrink to about a fifth
	}
	text, err := memory.ReadAll(body, limit+1, hint, hold)
	if err != nil {
		return nil, fmt.Errorf("read body: %w", err)
	}
	return text, nil
}

// Receive reads a body that somebody sends here with a header, and undoes its codings as
// Get does of an answer, in the same bounds. sent is the body as it came, also where it
// cannot be decoded. Both hold of share, which the caller frees.
func (c *Client) Receive(ctx context.Context, h http.Header, body io.Reader, share *memory.Share) (sent, decoded []byte, err error) {
	sent, err = memory.ReadAll(body, MaxBody+1, 0, func(n int) error { return share.Hold(ctx, n) })
	if err == nil && len(sent) > MaxBody {
		sent, err = nil, ErrTooLarge
	}
	if err != nil {
		return nil, nil, err
	}
	names, err := codings(h)
	if err == nil && len(names) == 0 && !bytes.HasPrefix(sent, gzipMagic) {
		return sent, sent, nil
	}
	if err == nil {
		decoded, err = c.unpacked(ctx, names, sent, MaxBody, share)
	}
	if err == nil && len(decoded) > MaxBody {
		err = ErrTooLarge
	}
	if err != nil {
		return sent, nil, err
	}
	return sent, decoded, nil
}

var gzipMagic = []byte{0x1f, 0x8b}

// whole is a body of at most MaxBody bytes.
func (c *Client) whole(ctx context.Context, res *http.Response, share *memory.Share) ([]byte, error) {
	body, err := c.read(ctx, res, MaxBody, share)
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

// bytes is what is left of a body that was received whole, which gzip reads faster than
// what comes through a stage; else the stage.
func (s *stage) bytes() io.Reader {
	b, ok := s.r.(*bytes.Reader)
	if !ok || s.next > 0 || s.err != nil {
		return s
	}
	if _, err := b.Seek(-int64(s.ends), io.SeekCurrent); err != nil {
		return s
	}
	return b
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
