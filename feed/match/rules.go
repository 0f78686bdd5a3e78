package match

import (
	"fmt"
	"slices"

	"topicwire/feed"
)

// A patternID numbers a pattern; those that match the same texts share one.
type patternID uint32

// A topic is a feed.Topic's rules, compiled.
type topic struct {
	id          feed.TopicID
	hash        uint64
	languages   []string
	dropUnknown bool
	sources     feed.SourceFilter
	tags        []string // that the rules ask of sources
	gates       []*group // all must hold
	score       *score   // nil for none
}

// An op says how a group's members decide it.
type op uint8

const (
	opAll op = iota
	opAny
	opNone
)

// A group is a node of a rule tree.
type group struct {
	op       op
	list     string // its $list, or ""
	leaves   []leaf
	patterns []patternID // of the leaves: all that most entries ask for, close together
	groups   []*group    // those without regexes first
	regexes  []regexLeaf
	hasRegex bool // here or in one of its groups
	hasTag   bool // likewise
}

// A leaf is a pattern in a rule.
type leaf struct {
	pattern patternID
	written string
	tag     bool // of the source
}

// A regexLeaf is a leaf that is decided when it is asked for.
type regexLeaf struct {
	leaf
	regex *regex
}

// A compiler gathers the patterns of all topics.
type compiler struct {
	patterns []pattern
	ids      map[string]patternID // by pattern.key
	parsed   map[reading]parsed
	translit bool // of the topic at hand
	near     []nearID
	hashes   listHashes
	lists    map[string][]list // by name: lists that several topics use are compiled once
	problems []feed.Problem
	reported map[feed.Problem]bool
	flaws    int // patterns met that are flawed
}

type parsed struct {
	id   patternID
	flaw *flaw
}

type list struct {
	rules    []feed.Rule
	translit bool
	group    *group
}

func newCompiler() *compiler {
	return &compiler{
		ids:      make(map[string]patternID),
		parsed:   make(map[reading]parsed),
		hashes:   make(listHashes),
		lists:    make(map[string][]list),
		reported: make(map[feed.Problem]bool),
	}
}

func (c *compiler) problem(p feed.Problem) {
	if !c.reported[p] {
		c.reported[p] = true
		c.problems = append(c.problems, p)
	}
}

func (c *compiler) topic(t *feed.Topic) topic {
	out := topic{
		id: t.ID, hash: hashTopic(t, c.hashes),
		languages: t.Languages, dropUnknown: t.DropUnknown, sources: t.Sources, tags: tagsOf(t),
	}
	flaws := c.flaws
	c.translit = t.Translit == "uz"
	r := &t.Rules
	for _, g := range []struct {
		op    op
		rules []feed.Rule
	}{{opAll, r.All}, {opAny, r.Any}, {opNone, r.None}} {
		if len(g.rules) > 0 {
			out.gates = append(out.gates, c.group(g.op, g.rules))
		}
	}
	slices.SortStableFunc(out.gates, regexesLast)
	if r.Score != nil {
		out.score = c.score(r.Score)
	}
	// A flawed pattern is left out of its group, which may hold without it.
	if c.flaws == flaws && out.hasRules() && out.holdsWithoutHits() {
		pos := t.Pos
		for _, rules := range [][]feed.Rule{r.None, r.Any, r.All} {
			if len(rules) > 0 {
				pos = rules[0].Pos
				break
			}
		}
		c.problem(feed.Problem{
			Pos:  pos,
			Text: fmt.Sprintf("topic %q has no rule that must hit: none alone finds nothing", t.ID),
			Hint: "add any, all or score",
		})
	}
	return out
}

func (c *compiler) group(op op, rules []feed.Rule) *group {
	g := &group{op: op}
	first := make(map[patternID]string, len(rules)) // as first written
	for i := range rules {
		r := &rules[i]
		switch {
		case len(r.All) > 0:
			g.groups = append(g.groups, c.group(opAll, r.All))
		case r.List != "":
			g.groups = append(g.groups, c.list(r))
		case len(r.Any) > 0:
			g.groups = append(g.groups, c.group(opAny, r.Any))
		case len(r.None) > 0:
			g.groups = append(g.groups, c.group(opNone, r.None))
		default:
			id, ok := c.patternOnce(r, first)
			if !ok {
				continue
			}
			l := leaf{id, r.Pattern, r.Scope == feed.ScopeTag}
			g.hasTag = g.hasTag || l.tag
			if re := c.patterns[id].regex; re != nil {
				g.regexes = append(g.regexes, regexLeaf{l, re})
			} else {
				g.leaves = append(g.leaves, l)
			}
		}
	}
	g.leaves = slices.Clip(g.leaves)
	g.patterns = make([]patternID, len(g.leaves))
	for i := range g.leaves {
		g.patterns[i] = g.leaves[i].pattern
	}
	g.hasRegex = len(g.regexes) > 0 || slices.ContainsFunc(g.groups, func(sub *group) bool { return sub.hasRegex })
	g.hasTag = g.hasTag || slices.ContainsFunc(g.groups, func(sub *group) bool { return sub.hasTag })
	slices.SortStableFunc(g.groups, regexesLast)
	return g
}

// regexesLast orders groups so that those are asked first that cost least.
func regexesLast(a, b *group) int {
	switch {
	case a.hasRegex == b.hasRegex:
		return 0
	case a.hasRegex:
		return 1
	}
	return -1
}

// patternOnce numbers the pattern of a rule that no rule before it has; first are
// those as they were first written.
func (c *compiler) patternOnce(r *feed.Rule, first map[patternID]string) (patternID, bool) {
	id, ok := c.pattern(r)
	if !ok {
		return 0, false
	}
	if before, dup := first[id]; dup {
		c.duplicate(r, before)
		return 0, false
	}
	first[id] = r.Pattern
	return id, true
}

func (c *compiler) duplicate(r *feed.Rule, before string) {
	p := feed.Problem{
		Pos: r.Pos, Severity: feed.Warning,
		Text: fmt.Sprintf("pattern %q stands twice", r.Pattern), Hint: "leave one out",
	}
	if before != r.Pattern {
		p.Text = fmt.Sprintf("pattern %q matches the same words as %q", r.Pattern, before)
	}
	c.problem(p)
}

// list compiles a $list, once for all the topics that use it.
func (c *compiler) list(r *feed.Rule) *group {
	for _, l := range c.lists[r.List] {
		if l.translit == c.translit && sameRules(l.rules, r.Any) {
			return l.group
		}
	}
	g := c.group(opAny, r.Any)
	g.list = r.List
	c.lists[r.List] = append(c.lists[r.List], list{r.Any, c.translit, g})
	return g
}

func sameRules(a, b []feed.Rule) bool {
	if len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) {
		return true
	}
	return slices.EqualFunc(a, b, func(x, y feed.Rule) bool {
		return x.Pattern == y.Pattern && x.Scope == y.Scope && x.Pos == y.Pos && x.List == y.List &&
			sameRules(x.All, y.All) && sameRules(x.Any, y.Any) && sameRules(x.None, y.None)
	})
}

// pattern is not ok where the pattern is flawed, which it reports.
func (c *compiler) pattern(r *feed.Rule) (patternID, bool) {
	how := reading{scope: r.Scope, translit: c.translit, written: r.Pattern}
	p, ok := c.parsed[how]
	if !ok {
		var meant pattern
		if meant, p.flaw = parse(how); p.flaw == nil {
			p.id = c.number(meant)
		}
		c.parsed[how] = p // written once: explanations read it at the same time
	}
	if p.flaw != nil {
		c.flaws++
		c.problem(feed.Problem{Pos: r.Pos, Text: p.flaw.text, Hint: p.flaw.hint})
	}
	return p.id, p.flaw == nil
}

func (c *compiler) number(p pattern) patternID {
	key := p.key()
	id, ok := c.ids[key]
	if !ok {
		var sides [2]patternID
		if p.near != nil {
			sides = [2]patternID{c.number(p.near.sides[0]), c.number(p.near.sides[1])}
		}
		id = patternID(len(c.patterns))
		c.ids[key] = id
		c.patterns = append(c.patterns, p)
		if p.near != nil {
			c.near = append(c.near, nearID{id, sides, int32(p.near.within)})
		}
	}
	return id
}
