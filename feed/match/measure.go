package match

import (
	"topicwire/feed"
	"topicwire/feed/text"
)

// A Scored is what a topic's rules make of an entry, the threshold aside.
type Scored struct {
	Source, Language bool // whether the topic takes the entry's
	Gates            bool // whether all, any and none hold
	// Score is what the weights add up to where the gates hold, else 0;
	// Threshold is the configured one, 0 for a topic without a score.
	Score, Threshold float64
}

// Matches reports whether Match would give the topic.
func (s *Scored) Matches() bool { return s.Reaches(s.Threshold) }

// Reaches reports whether the topic would take the entry if its threshold were
// another one.
func (s *Scored) Reaches(threshold float64) bool {
	return s.Source && s.Language && s.Gates && s.Score >= threshold
}

// Scores tells of all topics, in the order of Compile, how an entry does. It
// agrees with Match, which looks at fewer topics and is faster; it tells nothing
// of the hits.
func (m *Matcher) Scores(src *feed.Source, e *feed.Entry, w *text.Words) []Scored {
	out := make([]Scored, len(m.topics))
	m.read(src, e, w, func(s *scratch) {
		for i := range m.topics {
			t, o := &m.topics[i], &out[i]
			o.Source, o.Language, o.Gates = t.Sources.Takes(src), t.takesLanguage(w.Language), s.opens(t)
			if t.score == nil {
				continue
			}
			o.Threshold = t.score.rule.Threshold
			if o.Gates {
				o.Score = s.sum(t.score.group, false)
			}
		}
	})
	return out
}

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
