package web

import (
	"fmt"
	"time"

	"topicwire/feed"
)

// Underway is what a server does at the moment, as far as pages without entries tell it.
type Underway struct {
	Offline  time.Time // since when no host answers; zero where one does
	Refiling bool      // what is stored is filed anew under changed rules
}

// A progress is how far the reading of sources has come, as pages without entries tell it:
// which of them is the reason that there is nothing to read.
type progress struct {
	Underway
	live     bool // somebody asks them: false of a site that is made as files
	sources  int  // that are asked: blocked ones are not
	waiting  int  // that were not asked yet, or only while there was no network
	answered int  // that could be read, if only once
	entries  int  // that they brought
	first    bool // none was asked a second time
}

// progressOf is the progress of sources.
func (s *Site) progressOf(sources []feed.Health) progress {
	p := progress{live: s.opts.Underway != nil, first: true}
	if p.live {
		p.Underway = s.opts.Underway()
	}
	for i := range sources {
		st := &sources[i].State
		if sources[i].Source.Blocked {
			continue
		}
		p.sources++
		p.entries += st.New
		p.first = p.first && st.Visits < 2
		switch {
		case !st.Succeeded.IsZero():
			p.answered++
		case st.Failures == 0: // a failure that was our own counts for none
			p.waiting++
		}
	}
	return p
}

// keepUp has pages without entries tell a progress, and the index. The caller holds mu.
func (s *Site) keepUp(p progress) {
	if s.progress == p {
		return
	}
	s.progress = p
	for _, t := range s.topics {
		if t.empty == nil {
			continue
		}
		body, old := s.renderTopic(t.empty), t.page.Load()
		if holds(t.page, body) {
			continue
		}
		if !t.modified.IsZero() {
			t.modified = t.modified.Add(time.Second) // as modified does
		}
		page := newDocument(body, t.modified, loading(s.topicPageTraits(t.ID), p.asking()), old)
		page.provisional = old.provisional
		t.page.Store(page)
	}
	s.refreshIndex()
}

// EmptyState stands for what the page of a topic without entries says beside those of the
// topic: "" for one that has some.
func (s *Site) EmptyState(id feed.TopicID) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.topics {
		if t.ID == id && t.empty != nil {
			return fmt.Sprint(s.progress)
		}
	}
	return ""
}

// Waiting reports whether sources are still to be asked for the first time, so that pages
// tell how far that is.
func (s *Site) Waiting() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.progress.asking()
}

func (p *progress) asking() bool { return p.live && p.waiting > 0 && p.Offline.IsZero() }

// An outlook is what a page says that has no entries: why, and what comes next. Of its
// reasons the first holds that is true.
type outlook struct {
	Sources, Answered, Entries int

	Unset    bool   // there are no sources
	Offline  moment // zero where there is a network
	Asking   int    // sources that are asked for the first time
	Others   int    // sources beside these, that were asked before
	Unasked  bool   // nobody asked them yet
	Unread   bool   // none could be read
	Barren   bool   // they had no entries
	Refiling bool
	Past     bool // there was something
	// Else none of the entries matched.

	Index      bool // the page is the index
	SourceList string
}

// outlook is that of a page; past says that its topic, or one of them, had entries.
func (s *Site) outlook(times *calendar, index, past bool) *outlook {
	p := &s.progress
	o := &outlook{Sources: p.sources, Answered: p.answered, Entries: p.entries, Index: index, SourceList: s.sources.path}
	switch {
	case p.sources == 0:
		o.Unset = true
	case !p.Offline.IsZero() && p.answered == 0:
		o.Offline = times.At(p.Offline)
	case p.asking() && p.first:
		o.Asking = p.sources
	case p.asking():
		o.Asking, o.Others = p.waiting, p.sources-p.waiting
	case p.waiting == p.sources:
		o.Unasked = true
	case p.answered == 0:
		o.Unread = true
	case p.Refiling:
		o.Refiling = true
	case past:
		o.Past = true
	case p.entries == 0:
		o.Barren = true
	}
	return o
}

// outlookTimes is the calendar of a page that may have an outlook.
func (s *Site) outlookTimes(updated time.Time) *calendar {
	return newCalendar(s.zone.Load(), later(updated, s.progress.Offline))
}

// refreshAfter is how many seconds after it was loaded a page loads itself anew while its
// sources are asked for the first time; 0 for never.
const refreshAfter = 10

func (s *Site) refresh() int {
	if s.progress.asking() {
		return refreshAfter
	}
	return 0
}

// loading are the traits of a page, where it loads itself anew those of one that nobody
// keeps meanwhile.
func loading(t traits, again bool) traits {
	if again {
		t.cache = cacheAsking
	}
	return t
}

// emptyOf is an edition that has nothing to read, else nil.
func emptyOf(ed *feed.Edition) *feed.Edition {
	if len(ed.Entries)+len(ed.Past) > 0 {
		return nil
	}
	return ed
}

// had reports whether a topic has entries for its readers that its page does not show.
func had(ed *feed.Edition) bool { return ed.Tally != (feed.Tally{}) || len(ed.Months) > 0 }
