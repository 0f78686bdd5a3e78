package desk

import (
	"cmp"
	"encoding/binary"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"topicwire/feed/text"
)

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
	slices.SortFunc(kept, func(a, b contender) int {
		return cmp.Or(cmp.Compare(b.merit, a.merit), b.starred()-a.starred(), a.compare(&b.feature))
	})
	kept = unlike(kept)
	return kept[:min(len(kept), most)]
}

// inflected reports whether words of a language change at their ends so much that
// a star goes before the bare form.
func inflected(language string) bool { return language != "" && !text.OneOf(language, []string{"en"}) }

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
