package match

import (
	"cmp"
	"slices"
	"sync"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// A Matcher says which topics an entry belongs to. It does not change and is
// safe for concurrent use.
type Matcher struct {
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
	words   sync.Pool // of *text.Words, for Takes
}

// Compile compiles the rules of topics. The problems stand in the order of the
// topics; each names the rule it is about, once, however many topics use its
// list. With an error among them the Matcher is nil; warnings leave it usable.
// The Matcher keeps the topics: they must not change from here on.
func Compile(topics []feed.Topic) (*Matcher, []feed.Problem) {
	c := newCompiler()
	compiled := make([]topic, len(topics))
	for i := range topics {
		compiled[i] = c.topic(&topics[i])
	}
	return c.matcher(compiled), c.found
}

// matcher files the patterns of compiled topics; nil where there was an error.
func (c *compiler) matcher(topics []topic) *Matcher {
	if slices.ContainsFunc(c.found, func(p feed.Problem) bool { return p.Severity == feed.Error }) {
		return nil
	}
	m := &Matcher{topics: topics, index: buildIndex(c.patterns), near: fileNears(c.near, len(c.patterns)), links: make(linkIndex), tags: make(map[string]patternID)}
	for id := range c.patterns {
		p := &c.patterns[id]
		if p.link != nil {
			m.links.file(patternID(id), p.link)
		}
		if p.tag != "" {
			m.tags[p.tag] = patternID(id)
		}
		m.authors = m.authors || len(p.phrases) > 0 && p.phrases[0].where.has(feed.FieldAuthor)
	}
	m.touch(len(c.patterns))
	// The closure holds on to the numbers, not to the compiler.
	patterns, n := len(c.patterns), len(topics)
	m.scratch.New = func() any { return newScratch(patterns, n) }
	m.words.New = func() any { return new(text.Words) }
	return m
}

// touch fills in which topics each pattern can bring about.
func (m *Matcher) touch(patterns int) {
	var pairs []uint64            // pattern and topic
	last := make([]int, patterns) // the topic that a pattern was last seen in, and 1
	for i := range m.topics {
		t := &m.topics[i]
		// A source's tag stands with all its entries: it calls up only topics
		// that need no word besides.
		byTag := t.could(func(n *node) bool { return n.regex != nil || n.tag })
		t.walk(func(at stop) bool {
			if p := at.pattern; at.group == nil && !at.against && last[p] != i+1 && (byTag || !at.tag) {
				last[p] = i + 1
				pairs = append(pairs, uint64(p)<<32|uint64(i))
			}
			return true
		})
		if t.could(func(n *node) bool { return n.regex != nil }) {
			m.always = append(m.always, uint32(i))
		}
	}
	slices.Sort(pairs)
	m.starts = startsOf(pairs, patterns, func(pair uint64) uint32 { return uint32(pair >> 32) })
	m.touched = make([]uint32, len(pairs))
	for i, pair := range pairs {
		m.touched[i] = uint32(pair)
	}
}

// Rules names each topic's rules by a hash over everything that decides
// matching, in the order of Compile. The same rules have the same hash in every
// process.
func (m *Matcher) Rules() []feed.TopicRules {
	out := make([]feed.TopicRules, len(m.topics))
	for i := range m.topics {
		out[i] = feed.TopicRules{ID: m.topics[i].ID, Hash: m.topics[i].hash}
	}
	return out
}

// Match returns the topics that an entry of a source belongs to, in the order of
// Compile, each with its reason; nil for none. The words carry the entry's
// language; without an entry (nil) nothing is known of its link and authors. The
// reasons share memory with the entry's texts.
func (m *Matcher) Match(src *feed.Source, e *feed.Entry, w *text.Words) []feed.Match {
	var out []feed.Match
	m.read(src, e, w, func(s *scratch) {
		for _, p := range s.hits {
			for _, t := range m.touched[m.starts[p]:m.starts[p+1]] {
				s.touch(t)
			}
		}
		for _, t := range m.always {
			s.touch(t)
		}
		slices.Sort(s.topics)
		for _, i := range s.topics {
			t := &m.topics[i]
			if !t.takesLanguage(w.Language) || !t.Sources.Takes(src) {
				continue
			}
			if score, ok := s.takes(t); ok {
				r := feed.Reason{Hits: s.reasons(t), Score: score}
				if t.score != nil {
					r.Threshold = t.score.rule.Threshold
				}
				out = append(out, feed.Match{Topic: t.ID, Reason: r})
			}
		}
	})
	return out
}

// read lends a scratch that knows what stands in an entry.
func (m *Matcher) read(src *feed.Source, e *feed.Entry, w *text.Words, look func(*scratch)) {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	m.find(s, src, e, w)
	look(s)
	s.end()
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

func (t *topic) takesLanguage(language string) bool {
	if len(t.Languages) == 0 {
		return true
	}
	if language == "" {
		return !t.DropUnknown
	}
	return text.OneOf(language, t.Languages)
}

// Read settles an entry's language and cuts its texts into words, for rules and
// stories alike. src may name a source that is no longer configured; channel is
// the language that the whole feed declares, "" for none.
func Read(src *feed.Source, e *feed.Entry, channel string) *text.Words {
	w := new(text.Words)
	ReadTexts(w, src, e, textsOf(e), channel)
	return w
}

func textsOf(e *feed.Entry) *feed.Texts {
	return &feed.Texts{Summary: html.Text(e.Summary), Content: html.Text(e.Content), FullText: html.Text(e.FullText)}
}

// ReadTexts is Read into w where the texts of the entry are at hand. What w had before is
// gone.
func ReadTexts(w *text.Words, src *feed.Source, e *feed.Entry, t *feed.Texts, channel string) {
	parts := partsOf(e, t)
	e.Language = language(src.Language, e.Language, channel, &parts)
	w.Cut(&parts, e.Language)
}

// partsOf are the texts of an entry by fields.
func partsOf(e *feed.Entry, t *feed.Texts) text.Parts {
	parts := text.Parts{
		feed.FieldTitle:   {e.Title},
		feed.FieldSummary: {t.Summary},
		feed.FieldContent: {t.Content},
	}
	if e.FullText != "" {
		parts[feed.FieldContent] = append(parts[feed.FieldContent], t.FullText)
	}
	for _, c := range e.Categories {
		parts[feed.FieldCategory] = append(parts[feed.FieldCategory], c.Text())
	}
	return parts
}

// language is the operator's word for the source, else the entry's own, else the
// feed's. English is what publishing software declares where nobody told it
// otherwise, so a feed's "en" counts only where the text does not speak against
// it.
func language(source, entry, channel string, parts *text.Parts) string {
	declared := cmp.Or(source, entry)
	if declared == "" && !text.OneOf(channel, []string{"en"}) {
		declared = channel
	}
	return cmp.Or(text.Language(declared, parts), channel)
}
