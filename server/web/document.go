package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"html/template"
	"net/http"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/klauspost/compress/gzip"
)

// A slot is a place in the table of paths. Its document is nil until the first
// one is put there, and may be replaced at any time.
type slot struct {
	path string // as visitors see it, with the prefix
	atomic.Pointer[document]
}

// A document is one answer to GET and HEAD, prepared: its bytes in each coding
// and its header fields. It never changes.
type document struct {
	status       int
	modified     time.Time // whole seconds, UTC; zero for a document without a date
	lastModified string    // modified as a header, or ""
	plain        form
	zipped       form // without a body where gzip gains nothing
}

// A form is a document in one coding.
type form struct {
	body        []byte
	etag        string // strong, with its quotes; "" for a document without validators
	full        []field
	notModified []field
}

// A field is a header field, ready to be put into a response's header. The
// slice is shared by all responses and must not be written to.
type field struct {
	key    string // canonical
	values []string
}

// traits are what the documents of one kind have in common.
type traits struct {
	mediaType string
	cache     string  // Cache-Control
	extra     []field // with every full answer
	always    []field // with 304 answers too
	noETag    bool
}

// minGzip is the size in bytes below which a body fits one packet anyway.
const minGzip = 512

// compressor makes gzip forms. Writers are large, hence kept.
type compressor struct{ writers sync.Pool }

func (c *compressor) gzip(body []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(body)/3 + 64)
	w, ok := c.writers.Get().(*gzip.Writer)
	if !ok {
		w, _ = gzip.NewWriterLevel(nil, gzip.DefaultCompression) // the level is valid
	}
	w.Reset(&out)
	_, _ = w.Write(body) // a bytes.Buffer takes everything
	_ = w.Close()
	c.writers.Put(w)
	return bytes.Clone(out.Bytes())
}

// document prepares body as an answer with the status 200. The bodies of
// previous, which may be nil, are taken over where they are the same.
func (c *compressor) document(body []byte, modified time.Time, t traits, previous *document) *document {
	d := &document{status: http.StatusOK}
	var zipped []byte
	if previous != nil && bytes.Equal(previous.plain.body, body) {
		body, zipped = previous.plain.body, previous.zipped.body
	} else if len(body) >= minGzip {
		if zipped = c.gzip(body); len(zipped) >= len(body) {
			zipped = nil
		}
	}
	if !modified.IsZero() {
		d.modified = modified.UTC().Truncate(time.Second)
		d.lastModified = d.modified.Format(http.TimeFormat)
	}
	varies := zipped != nil
	d.plain = newForm(body, "", d.lastModified, varies, t)
	if varies {
		d.zipped = newForm(zipped, "gzip", d.lastModified, varies, t)
	}
	return d
}

func newForm(body []byte, coding, lastModified string, varies bool, t traits) form {
	f := form{body: body}
	var both []field
	if !t.noETag {
		f.etag = etag(body)
		both = append(both, one("Etag", f.etag))
	}
	both = append(both, one("Cache-Control", t.cache))
	if varies {
		both = append(both, one("Vary", "Accept-Encoding"))
	}
	both = append(both, t.always...)
	// A 304 with an entity tag needs no Last-Modified (RFC 9110 §15.4.5).
	f.notModified = both[:len(both):len(both)]
	f.full = append(f.notModified,
		one("Content-Type", t.mediaType),
		one("Content-Length", strconv.Itoa(len(body))),
		one("X-Content-Type-Options", "nosniff"))
	if lastModified != "" {
		f.full = append(f.full, one("Last-Modified", lastModified))
	}
	if coding != "" {
		f.full = append(f.full, one("Content-Encoding", coding))
	}
	f.full = append(f.full, t.extra...)
	return f
}

// etag is a strong entity tag of the bytes: equal bytes have equal tags on every
// machine and in every run.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf("%q", base64.RawURLEncoding.EncodeToString(sum[:16]))
}

func one(key, value string) field { return field{key, []string{value}} }

// serve answers a GET or HEAD.
func (d *document) serve(w http.ResponseWriter, r *http.Request) int {
	f := &d.plain
	if d.zipped.body != nil {
		switch negotiate(r.Header["Accept-Encoding"]) {
		case gzipped:
			f = &d.zipped
		case refused:
			return plain(w, http.StatusNotAcceptable, "this server speaks gzip and identity")
		}
	}
	h := w.Header()
	if f.etag != "" && unchanged(r.Header, f.etag, d.modified, d.lastModified) {
		set(h, f.notModified)
		w.WriteHeader(http.StatusNotModified)
		return http.StatusNotModified
	}
	set(h, f.full)
	w.WriteHeader(d.status)
	if r.Method == http.MethodGet {
		send(w, r, f.body)
	}
	return d.status
}

func set(h http.Header, fields []field) {
	for _, f := range fields {
		h[f.key] = f.values
	}
}

//go:embed templates static
var assets embed.FS

// asset is an embedded file. It is part of the program.
func asset(name string) []byte {
	body, err := assets.ReadFile("static/" + name)
	if err != nil {
		panic(err)
	}
	return body
}

// static prepares an embedded file under a name that holds its hash, so that it
// may be kept for ever and a new version is asked for by a new name.
func (c *compressor) static(name, mediaType string) (string, *document) {
	body := asset(name)
	sum := sha256.Sum256(body)
	ext := filepath.Ext(name)
	path := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	return path, c.document(body, time.Time{}, traits{mediaType: mediaType, cache: cacheStatic}, nil)
}

// parsePages reads the templates. They are part of the program, like the code.
func parsePages() *template.Template {
	t := template.New("").Funcs(template.FuncMap{"plural": plural})
	return template.Must(t.ParseFS(assets, "templates/*.html"))
}
