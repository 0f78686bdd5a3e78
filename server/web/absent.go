package web

import (
	"net/http"
	"strings"
	"time"

	"topicwire/feed"
)

// A missingPage says that there is nothing at an address, and what there is beside it.
type missingPage struct {
	shell
	Heading, Says   string
	Name, Lang, URL string     // of the topic that the address is below; "" for none
	Months          []pageLink // of it
}

// absent is the answer where there is nothing at a path, which is without the prefix.
func (s *Site) absent(path string) *document {
	p := missingPage{shell: s.shell, Heading: "Not found"}
	if _, ok := storyKey(path); ok {
		return s.noStory
	}
	t := s.topicAbove(path)
	if t == nil {
		return s.missing
	}
	p.Name, p.Lang, p.URL = topicTitle(t.Topic), langTag(t.Language), s.prefix+topicPath(t.ID)
	p.Says = "There is nothing at this address of the topic."
	var months []feed.Month
	if t.history != nil {
		months = t.history.edition.Months
	}
	if want, ok := wantedMonth(path); ok {
		name := want.Month.Begin(time.UTC).Format("January 2006")
		p.Heading, p.Says = "Nothing of "+name, "The topic has no entries of "+name+"."
		if want.Page > 0 || want.Filter != (feed.Filter{}) {
			p.Heading, p.Says = "Not found", "There is no such page of "+name+"."
		}
	}
	for _, m := range months {
		p.Months = append(p.Months, pageLink{Name: m.Begin(time.UTC).Format("January 2006"), URL: s.prefix + WantedMonth{Topic: t.ID, Month: m}.path()})
	}
	return s.notFound(p)
}

// topicAbove is the topic whose page a path is below; nil for none.
func (s *Site) topicAbove(path string) *topic {
	below, ok := strings.CutPrefix(path, "/topics/")
	if !ok {
		return nil
	}
	id, _, _ := strings.Cut(below, "/")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.topics {
		if t.page != nil && string(t.ID) == id {
			return t
		}
	}
	return nil
}

// notFound is a page of that status.
func (s *Site) notFound(p missingPage) *document {
	p.Title = p.Heading
	page := pageTraits()
	page.cache, page.noETag = cacheNone, true
	d := newDocument(execute(s.pages, "missing.html", p), time.Time{}, page, nil)
	d.status = http.StatusNotFound
	return d
}
