package web

import (
	"net/http"
	"net/url"
	"strings"
	"time"

	"topicwire/feed"
)

// formerTopics is where addresses lead of topics that the site has no more: to the topic
// that has another id now, or, for "", nowhere, as the topic is closed.
type formerTopics map[feed.TopicID]feed.TopicID

func formerOf(topics []feed.Topic, closed []feed.TopicID) formerTopics {
	former := make(formerTopics)
	for _, id := range closed {
		former[id] = ""
	}
	for i := range topics {
		for _, id := range topics[i].Was {
			former[id] = topics[i].ID
		}
	}
	for i := range topics {
		delete(former, topics[i].ID)
	}
	return former
}

// cacheClosed is short beside that of an address that moved: a topic may return.
const cacheClosed = "public, max-age=300"

// closedAnswers are what a closed topic's addresses say: a page to people, a sentence to
// programs.
func (s *Site) closedAnswers() (page, sentence *document) {
	traits := pageTraits()
	traits.cache, traits.noETag = cacheClosed, true
	page = newDocument(s.renderClosed(), time.Time{}, traits, nil)
	traits.mediaType, traits.extra = "text/plain; charset=utf-8", nil
	traits.always = []field{one("Access-Control-Allow-Origin", "*")}
	sentence = newDocument([]byte("this topic is closed: nothing will appear here any more\n"), time.Time{}, traits, nil)
	page.status, sentence.status = http.StatusGone, http.StatusGone
	return page, sentence
}

// serveFormer answers a request for anything of a topic that the site has no more, if
// it had it once: a topic that was renamed has everything in the same place under its
// new id (308, RFC 9110 §15.4.9), of one that is closed nothing is left (410, §15.5.11).
func (s *Site) serveFormer(w http.ResponseWriter, r *http.Request) (status int, done bool) {
	id, rest, ok := topicOf(r.URL.Path)
	if !ok {
		if id, rest, ok = topicOf(strings.TrimPrefix(r.URL.Path, decoded(s.prefix))); !ok {
			return 0, false
		}
	}
	switch to, known := (*s.former.Load())[id]; {
	case !known:
		return 0, false
	case to != "":
		query := ""
		if r.URL.RawQuery != "" {
			query = "?" + r.URL.RawQuery
		}
		// Scripts of other sites may go where they may read.
		w.Header().Set("Access-Control-Allow-Origin", "*")
		return sendOn(w, http.StatusPermanentRedirect, s.prefix+topicPath(to)+(&url.URL{Path: rest}).EscapedPath()+query, "public, max-age=3600"), true
	}
	if dot := strings.LastIndexByte(rest, '.'); dot >= 0 && !strings.Contains(rest[dot:], "/") {
		return s.closedFeed.serve(w, r), true
	}
	return s.closedPage.serve(w, r), true
}

// topicOf is the topic that a path is about, as written in capitals or not, and what
// stands behind it.
func topicOf(path string) (id feed.TopicID, rest string, ok bool) {
	path, ok = strings.CutPrefix(path, topicPath(""))
	end := strings.IndexAny(path, "./")
	if end < 0 {
		end = len(path)
	}
	id = feed.TopicID(strings.ToLower(path[:end]))
	return id, path[end:], ok && id.Valid()
}

// follow is a topic under a new id, which keeps what the site has of it until that is
// rendered anew: who comes to its new address in between misses nothing.
func (s *Site) follow(was *topic, f feed.Topic) *topic {
	t := &topic{Topic: f, card: was.card, modified: was.modified, history: was.history, page: s.slot(topicPath(f.ID))}
	t.page.Store(was.page.Load())
	for i, format := range formats {
		t.feeds[i] = s.slot(topicPath(f.ID) + format.Ext())
		t.feeds[i].Store(was.feeds[i].Load())
	}
	return t
}
