package desk

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
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
	side, n := 0, &t.wrong
	if l.right {
		side, n = 1, &t.right
	}
	if t.last[side] != l.story+1 {
		t.last[side] = l.story + 1
		*n++
	}
}

// A gathering finds the patterns that are right in enough lessons.
type gathering struct {
	v       *vocabulary
	lessons []*lesson // by story
	least   int       // stories in which a pattern must be right
	words   int       // that a phrase has at most

	idle    []string         // sorted
	telling []bool           // by form
	forms   []tally          // by form
	caps    map[int32]*tally // by form, in capitals
	stems   []string
	stemOf  map[int32]string // by form, its own stem for phrases
}

func (g *gathering) gather() []feature {
	idle := idleWords()
	g.telling = g.v.telling(idle)
	g.idle = slices.Sorted(maps.Keys(idle))
	g.countForms()
	g.countStems()
	var out []feature
	for f := range g.forms {
		if g.telling[f] && g.forms[f].right >= g.least {
			out = append(out, feature{[]unit{{form: g.v.forms[f]}}})
		}
		if c := g.caps[int32(f)]; g.telling[f] && c != nil && c.right >= g.least {
			out = append(out, feature{[]unit{{form: g.v.forms[f], capitals: true}}})
		}
	}
	for _, s := range g.stems {
		out = append(out, feature{[]unit{{form: s, star: true}}})
	}
	if g.words > 1 {
		out = append(out, g.phrases()...)
	}
	slices.SortFunc(out, func(a, b feature) int { return a.compare(&b) })
	return out
}

func (g *gathering) countForms() {
	g.forms = make([]tally, len(g.v.forms))
	g.caps = make(map[int32]*tally)
	for _, l := range g.lessons {
		for _, w := range l.words {
			if w.form < 0 {
				continue
			}
			g.forms[w.form].add(l)
			if w.capitals {
				c := g.caps[w.form]
				if c == nil {
					c = new(tally)
					g.caps[w.form] = c
				}
				c.add(l)
			}
		}
	}
}

// countStems keeps the stems that are right often enough.
func (g *gathering) countStems() {
	var sorted []string
	for f := range g.forms {
		if t := &g.forms[f]; t.right+t.wrong > 0 && g.telling[f] {
			sorted = append(sorted, g.v.forms[f])
		}
	}
	slices.Sort(sorted)
	g.stemOf = make(map[int32]string)
	for _, s := range stems(sorted) {
		from, _ := slices.BinarySearch(sorted, s)
		end := from
		for end < len(sorted) && strings.HasPrefix(sorted[end], s) {
			end++
		}
		if !g.sound(s, sorted[from:end]) {
			continue
		}
		g.stems = append(g.stems, s)
		for _, f := range sorted[from:end] {
			g.stemOf[g.v.ids[f]] = s // stems are sorted: the longest comes last
		}
	}
}

// sound reports whether a stem is right often enough with the words it takes, and
// takes hardly one that was never right: газ* takes газета.
func (g *gathering) sound(stem string, takes []string) bool {
	right, strange, farthest := 0, 0, 0
	for _, f := range takes {
		t := &g.forms[g.v.ids[f]]
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
	return right >= g.least && strange <= right/10 && farthest-n <= maxEnding && !g.beginsIdle(stem)
}

// beginsIdle reports whether an idle word begins with a stem.
func (g *gathering) beginsIdle(stem string) bool {
	i, _ := slices.BinarySearch(g.idle, stem)
	return i < len(g.idle) && strings.HasPrefix(g.idle[i], stem)
}

// maxWords is how many words a suggested phrase has at most.
const maxWords = 3

// A phraseKey is a phrase by the numbers of its forms; a stem is -2 less its
// number; -1 stands for no word.
type phraseKey [maxWords]int32

// phrases are those that are right often enough, of forms as they stand and of
// their stems.
func (g *gathering) phrases() []feature {
	number := make(map[string]int32, len(g.stems))
	for i, s := range g.stems {
		number[s] = int32(i)
	}
	tallies := make(map[phraseKey]*tally)
	count := func(k phraseKey, l *lesson) {
		t := tallies[k]
		if t == nil {
			t = new(tally)
			tallies[k] = t
		}
		t.add(l)
	}
	for _, l := range g.lessons {
		if !l.right {
			continue
		}
		g.eachPhrase(l, func(words []occurrence) {
			plain, stemmed := phraseKey{-1, -1, -1}, phraseKey{-1, -1, -1}
			for k, w := range words {
				plain[k], stemmed[k] = w.form, w.form
				if s, ok := g.stemOf[w.form]; ok {
					stemmed[k] = -2 - number[s]
				}
			}
			count(plain, l)
			if stemmed != plain {
				count(stemmed, l)
			}
		})
	}
	var out []feature
	for k, t := range tallies { // sorted by who asks
		if t.right < g.least {
			continue
		}
		var f feature
		for _, u := range k {
			switch {
			case u >= 0:
				f.units = append(f.units, unit{form: g.v.forms[u]})
			case u < -1:
				f.units = append(f.units, unit{form: g.stems[-2-u], star: true})
			}
		}
		out = append(out, f)
	}
	return out
}

// eachPhrase visits the runs of words of one part that begin and end with a word
// that tells something.
func (g *gathering) eachPhrase(l *lesson, visit func([]occurrence)) {
	for i, w := range l.words {
		if w.form < 0 || !g.telling[w.form] {
			continue
		}
		for n := 2; n <= min(g.words, len(l.words)-i); n++ {
			last := l.words[i+n-1].form
			if last < 0 {
				break
			}
			if g.telling[last] {
				visit(l.words[i : i+n])
			}
		}
	}
}
