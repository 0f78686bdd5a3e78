package web

import (
	"cmp"
	"context"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/publish"
)

// AdminOptions are what the operators' pages show and do. Each function may be
// nil, is called for every request that needs it, from many goroutines, and must
// not wait long.
type AdminOptions struct {
	Title   string // of the whole site; "Topicwire" when empty
	Version string // of the program; may be empty
	// Health is every configured source with its state, in any order. The slice
	// is not written to. Without it there are no sources; an error says that they cannot
	// be read now.
	Health func() ([]feed.Health, error)
	// Refresh asks for a visit to a source now and does not wait for it. Its
	// error is a sentence for the operator, shown as it is. Without it there
	// are no buttons.
	Refresh func(context.Context, feed.SourceID) error
	// ConfigState is what runs and what was refused. Without it the page says
	// nothing of the configuration.
	ConfigState func() ConfigState
	// Zone is the zone of times as shown, nil for UTC. Without it they are UTC.
	Zone func() *time.Location
	// Metrics answers /metrics. Without it there is none.
	Metrics http.Handler
	// Ready says why the server cannot do its work, or nil. Without it the
	// server is ready as soon as it answers.
	Ready func() error
	// Alarms are what needs a person, the gravest first, and Episodes also those that
	// are over, the last begun first. Without the second there is no feed of them.
	Alarms   func() []feed.Alarm
	Episodes func() []feed.Episode
	// URL is where these pages are, and Public the address of the site, without a slash
	// at their ends.
	URL, Public string
	Log         *slog.Logger // refreshes at info level, requests at debug level; nil for none
}

// A ConfigState is the configuration that runs, and what became of a newer one.
type ConfigState struct {
	File   string    // as the operator named it
	Loaded time.Time // when the running configuration was read
	// Problems are those of the last reload if it was refused, warnings
	// included; empty otherwise.
	Problems []feed.Problem
	// Held says why a newer configuration waits for an operator's word, and Moves what
	// it would move, a topic a line; "" where none does.
	Held  string
	Moves []string
	// Restart names keys that were changed and take effect at the next start.
	Restart []string
	// Drafts are the topics that readers do not see.
	Drafts []string
	// Refiling says how far stored entries were filed under changed rules; ""
	// when they all are.
	Refiling string
	// Free is how much of the database's file is free where compacting it is worth
	// while, else "".
	Free string
}

// NewAdmin is the operators' side of the server: / with the health of all
// sources and the state of the configuration, POST /sources/refresh with the
// form field source, /metrics, and /readyz. It is to listen on a loopback address or a
// unix socket alone; it trusts whoever can reach that, except web pages in the
// browser of such a one: a request for another host (DNS rebinding) or from
// another origin is answered 403.
func NewAdmin(o AdminOptions) http.Handler {
	o.Title = cmp.Or(o.Title, "Topicwire")
	a := &admin{o: o, log: logger(o.Log), pages: parsePages(), static: map[string]*document{}}
	a.shell = shell{Site: o.Title, Home: "/", Generator: generator(o.Version), Title: "Sources and configuration"}
	a.shell.Style = a.addStatic("style.css", "text/css; charset=utf-8")
	a.shell.Script = a.addStatic("ago.js", "text/javascript; charset=utf-8")
	a.shell.Icon = a.addStatic("icon.svg", "image/svg+xml")
	a.shell.IconType = "image/svg+xml"
	// Where the feed of alarms names it.
	_, a.static[publish.StylePath] = staticDocument("feed.css", "text/css; charset=utf-8")
	_, a.static["/icon.png"] = staticDocument("icon.png", "image/png")
	_, a.static["/logo.png"] = staticDocument("logo.png", "image/png")
	return a
}

// An admin never changes after it was made.
type admin struct {
	o      AdminOptions
	log    *slog.Logger
	pages  *template.Template
	shell  shell
	static map[string]*document // by path
}

func (a *admin) addStatic(name, mediaType string) string {
	path, d := staticDocument(name, mediaType)
	a.static[path] = d
	return path
}

func (o *AdminOptions) zone() *time.Location {
	if o.Zone == nil {
		return nil
	}
	return o.Zone()
}

// maxForm is the most bytes that a form may have: an address and a filter.
const maxForm = 16 << 10

// adminPolicy allows our own style sheet, icon and forms; that of the page, which has
// times, our own script besides.
const (
	adminPolicy     = "default-src 'none'; " + adminParts
	adminPagePolicy = "default-src 'none'; script-src 'self'; " + adminParts
	adminParts      = "style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)

// ServeHTTP answers one request.
func (a *admin) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", cacheNone)
	h.Set("Content-Security-Policy", adminPolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	// Under no-referrer a browser sends "Origin: null" with our own forms.
	h.Set("Referrer-Policy", "same-origin")
	status := a.answer(w, r)
	a.log.Debug("admin request", "method", r.Method, "path", r.URL.Path, "status", status, "remote", r.RemoteAddr)
}

func (a *admin) answer(w http.ResponseWriter, r *http.Request) int {
	if why := guard(r); why != "" {
		return plain(w, http.StatusForbidden, why)
	}
	path, allow := r.URL.Path, "GET, HEAD"
	if path == "/sources/refresh" && a.o.Refresh != nil {
		if allow = "POST"; r.Method == allow {
			return a.refresh(w, r)
		}
	}
	if allow == "POST" || r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", allow)
		return plain(w, http.StatusMethodNotAllowed, "the method is not answered here")
	}
	if f, ok := opsFormat(path); ok && a.o.Episodes != nil {
		return a.ops(w, f)
	}
	switch d := a.static[path]; {
	case d != nil:
		return d.serve(w, r)
	case path == "/readyz":
		return a.ready(w)
	case path == "/metrics" && a.o.Metrics != nil:
		a.o.Metrics.ServeHTTP(w, r)
		return http.StatusOK
	case path == opsPath:
		return sendOn(w, http.StatusMovedPermanently, "/", cacheNone)
	case path == "/":
		q := r.URL.Query()
		return a.page(w, http.StatusOK, readFilter(q), a.asked(q))
	}
	return plain(w, http.StatusNotFound, "there is nothing at this address")
}

func (a *admin) ready(w http.ResponseWriter) int {
	if a.o.Ready != nil {
		if err := a.o.Ready(); err != nil {
			return plain(w, http.StatusServiceUnavailable, "not ready: "+err.Error())
		}
	}
	return plain(w, http.StatusOK, "ok")
}

// refresh asks for a visit and leads back to the row of the source.
func (a *admin) refresh(w http.ResponseWriter, r *http.Request) int {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		return plain(w, http.StatusBadRequest, "the form cannot be read")
	}
	f := readFilter(r.PostForm)
	of := r.PostForm.Get("source") // of the page its key; of others its id
	h := a.source(func(h *feed.Health) bool { return sourceKey(h.Source.ID) == of || string(h.Source.ID) == of })
	if h == nil {
		return a.page(w, http.StatusNotFound, f, notice{Trouble: true, Text: "There is no such source. It may have left the configuration."})
	}
	if err := a.o.Refresh(r.Context(), h.Source.ID); err != nil {
		a.log.Info("refresh refused", "source", link.Masked(string(h.Source.ID)), "error", err)
		return a.page(w, http.StatusTooManyRequests, f, notice{Trouble: true, Source: titleOfSource(h), Text: err.Error()})
	}
	a.log.Info("refresh asked for", "source", link.Masked(string(h.Source.ID)))
	key := sourceKey(h.Source.ID)
	q := f.query()
	q.Set("asked", key)
	return sendOn(w, http.StatusSeeOther, "/?"+q.Encode()+"#s"+key, cacheNone)
}

// source is the first source that fits, or nil.
func (a *admin) source(fits func(*feed.Health) bool) *feed.Health {
	sources, _ := a.health() // of which the page tells
	for i := range sources {
		if fits(&sources[i]) {
			return &sources[i]
		}
	}
	return nil
}

func (a *admin) health() ([]feed.Health, error) {
	if a.o.Health == nil {
		return nil, nil
	}
	return a.o.Health()
}

// asked is the notice after a refresh. Only the name of a source that there is
// gets from the address into the page.
func (a *admin) asked(q url.Values) notice {
	key := q.Get("asked")
	if key == "" {
		return notice{}
	}
	h := a.source(func(h *feed.Health) bool { return sourceKey(h.Source.ID) == key })
	if h == nil {
		return notice{}
	}
	return notice{Source: titleOfSource(h), Text: "A visit was asked for. Load this page again to see what it brought."}
}

func (a *admin) page(w http.ResponseWriter, status int, f filter, n notice) int {
	p := a.newPage(f)
	p.Notice = n
	body := execute(a.pages, "admin.html", p)
	h := w.Header()
	h.Set("Content-Security-Policy", adminPagePolicy)
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	_, _ = w.Write(body) // the server drops it for HEAD; a failed write is the client's going away
	return status
}
