package match

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"topicwire/feed"
)

const (
	maxHits    = 8  // kept of a reason
	maxHitText = 80 // bytes
)

// A telling may become a hit of a reason.
type telling struct {
	*node
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
	weight := 0.0
	tell := func(n *node, list string) {
		s.spans = s.placesOf(s.spans[:0], n.pattern)
		for nth, p := range s.spans[:min(len(s.spans), maxHits)] {
			s.told = append(s.told, telling{n, list, p, nth, weight})
		}
	}
	for _, g := range t.gates {
		s.decisive(g, true, "", tell)
	}
	if t.score != nil {
		for i := range t.score.group.parts {
			if term := &t.score.group.parts[i]; s.holds(term) {
				weight = term.rule.Weight
				s.decisive(term, true, "", tell)
			}
		}
	}
	if len(s.told) == 0 {
		return nil
	}
	slices.SortStableFunc(s.told, func(a, b telling) int {
		return cmp.Or(a.nth-b.nth, a.place.compare(b.place), cmp.Compare(a.pattern, b.pattern),
			cmp.Compare(a.list, b.list), cmp.Compare(math.Abs(b.weight), math.Abs(a.weight)))
	})
	// A pattern both in a gate and in the score is one hit, with its weight.
	s.told = slices.CompactFunc(s.told, func(a, b telling) bool {
		return a.place.compare(b.place) == 0 && a.pattern == b.pattern && a.list == b.list
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

func (s *scratch) describe(c *telling) feed.Hit {
	at := s.stretch(c.place)
	return feed.Hit{
		Pattern: c.rule.Pattern,
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
	return strings.ToValidUTF8(s[:maxHitText], "")
}
