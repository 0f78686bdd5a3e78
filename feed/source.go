package feed

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// A SourceID is the address of a source exactly as the operator wrote it: an
// http or https URL, or file: and a path. It is the source's identity for ever;
// a feed that moves keeps the id it was configured under.
type SourceID string

// A Source is a feed to poll, as configured.
type Source struct {
	ID       SourceID
	Pos      Pos
	Title    string        // shown instead of the feed's own title when set
	Tags     []string      // the operator's own, for topics to choose by
	Language string        // BCP 47; "" lets each entry or the feed speak for itself
	Interval time.Duration // between two visits; 0 means the default
	// Republish is how much of each entry goes on to readers; never "" in a
	// checked configuration.
	Republish Republish
	// MaxNew is how many entries one document brings into subscription documents at most;
	// the rest is filed as past. 0 for no bound; never 0 in a checked configuration.
	MaxNew int
	// MaxSilence is after how long without anything new the operator wants to be told; 0
	// leaves it to the source's own rhythm.
	MaxSilence time.Duration
	// Publisher is the house that the source is of, in the operator's words: all
	// feeds of one house are one publisher. "" leaves it to the site's domain.
	Publisher string
	File      string // for file: sources, the absolute path; "" otherwise
	// Blocked says that the configuration blocks its host: it is not asked.
	Blocked bool
	// Header is sent with each request. It may be secret, and is in no JSON.
	Header map[string]string `json:"-"`
}

// Sources are sources by their ids.
type Sources map[SourceID]*Source

// SourcesByID are those of a list, which they point into.
func SourcesByID(list []Source) Sources {
	m := make(Sources, len(list))
	for i := range list {
		m[list[i].ID] = &list[i]
	}
	return m
}

// Of is the source of an id; one that is not there has nothing but the id.
func (m Sources) Of(id SourceID) *Source {
	if s := m[id]; s != nil {
		return s
	}
	return &Source{ID: id}
}

// Republish says how much of an entry its publisher allows to be passed on.
type Republish string

// The three amounts, from most to least.
const (
	RepublishFull    Republish = "full"    // summary and content as they came
	RepublishSummary Republish = "summary" // at most 500 characters, with their paragraphs and links
	RepublishLink    Republish = "link"    // title and link alone
)

// Meta is what a feed document says about itself. Every string is valid
// XML 1.0 text.
type Meta struct {
	Title    string
	Link     string // the home page; absolute http(s) URL or ""
	Self     string // the feed's own address (rel=self), or ""
	Hub      string // the WebSub hub it advertises, or ""
	ID       string // atom:id of the feed, or ""
	Language string // BCP 47, lower case, or ""
	Rights   string
	Authors  []Person
	Updated  time.Time // zero when the document gives none
}

// Validators are the two headers of a 200 answer that make the next request a
// conditional one (RFC 9110 §8.8). Both are kept byte for byte and replaced
// together.
type Validators struct {
	ETag         string // with its quotes and W/, or ""
	LastModified string // never reformatted, or ""
}

// Hints are what a feed document says about when to read it again. Zero values
// mean that it says nothing. They only ever make visits rarer.
type Hints struct {
	TTL       int            // minutes (RSS 2.0 ttl)
	SkipHours []int          // 0 to 23, UTC (RSS 2.0 skipHours)
	SkipDays  []time.Weekday // UTC (RSS 2.0 skipDays)
	// UpdatePeriod is how long after an update the next one comes: the sy
	// module's updatePeriod divided by its updateFrequency.
	UpdatePeriod time.Duration
	UpdateBase   time.Time // sy:updateBase; zero where there is none
}

// SourceState is what is stored about a source: its schedule and its health.
type SourceState struct {
	ID         SourceID
	Meta       Meta
	Validators Validators
	// Fresh is when the validators came: the last 200. Some servers answer 304
	// for ever; validators that brought nothing else for eight days are void.
	Fresh time.Time
	// Body is the hash of the last document that parsed; 0 before the first.
	Body uint64
	// Next is when the source is due, and Why what decided that. A claim moves
	// it before the request leaves, so that a restart never polls early; the visit's
	// own change sets it for good.
	Next time.Time
	Why  string
	// Hold is until when the server asked to be left alone (Retry-After): what
	// even an operator's own request obeys. Zero for not at all.
	Hold time.Time
	// Hints are the last document's; Dates are those of its newest entries, the
	// newest first, at most MaxDates.
	Hints Hints
	Dates []time.Time
	// Visited and Succeeded are the ends of the last visit and of the last one
	// that brought a readable document or a 304. Changed is the last one that
	// brought something new. First is the end of the first visit.
	First, Visited, Succeeded, Changed time.Time
	Failures                           int    // visits failed in a row
	Error                              string // of the last failed visit; "" after a success
	HTTP                               int    // status of the last answer, 0 for none
	Entries                            int    // in the source's current document
	Visits, NotModified, New           int    // since First: visits, answers 304, new entries
	Moved                              Move
	Address                            string // where the feed moved for good; "" for its ID
	Gone                               bool   // the last answer was 410
	// SharedID is an id that several of the source's reports carried, cut short where
	// it is long: its ids tell no report from another. "" where none was found.
	SharedID string
	// Dropped is how many members of its documents were left out so far because they
	// are of the wrong kind.
	Dropped int
	// Excess is the last that was over the source's MaxNew; zero for never.
	Excess Excess
	// Same is how often in a row the source brought the bytes of Body again, without a
	// validator that would have spared them.
	Same int
	// Lease is the subscription to its hub, where the state is for people; nil for none.
	Lease *Lease
	// Rhythm is how its news came, where the state is for people.
	Rhythm Rhythm
}

// Newest is the date of its newest entry; zero for unknown.
func (s *SourceState) Newest() time.Time {
	if s.Rhythm.Newest.IsZero() && len(s.Dates) > 0 {
		return s.Dates[0]
	}
	return s.Rhythm.Newest
}

// An Excess is a document that had more for topics at once than its source's MaxNew.
type Excess struct {
	At   time.Time // of the visit, or the push
	New  int       // new entries that topics take, and changed ones that they had not taken before
	Past int       // so many of them were filed as past
}

// MaxHold is the longest time for which a server is left alone because it asked for it.
const MaxHold = 7 * 24 * time.Hour

// HoldAt is Hold as of a time: zero where it lies further ahead than any server may ask
// for, with a tenth, so that the clock was ahead when it was written down.
func (s *SourceState) HoldAt(now time.Time) time.Time {
	if s.Hold.After(now.Add(MaxHold + MaxHold/10)) {
		return time.Time{}
	}
	return s.Hold
}

// WrongClock is how far ahead of a change a stored time may be: farther, it was written
// down while the clock was wrong.
const WrongClock = time.Hour

// MaxDates is how many dates of entries a source's rhythm is told from.
const MaxDates = 16

// Gap is the median time between the source's newest entries; 0 for unknown.
func (s *SourceState) Gap() time.Duration {
	if len(s.Dates) < 3 {
		return 0
	}
	gaps := make([]time.Duration, len(s.Dates)-1)
	for i := range gaps {
		gaps[i] = s.Dates[i].Sub(s.Dates[i+1])
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// A Move is a permanent redirect (301, 308) that has not been adopted yet.
type Move struct {
	To     string    // "" for none
	Since  time.Time // when it was first seen
	Visits int       // that were sent there, in a row
}

// A Health is a source with its state, as operators and readers are told of it.
type Health struct {
	Source Source
	State  SourceState
}

// Title is the operator's word for the source, else the feed's own, else its id.
func (h *Health) Title() string {
	return cmp.Or(h.Source.Title, h.State.Meta.Title, string(h.Source.ID))
}

// Condition says in one word how a source does.
func (h *Health) Condition() string {
	switch {
	case h.Source.Blocked:
		return "blocked"
	case h.State.Gone:
		return "gone"
	case h.State.Error != "":
		return "failing"
	case h.State.Succeeded.IsZero():
		return "new"
	}
	return "ok"
}

// The reasons of waits that others than the poller write or read. A source whose visit was
// begun says so until the visit has ended: who finds it in the store knows that nobody
// heard of that.
const (
	WhyBegun  = "a visit that was begun"
	WhyHost   = "Retry-After of its host"
	WhyPushed = "pushed by its hub"
)

// Due is when the source is due; zero for one that is not asked, or never was.
func (h *Health) Due() time.Time {
	if h.Source.Blocked {
		return time.Time{}
	}
	return h.State.Next
}

// Because says for people what decided when the source is due; "" for one that never was
// asked.
func (h *Health) Because() string {
	switch s := &h.State; {
	case h.Source.Blocked:
		return "its host is blocked: it is not asked"
	case s.Why == WhyBegun && s.Failures > 0:
		return "a visit whose end is not known, after " + failuresInARow(s.Failures)
	case s.Why == WhyBegun:
		return "a visit whose end is not known: it is under way, or its process ended"
	}
	return h.State.Why
}

func failuresInARow(n int) string {
	if n == 1 {
		return "a failure"
	}
	return fmt.Sprintf("%d failures in a row", n)
}

// Notes are sentences about what the source does wrong and is read all the same; without
// full stops.
func (h *Health) Notes() (notes []string) {
	if id := h.State.SharedID; id != "" {
		notes = append(notes, fmt.Sprintf("several reports carry the id %q: links, or titles and dates, tell them apart", id))
	}
	if n := h.State.Dropped; n > 0 {
		notes = append(notes, fmt.Sprintf("JSON members of the wrong kind that were left out: %d", n))
	}
	if x := h.State.Excess; x.Past > 0 {
		notes = append(notes, fmt.Sprintf("its document of %s had %d new entries at once: %d of them lie in the past (max_new)", x.At.Format(time.DateOnly), x.New, x.Past))
	}
	return notes
}

// Pushing is what there is to tell of the source's hub, a sentence without a full
// stop; "" for nothing.
func (h *Health) Pushing(now time.Time) string {
	if h.State.Lease == nil {
		return ""
	}
	return h.State.Lease.Says(now)
}

// PerDay is how many new entries a day the source brought since its first visit;
// 0 in its first day.
func (h *Health) PerDay() float64 {
	days := h.State.Visited.Sub(h.State.First).Hours() / 24
	if days < 1 {
		return 0
	}
	return float64(h.State.New) / days
}

// NotModifiedShare is the share of visits that were answered 304, from 0 to 1.
func (h *Health) NotModifiedShare() float64 {
	return float64(h.State.NotModified) / float64(max(h.State.Visits, 1))
}

// A Raw names one entry of a document as it stood on the wire: a hash over its
// bytes and the context it was read in. An entry whose Raw is known needs no
// second reading.
type Raw uint64
