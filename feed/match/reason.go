package match

import (
	"cmp"
	"math"
	"slices"
	"unicode/utf8"

	"topicwire/feed"
)

const (
	maxHits    = 8  // kept of a reason
	maxHitText = 80 // bytes
)

// A telling may become a hit of a reason.
type telling struct {
	leaf   *leaf
	list   string
	place  place
	nth    int // of the places of its pattern
	weight float64
}

// reasons gives the hits that speak for a topic whose rules hold, and those that
// count in its score, in reading order. Where there are too many, each pattern's
// first hit goes before any second one, and those in the title before others.
func (s *scratch) reasons(t *topic) []feed.Hit {
	s.told = s.told[:0]
	for _, g := range t.gates {
		s.tell(g, true, "", 0)
	}
	if t.score != nil {
		for i := range t.score.terms {
			term := &t.score.terms[i]
			if s.counts(term) {
				s.tell(term.group, true, "", term.weight)
			}
		}
	}
	if len(s.told) == 0 {
		return nil
	}
	slices.SortStableFunc(s.told, func(a, b telling) int {
		switch {
		case a.nth != b.nth:
			return a.nth - b.nth
		case a.place.compare(b.place) != 0:
			return a.place.compare(b.place)
		case a.leaf.pattern != b.leaf.pattern:
			return cmp.Compare(a.leaf.pattern, b.leaf.pattern)
		case a.list != b.list:
			return cmp.Compare(a.list, b.list)
		}
		return -cmp.Compare(math.Abs(a.weight), math.Abs(b.weight))
	})
	// A pattern both in a gate and in the score is one hit, with its weight.
	s.told = slices.CompactFunc(s.told, func(a, b telling) bool {
		return a.place.compare(b.place) == 0 && a.leaf.pattern == b.leaf.pattern && a.list == b.list
	})
	kept := s.told[:min(len(s.told), maxHits)]
	slices.SortStableFunc(kept, func(a, b telling) int { return a.place.compare(b.place) })
	out := make([]feed.Hit, len(kept))
	for i := range kept {
		out[i] = s.describe(&kept[i])
	}
	clear(s.told) // holds on to nothing of the rules' text
	return out
}

// tell gathers what there is to tell of why a group holds, or does not, as
// collect does.
func (s *scratch) tell(g *group, holds bool, list string, weight float64) {
	if g.list != "" {
		list = g.list
	}
	member := holds != (g.op == opNone)
	if member {
		s.hitting(g, func(l *leaf) { s.tellLeaf(l, list, weight) })
	}
	for _, sub := range g.groups {
		if s.holds(sub) == member {
			s.tell(sub, member, list, weight)
		}
	}
}

func (s *scratch) tellLeaf(l *leaf, list string, weight float64) {
	s.spans = s.placesOf(s.spans[:0], l.pattern)
	for n, p := range s.spans[:min(len(s.spans), maxHits)] {
		s.told = append(s.told, telling{l, list, p, n, weight})
	}
}

func (s *scratch) describe(c *telling) feed.Hit {
	at := s.stretch(c.place)
	return feed.Hit{
		Pattern: c.leaf.written,
		List:    c.list,
		Field:   at.field,
		Word:    at.word,
		Text:    shorten(at.text[at.start:at.end]),
		Weight:  c.weight,
	}
}

// shorten cuts a text behind a whole rune where it is too long to keep.
func shorten(s string) string {
	if len(s) <= maxHitText {
		return s
	}
	n := maxHitText
	for !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
