package websub

import "time"

// An allowance is how much may be used at once, and how soon a piece of it is there again.
type allowance struct {
	burst int
	every time.Duration
}

// A budget gives to each of many no more than an allowance (a token bucket each).
type budget struct {
	allowance
	used map[string]spent
}

// spent is what somebody had used of the allowance at a time.
type spent struct {
	n  float64
	at time.Time
}

func newBudget(a allowance) budget { return budget{a, make(map[string]spent)} }

// spentBy is what somebody has used by now.
func (b *budget) spentBy(who string, now time.Time) float64 {
	s := b.used[who]
	return max(0, s.n-max(0, float64(now.Sub(s.at))/float64(b.every)))
}

// has reports whether there is something left.
func (b *budget) has(who string, now time.Time) bool {
	return b.spentBy(who, now) <= float64(b.burst)-1
}

// take uses one piece.
func (b *budget) take(who string, now time.Time) {
	b.used[who] = spent{b.spentBy(who, now) + 1, now}
}

// give returns one.
func (b *budget) give(who string, now time.Time) {
	if n := b.spentBy(who, now) - 1; n > 0 {
		b.used[who] = spent{n, now}
	} else {
		delete(b.used, who)
	}
}

// forget drops those who have all of it again.
func (b *budget) forget(now time.Time) {
	for who := range b.used {
		if b.spentBy(who, now) == 0 {
			delete(b.used, who)
		}
	}
}
