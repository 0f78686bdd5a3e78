package desk

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"
)

// lessons makes lessons of witnesses, in an order that does not depend on theirs.
// Entries of one story come one after the other and share what one of them would
// count, each language for itself: the words of one are not those of another.
func lessons(witnesses []witness) (*vocabulary, []*lesson, []*witness) {
	all := make([]*witness, len(witnesses))
	keys := make(map[*witness]string, len(witnesses))
	for i := range witnesses {
		w := &witnesses[i]
		all[i], keys[w] = w, storyOfWitness(w)
	}
	slices.SortStableFunc(all, func(a, b *witness) int {
		return cmp.Or(strings.Compare(keys[a], keys[b]), strings.Compare(a.words.Language, b.words.Language), strings.Compare(textOf(a), textOf(b)))
	})
	v := newVocabulary()
	out := make([]*lesson, len(all))
	last := ""
	story := -1
	for i, w := range all {
		if k := keys[w]; i == 0 || k != last {
			story++
			last = k
		}
		out[i] = &lesson{wording: v.wording(w.words), language: w.words.Language, right: w.right, story: story, share: w.weight}
	}
	shareOut(out)
	deal(out, func(i int) string { return keys[all[i]] })
	return v, out, all
}

// storyOfWitness is what an entry is told apart from others by: its story, else
// its text.
func storyOfWitness(w *witness) string {
	if w.story != "" {
		return "story " + w.story
	}
	return "text " + textOf(w)
}

func textOf(w *witness) string {
	parts := []string{w.entry.Title, w.entry.Summary, w.entry.Content}
	for _, c := range w.entry.Categories {
		parts = append(parts, c.Text())
	}
	return strings.Join(parts, "\x00")
}

// shareOut divides among the lessons of one story, language and side what one of
// them counts.
func shareOut(all []*lesson) {
	type kind struct {
		story    int
		language string
		right    bool
	}
	n := make(map[kind]int)
	for _, l := range all {
		n[kind{l.story, l.language, l.right}]++
	}
	for _, l := range all {
		l.share /= float64(n[kind{l.story, l.language, l.right}])
	}
}

// deal puts whole stories into folds, those of the topic and the others in turn,
// in the order of their hashes: neighbours of a file are often alike.
func deal(all []*lesson, key func(i int) string) {
	type pile struct {
		hash       uint64
		first, end int
		right      bool
	}
	var piles []pile
	for i, l := range all {
		if i == 0 || all[i-1].story != l.story {
			h := fnv.New64a()
			h.Write([]byte(key(i)))
			piles = append(piles, pile{hash: h.Sum64(), first: i})
		}
		p := &piles[len(piles)-1]
		p.end, p.right = i+1, p.right || l.right
	}
	for round := range deals {
		slices.SortStableFunc(piles, func(a, b pile) int { return cmp.Compare(a.hash, b.hash) })
		var dealt [2]int
		for i := range piles {
			p := &piles[i]
			n := &dealt[0]
			if p.right {
				n = &dealt[1]
			}
			for _, l := range all[p.first:p.end] {
				l.folds[round] = *n % folds
			}
			*n++
			p.hash *= 0x9e3779b97f4a7c15 // another order
		}
	}
}
