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
		s.log.Debug("request", "method", r.Method, "path", r.URL.Path, "status", status,
			"agent", r.UserAgent(), "remote", r.RemoteAddr)
	}
}

func (s *Site) answer(w http.ResponseWriter, r *http.Request) int {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "only GET and HEAD are answered here", http.StatusMethodNotAllowed)
		return http.StatusMethodNotAllowed
	}
	table := *s.table.Load()
	if place, ok := table[r.URL.Path]; ok {
		if d := place.Load(); d != nil {
			return d.serve(w, r)
		}
	}
	if k, ok := storyKey(strings.TrimPrefix(r.URL.Path, decoded(s.prefix))); ok {
		return s.story(w, r, k)
	}
	// An address with a slash too many leads to the one without. Only known
	// paths are redirected to, and by path alone.
	if path := strings.TrimRight(r.URL.Path, "/"); path != r.URL.Path {
		if place, ok := table[path]; ok {
			h := w.Header()
			h.Set("Location", place.path)
			h.Set("Cache-Control", "public, max-age=3600")
			h.Set("Content-Length", "0")
			w.WriteHeader(http.StatusPermanentRedirect)
			return http.StatusPermanentRedirect
		}
	}
	return s.missing.serve(w, r)
}
