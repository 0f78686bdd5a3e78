package poll

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/link"
	"topicwire/feed/match"
	"topicwire/feed/memory"
	"topicwire/feed/parse"
	"topicwire/storage"
)

// Rules are the topics' compiled rules and the generation they belong to.
type Rules struct {
	Generation uint64
	Matcher    *match.Matcher
	Concepts   *match.Concepts
	// Blocked are hosts of which no entry is stored, whichever source brings it.
	Blocked link.Hosts
}

// A Status says how a visit ended.
type Status string

// The ends of a visit.
const (
	OK        Status = "ok"
	Unchanged Status = "unchanged" // 304, or the same bytes as last time
	Failed    Status = "error"
	Skipped   Status = "skipped" // not due
	ByHub     Status = "pushed"  // no visit: its hub sent it
)

// A Report is what one visit brought, for people and programs.
type Report struct {
	Source  feed.SourceID `json:"source"`
	Status  Status        `json:"status"`
	HTTP    int           `json:"http"`
	Entries int           `json:"entries"` // in the source's document
	New     int           `json:"new"`
	Updated int           `json:"updated"`
	Past    int           `json:"past"` // filed as past: more than max_new came at once
	Error   string        `json:"error"`
	Millis  int64         `json:"ms"`
	// NextVisit is when the source is due again, null where that is not known, and Why
	// what decided that: of one that is skipped, why it is.
	NextVisit *time.Time `json:"next_visit"`
	Why       string     `json:"why"`
}

// A visited is a visit that has ended, up to the change that is to be applied.
type visited struct {
	change   *feed.Visit
	report   Report
	plan     Plan
	result   Result
	answered bool         // by the server, with whatever
	silent   bool         // failed in the network, so that it may be our own
	advert   *feed.Advert // of the hub; nil where the answer had no document
	began    time.Time
	share    *memory.Share // of what its document takes, until that is on disk; nil for none
}

// decide settles when the source is due again, and who is to blame for a failure.
func (v *visited) decide(ours bool, random float64) {
	v.result.Ours = ours && v.silent
	d := Next(v.change.At, v.plan, v.result, random)
	v.change.Next, v.change.Why, v.change.Hold, v.change.Ours = d.Next, d.Why, d.Hold, v.result.Ours
}

// visit is one pass of the pipeline over one source, of which state is stored; without
// one it is read. An error of any kind ends up in the change: it belongs to the source's
// health.
func (p *Poller) visit(ctx context.Context, s *set, src *feed.Source, state *feed.SourceState) *visited {
	v := &visited{change: &feed.Visit{Source: src.ID}, report: Report{Source: src.ID}, began: p.now()}
	var err error
	if state == nil {
		state = new(feed.SourceState)
		*state, err = p.schedule(src.ID)
	}
	if err == nil {
		if address(state) == string(src.ID) {
			state.Address = "" // it led nowhere, or never was
		}
		v.change.Moved, v.change.Address = state.Moved, state.Address
		v.plan = s.plan(src, state)
		err = p.read(ctx, s, src, state, v)
	}
	c := v.change
	c.At = p.now()
	v.result.Status = c.HTTP
	if err != nil || c.Document == nil {
		v.share.Free()
	}
	switch {
	case err != nil:
		c.Error, c.Document, c.Validators = err.Error(), nil, nil
		v.report.Status, v.report.Error = Failed, c.Error
		v.result.Failed, v.result.Failures = true, state.Failures+1
	case c.Document == nil:
		v.report.Status, v.report.Entries = Unchanged, state.Entries
	default:
		v.report.Status, v.report.Entries = OK, len(c.Document.Window)
	}
	v.report.HTTP = c.HTTP
	v.report.Millis = c.At.Sub(v.began).Milliseconds()
	return v
}

// plan is what the next visit depends on, from what is stored.
func (s *set) plan(src *feed.Source, state *feed.SourceState) Plan {
	return Plan{
		Own: src.Interval, Default: s.Interval, File: src.File != "",
		Same: state.Same, Gap: state.Gap(), Hints: state.Hints,
	}
}

func (p *Poller) schedule(id feed.SourceID) (s feed.SourceState, err error) {
	err = p.o.Store.View(func(r *storage.Reader) error {
		s, err = r.Schedule(id)
		return err
	})
	return s, err
}

// maxPage is how much of an answer that is no feed is looked at for its hub, in bytes.
const maxPage = 512 << 10

// read fetches the source's document and, where it is a new one, reads it into
// the visit.
func (p *Poller) read(ctx context.Context, s *set, src *feed.Source, state *feed.SourceState, v *visited) error {
	c := v.change
	res, err := p.get(ctx, s.Fetch, src, state)
	if err != nil {
		var status *fetch.StatusError
		var blocked *fetch.BlockedError
		if errors.As(err, &status) {
			c.HTTP, v.answered = status.Status, true
			v.result.RetryAfter, v.result.Asked = status.After(p.now())
		}
		v.silent = src.File == "" && !v.answered && !errors.As(err, &blocked)
		return err
	}
	c.HTTP, v.answered, v.share = res.Status, true, res.Share
	v.plan.MaxAge = res.MaxAge
	if res.Unchanged() {
		if res.Validators != (feed.Validators{}) && res.Validators != state.Validators {
			c.Validators = validatorsOf(res) // never the old ones again
		}
		c.Moved, c.Address = moved(state, res.Moved, true, p.now())
		return nil
	}
	if len(res.Validators.ETag) > maxValidator || len(res.Validators.LastModified) > maxValidator {
		res.Validators = feed.Validators{} // no server takes that back
	}
	c.Validators = validatorsOf(res)
	v.plan.Same = 0
	body := xxhash.Sum64(res.Body)
	if body == state.Body && body != 0 {
		if res.Validators == (feed.Validators{}) {
			v.plan.Same = state.Same + 1 // as the store counts it
		}
		c.Moved, c.Address = moved(state, res.Moved, true, p.now())
		return nil
	}
	text := res.Body
	if len(text) > maxPage {
		// The rest is of no more use once it is decoded, and not to be kept from being let go.
		res.Body = bytes.Clone(text[:maxPage])
	}
	d, known, err := p.parse(ctx, src, state, body, text, v.share, parse.Options{URL: res.URL, ContentType: res.ContentType, ContentLocation: res.ContentLocation})
	v.advert = advertised(src, res, d, err)
	if err != nil {
		return err
	}
	c.Document = d
	c.Moved, c.Address = moved(state, res.Moved, known, p.now())
	after := feed.SourceState{Dates: d.Dates}
	v.plan.Gap, v.plan.Hints = after.Gap(), d.Hints
	return nil
}

// validatorsOf are an answer's, apart from it: what waits to be stored must not keep the
// document that it was read from.
func validatorsOf(res *fetch.Response) *feed.Validators {
	v := res.Validators
	return &v
}

// dates are those of a source's newest entries, the newest first: what its
// rhythm is told from.
func dates(known []time.Time, entries []feed.Entry, now time.Time) []time.Time {
	list := slices.Clone(known)
	for i := range entries {
		if d := entries[i].Date(now); !d.Equal(now) {
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b time.Time) int { return b.Compare(a) })
	list = slices.CompactFunc(list, time.Time.Equal)
	return slices.Clip(list[:min(len(list), feed.MaxDates)])
}

// window asks which raw entries of a source are stored already.
func (p *Poller) window(id feed.SourceID) (func(feed.Raw) bool, error) {
	var raws []feed.Raw
	err := p.o.Store.View(func(r *storage.Reader) error {
		raws = r.Window(id)
		return nil
	})
	if err != nil || len(raws) == 0 {
		return nil, err
	}
	known := make(map[feed.Raw]struct{}, len(raws))
	for _, r := range raws {
		known[r] = struct{}{}
	}
	return func(r feed.Raw) bool { _, ok := known[r]; return ok }, nil
}

func (p *Poller) get(ctx context.Context, c *fetch.Client, src *feed.Source, state *feed.SourceState) (*fetch.Response, error) {
	if src.File == "" {
		r := fetch.Request{URL: address(state), Validators: validators(state, p.now())}
		if r.URL == string(src.ID) {
			r.Header = src.Header // secrets are for the address they were given with
		}
		return c.Get(ctx, r)
	}
	share := p.o.Memory.Share()
	body, err := readFile(ctx, src.File, share)
	if err != nil {
		share.Free()
		return nil, err
	}
	return &fetch.Response{Body: body, Share: share}, nil
}

// readFile reads a file: source within the bounds of any other.
func readFile(ctx context.Context, path string, share *memory.Share) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	body, err := memory.ReadAll(f, fetch.MaxBody+1, int(min(st.Size(), fetch.MaxBody)), func(n int) error { return share.Hold(ctx, n) })
	if err == nil && len(body) > fetch.MaxBody {
		err = fetch.ErrTooLarge
	}
	return body, err
}
