package desk

import (
	"slices"
	"sort"
	"time"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/story"
)

// A placing is a store of groups and stories in memory: labelled entries are
// placed in it as they would be on disk.
type placing struct {
	index   *story.Index
	entries []feed.StoredEntry // by key, from 1
	placed  []feed.Placement
	texts   []feed.Terms
	groups  map[feed.GroupKey]*feed.Neighbour
	stories map[feed.StoryKey]*placedStory
	window  []feed.Windowed // in the order of When, then Entry
	mark    time.Time
	links   map[string]*placedLink
}

// A placedStory is a story with its groups.
type placedStory struct {
	feed.StoryExtent
	groups []feed.GroupKey
}

// A placedLink is a page with the first entry that linked to it.
type placedLink struct {
	first    feed.EntryKey
	repeated bool // one source carries it on several entries
}

func newPlacing(o story.Options) *placing {
	return &placing{
		index: story.New(o), links: make(map[string]*placedLink),
		groups: make(map[feed.GroupKey]*feed.Neighbour), stories: make(map[feed.StoryKey]*placedStory),
	}
}

// cluster is the group or the story of the entry placed as number i, by the tier
// that puts two entries together.
func (p *placing) cluster(i int, tier feed.Tier) uint64 {
	group := p.entries[i].Group
	if tier == feed.TierStory {
		return uint64(p.groups[group].Story)
	}
	return uint64(group)
}

// add places an entry that was seen when it was published.
func (p *placing) add(l *Labelled, terms feed.Terms) error {
	e := feed.StoredEntry{Entry: l.Entry, Key: feed.EntryKey(len(p.entries) + 1), Source: l.Source, Seen: l.Entry.Published}
	p.mark = later(p.mark, e.When())
	pl, err := p.index.Place(&e, terms, p.sameLink(&e), p.surroundings())
	if err != nil {
		return err
	}
	g := p.groups[pl.Group]
	if g == nil || slices.Contains(g.Sources, e.Source) {
		pl.Group = feed.GroupKey(e.Key)
		if p.stories[pl.Story] == nil {
			pl.Story = feed.StoryKey(pl.Group)
			p.stories[pl.Story] = &placedStory{StoryExtent: feed.StoryExtent{Began: e.When()}}
		}
		g = &feed.Neighbour{Group: pl.Group, Story: pl.Story, Entry: e.Key}
		p.groups[pl.Group] = g
		s := p.stories[pl.Story]
		s.groups = append(s.groups, pl.Group)
	}
	pl.Story = g.Story
	g.Sources = append(g.Sources, e.Source)
	p.stories[g.Story].Entries++
	e.Group = g.Group
	p.entries = append(p.entries, e)
	p.placed = append(p.placed, pl)
	p.texts = append(p.texts, terms)
	if w := (feed.Windowed{Entry: e.Key, Source: e.Source, When: e.When().Truncate(time.Millisecond), Terms: terms}); len(terms) > 0 {
		p.window = slices.Insert(p.window, p.after(w.When), w)
	}
	return nil
}

// nearest finds for some of the placed entries the nearest earlier one of those
// that are alike, with how near it is; entries that share too little with all of
// them are left out. All entries are compared anew by an index that joins
// whatever is alike.
func (p *placing) nearest(of []int, alike func(i, j int) bool) (map[int]feed.Placement, error) {
	found := make(map[int]feed.Placement, len(of))
	if len(of) == 0 {
		return found, nil
	}
	index := story.New(story.Options{Text: -1, Numbers: -1})
	var mark time.Time
	for i := range p.entries {
		e := &p.entries[i]
		mark = later(mark, e.When())
		asked := slices.Contains(of, i)
		pl, err := index.Place(e, p.texts[i], nil, &feed.Surroundings{
			Mark:   mark,
			Window: func(time.Time, func(feed.Windowed) error) error { return nil },
			Group: func(k feed.EntryKey) (feed.Neighbour, error) {
				n := feed.Neighbour{Group: feed.GroupKey(k), Story: feed.StoryKey(k), Entry: k}
				if !asked || !alike(i, int(k)-1) {
					n.Sources = []feed.SourceID{e.Source} // no group of two
				}
				return n, nil
			},
			Story: func(feed.StoryKey) (feed.StoryExtent, error) { return feed.StoryExtent{Began: e.When()}, nil },
		})
		if err != nil {
			return nil, err
		}
		if asked && pl.Tier == feed.TierGroup {
			if pl.Why != nil { // what was asked of the pair is not what placement asks
				why := *pl.Why
				why.Needed, why.Rule = 0, ""
				pl.Why = &why
			}
			found[i] = pl
		}
	}
	return found, nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// sameLink finds the group that carries an entry's link.
func (p *placing) sameLink(e *feed.StoredEntry) []feed.Neighbour {
	if e.Canonical == "" {
		return nil
	}
	page := link.Page(e.Canonical)
	l := p.links[page]
	if l == nil {
		p.links[page] = &placedLink{first: e.Key}
		return nil
	}
	n := *p.groups[p.entries[l.first-1].Group]
	n.Entry = l.first
	l.repeated = l.repeated || slices.Contains(n.Sources, e.Source)
	n.Repeated = l.repeated
	return []feed.Neighbour{n}
}

// after is where in the window that begins which comes after a moment.
func (p *placing) after(t time.Time) int {
	return sort.Search(len(p.window), func(i int) bool { return p.window[i].When.After(t) })
}

func (p *placing) surroundings() *feed.Surroundings {
	return &feed.Surroundings{
		Mark: p.mark,
		Window: func(from time.Time, visit func(feed.Windowed) error) error {
			for _, w := range p.window[p.after(from.Add(-1)):] {
				if err := visit(w); err != nil {
					return err
				}
			}
			return nil
		},
		Group: func(k feed.EntryKey) (feed.Neighbour, error) {
			n := *p.groups[p.entries[k-1].Group]
			n.Entry = k
			return n, nil
		},
		Story: func(k feed.StoryKey) (feed.StoryExtent, error) {
			s := p.stories[k]
			s.Sample = feed.SampleOf(s.groups)
			return s.StoryExtent, nil
		},
	}
}

// inOrder are labelled entries as they were published, those of one moment as
// they stand in the file. Entries without a date come when the one before them
// in the file does.
func inOrder(entries []*Labelled) []*Labelled {
	last := time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	for _, l := range entries {
		if l.Entry.Published.IsZero() {
			l.Entry.Published = last
		}
		last = l.Entry.Published
	}
	slices.SortStableFunc(entries, func(a, b *Labelled) int { return a.Entry.Published.Compare(b.Entry.Published) })
	return entries
}
