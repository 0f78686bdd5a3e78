package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"topicwire/feed"
	"topicwire/feed/match"
)

// A PatternTable says what the patterns of a topic do, those that do harm first,
// and the lists that they come from.
type PatternTable struct {
	Patterns []PatternUse `json:"patterns"`
	Lists    []PatternUse `json:"lists"`
	// Never counts the patterns that stand in no entry.
	Never int `json:"never"`
}

// A PatternUse counts the entries in which a pattern stands, or one of a list.
type PatternUse struct {
	Part    string   `json:"part"`           // of the rules: all, any, none or score
	Line    int      `json:"line,omitempty"` // of all, from 1
	Rule    string   `json:"rule"`           // as people write it; a list with its $
	List    string   `json:"list,omitempty"` // that a pattern comes from
	Weight  float64  `json:"weight,omitempty"`
	Against bool     `json:"against,omitempty"` // whether it keeps entries out
	Right   UseCount `json:"right"`             // filed, as labelled
	Wrong   UseCount `json:"wrong"`             // filed without the label
	Missed  UseCount `json:"missed"`            // labelled, not filed
	Left    UseCount `json:"left"`              // not filed, rightly
	bad     int      // entries that it is to blame for
	harm    float64
}

// A UseCount tells apart the entries in which nothing else of the score hit, or
// of the line of a gate.
type UseCount struct {
	Alone  int `json:"alone"`
	Others int `json:"with_others"`
}

// All counts both.
func (c UseCount) All() int { return c.Alone + c.Others }

func (c *UseCount) add(alone bool) {
	if alone {
		c.Alone++
	} else {
		c.Others++
	}
}

// of is the count of a verdict's outcome.
func (u *PatternUse) of(x *verdict) *UseCount {
	switch got := x.Matches(); {
	case got && x.wanted:
		return &u.Right
	case got:
		return &u.Wrong
	case x.wanted:
		return &u.Missed
	}
	return &u.Left
}

// blame is the entries that a row is to blame for, and those that it is to be
// thanked for: what keeps out is judged by what was not filed.
func (u *PatternUse) blame() (bad, good int) {
	if u.Against {
		return u.Missed.All(), u.Left.All()
	}
	return u.Wrong.All(), u.Right.All()
}

// patterns tells what a topic's patterns do.
func (v *verdicts) patterns(ctx context.Context, t int) (*PatternTable, error) {
	stands, ok := v.rules.Stands(v.topics[t].ID)
	if !ok {
		return nil, nil
	}
	hits := make([][]int, len(v.entries))
	err := inParallel(ctx, len(v.entries), func(i int) {
		l := v.entries[i]
		hits[i] = stands.Hits(l.from(), &l.Entry, l.read(v.hide))
	})
	if err != nil {
		return nil, err
	}
	c := newUseCounter(stands.All)
	entries := 0
	for i := range v.entries {
		c.count(hits[i], &v.of[t][i])
		entries += oneIf(v.of[t][i].counts)
	}
	return c.table(v.tally(t, v.all, (*verdict).Matches), entries), nil
}

// A useCounter counts the hits of the patterns of a topic.
type useCounter struct {
	stands []match.Stand
	uses   []PatternUse // one of each stand, then one of each list in a line
	of     [][]int      // by stand: the uses it counts for
	seen   []bool       // whether a stand hit at all
}

func newUseCounter(stands []match.Stand) *useCounter {
	c := &useCounter{stands: stands, of: make([][]int, len(stands)), seen: make([]bool, len(stands))}
	type list struct {
		part   string
		line   int
		name   string
		weight float64
	}
	numbers := make(map[list]int)
	var lists []PatternUse
	for i := range stands {
		s := &stands[i]
		u := PatternUse{Part: s.Part, Line: s.Line, Rule: s.Rule, Weight: s.Weight, Against: s.Against}
		c.of[i] = []int{i}
		for _, name := range s.Lists {
			key := list{s.Part, s.Line, name, s.Weight}
			n, ok := numbers[key]
			if !ok {
				n = len(stands) + len(lists)
				numbers[key] = n
				u.Rule = "$" + name
				lists = append(lists, u)
			}
			if !slices.Contains(c.of[i], n) {
				c.of[i] = append(c.of[i], n)
			}
		}
		if u.Rule = s.Rule; len(s.Lists) > 0 {
			u.List = s.Lists[len(s.Lists)-1]
		}
		c.uses = append(c.uses, u)
	}
	c.uses = append(c.uses, lists...)
	return c
}

// count counts the stands that hit in an entry.
func (c *useCounter) count(hits []int, x *verdict) {
	var done []int // uses
	for _, i := range hits {
		c.seen[i] = true
		for _, n := range c.of[i] {
			if !x.counts || slices.Contains(done, n) {
				continue
			}
			done = append(done, n)
			u := &c.uses[n]
			u.of(x).add(!slices.ContainsFunc(hits, func(k int) bool {
				s := &c.stands[k]
				return s.Part == u.Part && s.Line == u.Line && !c.same(k, n)
			}))
		}
	}
}

// same reports whether a hit of a stand is one of a use's own.
func (c *useCounter) same(stand, use int) bool {
	if use < len(c.stands) {
		return c.stands[stand].Pattern == c.stands[use].Pattern
	}
	return slices.Contains(c.of[stand], use)
}

// table orders the rows by the harm they do: how many more wrong entries a row
// has than as many entries have on the whole, of those that the topic files, or
// of the others where the row keeps entries out.
func (c *useCounter) table(total Tally, entries int) *PatternTable {
	share := func(wrong, of int) float64 { return float64(wrong) / float64(max(of, 1)) }
	wrong, missed := share(total.Matched-total.Right, total.Matched), share(total.Labelled-total.Right, entries-total.Matched)
	order := func(uses []PatternUse) []PatternUse {
		for i := range uses {
			u := &uses[i]
			usual := wrong
			if u.Against {
				usual = missed
			}
			bad, good := u.blame()
			u.bad, u.harm = bad, max(float64(bad)-usual*float64(bad+good), 0)
		}
		feed.SortBy(uses, func(a, b PatternUse) int {
			return cmp.Or(cmp.Compare(b.harm, a.harm), b.bad-a.bad, b.Missed.All()-a.Missed.All(), strings.Compare(a.Rule, b.Rule))
		})
		return uses
	}
	n := len(c.stands)
	out := &PatternTable{Patterns: order(c.uses[:n]), Lists: order(append([]PatternUse(nil), c.uses[n:]...))} // null without lists
	for _, seen := range c.seen {
		out.Never += oneIf(!seen)
	}
	return out
}
