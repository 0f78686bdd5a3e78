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
)

// A slot is a place in the table of paths. Its document is nil until the first
// one is put there, and may be replaced at any time.
type slot struct {
	path string // as visitors see it, with the prefix
	atomic.Pointer[document]
}

// A document is one answer to GET and HEAD, prepared: its bytes, and its header fields
// for each coding. It never changes.
type document struct {
	status       int
	modified     time.Time // whole seconds, UTC; zero for a document without a date
	lastModified string    // modified as a header, or ""
	etag         string    // of the bytes, strong, with its quotes; "" for a document without validators
	coded        *coded
	varies       bool // it has other forms than its bytes as they are
	traits       traits
	forms        [codings]form
	history      *history // of a topic's feed; nil for others
	format       int      // index into formats, of a feed
	// provisional says that the document stands where none was published yet.
	provisional bool
}

// A form is a document in one coding.
type form struct {
	notModified *header
	once        sync.Once // makes what follows
	body        []byte
	full, seen  *header // seen is for a browser that shows it
}

// traits are what the documents of one kind have in common.
type traits struct {
	mediaType string
	cache     string  // Cache-Control
	extra     []field // with every full answer
	always    []field // with 304 answers too
	noETag    bool
	shared    bool // scripts of other sites may read it
	// self is the address by which hubs know the document (WebSub §4); "" for one that no
	// hub carries.
	self string
	// seen is the media type for a browser that shows the document, where that is another
	// one: of application/atom+xml it shows the bytes, not what the style sheet makes of
	// them. "" otherwise.
	seen string
}

// minCoded is the size in bytes below which a body fits one packet anyway.
const minCoded = 512

// newDocument prepares body as an answer with the status 200. The bodies of
// previous, which may be nil, are taken over where they are the same.
func newDocument(body []byte, modified time.Time, t traits, previous *document) *document {
	d := &document{status: http.StatusOK, traits: t, varies: len(body) >= minCoded}
	if previous != nil && bytes.Equal(previous.coded.body, body) {
		d.coded = previous.coded
	} else {
		d.coded = &coded{body: body}
	}
	if !modified.IsZero() {
		d.modified = modified.UTC().Truncate(time.Second)
		d.lastModified = d.modified.Format(http.TimeFormat)
	}
	if !t.noETag {
		d.etag = etag(body)
	}
	for c := range d.forms {
		d.forms[c].notModified = newHeader(d.both(coding(c)))
		if !d.varies {
			break
		}
	}
	return d
}

// both are the fields that an answer in a coding has with a body and without.
func (d *document) both(c coding) []field {
	var fields []field
	if d.etag != "" {
		fields = append(fields, one("Etag", c.tag(d.etag)))
	}
	fields = append(fields, one("Cache-Control", d.traits.cache))
	if v := d.variesBy(); v != "" {
		fields = append(fields, one("Vary", v))
	}
	// A 304 with an entity tag needs no Last-Modified (RFC 9110 §15.4.5).
	return append(fields, d.traits.always...)
}

// variesBy names the fields of a request that an answer depends on.
func (d *document) variesBy() string {
	switch {
	case d.traits.seen != "":
		return "Accept-Encoding, Sec-Fetch-Dest"
	case d.varies:
		return "Accept-Encoding"
	}
	return ""
}

// form is the document in a coding, or as it is where the coding gains nothing. It is
// made when it is first asked for.
func (d *document) form(c coding) *form {
	body := d.coded.in(c)
	if body == nil {
		c, body = identity, d.coded.body
	}
	f := &d.forms[c]
	f.once.Do(func() {
		f.body = body
		fields := append(d.both(c),
			one("Content-Length", strconv.Itoa(len(body))),
			one("X-Content-Type-Options", "nosniff"))
		if d.lastModified != "" {
			fields = append(fields, one("Last-Modified", d.lastModified))
		}
		if c != identity {
			fields = append(fields, one("Content-Encoding", c.name()))
		}
		fields = append(fields, d.traits.extra...)
		as := func(mediaType string) *header {
			return newHeader(append(fields[:len(fields):len(fields)], one("Content-Type", mediaType)))
		}
		f.full = as(d.traits.mediaType)
		if f.seen = f.full; d.traits.seen != "" {
			f.seen = as(d.traits.seen)
		}
	})
	return f
}

// etag is a strong entity tag of the bytes: equal bytes have equal tags on every
// machine and in every run.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return fmt.Sprintf("%q", base64.RawURLEncoding.EncodeToString(sum[:16]))
}

// serve answers a GET or HEAD.
func (d *document) serve(w http.ResponseWriter, r *http.Request) int {
	c := identity
	if d.varies {
		if c = negotiate(r.Header["Accept-Encoding"]); c == refused {
			set(w.Header(), []field{one("Vary", d.variesBy())})
			return plain(w, http.StatusNotAcceptable, "this server speaks gzip, br, zstd and identity")
		}
	}
	if d.etag != "" {
		switch {
		case !d.agreed(r.Header):
			return plain(w, http.StatusPreconditionFailed, "the document is another one by now")
		case unchanged(r.Header, d.etag, d.modified, d.lastModified):
			return d.serveUnchanged(w, r, c)
		}
		if status, done := d.serveSince(w, r, c); done {
			return status
		}
	}
	f := d.form(c)
	if to := r.Header["Sec-Fetch-Dest"]; len(to) == 1 && to[0] == "document" {
		f.seen.put(w, r)
	} else {
		f.full.put(w, r)
	}
	w.WriteHeader(d.status)
	if r.Method == http.MethodGet {
		send(w, r, f.body)
	}
	return d.status
}

func (d *document) serveUnchanged(w http.ResponseWriter, r *http.Request, c coding) int {
	d.forms[c].notModified.put(w, r)
	w.WriteHeader(http.StatusNotModified)
	return http.StatusNotModified
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

// staticDocument prepares an embedded file under a name that holds its hash, so that it
// may be kept for ever and a new version is asked for by a new name.
func staticDocument(name, mediaType string) (string, *document) {
	body := asset(name)
	sum := sha256.Sum256(body)
	ext := filepath.Ext(name)
	path := "/static/" + strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
	return path, newDocument(body, time.Time{}, traits{mediaType: mediaType, cache: cacheStatic}, nil)
}

// parsePages reads the templates. They are part of the program, like the code.
func parsePages() *template.Template {
	t := template.New("").Funcs(template.FuncMap{"plural": plural})
	return template.Must(t.ParseFS(assets, "templates/*.html"))
}
