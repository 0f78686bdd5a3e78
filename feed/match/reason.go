package match

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"topicwire/feed"
)

const (
	maxHits    = 12 // kept of a reason
	maxHitText = 80 // bytes
)

// A candidate may become a hit of a reason.
type candidate struct {
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
	s.why = s.why[:0]
	for _, g := range t.gates {
		s.speak(g, "", 0)
	}
	if t.score != nil {
		for i := range t.score.terms {
			term := &t.score.terms[i]
			if term.group.holds(s.hit) {
				s.speak(term.group, "", term.weight)
			}
		}
	}
	if len(s.why) == 0 {
		return nil
	}
	slices.SortStableFunc(s.why, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.nth, b.nth), cmp.Compare(a.place.first, b.place.first),
			cmp.Compare(a.place.n, b.place.n), cmp.Compare(a.leaf.pattern, b.leaf.pattern),
			cmp.Compare(a.list, b.list), -cmp.Compare(max(a.weight, -a.weight), max(b.weight, -b.weight)))
	})
	// A pattern both in a gate and in the score is one hit, with its weight.
	s.why = slices.CompactFunc(s.why, func(a, b candidate) bool {
		return a.place == b.place && a.leaf.pattern == b.leaf.pattern && a.list == b.list
	})
	kept := s.why[:min(len(s.why), maxHits)]
	slices.SortStableFunc(kept, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.place.first, b.place.first), cmp.Compare(a.place.n, b.place.n))
	})
	out := make([]feed.Hit, len(kept))
	for i := range kept {
		out[i] = s.describe(&kept[i])
	}
	clear(s.why) // holds on to nothing of the rules' text
	return out
}

// speak gathers the candidates of a group that holds.
func (s *scratch) speak(g *group, list string, weight float64) {
	if g.op == opNone {
		return
	}
	if g.list != "" {
		list = g.list
	}
	for i := range g.leaves {
		l := &g.leaves[i]
		if !s.hit(l.pattern) {
			continue
		}
		from := len(s.why)
		for at := s.seen[l.pattern].last; at >= 0; at = s.places[at].previous {
			s.why = append(s.why, candidate{l, list, s.places[at], 0, weight})
		}
		mine := s.why[from:]
		slices.Reverse(mine) // they come last place first
		for n := range mine {
			mine[n].nth = n
		}
		s.why = s.why[:from+min(len(mine), maxHits)]
	}
	for _, sub := range g.groups {
		if sub.holds(s.hit) {
			s.speak(sub, list, weight)
		}
	}
}

func (s *scratch) describe(c *candidate) feed.Hit {
	first := int(c.place.first)
	part := s.w.Part(first)
	return feed.Hit{
		Pattern: c.leaf.written,
		List:    c.list,
		Field:   part.Field,
		Word:    part.Ordinal + first - part.First,
		Text:    shorten(s.w.Raw(part, first, first+int(c.place.n))),
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
