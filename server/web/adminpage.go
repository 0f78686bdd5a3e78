package web

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/publish"
)

// An adminPage is the operators' /.
type adminPage struct {
	shell
	Notice   notice
	Alarms   []alarmRow
	More     int         // alarms that are not in Alarms
	Feed     string      // address of the feed of alarms, or ""
	Config   *configView // nil where nothing is known of it
	Choices  []choice    // of a condition; nil without sources
	Filter   filter
	Total    int  // sources that the filter lets through
	All      int  // sources that are configured
	Unread   bool // how they do cannot be read now
	Rows     []adminRow
	Previous string // address of the page before, or ""
	Next     string
	Buttons  bool
}

// A notice answers what the operator just did. The zero value is none.
type notice struct {
	Trouble      bool
	Source, Text string
}

// A configView is a ConfigState as shown.
type configView struct {
	File     string
	Loaded   moment
	Problems []string
	Rest     int // problems that are not in Problems
	Held     string
	Moves    []string
	Restart  string
	Drafts   []string
	Refiling string
	Free     string
}

// A choice is a link that shows the sources of one condition.
type choice struct {
	Name, URL string
	Count     int
	Current   bool
}

// An adminRow is one source.
type adminRow struct {
	Key                 string // for ids, addresses and forms of the page
	Title, Address      string
	Link                string // "" where there is none to follow
	Condition           string
	Failures            int
	Error               string
	Visit, Success, Due moment
	Newest              moment // entry
	Why                 string
	Entries             int
	PerDay, NotModified string // "–" while there is too little to tell
	Moved               string // the address it was adopted under, or ""
	Moving              feed.Move
	MovingSince         moment
	Notes               []string
}

// What the page shows at most.
const (
	shownProblems = 30
	shownSources  = 200
)

// A filter chooses sources.
type filter struct {
	Condition string // a word of Health.Condition, or "" for all
	Words     string // in the title or the address, in any case
	Page      int    // from 1
}

func readFilter(q url.Values) filter {
	page, err := strconv.Atoi(q.Get("page"))
	if err != nil {
		page = 1
	}
	return filter{q.Get("condition"), strings.TrimSpace(q.Get("q")), max(page, 1)}
}

// query is the filter as readFilter reads it.
func (f filter) query() url.Values {
	q := url.Values{}
	if f.Condition != "" {
		q.Set("condition", f.Condition)
	}
	if f.Words != "" {
		q.Set("q", f.Words)
	}
	if f.Page > 1 {
		q.Set("page", strconv.Itoa(f.Page))
	}
	return q
}

// address is the page with the filter.
func (f filter) address() string {
	if q := f.query().Encode(); q != "" {
		return "/?" + q
	}
	return "/"
}

func (f filter) says(h *feed.Health) bool {
	words := strings.ToLower(f.Words)
	return words == "" || strings.Contains(strings.ToLower(h.Title()), words) || strings.Contains(strings.ToLower(string(h.Source.ID)), words)
}

// troubleFirst is the order of conditions. A word that is not among them comes
// before them all: what nobody thought of is not to be missed.
var troubleFirst = []string{"failing", "gone", "new", "ok", "blocked"}

func (a *admin) newPage(f filter) adminPage {
	p := adminPage{shell: a.shell, Filter: f, Buttons: a.o.Refresh != nil}
	sources, err := a.health()
	p.All, p.Unread = len(sources), err != nil
	var state ConfigState
	if a.o.ConfigState != nil {
		state = a.o.ConfigState()
	}
	p.Times = newCalendar(a.o.zone(), later(lastVisit(sources), state.Loaded))
	p.Alarms, p.More = a.alarmRows(p.Times)
	if a.o.Episodes != nil {
		p.Feed = opsPath + publish.Atom.Ext()
		p.shell.Feeds = []feedLink{{Name: "Atom", Topic: "Alarms", Type: publish.Atom.MediaType(), URL: p.Feed}}
	}
	if a.o.ConfigState != nil {
		p.Config = newConfigView(&state, p.Times)
	}
	counts := map[string]int{}
	var shown []*feed.Health
	for i := range sources {
		h := &sources[i]
		if !f.says(h) {
			continue
		}
		counts[h.Condition()]++
		if f.Condition == "" || f.Condition == h.Condition() {
			shown = append(shown, h)
		}
	}
	slices.SortStableFunc(shown, func(a, b *feed.Health) int {
		return cmp.Or(
			cmp.Compare(slices.Index(troubleFirst, a.Condition()), slices.Index(troubleFirst, b.Condition())),
			cmp.Compare(b.State.Failures, a.State.Failures),
			cmp.Compare(strings.ToLower(a.Title()), strings.ToLower(b.Title())),
			cmp.Compare(a.Source.ID, b.Source.ID))
	})
	p.Choices, p.Total = choices(f, counts), len(shown)
	pages := max((len(shown)+shownSources-1)/shownSources, 1)
	f.Page = min(f.Page, pages)
	p.Filter = f
	if f.Page > 1 {
		p.Previous = filter{f.Condition, f.Words, f.Page - 1}.address()
	}
	if f.Page < pages {
		p.Next = filter{f.Condition, f.Words, f.Page + 1}.address()
	}
	first := (f.Page - 1) * shownSources
	for _, h := range shown[first:min(first+shownSources, len(shown))] {
		p.Rows = append(p.Rows, newAdminRow(h, p.Times))
	}
	return p
}

// choices are the conditions there are, and all of them.
func choices(f filter, counts map[string]int) []choice {
	list := []choice{{Name: "all", URL: filter{Words: f.Words}.address(), Current: f.Condition == ""}}
	for condition, n := range counts {
		list[0].Count += n
		list = append(list, choice{condition, filter{Condition: condition, Words: f.Words}.address(), n, f.Condition == condition})
	}
	feed.SortBy(list[1:], func(a, b choice) int {
		return cmp.Or(cmp.Compare(slices.Index(troubleFirst, a.Name), slices.Index(troubleFirst, b.Name)), cmp.Compare(a.Name, b.Name))
	})
	return list
}

func newConfigView(state *ConfigState, times *calendar) *configView {
	v := &configView{
		File: state.File, Loaded: times.At(state.Loaded),
		Held: state.Held, Moves: state.Moves,
		Restart: strings.Join(state.Restart, ", "), Drafts: state.Drafts, Refiling: state.Refiling, Free: state.Free,
	}
	for i, p := range state.Problems {
		if i == shownProblems {
			v.Rest = len(state.Problems) - i
			break
		}
		v.Problems = append(v.Problems, p.String())
	}
	return v
}

func newAdminRow(h *feed.Health, times *calendar) adminRow {
	s := &h.State
	id := string(h.Source.ID)
	r := adminRow{
		Key: sourceKey(h.Source.ID), Title: titleOfSource(h), Address: link.Masked(id),
		Condition: h.Condition(), Failures: s.Failures, Error: s.Error,
		Visit: times.At(s.Visited), Success: times.At(s.Succeeded), Due: times.At(h.Due()), Why: h.Because(), Newest: times.At(s.Newest()),
		Entries: s.Entries, PerDay: "–", NotModified: "–",
		Moved: link.Masked(s.Address), Moving: s.Moved, MovingSince: times.At(s.Moved.Since),
		Notes: h.Notes(),
	}
	if r.Address == id {
		r.Link = webLink(id)
	}
	if p := h.Pushing(time.Now()); p != "" {
		r.Notes = append(r.Notes, p)
	}
	r.Moving.To = link.Masked(r.Moving.To)
	if s.Visited.Sub(s.First) >= 24*time.Hour {
		r.PerDay = strconv.FormatFloat(h.PerDay(), 'f', 1, 64)
	}
	if s.Visits > 0 {
		r.NotModified = fmt.Sprintf("%.0f %%", 100*h.NotModifiedShare())
	}
	return r
}

// titleOfSource is the name of a source on the page; of one without a title its host.
func titleOfSource(h *feed.Health) string {
	id := string(h.Source.ID)
	if title := h.Title(); title != id {
		return title
	}
	return cmp.Or(hostOf(id), link.Masked(id))
}

// sourceKey names a source within the page: short, and unlike its id without
// anything secret, so that it may stand in the page and in the browser's history.
func sourceKey(id feed.SourceID) string {
	sum := sha256.Sum256([]byte(id))
	return hex.EncodeToString(sum[:6])
}
