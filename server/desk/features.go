package desk

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"topicwire/feed"
)

// A feature is a pattern that suggestions are made of: one to three words that
// stand one after the other.
type feature struct {
	units []unit
}

// A unit is one word of a feature.
type unit struct {
	form     string
	star     bool // any word that begins with form
	capitals bool // only where the word stands in capitals
}

// pattern is the unit as people write it.
func (u *unit) pattern() string {
	s := u.form
	if u.capitals {
		s = strings.ToUpper(s)
	}
	if u.star {
		s += "*"
	}
	return s
}

// pattern is the feature as people write it.
func (f *feature) pattern() string {
	words := make([]string, len(f.units))
	for i := range f.units {
		words[i] = f.units[i].pattern()
	}
	return strings.Join(words, " ")
}

// compare orders features: those of fewer words first, so that of two that find
// the same the simpler one is kept.
func (f *feature) compare(g *feature) int {
	if d := len(f.units) - len(g.units); d != 0 {
		return d
	}
	return strings.Compare(f.pattern(), g.pattern())
}

func (u *unit) finds(v *vocabulary, t occurrence) bool {
	switch {
	case t.form < 0:
		return false
	case u.star:
		return strings.HasPrefix(v.forms[t.form], u.form)
	}
	return v.forms[t.form] == u.form && (t.capitals || !u.capitals)
}

// A finder finds many features in entries.
type finder struct {
	v        *vocabulary
	features []feature
	starts   map[string][]int32 // features by the pattern of their first unit
	byForm   [][]int32          // by form: the features that may begin with it; nil for unasked

	found   []finding // by feature
	touched []int32
}

// A finding is where a feature was found in an entry.
type finding struct {
	hits  int
	title int // 1 where the first is in the title
	end   int // of the last
}

func newFinder(v *vocabulary, features []feature) *finder {
	f := &finder{
		v: v, features: features, starts: make(map[string][]int32),
		byForm: make([][]int32, len(v.forms)), found: make([]finding, len(features)),
	}
	for i := range features {
		u := features[i].units[0]
		u.capitals = false
		f.starts[u.pattern()] = append(f.starts[u.pattern()], int32(i))
	}
	return f
}

// beginning are the features that a word of a form may begin.
func (f *finder) beginning(form int32) []int32 {
	if out := f.byForm[form]; out != nil {
		return out
	}
	s := f.v.forms[form]
	out := append([]int32{}, f.starts[s]...)
	n := 0
	for i, r := range s {
		if n++; n >= minStem {
			out = append(out, f.starts[s[:i+utf8.RuneLen(r)]+"*"]...)
		}
	}
	f.byForm[form] = out
	return out
}

// A value is what a feature of weight 1 adds to the score of an entry.
type value struct {
	feature int32
	x       float64
}

// values are those of the features that hit an entry, in the order of the
// features: the sums that the product's score is made of.
func (f *finder) values(w *wording) []value {
	f.touched = f.touched[:0]
	for i, t := range w.words {
		if t.form < 0 {
			continue
		}
		for _, k := range f.beginning(t.form) {
			x := &f.found[k]
			if i < x.end || !f.stands(k, w.words[i:]) {
				continue // a word counts once
			}
			if x.hits == 0 {
				f.touched = append(f.touched, k)
				x.title = oneIf(t.title) // the title is read first
			}
			x.hits++
			x.end = i + len(f.features[k].units)
		}
	}
	slices.Sort(f.touched)
	out := make([]value, len(f.touched))
	for i, k := range f.touched {
		x := &f.found[k]
		out[i] = value{k, w.worth[min(x.hits, 2)-1][x.title]}
		*x = finding{}
	}
	return out
}

// stands reports whether words begin with a feature.
func (f *finder) stands(k int32, words []occurrence) bool {
	units := f.features[k].units
	if len(units) > len(words) {
		return false
	}
	for i := range units {
		if !units[i].finds(f.v, words[i]) {
			return false
		}
	}
	return true
}

// A contender is a feature with where it hits the lessons.
type contender struct {
	feature
	tally           // of stories
	language string // of most of the lessons that it is right in
	cells    []cell
	merit    float64
}

// doubtedStories is in how many further stories a feature is taken to be wrong:
// one that was never seen wrong is no sure sign for that.
const doubtedStories = 1

// contenders are the features that tell lessons that are right from the others,
// at most so many, the best first; of those that are much alike, the best.
func contenders(f *finder, lessons []*lesson, least, most int) []contender {
	found := make([]contender, len(f.features))
	languages := make([]map[string]int, len(f.features))
	var stories tally
	for i, l := range lessons {
		stories.add(l)
		for _, val := range f.values(&l.wording) {
			c := &found[val.feature]
			c.cells = append(c.cells, cell{int32(i), val.x})
			c.add(l)
			if l.right {
				of := &languages[val.feature]
				if *of == nil {
					*of = make(map[string]int)
				}
				(*of)[l.language]++
			}
		}
	}
	kept := found[:0]
	for i, c := range found {
		c.feature = f.features[i]
		p := float64(c.right) / float64(stories.right)
		q := (float64(c.wrong) + doubtedStories) / (float64(stories.wrong) + 2*doubtedStories)
		if c.right < least || p <= q {
			continue
		}
		for _, tag := range slices.Sorted(maps.Keys(languages[i])) {
			if languages[i][tag] > languages[i][c.language] {
				c.language = tag
			}
		}
		c.merit = p * math.Log(p/q) * c.narrowness()
		kept = append(kept, c)
	}
	feed.SortBy(kept, func(a, b contender) int {
		return cmp.Or(cmp.Compare(b.merit, a.merit), b.starred()-a.starred(), a.compare(&b.feature))
	})
	kept = unlike(kept)
	return kept[:min(len(kept), most)]
}

// narrowness takes a little merit from a star after few letters where words are
// hardly inflected: stri* is strike, and also string.
func (c *contender) narrowness() float64 {
	n := 1.0
	for _, u := range c.units {
		if u.star && !inflected(c.language) {
			n *= 1 - math.Pow(2, float64(2-utf8.RuneCountInString(u.form)))
		}
	}
	return n
}

// starred counts the stars that are worth having where two contenders hit alike.
func (c *contender) starred() (n int) {
	for _, u := range c.units {
		n += oneIf(u.star && inflected(c.language))
	}
	return n
}

// unlike leaves out contenders that hit as one before them does, and those nested
// with one before them that is right as often: a list with strike, strike* and
// stri* is hard to read and no better.
func unlike(in []contender) []contender {
	seen := make(map[string]bool)
	families := make(map[string][]int)
	out := in[:0:0]
	for i := range in {
		c := &in[i]
		place, family := placeOf(c.cells), firstLetters(c.units[0].form)
		if seen[place] || slices.ContainsFunc(families[family], func(k int) bool { return alike(&out[k], c) }) {
			continue
		}
		seen[place] = true
		families[family] = append(families[family], len(out))
		out = append(out, *c)
	}
	return out
}

// placeOf is where and how much a contender hits, as one text.
func placeOf(cells []cell) string {
	var b []byte
	for _, c := range cells {
		b = binary.NativeEndian.AppendUint64(binary.NativeEndian.AppendUint32(b, uint32(c.entry)), math.Float64bits(c.x))
	}
	return string(b)
}

func firstLetters(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), minStem)])
}

// alikeShare is how much of what the wider of two nested contenders is right in
// the narrower one has to share, for one of them to be enough.
const alikeShare = .5

func alike(a, b *contender) bool {
	return (a.holds(&b.feature) || b.holds(&a.feature)) && float64(min(a.right, b.right)) >= alikeShare*float64(max(a.right, b.right))
}

// holds reports whether a feature finds all that another one finds.
func (f *feature) holds(g *feature) bool {
	if len(f.units) != len(g.units) {
		return false
	}
	for i := range f.units {
		u, w := &f.units[i], &g.units[i]
		if u.capitals && !w.capitals || u.form != w.form && !(u.star && strings.HasPrefix(w.form, u.form)) || w.star && !u.star {
			return false
		}
	}
	return true
}
