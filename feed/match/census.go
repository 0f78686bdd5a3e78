package match

import "topicwire/feed/text"

// A Census counts in how many entries each pattern of a Matcher hits, for Lint.
// It is for one goroutine.
type Census struct {
	m       *Matcher
	entries int
	counts  []int32 // by pattern
	search  search
	last    []int32 // the entry, counted from 1, in which a pattern hit last
}

// NewCensus begins a census of the patterns of m.
func NewCensus(m *Matcher) *Census {
	n := len(m.starts) - 1
	return &Census{m: m, counts: make([]int32, n), last: make([]int32, n)}
}

// Add counts an entry by its words, as Read gives them.
func (c *Census) Add(w *text.Words) {
	c.entries++
	c.m.index.find(&c.search, w, func(f *filed, _ int) {
		if c.last[f.pattern] != int32(c.entries) {
			c.last[f.pattern] = int32(c.entries)
			c.counts[f.pattern]++
		}
	})
}

// Entries is how many entries were added.
func (c *Census) Entries() int { return c.entries }

// Bounds of what Lint calls common.
const (
	enoughEntries = 1000 // entries that tell how common a word is
	commonShare   = 0.1  // of them
)

// common reports whether a pattern hits too many entries, and their share.
func (c *Census) common(p patternID) (share float64, ok bool) {
	if c == nil || c.entries < enoughEntries {
		return 0, false
	}
	share = float64(c.counts[p]) / float64(c.entries)
	return share, share > commonShare
}

// stopWords are words that stand in most texts of a language, of which a pattern
// alone says nothing: English, Russian, Uzbek in both scripts, by their forms.
func stopWords() map[string]bool {
	const words = `a about after all also an and are as at be been but by can for from had has have he her his if in
		into is it its more not of on or our said she so than that the their them they this to up was we were what when
		which who will with would you
		а без более бы был была были было быть в во вот все для до его ее если же за и из или им их к как ко когда кто ли
		мы на не но о об он она они от по под при с со так также то только у уже что чтобы это этот я
		ва билан учун бу у эса ҳам бир деб бўлган бўлди мана шу ёки лекин аммо
		va bilan uchun bu u esa ham bir deb bolgan boldi mana shu yoki lekin ammo`
	out := make(map[string]bool)
	for _, w := range text.Cut(&text.Parts{{words}}, "uz").Words {
		out[w.Form] = true
	}
	return out
}
