package server

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
)

// workLine is how often the log says how far a work is.
const workLine = 10 * time.Second

// works are the long works that are under way.
type works struct {
	now  func() time.Time
	log  *slog.Logger
	told func(feed.Progress) // one after the other; nil for nobody

	mu   sync.Mutex
	list []*working // in the order in which they began
}

// A working is one of them.
type working struct {
	of     *works
	is     feed.Progress
	logged time.Time // when the log last said so; zero for a work that it leaves out
}

// logs reports whether the log says how far a work is: those that nobody asked for and
// waits for.
func logs(w feed.Work) bool {
	return w == feed.WorkRefiling || w == feed.WorkRetention || w == feed.WorkBackup
}

// begin notes that a work begins. Who does it ends it.
func (w *works) begin(what feed.Work) *working {
	x := &working{of: w, is: feed.Progress{Work: what, Began: w.now()}}
	if logs(what) {
		x.logged = x.is.Began
	}
	w.mu.Lock()
	w.list = append(w.list, x)
	w.mu.Unlock()
	return x
}

// at notes how far it is. A total of 0 is unknown.
func (x *working) at(done, total int64) {
	w := x.of
	w.mu.Lock()
	x.is.Done, x.is.Total = done, total
	is, now := x.is, w.now()
	say := !x.logged.IsZero() && now.Sub(x.logged) >= workLine
	if say {
		x.logged = now
	}
	if w.told != nil {
		w.told(is)
	}
	w.mu.Unlock()
	if say {
		w.log.Info("under way: "+is.Work.Says(), "work", is.Work, "done", is.Done, "total", is.Total, "since", is.Began)
	}
}

func (x *working) end() {
	w := x.of
	w.mu.Lock()
	defer w.mu.Unlock()
	w.list = slices.DeleteFunc(w.list, func(o *working) bool { return o == x })
}

// during does a work that tells by its context how far it is.
func (w *works) during(ctx context.Context, what feed.Work, do func(context.Context) error) error {
	x := w.begin(what)
	defer x.end()
	return do(feed.Telling(ctx, x.at))
}

// underWay is how far they are, in the order in which they began.
func (w *works) underWay() []feed.Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	out := make([]feed.Progress, len(w.list))
	for i, x := range w.list {
		out[i] = x.is
	}
	return out
}
