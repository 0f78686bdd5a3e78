package storage

import (
	"cmp"
	"slices"
	"time"

	"topicwire/feed"
)

// carryOut logs a decision that was prepared, and settles what it concerns.
func (w *writer) carryOut(n uint64, d *decisionRecord) error {
	if err := w.putDecision(n, d); err != nil {
		return err
	}
	r := &refolding{w: w, at: d.At, decision: n, did: d}
	if err := r.run(); err != nil {
		return err
	}
	return w.putDecision(n, d)
}

// undo takes a decision back: what it concerns is derived anew without it. What joined
// meanwhile follows what it was placed with.
func (w *writer) undo(d *feed.Decision, n uint64) error {
	was, err := loadDecision(w.decisions, d.Undo)
	if err != nil {
		return err
	}
	switch {
	case was == nil:
		return refuse("there is no decision %d", d.Undo)
	case was.Kind == feed.DecisionForget:
		return refuse("decision %d took away for good: nothing is left to bring back", d.Undo)
	case was.UndoneBy != 0:
		return refuse("decision %d was undone by decision %d", d.Undo, was.UndoneBy)
	case was.Kind == feed.DecisionUndo:
		return refuse("decision %d is an undo itself; decide again what it took back", d.Undo)
	case was.Settled:
		return refuse("decision %d was made by an earlier version of topicwire, and cannot be undone; decide the opposite", d.Undo)
	}
	was.UndoneBy = n
	if err := w.putDecision(d.Undo, was); err != nil {
		return err
	}
	r := &refolding{w: w, at: d.At, decision: d.Undo, did: was, undone: true}
	if err := r.run(); err != nil {
		return err
	}
	if !r.differs && (was.Kind != feed.DecisionInclude || len(r.keys) == 0) {
		return refuse("nothing is left of what decision %d did", d.Undo)
	}
	return w.putDecision(d.Undo, was)
}

// A refolding derives a component anew because a decision was made or undone.
type refolding struct {
	w        *writer
	at       time.Time
	decision uint64
	did      *decisionRecord
	undone   bool
	*component

	folded *folding
	old    map[feed.GroupKey]*groupRecord
	// shown are the groups of which readers see something new, and where; nil for
	// every topic.
	shown map[feed.GroupKey]map[uint32]bool
	// past are the rows of old groups that were past.
	past    map[string]bool
	differs bool
}

func (r *refolding) run() (err error) {
	if r.component, err = r.w.component(r.did.names()); err != nil {
		return err
	}
	if r.folded, err = r.w.fold(r.component); err != nil {
		return err
	}
	groups, err := r.regroup()
	if err != nil {
		return err
	}
	if err := r.revoke(); err != nil {
		return err
	}
	shown, err := r.w.rule(r.rulings, r.folded.rulings(), func(s subject) feed.GroupKey {
		if s.class == groupRuling {
			return feed.GroupKey(s.key)
		}
		return r.folded.of[feed.EntryKey(s.key)].key()
	})
	if err != nil {
		return err
	}
	r.differs = r.differs || len(shown) > 0
	for k, topics := range shown {
		if _, whole := r.shown[k]; !whole {
			r.shown[k] = topics
		}
	}
	return r.settle(groups)
}

// fold folds a component by the decisions in force.
func (w *writer) fold(c *component) (*folding, error) {
	f := &folding{number: w.numberOf, source: func(k feed.EntryKey) uint32 {
		e, ok, err := headOrGhost(w.entries, w.ghosts, k)
		if err != nil || !ok {
			return 0
		}
		return e.source
	}}
	var ds []*decisionRecord
	for _, n := range c.decisions {
		d, err := loadDecision(w.decisions, n)
		if err != nil {
			return nil, err
		}
		ds = append(ds, d)
	}
	return f, f.fold(func(k feed.EntryKey) ([]tie, error) { return loadTies(w.ties, k) }, c.keys, w.edge, ds)
}

// revoke takes back what entries were given because of a decision that is undone, and
// notes which of them are of another story than what they were placed with.
func (r *refolding) revoke() error {
	for _, k := range r.keys {
		e, err := r.w.edge(k)
		if err != nil {
			return err
		}
		if p := r.folded.of[e.partner]; p != nil && p.story != r.folded.of[k].story {
			r.did.Apart = append(r.did.Apart, k, e.partner)
		}
		if !r.undone {
			continue
		}
		ts, err := loadTies(r.w.ties, k)
		if err != nil {
			return err
		}
		for i := range ts {
			f := ts[i].filing
			if f != nil && f.renewed == r.decision {
				f.renewed, f.again = 0, time.Time{}
			}
			if f != nil && f.by == r.decision {
				if err := r.w.revoke(&ts[i]); err != nil {
					return err
				}
			}
		}
		if err := r.w.putTies(k, ts); err != nil {
			return err
		}
	}
	slices.Sort(r.did.Apart)
	r.did.Apart = slices.Compact(r.did.Apart)
	return nil
}

// settle files the groups as they are now.
func (r *refolding) settle(groups []*groupRecord) error {
	slices.SortFunc(groups, func(a, b *groupRecord) int { return cmp.Compare(a.Key, b.Key) })
	for _, g := range groups {
		if err := r.renew(g); err != nil {
			return err
		}
		topics, shown := r.shown[g.Key]
		s := &settling{at: r.at, show: shown && topics == nil, topics: topics, first: r.first, anew: true}
		if !r.undone {
			s.decision = r.decision
		}
		if err := r.w.settle(g, s); err != nil {
			return err
		}
	}
	return nil
}

// renew makes what an operator includes news of now, where it had an id already.
func (r *refolding) renew(g *groupRecord) error {
	for _, k := range r.did.News {
		if !slices.Contains(g.Entries, k) {
			continue
		}
		t, err := r.w.topic(r.did.Topic)
		if err != nil {
			return err
		}
		ms, err := members(r.w.ties, g)
		if err != nil {
			return err
		}
		owner, f := chosen(ms, t.number)
		if f == nil {
			continue
		}
		f.again, f.renewed = r.at, r.decision
		for i := range ms {
			if ms[i].key == owner {
				if err := r.w.putTies(owner, ms[i].ties); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// first files a group that has nothing to return to where the one was that it left, or
// as news where an operator includes it.
func (r *refolding) first(t *topicState, g *groupRecord, k feed.EntryKey) (*entryRecord, *filing, error) {
	f := &filing{at: r.at}
	if !r.undone {
		f.by = r.decision
	}
	for _, e := range r.did.Entries {
		if r.did.Kind == feed.DecisionInclude && slices.Contains(g.Entries, e) {
			k = e
		}
	}
	for _, from := range r.groups {
		old := r.old[from]
		if p, filed := old.place(t.number); filed && (slices.Contains(old.Entries, k) || slices.Contains(old.gone, k)) {
			f.at, f.past = milliKey(p.filed), r.past[string(memberKey(p, from))]
		}
	}
	e, err := r.w.loadEntry(k)
	return e, f, err
}
