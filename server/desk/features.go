package desk

import (
	"slices"
	"strings"
	"unicode/utf8"
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

// pattern is the feature as people write it.
func (f *feature) pattern() string {
	words := make([]string, len(f.units))
	for i, u := range f.units {
		words[i] = u.form
		if u.capitals {
			words[i] = strings.ToUpper(u.form)
		}
		if u.star {
			words[i] += "*"
		}
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
	firsts   map[string][]int32 // features by the form of their first unit
	stars    map[string][]int32 // likewise, of those whose first unit has a star
	byForm   [][]int32          // by form: the features that may begin with it; nil for unasked
	none     []int32

	hits    []int32
	inTitle []bool
	ends    []int
	touched []int32
}

func newFinder(v *vocabulary, features []feature) *finder {
	f := &finder{
		v: v, features: features, firsts: make(map[string][]int32), stars: make(map[string][]int32),
		byForm: make([][]int32, len(v.forms)), none: []int32{},
		hits: make([]int32, len(features)), inTitle: make([]bool, len(features)), ends: make([]int, len(features)),
	}
	for i := range features {
		u := &features[i].units[0]
		if u.star {
			f.stars[u.form] = append(f.stars[u.form], int32(i))
		} else {
			f.firsts[u.form] = append(f.firsts[u.form], int32(i))
		}
	}
	return f
}

// beginning are the features that a word of a form may begin.
func (f *finder) beginning(form int32) []int32 {
	if out := f.byForm[form]; out != nil {
		return out
	}
	s := f.v.forms[form]
	out := slices.Clone(f.firsts[s])
	n := 0
	for i, r := range s {
		if n++; n >= minStem {
			out = append(out, f.stars[s[:i+utf8.RuneLen(r)]]...)
		}
	}
	if out == nil {
		out = f.none
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
			if !f.stands(k, w.words, i) {
				continue
			}
			if f.hits[k] == 0 {
				f.touched = append(f.touched, k)
				f.inTitle[k] = t.title // the title is read first
			} else if i < f.ends[k] {
				continue // a word counts once
			}
			f.hits[k]++
			f.ends[k] = i + len(f.features[k].units)
		}
	}
	slices.Sort(f.touched)
	out := make([]value, len(f.touched))
	for i, k := range f.touched {
		title := 0
		if f.inTitle[k] {
			title = 1
		}
		out[i] = value{k, w.worth[min(f.hits[k], 2)-1][title]}
		f.hits[k] = 0
	}
	return out
}

func (f *finder) stands(k int32, words []occurrence, at int) bool {
	units := f.features[k].units
	if at+len(units) > len(words) {
		return false
	}
	for i := range units {
		if !units[i].finds(f.v, words[at+i]) {
			return false
		}
	}
	return true
}
