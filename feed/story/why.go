package story

import (
	"cmp"
	"math"
	"slices"
	"time"

	"topicwire/feed"
	"topicwire/feed/html"
	"topicwire/feed/text"
)

// maxShared is how many shared words a likeness names, and maxMarkup how many
// bytes of a content are searched for them: terms are of its beginning.
const (
	maxShared = 10
	maxMarkup = 4 << 10
)

// likeness is why an entry was placed with another, right after the search that
// found it.
func (x *Index) likeness(e *feed.StoredEntry, n *near, r *rule) *feed.Likeness {
	l := &feed.Likeness{
		Score: short(r.score), Needed: r.needed,
		Mean: short(r.mean), MeanNeeded: r.meanNeeded,
		Title: short(r.title), TitleNeeded: r.titleNeeded,
		Rule:  r.name,
		Apart: time.Duration(e.When().UnixMilli()-n.doc.when) * time.Millisecond,
	}
	if l.Apart < 0 {
		l.Apart = -l.Apart
	}
	partner := make(map[uint32]bool, maxTerms)
	for _, f := range n.doc.terms {
		partner[x.table.lists[f.list()].key] = true
	}
	var both []sought
	var sum uint64
	numbers := map[uint32]bool{} // its own, where the other's differ
	for _, q := range x.search.terms {
		if f := family(q.kind()); n.across && f == familyWord || !n.across && f >= familySkeleton {
			continue // it does not count there, or is told by its word
		}
		switch {
		case partner[q.key()]:
			both = append(both, q)
			sum += uint64(q.weight) * uint64(q.weight)
		case contradicts(q.kind()) && n.its > 0:
			numbers[q.key()] = true
		}
	}
	slices.SortFunc(both, func(a, b sought) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.key(), b.key()))
	})
	words, order := wordsOf(e)
	for _, q := range both {
		if len(l.Shared) == maxShared {
			break
		}
		if words[q.key()] == "" {
			continue // it stands behind much markup
		}
		share := float64(uint64(q.weight)*uint64(q.weight)) / float64(sum)
		l.Shared = append(l.Shared, feed.SharedWord{Word: words[q.key()], Share: short(share)})
	}
	for _, hash := range order {
		if numbers[hash] {
			l.Numbers = append(l.Numbers, words[hash])
		}
	}
	return l
}

// short keeps three places: more say nothing.
func short(v float64) float64 { return math.Round(v*1000) / 1000 }

// wordsOf gives each term's word as it first stands in an entry's texts, and the
// terms in the order of the text.
func wordsOf(e *feed.StoredEntry) (words map[uint32]string, order []uint32) {
	parts := text.Parts{
		feed.FieldTitle:   {e.Title},
		feed.FieldSummary: {html.Text(e.Summary)},
		feed.FieldContent: {html.Text(e.Content[:min(len(e.Content), maxMarkup)])},
	}
	if e.FullText != "" {
		parts[feed.FieldContent] = append(parts[feed.FieldContent], html.Text(e.FullText[:min(len(e.FullText), maxMarkup)]))
	}
	w := text.Cut(&parts, e.Language)
	words = make(map[uint32]string, maxTerms)
	r := reader{w: w, language: languageKey(w), seen: func(t term, p *text.Part, first, last int) {
		if _, known := words[t.key()]; !known {
			words[t.key()] = w.Raw(p, p.First+first, p.First+last+1)
			order = append(order, t.key())
		}
	}}
	for n := range w.Parts {
		r.part(&w.Parts[n])
	}
	return words, order
}
