package web

import (
	"cmp"
	"net/url"
	"strings"
	"time"

	"topicwire/feed"
)

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
	folded    string // Title in lower case
}

// An address is a web address as a public page shows it.
type address struct {
	Text string // host and path; "" for none
	Link string // "" where the address must not be given in full
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
	r.folded = strings.ToLower(r.Title)
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
