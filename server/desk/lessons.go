package desk

import (
	"cmp"
	"strings"

	"topicwire/feed"
)

// A lesson is a labelled entry as suggestions are learned from it.
type lesson struct {
	wording
	language string
	right    bool
	story    int     // what lessons of one story share is no second witness
	share    float64 // how much it counts
	base     float64 // its score by the rules in force
	folds    [deals]int
}

// A tally counts where a pattern hits, by story: an event that is told five times
// counts once. Lessons of one story come one after the other.
type tally struct {
	right, wrong int
	last         [2]int // the story counted last of each, and 1
}

func (t *tally) add(l *lesson) {
	last, n := &t.last[side(l)], &t.wrong
	if l.right {
		n = &t.right
	}
	if *last != l.story+1 {
		*last = l.story + 1
		*n++
	}
}

// lessons makes lessons of witnesses, in an order that does not depend on theirs.
// Entries of one story come one after the other and share what one of them would
// count, each language for itself: the words of one are not those of another.
func lessons(witnesses []witness) (*vocabulary, []*lesson, []*witness) {
	type told struct {
		*witness
		text, story string // story tells the entry apart from others: its story, else its text
	}
	sorted := make([]told, len(witnesses))
	for i := range witnesses {
		w := &witnesses[i]
		t := textOf(w)
		sorted[i] = told{w, t, "text " + t}
		if w.story != "" {
			sorted[i].story = "story " + w.story
		}
	}
	feed.SortBy(sorted, func(a, b told) int {
		return cmp.Or(strings.Compare(a.story, b.story), strings.Compare(a.words.Language, b.words.Language), strings.Compare(a.text, b.text))
	})
	v := newVocabulary()
	var out []*lesson
	var from []*witness
	var piles []pile
	for i, w := range sorted {
		if i == 0 || w.story != sorted[i-1].story {
			piles = append(piles, pile{hash: hashOf(w.story)})
		}
		l := &lesson{wording: v.wording(w.words), language: w.words.Language, right: w.right, story: len(piles) - 1, share: w.weight}
		p := &piles[l.story]
		p.lessons, p.right = append(p.lessons, l), p.right || l.right
		out, from = append(out, l), append(from, w.witness)
	}
	shareOut(out)
	deal(piles)
	return v, out, from
}

func textOf(w *witness) string {
	parts := []string{w.entry.Title, w.entry.Summary, w.entry.Content}
	if w.entry.FullText != "" {
		parts = append(parts, w.entry.FullText)
	}
	for _, c := range w.entry.Categories {
		parts = append(parts, c.Text())
	}
	return strings.Join(parts, "\x00")
}

// shareOut divides among the lessons of one story, language and side what one of
// them counts.
func shareOut(lessons []*lesson) {
	type kind struct {
		story    int
		language string
		right    bool
	}
	n := make(map[kind]float64)
	of := func(l *lesson) kind { return kind{l.story, l.language, l.right} }
	for _, l := range lessons {
		n[of(l)]++
	}
	for _, l := range lessons {
		l.share /= n[of(l)]
	}
}

// A pile is the lessons of one story.
type pile struct {
	hash    uint64
	lessons []*lesson
	right   bool // one of them is
}

// deal puts whole stories into folds, those of the topic and the others in turn,
// in the order of their hashes: neighbours of a file are often alike.
func deal(piles []pile) {
	for round := range deals {
		feed.SortBy(piles, func(a, b pile) int { return cmp.Compare(a.hash, b.hash) })
		var dealt [2]int
		for i := range piles {
			p := &piles[i]
			n := &dealt[oneIf(p.right)]
			for _, l := range p.lessons {
				l.folds[round] = *n % folds
			}
			*n++
			p.hash *= 0x9e3779b97f4a7c15 // another order
		}
	}
}
