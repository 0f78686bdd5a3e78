package server

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"topicwire/feed"
	"topicwire/server/desk"
)

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
