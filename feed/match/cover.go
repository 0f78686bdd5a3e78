package match

import (
	"slices"
	"strings"
)

// covers gives, for each pattern, the others that hit wherever it does.
func (m *Matcher) covers() [][]patternID {
	near := make(map[patternID]nearID, len(m.near.all))
	for _, n := range m.near.all {
		near[n.pattern] = n
	}
	out := make([][]patternID, len(m.starts)-1)
	for q := range out {
		p := patternID(q)
		if n, ok := near[p]; ok { // hits only where both sides do, which are numbered before it
			out[q] = slices.Concat(out[n.sides[0]], out[n.sides[1]], n.sides[:])
			slices.Sort(out[q])
			out[q] = slices.Compact(out[q])
			continue
		}
		for i, ph := range m.index.phrasesOf(p) {
			cover := m.index.covers(&ph)
			if i > 0 {
				cover = slices.DeleteFunc(cover, func(p patternID) bool { return !slices.Contains(out[q], p) })
			}
			out[q] = cover
		}
	}
	return out
}

// covers gives the other patterns with a phrase that stands wherever one does:
// the phrase is looked up like a text.
func (x *index) covers(ph *filed) (out []patternID) {
	var found []candidate
	words := x.phraseWords(ph)
	for i, w := range words {
		found, _ = x.candidates(found[:0], i, x.forms[w.id])
		for _, c := range found {
			for _, n := range x.postings[x.starts[c.id]:x.starts[c.id+1]] {
				f := &x.phrases[n]
				first := i - int(f.under)
				if f.pattern != ph.pattern && first >= 0 && first+int(f.n) <= len(words) &&
					ph.in&^f.in == 0 && ph.where&^f.where == 0 && x.standsIn(f, ph, first) {
					out = append(out, f.pattern)
				}
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// standsIn reports whether a phrase stands in every text in which the words of
// another one from first on do.
func (x *index) standsIn(f, other *filed, first int) bool {
	for k, pw := range x.phraseWords(f) {
		w, want := x.phraseWords(other)[first+k], x.forms[pw.id]
		form := x.forms[w.id]
		switch {
		case pw.prefix && !strings.HasPrefix(form, want),
			!pw.prefix && (w.prefix || form != want),
			pw.capitals && !w.capitals:
			return false
		}
		if pw.cased {
			want, cased := x.cased[f.first+uint32(k)], x.cased[other.first+uint32(first+k)]
			if !w.cased || pw.prefix && !strings.HasPrefix(cased, want) || !pw.prefix && cased != want {
				return false
			}
		}
	}
	return true
}
