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
