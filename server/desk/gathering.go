package desk

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"topicwire/feed"
)

// A gathering finds the patterns that are right in enough lessons.
type gathering struct {
	v       *vocabulary
	lessons []*lesson // by story
	least   int       // stories in which a pattern must be right
	words   int       // that a phrase has at most

	idle    []string // sorted
	telling []bool   // by form
	tallies map[phraseKey]*tally
	stems   []string
	stemOf  map[int32]int32 // by form, the key of its own stem for phrases
}

// maxWords is how many words a suggested phrase has at most.
const maxWords = 3

// A phraseKey is a word or phrase by what it is made of: twice the number of a
// form, and 1 more where it must stand in capitals; -2 less the number of a stem;
// -1 for no word.
type phraseKey [maxWords]int32

func keyOf(units ...int32) phraseKey {
	k := phraseKey{-1, -1, -1}
	copy(k[:], units)
	return k
}

func (g *gathering) count(k phraseKey, l *lesson) {
	if g.tallies[k] == nil {
		g.tallies[k] = new(tally)
	}
	g.tallies[k].add(l)
}

func (g *gathering) gather() []feature {
	idle := idleWords()
	g.telling, g.tallies = g.v.telling(idle), make(map[phraseKey]*tally)
	g.idle = slices.Sorted(maps.Keys(idle))
	for _, l := range g.lessons {
		for _, w := range l.words {
			if w.form >= 0 && g.telling[w.form] {
				g.count(keyOf(2*w.form), l)
				if w.capitals {
					g.count(keyOf(2*w.form+1), l)
				}
			}
		}
	}
	g.countStems()
	g.countPhrases()
	var out []feature
	for k, t := range g.tallies {
		if t.right >= g.least {
			out = append(out, g.feature(k))
		}
	}
	for _, s := range g.stems {
		out = append(out, feature{[]unit{{form: s, star: true}}})
	}
	feed.SortBy(out, func(a, b feature) int { return a.compare(&b) })
	return out
}

func (g *gathering) feature(k phraseKey) (f feature) {
	for _, u := range k {
		switch {
		case u >= 0:
			f.units = append(f.units, unit{form: g.v.forms[u/2], capitals: u%2 == 1})
		case u < -1:
			f.units = append(f.units, unit{form: g.stems[-2-u], star: true})
		}
	}
	return f
}

// of is the tally of a form by itself.
func (g *gathering) of(form string) *tally { return g.tallies[keyOf(2*g.v.ids[form])] }

// countStems keeps the stems that are right often enough.
func (g *gathering) countStems() {
	var sorted []string
	for k := range g.tallies {
		if k[0]%2 == 0 {
			sorted = append(sorted, g.v.forms[k[0]/2])
		}
	}
	slices.Sort(sorted)
	g.stemOf = make(map[int32]int32)
	for _, s := range stems(sorted) {
		from, _ := slices.BinarySearch(sorted, s)
		end := from
		for end < len(sorted) && strings.HasPrefix(sorted[end], s) {
			end++
		}
		if !g.sound(s, sorted[from:end]) {
			continue
		}
		for _, f := range sorted[from:end] {
			g.stemOf[g.v.ids[f]] = -2 - int32(len(g.stems)) // stems are sorted: the longest comes last
		}
		g.stems = append(g.stems, s)
	}
}

// sound reports whether a stem is right often enough with the words it takes, and
// takes hardly one that was never right: газ* takes газета.
func (g *gathering) sound(stem string, takes []string) bool {
	right, strange, farthest := 0, 0, 0
	for _, f := range takes {
		t := g.of(f)
		right += t.right
		if t.right == 0 {
			strange += t.wrong
		} else {
			farthest = max(farthest, utf8.RuneCountInString(f))
		}
	}
	n := utf8.RuneCountInString(stem)
	// Three letters are hardly ever the beginning of one word only.
	if n == minStem && (strange > 0 || len(takes) == 0 || takes[0] != stem) {
		return false
	}
	idle, _ := slices.BinarySearch(g.idle, stem)
	beginsIdle := idle < len(g.idle) && strings.HasPrefix(g.idle[idle], stem)
	return right >= g.least && strange <= right/10 && farthest-n <= maxEnding && !beginsIdle
}

// countPhrases counts the runs of words of one part that begin and end with a word
// that tells something, of forms as they stand and of their stems. What is never
// right is of no interest.
func (g *gathering) countPhrases() {
	for _, l := range g.lessons {
		if !l.right {
			continue
		}
		for i, first := range l.words {
			if first.form < 0 || !g.telling[first.form] {
				continue
			}
			plain, stemmed := keyOf(), keyOf()
			for n, w := range l.words[i:min(i+g.words, len(l.words))] {
				if w.form < 0 {
					break
				}
				plain[n], stemmed[n] = 2*w.form, 2*w.form
				if s, ok := g.stemOf[w.form]; ok {
					stemmed[n] = s
				}
				if n > 0 && g.telling[w.form] {
					g.count(plain, l)
					if stemmed != plain {
						g.count(stemmed, l)
					}
				}
			}
		}
	}
}
