package match

import (
	"cmp"
	"fmt"
	"slices"

	"topicwire/feed"
)

// Lint warns of rules that compile and yet hardly do what is meant: patterns
// that can never hit or never matter, that are contained in others, that have the
// query syntax of other programs, or that hit nearly everywhere, as a census of
// stored entries tells (nil for none). The problems stand in the order of their
// positions. What Compile reported is not repeated.
func (m *Matcher) Lint(census *Census) []feed.Problem {
	again, c := compileTopics(m.rules)
	return lint(again, c, census)
}

// lint uses up the compiler, which compiled the topics of m without an error.
func lint(m *Matcher, c *compiler, census *Census) []feed.Problem {
	c.problems, c.reported = nil, make(map[feed.Problem]bool)
	l := &linter{
		c: c, m: m, census: census, stop: stopWords(),
		cover: newCovers(m, c).all(), lists: make(map[listKey]members),
	}
	if census != nil && len(census.counts) != len(c.patterns) { // of other rules
		l.census = nil
	}
	for i := range m.rules {
		l.topic(&m.rules[i])
	}
	for p := range c.patterns {
		l.common(patternID(p))
	}
	slices.SortStableFunc(c.problems, func(a, b feed.Problem) int {
		return cmp.Or(comparePos(a.Pos, b.Pos), cmp.Compare(a.Text, b.Text))
	})
	return c.problems
}

func comparePos(a, b feed.Pos) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
}

type linter struct {
	c      *compiler
	m      *Matcher
	census *Census
	stop   map[string]bool
	cover  [][]patternID // by pattern, those that hit wherever it does
	lists  map[listKey]members
}

// A listKey names a $list as one topic reads it.
type listKey struct {
	rules    sharedRules
	translit bool
}

// members are patterns of which one must hit, as first written.
type members map[patternID]*feed.Rule

func (l *linter) warn(pos feed.Pos, hint, format string, args ...any) {
	l.c.problem(feed.Problem{Pos: pos, Severity: feed.Warning, Text: fmt.Sprintf(format, args...), Hint: hint})
}

func (l *linter) topic(t *feed.Topic) {
	l.c.translit = t.Translit == "uz"
	r := &t.Rules
	if len(r.All) > 0 {
		l.group(&feed.Rule{All: r.All})
	}
	if len(r.Any) > 0 {
		l.group(&feed.Rule{Any: r.Any})
	}
	if len(r.None) > 0 {
		l.group(&feed.Rule{None: r.None})
	}
	if r.Score != nil {
		for i := range r.Score.Weights {
			w := &r.Score.Weights[i]
			l.group(&feed.Rule{Any: []feed.Rule{w.Term}})
			if w.Weight == 0 {
				l.warn(w.Term.Pos, "give it a weight, or leave it out", "the weight of %s is 0: it changes no score", quoted(&w.Term))
			}
		}
	}
	if len(r.None) > 0 {
		l.forbidden(t)
	}
}

// group lints a group with all that is in it; a $list once.
func (l *linter) group(r *feed.Rule) {
	switch {
	case len(r.All) > 0:
		l.redundant(r.All)
		l.each(r.All)
	case len(r.Any) > 0:
		l.contained(r.Any)
		l.each(r.Any)
	case len(r.None) > 0:
		l.contained(r.None)
		l.each(r.None)
	}
}

func (l *linter) each(rules []feed.Rule) {
	for i := range rules {
		r := &rules[i]
		switch {
		case r.List != "":
			l.list(r)
		case len(r.All)+len(r.Any)+len(r.None) > 0:
			l.group(r)
		default:
			l.pattern(r)
		}
	}
}

// list gives the members of a $list, and lints it at the first time.
func (l *linter) list(r *feed.Rule) members {
	key := listKey{shared(r.Any), l.c.translit}
	if m, ok := l.lists[key]; ok {
		return m
	}
	m := make(members)
	l.lists[key] = m
	l.gather(m, r.Any)
	l.group(&feed.Rule{Any: r.Any})
	return m
}

// gather adds the patterns of which one is enough.
func (l *linter) gather(to members, rules []feed.Rule) {
	for i := range rules {
		r := &rules[i]
		switch {
		case r.List != "":
			for p, r := range l.list(r) {
				to.add(p, r)
			}
		case len(r.Any) > 0:
			l.gather(to, r.Any)
		case len(r.All)+len(r.None) == 0:
			p, _ := l.c.pattern(r)
			to.add(p, r)
		}
	}
}

func (m members) add(p patternID, r *feed.Rule) {
	if before := m[p]; before == nil || comparePos(r.Pos, before.Pos) < 0 {
		m[p] = r
	}
}

// contained warns of patterns that add nothing to the others of an any, a none
// or a list.
func (l *linter) contained(rules []feed.Rule) {
	own := make(members)
	var lists []*feed.Rule
	var direct func(rules []feed.Rule)
	direct = func(rules []feed.Rule) {
		for i := range rules {
			r := &rules[i]
			switch {
			case r.List != "":
				lists = append(lists, r)
			case len(r.Any) > 0:
				direct(r.Any)
			case len(r.All)+len(r.None) == 0:
				p, _ := l.c.pattern(r)
				own.add(p, r)
			}
		}
	}
	direct(rules)
	for q, r := range own {
		if i := slices.IndexFunc(l.cover[q], func(p patternID) bool { return own[p] != nil }); i >= 0 {
			l.warn(r.Pos, "leave it out", "pattern %s is contained in %s", quoted(r), quoted(own[l.cover[q][i]]))
			continue
		}
		for _, list := range lists {
			m := l.list(list)
			if m[q] != nil {
				l.warn(r.Pos, "leave it out", "pattern %s stands in $%s too", quoted(r), list.List)
				continue
			}
			if i := slices.IndexFunc(l.cover[q], func(p patternID) bool { return m[p] != nil }); i >= 0 {
				l.warn(r.Pos, "leave it out", "pattern %s is contained in %s of $%s", quoted(r), quoted(m[l.cover[q][i]]), list.List)
			}
		}
	}
}

// redundant warns of patterns of an all that another one of it implies.
func (l *linter) redundant(rules []feed.Rule) {
	own := make(members)
	for i := range rules {
		if r := &rules[i]; len(r.All)+len(r.Any)+len(r.None) == 0 {
			p, _ := l.c.pattern(r)
			own.add(p, r)
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
