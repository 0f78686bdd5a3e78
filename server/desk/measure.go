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

// oneIf is 1 for what is so, and 0 for what is not.
func oneIf(so bool) int {
	if so {
		return 1
	}
	return 0
}

// byName gathers the numbers below n by their names, which come in the order in
// which they first stand. "" is no name.
func byName(n int, name func(i int) string) (names []string, members map[string][]int) {
	members = make(map[string][]int)
	for i := range n {
		s := name(i)
		if s == "" {
			continue
		}
		if members[s] == nil {
			names = append(names, s)
		}
		members[s] = append(members[s], i)
	}
	return names, members
}
