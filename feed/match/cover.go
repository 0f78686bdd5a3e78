package match

import (
	"slices"
	"strings"
)

// covers finds, for each pattern, the others that hit wherever it does.
type covers struct {
	patterns []pattern
	index    *index
	near     map[patternID]nearID
}

func newCovers(m *Matcher, c *compiler) *covers {
	v := &covers{patterns: c.patterns, index: m.index, near: make(map[patternID]nearID, len(c.near))}
	for _, n := range c.near {
		v.near[n.pattern] = n
	}
	return v
}

// all gives the patterns that cover each, by pattern.
func (v *covers) all() [][]patternID {
	out := make([][]patternID, len(v.patterns))
	for q := range v.patterns {
		out[q] = v.of(patternID(q))
	}
	return out
}

// of gives the patterns that cover q, itself aside, in their order.
func (v *covers) of(q patternID) []patternID {
	if n, ok := v.near[q]; ok { // hits only where both sides do
		out := append(v.of(n.sides[0]), v.of(n.sides[1])...)
		out = append(out, n.sides[:]...)
		slices.Sort(out)
		return slices.Compact(out)
	}
	var out []patternID
	for i := range v.patterns[q].phrases {
		some := v.phrase(q, &v.patterns[q].phrases[i])
		slices.Sort(some)
		some = slices.Compact(some)
		if i > 0 {
			some = slices.DeleteFunc(some, func(p patternID) bool { return !slices.Contains(out, p) })
		}
		out = some
	}
	return out
}

// phrase gives the patterns with a phrase that stands wherever one does: the
// phrase is looked up like a text.
func (v *covers) phrase(q patternID, ph *phrase) (out []patternID) {
	x := v.index
	var found []candidate
	for i, w := range ph.words {
		found, _ = x.candidates(found[:0], i, w.form)
		for _, c := range found {
			for _, n := range x.postings[x.starts[c.id]:x.starts[c.id+1]] {
				f := &x.phrases[n]
				first := i - int(f.under)
				if f.pattern != q && first >= 0 && first+int(f.n) <= len(ph.words) &&
					ph.in&^f.in == 0 && ph.where&^f.where == 0 && v.stands(f, ph.words[first:]) {
					out = append(out, f.pattern)
				}
			}
		}
	}
	return out
}

// stands reports whether a filed phrase stands in every text at whose place the
// words do.
func (v *covers) stands(f *filed, words []phraseWord) bool {
	for k, pw := range v.index.phraseWords(f) {
		w, form := &words[k], v.index.forms[pw.id]
		switch {
		case pw.prefix && !strings.HasPrefix(w.form, form),
			!pw.prefix && (w.prefix || w.form != form),
			pw.capitals && !w.capitals:
			return false
		}
		if pw.cased {
			want := v.index.cased[f.first+uint32(k)]
			if w.cased == "" || pw.prefix && !strings.HasPrefix(w.cased, want) || !pw.prefix && w.cased != want {
				return false
			}
		}
	}
	return true
}
