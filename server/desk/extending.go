package desk

import "slices"

// An extension is patterns for the lists of a topic without a score, where each
// one decides alone: found one after the other, whatever adds most first.
type extension struct {
	learning *learning
	lessons  []*lesson
	taken    []bool // by lesson
	sums     taking
}

func (l *learning) extension(lessons []*lesson, taken []bool) *extension {
	return &extension{learning: l, lessons: lessons, taken: taken, sums: l.whole(lessons)}
}

// relabelled are lessons that are right where they are said to be.
func relabelled(lessons []*lesson, right func(i int) bool) []*lesson {
	out := make([]*lesson, len(lessons))
	for i, l := range lessons {
		c := *l
		c.right = right(i)
		out[i] = &c
	}
	return out
}

// any are patterns that find what is right and not taken, and of which at least
// half of what they add is expected to be right.
func (x *extension) any(most int) []contender {
	taken := slices.Clone(x.taken)
	left := x.learning.contend(relabelled(x.lessons, func(i int) bool { return x.lessons[i].right && !taken[i] }), x.learning.least, maxWords, contendersFor)
	return x.pick(left, most, taken, func(c *contender) float64 { return x.adds(c, taken) })
}

// pick takes the contender that gains most, as long as one gains anything, and
// marks where it hits. Each counts its stories among all lessons.
func (x *extension) pick(left []contender, most int, hit []bool, gain func(*contender) float64) (out []contender) {
	for len(out) < most {
		var best *contender
		greatest := 0.0
		for i := range left {
			if g := gain(&left[i]); g > greatest {
				best, greatest = &left[i], g
			}
		}
		if best == nil {
			break
		}
		c := *best
		c.tally = tally{}
		for _, cell := range c.cells {
			hit[cell.entry] = true
			c.add(x.lessons[cell.entry])
		}
		out = append(out, c)
	}
	return out
}

// doubtOfAny is how many further wrong entries a pattern that decides alone is
// taken to find.
const doubtOfAny = .1

// adds is how much of what is right a pattern finds that nothing else does; 0
// where it finds too little, or too much that is wrong.
func (x *extension) adds(c *contender, taken []bool) float64 {
	var found taking
	var stories tally
	for _, cell := range c.cells {
		if l := x.lessons[cell.entry]; !taken[cell.entry] {
			found.of[side(l)] += l.share
			stories.add(l)
		}
	}
	p := x.learning.prevalence
	hit, miss := p*found.of[1]/x.sums.of[1], (1-p)*(found.of[0]+doubtOfAny)/(x.sums.of[0]+2*doubtOfAny)
	if stories.right < x.learning.least || hit < miss {
		return 0
	}
	return found.of[1]
}

// none are patterns that stand in what is taken and wrong, and in hardly anything
// that is right.
func (x *extension) none(most int) []contender {
	least := x.learning.least
	turned := relabelled(x.lessons, func(i int) bool { return x.taken[i] && !x.lessons[i].right })
	left := x.learning.contend(turned, least, maxWords, contendersAgainst)
	left = slices.DeleteFunc(left, func(c contender) bool { return !x.keepsOut(&c) })
	out := make([]bool, len(x.lessons))
	return x.pick(left, most, out, func(c *contender) float64 {
		n, last := 0, -1
		for _, cell := range c.cells {
			if l := x.lessons[cell.entry]; x.taken[cell.entry] && !out[cell.entry] && l.story != last {
				n, last = n+1, l.story
			}
		}
		if n < least {
			return 0
		}
		return float64(n)
	})
}

// keepsOut reports whether a pattern stands in at least ten times as much of what
// is taken and wrong as of what is right.
func (x *extension) keepsOut(c *contender) bool {
	var found taking
	for _, cell := range c.cells {
		if l := x.lessons[cell.entry]; l.right || x.taken[cell.entry] {
			found.of[side(l)] += l.share
		}
	}
	return found.of[0] >= 10*found.of[1]
}
