package match

import (
	"fmt"

	"topicwire/feed"
)

// A score is a feed.Score, compiled.
type score struct {
	threshold float64
	terms     []term
}

// A term is one weight: a group of one pattern, or a $list.
type term struct {
	weight float64
	group  *group
}

// countedHits is how many hits of a term count.
const countedHits = 2

// titleFactor is what a hit in the title makes of a term's value.
const titleFactor = 2

// value is what a term adds to the score of an entry: weight × hits, up to two
// of them, doubled if one is in the title. A measure of the text's length, once
// thresholds are to serve headlines and full articles alike, belongs here.
func (t *term) value(hits int, inTitle bool) float64 {
	v := t.weight * float64(min(hits, countedHits))
	if inTitle {
		v *= titleFactor
	}
	return v
}

func (c *compiler) score(s *feed.Score) *score {
	out := &score{threshold: s.Threshold}
	most := 0.0
	rules := make([]feed.Rule, 0, len(s.Weights))
	for _, w := range s.Weights {
		rules = append(rules, w.Term)
		t := term{w.Weight, c.group(opAny, []feed.Rule{w.Term})}
		if len(t.group.groups) == 1 && len(t.group.leaves) == 0 {
			t.group = t.group.groups[0]
		}
		out.terms = append(out.terms, t)
		if w.Weight > 0 {
			most += t.value(countedHits, true)
		}
	}
	c.group(opAny, rules) // for what stands twice
	switch {
	case !(s.Threshold > 0):
		c.problem(feed.Problem{
			Pos: s.Pos, Text: fmt.Sprintf("the threshold of a score must be above 0, not %v", s.Threshold),
			Hint: "an entry without any hit has the score 0",
		})
	case most < s.Threshold:
		c.problem(feed.Problem{
			Pos: s.Pos, Text: fmt.Sprintf("no entry reaches the threshold %v: the weights add up to at most %v", s.Threshold, most),
			Hint: "a term adds up to four times its weight",
		})
	}
	return out
}
