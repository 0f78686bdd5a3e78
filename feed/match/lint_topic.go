package match

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"topicwire/feed"
	"topicwire/feed/text"
)

// forbidden warns of a pattern of a topic that the topic's none keeps from ever
// counting. Those of a $list are left alone: it may serve other topics too.
func (l *linter) forbidden(t *topic, at stop, none members) bool {
	r := at.rule
	if at.group != nil {
		return r.List == "" && r.Op != feed.OpNone
	}
	by := none[at.pattern]
	if by == nil {
		by = none.covering(l.cover[at.pattern])
	}
	switch {
	case by == nil:
	case at.must:
		l.warn(r.Pos, "one of the two is too much", "topic %q can never match: %s must hit, and none forbids %s", t.ID, quoted(r), quoted(by))
	default:
		l.warn(r.Pos, "leave it out, or narrow the one under none", "pattern %s can never count in topic %q: none forbids %s", quoted(r), t.ID, quoted(by))
	}
	return true
}

// pattern lints a pattern by itself.
func (l *linter) pattern(n *node) {
	r := n.rule
	l.syntax(r)
	switch phrases := l.m.index.phrasesOf(n.pattern); {
	case n.regex != nil:
		l.regex(r)
	case r.Scope == feed.ScopeLink:
		if g, _ := parseGlob(r.Pattern); g.path != "" && !strings.ContainsAny(g.host, "*?.:") && g.host != "localhost" {
			l.warn(r.Pos, fmt.Sprintf("write */%s for a part of the path", strings.TrimLeft(r.Pattern, "/")),
				"link %q can never hit: no host is called %q", r.Pattern, g.host)
		}
	case len(phrases) > 0 && phrases[0].n == 1 && !phrases[0].where.has(feed.FieldAuthor):
		x := l.m.index
		w, cased := x.words[phrases[0].first], x.cased[phrases[0].first]
		if form := x.forms[w.id]; !w.prefix && !w.capitals && (cased == "" || cased == form) && l.stop[form] {
			l.warn(r.Pos, "write a longer phrase, or a rarer word", "pattern %s hits nearly every text", quoted(r))
		}
	}
}

// regex warns of what RE2 reads otherwise than people do: \b and \w know ASCII
// letters alone.
func (l *linter) regex(r *feed.Rule) {
	tree, err := syntax.Parse(r.Pattern, syntax.Perl)
	if err != nil {
		return
	}
	if fitsNothing(tree) {
		l.warn(r.Pos, "leave it out", "regex %q can never hit", r.Pattern)
		return
	}
	foreign := strings.ContainsFunc(r.Pattern, func(c rune) bool { return c >= utf8.RuneSelf && unicode.IsLetter(c) })
	if foreign && hasBoundary(tree) {
		l.warn(r.Pos, `write (^|\PL) before and (\PL|$) behind, or a pattern of words`,
			`regex %q has \b beside letters that it does not know: to \b only a to z are letters`, r.Pattern)
	}
}

// fitsNothing reports expressions that ask for a character of an empty set.
func fitsNothing(re *syntax.Regexp) bool {
	switch re.Op {
	case syntax.OpNoMatch:
		return true
	case syntax.OpCharClass:
		return len(re.Rune) == 0
	case syntax.OpConcat, syntax.OpCapture, syntax.OpPlus:
		return slices.ContainsFunc(re.Sub, fitsNothing)
	case syntax.OpAlternate:
		return !slices.ContainsFunc(re.Sub, func(sub *syntax.Regexp) bool { return !fitsNothing(sub) })
	}
	return false
}

func hasBoundary(re *syntax.Regexp) bool {
	return re.Op == syntax.OpWordBoundary || slices.ContainsFunc(re.Sub, hasBoundary)
}

// common warns of a single word that hits many of the entries of the census,
// where two hits of it, none in the title, are enough for a topic.
func (l *linter) common(p patternID) {
	share, ok := l.census.common(p)
	if ph := l.m.index.phrasesOf(p); !ok || len(ph) == 0 || ph[0].n > 1 {
		return
	}
	for _, i := range l.m.touched[l.m.starts[p]:l.m.starts[p+1]] {
		t := &l.m.topics[i]
		if !l.m.takesTwice(t, p) {
			continue
		}
		in := make(members)
		t.walk(func(at stop) bool {
			if at.group == nil && at.pattern == p {
				in.add(p, at.rule)
			}
			return at.anyOf() || at.above == nil && at.rule.Op != feed.OpNone
		})
		if r := in[p]; r != nil {
			l.warn(r.Pos, "write a longer phrase, or ask for another word under all",
				"pattern %s hits %.0f %% of %d stored entries, and alone brings them into topics", quoted(r), share*100, l.census.entries)
		}
	}
}

// takesTwice reports whether a topic takes a text of which nothing is known but
// that a pattern stands in it twice.
func (m *Matcher) takesTwice(t *topic, p patternID) bool {
	s := m.scratch.Get().(*scratch)
	defer m.scratch.Put(s)
	w := text.Cut(&text.Parts{feed.FieldSummary: {"a a"}}, "")
	w.Parts[0].Text = "" // for regexes
	s.begin(w)
	s.add(p, place{first: 0, n: 1, cut: -1})
	s.add(p, place{first: 1, n: 1, cut: -1})
	_, ok := s.takes(t)
	s.end()
	return ok
}

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
