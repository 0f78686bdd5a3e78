package story

// The slots of the window as a heap, the oldest entry first. Those of entries
// that are gone stay until they come up.

type age struct {
	when int64
	slot uint32
}

func (x *Index) older(a, b age) bool {
	return a.when < b.when || a.when == b.when && a.slot < b.slot
}

func (x *Index) push(slot uint32) {
	x.ages = append(x.ages, age{x.docs[slot-x.base].when, slot})
	for i := len(x.ages) - 1; i > 0; {
		up := (i - 1) / 2
		if !x.older(x.ages[i], x.ages[up]) {
			return
		}
		x.ages[i], x.ages[up] = x.ages[up], x.ages[i]
		i = up
	}
}

func (x *Index) pop() {
	n := len(x.ages) - 1
	x.ages[0] = x.ages[n]
	x.ages = x.ages[:n]
	for i := 0; ; {
		down := 2*i + 1
		if down >= n {
			return
		}
		if down+1 < n && x.older(x.ages[down+1], x.ages[down]) {
			down++
		}
		if !x.older(x.ages[down], x.ages[i]) {
			return
		}
		x.ages[down], x.ages[i] = x.ages[i], x.ages[down]
		i = down
	}
}
