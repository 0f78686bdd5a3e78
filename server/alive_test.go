package server

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"topicwire/server/poll"
	"topicwire/storage"
)

// Who serves is alive. A writer or a poller that hangs is told from one that works, and
// one that goes on again is alive again.
func TestAlive(t *testing.T) {
	src := httptest.NewServer(http.NotFoundHandler())
	defer src.Close()
	hang, hangs := make(chan struct{}), make(chan struct{}, 1)
	l := goLive(t, liveConfig(t, t.TempDir(), src.URL, "t: {}"), func(s *Server) {
		s.report = func(poll.Report) { hangs <- struct{}{}; <-hang } // in the poller's goroutine
	})
	// hung asks until Alive says who hangs; a short time may be over before the other one,
	// who is asked first, has answered.
	hung := func(who string) {
		t.Helper()
		for {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			err := l.Alive(ctx)
			cancel()
			if err == nil {
				t.Fatalf("alive, while the %s hangs", who)
			}
			if strings.Contains(err.Error(), who) {
				return
			}
		}
	}
	<-hangs
	hung("poller")
	close(hang)
	if err := l.Alive(t.Context()); err != nil {
		t.Errorf("once the poller goes on: %v", err)
	}

	release, held := make(chan struct{}), make(chan struct{})
	l.writer.submit(claim("a"), func(storage.Outcome, error) { close(held); <-release })
	<-held
	hung("writer")
	close(release)
	if err := l.Alive(t.Context()); err != nil {
		t.Errorf("once the writer goes on: %v", err)
	}
	if sources, topics, wrong := l.Served(); sources != 1 || topics != 1 || wrong != nil {
		t.Errorf("it serves %d sources, %d topics: %v", sources, topics, wrong)
	}
}
