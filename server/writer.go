package server

import (
	"slices"
	"sync"

	"topicwire/feed"
	"topicwire/storage"
)

// A writer is the one goroutine that applies changes. Changes that wait while it
// is at the disk share the next commit.
type writer struct {
	apply func([]feed.Change) (storage.Result, error)
	after func(storage.Result)

	mu      sync.Mutex
	waiting []request
	asking  []chan<- struct{} // closed between two commits
	free    *sync.Cond        // waiting has room
	news    chan struct{}     // holds a token while changes wait, or somebody asks
	closed  bool
	ended   chan struct{}
}

type request struct {
	change feed.Change
	done   func(storage.Outcome, error)
}

// Bounds of the writer: how many changes may wait; and how many entries those bring that
// share a commit, at all and with a claim that visits wait for. More in one would have more
// of the database in memory until it is over.
const (
	maxWaiting   = 64
	maxEntries   = 640
	claimEntries = 32
)

func newWriter(apply func([]feed.Change) (storage.Result, error), after func(storage.Result)) *writer {
	w := &writer{apply: apply, after: after, news: make(chan struct{}, 1), ended: make(chan struct{})}
	w.free = sync.NewCond(&w.mu)
	go w.run()
	return w
}

// submit queues a change, one that visits wait for ahead of all others; it waits while too
// many wait already. done is called from the writer's goroutine and must not wait for
// another change.
func (w *writer) submit(c feed.Change, done func(storage.Outcome, error)) {
	w.mu.Lock()
	for len(w.waiting) >= maxWaiting && !w.closed {
		w.free.Wait()
	}
	if w.closed {
		w.mu.Unlock()
		done(storage.Outcome{}, errClosed)
		return
	}
	r := request{c, done}
	if awaited(c) {
		w.waiting = slices.Insert(w.waiting, 0, r)
	} else {
		w.waiting = append(w.waiting, r)
	}
	w.mu.Unlock()
	w.wake()
}

// wait applies one change and waits until it is on disk. stored, if not nil, is
// called then, in the writer's goroutine, ahead of whatever is applied next.
func (w *writer) wait(c feed.Change, stored func()) (out storage.Outcome, err error) {
	ended := make(chan struct{})
	w.submit(c, func(o storage.Outcome, e error) {
		if out, err = o, e; err == nil && stored != nil {
			stored()
		}
		close(ended)
	})
	<-ended
	return out, err
}

// answer is closed once the writer's goroutine is between two commits, and stays open
// while it hangs in one.
func (w *writer) answer() <-chan struct{} {
	answer := make(chan struct{})
	w.mu.Lock()
	w.asking = append(w.asking, answer)
	w.mu.Unlock()
	w.wake()
	return answer
}

func (w *writer) wake() {
	select {
	case w.news <- struct{}{}:
	default:
	}
}

// close applies what waits and ends the writer.
func (w *writer) close() {
	w.mu.Lock()
	w.closed = true
	w.free.Broadcast()
	w.mu.Unlock()
	w.wake()
	<-w.ended
}

func (w *writer) run() {
	defer close(w.ended)
	for range w.news {
		for {
			w.mu.Lock()
			n := w.batch()
			batch := append([]request(nil), w.waiting[:n]...)
			w.waiting = append(w.waiting[:0], w.waiting[n:]...)
			closed, asking := w.closed, w.asking
			w.asking = nil
			w.free.Broadcast()
			w.mu.Unlock()
			for _, answer := range asking {
				close(answer)
			}
			if n == 0 {
				if closed {
					return
				}
				break
			}
			w.commit(batch)
		}
	}
}

// awaited reports whether c is a claim that visits wait for: none is begun before it is on
// disk.
func awaited(c feed.Change) bool {
	claim, ok := c.(*feed.Claim)
	return ok && claim.Why == feed.WhyBegun
}

// batch is how many of the waiting changes go together. An operator's decision,
// which may be refused, goes alone: a refusal undoes its whole commit. So does a new
// configuration: it is the running one before what waits behind it is told done. With a
// claim that visits wait for goes what takes a moment.
func (w *writer) batch() int {
	most, entries := maxEntries, 0
	if len(w.waiting) > 0 && awaited(w.waiting[0].change) {
		most = claimEntries
	}
	for i := range w.waiting {
		c := w.waiting[i].change
		switch c.(type) {
		case *feed.Decision, *feed.ConfigChange:
			return max(i, 1)
		}
		if entries += entriesOf(c); i > 0 && entries > most {
			return i
		}
	}
	return len(w.waiting)
}

// entriesOf is how many entries a change takes as long as, each some 0.2 ms.
func entriesOf(c feed.Change) int {
	switch c := c.(type) {
	case *feed.Visit:
		if c.Document == nil {
			return 0
		}
		return len(c.Document.Entries)
	case *feed.Push:
		return len(c.Document.Entries)
	case *feed.Refiling, *feed.Retention, *feed.Forgetting, *feed.Archiving:
		return maxEntries / 4
	}
	return 0
}

// commit applies a batch; where that fails, each change alone, so that one that
// cannot be applied does not take its neighbours with it.
func (w *writer) commit(batch []request) {
	changes := make([]feed.Change, len(batch))
	for i, r := range batch {
		changes[i] = r.change
	}
	res, err := w.apply(changes)
	if err == nil || len(batch) == 1 {
		w.tell(batch, res, err)
		return
	}
	for i := range batch {
		res, err := w.apply(changes[i : i+1])
		w.tell(batch[i:i+1], res, err)
	}
}

// tell says what became of changes that were applied together.
func (w *writer) tell(batch []request, res storage.Result, err error) {
	for i, r := range batch {
		var out storage.Outcome
		if err == nil {
			out = res.Outcomes[i]
		}
		r.done(out, err)
	}
	if err == nil {
		w.after(res)
	}
}
