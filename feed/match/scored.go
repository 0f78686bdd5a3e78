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
