package server

import (
	"context"
	"errors"
)

// Alive returns once the writer and the poller of a Server that serves have answered,
// each between two of its steps. While one of them hangs it waits, until ctx ends, and
// then names that one. It writes nothing: a full disk, on which commits fail and are
// tried again, is no reason to start anew, and a long commit is only one that takes long.
func (s *Server) Alive(ctx context.Context) error {
	select {
	case <-s.writer.answer():
	case <-ctx.Done():
		return errors.New("the writer of the database does not answer")
	}
	if s.poller.Answer(ctx) != nil {
		return errors.New("the poller does not answer")
	}
	return nil
}

// Served is how many sources and topics the running configuration has, and why a
// Server that serves cannot do its work; nil where it can.
func (s *Server) Served() (sources, topics int, wrong error) {
	cfg := s.state.Load().cfg
	return len(cfg.Sources), len(cfg.Topics), s.alarms.ready()
}
