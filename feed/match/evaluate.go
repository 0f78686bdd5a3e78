package match

import (
	"cmp"
	"slices"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A scratch holds what is known of one entry while it is matched.
type scratch struct {
	w        *text.Words
	authors  *text.Words // words of the authors' names, which stand behind all others; nil for none
	search   search
	caseless [][]byte // the parts of w, as far as regexes asked
	// Whether a pattern hit is seen[p].round == round: nothing is cleared
	// between entries.
	round  uint32
	seen   []seen
	hits   []patternID // that hit, in the order of their first hits
	places []place
	cuts   []cut
	topics []uint32 // to evaluate
	asked  []uint32 // the round in which a topic was touched
	scale  float64  // what the length of the text makes of a score's hits
	found  func(*filed, int)
	base   int     // of the words that are searched
	spans  []place // of a term
	told   []telling
	left   []place // of a near
	right  []place
	ends   []place
}

type seen struct {
	round uint32
	last  int32 // the newest of its places; -1 for none
}

// A place is where a pattern stands.
type place struct {
	first    int32 // word; those of authors follow those of the text
	n        int32 // words
	previous int32 // place of the same pattern, -1 for none
	cut      int32 // of scratch.cuts where the place is no run of whole words, else -1
}

// A cut is a stretch of a text.
type cut struct {
	field      feed.Field
	word       int // where it begins, counted in the field
	text       string
	start, end int
}

func (p place) end() int32 { return p.first + p.n }

// compare orders places as they are read, shorter ones first.
func (p place) compare(q place) int {
	return int(cmp.Or(p.first-q.first, p.n-q.n, p.cut-q.cut))
}

func newScratch(patterns, topics int) *scratch {
	s := &scratch{seen: make([]seen, patterns), asked: make([]uint32, topics)}
	s.found = func(f *filed, first int) {
		s.add(f.pattern, place{first: int32(s.base + first), n: int32(f.n), cut: -1})
	}
	return s
}

func (s *scratch) begin(w *text.Words) {
	s.w, s.authors, s.base = w, nil, 0
	s.scale = lengthScale(len(w.Words))
	s.hits, s.places, s.cuts, s.topics = s.hits[:0], s.places[:0], s.cuts[:0], s.topics[:0]
	if s.round++; s.round == 0 { // wrapped: old rounds would look like this one
		clear(s.seen)
		clear(s.asked)
		s.round = 1
	}
}

// end lets go of the entry.
func (s *scratch) end() {
	s.w, s.authors, s.search.w, s.search.part = nil, nil, nil, nil
	clear(s.cuts)
	for i := range s.caseless {
		s.caseless[i] = s.caseless[i][:0]
	}
}

// add notes a place of a pattern.
func (s *scratch) add(p patternID, at place) {
	e := &s.seen[p]
	if e.round != s.round {
		*e = seen{s.round, -1}
	}
	if e.last < 0 {
		s.hits = append(s.hits, p)
	}
	at.previous = e.last
	s.places = append(s.places, at)
	e.last = int32(len(s.places) - 1)
}

func (s *scratch) cutOut(c cut) int32 {
	s.cuts = append(s.cuts, c)
	return int32(len(s.cuts) - 1)
}

// placesOf appends the places of a pattern, each once, as they are read.
func (s *scratch) placesOf(to []place, p patternID) []place {
	if !s.hit(p) {
		return to
	}
	from := len(to)
	for at := s.seen[p].last; at >= 0; at = s.places[at].previous {
		to = append(to, s.places[at])
	}
	mine := to[from:]
	slices.Reverse(mine) // they come last place first
	if !slices.IsSortedFunc(mine, place.compare) {
		slices.SortFunc(mine, place.compare)
	}
	mine = slices.CompactFunc(mine, func(a, b place) bool { return a.compare(b) == 0 })
	return to[:from+len(mine)]
}

func (s *scratch) authorWords() int {
	if s.authors == nil {
		return 0
	}
	return len(s.authors.Words)
}

// part is the part in which word i stands.
func (s *scratch) part(i int) *text.Part {
	if n := len(s.w.Words); i >= n {
		return s.authors.Part(i - n)
	}
	return s.w.Part(i)
}

// stretch is where a place lies in the texts of the entry.
func (s *scratch) stretch(p place) cut {
	if p.cut >= 0 {
		return s.cuts[p.cut]
	}
	w, first := s.w, int(p.first)
	if first >= len(w.Words) {
		w, first = s.authors, first-len(w.Words)
	}
	part := w.Part(first)
	return cut{
		field: part.Field, word: part.Ordinal + first - part.First, text: part.Text,
		start: int(w.Words[first].Start), end: int(w.Words[first+int(p.n)-1].End),
	}
}

func (s *scratch) touch(topic uint32) {
	if s.asked[topic] != s.round {
		s.asked[topic] = s.round
		s.topics = append(s.topics, topic)
	}
}

// hit reports whether a pattern stands anywhere in the entry. Of a regex it
// knows nothing before hitRegex was asked.
func (s *scratch) hit(p patternID) bool {
	e := s.seen[p]
	return e.round == s.round && e.last >= 0
}

// misses reports a pattern that is no regex and does not hit, as most do not: for
// loops, into which it is inlined.
func (s *scratch) misses(n *node) bool {
	return n.group == nil && n.regex == nil && !s.hit(n.pattern)
}

// holds decides a node by which patterns hit: by its words first.
func (s *scratch) holds(n *node) bool {
	g := n.group
	switch {
	case g == nil && n.regex != nil:
		return s.hitRegex(n.pattern, n.regex)
	case g == nil:
		return s.hit(n.pattern)
	case g.sums:
		_, ok := s.reaches(n)
		return ok
	}
	lacking, spare := g.need, len(g.words)+len(g.rest)-g.need
	seen, round := s.seen, s.round
	for _, p := range g.words {
		// As hit says, without its call: most of what entries ask for is here.
		if e := &seen[p]; e.round != round || e.last < 0 {
			if spare--; spare < 0 {
				break
			}
		} else if lacking--; lacking <= 0 {
			return !g.not
		}
	}
	for i := 0; i < len(g.rest) && lacking > 0 && spare >= 0; i++ {
		if s.holds(g.rest[i]) {
			lacking--
		} else {
			spare--
		}
	}
	return (lacking <= 0) != g.not
}

// decisive calls visit for the patterns that hit because of which a node holds,
// or does not hold: those of a none are why it does not. A pattern comes with the
// $list that it is in.
func (s *scratch) decisive(n *node, holds bool, list string, visit func(n *node, list string)) {
	if n.group == nil {
		if holds {
			visit(n, list)
		}
		return
	}
	list = cmp.Or(n.rule.List, list)
	holds = holds != n.group.not
	for i := range n.group.parts {
		if part := &n.group.parts[i]; (!holds || !s.misses(part)) && s.holds(part) == holds {
			s.decisive(part, holds, list, visit)
		}
	}
}

// opens reports whether all gates of a topic hold.
func (s *scratch) opens(t *topic) bool {
	for _, g := range t.gates {
		if !s.holds(g) {
			return false
		}
	}
	return true
}

// takes decides a topic, and gives the score where it has one.
func (s *scratch) takes(t *topic) (score float64, ok bool) {
	switch ok = s.opens(t); {
	case !ok || t.score == nil:
		return 0, ok
	}
	return s.reaches(t.score)
}
