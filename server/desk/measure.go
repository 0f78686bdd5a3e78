package desk

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
		if c.intruder(i) {
			continue
		}
		c.golds[gold[i]]++
		c.both[[2]string{gold[i], got[i]}]++
	}
	return c
}

func (c *clustering) intruder(i int) bool { return c.gold[i] == "" }

// asked reports whether an entry is one of those that are measured.
func (c *clustering) asked(i int, of func(i int) bool) bool {
	return !c.intruder(i) && (of == nil || of(i))
}

func (c *clustering) shared(i int) int { return c.both[[2]string{c.gold[i], c.got[i]}] }

// bcubed is the mean over entries of how much of the cluster that an entry was
// put into, itself counted, belongs to its own (Bagga and Baldwin), over the
// entries that of takes; nil takes all.
func (c *clustering) bcubed(of func(i int) bool) Measure {
	var precision, recall, n float64
	for i := range c.gold {
		if !c.asked(i, of) {
			continue
		}
		n++
		precision += float64(c.shared(i)) / float64(c.gots[c.got[i]])
		recall += float64(c.shared(i)) / float64(c.golds[c.gold[i]])
	}
	return measure(precision, n, recall, n)
}

// pairwise counts the pairs of entries that belong together, are together, or
// both, over the pairs of which of takes at least one entry; nil takes all. It
// takes no intruder, so that two of them are no pair.
func (c *clustering) pairwise(of func(i int) bool) Tally {
	// Of a cluster of n entries of which k are taken, the pairs with one of
	// those: all pairs less those among the others.
	pairs := func(n, k int) int { return (n*(n-1) - (n-k)*(n-k-1)) / 2 }
	golds, gots, both := make(map[string]int), make(map[string]int), make(map[[2]string]int)
	for i := range c.gold {
		if c.asked(i, of) {
			golds[c.gold[i]]++
			gots[c.got[i]]++
			both[[2]string{c.gold[i], c.got[i]}]++
		}
	}
	var right, found, wanted int
	for k, n := range both {
		right += pairs(c.both[k], n)
	}
	for k, n := range gots {
		found += pairs(c.gots[k], n)
	}
	for k, n := range golds {
		wanted += pairs(c.golds[k], n)
	}
	return newTally(wanted, found, right)
}

// found reports whether an entry is together with another one of its own
// cluster, and wrong whether it is with one of another or with an intruder.
func (c *clustering) found(i int) bool { return c.shared(i) > 1 }
func (c *clustering) wrong(i int) bool { return c.gots[c.got[i]] > c.shared(i) }
