package storage

import (
	"slices"

	"topicwire/feed"
)

// A folding is what a history comes to: entries in the order of their keys, each
// joining what it was placed with as that is by then, and between them what operators
// decided, each decision after the last entry that was there. Decisions that were
// undone are left out, as if they had never been made. A decision that can no longer
// be done, because another was undone, does nothing.
type folding struct {
	source  func(feed.EntryKey) uint32
	number  func(feed.TopicID) (uint32, bool)
	of      map[feed.EntryKey]*foldedGroup
	hidden  map[feed.EntryKey]map[uint32]bool
	include map[feed.EntryKey]map[uint32]bool
}

// A foldedGroup is a group on the way. hidden are the topics that it was taken out of
// with all who join it later.
type foldedGroup struct {
	entries []feed.EntryKey
	story   *foldedStory
	hidden  map[uint32]bool
}

type foldedStory struct{ groups []*foldedGroup }

func (g *foldedGroup) key() feed.GroupKey { return feed.GroupKey(slices.Min(g.entries)) }

func (s *foldedStory) key() feed.StoryKey {
	lowest := s.groups[0].key()
	for _, g := range s.groups[1:] {
		lowest = min(lowest, g.key())
	}
	return feed.StoryKey(lowest)
}

// fold folds entries, given in the order of their keys, and decisions, in the order
// of their numbers.
func (f *folding) fold(ties func(feed.EntryKey) ([]tie, error), keys []feed.EntryKey, edges func(feed.EntryKey) (edge, error), decisions []*decisionRecord) error {
	f.of = make(map[feed.EntryKey]*foldedGroup, len(keys))
	f.hidden = make(map[feed.EntryKey]map[uint32]bool)
	f.include = make(map[feed.EntryKey]map[uint32]bool)
	for _, k := range keys {
		ts, err := ties(k)
		if err != nil {
			return err
		}
		f.begin(k, ts)
	}
	for _, k := range keys {
		for len(decisions) > 0 && decisions[0].Mark < k {
			f.decide(decisions[0])
			decisions = decisions[1:]
		}
		e, err := edges(k)
		if err != nil {
			return err
		}
		f.place(k, e)
	}
	for _, d := range decisions {
		f.decide(d)
	}
	return nil
}

// begin takes over what was decided before decisions were facts.
func (f *folding) begin(k feed.EntryKey, ts []tie) {
	for i := range ts {
		if ts[i].base&ruledOut != 0 {
			note(f.hidden, k, ts[i].topic)
		}
		if ts[i].base&ruledIn != 0 {
			note(f.include, k, ts[i].topic)
		}
	}
}

// place puts an entry where it was placed: alone where its partner is not known, or
// where an entry of its source has its place by now.
func (f *folding) place(k feed.EntryKey, e edge) {
	with := f.of[e.partner]
	switch {
	case with == nil || e.copied && f.shareSource(with.entries, []feed.EntryKey{k}):
		f.alone(&foldedGroup{entries: []feed.EntryKey{k}})
	case e.copied:
		with.entries = append(with.entries, k)
		f.of[k] = with
	default:
		g := &foldedGroup{entries: []feed.EntryKey{k}, story: with.story}
		with.story.groups = append(with.story.groups, g)
		f.of[k] = g
	}
}

// alone makes a group a story of its own.
func (f *folding) alone(g *foldedGroup) {
	g.story = &foldedStory{groups: []*foldedGroup{g}}
	for _, k := range g.entries {
		f.of[k] = g
	}
}

func (f *folding) shareSource(a, b []feed.EntryKey) bool {
	for _, x := range a {
		for _, y := range b {
			if f.source(x) == f.source(y) {
				return true
			}
		}
	}
	return false
}

func (f *folding) decide(d *decisionRecord) {
	if d.UndoneBy != 0 || d.Settled {
		return
	}
	topic, known := f.number(d.Topic)
	switch d.Kind {
	case feed.DecisionHide:
		for _, k := range d.Members {
			if g := f.of[k]; g != nil && known {
				set(&g.hidden, topic, true)
			}
		}
		for _, k := range d.Entries {
			if g := f.of[k]; g != nil && known && !g.hidden[topic] {
				note(f.hidden, k, topic)
			}
		}
	case feed.DecisionInclude:
		for _, k := range d.Entries {
			g := f.of[k]
			if g == nil || !known {
				continue
			}
			delete(f.hidden[k], topic)
			delete(g.hidden, topic)
			note(f.include, k, topic)
		}
	case feed.DecisionMerge:
		if len(d.Groups) == 2 {
			f.mergeGroups(f.of[feed.EntryKey(d.Groups[0])], f.of[feed.EntryKey(d.Groups[1])])
		} else if len(d.Stories) == 2 {
			f.mergeStories(f.of[feed.EntryKey(d.Stories[0])], f.of[feed.EntryKey(d.Stories[1])])
		}
	case feed.DecisionSplit:
		f.split(d)
	}
}

// set sets a key of a map that is made when it is first needed.
func set[K comparable, V any](m *map[K]V, k K, v V) {
	if *m == nil {
		*m = make(map[K]V)
	}
	(*m)[k] = v
}

// note notes a topic of an entry.
func note(of map[feed.EntryKey]map[uint32]bool, k feed.EntryKey, topic uint32) {
	m := of[k]
	set(&m, topic, true)
	of[k] = m
}

// mergeGroups makes two groups one: the one with the lower key grows, and what was
// hidden of either stays hidden.
func (f *folding) mergeGroups(to, from *foldedGroup) {
	if to == nil || from == nil || to == from || f.shareSource(to.entries, from.entries) {
		return
	}
	if from.key() < to.key() {
		to, from = from, to
	}
	for topic := range from.hidden {
		if !to.hidden[topic] {
			for _, k := range from.entries {
				note(f.hidden, k, topic)
			}
		}
	}
	f.leave(from)
	to.entries = append(to.entries, from.entries...)
	for _, k := range from.entries {
		f.of[k] = to
	}
}

// leave takes a group out of its story.
func (f *folding) leave(g *foldedGroup) {
	g.story.groups = slices.DeleteFunc(g.story.groups, func(o *foldedGroup) bool { return o == g })
}

func (f *folding) mergeStories(a, b *foldedGroup) {
	if a == nil || b == nil || a.story == b.story {
		return
	}
	to, from := a.story, b.story
	if from.key() < to.key() {
		to, from = from, to
	}
	to.groups = append(to.groups, from.groups...)
	for _, g := range from.groups {
		g.story = to
	}
}

// split makes entries groups and stories of their own, groups stories of their own,
// and takes stories apart. What was hidden stays hidden.
func (f *folding) split(d *decisionRecord) {
	for _, k := range d.Entries {
		g := f.of[k]
		if g == nil || len(g.entries) < 2 {
			continue
		}
		g.entries = slices.DeleteFunc(g.entries, func(o feed.EntryKey) bool { return o == k })
		own := &foldedGroup{entries: []feed.EntryKey{k}}
		for topic := range g.hidden {
			set(&own.hidden, topic, true)
		}
		f.alone(own)
	}
	for _, k := range d.Groups {
		if g := f.of[feed.EntryKey(k)]; g != nil && len(g.story.groups) > 1 {
			f.leave(g)
			f.alone(g)
		}
	}
	for _, k := range d.Stories {
		if g := f.of[feed.EntryKey(k)]; g != nil {
			first := slices.MinFunc(g.story.groups, func(a, b *foldedGroup) int { return int(a.key()) - int(b.key()) })
			for _, o := range slices.Clone(g.story.groups) {
				if o != first {
					f.leave(o)
					f.alone(o)
				}
			}
		}
	}
}

// rulings are what stands about the entries and groups that were folded.
func (f *folding) rulings() map[subject]byte {
	out := make(map[subject]byte)
	for k, g := range f.of {
		for topic := range f.hidden[k] {
			out[subject{entryRuling, uint64(k), topic}] |= ruledOut
		}
		for topic := range f.include[k] {
			out[subject{groupRuling, uint64(g.key()), topic}] |= ruledIn
		}
		for topic := range g.hidden {
			out[subject{groupRuling, uint64(g.key()), topic}] |= ruledOut
		}
	}
	return out
}
