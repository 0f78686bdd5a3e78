package match

import "slices"

func (t *topic) hasRules() bool { return len(t.gates) > 0 || t.score != nil }

// holdsWithoutHits reports whether the rules hold for a text in which no pattern
// stands. A topic without rules does; compiled ones with rules do not.
func (t *topic) holdsWithoutHits() bool {
	for _, g := range t.gates {
		if !g.holdsWithoutHits() {
			return false
		}
	}
	return t.score == nil
}

func (g *group) holdsWithoutHits() bool {
	holds := (*group).holdsWithoutHits
	switch g.op {
	case opAll:
		return len(g.leaves)+len(g.regexes) == 0 && !slices.ContainsFunc(g.groups, func(sub *group) bool { return !holds(sub) })
	case opAny:
		return slices.ContainsFunc(g.groups, holds)
	default:
		return !slices.ContainsFunc(g.groups, holds)
	}
}

// needsNoWord reports whether the rules may hold for a text in which none but
// regexes hit, and tags of the source: such topics no word can call up.
func (t *topic) needsNoWord(tags bool) bool {
	if slices.ContainsFunc(t.gates, func(g *group) bool { return !g.needsNoWord(tags) }) {
		return false
	}
	return t.score == nil || slices.ContainsFunc(t.score.terms, func(t term) bool {
		return t.weight > 0 && (t.group.hasRegex || tags && t.group.hasTag)
	})
}

func (g *group) needsNoWord(tags bool) bool {
	needsOne := func(sub *group) bool { return !sub.needsNoWord(tags) }
	words := func(l leaf) bool { return !tags || !l.tag }
	switch {
	case g.op == opAll:
		return !slices.ContainsFunc(g.leaves, words) && !slices.ContainsFunc(g.groups, needsOne)
	case g.op == opAny:
		return len(g.regexes) > 0 || tags && slices.ContainsFunc(g.leaves, func(l leaf) bool { return l.tag }) ||
			slices.ContainsFunc(g.groups, func(sub *group) bool { return !needsOne(sub) })
	}
	return g.hasRegex || tags && g.hasTag || g.holdsWithoutHits()
}

// walk calls visit for the patterns of a group that can make it hold (positive)
// or keep it from holding (not).
func (g *group) walk(positive bool, visit func(p patternID, positive bool)) {
	if g.op == opNone {
		positive = !positive
	}
	for i := range g.leaves {
		visit(g.leaves[i].pattern, positive)
	}
	for i := range g.regexes {
		visit(g.regexes[i].pattern, positive)
	}
	for _, sub := range g.groups {
		sub.walk(positive, visit)
	}
}
