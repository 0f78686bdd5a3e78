package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// A change files some entries anew, few enough that visits do not wait for
// long. It is submitted with refileFew of them, or where refileReach were looked at: what
// was read long ago may have changed since. refileRead of them are read at once.
const (
	refileRead  = 500
	refileReach = 4 * refileRead
	refileFew   = 250
)

// refileRetry is how long a refiling rests that the store refused.
const refileRetry = 10 * time.Second

// A Refiling is how far stored entries were filed anew under changed rules.
type Refiling struct {
	Topics  []feed.TopicID `json:"topics"` // none where only the feed of all topics follows them
	Began   time.Time      `json:"began"`
	Entries int            `json:"entries"` // looked at so far
	Total   int            `json:"total"`   // that there were when it began, or a few more
	// Reached is when the last of them was first seen: they go from the oldest
	// to the newest.
	Reached *time.Time `json:"reached"`
}

// A refiler brings the memberships of stored entries in line with rules that
// changed, behind whatever else goes on.
type refiler struct {
	s *Server

	mu      sync.Mutex
	pending []feed.TopicID
	news    chan struct{} // holds a token while topics are pending

	now atomic.Pointer[Refiling] // nil while nothing is filed anew
}

func newRefiler(s *Server) *refiler { return &refiler{s: s, news: make(chan struct{}, 1)} }

// want replaces the topics that are to be filed anew. It never waits.
func (f *refiler) want(topics []feed.TopicID) {
	f.mu.Lock()
	f.pending = topics
	f.mu.Unlock()
	select {
	case f.news <- struct{}{}:
	default:
	}
}

// wanted is the topics that are to be filed anew.
func (f *refiler) wanted() []feed.TopicID {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pending
}

// done takes topics off the list, unless another one has taken its place.
func (f *refiler) done(topics []feed.TopicID) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(topics) > 0 && len(f.pending) > 0 && &f.pending[0] == &topics[0] {
		f.pending = nil
	}
}

// run files anew what is wanted until ctx ends.
func (f *refiler) run(ctx context.Context) error {
	retry := time.NewTimer(0)
	defer retry.Stop()
	<-retry.C
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.news:
		case <-retry.C:
		}
		topics := f.wanted()
		if len(topics) == 0 {
			continue
		}
		began, over := time.Now(), f.s.load.begins()
		err := f.refile(ctx, topics)
		over()
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errOvertaken):
			// The newer rules wanted theirs.
		case err != nil:
			// The rules are in force; what is stored follows.
			f.s.log.Error("stored entries not filed anew", "error", err)
			retry.Reset(refileRetry)
		default:
			f.done(topics)
			f.s.publisher.touch(topics)
			f.s.log.Info("stored entries filed anew", "topics", len(topics), "ms", time.Since(began).Milliseconds())
		}
	}
}

// errOvertaken says that newer rules came in the middle of a refiling; they have
// one of their own.
var errOvertaken = errors.New("overtaken by newer rules")

// refile brings the memberships of all stored entries in line with the current
// rules of some topics, step by step: while one step is written the next one is
// read and matched.
func (f *refiler) refile(ctx context.Context, topics []feed.TopicID) error {
	rules := f.s.state.Load()
	own := slices.DeleteFunc(slices.Clone(topics), func(id feed.TopicID) bool { return id == feed.AllTopics })
	var first, last feed.EntryKey
	if err := f.s.db.View(func(r *storage.Reader) error {
		first, last = r.EntryKeys()
		return nil
	}); err != nil {
		return fmt.Errorf("file anew: %w", err)
	}
	work := f.s.works.begin(feed.WorkRefiling)
	defer work.end()
	total := 0
	if last > 0 {
		total = int(last - first + 1)
	}
	work.at(0, int64(total))
	f.now.Store(&Refiling{Topics: own, Began: f.s.now(), Total: total})
	defer f.now.Store(nil)
	backfill := make([]time.Duration, len(topics))
	for i, id := range topics {
		backfill[i] = feed.DefaultBackfill
		if t := rules.topics[id]; t != nil {
			backfill[i] = t.Backfill
		}
	}
	steps := make(chan refiled, 1)
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error {
		defer close(steps)
		return f.prepare(gctx, rules, topics, steps)
	})
	g.Go(func() error {
		for step := range steps {
			if f.s.state.Load() != rules {
				return errOvertaken
			}
			change := &feed.Refiling{
				At: f.s.now(), Generation: rules.Generation, Topics: topics, Backfill: backfill,
				Entries: step.entries, Done: step.last,
			}
			if len(step.entries) > 0 || step.last {
				if _, err := f.s.apply(change); err != nil {
					return err
				}
			}
			p := *f.now.Load()
			p.Entries += step.looked
			work.at(int64(min(p.Entries, total)), int64(total))
			if !step.seen.IsZero() {
				p.Reached = &step.seen
			}
			f.now.Store(&p)
		}
		return nil
	})
	if err := g.Wait(); err != nil {
		return fmt.Errorf("file anew: %w", err)
	}
	return context.Cause(ctx)
}

// A refiled step is some entries with their new matches: of those looked at the ones for
// which they make a difference, or may.
type refiled struct {
	entries []feed.EntryMatches
	looked  int
	seen    time.Time // of the last one; zero without any
	last    bool
}

// A refilable entry is one that is to be matched.
type refilable struct {
	feed.StoredEntry
	concerned bool // it is filed anew though nothing takes it
}

// prepare reads all stored entries and matches them against the topics that are wanted.
func (f *refiler) prepare(ctx context.Context, rules *state, topics []feed.TopicID, steps chan<- refiled) error {
	m, err := rules.only(topics)
	if err != nil {
		return err
	}
	var step refiled
	for from := feed.EntryKey(1); ; {
		batch := make([]refilable, 0, refileRead)
		err := f.s.db.View(func(r *storage.Reader) error {
			return r.EachToRefile(from, topics, func(e feed.StoredEntry, concerned bool) bool {
				batch = append(batch, refilable{e, concerned})
				return len(batch) < refileRead
			})
		})
		if err != nil {
			return err
		}
		step.entries = append(step.entries, rules.rematch(m, batch)...)
		step.looked, step.last = step.looked+len(batch), len(batch) < refileRead
		if len(batch) > 0 {
			step.seen = batch[len(batch)-1].Seen
			from = batch[len(batch)-1].Key + 1
		}
		if !step.last && len(step.entries) < refileFew && step.looked < refileReach {
			continue
		}
		select {
		case steps <- step:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		if step.last {
			return nil
		}
		step = refiled{}
	}
}

// only are the rules of some of the topics; nil where none of them has any.
func (n *state) only(topics []feed.TopicID) (*match.Matcher, error) {
	own := slices.DeleteFunc(slices.Clone(n.cfg.Topics), func(t feed.Topic) bool { return !slices.Contains(topics, t.ID) })
	switch len(own) {
	case 0:
		return nil, nil
	case len(n.cfg.Topics):
		return n.Matcher, nil
	}
	m, problems := match.Compile(own)
	if m == nil {
		return nil, &ConfigError{problems}
	}
	return m, nil
}

// After refileSlice entries, a millisecond of work or less, matching rests for
// refileRest: a goroutine that never waits keeps requests waiting in the network.
const (
	refileSlice = 20
	refileRest  = 300 * time.Microsecond
)

// rematch finds the topics of entries, by the rules of those that are wanted. Two
// goroutines share them: enough to be done soon. It leaves out the entries for which
// nothing changes.
func (n *state) rematch(m *match.Matcher, batch []refilable) []feed.EntryMatches {
	all := make([]feed.EntryMatches, len(batch))
	part := func(from, to int) {
		for i := from; i < to; i++ {
			all[i].Entry = batch[i].Key
			if m == nil {
				continue
			}
			if (i-from)%refileSlice == refileSlice-1 {
				time.Sleep(refileRest)
			}
			all[i].Matches = m.Takes(n.sources.Of(batch[i].Source), &batch[i].Entry)
		}
	}
	var wg sync.WaitGroup
	wg.Go(func() { part(0, len(batch)/2) })
	part(len(batch)/2, len(batch))
	wg.Wait()
	out := all[:0]
	for i := range all {
		if batch[i].concerned || len(all[i].Matches) > 0 {
			out = append(out, all[i])
		}
	}
	return out
}
