package server

import (
	"net/http"
	"strings"
)

// public is what the public listener answers: what begins with a path of others goes
// there, with and without the path of the public address before it, as proxies strip it
// or do not; the rest is the site's.
func public(site http.Handler, prefix string, others map[string]http.Handler) http.Handler {
	prefix = strings.TrimRight(prefix, "/")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		for path, h := range others {
			if strings.HasPrefix(r.URL.Path, path) || prefix != "" && strings.HasPrefix(r.URL.Path, prefix+path) {
				h.ServeHTTP(w, r)
				return
			}
		}
		site.ServeHTTP(w, r)
	})
}
