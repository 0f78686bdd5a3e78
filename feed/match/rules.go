package match

import (
	"slices"

	"topicwire/feed"
)

// An operator decides a rule by how many of its parts hold.
type operator struct {
	code byte // in hashes, which are stored
	// least is how many of so many parts must hold.
	least func(r *feed.Rule, parts int) int
	not   bool // where so many hold, the rule does not
	sums  bool // what the parts weigh decides, not how many they are
}

// operators are all of them: a new one is a row.
var operators = map[feed.Op]operator{
	feed.OpAll:   {code: 'a', least: func(_ *feed.Rule, parts int) int { return parts }},
	feed.OpAny:   {code: 'o', least: oneOf},
	feed.OpNone:  {code: 'n', least: oneOf, not: true},
	feed.OpScore: {code: 's', least: oneOf, sums: true},
}

func oneOf(*feed.Rule, int) int { return 1 }

// A topic is a feed.Topic with its rules compiled. Matching, explaining, linting
// and hashing share the tree.
type topic struct {
	*feed.Topic
	hash  uint64
	rules *group  // all of its parts must hold
	gates []*node // the parts but the score, those without regexes first
	score *node   // nil for none
}

// A node is a rule, compiled.
type node struct {
	rule    *feed.Rule
	group   *group // nil for a pattern
	regex   *regex // of a pattern that is looked for when it is asked for
	pattern patternID
	tag     bool // the pattern is a tag of the source
	again   bool // a part before it is the same pattern
}

// A group is what a rule with parts was compiled to; the rules of one $list
// share it.
type group struct {
	operator
	parts []node // in the order of the rule
	// Words are the parts that are patterns and no regexes: all that most
	// entries ask for, close together. Rest are the others, those without regexes
	// first. Both have each pattern once.
	words   []patternID
	rest    []*node
	need    int  // how many of them must hold
	regexes bool // here or below
	hash    uint64
}

// lazy reports whether it takes a regex to decide a node.
func (n *node) lazy() bool { return n.regex != nil || n.group != nil && n.group.regexes }

// lazyLast orders nodes so that those are asked first that cost least.
func lazyLast(a, b *node) int {
	switch {
	case a.lazy() == b.lazy():
		return 0
	case a.lazy():
		return 1
	}
	return -1
}

// could tells of a text in which no pattern hits but some of those that may:
// whether a node can hold for it, and whether it can fail.
func (n *node) could(may func(pattern *node) bool) (hold, fail bool) {
	if n.group == nil {
		return may(n), true
	}
	g := n.group
	all, holding, failing, most := len(g.words)+len(g.rest), 0, 0, 0.0
	for i := range g.parts {
		part := &g.parts[i]
		if part.again && !g.sums { // which adds up what stands twice
			continue
		}
		hold, fail := part.could(may)
		if hold {
			holding++
			most += mostWorth(part.rule.Weight)
		}
		if fail {
			failing++
		}
	}
	hold, fail = holding >= g.need, all-failing < g.need
	switch {
	case g.sums:
		return most > 0 && most >= n.rule.Threshold, true
	case g.not:
		return fail, hold
	}
	return hold, fail
}

// could reports whether the rules can hold for a text in which no pattern hits
// but some of those that may. A topic without rules does.
func (t *topic) could(may func(pattern *node) bool) bool {
	hold, _ := (&node{group: t.rules}).could(may)
	return hold
}

// A stop is a node on a walk over a topic's rules, with what is around it.
type stop struct {
	*node
	part    *node // of the topic's rules that it is in
	above   *node // nil for the part itself
	line    int   // of the part, from 0
	depth   int   // 0 for a line
	lists   []string
	weight  float64 // of its term of a score
	against bool    // whether what hits in it speaks against the topic
	must    bool    // whether it has to hold for the topic to
}

// list is the innermost $list around the node, "" for none.
func (at stop) list() string {
	if len(at.lists) == 0 {
		return ""
	}
	return at.lists[len(at.lists)-1]
}

// walk calls visit for all nodes of the rules, each before its parts; these are
// left out where it returns false.
func (t *topic) walk(visit func(stop) bool) {
	for i := range t.rules.parts {
		n := &t.rules.parts[i]
		stop{node: n, part: n, depth: -1, must: true}.walk(visit)
	}
}

func (at stop) walk(visit func(stop) bool) {
	if !visit(at) || at.group == nil {
		return
	}
	for i := range at.group.parts {
		next := at
		next.node, next.above = &at.group.parts[i], at.node
		if next.depth++; next.depth == 0 {
			next.line = i
		}
		if name := next.rule.List; name != "" {
			next.lists = append(slices.Clip(at.lists), name)
		}
		if at.group.sums {
			next.weight = next.rule.Weight
		}
		next.against = at.against != (at.group.not || at.group.sums && next.weight < 0)
		next.must = at.must && !at.group.not && !at.group.sums && at.group.need == len(at.group.words)+len(at.group.rest)
		next.walk(visit)
	}
}
