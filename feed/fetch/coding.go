package fetch

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// asked is Accept-Encoding: all that read undoes. Servers pick the smallest they
// have, which is what costs publishers least.
const asked = "gzip, br, zstd"

// maxCodings is how many codings of one body are undone, maxWindow how many bytes
// back a zstd frame may look (RFC 8878 §3.1.1.1.2 has 8 MB as what all support).
const (
	maxCodings = 3
	maxWindow  = 8 << 20
)

// codings are the names in Content-Encoding in the order in which to undo them:
// the last applied stands last (RFC 9110 §8.4).
func codings(h http.Header) ([]string, error) {
	var names []string
	for _, line := range h["Content-Encoding"] {
		for name := range strings.SplitSeq(line, ",") {
			names = append(names, strings.ToLower(strings.TrimSpace(name)))
		}
	}
	if len(names) > maxCodings {
		return nil, fmt.Errorf("Content-Encoding has %d codings, more than %d", len(names), maxCodings)
	}
	slices.Reverse(names)
	return names, nil
}

// A decoder undoes one coding. It is given back with done.
type decoder struct {
	io.Reader
	name string
	done func()
}

// decoder is what undoes the coding of a name; nil where there is nothing to
// undo. What gzip begins with counts for more than the name: servers send it
// without its word, and the word without it.
func (c *Client) decoder(name string, s *stage) (*decoder, error) {
	switch name {
	case "", "identity", "gzip", "x-gzip", "deflate":
		if s.begins(0x1f, 0x8b) {
			return pooled(&c.gzips, "gzip", s.bytes(), gzip.NewReader)
		}
		if name != "deflate" {
			return nil, nil
		}
		return inflate(s)
	case "br":
		return pooled(&c.brotlis, "brotli", s, func(r io.Reader) (*brotli.Reader, error) { return brotli.NewReader(r), nil })
	case "zstd":
		return pooled(&c.zstds, "zstd", s, func(r io.Reader) (*zstd.Decoder, error) {
			return zstd.NewReader(r, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		})
	case "utf-8", "utf8", "none", "binary", "8bit", "unknown":
		return nil, nil // what servers say that mean something else, or nothing
	}
	return nil, fmt.Errorf("unknown Content-Encoding %q", name)
}

// inflate undoes deflate, which is in zlib's envelope (RFC 9110 §8.4.1.2) or, as
// many servers have it, bare.
func inflate(s *stage) (*decoder, error) {
	if b := s.peek(); len(b) < 2 || b[0]&0x0f != 8 || (int(b[0])<<8|int(b[1]))%31 != 0 {
		r := flate.NewReader(s)
		return &decoder{r, "deflate", func() { r.Close() }}, nil
	}
	r, err := zlib.NewReader(s)
	if err != nil {
		return nil, fmt.Errorf("deflate: %w", err)
	}
	return &decoder{r, "deflate", func() { r.Close() }}, nil
}

// pooled is a decoder out of a pool of R, or a new one.
func pooled[R interface {
	io.Reader
	Reset(io.Reader) error
}](pool *sync.Pool, name string, body io.Reader, fresh func(io.Reader) (R, error)) (*decoder, error) {
	r, used := pool.Get().(R)
	var err error
	if used {
		err = r.Reset(body)
	} else {
		r, err = fresh(body)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &decoder{r, name, func() { pool.Put(r) }}, nil
}
