package match

import (
	"fmt"
	"testing"

	"topicwire/feed"
	"topicwire/feed/text"
)

// concepts makes n concepts of ten patterns each, mostly words with a star, as
// people list a thing's names in several languages.
func (w *world) concepts(n int) []feed.Concept {
	out := make([]feed.Concept, n)
	for i := range out {
		k := &out[i]
		k.ID, k.Kind = fmt.Sprint("concept-", i), feed.ConceptKinds()[i%5]
		seen := map[string]bool{}
		for len(k.Rules) < 10 {
			p := w.pattern()
			if _, f := parse(reading{written: p, translit: true}); f == nil && !seen[p] && len([]rune(p)) > 4 {
				seen[p] = true
				k.Rules = append(k.Rules, feed.Rule{Pattern: p})
			}
		}
	}
	return out
}

// BenchmarkConcepts looks for 400 concepts of 4,000 patterns in a title with a
// summary of 200 letters, and with 5,000. Budget: 10 µs for the former.
func BenchmarkConcepts(b *testing.B) {
	w := newWorld()
	c, problems := CompileConcepts(w.concepts(400))
	if c == nil {
		b.Fatal(problems)
	}
	for _, letters := range []int{200, 5000} {
		entries := w.entries(500, letters)
		cut := make([]*text.Words, len(entries))
		for i := range entries {
			cut[i] = text.Cut(&entries[i].parts, entries[i].lang)
		}
		b.Run(fmt.Sprintf("letters=%d", letters), func(b *testing.B) {
			b.ReportAllocs()
			hits, i := 0, 0
			for b.Loop() {
				hits += len(c.Find(cut[i%len(cut)]))
				i++
			}
			b.ReportMetric(float64(hits)/float64(i), "hits/op")
		})
	}
}

// BenchmarkCompileConcepts compiles 400 concepts of 4,000 patterns.
func BenchmarkCompileConcepts(b *testing.B) {
	concepts := newWorld().concepts(400)
	for b.Loop() {
		CompileConcepts(concepts)
	}
}
