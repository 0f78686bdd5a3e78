package web

import (
	"log/slog"
	"net/http"
	"strings"
)

// ServeHTTP answers one request. Paths are looked up as they are and with the
// path prefix of Options.URL cut off, so that it is right behind a proxy that
// strips the prefix and behind one that does not.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	status := s.answer(w, r)
	if s.log.Enabled(r.Context(), slog.LevelDebug) {
		remote, scheme := s.client(r)
		s.log.Debug("request", "method", r.Method, "path", r.URL.Path, "status", status,
			"agent", r.UserAgent(), "remote", remote, "scheme", scheme)
	}
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) int {
	table := *s.table.Load()
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		if r.Method == http.MethodOptions && s.shares(r.URL.Path) {
			return preflight(w)
		}
		w.Header().Set("Allow", "GET, HEAD")
		return plain(w, http.StatusMethodNotAllowed, "only GET and HEAD are answered here")
	}
	if place, ok := table[r.URL.Path]; ok {
		if d := place.Load(); d != nil {
			return d.serve(w, r)
		}
	}
	inside := strings.TrimPrefix(r.URL.Path, decoded(s.prefix))
	if k, ok := storyKey(inside); ok {
		return s.story(w, r, k)
	}
	if status, done := s.serveFormer(w, r); done {
		return status
	}
	if want, f, ok := wanted(inside); ok {
		return s.edition(w, r, want, f)
	}
	if want, ok := wantedMonth(inside); ok {
		return s.month(w, r, want)
	}
	if page, ok := wantedSources(inside); ok {
		return s.answerSources(w, r, page)
	}
	// An address with a slash too many leads to the one without. Only known
	// paths are redirected to, and by path alone.
	if path := strings.TrimRight(r.URL.Path, "/"); path != r.URL.Path {
		if place, ok := table[path]; ok {
			return sendOn(w, http.StatusPermanentRedirect, place.path, "public, max-age=3600")
		}
	}
	if status, done := s.sendWhereGuessed(w, r); done {
		return status
	}
	return s.absent(inside).serve(w, r)
}

// shares reports whether scripts of other sites may read what is at a path: feeds, and
// lists of them. Of one that is made when it is asked for nobody looks whether it is there.
func (s *Site) shares(path string) bool {
	if place, ok := (*s.table.Load())[path]; ok {
		d := place.Load()
		return d != nil && d.traits.shared
	}
	_, _, ok := wanted(strings.TrimPrefix(path, decoded(s.prefix)))
	return ok && s.opts.Edition != nil
}

// preflight tells a browser what scripts of other sites may ask: a reader within a page
// asks on condition, which needs a word first (Fetch §3.2).
func preflight(w http.ResponseWriter) int {
	set(w.Header(), allowances)
	w.WriteHeader(http.StatusNoContent)
	return http.StatusNoContent
}

var allowances = []field{
	one("Allow", "GET, HEAD, OPTIONS"),
	one("Access-Control-Allow-Origin", "*"),
	one("Access-Control-Allow-Methods", "GET, HEAD"),
	one("Access-Control-Allow-Headers", "If-None-Match, If-Modified-Since, If-Match, If-Unmodified-Since, A-IM, Cache-Control"),
	one("Access-Control-Max-Age", "86400"),
}

// plain answers with a sentence.
func plain(w http.ResponseWriter, status int, sentence string) int {
	h := w.Header()
	h.Set("Content-Type", "text/plain; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(sentence + "\n"))
	return status
}

// sendOn leads to another address.
func sendOn(w http.ResponseWriter, status int, to, cache string) int {
	h := w.Header()
	h.Set("Location", to)
	h.Set("Cache-Control", cache)
	h.Set("Content-Length", "0")
	w.WriteHeader(status)
	return status
}
