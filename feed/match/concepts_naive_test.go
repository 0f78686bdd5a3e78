package match

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"topicwire/feed"
	"topicwire/feed/text"
)

// reach is a place of a concept in the words of the entry.
type reach struct{ first, end int }

// conceptPlaces are all places of a pattern, looked for word by word.
func (n naive) conceptPlaces(r feed.Rule) []reach {
	p, _ := parse(reading{r.Scope, true, r.Pattern})
	if p.near == nil {
		return n.reaches(p.phrases)
	}
	var out []reach
	sides := [2][]reach{n.reaches(p.near.sides[0].phrases), n.reaches(p.near.sides[1].phrases)}
	for i := range sides {
		for _, a := range sides[i] {
			if b, ok := n.nearest(a, sides[1-i]); ok && max(a.first-b.end, b.first-a.end)+1 <= p.near.within {
				out = append(out, reach{min(a.first, b.first), max(a.end, b.end)})
			}
		}
	}
	return out
}

// nearest is the one of the others that has the fewest words between it and a;
// of equals the one before it, then the shortest.
func (n naive) nearest(a reach, others []reach) (reach, bool) {
	others = slices.DeleteFunc(slices.Clone(others), func(b reach) bool {
		return b.first < a.end && a.first < b.end || n.w.Part(a.first) != n.w.Part(b.first)
	})
	if len(others) == 0 {
		return reach{}, false
	}
	return slices.MinFunc(others, func(b, c reach) int {
		return cmp.Or(
			cmp.Compare(max(a.first-b.end, b.first-a.end), max(a.first-c.end, c.first-a.end)),
			cmp.Compare(min(b.first, a.first), min(c.first, a.first)),
			cmp.Compare(b.end-b.first, c.end-c.first))
	}), true
}

func (n naive) reaches(phrases []phrase) []reach {
	var out []reach
	for _, s := range n.phrases(phrases) {
		if at := (reach{n.w.Parts[s.part].First + s.first, n.w.Parts[s.part].First + s.last + 1}); s.field != feed.FieldCategory && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// concepts are the hits of all concepts, as Find promises them.
func (n naive) concepts(concepts []feed.Concept) []feed.ConceptHit {
	var out []feed.ConceptHit
	for _, k := range concepts {
		var left []reach
		for _, r := range k.Rules {
			left = append(left, n.conceptPlaces(r)...)
		}
		for len(left) > 0 {
			best := slices.MinFunc(left, func(a, b reach) int {
				return cmp.Or(cmp.Compare(b.end-b.first, a.end-a.first), cmp.Compare(a.first, b.first))
			})
			out = append(out, feed.ConceptHit{Concept: k.ID, Kind: k.Kind, First: best.first, End: best.end})
			left = slices.DeleteFunc(left, func(a reach) bool { return a.first < best.end && best.first < a.end })
		}
	}
	slices.SortFunc(out, func(a, b feed.ConceptHit) int {
		return cmp.Or(cmp.Compare(a.First, b.First), cmp.Compare(a.End, b.End), cmp.Compare(a.Concept, b.Concept))
	})
	return out
}

// genConceptRule draws a pattern of words, some of them near others.
var genConceptRule = genLeaf.Filter(func(r feed.Rule) bool {
	return r.Scope == feed.ScopeText || r.Scope == feed.ScopeTitle || r.Scope == feed.ScopeExact
})

// TestConceptsEqualNaive holds Find to a search through all patterns at all
// words.
func TestConceptsEqualNaive(t *testing.T) {
	hits, together := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		var concepts []feed.Concept
		for _, id := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"d", "a", "c", "b"}), 1, 4, rapid.ID).Draw(t, "ids") {
			k := feed.Concept{ID: id, Kind: rapid.SampledFrom(feed.ConceptKinds()).Draw(t, "kind")}
			k.Rules = rapid.SliceOfN(genConceptRule, 1, 5).Draw(t, "rules")
			if c, _ := CompileConcepts([]feed.Concept{k}); c != nil {
				concepts = append(concepts, k)
			}
		}
		c, problems := CompileConcepts(concepts)
		if c == nil {
			t.Fatalf("each concept compiles alone, not all together: %v", problems)
		}
		for range 4 { // the scratch space is used again
			_, e, w := drawEntry(t)
			got, want := c.Find(w), naive{w, e, true}.concepts(concepts)
			if !slices.Equal(got, want) {
				t.Fatalf("%+v of %+v:\nfound %+v\nnaive %+v", w.Parts, concepts, got, want)
			}
			hits += len(got)
			if len(got) > 1 {
				together++
			}
		}
	})
	if hits < 20 || together < 10 {
		t.Errorf("%d hits, %d times several: the test shows nothing", hits, together)
	}
}

// FuzzConcepts holds Find to hits that lie in one part each and stand in order,
// whatever the text.
func FuzzConcepts(f *testing.F) {
	f.Add("Землетрясение в Ташкенте", "Earthquake in Osh, ШОС", "ru")
	f.Add("", "\xff SCO sco SCO", "")
	c := compileConcepts(f, region...)
	f.Fuzz(func(t *testing.T, title, summary, language string) {
		w := text.Cut(&text.Parts{{title}, {summary}, nil, {title}}, language)
		hits := c.Find(w)
		for i, h := range hits {
			part := w.Part(h.First)
			if h.First >= h.End || h.End > part.End || part.Field == feed.FieldCategory {
				t.Errorf("%+v is no place", h)
			}
			if i > 0 && hits[i-1].First > h.First {
				t.Errorf("out of order: %+v", hits)
			}
		}
	})
}
