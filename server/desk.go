package server

import (
	"context"
	"fmt"

	"topicwire/feed"
	"topicwire/server/desk"
	"topicwire/storage"
)

// Desk answers operators' questions about the store of the server and carries
// out their decisions.
func (s *Server) Desk() *desk.Desk {
	cfg := s.cfg.Load()
	return &desk.Desk{
		Store: s.db,
		Apply: s.apply,
		Source: func(r *storage.Reader, id feed.SourceID) (feed.SourceInfo, error) {
			st, err := r.Source(id)
			if err != nil {
				return feed.SourceInfo{}, fmt.Errorf("source %s: %w", id, err)
			}
			return sourceInfo(st, s.rules.Load().sources[id]), nil
		},
		Zone: cfg.Server.Timezone,
		Now:  s.now,
	}
}

// apply hands a change to the writer and waits until it is on disk.
func (s *Server) apply(c feed.Change) (storage.Outcome, error) {
	type result struct {
		out storage.Outcome
		err error
	}
	done := make(chan result, 1)
	s.writer.submit(c, func(out storage.Outcome, err error) { done <- result{out, err} })
	r := <-done
	return r.out, r.err
}

// Explain is Desk.Explain.
func (s *Server) Explain(ctx context.Context, q desk.ExplainRequest) (desk.Explained, error) {
	return s.Desk().Explain(ctx, q)
}

// Preview is Desk.Preview.
func (s *Server) Preview(ctx context.Context, q desk.PreviewRequest) ([]desk.Previewed, error) {
	return s.Desk().Preview(ctx, q)
}

// Suggest is Desk.Suggest.
func (s *Server) Suggest(ctx context.Context, q desk.SuggestRequest) (desk.Suggestion, error) {
	return s.Desk().Suggest(ctx, q)
}

// Decide is Desk.Decide.
func (s *Server) Decide(ctx context.Context, q desk.DecideRequest) (desk.DecideResult, error) {
	res, err := s.Desk().Decide(ctx, q)
	if err == nil {
		d := res.Decided
		s.log.Info("decision", "number", d.Number, "kind", d.Kind, "by", d.By, "note", d.Note, "topic", d.Topic, "what", res.Text)
	}
	return res, err
}

// Decisions is Desk.Decisions.
func (s *Server) Decisions(ctx context.Context, q desk.DecisionsRequest) ([]desk.Logged, error) {
	return s.Desk().Decisions(ctx, q)
}

// Story is Desk.Story.
func (s *Server) Story(ctx context.Context, id string) (feed.StoryView, error) {
	return s.Desk().Story(ctx, id)
}

// Telling is Desk.Telling.
func (s *Server) Telling(ctx context.Context, q desk.TellingRequest) (desk.Telling, error) {
	return s.Desk().Telling(ctx, q)
}
