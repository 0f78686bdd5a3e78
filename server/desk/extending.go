package desk

import "slices"

// An extension is patterns for the lists of a topic without a score, where each
// one decides alone: found one after the other, whatever adds most first.
type extension struct {
	learning *learning
	lessons  []*lesson
	taken    []bool // by lesson
	sums     [2]float64
}

func (l *learning) extension(all []*lesson, taken []bool) *extension {
	x := &extension{learning: l, lessons: all, taken: slices.Clone(taken)}
	for _, y := range all {
		x.sums[side(y)] += y.share
	}
	return x
}

// any are patterns that find what is right and not taken, and of which at least
// half of what they add is expected to be right.
func (x *extension) any(most int) []contender {
	left := x.learning.contend(x.where(func(i int) bool { return x.lessons[i].right && !x.taken[i] }), x.learning.least, maxWords, contendersFor)
	var out []contender
	for len(out) < most {
		best, gain := -1, 0.0
		for i := range left {
			if right, ok := x.adds(&left[i]); ok && right > gain {
				best, gain = i, right
			}
		}
		if best < 0 {
			break
		}
		for _, c := range left[best].cells {
			x.taken[c.entry] = true
		}
		out = append(out, x.counted(left[best]))
	}
	return out
}

// counted is a pattern with its stories among all lessons.
func (x *extension) counted(c contender) contender {
	var t tally
	for _, cell := range c.cells {
		t.add(x.lessons[cell.entry])
	}
	c.right, c.wrong = t.right, t.wrong
	return c
}

// doubtOfAny is how many further wrong entries a pattern that decides alone is
// taken to find.
const doubtOfAny = .1

// adds is how much of what is right a pattern finds that nothing else does.
func (x *extension) adds(c *contender) (right float64, ok bool) {
	wrong := 0.0
	stories := 0
	last := -1
	for _, cell := range c.cells {
		l := x.lessons[cell.entry]
		switch {
		case x.taken[cell.entry]:
		case l.right:
			right += l.share
			if l.story != last {
				stories++
				last = l.story
			}
		default:
			wrong += l.share
		}
	}
	p := x.learning.prevalence
	hit, miss := p*right/x.sums[1], (1-p)*(wrong+doubtOfAny)/(x.sums[0]+2*doubtOfAny)
	return right, stories >= x.learning.least && hit >= miss
}

// none are patterns that stand in what is taken and wrong, and in hardly anything
// that is right.
func (x *extension) none(most int) []contender {
	turned := turn(x.where(func(i int) bool { return !x.lessons[i].right && x.taken[i] }))
	for i, l := range turned {
		l.right = x.taken[i] && !x.lessons[i].right
	}
	left := x.learning.contend(turned, x.learning.least, maxWords, contendersAgainst)
	left = slices.DeleteFunc(left, func(c contender) bool { return !x.keepsOut(&c) })
	out := make([]bool, len(x.lessons))
	var found []contender
	for len(found) < most {
		best, gain := -1, 0
		for i := range left {
			n, last := 0, -1
			for _, c := range left[i].cells {
				if l := x.lessons[c.entry]; x.taken[c.entry] && !out[c.entry] && l.story != last {
					n, last = n+1, l.story
				}
			}
			if n > gain && n >= x.learning.least {
				best, gain = i, n
			}
		}
		if best < 0 {
			break
		}
		for _, c := range left[best].cells {
			out[c.entry] = true
		}
		found = append(found, x.counted(left[best]))
	}
	return found
}

// keepsOut reports whether a pattern stands in at least ten times as much of what
// is taken and wrong as of what is right.
func (x *extension) keepsOut(c *contender) bool {
	var right, wrong float64
	for _, cell := range c.cells {
		switch l := x.lessons[cell.entry]; {
		case l.right:
			right += l.share
		case x.taken[cell.entry]:
			wrong += l.share
		}
	}
	return wrong >= 10*right
}

// where are the lessons with right only where a pattern could help.
func (x *extension) where(helps func(i int) bool) []*lesson {
	out := make([]*lesson, len(x.lessons))
	for i, l := range x.lessons {
		c := *l
		c.right = helps(i)
		out[i] = &c
	}
	return out
}
