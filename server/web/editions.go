package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/publish"
	"topicwire/feed/text"
)

// A Wanted names an edition that is made when it is asked for: an archive of a topic, a
// topic in one language, or the reports of a story.
type Wanted struct {
	Topic    feed.TopicID
	Archive  int    // its number, from 1
	Language string // BCP 47, lower case
	Story    feed.StoryKey
}

// wanted is what a path without prefix asks for.
func wanted(path string) (w Wanted, f publish.Format, ok bool) {
	dot := strings.LastIndexByte(path, '.')
	if dot < 0 {
		return w, f, false
	}
	if f = publish.Format(path[dot+1:]); !f.Valid() {
		return w, f, false
	}
	if w.Story, ok = storyKey(path[:dot]); ok {
		return w, f, true
	}
	id, rest, ok := topicPart(path[:dot])
	if !ok {
		return w, f, false
	}
	w.Topic = id
	if digits, ok := strings.CutPrefix(rest, "archive/"); ok {
		n, ok := plainNumber(digits)
		w.Archive = int(n)
		return w, f, ok && n < 1<<31
	}
	w.Language = rest
	return w, f, rest == strings.ToLower(rest) && langTag(rest) == rest && text.LanguageName(rest) != ""
}

// topicPart is the topic that a path lies below, and the rest of the path.
func topicPart(path string) (id feed.TopicID, rest string, ok bool) {
	if rest, ok = strings.CutPrefix(path, topicPath(feed.AllTopics)+"/"); ok {
		return feed.AllTopics, rest, rest != ""
	}
	below, ok := strings.CutPrefix(path, "/topics/")
	if !ok {
		return "", "", false
	}
	name, rest, ok := strings.Cut(below, "/")
	return feed.TopicID(name), rest, ok && feed.TopicID(name).Valid() && rest != ""
}

// edition answers a request for what was wanted.
func (s *Site) edition(w http.ResponseWriter, r *http.Request, want Wanted, f publish.Format) int {
	if s.opts.Edition == nil {
		return s.absent(strings.TrimPrefix(r.URL.Path, decoded(s.prefix))).serve(w, r)
	}
	path := strings.TrimPrefix(r.URL.Path, decoded(s.prefix))
	d, to, err := s.lookEdition(r.Context(), path, want, f)
	return s.answerWith(w, r, path, d, to, err)
}

// lookEdition is the document of what was wanted, or where else it is; neither where
// there is none.
func (s *Site) lookEdition(ctx context.Context, path string, want Wanted, f publish.Format) (*document, string, error) {
	if s.turnOf(want.Topic) == 0 {
		return nil, "", nil
	}
	return s.look(ctx, path, func() fresh { return fresh{turn: s.turnOf(want.Topic)} }, func(previous *document) (*document, string, error) {
		ed, err := s.opts.Edition(want)
		if err != nil || ed == nil {
			return nil, "", err
		}
		if now := publish.Path(ed) + f.Ext(); now != path {
			return nil, now, nil // it became another story's
		}
		d, err := s.makeFeed(ed, f, previous)
		return d, "", err
	})
}

func (s *Site) makeFeed(ed *feed.Edition, f publish.Format, previous *document) (*document, error) {
	body, err := publish.Render(ed, f, s.site())
	if err != nil {
		return nil, err
	}
	return newDocument(body, time.Time{}, s.feedTraits(ed, f), previous), nil
}

// turnOf counts what was shown of a topic, from 1, and of the site where the topic is
// "". It is 0 for a topic that is not the site's.
func (s *Site) turnOf(id feed.TopicID) uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id == feed.AllTopics {
		return 1 + s.all.published
	}
	any := uint64(1)
	for _, t := range s.topics {
		if t.ID == id {
			return 1 + t.published
		}
		any += t.published
	}
	if id != "" {
		return 0
	}
	return any
}
