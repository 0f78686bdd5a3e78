package desk

import (
	"cmp"

	"topicwire/feed"
	"topicwire/feed/link"
)

// A Measure says how well answers agree with labels, from 0 to 1.
type Measure struct {
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// measure is that of right among found answers, and of right2 among wanted ones.
// Where nothing was found or wanted, nothing is wrong or missing.
func measure(right, found, right2, wanted float64) Measure {
	m := Measure{Precision: 1, Recall: 1}
	if found > 0 {
		m.Precision = right / found
	}
	if wanted > 0 {
		m.Recall = right2 / wanted
	}
	if m.Precision+m.Recall > 0 {
		m.F1 = 2 * m.Precision * m.Recall / (m.Precision + m.Recall)
	}
	return m
}

// A Tally counts answers of yes and no against labels: whether entries are of a
// topic, or pairs of entries of one cluster.
type Tally struct {
	Labelled int `json:"labelled"` // with the label
	Matched  int `json:"matched"`
	Right    int `json:"right"` // both
	Measure
}

func newTally(labelled, matched, right int) Tally {
	t := Tally{Labelled: labelled, Matched: matched, Right: right}
	t.Measure = measure(float64(right), float64(matched), float64(right), float64(labelled))
	return t
}

// add adds what was counted elsewhere.
func (t *Tally) add(o Tally) {
	*t = newTally(t.Labelled+o.Labelled, t.Matched+o.Matched, t.Right+o.Right)
}

// Mistakes are the answers that are wrong, either way.
func (t *Tally) Mistakes() int { return t.Labelled + t.Matched - 2*t.Right }

// A clustering is entries with the cluster that each belongs to and the one that
// it was put into. One that belongs to nobody ("") is an intruder wherever it is:
// it is not asked about, but spoils the answers of those it was put together with.
type clustering struct {
	gold, got []string
	golds     map[string]int
	gots      map[string]int // intruders included
	both      map[[2]string]int
}

func newClustering(gold, got []string) *clustering {
	c := &clustering{
		gold: gold, got: got, golds: make(map[string]int), gots: make(map[string]int), both: make(map[[2]string]int),
	}
	for i := range gold {
		c.gots[got[i]]++
		if !c.intruder(i) {
			c.golds[gold[i]]++
			c.both[[2]string{gold[i], got[i]}]++
		}
	}
	return c
}

func (c *clustering) intruder(i int) bool { return c.gold[i] == "" }

// asked reports whether an entry is one of those that are measured.
func (c *clustering) asked(i int, of func(i int) bool) bool {
	return !c.intruder(i) && (of == nil || of(i))
}

// A clusterSize is how many entries are where an entry was put, how many belong
// where it belongs, and how many do both; itself counted.
type clusterSize struct{ both, got, gold int }

func (c *clustering) size(i int) clusterSize {
	return clusterSize{c.both[[2]string{c.gold[i], c.got[i]}], c.gots[c.got[i]], c.golds[c.gold[i]]}
}

// bcubed is the mean over entries of how much of the cluster that an entry was
// put into, itself counted, belongs to its own (Bagga and Baldwin), over the
// entries that of takes; nil takes all.
func (c *clustering) bcubed(of func(i int) bool) Measure { return c.meanOf(of, c.size) }

func (c *clustering) meanOf(of func(i int) bool, size func(i int) clusterSize) Measure {
	var precision, recall, n float64
	for i := range c.gold {
		if c.asked(i, of) {
			s := size(i)
			n++
			precision += float64(s.both) / float64(s.got)
			recall += float64(s.both) / float64(s.gold)
		}
	}
	return measure(precision, n, recall, n)
}

// pairwise counts the pairs of entries that belong together, are together, or
// both, over the pairs of which of takes at least one entry; nil takes all. It
// takes no intruder, so that two of them are no pair.
func (c *clustering) pairwise(of func(i int) bool) Tally {
	var gold, got []string
	for i := range c.gold {
		if c.asked(i, of) {
			gold, got = append(gold, c.gold[i]), append(got, c.got[i])
		}
	}
	taken := newClustering(gold, got)
	return newTally(pairs(c.golds, taken.golds), pairs(c.gots, taken.gots), pairs(c.both, taken.both))
}

// pairs counts those of one cluster with an entry that is taken: all pairs less
// those among the others.
func pairs[K comparable](clusters, taken map[K]int) (sum int) {
	for k, n := range taken {
		of := clusters[k]
		others := of - n
		sum += (of*(of-1) - others*(others-1)) / 2
	}
	return sum
}

// An Agreement is how well clusters agree with labels, by entries and by pairs.
type Agreement struct {
	BCubed   Measure `json:"bcubed"`
	Pairwise Tally   `json:"pairwise"`
}

func (c *clustering) agreement(of func(i int) bool) Agreement {
	return Agreement{c.bcubed(of), c.pairwise(of)}
}

// byLanguages measures pairs within a language and across languages apart. An entry
// whose language nobody names or tells makes no pair of either kind; where all
// others are in one language both are nil. B-cubed counts of each cluster the entry
// itself, and of the others those in its own language, or those in other ones.
func (c *clustering) byLanguages(language func(i int) string) (within, across *Agreement) {
	var gold, got, goldIn, gotIn []string // In: a cluster of each language
	for i := range c.gold {
		tag := language(i)
		if tag == "" {
			continue
		}
		in := c.gold[i]
		if !c.intruder(i) {
			in += "\x00" + tag
		}
		gold, got = append(gold, c.gold[i]), append(got, c.got[i])
		goldIn, gotIn = append(goldIn, in), append(gotIn, c.got[i]+"\x00"+tag)
	}
	if tags, _ := byName(len(c.gold), language); len(tags) < 2 {
		return nil, nil
	}
	whole, one := newClustering(gold, got), newClustering(goldIn, gotIn)
	in := one.agreement(nil)
	w, o := whole.pairwise(nil), in.Pairwise
	return &in, &Agreement{
		// What the clusters of all languages have besides those of one.
		whole.meanOf(nil, func(i int) clusterSize {
			w, o := whole.size(i), one.size(i)
			return clusterSize{w.both - o.both + 1, w.got - o.got + 1, w.gold - o.gold + 1}
		}),
		newTally(w.Labelled-o.Labelled, w.Matched-o.Matched, w.Right-o.Right),
	}
}

// A FormedCluster is a group or story as entries were put into it, whatever
// their labels say.
type FormedCluster struct {
	Entries  int `json:"entries"`
	Labelled int `json:"labelled"`
	Noise    int `json:"noise"` // the others
	// Label is the one that most of the labelled ones have, "" where there are
	// none, and OfLabel says how many have it.
	Label   string `json:"label"`
	OfLabel int    `json:"of_label"`
	// Source is the one that most entries are of, "" where no line names any,
	// and OfSource says how many are of it.
	Source   string `json:"source"`
	OfSource int    `json:"of_source"`
	// ID, Line and Title are those of the entry that came first.
	ID    string `json:"id"`
	Line  int    `json:"line"`
	Title string `json:"title"`
}

// formed are the clusters that entries were put into, the largest first, those
// of one size in the order in which they began.
func (c *clustering) formed(entries []*Labelled) []FormedCluster {
	var out []FormedCluster
	names, members := byName(len(c.got), func(i int) string { return c.got[i] })
	for _, name := range names {
		of := members[name]
		first := entries[of[0]]
		f := FormedCluster{Entries: len(of), ID: first.ID, Line: first.Line, Title: first.Entry.Title}
		for _, i := range of {
			f.Noise += oneIf(c.intruder(i))
		}
		f.Labelled = f.Entries - f.Noise
		f.Label, f.OfLabel = mostFrequent(of, func(i int) string { return c.gold[i] })
		f.Source, f.OfSource = mostFrequent(of, func(i int) string { return link.Masked(string(entries[i].Source)) })
		out = append(out, f)
	}
	feed.SortBy(out, func(a, b FormedCluster) int { return cmp.Compare(b.Entries, a.Entries) })
	return out
}

// mostFrequent is the name that comes most often, with how often; of several the
// first that stands there. "" is no name.
func mostFrequent(of []int, name func(i int) string) (most string, n int) {
	names, members := byName(len(of), func(k int) string { return name(of[k]) })
	for _, s := range names {
		if k := len(members[s]); k > n {
			most, n = s, k
		}
	}
	return most, n
}

// largestShown is how many clusters a ClusterScore names.
const largestShown = 5

// largest are the first clusters, but none of a single entry.
func largest(formed []FormedCluster) []FormedCluster {
	n := 0
	for n < min(len(formed), largestShown) && formed[n].Entries > 1 {
		n++
	}
	return formed[:n]
}

// oneSided is the cluster with the most entries of one source, the largest of
// several; nil where no source has two in any.
func oneSided(formed []FormedCluster) *FormedCluster {
	var most *FormedCluster
	for i := range formed {
		if f := &formed[i]; f.OfSource > 1 && (most == nil || f.OfSource > most.OfSource) {
			most = f
		}
	}
	return most
}

// A NoiseScore says where entries went that belong to nobody.
type NoiseScore struct {
	Entries int     `json:"entries"`
	Landed  int     `json:"landed"` // in a cluster with a labelled entry
	Share   float64 `json:"share"`  // of the entries, how many landed: 0 to 1
	// LargestAlone is the largest cluster of noise and nothing else, null where
	// no two were put together.
	LargestAlone *FormedCluster `json:"largest_alone"`
}

// newNoiseScore counts the noise in clusters, the largest of which come first;
// nil where there is none.
func newNoiseScore(formed []FormedCluster) *NoiseScore {
	s := &NoiseScore{}
	for i := range formed {
		f := &formed[i]
		s.Entries += f.Noise
		if f.Labelled > 0 {
			s.Landed += f.Noise
		} else if f.Entries > 1 && s.LargestAlone == nil {
			s.LargestAlone = f
		}
	}
	if s.Entries == 0 {
		return nil
	}
	s.Share = float64(s.Landed) / float64(s.Entries)
	return s
}
