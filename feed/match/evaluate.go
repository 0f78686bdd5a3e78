package match

import (
	"slices"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A scratch holds what is known of one entry while it is matched.
type scratch struct {
	w      *text.Words
	search search
	// Whether a pattern hit is seen[p].round == round: nothing is cleared
	// between entries.
	round  uint32
	seen   []seen
	hits   []patternID // that hit, in the order of their first hits
	places []place
	topics []uint32 // to evaluate
	asked  []uint32 // the round in which a topic was touched
	spans  []place  // of a term
	found  func(*filed, int)
	told   []telling // of a reason
}

type seen struct {
	round uint32
	last  int32 // the newest of its places
}

// A place is where a pattern stands.
type place struct {
	first    int32 // word
	n        int32 // words
	previous int32 // place of the same pattern, -1 for none
}

// compare orders places as they are read, shorter ones first.
func (p place) compare(q place) int {
	if p.first != q.first {
		return int(p.first - q.first)
	}
	return int(p.n - q.n)
}

func newScratch(patterns, topics int) *scratch {
	s := &scratch{seen: make([]seen, patterns), asked: make([]uint32, topics)}
	s.found = s.add
	return s
}

func (s *scratch) begin(w *text.Words) {
	s.w = w
	s.hits, s.places, s.topics = s.hits[:0], s.places[:0], s.topics[:0]
	if s.round++; s.round == 0 { // wrapped: old rounds would look like this one
		clear(s.seen)
		clear(s.asked)
		s.round = 1
	}
}

// end lets go of the entry.
func (s *scratch) end() {
	s.w, s.search.w, s.search.part = nil, nil, nil
}

// add notes a place of a phrase. Places of one pattern come in reading order.
func (s *scratch) add(f *filed, first int) {
	e := &s.seen[f.pattern]
	if e.round != s.round {
		*e = seen{s.round, -1}
		s.hits = append(s.hits, f.pattern)
	}
	s.places = append(s.places, place{int32(first), int32(f.n), e.last})
	e.last = int32(len(s.places) - 1)
}

func (s *scratch) touch(topic uint32) {
	if s.asked[topic] != s.round {
		s.asked[topic] = s.round
		s.topics = append(s.topics, topic)
	}
}

// hit reports whether a pattern stands anywhere in the entry.
func (s *scratch) hit(p patternID) bool { return s.seen[p].round == s.round }

// holds decides a group by which patterns hit.
func (s *scratch) holds(g *group) bool {
	all := g.op == opAll
	for i := range g.leaves {
		if s.hit(g.leaves[i].pattern) != all {
			return g.op == opAny
		}
	}
	for _, sub := range g.groups {
		if s.holds(sub) != all {
			return g.op == opAny
		}
	}
	return g.op != opAny
}

// evaluate decides a topic and says why.
func (s *scratch) evaluate(t *topic) (feed.Reason, bool) {
	for _, g := range t.gates {
		if !s.holds(g) {
			return feed.Reason{}, false
		}
	}
	var r feed.Reason
	if t.score != nil {
		r.Threshold = t.score.threshold
		for i := range t.score.terms {
			r.Score += s.value(&t.score.terms[i])
		}
		if r.Score < r.Threshold {
			return feed.Reason{}, false
		}
	}
	r.Hits = s.reasons(t)
	return r, true
}

// value is what a term adds to the score of the entry.
func (s *scratch) value(t *term) float64 {
	if !s.holds(t.group) {
		return 0
	}
	s.spans = s.spans[:0]
	s.collect(t.group, true)
	slices.SortFunc(s.spans, place.compare)
	// A word counts once: of places that share words, the one that begins first
	// counts.
	hits, end := 0, int32(0)
	for _, p := range s.spans {
		if p.first >= end {
			hits++
			end = p.first + p.n
		}
	}
	inTitle := hits > 0 && s.w.Part(int(s.spans[0].first)).Field == feed.FieldTitle
	return t.value(hits, inTitle)
}

// collect gathers the places of the patterns because of which a group holds, or
// does not hold: the hits of a group of none are why it does not.
func (s *scratch) collect(g *group, holds bool) {
	member := holds != (g.op == opNone)
	if member {
		for i := range g.leaves {
			if p := g.leaves[i].pattern; s.hit(p) {
				for at := s.seen[p].last; at >= 0; at = s.places[at].previous {
					s.spans = append(s.spans, s.places[at])
				}
			}
		}
	}
	for _, sub := range g.groups {
		if s.holds(sub) == member {
			s.collect(sub, member)
		}
	}
}
