package desk

import (
	"context"
	"errors"
	"maps"
	"runtime"
	"slices"
	"sync"
	"time"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/storage"
)

// Preview says what rules would add and remove over the stored history. It
// changes nothing.
func (d *Desk) Preview(ctx context.Context, r PreviewRequest) ([]Previewed, error) {
	m := r.Compiled
	if m == nil {
		var problems []feed.Problem
		if m, problems = match.Compile(r.Topics); m == nil {
			return nil, &RulesError{problems}
		}
	}
	p := &preview{
		desk: d, request: &r, rules: m, now: d.Now(), next: 1,
		sources: feed.SourcesByID(r.Sources), topics: make(map[feed.TopicID]*previewTopic, len(r.Topics)),
	}
	if err := p.begin(); err != nil {
		return nil, err
	}
	if err := p.read(ctx); err != nil {
		return nil, err
	}
	return p.answers()
}

// A preview is a Preview under way.
type preview struct {
	desk    *Desk
	request *PreviewRequest
	rules   *match.Matcher
	sources feed.Sources
	now     time.Time

	reading sync.Mutex
	next    feed.EntryKey // to read
	ended   bool

	order    []feed.TopicID // of the answers
	counting sync.Mutex
	entries  int
	topics   map[feed.TopicID]*previewTopic
}

// A previewTopic holds the groups that a topic has or would have, and no others:
// what a preview remembers does not grow with the store.
type previewTopic struct {
	topic  *feed.Topic
	gone   bool // there are no rules for it
	known  bool // its rules were in force before
	behind bool // not all of it is filed under the rules in force
	groups map[feed.GroupKey]*previewGroup
}

// A previewGroup is how it is with a group and how it would be.
type previewGroup struct {
	entry          feed.EntryKey // that matches first, or leads
	source         feed.SourceID // of entry
	when           time.Time     // of entry
	filed, matches bool
	decided        bool // by an operator
}

func (p *preview) begin() error {
	var stored map[feed.TopicID]storage.TopicState
	err := p.desk.Store.View(func(r *storage.Reader) (err error) {
		stored, err = r.Topics()
		return err
	})
	add := func(t *feed.Topic, gone bool) {
		st := stored[t.ID]
		p.topics[t.ID] = &previewTopic{
			topic: t, gone: gone, known: st.Wanted != 0, behind: st.Wanted != st.Rules, groups: make(map[feed.GroupKey]*previewGroup),
		}
		p.order = append(p.order, t.ID)
	}
	for i := range p.request.Topics {
		add(&p.request.Topics[i], false)
	}
	if p.request.All {
		for _, id := range slices.Sorted(maps.Keys(stored)) {
			if p.topics[id] == nil && stored[id].Wanted != 0 {
				add(&feed.Topic{ID: id}, true)
			}
		}
	}
	return err
}

// previewStep is how many entries are read at once: an open read keeps the store
// from reusing space.
const previewStep = 256

// read goes through the stored entries, two chunks at a time: that leaves a
// serving process its other processors.
func (p *preview) read(ctx context.Context) error {
	var wg sync.WaitGroup
	workers := min(2, runtime.GOMAXPROCS(0))
	errs := make([]error, workers)
	for i := range workers {
		wg.Go(func() {
			for errs[i] == nil && ctx.Err() == nil {
				var chunk []previewEntry
				if chunk, errs[i] = p.chunk(); len(chunk) == 0 {
					return
				}
				p.match(chunk)
			}
		})
	}
	wg.Wait()
	if err := ctx.Err(); err != nil {
		return context.Cause(ctx)
	}
	return errors.Join(errs...)
}

// A previewEntry is a stored entry with its group's memberships.
type previewEntry struct {
	feed.StoredEntry
	filed []feed.Membership
	hits  []feed.Match
}

func (p *preview) chunk() ([]previewEntry, error) {
	p.reading.Lock()
	defer p.reading.Unlock()
	if p.ended {
		return nil, nil
	}
	chunk := make([]previewEntry, 0, previewStep)
	err := p.desk.Store.View(func(r *storage.Reader) error {
		err := r.Entries(p.next, func(e feed.StoredEntry) bool {
			chunk = append(chunk, previewEntry{StoredEntry: e})
			return len(chunk) < previewStep
		})
		for i := range chunk {
			if err == nil {
				chunk[i].filed, err = r.Memberships(chunk[i].Group)
			}
		}
		return err
	})
	if err != nil || len(chunk) < previewStep {
		p.ended = true
	}
	if err != nil {
		return nil, err
	}
	if len(chunk) > 0 {
		p.next = chunk[len(chunk)-1].Key + 1
	}
	return chunk, nil
}

func (p *preview) match(chunk []previewEntry) {
	for i := range chunk {
		e := &chunk[i]
		src := p.sources.Of(e.Source)
		e.hits = p.rules.Match(src, &e.Entry, match.Read(src, &e.Entry, ""))
	}
	p.counting.Lock()
	defer p.counting.Unlock()
	p.entries += len(chunk)
	for i := range chunk {
		p.count(&chunk[i])
	}
}

// count notes what is filed of an entry's group and what the entry matches.
func (p *preview) count(e *previewEntry) {
	for i := range e.filed {
		m := &e.filed[i]
		t := p.topics[m.Topic]
		if t == nil {
			continue
		}
		g := t.group(e)
		if g.filed = true; m.Included || len(m.Hidden) > 0 {
			g.decided = true
		}
	}
	for _, h := range e.hits {
		g := p.topics[h.Topic].group(e)
		if !g.matches || e.Key < g.entry { // chunks come in any order
			g.matches, g.entry, g.source, g.when = true, e.Key, e.Source, e.When()
		}
	}
}

func (t *previewTopic) group(e *previewEntry) *previewGroup {
	g := t.groups[e.Group]
	if g == nil {
		g = &previewGroup{entry: e.Key, source: e.Source, when: e.When()}
		t.groups[e.Group] = g
	}
	return g
}
