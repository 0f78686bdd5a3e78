package story

// A Scored is how well a grouping agrees with the right one: how much of what
// it joined belongs together, how much of what belongs together it joined, and
// the harmonic mean of the two. From 0 to 1; 1 where there was nothing to do.
type Scored struct{ Precision, Recall, F1 float64 }

// BCubed compares two groupings of the same entries, given as the name of each
// entry's group. Every entry counts alike: its precision is the share of its
// group that belongs with it, its recall the share of what belongs with it that
// is in its group.
func BCubed(gold, got []string) Scored {
	if len(gold) == 0 {
		return Scored{1, 1, 1}
	}
	both, right, made := overlap(gold, got)
	var p, r float64
	for i := range gold {
		n := float64(both[pair{gold[i], got[i]}])
		p += n / float64(made[got[i]])
		r += n / float64(right[gold[i]])
	}
	return scored(p/float64(len(gold)), r/float64(len(gold)))
}

// Pairwise compares two groupings by the pairs of entries that they join.
func Pairwise(gold, got []string) Scored {
	both, right, made := overlap(gold, got)
	share := func(of int) float64 {
		if of == 0 {
			return 1
		}
		return float64(pairs(both)) / float64(of)
	}
	return scored(share(pairs(made)), share(pairs(right)))
}

type pair struct{ gold, got string }

// overlap counts the entries of each group of the one, the other and both.
func overlap(gold, got []string) (both map[pair]int, right, made map[string]int) {
	both, right, made = map[pair]int{}, map[string]int{}, map[string]int{}
	for i := range gold {
		both[pair{gold[i], got[i]}]++
		right[gold[i]]++
		made[got[i]]++
	}
	return both, right, made
}

func pairs[K comparable](sizes map[K]int) (n int) {
	for _, size := range sizes {
		n += size * (size - 1) / 2
	}
	return n
}

func scored(p, r float64) Scored {
	s := Scored{Precision: p, Recall: r}
	if p+r > 0 {
		s.F1 = 2 * p * r / (p + r)
	}
	return s
}
