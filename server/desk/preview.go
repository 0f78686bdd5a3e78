package desk

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/match"
	"topicwire/storage"
)

// Preview says what rules would add and remove over the stored history. It
// changes nothing.
func (d *Desk) Preview(ctx context.Context, r PreviewRequest) ([]Previewed, error) {
	p, err := d.preview(ctx, &r)
	if err != nil {
		return nil, err
	}
	out := make([]Previewed, len(p.order))
	err = d.Store.View(func(r *storage.Reader) error {
		for i, id := range p.order {
			t := p.topics[id]
			t.Entries = p.entries
			if err := p.settle(r, t); err != nil {
				return err
			}
			out[i] = t.Previewed
		}
		return nil
	})
	return out, err
}

// preview looks at all that is stored, and matches it against the rules that differ from
// those by which it is filed: what others would make of it is what they have made of it.
func (d *Desk) preview(ctx context.Context, r *PreviewRequest) (*preview, error) {
	m := r.Compiled
	if m == nil {
		var problems []feed.Problem
		if m, problems = match.Compile(r.Topics); m == nil {
			return nil, &RulesError{problems}
		}
	}
	p := &preview{
		desk: d, samples: max(cmp.Or(r.Samples, 5), 0), now: d.Now(), rests: r.Rests,
		sources: feed.SourcesByID(r.Sources), topics: make(map[feed.TopicID]*previewTopic, len(r.Topics)),
	}
	if err := p.begin(r, m.RulesOver(r.Sources)); err != nil {
		return nil, err
	}
	var changed []feed.Topic
	for i := range r.Topics {
		if !p.topics[r.Topics[i].ID].same {
			changed = append(changed, r.Topics[i])
		}
	}
	switch len(changed) {
	case 0:
	case len(r.Topics):
		p.rules = m
	default:
		p.rules, _ = match.Compile(changed) // as they compiled among the others
	}
	if err := p.filed(ctx); err != nil {
		return nil, err
	}
	return p, p.read(ctx)
}

// A preview is a Preview under way.
type preview struct {
	desk    *Desk
	samples int            // of each kind a topic
	rules   *match.Matcher // of the topics whose rules differ; nil for none
	sources feed.Sources
	now     time.Time
	rests   bool
	order   []feed.TopicID // of the answers
	entries int
	topics  map[feed.TopicID]*previewTopic
}

// A previewTopic holds the groups that a topic has or would have, and no others:
// what a preview remembers does not grow with the store.
type previewTopic struct {
	Previewed
	stored   feed.TopicID // the id under which it is stored, where it is
	same     bool         // it has the rules by which it is filed: nothing would change, and no groups are kept
	backfill time.Duration
	groups   map[feed.GroupKey]*previewGroup
}

// A previewGroup is how it is with a group and how it would be.
type previewGroup struct {
	key            feed.GroupKey
	entry          feed.EntryKey // that matches first; of one that would go its first, once it is asked for
	source         feed.SourceID // of entry
	when           time.Time     // of entry
	filed, matches bool
	decided        bool // by an operator
}

func (p *preview) begin(q *PreviewRequest, rules []feed.TopicRules) error {
	hashes := make(map[feed.TopicID]uint64, len(rules))
	for _, r := range rules {
		hashes[r.ID] = r.Hash
	}
	known := make(map[feed.TopicID]bool)
	var stored map[feed.TopicID]storage.TopicState
	var as map[feed.TopicID]feed.TopicID
	err := p.desk.Store.View(func(r *storage.Reader) (err error) {
		if stored, err = r.Topics(); err == nil {
			as, err = r.StoredAs(q.Topics)
		}
		return err
	})
	add := func(t *feed.Topic, gone bool) {
		id := cmp.Or(as[t.ID], t.ID)
		st := stored[id]
		p.topics[t.ID] = &previewTopic{
			stored: id, same: !gone && st.Wanted != 0 && st.Wanted == st.Rules && st.Rules == hashes[t.ID],
			Previewed: Previewed{
				Topic: t.ID, Gone: gone, New: st.Wanted == 0, Pending: st.Wanted != st.Rules,
				Adds: []PreviewSample{}, Removes: []PreviewSample{}, BySource: []PreviewSource{},
			},
			backfill: t.Backfill, groups: make(map[feed.GroupKey]*previewGroup),
		}
		known[id] = true
		p.order = append(p.order, t.ID)
	}
	for i := range q.Topics {
		add(&q.Topics[i], false)
	}
	for _, id := range slices.Sorted(maps.Keys(stored)) {
		if q.All && id != feed.AllTopics && !known[id] && stored[id].Wanted != 0 {
			add(&feed.Topic{ID: id}, true)
		}
	}
	return err
}

const (
	// previewStep is how many entries are read at once: an open read keeps the
	// store from reusing space.
	previewStep = 512
	// previewProcessors leaves a serving process its others.
	previewProcessors = 2
	// After previewSlice entries, a millisecond of work or less, a preview that
	// rests does so for previewRest: goroutines that never wait keep requests
	// waiting in the network.
	previewSlice = 20
	previewRest  = 300 * time.Microsecond
)

// filed notes what topics have filed.
func (p *preview) filed(ctx context.Context) error {
	for _, id := range p.order {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		t := p.topics[id]
		if err := p.desk.Store.View(func(r *storage.Reader) error {
			return r.EachFiledGroup(t.stored, func(k feed.GroupKey, decided bool) {
				if t.same {
					t.Now, t.Then, t.Decided = t.Now+1, t.Then+1, t.Decided+oneIf(decided)
					return
				}
				t.groups[k] = &previewGroup{key: k, filed: true, decided: decided}
			})
		}); err != nil {
			return err
		}
	}
	return nil
}

// A previewEntry is a stored entry with the topics that would take it.
type previewEntry struct {
	feed.StoredEntry
	hits []feed.Match
}

// read goes through the stored entries, where there is anything to ask of them.
func (p *preview) read(ctx context.Context) error {
	if p.rules == nil {
		return p.desk.Store.View(func(r *storage.Reader) (err error) {
			p.entries, err = r.EntryCount()
			return err
		})
	}
	var first, last feed.EntryKey
	for next := feed.EntryKey(1); ; {
		var chunk []previewEntry
		err := p.desk.Store.View(func(r *storage.Reader) error {
			if last == 0 {
				first, last = r.EntryKeys()
			}
			return r.Entries(next, func(e feed.StoredEntry) bool {
				chunk = append(chunk, previewEntry{StoredEntry: e})
				return len(chunk) < previewStep
			})
		})
		if err != nil || len(chunk) == 0 {
			return err
		}
		next = chunk[len(chunk)-1].Key + 1
		feed.Tell(ctx, int64(min(next-1, last)-first+1), int64(last-first+1))
		if err := inParallelOn(ctx, previewProcessors, len(chunk), func(i int) {
			if p.rests && i%previewSlice == previewSlice-1 {
				time.Sleep(previewRest)
			}
			chunk[i].hits = p.match(&chunk[i].StoredEntry)
		}); err != nil {
			return context.Cause(ctx)
		}
		p.entries += len(chunk)
		for i := range chunk {
			p.count(&chunk[i])
		}
	}
}

// match reads an entry's words by its source, as far as that is configured.
func (p *preview) match(e *feed.StoredEntry) []feed.Match {
	return p.rules.Takes(p.sources.Of(e.Source), &e.Entry)
}

// count notes what an entry matches.
func (p *preview) count(e *previewEntry) {
	for _, h := range e.hits {
		t := p.topics[h.Topic]
		g := t.groups[e.Group]
		if g == nil {
			g = &previewGroup{key: e.Group}
			t.groups[e.Group] = g
		}
		if !g.matches {
			g.matches, g.entry, g.source, g.when = true, e.Key, e.Source, e.When()
		}
	}
}

// first notes the first entry of a group that none of the rules takes; ok is false where it
// was removed meanwhile.
func (g *previewGroup) first(r *storage.Reader) (ok bool) {
	stored, err := r.Group(g.key)
	if err != nil || len(stored.Entries) == 0 {
		return false
	}
	e, err := r.Entry(slices.Min(stored.Entries))
	if err != nil {
		return false
	}
	g.entry, g.source, g.when = e.Key, e.Source, e.When()
	return true
}

// differ are the groups that the rules would file, and those that they would take
// back, in any order. What operators decided they leave alone.
func (t *previewTopic) differ() (adds, removes []*previewGroup) {
	for _, g := range t.groups {
		switch {
		case g.decided:
		case g.matches && !g.filed:
			adds = append(adds, g)
		case g.filed && !g.matches:
			removes = append(removes, g)
		}
	}
	return adds, removes
}

// filing is how a group would be filed that is added: as it was before other rules
// took it away, else as news, or in the past where it is older than backfill. It has a
// public id in the former case alone.
func (p *preview) filing(r *storage.Reader, t *previewTopic, g *previewGroup) (feed.Membership, error) {
	if was, ok, err := r.Dropped(t.stored, g.key); err != nil || ok {
		return was, err
	}
	m := feed.Membership{Topic: t.stored, Group: g.key, Owner: g.entry, Lead: g.entry, Filed: p.now}
	if p.now.Sub(g.when) > t.backfill {
		m.Filed, m.Past = g.when, true
	}
	return m, nil
}

// settle makes a topic's answer of what was counted.
func (p *preview) settle(r *storage.Reader, t *previewTopic) error {
	sources := make(map[feed.SourceID]PreviewSource)
	change := func(g *previewGroup, added, removed int) {
		s := sources[g.source]
		sources[g.source] = PreviewSource{g.source, s.Added + added, s.Removed + removed}
	}
	for _, g := range t.groups {
		t.Now += oneIf(g.filed)
		t.Then += oneIf(g.decided || g.matches)
		t.Decided += oneIf(g.decided)
	}
	adds, removes := t.differ()
	removes = slices.DeleteFunc(removes, func(g *previewGroup) bool { return !g.first(r) })
	for _, g := range adds {
		m, err := p.filing(r, t, g)
		if err != nil {
			return err
		}
		t.Past += oneIf(m.Past)
		change(g, 1, 0)
	}
	for _, g := range removes {
		change(g, 0, 1)
	}
	t.Added, t.Removed = len(adds), len(removes)
	t.BySource = slices.AppendSeq(t.BySource, maps.Values(sources))
	feed.SortBy(t.BySource, func(a, b PreviewSource) int {
		return cmp.Or(b.Added+b.Removed-a.Added-a.Removed, cmp.Compare(a.Source, b.Source))
	})
	for i := range t.BySource {
		s := &t.BySource[i].Source
		*s = feed.SourceID(link.Masked(string(*s)))
	}
	err := p.sample(r, t, adds, &t.Adds)
	if err == nil {
		err = p.sample(r, t, removes, &t.Removes)
	}
	return err
}

// sample shows the newest of some groups.
func (p *preview) sample(r *storage.Reader, t *previewTopic, groups []*previewGroup, to *[]PreviewSample) error {
	slices.SortFunc(groups, func(a, b *previewGroup) int { return cmp.Or(b.when.Compare(a.when), cmp.Compare(b.entry, a.entry)) })
	for _, g := range groups[:min(p.samples, len(groups))] {
		e, err := r.Entry(g.entry)
		if err != nil {
			continue // removed meanwhile
		}
		info, err := p.desk.Source(r, e.Source)
		if err != nil {
			return err
		}
		s := PreviewSample{Title: e.Title, Link: e.Link, Source: info.Title, Published: e.When()}
		if g.filed {
			m, ok, err := r.Membership(t.stored, e.Group)
			if err != nil {
				return err
			}
			if ok && len(m.Reasons) > 0 {
				s.Reason = &m.Reasons[0].Reason
			}
		} else {
			for _, m := range p.match(&e) {
				if m.Topic == t.Topic {
					s.Reason = &m.Reason
				}
			}
		}
		*to = append(*to, s)
	}
	return nil
}
