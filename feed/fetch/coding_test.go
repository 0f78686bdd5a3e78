package fetch

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// packed is text through a writer of some coding.
func packed(t *testing.T, text []byte, wrap func(io.Writer) io.WriteCloser) []byte {
	t.Helper()
	var buf bytes.Buffer
	w := wrap(&buf)
	if _, err := w.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

func brotlied(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) }

func zlibbed(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) }

func deflated(w io.Writer) io.WriteCloser {
	f, err := flate.NewWriter(w, flate.BestCompression)
	if err != nil {
		panic(err)
	}
	return f
}

func zstded(w io.Writer) io.WriteCloser {
	z, err := zstd.NewWriter(w)
	if err != nil {
		panic(err)
	}
	return z
}

func answerCoded(t *testing.T, codings []string, body []byte) (string, error) {
	t.Helper()
	u := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Encoding"] = codings
		w.Write(body)
	})
	c := local()
	defer c.Close()
	var first string
	// Twice, so that the second comes through a decoder that was used before.
	for n := range 2 {
		res, err := c.Get(t.Context(), Request{URL: u})
		if err != nil {
			return "", err
		}
		if n == 1 && string(res.Body) != first {
			t.Errorf("the second time %q, not %q", res.Body, first)
		}
		first = string(res.Body)
	}
	return first, nil
}

func TestCodingsAreUndone(t *testing.T) {
	text := []byte("<rss>" + strings.Repeat("Кыргыз Республикасы ", 500) + "</rss>")
	br, zs := packed(t, text, brotlied), packed(t, text, zstded)
	for name, tt := range map[string]struct {
		codings []string
		body    []byte
	}{
		"none":                    {nil, text},
		"identity":                {[]string{"identity"}, text},
		"a charset":               {[]string{"UTF-8"}, text},
		"gzip":                    {[]string{"gzip"}, gzipped(t, text)},
		"x-gzip":                  {[]string{"X-Gzip"}, gzipped(t, text)},
		"gzip without its word":   {nil, gzipped(t, text)},
		"gzip and a charset":      {[]string{"utf-8"}, gzipped(t, text)},
		"the word without gzip":   {[]string{"gzip"}, text},
		"gzip twice":              {[]string{"gzip, gzip"}, gzipped(t, gzipped(t, text))},
		"gzip twice, said once":   {[]string{"gzip"}, gzipped(t, gzipped(t, text))},
		"gzip once, said twice":   {[]string{"gzip", "gzip"}, gzipped(t, text)},
		"deflate":                 {[]string{"deflate"}, packed(t, text, zlibbed)},
		"bare deflate":            {[]string{"deflate"}, packed(t, text, deflated)},
		"deflate that is gzip":    {[]string{"deflate"}, gzipped(t, text)},
		"brotli":                  {[]string{"br"}, br},
		"zstd":                    {[]string{"zstd"}, zs},
		"brotli, then gzip":       {[]string{"br, gzip"}, gzipped(t, br)},
		"zstd, then brotli":       {[]string{"zstd", "br"}, packed(t, zs, brotlied)},
		"three bytes":             {nil, []byte("<a>")},
		"nothing":                 {nil, nil},
		"nothing, called gzip":    {[]string{"gzip"}, nil},
		"one byte, called x-gzip": {[]string{"x-gzip"}, []byte("<")},
	} {
		t.Run(name, func(t *testing.T) {
			want := string(text)
			if len(tt.body) < 4 {
				want = string(tt.body)
			}
			if got, err := answerCoded(t, tt.codings, tt.body); got != want || err != nil {
				t.Errorf("%d bytes, %v; want %d bytes", len(got), err, len(want))
			}
		})
	}
}

func TestErrorsNameTheCoding(t *testing.T) {
	text := bytes.Repeat([]byte("<rss/>"), 500)
	half := func(b []byte) []byte { return b[:len(b)-6] }
	for name, tt := range map[string]struct {
		codings []string
		body    []byte
		want    string
	}{
		"unknown":      {[]string{"lzma"}, text, `unknown Content-Encoding "lzma"`},
		"too many":     {[]string{"gzip, gzip, gzip, gzip"}, text, "Content-Encoding has 4 codings, more than 3"},
		"cut gzip":     {[]string{"gzip"}, half(gzipped(t, text)), "read body: gzip: "},
		"cut zlib":     {[]string{"deflate"}, half(packed(t, text, zlibbed)), "read body: deflate: "},
		"cut deflate":  {[]string{"deflate"}, half(packed(t, text, deflated)), "read body: deflate: "},
		"cut brotli":   {[]string{"br"}, half(packed(t, text, brotlied)), "read body: brotli: "},
		"cut zstd":     {[]string{"zstd"}, half(packed(t, text, zstded)), "read body: zstd: "},
		"plain brotli": {[]string{"br"}, text, "read body: brotli: "},
		"plain zstd":   {[]string{"zstd"}, text, "read body: zstd: "},
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := answerCoded(t, tt.codings, tt.body); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("err = %v, want %s…", err, tt.want)
			}
		})
	}
}

// Every coding is bounded, and so is what passes between two.
func TestBombsOfEveryCodingAreRefused(t *testing.T) {
	big := make([]byte, MaxBody+2)
	many := bytes.Repeat(gzipped(t, nil), MaxBody/15)
	for name, tt := range map[string]struct {
		coding string
		body   []byte
	}{
		"deflate":                {"deflate", packed(t, big, zlibbed)},
		"brotli":                 {"br", packed(t, big, brotlied)},
		"zstd":                   {"zstd", packed(t, big, zstded)},
		"gzip that says nothing": {"gzip, gzip", gzipped(t, many)},
	} {
		t.Run(name, func(t *testing.T) {
			if len(tt.body) > 1<<20 {
				t.Fatalf("the bomb has %d bytes", len(tt.body))
			}
			if _, err := answerCoded(t, []string{tt.coding}, tt.body); !errors.Is(err, ErrTooLarge) {
				t.Errorf("err = %v", err)
			}
		})
	}
}

// A frame that looks back farther than all decoders support is refused before
// its window is taken.
func TestZstdOfAWideWindowIsRefused(t *testing.T) {
	wide := func(w io.Writer) io.WriteCloser {
		z, err := zstd.NewWriter(w, zstd.WithWindowSize(64<<20))
		if err != nil {
			panic(err)
		}
		return z
	}
	// Longer than the window, else the frame says its size instead.
	body := packed(t, make([]byte, 65<<20), wide)
	if _, err := answerCoded(t, []string{"zstd"}, body); err == nil || errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "zstd: ") {
		t.Errorf("err = %v", err)
	}
}
