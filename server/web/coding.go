package web

import (
	"bytes"
	"io"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// A coding is how a body travels.
type coding uint8

const (
	identity coding = iota
	gzipped
	zstandard
	brotlied
	codings int    = iota
	refused coding = iota - 1 // the client accepts none
)

// name is a coding's in Accept-Encoding and Content-Encoding, and behind a hyphen in
// entity tags; "" for identity.
func (c coding) name() string { return [...]string{"", "gzip", "zstd", "br"}[c] }

// tag is the entity tag of the form in the coding of bytes that have the tag etag: two
// forms of one representation are two to a cache (RFC 9110 §8.8.3.3).
func (c coding) tag(etag string) string {
	if c == identity {
		return etag
	}
	return strings.TrimSuffix(etag, `"`) + "-" + c.name() + `"`
}

// ofBytes reports whether a tag is of some form of the bytes that have the tag etag.
func ofBytes(tag, etag string) bool {
	rest, ok := strings.CutPrefix(tag, strings.TrimSuffix(etag, `"`))
	if !ok {
		return false
	}
	switch rest {
	case `"`, `-gzip"`, `-zstd"`, `-br"`:
		return true
	}
	return false
}

// A coded is bytes with what codings make of them, each made when it is first asked
// for: who asks whether something changed makes nobody work.
type coded struct {
	body  []byte
	once  [codings]sync.Once
	forms [codings][]byte // nil where the coding gains nothing
}

// in is the body in a coding, nil where that gains nothing.
func (b *coded) in(c coding) []byte {
	if c == identity {
		return b.body
	}
	b.once[c].Do(func() {
		if made := encode(c, b.body); len(made) < len(b.body) {
			b.forms[c] = made
		}
	})
	return b.forms[c]
}

// The levels are those at which a feed takes a few milliseconds once: it is read a
// thousand times.
const brotliLevel = 5

var (
	gzips     = sync.Pool{New: func() any { return gzip.NewWriter(nil) }}
	brotlis   = sync.Pool{New: func() any { return brotli.NewWriterLevel(nil, brotliLevel) }}
	zstdCoder = sync.OnceValue(func() *zstd.Encoder {
		// Browsers refuse windows above 8 MiB (RFC 9659).
		e, err := zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20), zstd.WithLowerEncoderMem(true))
		if err != nil {
			panic(err) // the options are constants
		}
		return e
	})
)

func encode(c coding, body []byte) []byte {
	if c == zstandard {
		return zstdCoder().EncodeAll(body, nil)
	}
	pool := &gzips
	if c == brotlied {
		pool = &brotlis
	}
	w := pool.Get().(interface {
		io.WriteCloser
		Reset(io.Writer)
	})
	var out bytes.Buffer
	out.Grow(len(body)/3 + 64)
	w.Reset(&out)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	pool.Put(w)
	return bytes.Clone(out.Bytes())
}
