package match

import (
	"cmp"
	"slices"
	"sync"

	"topicwire/feed"
	"topicwire/feed/text"
)

// Concepts finds the concepts that stand in an entry. It does not change and is
// safe for concurrent use. A nil Concepts finds nothing.
type Concepts struct {
	given   []feed.Concept // as given to CompileConcepts
	order   []uint32       // of given, by their ids
	rank    []uint32       // of each of given in that order
	hash    uint64
	matcher *Matcher  // to it a concept is a topic that asks for its patterns
	scratch sync.Pool // of *conceptScratch
}

// CompileConcepts compiles the patterns of concepts, which are read with
// translit "uz". The problems stand in the order of the concepts. With an error
// among them the result is nil; warnings leave it usable. It keeps the concepts:
// they must not change from here on.
func CompileConcepts(concepts []feed.Concept) (*Concepts, []feed.Problem) {
	c := newCompiler()
	out := &Concepts{given: concepts, order: make([]uint32, len(concepts)), rank: make([]uint32, len(concepts))}
	topics := make([]topic, len(concepts))
	ids := make(map[string]feed.Pos, len(concepts))
	for i := range concepts {
		out.order[i] = uint32(i)
		k := &concepts[i]
		switch first, again := ids[k.ID]; {
		case again:
			c.fail(k.Pos, "the first is in "+first.String(), "concept %q is here a second time", k.ID)
		case k.ID == "":
			c.fail(k.Pos, "it is the name of its list", "a concept needs an id")
		case !k.Kind.Valid():
			c.fail(k.Pos, "write place, org, office, event or object", "concept %q cannot be of kind %q", k.ID, k.Kind)
		case len(k.Rules) == 0:
			c.fail(k.Pos, "list its words under any", "concept %q has no patterns", k.ID)
		}
		ids[k.ID] = k.Pos
		topics[i] = c.topic(&feed.Topic{ID: feed.TopicID(k.ID), Pos: k.Pos, Translit: "uz", Rules: feed.Rules{{Op: feed.OpAny, Parts: c.words(k.Rules)}}})
	}
	if out.matcher = c.matcher(topics); out.matcher == nil {
		return nil, c.found
	}
	// In the order of ids it does not matter in which file a concept stands.
	slices.SortFunc(out.order, func(a, b uint32) int { return cmp.Compare(concepts[a].ID, concepts[b].ID) })
	for at, i := range out.order {
		out.rank[i] = uint32(at)
	}
	out.hash = hashConcepts(concepts, topics)
	numbered := len(c.patterns) // the closure holds on to the number, not to the compiler
	out.scratch.New = func() any { return &conceptScratch{scratch: newScratch(numbered, 0)} }
	return out, c.found
}

// words are the patterns of a concept. It reports what is no pattern of words: a
// concept has to stand somewhere in the text.
func (c *compiler) words(rules feed.Rules) (out []feed.Rule) {
	for r := range rules.Each() {
		switch {
		case r.Op == feed.OpAny:
		case r.Op != feed.OpPattern, r.Scope != feed.ScopeText && r.Scope != feed.ScopeTitle && r.Scope != feed.ScopeExact:
			c.fail(r.Pos, "write such rules in a topic", "a concept holds patterns of words, of which one is enough")
		default:
			out = append(out, *r)
		}
	}
	return out
}

// Hash is a hash over everything that decides what Find finds: ids, kinds and
// patterns, in any order. The same concepts have the same hash in every process;
// without concepts it is 0.
func (c *Concepts) Hash() uint64 {
	if c == nil {
		return 0
	}
	return c.hash
}

// Lint warns of patterns that add nothing to their concept, or hardly do what is
// meant, as Matcher.Lint does of topics. What CompileConcepts reported is not
// repeated.
func (c *Concepts) Lint() []feed.Problem {
	if c == nil {
		return nil
	}
	return c.matcher.Lint(nil)
}

// A conceptScratch holds what is known of one entry while concepts are looked
// for.
type conceptScratch struct {
	*scratch
	words text.Words // of the entry, without its categories
	at    []place
	spans []conceptSpan
	taken []uint32 // by word, the concept that has it, and 1
}

// A conceptSpan is a place of a concept.
type conceptSpan struct{ owner, first, end int32 }

func (s conceptSpan) words() int32 { return s.end - s.first }

// Find tells where concepts stand in title, summary and content, in the order of
// the text; where they begin at one word the shorter before the longer, then by
// id. Where hits of one concept overlap, the longest is told, of equals the
// first; hits of different concepts may overlap. nil for none.
func (c *Concepts) Find(w *text.Words) []feed.ConceptHit {
	if c == nil || len(c.given) == 0 {
		return nil
	}
	s := c.scratch.Get().(*conceptScratch)
	defer c.scratch.Put(s)
	s.words = withoutCategories(w)
	c.matcher.find(s.scratch, nil, nil, &s.words)
	s.spans = s.spans[:0]
	for _, p := range s.hits {
		owners := c.matcher.touched[c.matcher.starts[p]:c.matcher.starts[p+1]]
		if len(owners) == 0 { // a side of NEAR, by itself
			continue
		}
		s.at = s.placesOf(s.at[:0], p)
		for _, owner := range owners {
			for _, at := range s.at {
				s.spans = append(s.spans, conceptSpan{int32(c.rank[owner]), at.first, at.end()})
			}
		}
	}
	var out []feed.ConceptHit
	if len(s.spans) > 0 {
		s.longest()
		out = make([]feed.ConceptHit, len(s.spans))
	}
	for i, at := range s.spans {
		k := &c.given[c.order[at.owner]]
		out[i] = feed.ConceptHit{Concept: k.ID, Kind: k.Kind, First: int(at.first), End: int(at.end)}
	}
	s.end()
	s.words = text.Words{}
	return out
}

// withoutCategories is the words of an entry without those of its categories,
// which stand behind all others: a category tells of a section, not of an event.
func withoutCategories(w *text.Words) text.Words {
	out := *w
	for i := range out.Parts {
		if p := &out.Parts[i]; p.Field == feed.FieldCategory {
			out.Parts, out.Words = out.Parts[:i], out.Words[:p.First]
			break
		}
	}
	return out
}

// longest leaves of the spans of each concept those that no longer one overlaps,
// in the order of the text.
func (s *conceptScratch) longest() {
	slices.SortFunc(s.spans, func(a, b conceptSpan) int {
		return cmp.Or(cmp.Compare(a.owner, b.owner), cmp.Compare(b.words(), a.words()), cmp.Compare(a.first, b.first))
	})
	s.taken = slices.Grow(s.taken[:0], len(s.words.Words))[:len(s.words.Words)]
	clear(s.taken)
	kept := s.spans[:0]
	for _, at := range s.spans {
		mine := uint32(at.owner) + 1
		taken := s.taken[at.first:at.end]
		// Spans come longest first: one that meets a longer one has an end in it.
		if taken[0] == mine || taken[len(taken)-1] == mine {
			continue
		}
		for i := range taken {
			taken[i] = mine
		}
		kept = append(kept, at)
	}
	s.spans = kept
	slices.SortFunc(s.spans, func(a, b conceptSpan) int {
		return cmp.Or(cmp.Compare(a.first, b.first), cmp.Compare(a.end, b.end), cmp.Compare(a.owner, b.owner))
	})
}
