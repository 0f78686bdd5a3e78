package desk

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"topicwire/feed"
	"topicwire/feed/story"
)

// A ClusterScore says how well groups or stories agree with labels.
type ClusterScore struct {
	Entries  int         `json:"entries"` // with a label
	Labels   int         `json:"labels"`
	Clusters int         `json:"clusters"` // that they were put into
	BCubed   Measure     `json:"bcubed"`
	Pairwise Measure     `json:"pairwise"`
	Edits    []EditScore `json:"edits,omitempty"`
	// Joined are entries that were placed with one of another label, Parted
	// those that were not put together with an earlier one of their own; both
	// in the order of placing.
	Joined []PairMiss `json:"joined,omitempty"`
	Parted []PairMiss `json:"parted,omitempty"`
}

// An EditScore is a ClusterScore over the entries that differ from their
// originals in one way, by name.
type EditScore struct {
	Edit     string  `json:"edit"`
	Entries  int     `json:"entries"`
	BCubed   Measure `json:"bcubed"`
	Pairwise Measure `json:"pairwise"` // of pairs with such an entry
	// Copies are the entries whose label another one has too, Found those that
	// are together with such a one, Wrong those that are together with an entry
	// of another label.
	Copies int `json:"copies"`
	Found  int `json:"found"`
	Wrong  int `json:"wrong"`
}

// A PairMiss is two entries that are together or apart against their labels.
type PairMiss struct {
	ID        string `json:"id"`
	Line      int    `json:"line"`
	Title     string `json:"title"`
	WithID    string `json:"with_id"`
	WithLine  int    `json:"with_line"`
	WithTitle string `json:"with_title"`
	Edit      string `json:"edit,omitempty"`
	// Likeness is how near the two are, as placement saw them; nil where they
	// share too little to be compared, or their links are the same.
	Likeness *feed.Likeness `json:"likeness"`
	Why      string         `json:"why"`
}

// evaluateClusters places the entries that are labelled with stories or
// duplicates, in the order of their dates, and compares.
func evaluateClusters(ctx context.Context, all []*Labelled, o EvaluateOptions, out *Evaluation) error {
	labelled := inOrder(slices.DeleteFunc(slices.Clone(all), func(l *Labelled) bool { return l.Story == "" && l.Duplicate == "" }))
	if len(labelled) == 0 {
		return nil
	}
	terms := make([]feed.Terms, len(labelled))
	if err := inParallel(ctx, len(labelled), func(i int) {
		w := words(labelled[i])
		terms[i], labelled[i].Entry.Language = story.Terms(w), w.Language
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

func (k *clusterKind) score(labelled []*Labelled, p *placing) *ClusterScore {
	var gold, got []string
	var which []int // of labelled
	for i, l := range labelled {
		if label := k.label(l); label != "" {
			gold, got, which = append(gold, label), append(got, strconv.FormatUint(k.of(i), 10)), append(which, i)
		}
	}
	if len(gold) == 0 {
		return nil
	}
	c := newClustering(gold, got)
	return &ClusterScore{
		Entries: len(gold), Labels: len(c.golds), Clusters: len(c.gots),
		BCubed: c.bcubed(nil), Pairwise: c.pairwise(nil),
		Edits: edits(c, func(i int) string { return labelled[which[i]].Edit }),
	}
}

func edits(c *clustering, edit func(i int) string) []EditScore {
	byName := make(map[string]*EditScore)
	for i := range c.gold {
		name := edit(i)
		if name == "" {
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
		label := k.label(l)
		if label == "" {
			continue
		}
		pl := &p.placed[i]
		if with := int(pl.Partner) - 1; pl.Tier >= k.tier && with >= 0 && k.label(labelled[with]) != label {
			s.Joined = append(s.Joined, pairMiss(l, labelled[with], pl.Why, pl.Tier))
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
		ID: l.ID, Line: l.Line, Title: l.Entry.Title, Edit: l.Edit,
		WithID: with.ID, WithLine: with.Line, WithTitle: with.Entry.Title, Likeness: why,
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
