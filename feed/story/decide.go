package story

import (
	"math"
	"slices"

	"topicwire/feed"
)

// Place decides where a new entry goes, and takes it into the window. e has its
// key, its source and its dates, and no group yet; t are its Terms; sameLink
// are the groups that carry its link, which come before any text. An entry
// that is behind the window, or has no words, is compared with nothing.
func (x *Index) Place(e *feed.StoredEntry, t feed.Terms, sameLink []feed.Neighbour, s *feed.Surroundings) (feed.Placement, error) {
	from := s.Mark.Add(-span)
	if !x.loaded {
		if err := x.load(s, from); err != nil {
			return feed.Placement{}, err
		}
	}
	x.from = from.UnixMilli()
	x.expire()
	p := Place(&e.Entry, e.Source, sameLink)
	if count(t) == 0 || e.When().UnixMilli() < x.from {
		return p, nil
	}
	if p.Tier == feed.TierNew {
		var err error
		if p, err = x.byText(e, t, s); err != nil {
			return feed.Placement{}, err
		}
	}
	x.add(e, t)
	return p, nil
}

// byText places an entry by its words.
func (x *Index) byText(e *feed.StoredEntry, t feed.Terms, s *feed.Surroundings) (feed.Placement, error) {
	nears := x.nearest(t, e.When().UnixMilli())
	for i := range nears {
		n := &nears[i]
		rule := x.duplicate(n)
		if rule == nil || n.doc.source == e.Source {
			continue
		}
		g, err := s.Group(n.doc.key)
		if err != nil {
			return feed.Placement{}, err
		}
		if slices.Contains(g.Sources, e.Source) {
			continue
		}
		return feed.Placement{Tier: feed.TierGroup, Group: g.Group, Story: g.Story, Partner: n.doc.key, Why: x.likeness(e, n, rule)}, nil
	}
	return x.story(e, nears, s)
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
func (x *Index) series(e *feed.StoredEntry, n *near) bool {
	return n.doc.source == e.Source && n.jaccard() >= x.o.BothTitle && (n.score < x.o.Text || x.contradict(n))
}

// A candidate is a story that an entry may join, by the entries of it that are
// nearest.
type candidate struct {
	story feed.StoryKey
	best  *near
	docs  []*doc
	sum   float64 // of their scores
}

// story places an entry in the story it is nearest to, as a group of its own.
func (x *Index) story(e *feed.StoredEntry, nears []near, s *feed.Surroundings) (feed.Placement, error) {
	// The store is asked for none in vain.
	nears = slices.DeleteFunc(nears, func(n near) bool { return n.shared < x.o.Shared || !n.tells() || x.series(e, &n) })
	if !slices.ContainsFunc(nears, func(n near) bool { return n.faded >= x.o.Best }) {
		return feed.Placement{}, nil
	}
	cs, err := x.candidates(nears, s)
	if err != nil {
		return feed.Placement{}, err
	}
	var chosen *candidate
	var mean, needed float64
	for i := range cs {
		c := &cs[i]
		n := float64(len(c.docs))
		// The mean of n unit vectors is no shorter than 1/√n.
		if c.best.faded < x.o.Best || c.sum/math.Sqrt(n) < x.o.Mean {
			continue
		}
		extent, err := s.Story(c.story)
		if err != nil {
			return feed.Placement{}, err
		}
		if e.When().Sub(extent.Began) > x.o.Age || extent.Entries >= x.o.Entries {
			continue
		}
		m := c.sum / n
		if len(c.docs) > 1 {
			m /= x.cohesion(c.docs)
		}
		if least := x.needed(extent); m >= least && (chosen == nil || m > mean) {
			chosen, mean, needed = c, m, least
		}
	}
	if chosen == nil {
		return feed.Placement{}, nil
	}
	n := chosen.best
	why := x.likeness(e, n, &rule{name: "story", score: n.faded, needed: x.o.Best, mean: mean, meanNeeded: needed})
	return feed.Placement{Tier: feed.TierStory, Story: chosen.story, Partner: chosen.best.doc.key, Why: why}, nil
}

// needed is what the mean must reach for a story of that extent.
func (x *Index) needed(s feed.StoryExtent) float64 {
	if s.Entries <= 1 {
		return x.o.Single
	}
	return x.o.Mean + x.o.Growth*math.Log2(float64(s.Entries))
}

// candidates sorts the nearest entries by story.
func (x *Index) candidates(nears []near, s *feed.Surroundings) ([]candidate, error) {
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
		if c := &cs[at]; len(c.docs) < x.o.Top {
			c.docs = append(c.docs, n.doc)
			c.sum += n.faded
		}
	}
	return cs, nil
}
