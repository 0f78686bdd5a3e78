package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
)

// sourcesOnPage is how many sources a page has at most.
const sourcesOnPage = 200

// A sourcesPage is /sources, or /sources/2 and so on.
type sourcesPage struct {
	shell
	Rows           []sourceRow
	Total          int // sources of all pages
	Polling        string
	Page           int
	Pages          []pageLink // none where there is one page; the one at hand has no address
	Previous, Next string     // addresses, or ""
}

// sourceRows are all sources in the order of their pages.
type sourceRows struct {
	rows  []sourceRow
	times *calendar
	turn  uint64 // counts the calls of SetSources, from 1
}

func (l *sourceRows) pages() int { return max(1, (len(l.rows)+sourcesOnPage-1)/sourcesOnPage) }

// SetSources tells the site its sources and how they do, in any order; pages list them by
// title. The first is rendered anew, the others when somebody asks for them. It keeps
// nothing of the slice. Of several calls at once the last to begin its work wins.
func (s *Site) SetSources(sources []feed.Health) {
	// Thousands of rows must not hold up Publish: hence a lock of its own, taken
	// before mu.
	s.sourcesMu.Lock()
	defer s.sourcesMu.Unlock()
	list := &sourceRows{rows: make([]sourceRow, len(sources)), times: newCalendar(s.zone.Load(), lastVisit(sources)), turn: 1}
	if old := s.listed.Load(); old != nil {
		list.turn = old.turn + 1
	}
	for i := range sources {
		list.rows[i] = newSourceRow(&sources[i], list.times)
	}
	s.listSources(list.rows) // in the order of the configuration
	feed.SortBy(list.rows, func(a, b sourceRow) int {
		return cmp.Or(cmp.Compare(a.folded, b.folded), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Feed.Text, b.Feed.Text))
	})
	s.listed.Store(list)
	s.sources.Store(newDocument(s.renderSources(list, 1), time.Time{}, timedTraits(), s.sources.Load()))
	progress := s.progressOf(sources)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sourceCount != len(sources) {
		s.sourceCount = len(sources)
		s.refreshIndex()
	}
	s.keepUp(progress)
}

// sourcesPath is the address of a page of sources, from 1, without prefix.
func sourcesPath(page int) string {
	if page == 1 {
		return "/sources"
	}
	return "/sources/" + strconv.Itoa(page)
}

// wantedSources is the page of sources that a path without prefix asks for.
func wantedSources(path string) (page int, ok bool) {
	number, ok := strings.CutPrefix(path, "/sources/")
	n, plain := plainNumber(number)
	return int(n), ok && plain && n >= 1 && n <= 1<<31
}

// answerSources answers a request for a page of sources.
func (s *Site) answerSources(w http.ResponseWriter, r *http.Request, page int) int {
	if page == 1 {
		return sendOn(w, http.StatusPermanentRedirect, s.sources.path, cachePage)
	}
	turn := func() fresh { return fresh{turn: s.listed.Load().turn} }
	return s.answerMade(w, r, sourcesPath(page), turn, func(previous *document) (*document, string, error) {
		return s.makeSources(page, previous), "", nil
	})
}

// makeSources is a page of sources; nil where there is none.
func (s *Site) makeSources(page int, previous *document) *document {
	list := s.listed.Load()
	if page > list.pages() {
		return nil
	}
	return newDocument(s.renderSources(list, page), time.Time{}, timedTraits(), previous)
}

func (s *Site) renderSources(list *sourceRows, page int) []byte {
	first := (page - 1) * sourcesOnPage
	p := sourcesPage{
		shell: s.shell, Rows: list.rows[first:min(first+sourcesOnPage, len(list.rows))], Total: len(list.rows), Polling: every(s.opts.Interval), Page: page,
	}
	p.Title, p.Canonical, p.Times = "Sources", s.base+sourcesPath(page), list.times
	if page > 1 {
		p.Title = fmt.Sprint("Sources, page ", page)
		p.Previous = s.prefix + sourcesPath(page-1)
	}
	n := list.pages()
	if page < n {
		p.Next = s.prefix + sourcesPath(page+1)
	}
	for i := 1; i <= n && n > 1; i++ {
		l := pageLink{Name: strconv.Itoa(i)}
		if i != page {
			l.URL = s.prefix + sourcesPath(i)
		}
		p.Pages = append(p.Pages, l)
	}
	p.Preview = s.preview("website", p.Title, plural(len(list.rows), "feed is", "feeds are")+" read for "+s.opts.Title+".", nil)
	return execute(s.pages, "sources.html", p)
}
