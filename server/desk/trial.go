package desk

import "context"

// Lessons are dealt into folds, each of which is judged by what the others teach.
// Few lessons are dealt several times: how one deal falls decides too much.
const (
	folds        = 5
	deals        = 8 // at most
	dealtLessons = 4000
)

// A taking is how much of the lessons was taken, by their shares.
type taking struct {
	right, wrong float64
	near         float64 // wrong, with those that came near counted in part
}

// add counts a lesson by its score. Of two hundred that are wrong hardly one is
// taken, which tells little about ten thousand: those that come near tell more.
func (t *taking) add(l *lesson, score, threshold float64) {
	switch {
	case l.right && score >= threshold:
		t.right += l.share
	case !l.right:
		if score >= threshold {
			t.wrong += l.share
		}
		way := max(0, min(1, 2*score/threshold-1)) // from half of the threshold on
		t.near += l.share * way * way
	}
}

// A trial is what the folds say of each setting.
type trial struct {
	taken  [][]taking // by step and cut
	n      [][]int    // folds of all deals that had weights there
	of     taking     // all lessons
	rounds int        // deals
}

// try learns from all folds but one and judges that one, for each fold and deal.
func (l *learning) try(ctx context.Context, lessons []*lesson) (*trial, error) {
	rounds := max(1, min(deals, dealtLessons/max(1, len(lessons))))
	all := make([]*trial, rounds*folds)
	err := inParallel(ctx, len(all), func(i int) { all[i] = l.tryOne(lessons, i/folds, i%folds) })
	if err != nil {
		return nil, err
	}
	sum := newTrial()
	for _, t := range all {
		for i := range sum.taken {
			for j := range sum.taken[i] {
				sum.taken[i][j].right += t.taken[i][j].right / float64(rounds)
				sum.taken[i][j].wrong += t.taken[i][j].wrong / float64(rounds)
				sum.taken[i][j].near += t.taken[i][j].near / float64(rounds)
				sum.n[i][j] += t.n[i][j]
			}
		}
	}
	sum.rounds = rounds
	for _, x := range lessons {
		if x.right {
			sum.of.right += x.share
		} else {
			sum.of.wrong += x.share
		}
	}
	return sum, nil
}

func newTrial() *trial {
	t := &trial{}
	for range costSteps {
		t.taken = append(t.taken, make([]taking, len(cuts())))
		t.n = append(t.n, make([]int, len(cuts())))
	}
	return t
}

// tryOne judges one fold.
func (l *learning) tryOne(lessons []*lesson, deal, fold int) *trial {
	t := newTrial()
	var seen, held []*lesson
	var rights [2]int
	for _, x := range lessons {
		if x.folds[deal] == fold {
			held = append(held, x)
		} else {
			seen = append(seen, x)
			rights[side(x)]++
		}
	}
	if rights[0] == 0 || rights[1] == 0 {
		return t
	}
	p := l.path(seen)
	values := make([][]value, len(held))
	for i, x := range held {
		values[i] = p.finder.values(&x.wording)
	}
	for step := range costSteps {
		for k, cut := range cuts() {
			w, ok := p.weighing(setting{step, cut})
			if !ok {
				continue
			}
			t.n[step][k]++
			for i, x := range held {
				t.taken[step][k].add(x, score(values[i], w)+x.base, l.threshold)
			}
		}
	}
	return t
}

// expect is how well rules would do on all that comes in, if a part wrong of the
// wrong lessons is taken. One more of them is taken to be half taken: none of two
// hundred does not mean none of ten thousand.
func (l *learning) expect(right, wrong float64, of taking) Measure {
	r := right / max(of.right, 1e-9)
	f := (wrong + .5) / (of.wrong + 1)
	hit, miss := l.prevalence*r, (1-l.prevalence)*f
	return measure(hit, hit+miss, r, 1)
}

// choose is the setting that does best, judged together with those beside it: one
// that is good by accident has bad neighbours.
func (l *learning) choose(t *trial) (best setting, at int, ok bool) {
	most := 0.0
	for i := range costSteps {
		for k, cut := range cuts() {
			if v := l.around(t, i, k); v > most+1e-9 {
				best, at, most, ok = setting{i, cut}, k, v, true
			}
		}
	}
	return best, at, ok
}

// around is the mean F1 of a setting and those beside it; 0 where some fold had
// no weights for it.
func (l *learning) around(t *trial, step, cut int) float64 {
	sum, n := 0.0, 0.0
	for i := max(0, step-1); i <= min(costSteps-1, step+1); i++ {
		for k := max(0, cut-1); k <= min(len(cuts())-1, cut+1); k++ {
			if t.n[i][k] == folds*t.rounds {
				sum += l.expect(t.taken[i][k].right, t.taken[i][k].near, t.of).F1
				n++
			} else if i == step && k == cut {
				return 0
			}
		}
	}
	return sum / n
}
