package desk

import (
	"context"
	"fmt"
	"slices"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
)

// A ClusterScore says how well groups or stories agree with labels. Noise, the
// entries that belong to nobody, counts against precision where it is together
// with a labelled entry; it is not averaged over, and two of it make no pair.
type ClusterScore struct {
	Entries  int `json:"entries"` // with a label
	Labels   int `json:"labels"`
	Clusters int `json:"clusters"` // that they were put into
	Agreement
	// Within and Across are the same for pairs in one language and in two; null
	// where no two languages are known.
	Within *Agreement  `json:"within"`
	Across *Agreement  `json:"across"`
	Noise  *NoiseScore `json:"noise"` // null where no line is noise
	// Largest are the five largest clusters of two entries and more, and
	// OneSided is the one with the most entries of one source, null where no two
	// of one are together.
	Largest  []FormedCluster `json:"largest"`
	OneSided *FormedCluster  `json:"one_sided"`
	Edits    []EditScore     `json:"edits,omitempty"`
	// Joined are entries that were placed with one of another label or with
	// noise, and noise that was placed with a labelled one. Parted are those that
	// were not put together with an earlier one of their own. Both are in the
	// order of placing.
	Joined []PairMiss `json:"joined,omitempty"`
	Parted []PairMiss `json:"parted,omitempty"`
}

// An EditScore is a ClusterScore over the entries that differ from their
// originals in one way, by name.
type EditScore struct {
	Edit      string `json:"edit"`
	Entries   int    `json:"entries"`
	Agreement        // by pairs with such an entry
	// Copies are the entries whose label another one has too, Found those that
	// are together with such a one, Wrong those that are together with an entry
	// of another label or noise.
	Copies int `json:"copies"`
	Found  int `json:"found"`
	Wrong  int `json:"wrong"`
}

// A PairMiss is two entries that are together or apart against their labels.
type PairMiss struct {
	ID        string `json:"id"`
	Line      int    `json:"line"`
	Title     string `json:"title"`
	Noise     bool   `json:"noise,omitempty"`
	WithID    string `json:"with_id"`
	WithLine  int    `json:"with_line"`
	WithTitle string `json:"with_title"`
	WithNoise bool   `json:"with_noise,omitempty"`
	Edit      string `json:"edit,omitempty"`
	// Likeness is how near the two are, as placement saw them; nil where they
	// share too little to be compared, or their links are the same.
	Likeness *feed.Likeness `json:"likeness"`
	Why      string         `json:"why"`
}

// evaluateClusters places the entries that are labelled with stories or
// duplicates, with the noise among them, in the order of their dates, and
// compares. Noise without any labels is measured as stories: how it chains.
func evaluateClusters(ctx context.Context, entries []*Labelled, o EvaluateOptions, out *Evaluation) error {
	labelled := inOrder(slices.DeleteFunc(entries, func(l *Labelled) bool { return l.Story == "" && l.Duplicate == "" && !l.Noise }))
	if len(labelled) == 0 {
		return nil
	}
	concepts, _ := match.CompileConcepts(o.Concepts) // checked where the configuration was read
	terms := make([]feed.Terms, len(labelled))
	if err := inParallel(ctx, len(labelled), func(i int) {
		w := labelled[i].read(false)
		terms[i], labelled[i].Entry.Language = story.Terms(w, concepts.Find(w)), w.Language
	}); err != nil {
		return err
	}
	p := newPlacing(o.Stories)
	for i, l := range labelled {
		if err := p.add(l, terms[i]); err != nil {
			return fmt.Errorf("line %d: %w", l.Line, err)
		}
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	for tier, to := range map[feed.Tier]**ClusterScore{feed.TierGroup: &out.Duplicates, feed.TierStory: &out.Stories} {
		score := p.score(labelled, tier)
		if score != nil && o.Misses {
			if err := p.misses(labelled, tier, score); err != nil {
				return err
			}
		}
		*to = score
	}
	return nil
}

// label names the group or the story that an entry belongs to, by the tier that
// puts two entries together.
func (l *Labelled) label(tier feed.Tier) string {
	if tier == feed.TierStory {
		return l.Story
	}
	return l.Duplicate
}

// measured reports whether an entry is measured: what is neither labelled nor
// noise may stand anywhere.
func (l *Labelled) measured(tier feed.Tier) bool { return l.label(tier) != "" || l.Noise }

func (p *placing) score(labelled []*Labelled, tier feed.Tier) *ClusterScore {
	var gold, got []string
	var entries []*Labelled
	for i, l := range labelled {
		if l.measured(tier) {
			gold, got, entries = append(gold, l.label(tier)), append(got, fmt.Sprint(p.cluster(i, tier))), append(entries, l)
		}
	}
	c := newClustering(gold, got)
	if len(c.golds) == 0 && !(tier == feed.TierStory && len(entries) == len(labelled)) {
		return nil
	}
	formed := c.formed(entries)
	s := &ClusterScore{
		Labels: len(c.golds), Agreement: c.agreement(nil),
		Noise: newNoiseScore(formed), Largest: largest(formed), OneSided: oneSided(formed),
		Edits: c.edits(func(i int) string { return entries[i].Edit }),
	}
	for i := range formed {
		s.Entries += formed[i].Labelled
		s.Clusters += min(formed[i].Labelled, 1)
	}
	s.Within, s.Across = c.byLanguages(func(i int) string { return entries[i].language() })
	return s
}

func (c *clustering) edits(edit func(i int) string) (out []EditScore) {
	names, _ := byName(len(c.gold), edit)
	for _, name := range slices.Sorted(slices.Values(names)) {
		of := func(i int) bool { return edit(i) == name }
		e := EditScore{Edit: name, Agreement: c.agreement(of)}
		for i := range c.gold {
			if c.asked(i, of) {
				s := c.size(i)
				e.Entries++
				e.Copies += oneIf(s.gold > 1)
				e.Found += oneIf(s.both > 1)
				e.Wrong += oneIf(s.got > s.both)
			}
		}
		if e.Entries > 0 { // all of them may be noise
			out = append(out, e)
		}
	}
	return out
}

// misses names the pairs that are together or apart against their labels: of
// each entry the one that it was placed with, and the nearest earlier one of its
// own label.
func (p *placing) misses(labelled []*Labelled, tier feed.Tier, s *ClusterScore) error {
	type cluster struct {
		label string
		of    uint64
	}
	first := make(map[string]int) // of each label
	known := make(map[cluster]bool)
	var parted []int
	for i, l := range labelled {
		if !l.measured(tier) {
			continue
		}
		in := cluster{l.label(tier), p.cluster(i, tier)}
		pl := &p.placed[i]
		if with := int(pl.Partner) - 1; pl.Tier >= tier && with >= 0 && labelled[with].measured(tier) && labelled[with].label(tier) != in.label {
			s.Joined = append(s.Joined, pairMiss(l, labelled[with], pl.Why, pl.Tier))
		}
		if l.Noise {
			continue
		}
		if _, later := first[in.label]; !later {
			first[in.label] = i
		} else if !known[in] {
			parted = append(parted, i)
		}
		known[in] = true
	}
	near, err := p.nearest(parted, func(i, j int) bool { return labelled[i].label(tier) == labelled[j].label(tier) })
	if err != nil {
		return err
	}
	for _, i := range parted {
		l := labelled[i]
		with := first[l.label(tier)]
		if pl, ok := near[i]; ok {
			with = int(pl.Partner) - 1
		}
		s.Parted = append(s.Parted, pairMiss(l, labelled[with], near[i].Why, feed.TierNew))
	}
	return nil
}

func pairMiss(l, with *Labelled, why *feed.Likeness, tier feed.Tier) PairMiss {
	m := PairMiss{
		ID: l.ID, Line: l.Line, Title: l.Entry.Title, Edit: l.Edit, Noise: l.Noise,
		WithID: with.ID, WithLine: with.Line, WithTitle: with.Entry.Title, WithNoise: with.Noise, Likeness: why,
	}
	switch {
	case tier == feed.TierSameLink:
		m.Why = "the same link"
	case why != nil:
		m.Why = briefLikeness(why)
	case l.Source == with.Source:
		m.Why = "both of one source"
	default:
		m.Why = "too little in common"
	}
	return m
}
