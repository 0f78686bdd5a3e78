package story

import (
	"slices"

	"topicwire/feed"
)

// Place decides where a new entry goes, and takes it into the window. e has its
// key, its source and its dates, and no group yet; t are its Terms; sameLink
// are the groups that carry its link, which come before any text. An entry
// that is behind the window, or has no words, is compared with nothing.
func (x *Index) Place(e *feed.StoredEntry, t feed.Terms, sameLink []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	if o := s.Stories; o != nil && *o != x.given {
		x.mu.Lock()
		x.given, x.o = *o, orBalanced(*o)
		x.empty() // the window may take more
		x.mu.Unlock()
	}
	from := s.Mark.Add(-span)
	if !x.loaded {
		if err := x.load(s, from); err != nil {
			return feed.Placement{}, err
		}
	}
	x.from = from.UnixMilli()
	if x.old() {
		x.mu.Lock()
		x.expire()
		x.mu.Unlock()
	}
	p := Place(&e.Entry, e.Source, sameLink)
	var found []sought
	if count(t) == 0 || e.When().UnixMilli() < x.from {
		return p, nil
	}
	if p.Tier == feed.TierNew {
		x.ahead = x.hinted(s.Hint, t, e.When().UnixMilli())
		var err error
		if p, err = x.byText(e, t, s); err != nil {
			return feed.Placement{}, err
		}
		found = x.search.terms
	}
	x.add(e, t, found)
	return p, nil
}

// byText places an entry by its words.
func (x *Index) byText(e *feed.StoredEntry, t feed.Terms, s *feed.Surroundings) (feed.Placement, error) {
	source := x.number(e.Source)
	when := e.When().UnixMilli()
	x.seek(&x.search, t, source)
	nears := x.byWords(when)
	for i := range nears {
		n := &nears[i]
		rule := x.duplicate(n)
		if rule == nil || n.doc.source == source {
			continue
		}
		g, err := s.Group(n.doc.key)
		if err != nil {
			return feed.Placement{}, err
		}
		if closed(&g, e.Source) {
			continue
		}
		return feed.Placement{Tier: feed.TierGroup, Group: g.Group, Story: g.Story, Partner: n.doc.key, Why: x.likeness(e, n, rule)}, nil
	}
	return x.story(e, source, nears, x.bySharing(when), s)
}

// A rule is one by which two entries belong together, with what it asks for.
type rule struct {
	name        string
	score       float64
	needed      float64
	title       float64 // of words that both titles have, where that decided
	titleNeeded float64
	mean        float64 // for stories
	meanNeeded  float64
}

// duplicate is the rule by which a pair is one report, nil for none.
func (x *Index) duplicate(n *near) *rule {
	if x.contradict(n) {
		return nil
	}
	switch o := &x.o; {
	case n.score >= o.Text:
		return &rule{name: "text", score: n.score, needed: o.Text}
	case n.score >= o.Both && n.jaccard() >= o.BothTitle:
		return &rule{name: "text and title", score: n.score, needed: o.Both, title: n.jaccard(), titleNeeded: o.BothTitle}
	case n.score >= o.Same && n.title == n.titles && n.title >= o.SameWords:
		return &rule{name: "same title", score: n.score, needed: o.Same, title: 1, titleNeeded: 1}
	}
	return nil
}

// contradict reports whether each of two entries has numbers that the other
// lacks, and they share too few: last quarter's figures are not this one's.
func (x *Index) contradict(n *near) bool {
	fewer := min(n.own, n.its)
	return fewer > 0 && float64(n.numbers) < x.o.Numbers*float64(n.numbers+fewer)
}

// series reports whether a pair are two of one source's series, as "Market
// wrap" or "Photo of the day": the same title over another text.
func (x *Index) series(source uint32, n *near) bool {
	return n.doc.source == source && n.jaccard() >= x.o.BothTitle && (n.score < x.o.Text || x.contradict(n))
}

// template reports whether a pair are one template with other names or figures in
// it: by their titles, "X reports results for the fourth quarter", or where one
// source writes of others with other figures.
func (x *Index) template(source uint32, n *near) bool {
	return n.ownNames > 0 && n.itsNames > 0 && (n.jaccard() >= x.o.Template || n.doc.source == source && x.contradict(n))
}

// A candidate is a story that an entry may join, by the entries of it that are
// nearest: of one language or of others.
type candidate struct {
	story feed.StoryKey
	best  *near
	docs  []*doc
	sum   float64 // of their scores
}

// A choice is the story that exceeds what it needs by most.
type choice struct {
	*candidate
	mean, needed, least float64
}

// story places an entry in the story it is nearest to, as a group of its own.
func (x *Index) story(e *feed.StoredEntry, source uint32, nears, other []near, s *feed.Surroundings) (feed.Placement, error) {
	var chosen choice
	for _, of := range [...]struct {
		nears []near
		best  float64
		top   int
	}{{nears, x.o.Best, x.o.Top}, {other, x.o.Across, x.o.TopAcross}} {
		// The store is asked for none in vain.
		some := slices.DeleteFunc(of.nears, func(n near) bool {
			return n.witnesses < x.o.Shared || !n.tells() || !n.across && (x.series(source, &n) || x.template(source, &n))
		})
		x.mark(true)
		for i := range some {
			if n := &some[i]; !n.across {
				n.faded = x.besides(n, e.When().UnixMilli())
			}
		}
		x.mark(false)
		if !slices.ContainsFunc(some, func(n near) bool { return n.faded >= of.best }) {
			continue
		}
		cs, err := x.candidates(some, of.top, s)
		if err != nil {
			return feed.Placement{}, err
		}
		if err := x.choose(&chosen, cs, of.best, e, s); err != nil {
			return feed.Placement{}, err
		}
	}
	if chosen.candidate == nil {
		return feed.Placement{}, nil
	}
	n := chosen.best
	name := "story"
	if n.across {
		if name = feed.RuleAcross; n.doc.language == x.search.language {
			name = feed.RuleBesides
		}
	}
	why := x.likeness(e, n, &rule{name: name, score: n.faded, needed: chosen.least, mean: chosen.mean, meanNeeded: chosen.needed})
	return feed.Placement{Tier: feed.TierStory, Story: chosen.story, Partner: n.doc.key, Why: why}, nil
}

// choose keeps of the stories at hand the one that exceeds what it needs by most.
func (x *Index) choose(chosen *choice, cs []candidate, best float64, e *feed.StoredEntry, s *feed.Surroundings) error {
	for i := range cs {
		c := &cs[i]
		n := float64(len(c.docs))
		if c.best.faded < best {
			continue
		}
		extent, err := s.Story(c.story)
		if err != nil {
			return err
		}
		if e.When().Sub(extent.Began) > x.o.Age || extent.Entries >= x.o.Entries {
			continue
		}
		m := c.sum / n
		if len(c.docs) > 1 {
			m /= x.cohesion(c.docs, c.best.across)
		}
		least := x.needed(extent, c.best.across)
		switch {
		case c.best.across:
			least *= 1 + float64(again*float64(x.own(extent.Sample)))
		case m >= least*x.o.Broad:
			least *= x.narrowness(extent.Sample)
		}
		if m < least || chosen.candidate != nil && m/least <= chosen.mean/chosen.needed {
			continue
		}
		*chosen = choice{c, m, least, best}
	}
	return nil
}

// candidates sorts the nearest entries by story.
func (x *Index) candidates(nears []near, top int, s *feed.Surroundings) ([]candidate, error) {
	var cs []candidate
	slices.SortStableFunc(nears, func(a, b near) int {
		switch {
		case a.faded > b.faded:
			return -1
		case a.faded < b.faded:
			return 1
		}
		return 0
	})
	for i := range nears {
		n := &nears[i]
		g, err := s.Group(n.doc.key)
		if err != nil {
			return nil, err
		}
		at := slices.IndexFunc(cs, func(c candidate) bool { return c.story == g.Story })
		if at < 0 {
			at = len(cs)
			cs = append(cs, candidate{story: g.Story, best: n})
		}
		if c := &cs[at]; len(c.docs) < top {
			c.docs = append(c.docs, n.doc)
			c.sum += n.faded
		}
	}
	return cs, nil
}
