package web

import (
	"bytes"
	"net/http"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/opml"
	"topicwire/feed/publish"
)

// Where lists of feeds are: a reader that takes one subscribes to everything.
const (
	topicsList  = "/topics.opml"
	sourcesList = "/sources.opml"
)

// listTraits are those of a list of feeds. Readers within web pages may fetch it.
func listTraits() traits {
	return traits{
		mediaType: "text/x-opml; charset=utf-8",
		cache:     cachePage,
		always:    []field{one("Access-Control-Allow-Origin", "*")},
		shared:    true,
	}
}

// listTopics is the list of the topics' feeds, as of the newest of them. The caller
// holds mu.
func (s *Site) listTopics() {
	doc := &opml.Document{Title: plainTitle(s.opts.Title)}
	for _, t := range s.topics {
		address := s.base + topicPath(t.ID)
		doc.Feeds = append(doc.Feeds, opml.Feed{URL: address + publish.Atom.Ext(), HTMLURL: address, Title: plainTitle(topicTitle(t.Topic))})
		if t.modified.After(doc.Created) {
			doc.Created = t.modified
		}
	}
	s.storeList(s.topicList, doc)
}

// listSources is the list of the sources as far as everybody may see their addresses.
func (s *Site) listSources(rows []sourceRow) {
	doc := &opml.Document{Title: plainTitle(s.opts.Title) + ": sources"}
	for i := range rows {
		row := &rows[i]
		if row.Feed.Link != "" {
			doc.Feeds = append(doc.Feeds, opml.Feed{URL: row.Feed.Link, HTMLURL: row.Home.Link, Title: plainTitle(row.Title), Tags: row.Tags})
		}
	}
	s.storeList(s.sourceList, doc)
}

func (s *Site) storeList(place *slot, doc *opml.Document) {
	var b bytes.Buffer
	if err := opml.Write(&b, doc); err != nil {
		s.log.Error("list not made", "path", place.path, "error", err)
		return
	}
	place.Store(newDocument(b.Bytes(), time.Time{}, listTraits(), place.Load()))
}

// plainTitle is a title without markup, which outliners would read as such.
func plainTitle(s string) string { return html.Plain(printable(s)) }

// robots lets everybody read everything.
const robots = "User-agent: *\nDisallow:\n"

// wellKnown are the places that programs ask for without having been told of them.
func (s *Site) wellKnown() []*slot {
	icon := ourIcon()
	if s.opts.Icon.Raster() {
		icon = s.opts.Icon
	}
	places := []*slot{s.slot("/robots.txt")}
	places[0].Store(newDocument([]byte(robots), time.Time{}, traits{mediaType: "text/plain; charset=utf-8", cache: cachePicture}, nil))
	for _, path := range []string{"/favicon.ico", "/apple-touch-icon.png", "/apple-touch-icon-precomposed.png"} {
		places = append(places, s.pictured(path, icon))
	}
	return places
}

// guesses are the addresses under which people and programs look for the feed of a
// site, and its format.
var guesses = map[string]publish.Format{
	"/feed": publish.Atom, "/feed.xml": publish.Atom, "/feed.atom": publish.Atom, "/atom": publish.Atom, "/atom.xml": publish.Atom, "/index.xml": publish.Atom,
	"/rss": publish.RSS, "/rss.xml": publish.RSS, "/feed.rss": publish.RSS, "/feed/rss": publish.RSS, "/index.rss": publish.RSS,
	"/feed.json": publish.JSON, "/index.json": publish.JSON, "/feed/json": publish.JSON,
}

// guessed is where a path that leads nowhere was meant to lead; for good is whether it
// will ever lead there. "" for one that means nothing.
func (s *Site) guessed(path string) (to string, forGood bool) {
	table := *s.table.Load()
	inside := strings.TrimPrefix(path, decoded(s.prefix))
	if f, ok := guesses[strings.TrimRight(strings.ToLower(inside), "/")]; ok {
		// The feed of a site with one topic is that topic's; of several, the reader
		// has to choose.
		if id, one := s.only(); one {
			return s.prefix + topicPath(id) + f.Ext(), false
		}
		return s.prefix + "/", false
	}
	candidates := []string{strings.ToLower(path)}
	for _, end := range []string{".xml", "/feed", "/atom"} {
		if before, ok := strings.CutSuffix(candidates[0], end); ok {
			candidates = append(candidates, before+publish.Atom.Ext())
		}
	}
	if before, ok := strings.CutSuffix(candidates[0], "/rss"); ok {
		candidates = append(candidates, before+publish.RSS.Ext())
	}
	for _, c := range candidates {
		if place, ok := table[c]; ok && c != path {
			return place.path, true
		}
	}
	return "", false
}

// only is the topic of a site that has one.
func (s *Site) only() (feed.TopicID, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.topics) != 1 {
		return "", false
	}
	return s.topics[0].ID, true
}

// sendWhereGuessed answers a request for a path that leads nowhere, if it was meant to
// lead somewhere.
func (s *Site) sendWhereGuessed(w http.ResponseWriter, r *http.Request) (status int, done bool) {
	to, forGood := s.guessed(r.URL.Path)
	switch {
	case to == "":
		return 0, false
	case forGood:
		return sendOn(w, http.StatusPermanentRedirect, to, "public, max-age=3600"), true
	}
	return sendOn(w, http.StatusFound, to, "public, max-age=300"), true
}
