package story

import (
	"cmp"
	"slices"

	"topicwire/feed"
	"topicwire/feed/text"
)

// InCommon is what two texts have in common, each with the concepts that were
// found in it, as placement sees them: concepts first, then names, figures and
// dates, and words where both are of one language.
func InCommon(a, b *text.Words, inA, inB []feed.ConceptHit) []feed.Common {
	first, second := read(a, inA), read(b, inB)
	out := sharedConcepts(a, b, inA, inB)
	out = append(out, sharedNames(first.names, second.names)...)
	for _, kind := range [...]struct {
		family uint32
		name   string
	}{{familyNumber, "figure"}, {familyDate, "date"}, {familyWord, "word"}} {
		if kind.family == familyWord && languageKey(a) != languageKey(b) {
			continue
		}
		for _, k := range first.order {
			if k>>valueBits == kind.family && second.words[k] != "" {
				out = append(out, feed.Common{Kind: kind.name, First: first.words[k], Second: second.words[k]})
			}
		}
	}
	return out
}

// A telling is the words of a text, by their terms, and its names.
type telling struct {
	words map[uint32]string
	order []uint32
	names []spelling
}

// A spelling is a name as a text has it.
type spelling struct {
	skeleton skeleton
	written  string
}

// read reads a text as Terms does.
func read(w *text.Words, found []feed.ConceptHit) telling {
	t := telling{words: make(map[uint32]string)}
	r := reader{w: w, language: languageKey(w), covered: covers(w, found)}
	r.seen = func(v term, p *text.Part, first, last int) {
		written := w.Raw(p, p.First+first, p.First+last+1)
		if t.words[v.key()] == "" {
			t.words[v.key()] = written
			t.order = append(t.order, v.key())
		}
		if v.kind() != kindName && v.kind() != kindOpen || slices.ContainsFunc(found, func(h feed.ConceptHit) bool { return h.First <= p.First+first && p.First+first < h.End }) {
			return // told by the concept
		}
		if k := skeletonOf(w.Words[p.First+first].Form, w.Language); k != 0 {
			t.names = append(t.names, spelling{k, written})
		}
	}
	for n := range w.Parts {
		if w.Parts[n].Field == feed.FieldCategory {
			break
		}
		r.part(&w.Parts[n])
	}
	return t
}

func sharedNames(a, b []spelling) (out []feed.Common) {
	used := make([]bool, len(b))
	seen := make(map[skeleton]bool)
	for _, n := range a {
		if seen[n.skeleton] {
			continue
		}
		seen[n.skeleton] = true
		for j := range b {
			if !used[j] && n.skeleton.alike(b[j].skeleton) {
				used[j] = true
				out = append(out, feed.Common{Kind: "name", First: n.written, Second: b[j].written})
				break
			}
		}
	}
	return out
}

// sharedConcepts are those that were found in both, in the order of their ids.
func sharedConcepts(a, b *text.Words, inA, inB []feed.ConceptHit) (out []feed.Common) {
	written := func(w *text.Words, h feed.ConceptHit) string { return w.Raw(w.Part(h.First), h.First, h.End) }
	for _, h := range inA {
		if slices.ContainsFunc(out, func(c feed.Common) bool { return c.Concept == h.Concept }) {
			continue
		}
		if i := slices.IndexFunc(inB, func(o feed.ConceptHit) bool { return o.Concept == h.Concept }); i >= 0 {
			out = append(out, feed.Common{Kind: string(h.Kind), Concept: h.Concept, First: written(a, h), Second: written(b, inB[i])})
		}
	}
	slices.SortFunc(out, func(x, y feed.Common) int { return cmp.Compare(x.Concept, y.Concept) })
	return out
}
