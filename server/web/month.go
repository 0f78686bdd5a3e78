package web

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

// A WantedMonth names a page of what a topic filed in a month.
type WantedMonth struct {
	Topic  feed.TopicID
	Month  feed.Month
	Filter feed.Filter
	Page   int // from 1, the earliest; 0 for the last one, which has the month's own address
}

// path is the page's address without prefix.
func (w WantedMonth) path() string {
	p := topicPath(w.Topic) + "/" + w.Month.String()
	for _, f := range [...]struct{ name, value string }{{"lang", w.Filter.Language}, {"source", w.Filter.Source}, {"kind", string(w.Filter.Kind)}} {
		if f.value != "" {
			p += "/" + f.name + "/" + f.value
		}
	}
	if w.Page > 0 {
		p += "/" + strconv.Itoa(w.Page)
	}
	return p
}

// wantedMonth is what a path without prefix asks for.
func wantedMonth(path string) (w WantedMonth, ok bool) {
	id, rest, ok := topicPart(path)
	if !ok {
		return w, false
	}
	w.Topic = id
	parts := strings.Split(rest, "/")
	if w.Month, ok = feed.ParseMonth(parts[0]); !ok || len(parts) > 4 {
		return w, false
	}
	parts = parts[1:]
	if len(parts)%2 == 1 {
		n, ok := plainNumber(parts[len(parts)-1])
		if w.Page = int(n); !ok || n > 1<<31 {
			return w, false
		}
		parts = parts[:len(parts)-1]
	}
	if len(parts) == 2 {
		switch parts[0] {
		case "lang":
			w.Filter.Language = parts[1]
		case "source":
			w.Filter.Source = parts[1]
		case "kind":
			w.Filter.Kind = feed.Kind(parts[1])
		}
	}
	return w, w.path() == path // each page has one address
}

// month answers a request for a page of a month.
func (s *Site) month(w http.ResponseWriter, r *http.Request, want WantedMonth) int {
	if s.opts.Month == nil || s.turnOf(want.Topic) == 0 {
		return s.absent(want.path()).serve(w, r)
	}
	turn := func() fresh { return fresh{turn: s.turnOf(want.Topic)} }
	return s.answerMade(w, r, want.path(), turn, func(previous *document) (*document, string, error) {
		d, _, err := s.makeMonth(want, previous)
		return d, "", err
	})
}

// makeMonth is a page of a month; nil where there is none.
func (s *Site) makeMonth(want WantedMonth, previous *document) (*document, *feed.MonthPage, error) {
	page, err := s.opts.Month(want)
	if err != nil || page == nil {
		return nil, nil, err
	}
	return newDocument(s.renderMonth(page), time.Time{}, timedTraits(), previous), page, nil
}
