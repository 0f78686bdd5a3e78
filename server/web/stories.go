package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

const (
	storyPrefix = "/stories/"
	// storyFresh is how long a story page is shown without looking again. A
	// story has no document of its own to be renewed: most are never asked for.
	storyFresh = 5 * time.Second
)

func storyPath(k feed.StoryKey) string { return storyPrefix + strconv.FormatUint(uint64(k), 10) }

// storyKey is the story that a path names: a number as it is written, without
// sign or leading zeros, so that a story has one address.
func storyKey(path string) (feed.StoryKey, bool) {
	digits, ok := strings.CutPrefix(path, storyPrefix)
	if !ok {
		return 0, false
	}
	n, ok := plainNumber(digits)
	return feed.StoryKey(n), ok
}

// plainNumber is a number from 1 as it is written in an address, without sign or
// leading zeros, so that there is one address of it.
func plainNumber(digits string) (uint64, bool) {
	n, err := strconv.ParseUint(digits, 10, 64)
	return n, err == nil && n != 0 && strconv.FormatUint(n, 10) == digits
}

// story answers a request for a story's page.
func (s *Site) story(w http.ResponseWriter, r *http.Request, k feed.StoryKey) int {
	if s.opts.Story == nil {
		return s.absent(storyPath(k)).serve(w, r)
	}
	soon := func() fresh { return fresh{until: s.shelf.now().Add(storyFresh)} }
	return s.answerMade(w, r, storyPath(k), soon, func(previous *document) (*document, string, error) {
		return s.makeStory(k, previous)
	})
}

// makeStory is the page of a story, or where the story is that it became; neither where
// it has nothing for the public.
func (s *Site) makeStory(k feed.StoryKey, previous *document) (*document, string, error) {
	page, known, err := s.opts.Story(k)
	filed, updated := s.published(page.Members)
	switch {
	case err != nil || !known || len(filed) == 0:
		return nil, "", err
	case page.Story != k:
		return nil, storyPath(page.Story), nil
	}
	return newDocument(s.renderStory(page, filed, updated), time.Time{}, timedTraits(), previous), "", nil
}

// published are the site's topics that carry a member, in the site's order, and when
// the newest change of any of its topics was. A story that is in none is not for the
// public.
func (s *Site) published(members []feed.StoryMember) (list []feed.Topic, updated time.Time) {
	carried := map[feed.TopicID]bool{}
	for _, m := range members {
		for _, id := range m.Topics {
			carried[id] = true
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.topics {
		updated = later(updated, t.card.Updated)
		if carried[t.ID] {
			list = append(list, t.Topic)
		}
	}
	return list, updated
}
