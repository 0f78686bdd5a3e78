package match

import (
	"cmp"
	"slices"
	"strings"

	"topicwire/feed"
)

// Lint warns of rules that compile and yet hardly do what is meant: patterns
// that can never hit or never matter, that are contained in others, that have the
// query syntax of other programs, or that hit nearly everywhere, as a census of
// stored entries tells (nil for none). The problems stand in the order of their
// positions. What Compile reported is not repeated.
func (m *Matcher) Lint(census *Census) []feed.Problem {
	l := &linter{
		problems: newProblems(), m: m, stop: stopWords(), cover: m.covers(),
		linted: make(map[*group]bool), enough: make(map[*group]members),
	}
	if census != nil && census.m == m { // not of other rules
		l.census = census
	}
	for i := range m.topics {
		l.topic(&m.topics[i])
	}
	for p := range l.cover {
		l.common(patternID(p))
	}
	feed.SortBy(l.found, func(a, b feed.Problem) int {
		return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
	})
	return l.found
}

func comparePos(a, b feed.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

type linter struct {
	problems
	m      *Matcher
	census *Census
	stop   map[string]bool
	cover  [][]patternID // by pattern, those that hit wherever it does
	linted map[*group]bool
	enough map[*group]members
}

// members are patterns of which one is enough, as first written.
type members map[patternID]*feed.Rule

func (m members) add(p patternID, r *feed.Rule) {
	if before := m[p]; before == nil || comparePos(r.Pos, before.Pos) < 0 {
		m[p] = r
	}
}

// covering is the first of some patterns that are among the members, nil for
// none.
func (m members) covering(cover []patternID) *feed.Rule {
	for _, p := range cover {
		if r := m[p]; r != nil {
			return r
		}
	}
	return nil
}

func (l *linter) topic(t *topic) {
	forbidden := make(members)
	for i := range t.rules.parts {
		n := &t.rules.parts[i]
		l.node(n)
		if n.rule.Op == feed.OpNone {
			forbidden = l.members(n.group)
		}
	}
	if len(forbidden) > 0 {
		t.walk(func(at stop) bool { return l.forbidden(t, at, forbidden) })
	}
}

// node lints a rule with all that is in it; a $list once.
func (l *linter) node(n *node) {
	g := n.group
	switch {
	case g == nil:
		l.pattern(n)
		return
	case l.linted[g]:
		return
	case g.sums:
		for i := range g.parts {
			if r := g.parts[i].rule; r.Weight == 0 {
				l.warn(r.Pos, "give it a weight, or leave it out", "the weight of %s is 0: it changes no score", quoted(r))
			}
		}
	case n.rule.Op == feed.OpAll:
		l.redundant(g)
	case g.need == 1:
		l.contained(g)
	}
	l.linted[g] = true
	for i := range g.parts {
		l.node(&g.parts[i])
	}
}

// anyOf reports whether one part is enough for a node to hold.
func (n *node) anyOf() bool { return n.group != nil && n.rule.Op == feed.OpAny }

// own are the patterns of a group of which one is enough, and the lists in it.
func (g *group) own() (own members, lists []*node) {
	own = make(members)
	var gather func(g *group)
	gather = func(g *group) {
		for i := range g.parts {
			switch n := &g.parts[i]; {
			case n.rule.List != "":
				lists = append(lists, n)
			case n.anyOf():
				gather(n.group)
			case n.group == nil:
				own.add(n.pattern, n.rule)
			}
		}
	}
	gather(g)
	return own, lists
}

// members are the patterns of a group of which one is enough, those of lists too.
func (l *linter) members(g *group) members {
	m, ok := l.enough[g]
	if !ok {
		var lists []*node
		m, lists = g.own()
		for _, list := range lists {
			for p, r := range l.members(list.group) {
				m.add(p, r)
			}
		}
		l.enough[g] = m
	}
	return m
}

// contained warns of patterns that add nothing to the others of an any, a none
// or a list.
func (l *linter) contained(g *group) {
	own, lists := g.own()
	for q, r := range own {
		if by := own.covering(l.cover[q]); by != nil {
			l.warn(r.Pos, "leave it out", "pattern %s is contained in %s", quoted(r), quoted(by))
			continue
		}
		for _, list := range lists {
			m := l.members(list.group)
			if m[q] != nil {
				l.warn(r.Pos, "leave it out", "pattern %s stands in $%s too", quoted(r), list.rule.List)
			} else if by := m.covering(l.cover[q]); by != nil {
				l.warn(r.Pos, "leave it out", "pattern %s is contained in %s of $%s", quoted(r), quoted(by), list.rule.List)
			}
		}
	}
}

// redundant warns of patterns of an all that another one of it implies.
func (l *linter) redundant(g *group) {
	own := make(members)
	for i := range g.parts {
		if n := &g.parts[i]; n.group == nil {
			own.add(n.pattern, n.rule)
		}
	}
	for q, r := range own {
		for _, p := range l.cover[q] {
			if by := own[p]; by != nil {
				l.warn(by.Pos, "leave it out", "pattern %s hits wherever %s does, which must hit too", quoted(by), quoted(r))
			}
		}
	}
}

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
