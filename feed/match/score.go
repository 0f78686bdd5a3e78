package match

import (
	"math"
	"slices"

	"topicwire/feed"
)

const (
	countedHits = 2 // of a term that count
	titleFactor = 2 // what a hit in the title makes of a term's value
)

// value is what a term adds to the score of an entry: weight × hits, up to two
// of them, doubled if one is in the title, and scaled with the text's length.
func value(weight float64, hits int, inTitle bool, scale float64) float64 {
	if hits == 0 {
		return 0 // not -0
	}
	// Converted, it is not fused with what it is added to.
	v := float64(weight * float64(min(hits, countedHits)) * scale)
	if inTitle {
		v = float64(v * titleFactor)
	}
	return v
}

// Worth is what a term of weight 1 adds to the score of an entry of so many words
// in which it hits, for those who learn weights.
func Worth(hits int, inTitle bool, words int) float64 {
	return value(1, hits, inTitle, lengthScale(words))
}

// mostWorth is the greatest value of a term.
func mostWorth(weight float64) float64 { return max(value(weight, countedHits, true, 1), 0) }

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

// reaches adds up a score, and compares the sum with its threshold. Where it
// cannot be reached whatever the regexes add, these are not looked for.
func (s *scratch) reaches(n *node) (sum float64, ok bool) {
	if n.group.regexes && s.sum(n.group, true) < n.rule.Threshold {
		return 0, false
	}
	sum = s.sum(n.group, false)
	return sum, sum >= n.rule.Threshold
}

// sum adds up the terms of a score; at most instead counts a regex for all that
// it may add, without a look at it.
func (s *scratch) sum(g *group, atMost bool) float64 {
	sum := 0.0
	for i := range g.parts {
		switch term := &g.parts[i]; {
		case atMost && term.lazy():
			sum += mostWorth(term.rule.Weight)
		case !s.misses(term) && s.holds(term):
			sum += s.value(term)
		}
	}
	return sum
}

// value is what a term that holds adds to the score of the entry.
func (s *scratch) value(term *node) float64 {
	s.spans = s.spans[:0]
	s.decisive(term, true, "", func(n *node, _ string) { s.spans = s.placesOf(s.spans, n.pattern) })
	slices.SortFunc(s.spans, place.compare)
	// A word counts once: of places that share words, the one that begins first
	// counts.
	hits, end := 0, int32(0)
	for i, p := range s.spans {
		if p.first >= end && (i == 0 || p.compare(s.spans[i-1]) != 0) {
			hits++
			end = p.end()
		}
	}
	return value(term.rule.Weight, hits, hits > 0 && s.stretch(s.spans[0]).field == feed.FieldTitle, s.scale)
}
