package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/match"
	"topicwire/feed/story"
)

// A ClusterScore says how well groups or stories agree with labels. Noise, the
// entries that belong to nobody, counts against precision where it is together
// with a labelled entry; it is not averaged over, and two of it make no pair.
type ClusterScore struct {
	Entries  int     `json:"entries"` // with a label
	Labels   int     `json:"labels"`
	Clusters int     `json:"clusters"` // that they were put into
	BCubed   Measure `json:"bcubed"`
	Pairwise Tally   `json:"pairwise"`
	// Within and Across are the same for pairs in one language and in two; null
	// where no two languages are known.
	Within *LanguagePairs `json:"within"`
	Across *LanguagePairs `json:"across"`
	Noise  *NoiseScore    `json:"noise"` // null where no line is noise
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
	Edit     string  `json:"edit"`
	Entries  int     `json:"entries"`
	BCubed   Measure `json:"bcubed"`
	Pairwise Tally   `json:"pairwise"` // of pairs with such an entry
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
func evaluateClusters(ctx context.Context, all []*Labelled, o EvaluateOptions, out *Evaluation) error {
	labelled := inOrder(slices.DeleteFunc(slices.Clone(all), func(l *Labelled) bool { return l.Story == "" && l.Duplicate == "" && !l.Noise }))
	if len(labelled) == 0 {
		return nil
	}
	concepts, _ := match.CompileConcepts(o.Concepts) // checked where the configuration was read
	terms := make([]feed.Terms, len(labelled))
	if err := inParallel(ctx, len(labelled), func(i int) {
		w := words(labelled[i])
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
	groups := clusterKind{
		label: func(l *Labelled) string { return l.Duplicate }, of: func(i int) uint64 { return uint64(p.entries[i].Group) },
		tier: feed.TierGroup,
	}
	stories := clusterKind{
		label: func(l *Labelled) string { return l.Story },
		of:    func(i int) uint64 { return uint64(p.groups[p.entries[i].Group].Story) }, tier: feed.TierStory,
	}
	for _, k := range []struct {
		kind *clusterKind
		to   **ClusterScore
	}{{&groups, &out.Duplicates}, {&stories, &out.Stories}} {
		score := k.kind.score(labelled, p)
		if score != nil && o.Misses {
			if err := k.kind.misses(labelled, p, score); err != nil {
				return err
			}
		}
		*k.to = score
	}
	return nil
}

// A clusterKind is what tells groups from stories.
type clusterKind struct {
	label func(*Labelled) string
	of    func(i int) uint64 // the cluster of the entry placed as number i
	tier  feed.Tier          // the least that puts two entries together
}

// takes reports whether an entry is measured: what is neither labelled nor noise
// may stand anywhere.
func (k *clusterKind) takes(l *Labelled) bool { return k.label(l) != "" || l.Noise }

func (k *clusterKind) score(labelled []*Labelled, p *placing) *ClusterScore {
	var gold, got []string
	var entries []*Labelled
	for i, l := range labelled {
		if k.takes(l) {
			gold, got, entries = append(gold, k.label(l)), append(got, strconv.FormatUint(k.of(i), 10)), append(entries, l)
		}
	}
	c := newClustering(gold, got)
	if len(c.golds) == 0 && !(k.tier == feed.TierStory && len(entries) == len(labelled)) {
		return nil
	}
	formed := c.formed(entries)
	s := &ClusterScore{
		Labels: len(c.golds), BCubed: c.bcubed(nil), Pairwise: c.pairwise(nil),
		Noise: newNoiseScore(formed), Largest: largest(formed), OneSided: oneSided(formed),
		Edits: edits(c, func(i int) string { return entries[i].Edit }),
	}
	for i := range formed {
		s.Entries += formed[i].Labelled
		if formed[i].Labelled > 0 {
			s.Clusters++
		}
	}
	s.Within, s.Across = c.byLanguages(func(i int) string { return declaredLanguage(entries[i]) })
	return s
}

func edits(c *clustering, edit func(i int) string) []EditScore {
	byName := make(map[string]*EditScore)
	for i := range c.gold {
		name := edit(i)
		if name == "" || c.intruder(i) {
			continue
		}
		e := byName[name]
		if e == nil {
			of := func(i int) bool { return edit(i) == name }
			e = &EditScore{Edit: name, BCubed: c.bcubed(of), Pairwise: c.pairwise(of)}
			byName[name] = e
		}
		e.Entries++
		if c.golds[c.gold[i]] > 1 {
			e.Copies++
		}
		if c.found(i) {
			e.Found++
		}
		if c.wrong(i) {
			e.Wrong++
		}
	}
	var out []EditScore
	for _, e := range byName {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b EditScore) int { return cmp.Or(strings.Compare(a.Edit, b.Edit)) })
	return out
}

// misses names the pairs that are together or apart against their labels: of
// each entry the one that it was placed with, and the nearest earlier one of its
// own label.
func (k *clusterKind) misses(labelled []*Labelled, p *placing, s *ClusterScore) error {
	first := make(map[string]int)                // of each label
	together := make(map[string]map[uint64]bool) // the clusters of each label
	var parted []int
	for i, l := range labelled {
		if !k.takes(l) {
			continue
		}
		label := k.label(l)
		pl := &p.placed[i]
		if with := int(pl.Partner) - 1; pl.Tier >= k.tier && with >= 0 && k.takes(labelled[with]) && k.label(labelled[with]) != label {
			s.Joined = append(s.Joined, pairMiss(l, labelled[with], pl.Why, pl.Tier))
		}
		if l.Noise {
			continue
		}
		if together[label] == nil {
			together[label] = make(map[uint64]bool)
			first[label] = i
		} else if !together[label][k.of(i)] {
			parted = append(parted, i)
		}
		together[label][k.of(i)] = true
	}
	near, err := p.nearest(parted, func(i, j int) bool { return k.label(labelled[i]) == k.label(labelled[j]) })
	if err != nil {
		return err
	}
	for _, i := range parted {
		l := labelled[i]
		with := first[k.label(l)]
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
		m.Why = BriefLikeness(why)
	case l.Source == with.Source:
		m.Why = "both of one source"
	default:
		m.Why = "too little in common"
	}
	return m
}

// BriefLikeness is a likeness in one line.
func BriefLikeness(w *feed.Likeness) string {
	s := fmt.Sprintf("likeness %.2f", w.Score)
	if w.Needed > 0 {
		s += fmt.Sprintf(" (needed %.2f)", w.Needed)
	}
	if w.MeanNeeded > 0 {
		s += fmt.Sprintf(", story %.2f (needed %.2f)", w.Mean, w.MeanNeeded)
	}
	if w.TitleNeeded > 0 {
		s += fmt.Sprintf(", title %.2f (needed %.2f)", w.Title, w.TitleNeeded)
	}
	if len(w.Numbers) > 0 {
		s += "; other numbers: " + strings.Join(w.Numbers, ", ")
	}
	var shared []string
	for i, sh := range w.Shared {
		if i == 5 {
			break
		}
		shared = append(shared, sh.Word)
	}
	if len(shared) > 0 {
		s += "; shared: " + strings.Join(shared, ", ")
	}
	return s
}
