package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/server/desk"
	"topicwire/storage"
)

// Desk answers operators' questions about the store of the server and carries
// out their decisions.
func (s *Server) Desk() *desk.Desk {
	st := s.state.Load()
	return &desk.Desk{
		Store: s.db,
		Apply: s.apply,
		Source: func(r *storage.Reader, id feed.SourceID) (feed.SourceInfo, error) {
			stored, err := r.Source(id)
			if err != nil {
				return feed.SourceInfo{}, fmt.Errorf("source %s: %w", link.Masked(string(id)), err)
			}
			return sourceInfo(stored, st.sources[id]), nil
		},
		Zone: st.cfg.Server.Timezone,
		Now:  s.now,
	}
}

// apply hands a change to the writer and waits until it is on disk.
func (s *Server) apply(c feed.Change) (storage.Outcome, error) { return s.writer.wait(c, nil) }

// decide is Desk.Decide, with a line in the log.
func (s *Server) decide(ctx context.Context, q desk.DecideRequest) (desk.DecideResult, error) {
	d, err := s.Desk().Decide(ctx, q)
	if err == nil {
		s.log.Info("decision", "number", d.Number, "kind", d.Kind, "by", d.By, "note", d.Note, "topic", d.Topic, "what", d.Text)
	}
	return d, err
}

// storyPage is a story as the public site shows it: without what readers see
// nowhere.
func (s *Server) storyPage(k feed.StoryKey) (feed.StoryView, bool, error) {
	v, err := s.Desk().PublicStory(context.Background(), strconv.FormatUint(uint64(k), 10))
	if errors.Is(err, desk.ErrUnknown) {
		return v, false, nil
	}
	v.Members = slices.DeleteFunc(v.Members, func(m feed.StoryMember) bool { return m.Hidden })
	return v, err == nil, err
}
