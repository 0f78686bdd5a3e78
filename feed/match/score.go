package match

import (
	"fmt"
	"math"
	"slices"

	"topicwire/feed"
)

// A score is a feed.Score, compiled.
type score struct {
	threshold float64
	terms     []term
	regexes   bool // whether a term has one
}

// A term is one weight: a group of one pattern, or a $list.
type term struct {
	weight float64
	group  *group
	// Most terms are one pattern that does not hit: where single is set, only a
	// hit of pattern is worth a look at the group.
	single  bool
	pattern patternID
}

// countedHits is how many hits of a term count.
const countedHits = 2

// titleFactor is what a hit in the title makes of a term's value.
const titleFactor = 2

// value is what a term adds to the score of an entry: weight × hits, up to two
// of them, doubled if one is in the title, and scaled with the text's length.
func (t *term) value(hits int, inTitle bool, scale float64) float64 {
	if hits == 0 {
		return 0 // not -0
	}
	v := t.weight * float64(min(hits, countedHits)) * scale
	if inTitle {
		v *= titleFactor
	}
	return v
}

// Worth is what a term of weight 1 adds to the score of an entry of so many words
// in which it hits, for those who learn weights.
func Worth(hits int, inTitle bool, words int) float64 {
	t := term{weight: 1}
	return t.value(hits, inTitle, lengthScale(words))
}

// most is the greatest value of a term.
func (t *term) most() float64 { return max(t.value(countedHits, true, 1), 0) }

// fullWorth is the number of words up to which each hit counts in full: a title
// and a summary of two or three lines.
const fullWorth = 60

// lengthScale is what a hit is worth in a text of so many words: in a long one
// more words hit by chance. The fourth root of 60 ÷ words was chosen by
// measurement over flat worth, other roots and logarithms (docs/topics.md). Two
// square roots give the same bits on every machine.
func lengthScale(words int) float64 {
	if words <= fullWorth {
		return 1
	}
	return math.Sqrt(math.Sqrt(fullWorth / float64(words)))
}

// score adds up the terms; at most instead counts a regex for all that it may
// add, without a look at it.
func (s *scratch) score(sc *score, atMost bool) float64 {
	sum := 0.0
	if atMost && !sc.regexes {
		return sc.threshold
	}
	for i := range sc.terms {
		t := &sc.terms[i]
		if atMost && t.group.hasRegex {
			sum += t.most()
		} else {
			sum += s.value(t)
		}
	}
	return sum
}

// value is what a term adds to the score of the entry.
func (s *scratch) value(t *term) float64 {
	hits, inTitle := s.count(t)
	return t.value(hits, inTitle, s.scale)
}

// counts reports whether a term adds anything.
func (s *scratch) counts(t *term) bool {
	return (!t.single || s.hit(t.pattern)) && s.holds(t.group)
}

// count is how many hits of a term count, and whether the first is in the title.
func (s *scratch) count(t *term) (hits int, inTitle bool) {
	if !s.counts(t) {
		return 0, false
	}
	s.spans = s.spans[:0]
	s.collect(t.group, true)
	slices.SortFunc(s.spans, place.compare)
	// A word counts once: of places that share words, the one that begins first
	// counts.
	end := int32(0)
	for i, p := range s.spans {
		if p.first >= end && (i == 0 || p.compare(s.spans[i-1]) != 0) {
			hits++
			end = p.end()
		}
	}
	return hits, hits > 0 && s.field(s.spans[0]) == feed.FieldTitle
}

// collect gathers the places of the patterns because of which a group holds, or
// does not hold: the hits of a group of none are why it does not.
func (s *scratch) collect(g *group, holds bool) {
	member := holds != (g.op == opNone)
	if member {
		s.hitting(g, func(l *leaf) { s.spans = s.placesOf(s.spans, l.pattern) })
	}
	for _, sub := range g.groups {
		if s.holds(sub) == member {
			s.collect(sub, member)
		}
	}
}

func (c *compiler) score(s *feed.Score) *score {
	out := &score{threshold: s.Threshold}
	most := 0.0
	rules := make([]feed.Rule, 0, len(s.Weights))
	for _, w := range s.Weights {
		rules = append(rules, w.Term)
		t := term{weight: w.Weight, group: c.group(opAny, []feed.Rule{w.Term})}
		if len(t.group.groups) == 1 && len(t.group.leaves) == 0 && len(t.group.regexes) == 0 {
			t.group = t.group.groups[0]
		}
		if g := t.group; g.op == opAny && len(g.leaves) == 1 && len(g.groups)+len(g.regexes) == 0 {
			t.single, t.pattern = true, g.patterns[0]
		}
		out.terms = append(out.terms, t)
		out.regexes = out.regexes || t.group.hasRegex
		most += t.most()
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
