package server

import (
	"context"
	"errors"
	"strconv"

	"topicwire/feed"
	"topicwire/server/desk"
	"topicwire/server/web"
)

// storyPage is a story as the public site shows it.
func (s *Server) storyPage(k feed.StoryKey) (web.StoryPage, bool, error) {
	v, err := s.Desk().PublicStory(context.Background(), strconv.FormatUint(uint64(k), 10))
	if errors.Is(err, desk.ErrUnknown) {
		return web.StoryPage{}, false, nil
	}
	if err != nil {
		return web.StoryPage{}, false, err
	}
	page := web.StoryPage{Story: v.Story, Members: make([]web.StoryMember, 0, len(v.Members))}
	for i := range v.Members {
		m := &v.Members[i]
		if m.Hidden {
			continue // readers see it nowhere
		}
		page.Members = append(page.Members, web.StoryMember{
			Entry: m.Entry, Group: m.Group, Title: m.Title, Link: m.Link, Source: m.Source, SourceID: m.SourceID,
			Publisher: m.Publisher, Language: m.Language, Published: m.Published, Seen: m.Seen, Placed: m.Placed, Topics: m.Topics,
		})
	}
	return page, true, nil
}
