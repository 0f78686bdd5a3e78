package match

import (
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

	m     *Matcher
	nodes []*node // of All
}

// Stands tells where patterns stand in a topic's rules; it is not ok where there
// is no such topic.
func (m *Matcher) Stands(id feed.TopicID) (*Stands, bool) {
	t := m.topic(id)
	if t == nil {
		return nil, false
	}
	out := &Stands{m: m}
	t.walk(func(at stop) bool {
		if at.group != nil {
			return true
		}
		one := Stand{
			Part: string(at.part.rule.Op), Rule: ruleText(at.rule), Lists: at.lists, Weight: at.weight,
			Against: at.against, Pos: at.rule.Pos, Pattern: int(at.pattern),
		}
		if at.part.rule.Op == feed.OpAll {
			one.Line = at.line + 1
		}
		out.All, out.nodes = append(out.All, one), append(out.nodes, at.node)
		return true
	})
	return out, true
}

// Hits gives the numbers, in All, of those whose patterns stand in an entry,
// whether or not the topic takes it.
func (s *Stands) Hits(src *feed.Source, e *feed.Entry, w *text.Words) (out []int) {
	s.m.read(src, e, w, func(read *scratch) {
		for i, n := range s.nodes {
			if read.holds(n) {
				out = append(out, i)
			}
		}
	})
	return out
}
