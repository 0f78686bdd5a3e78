package poll

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/memory"
	"topicwire/feed/parse"
	"topicwire/storage"
)

// A Pushed document is what a hub sent: all of a source's document, or a part of it.
type Pushed struct {
	Source      feed.SourceID
	URL         string // the topic, which relative links are relative to
	ContentType string // as received
	Body        []byte // decoded
	// Share is what Body holds of memory; it is freed once that is on disk, or will not be.
	Share *memory.Share
}

// ErrBusy says that what was pushed before is not done with.
var ErrBusy = errors.New("what was pushed before is still under way")

// maxPushes is how many pushes of one source wait for a visit to end, or for each
// other.
const maxPushes = 4

// A push is on its way; done is told how it ended.
type push struct {
	Pushed
	done func(error)
}

// Push hands what a hub sent to a running Run, and returns once that has it, or when
// ctx ends. It goes the way of a visit's document, after visits of the source that are
// under way. done is called when it is on disk, or with the reason why it is not; what
// cannot be read is reported, and no error: nobody can do anything about it. Where Push
// fails, d.Share is still the caller's.
func (p *Poller) Push(ctx context.Context, d Pushed, done func(error)) error {
	select {
	case p.pushes <- &push{d, func(err error) {
		d.Share.Free()
		done(err)
	}}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// push takes what a hub sent.
func (l *loop) push(d *push) {
	switch id := d.Source; {
	case l.once:
		d.done(ErrStopped)
	case !l.begun[id] && l.pushing[id] == nil:
		l.startPush(d)
	case len(l.pushed[id]) >= maxPushes:
		d.done(ErrBusy)
	default:
		l.pushed[id] = append(l.pushed[id], d)
	}
}

func (l *loop) startPush(d *push) {
	src := l.set.byID[d.Source]
	if src == nil {
		d.done(fmt.Errorf("no source %s", link.Masked(string(d.Source))))
		return
	}
	l.pushing[d.Source] = make(chan struct{})
	l.unsaved++
	l.workers.Go(func() {
		began := l.p.now()
		r := Report{Source: src.ID, Status: ByHub}
		c, err := l.p.readPush(src, &d.Pushed)
		r.Millis = l.p.now().Sub(began).Milliseconds()
		if err != nil {
			r.Error = err.Error()
			l.saved.put(saved{report: r, push: d})
			return
		}
		r.Entries = len(c.Document.Window)
		l.p.o.Submit(c, func(o storage.Outcome, err error) {
			r.New, r.Updated, r.Past = o.New, o.Updated, o.Past
			l.saved.put(saved{report: r, push: d, err: err})
		})
	})
}

// readPush reads what a hub sent as a visit reads what it fetched.
func (p *Poller) readPush(src *feed.Source, d *Pushed) (*feed.Push, error) {
	state, err := p.schedule(src.ID)
	if err != nil {
		return nil, err
	}
	// No hash: of a part it would be none of the source's document.
	text := d.Body
	d.Body = nil
	doc, _, err := p.parse(context.Background(), src, &state, 0, text, d.Share, parse.Options{URL: d.URL, ContentType: d.ContentType})
	if err != nil {
		return nil, err
	}
	return &feed.Push{At: p.now(), Source: src.ID, Document: *doc}, nil
}

// finishPush notes that what a hub sent is on disk, or will not be.
func (l *loop) finishPush(s saved) {
	id := s.push.Source
	close(l.pushing[id])
	delete(l.pushing, id)
	if was, claimed := l.before[id]; claimed {
		was.state = nil
		l.before[id] = was
	}
	s.push.done(s.err)
	if s.err != nil {
		s.report.New, s.report.Updated, s.report.Past, s.report.Error = 0, 0, 0, s.err.Error()
	}
	if l.p.o.Report != nil {
		l.p.o.Report(s.report) // not to those who asked for a round: it is no visit
	}
	l.nextPush(id)
}

// nextPush begins with what waits, where nothing of its source is under way.
func (l *loop) nextPush(id feed.SourceID) {
	for len(l.pushed[id]) > 0 && !l.begun[id] && l.pushing[id] == nil {
		d := l.pushed[id][0]
		l.pushed[id] = slices.Delete(l.pushed[id], 0, 1)
		l.startPush(d)
	}
	if len(l.pushed[id]) == 0 {
		delete(l.pushed, id)
	}
}

// refusePushes ends what waits in a loop that ends.
func (l *loop) refusePushes() {
	for _, waiting := range l.pushed {
		for _, d := range waiting {
			d.done(ErrStopped)
		}
	}
	l.pushed = nil
}
