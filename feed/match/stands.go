package match

import (
	"slices"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A Stand is one place in a topic's rules where a pattern stands, $lists
// resolved.
type Stand struct {
	Part string // "all", "any", "none" or "score"
	// Line is the line of all that it is in, from 1; 0 in the other parts, each
	// of which is decided by all its lines together.
	Line    int
	Rule    string   // the pattern, as people write it
	Lists   []string // that it comes from, without $, the outermost first
	Weight  float64  // of its term of the score
	Against bool     // whether a hit speaks against the topic
	Pos     feed.Pos
	Pattern int // the same for patterns that match the same texts
}

// Stands are where patterns stand in the rules of one topic, in the order in
// which they are read. They do not change and are safe for concurrent use.
type Stands struct {
	All []Stand

	alone   *Matcher // of the topic, so that it has all its patterns at hand
	regexes map[patternID]*regex
}

// Stands tells where patterns stand in a topic's rules; it is not ok where there
// is no such topic.
func (m *Matcher) Stands(id feed.TopicID) (*Stands, bool) {
	i := slices.IndexFunc(m.rules, func(t feed.Topic) bool { return t.ID == id })
	if i < 0 {
		return nil, false
	}
	alone, c := compileTopics(m.rules[i : i+1]) // which compiled before
	out := &Stands{alone: alone, regexes: make(map[patternID]*regex)}
	r := &m.rules[i].Rules
	for n := range r.All {
		out.add(c, &r.All[n], Stand{Part: "all", Line: n + 1})
	}
	for n := range r.Any {
		out.add(c, &r.Any[n], Stand{Part: "any"})
	}
	for n := range r.None {
		out.add(c, &r.None[n], Stand{Part: "none", Against: true})
	}
	if r.Score != nil {
		for n := range r.Score.Weights {
			w := &r.Score.Weights[n]
			out.add(c, &w.Term, Stand{Part: "score", Weight: w.Weight, Against: w.Weight < 0})
		}
	}
	return out, true
}

// add adds the patterns of a rule, which stand as in tells.
func (s *Stands) add(c *compiler, r *feed.Rule, in Stand) {
	if r.List != "" {
		in.Lists = append(slices.Clip(in.Lists), r.List)
	}
	for i := range r.All {
		s.add(c, &r.All[i], in)
	}
	for i := range r.Any {
		s.add(c, &r.Any[i], in)
	}
	in.Against = in.Against != (len(r.None) > 0)
	for i := range r.None {
		s.add(c, &r.None[i], in)
	}
	if len(r.All)+len(r.Any)+len(r.None) > 0 {
		return
	}
	id, ok := c.pattern(r)
	if !ok {
		return // a topic with a flawed pattern does not compile
	}
	if re := c.patterns[id].regex; re != nil {
		s.regexes[id] = re
	}
	in.Rule, in.Pos, in.Pattern = ruleText(r), r.Pos, int(id)
	s.All = append(s.All, in)
}

// Hits gives the numbers, in All, of those whose patterns stand in an entry,
// whether or not the topic takes it.
func (s *Stands) Hits(src *feed.Source, e *feed.Entry, w *text.Words) []int {
	a := s.alone.scratch.Get().(*scratch)
	defer s.alone.scratch.Put(a)
	s.alone.find(a, src, e, w)
	var out []int
	for i := range s.All {
		id := patternID(s.All[i].Pattern)
		hit := a.hit(id)
		if re := s.regexes[id]; re != nil {
			hit = a.hitRegex(id, re)
		}
		if hit {
			out = append(out, i)
		}
	}
	a.end()
	return out
}
