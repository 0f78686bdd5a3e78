package web

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
)

// A history is the edition that a topic shows, and what it showed before: enough to
// tell a reader only what is new to it (RFC 3229 with the feed manipulation). It does
// not change but for what it has rendered.
type history struct {
	site    publish.Site
	edition *feed.Edition
	past    []version // the newest first

	mu       sync.Mutex
	rendered map[string]*document // by entity tag of what the reader has
}

// A version is an edition as it was shown: the tags of its bytes, by format, and when
// each of its entries was changed last, by public id.
type version struct {
	tags    [len(formats)]string
	entries map[string]time.Time
}

// maxVersions is how many editions back readers are told what is new. Who was away for
// longer gets all of the present one.
const maxVersions = 32

// follow is the history after an edition whose documents are given.
func (h *history) follow(site publish.Site, ed *feed.Edition, docs [len(formats)]*document) *history {
	now := version{entries: make(map[string]time.Time, len(ed.Entries))}
	for i, d := range docs {
		now.tags[i] = d.etag
	}
	for i := range ed.Entries {
		now.entries[ed.Entries[i].PublicID] = ed.Entries[i].Changed
	}
	next := &history{site: site, edition: ed, past: []version{now}, rendered: make(map[string]*document)}
	if h != nil {
		for _, v := range h.past[:min(len(h.past), maxVersions-1)] {
			if v.tags != now.tags {
				next.past = append(next.past, v)
			}
		}
	}
	return next
}

// since is the present document with only what is new to a reader that has what the
// lines of its If-None-Match name; ok is false where that is not known. A document of
// nil says that nothing is.
func (h *history) since(lines []string, format int, whole *document) (d *document, ok bool) {
	i := slices.IndexFunc(h.past, func(v version) bool { return v.tags[format] != whole.etag && anyNamed(lines, v.tags[format]) })
	if i < 0 {
		return nil, false
	}
	tag := h.past[i].tags[format]
	h.mu.Lock()
	defer h.mu.Unlock()
	if d, ok := h.rendered[tag]; ok {
		return d, true
	}
	d, err := h.render(&h.past[i], format, whole)
	if err != nil {
		return nil, false
	}
	h.rendered[tag] = d
	return d, true
}

// render makes the document of what differs from a version. The caller holds mu.
func (h *history) render(v *version, format int, whole *document) (*document, error) {
	ed := *h.edition
	ed.Entries, ed.Past = nil, nil
	for _, it := range h.edition.Entries {
		if was, had := v.entries[it.PublicID]; !had || !was.Equal(it.Changed) {
			ed.Entries = append(ed.Entries, it)
		}
	}
	if len(ed.Entries) == 0 {
		return nil, nil
	}
	body, err := publish.Render(&ed, formats[format], h.site)
	if err != nil {
		return nil, err
	}
	t := whole.traits
	t.noETag = true // the tag is that of the whole, which the reader has with what it had
	t.cache = "no-store, im"
	d := newDocument(body, whole.modified, t, nil)
	d.status = http.StatusIMUsed
	return d, nil
}

// anyNamed is anyListed, but * names nothing in particular.
func anyNamed(lines []string, etag string) bool {
	return slices.ContainsFunc(lines, func(line string) bool { return trim(line) != "*" && listed(line, etag, true) })
}

// manipulates reports whether a request takes a feed with only what is new (A-IM: feed).
// feedparser, a library, says so in the name of programs that do not know of it: rss2email
// takes 226 for a failure, and its readers would miss what is new. It is the one client
// that takes a feed as NetCDF.
func manipulates(h http.Header) bool {
	for _, line := range h["Accept"] {
		if strings.Contains(line, "application/x-netcdf") {
			return false
		}
	}
	for _, line := range h["A-Im"] {
		for element := range strings.SplitSeq(line, ",") {
			name, params, _ := strings.Cut(element, ";")
			if strings.EqualFold(trim(name), "feed") && weight(params) > 0 {
				return true
			}
		}
	}
	return false
}

// serveSince answers a request with what is new to its reader, where that is asked for
// and known.
func (d *document) serveSince(w http.ResponseWriter, r *http.Request, c coding) (status int, done bool) {
	if d.history == nil || len(r.Header["If-None-Match"]) == 0 || !manipulates(r.Header) {
		return 0, false
	}
	part, ok := d.history.since(r.Header["If-None-Match"], d.format, d)
	switch {
	case !ok:
		return 0, false
	case part == nil:
		return d.serveUnchanged(w, r, c), true
	}
	if !part.varies {
		c = identity
	}
	f := part.form(c)
	set(w.Header(), f.full.fields)
	set(w.Header(), []field{one("Etag", c.tag(d.etag)), one("Im", "feed"), one("Vary", d.variesBy()+", A-IM, If-None-Match")})
	w.WriteHeader(part.status)
	if r.Method == http.MethodGet {
		send(w, r, f.body)
	}
	return part.status, true
}
