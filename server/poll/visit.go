package poll

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/cespare/xxhash/v2"

	"topicwire/feed"
	"topicwire/feed/fetch"
	"topicwire/feed/html"
	"topicwire/feed/match"
	"topicwire/feed/parse"
	"topicwire/feed/text"
	"topicwire/storage"
)

// Rules are the topics' compiled rules and the generation they belong to.
type Rules struct {
	Generation uint64
	Matcher    *match.Matcher
}

// A Status says how a visit ended.
type Status string

// The ends of a visit.
const (
	OK        Status = "ok"
	Unchanged Status = "unchanged" // 304, or the same bytes as last time
	Failed    Status = "error"
	Skipped   Status = "skipped" // not due
)

// A Report is what one visit brought, for people and programs.
type Report struct {
	Source  feed.SourceID `json:"source"`
	Status  Status        `json:"status"`
	HTTP    int           `json:"http"`
	Entries int           `json:"entries"` // in the source's document
	New     int           `json:"new"`
	Updated int           `json:"updated"`
	Error   string        `json:"error"`
	Millis  int64         `json:"ms"`
}

// visit is one pass of the pipeline over one source, up to the change that is to
// be applied. An error of any kind ends up in the change: it belongs to the
// source's health.
func (p *Poller) visit(ctx context.Context, s *set, src *feed.Source) (*feed.Visit, Report) {
	began := time.Now()
	v := &feed.Visit{Source: src.ID}
	rep := Report{Source: src.ID}
	state, err := p.schedule(src.ID)
	var asked string
	if err == nil {
		asked, err = p.read(ctx, s, src, &state, v, &rep)
	}
	v.At = p.now()
	result := Result{Status: v.HTTP, RetryAfter: asked}
	switch {
	case err != nil:
		v.Error, v.Document, v.Validators = err.Error(), nil, nil
		rep.Status, rep.Error = Failed, v.Error
		result.Failed, result.Failures = true, state.Failures+1
	case v.Document == nil:
		rep.Status, rep.Entries = Unchanged, state.Entries
	default:
		rep.Status, rep.Entries = OK, len(v.Document.Window)
	}
	rep.HTTP = v.HTTP
	rep.Millis = time.Since(began).Milliseconds()
	v.Next = Next(v.At, s.interval(src), result, p.random())
	return v, rep
}

func (p *Poller) schedule(id feed.SourceID) (s feed.SourceState, err error) {
	err = p.o.Store.View(func(r *storage.Reader) error {
		s, err = r.Schedule(id)
		return err
	})
	return s, err
}

// read fetches the source's document and, where it is a new one, reads it into
// v. It returns the server's Retry-After.
func (p *Poller) read(ctx context.Context, s *set, src *feed.Source, state *feed.SourceState, v *feed.Visit, rep *Report) (retryAfter string, err error) {
	res, err := get(ctx, s.Fetch, src, state)
	if err != nil {
		var status *fetch.StatusError
		if errors.As(err, &status) {
			v.HTTP = status.Status
			return status.RetryAfter, err
		}
		return "", err
	}
	v.HTTP = res.Status
	if res.Unchanged() {
		return "", nil
	}
	v.Validators = &res.Validators
	body := xxhash.Sum64(res.Body)
	if body == state.Body && body != 0 {
		return "", nil
	}
	known, err := p.window(src.ID)
	if err != nil {
		return "", err
	}
	// Answers wait here as bytes; read side by side by more goroutines than
	// there are processors they would only take many times the memory.
	p.readers <- struct{}{}
	defer func() { <-p.readers }()
	doc, err := parse.Feed(res.Body, parse.Options{URL: res.URL, ContentType: res.ContentType, Known: known})
	if err != nil {
		return "", err
	}
	rules := p.o.Rules()
	v.Document = &feed.Reading{
		Body: body, Meta: doc.Meta, Window: doc.Window, Generation: rules.Generation,
		Entries: make([]feed.Reported, len(doc.Entries)),
	}
	for i := range doc.Entries {
		e := &doc.Entries[i]
		matches := Match(rules.Matcher, src, e, doc.Meta.Language)
		v.Document.Entries[i] = feed.Reported{Entry: *e, Matches: matches}
	}
	return "", nil
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

// Match settles an entry's language, cuts it into words and finds its topics.
// src may name a source that is no longer configured; channel is the language
// that the whole feed declares, "" for none.
func Match(m *match.Matcher, src *feed.Source, e *feed.Entry, channel string) []feed.Match {
	parts := text.Parts{
		feed.FieldTitle:   {e.Title},
		feed.FieldSummary: {html.Text(e.Summary)},
		feed.FieldContent: {html.Text(e.Content)},
	}
	for _, c := range e.Categories {
		parts[feed.FieldCategory] = append(parts[feed.FieldCategory], c.Text())
	}
	e.Language = language(src.Language, e.Language, channel, &parts)
	return m.Match(src, text.Cut(&parts, e.Language))
}

// language is the operator's word for the source, else the entry's own, else the
// feed's. English is what publishing software declares where nobody told it
// otherwise, so a feed's "en" counts only where the text does not speak against
// it.
func language(source, entry, channel string, parts *text.Parts) string {
	declared := cmp.Or(source, entry)
	if declared == "" && !text.OneOf(channel, []string{"en"}) {
		declared = channel
	}
	return cmp.Or(text.Language(declared, parts), channel)
}

func get(ctx context.Context, c *fetch.Client, src *feed.Source, state *feed.SourceState) (*fetch.Response, error) {
	if src.File == "" {
		return c.Get(ctx, fetch.Request{URL: string(src.ID), Validators: state.Validators, Header: src.Header})
	}
	body, err := readFile(src.File)
	if err != nil {
		return nil, err
	}
	return &fetch.Response{Body: body}, nil
}

// readFile reads a file: source within the bounds of any other.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err != nil {
		return nil, err
	} else if !st.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is no regular file", path)
	}
	body, err := io.ReadAll(io.LimitReader(f, fetch.MaxBody+1))
	if err == nil && len(body) > fetch.MaxBody {
		err = fetch.ErrTooLarge
	}
	return body, err
}
