package web

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"topicwire/feed"
)

// A sourcesPage is /sources.
type sourcesPage struct {
	shell
	Rows    []sourceRow
	Polling string
}

// A sourceRow is what everybody may know of a source: neither what went wrong
// with it nor how it is asked.
type sourceRow struct {
	Title     string
	Feed      address
	Home      address
	Language  string // as readers see it; "" for unknown
	Tags      []string
	Success   moment
	Condition string
}

// An address is a web address as a public page shows it.
type address struct {
	Text string // host and path; "" for none
	Link string // "" where the address must not be given in full
}

// SetSources tells the site its sources and how they do, in any order, and
// renders /sources anew, sorted by title. It keeps nothing of the slice. Of
// several calls at once the last to begin its work wins.
func (s *Site) SetSources(sources []feed.Health) {
	// Rendering thousands of rows must not hold up Publish: hence a lock of
	// its own, taken before mu.
	s.sourcesMu.Lock()
	defer s.sourcesMu.Unlock()
	s.sources.Store(newDocument(s.renderSources(sources), time.Time{}, timedTraits(), s.sources.Load()))
	s.listSources(sources)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sourceCount != len(sources) {
		s.sourceCount = len(sources)
		s.refreshIndex()
	}
}

func (s *Site) renderSources(sources []feed.Health) []byte {
	p := sourcesPage{shell: s.shell, Rows: make([]sourceRow, len(sources)), Polling: every(s.opts.Interval)}
	p.Title, p.Canonical = "Sources", s.base+"/sources"
	p.Times = newCalendar(s.zone.Load(), lastVisit(sources))
	p.Preview = s.preview("website", p.Title, plural(len(sources), "feed is", "feeds are")+" read for "+s.opts.Title+".", nil)
	for i := range sources {
		p.Rows[i] = newSourceRow(&sources[i], p.Times)
	}
	slices.SortStableFunc(p.Rows, func(a, b sourceRow) int {
		return cmp.Or(
			cmp.Compare(strings.ToLower(a.Title), strings.ToLower(b.Title)),
			cmp.Compare(a.Title, b.Title),
			cmp.Compare(a.Feed.Text, b.Feed.Text))
	})
	return execute(s.pages, "sources.html", p)
}

// lastVisit is when any of the sources was last visited.
func lastVisit(sources []feed.Health) time.Time {
	var last time.Time
	for i := range sources {
		last = later(last, sources[i].State.Visited)
	}
	return last
}

func newSourceRow(h *feed.Health, times *calendar) sourceRow {
	r := sourceRow{
		Feed:      publicAddress(cmp.Or(h.State.Address, string(h.Source.ID))),
		Home:      publicAddress(h.State.Meta.Link),
		Language:  languageName(cmp.Or(h.Source.Language, h.State.Meta.Language)),
		Tags:      h.Source.Tags,
		Success:   times.At(h.State.Succeeded),
		Condition: h.Condition(),
	}
	// Health.Title ends with the id, which may hold a token or a path of ours.
	r.Title = cmp.Or(h.Source.Title, h.State.Meta.Title, hostOf(string(h.Source.ID)), "Untitled")
	return r
}

// hostOf is the host of a web address, else "".
func hostOf(raw string) string {
	if u, err := url.Parse(webLink(raw)); err == nil {
		return u.Host
	}
	return ""
}

// publicAddress is an address as everybody may see it. A query may hold a token
// and the part before the host a password: an address with either is shown by
// host and path alone, without a link. What is not a web address, a file above
// all, is not shown.
func publicAddress(raw string) address {
	if webLink(raw) == "" {
		return address{}
	}
	u, err := url.Parse(raw)
	if err != nil {
		return address{}
	}
	a := address{Text: u.Host + strings.TrimSuffix(u.EscapedPath(), "/")}
	if u.User == nil && u.RawQuery == "" && u.Fragment == "" {
		a.Link = raw
	}
	return a
}
