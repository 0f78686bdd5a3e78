package web

import (
	"log/slog"
	"net/http"
	"time"
)

// Server is an http.Server for the open internet: a client that sends its
// request or takes its answer too slowly is cut off, and a request's header has
// at most 32 KiB. Errors of single connections go to log at debug level; nil
// drops them.
func Server(h http.Handler, log *slog.Logger) *http.Server {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	return &http.Server{
		Handler:        h,
		ReadTimeout:    15 * time.Second, // of the header too: one deadline is cheaper than two
		WriteTimeout:   2 * time.Minute,
		IdleTimeout:    2 * time.Minute,
		MaxHeaderBytes: 32 << 10,
		ConnContext:    withConn,
		ErrorLog:       slog.NewLogLogger(log.Handler(), slog.LevelDebug),
	}
}
