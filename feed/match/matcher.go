package match

import (
	"slices"
	"sync"
	"sync/atomic"

	"topicwire/feed"
	"topicwire/feed/text"
)

// A Matcher says which topics an entry belongs to. It does not change and is
// safe for concurrent use.
type Matcher struct {
	rules   []feed.Topic // as given to Compile
	topics  []topic
	index   *index
	links   linkIndex
	tags    map[string]patternID // that rules ask of sources
	authors bool                 // whether a pattern looks into authors
	near    nearTable
	// The topics that a hit of a pattern can bring about are
	// touched[starts[p]:starts[p+1]]. Those that need no hit are always.
	starts  []uint32
	touched []uint32
	always  []uint32
	scratch sync.Pool // of *scratch
	// explained is the topic that Explain was last asked for.
	explained atomic.Pointer[aloneTopic]
}

// Compile compiles the rules of topics. The problems stand in the order of the
// topics; each names the rule it is about, once, however many topics use its
// list. With an error among them the Matcher is nil; warnings leave it usable.
// The Matcher keeps the topics: they must not change from here on.
func Compile(topics []feed.Topic) (*Matcher, []feed.Problem) {
	m, c := compileTopics(topics)
	return m, c.problems
}

// compileTopics also gives the compiler, which knows the patterns.
func compileTopics(topics []feed.Topic) (*Matcher, *compiler) {
	c := newCompiler()
	m := &Matcher{rules: topics, topics: make([]topic, len(topics))}
	for i := range topics {
		m.topics[i] = c.topic(&topics[i])
	}
	for _, p := range c.problems {
		if p.Severity == feed.Error {
			return nil, c
		}
	}
	m.index = buildIndex(c.patterns)
	m.near = fileNears(c.near, len(c.patterns))
	for id := range c.patterns {
		p := &c.patterns[id]
		if p.link != nil {
			m.links.file(patternID(id), p.link)
		}
		if p.tag != "" {
			m.fileTag(patternID(id), p.tag)
		}
		m.authors = m.authors || len(p.phrases) > 0 && p.phrases[0].where.has(feed.FieldAuthor)
	}
	m.touch(len(c.patterns))
	// The closure holds on to the numbers, not to the compiler.
	patterns, n := len(c.patterns), len(topics)
	m.scratch.New = func() any { return newScratch(patterns, n) }
	return m, c
}

// touch fills in which topics each pattern can bring about.
func (m *Matcher) touch(patterns int) {
	tag := make([]bool, patterns)
	for _, p := range m.tags {
		tag[p] = true
	}
	each := func(visit func(p patternID, topic int)) {
		last := make([]int, patterns) // the topic that p was last seen in, and 1
		for i := range m.topics {
			// A source's tag stands with all its entries: it calls up only topics
			// that need no word besides.
			byTag := m.topics[i].needsNoWord(true)
			m.topics[i].walk(func(p patternID, positive bool) {
				if positive && last[p] != i+1 && (byTag || !tag[p]) {
					last[p] = i + 1
					visit(p, i)
				}
			})
		}
	}
	m.starts = make([]uint32, patterns+1)
	each(func(p patternID, _ int) { m.starts[p+1]++ })
	for p := range patterns {
		m.starts[p+1] += m.starts[p]
	}
	m.touched = make([]uint32, m.starts[patterns])
	next := slices.Clone(m.starts)
	each(func(p patternID, topic int) {
		m.touched[next[p]] = uint32(topic)
		next[p]++
	})
	for i := range m.topics {
		if t := &m.topics[i]; t.holdsWithoutHits() || t.needsNoWord(false) {
			m.always = append(m.always, uint32(i))
		}
	}
}

func (t *topic) walk(visit func(p patternID, positive bool)) {
	for _, g := range t.gates {
		g.walk(true, visit)
	}
	if t.score != nil {
		for i := range t.score.terms {
			t.score.terms[i].group.walk(t.score.terms[i].weight > 0, visit)
		}
	}
}

// Rules names each topic's rules by a hash over everything that decides
// matching, in the order of Compile. The same rules have the same hash in every
// process.
func (m *Matcher) Rules() []feed.TopicRules {
	out := make([]feed.TopicRules, len(m.topics))
	for i := range m.topics {
		out[i] = feed.TopicRules{ID: m.topics[i].id, Hash: m.topics[i].hash}
	}
	return out
}

// Match returns the topics that an entry of a source belongs to, in the order of
// Compile, each with its reason; nil for none. The words carry the entry's
// language; without an entry (nil) nothing is known of its link and authors. The
// reasons share memory with the entry's texts.
func (m *Matcher) Match(src *feed.Source, e *feed.Entry, w *text.Words) []feed.Match {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	m.find(s, src, e, w)
	for _, p := range s.hits {
		for _, t := range m.touched[m.starts[p]:m.starts[p+1]] {
			s.touch(t)
		}
	}
	for _, t := range m.always {
		s.touch(t)
	}
	slices.Sort(s.topics)
	var out []feed.Match
	for _, i := range s.topics {
		t := &m.topics[i]
		if !t.takes(src, w.Language) {
			continue
		}
		if reason, ok := s.evaluate(t); ok {
			out = append(out, feed.Match{Topic: t.id, Reason: reason})
		}
	}
	s.end()
	return out
}

// find fills a scratch with the places of all patterns in an entry, regexes
// aside.
func (m *Matcher) find(s *scratch, src *feed.Source, e *feed.Entry, w *text.Words) {
	s.begin(w)
	m.index.find(&s.search, w, s.found)
	m.findAuthors(s, e)
	m.links.find(s, e)
	m.findTags(s, src)
	m.near.find(s)
}

// takes reports whether a topic takes entries of a source in a language.
func (t *topic) takes(src *feed.Source, language string) bool {
	return t.takesLanguage(language) && t.sources.Takes(src)
}

func (t *topic) takesLanguage(language string) bool {
	if len(t.languages) == 0 {
		return true
	}
	if language == "" {
		return !t.dropUnknown
	}
	return text.OneOf(language, t.languages)
}
