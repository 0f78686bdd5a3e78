package desk

import (
	"cmp"
	"context"
	"slices"
	"strings"

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

// count is the one of a verdict's outcome.
func (u *PatternUse) count(x *verdict) *UseCount {
	switch {
	case x.got && x.wanted:
		return &u.Right
	case x.got:
		return &u.Wrong
	case x.wanted:
		return &u.Missed
	}
	return &u.Left
}

// bad and good are the entries that a row is to blame for, and those that it is
// to be thanked for: what keeps out is judged by what was not filed.
func (u *PatternUse) bad() int {
	if u.Against {
		return u.Missed.All()
	}
	return u.Wrong.All()
}

func (u *PatternUse) good() int {
	if u.Against {
		return u.Left.All()
	}
	return u.Right.All()
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
		hits[i] = stands.Hits(l.from(), &l.Entry, v.read(l))
	})
	if err != nil {
		return nil, err
	}
	c := newUseCounter(stands.All)
	for i := range v.entries {
		c.count(hits[i], &v.of[t][i])
	}
	total := v.tally(t, v.all)
	counted := 0
	for i := range v.of[t] {
		if v.of[t][i].counts {
			counted++
		}
	}
	return c.table(total, counted), nil
}

// A useCounter counts the hits of the patterns of a topic.
type useCounter struct {
	stands   []match.Stand
	patterns []PatternUse // by number of stand
	lists    []PatternUse
	in       [][]int // the lists that a stand is in
	line     []int   // the line that a stand is in, numbered from 0
	seen     []bool  // whether a stand hit at all
}

func newUseCounter(stands []match.Stand) *useCounter {
	c := &useCounter{stands: stands, in: make([][]int, len(stands)), line: make([]int, len(stands)), seen: make([]bool, len(stands))}
	type line struct {
		part string
		line int
	}
	type list struct {
		in     line
		name   string
		weight float64
	}
	lines, lists := make(map[line]int), make(map[list]int)
	for i := range stands {
		s := &stands[i]
		of := line{s.Part, s.Line}
		if _, ok := lines[of]; !ok {
			lines[of] = len(lines)
		}
		c.line[i] = lines[of]
		u := PatternUse{Part: s.Part, Line: s.Line, Rule: s.Rule, Weight: s.Weight, Against: s.Against}
		for _, name := range s.Lists {
			u.List = name
			key := list{of, name, s.Weight}
			n, ok := lists[key]
			if !ok {
				n = len(c.lists)
				lists[key] = n
				whole := u
				whole.Rule, whole.List = "$"+name, ""
				c.lists = append(c.lists, whole)
			}
			if !slices.Contains(c.in[i], n) {
				c.in[i] = append(c.in[i], n)
			}
		}
		c.patterns = append(c.patterns, u)
	}
	return c
}

// count counts the stands that hit in an entry.
func (c *useCounter) count(hits []int, x *verdict) {
	for _, i := range hits {
		c.seen[i] = true
	}
	if !x.counts {
		return
	}
	var done []int // lists
	for _, i := range hits {
		others := func(mine func(k int) bool) bool {
			return slices.ContainsFunc(hits, func(k int) bool { return c.line[k] == c.line[i] && !mine(k) })
		}
		u := &c.patterns[i]
		u.count(x).add(!others(func(k int) bool { return c.stands[k].Pattern == c.stands[i].Pattern }))
		for _, n := range c.in[i] {
			if slices.Contains(done, n) {
				continue
			}
			done = append(done, n)
			l := &c.lists[n]
			l.count(x).add(!others(func(k int) bool { return slices.Contains(c.in[k], n) }))
		}
	}
}

// table orders the rows by the harm they do: how many more wrong entries a row
// has than as many entries have on the whole, of those that the topic files, or
// of the others where the row keeps entries out.
func (c *useCounter) table(total Tally, entries int) *PatternTable {
	filed, left := float64(max(total.Matched, 1)), float64(max(entries-total.Matched, 1))
	wrong, missed := float64(total.Matched-total.Right)/filed, float64(total.Labelled-total.Right)/left
	order := func(all []PatternUse) []PatternUse {
		for i := range all {
			u := &all[i]
			usual := wrong
			if u.Against {
				usual = missed
			}
			u.harm = max(float64(u.bad())-usual*float64(u.bad()+u.good()), 0)
		}
		slices.SortStableFunc(all, func(a, b PatternUse) int {
			return cmp.Or(cmp.Compare(b.harm, a.harm), cmp.Compare(b.bad(), a.bad()), cmp.Compare(b.Missed.All(), a.Missed.All()), strings.Compare(a.Rule, b.Rule))
		})
		return all
	}
	out := &PatternTable{Patterns: order(c.patterns), Lists: order(c.lists)}
	for _, seen := range c.seen {
		if !seen {
			out.Never++
		}
	}
	return out
}
