package match

import (
	"fmt"
	"slices"

	"topicwire/feed"
)

// A patternID numbers a pattern; those that match the same texts share one.
type patternID uint32

// A compiler gathers the patterns of all topics.
type compiler struct {
	problems
	patterns []pattern
	ids      map[string]patternID // by pattern.key
	parsed   map[reading]parsed
	near     []nearID
	lists    map[list]*group // which several topics use are compiled once
	translit bool            // of the topic at hand
	flaws    int             // rules met that are flawed
}

type parsed struct {
	id   patternID
	flaw *flaw
}

// A list is a $list as it is read: its rules, told by where they stand in memory.
type list struct {
	first    *feed.Rule
	n        int
	translit bool
}

func newCompiler() *compiler {
	return &compiler{
		problems: newProblems(),
		ids:      make(map[string]patternID),
		parsed:   make(map[reading]parsed),
		lists:    make(map[list]*group),
	}
}

// problems are what is wrong with rules, each told once.
type problems struct {
	found []feed.Problem
	told  map[feed.Problem]bool
}

func newProblems() problems { return problems{told: make(map[feed.Problem]bool)} }

func (p *problems) add(pos feed.Pos, s feed.Severity, hint, format string, args []any) {
	x := feed.Problem{Pos: pos, Severity: s, Text: fmt.Sprintf(format, args...), Hint: hint}
	if !p.told[x] {
		p.told[x] = true
		p.found = append(p.found, x)
	}
}

func (p *problems) fail(pos feed.Pos, hint, format string, args ...any) {
	p.add(pos, feed.Error, hint, format, args)
}

func (p *problems) warn(pos feed.Pos, hint, format string, args ...any) {
	p.add(pos, feed.Warning, hint, format, args)
}

func (c *compiler) topic(t *feed.Topic) topic {
	flaws := c.flaws
	c.translit = t.Translit == "uz"
	out := topic{Topic: t, rules: c.group(&feed.Rule{Op: feed.OpAll, Parts: t.Rules})}
	for i := range out.rules.parts {
		if n := &out.rules.parts[i]; n.rule.Op == feed.OpScore && out.score == nil {
			out.score = n
		} else {
			out.gates = append(out.gates, n)
		}
	}
	slices.SortStableFunc(out.gates, lazyLast)
	out.hash = out.hashRules()
	// What a flawed rule would ask for is not known.
	if c.flaws == flaws && len(t.Rules) > 0 && out.could(func(*node) bool { return false }) {
		pos := t.Pos
		for _, op := range []feed.Op{feed.OpAll, feed.OpAny, feed.OpNone} {
			if parts := t.Rules.Part(op).Parts; len(parts) > 0 {
				pos = parts[0].Pos
			}
		}
		c.fail(pos, "add any, all or score", "topic %q has no rule that must hit: none alone finds nothing", t.ID)
	}
	return out
}

// group compiles a rule with parts, a $list once for all the topics that use it.
func (c *compiler) group(r *feed.Rule) *group {
	if r.List == "" || len(r.Parts) == 0 {
		return c.newGroup(r)
	}
	key := list{&r.Parts[0], len(r.Parts), c.translit}
	g := c.lists[key]
	if g == nil {
		g = c.newGroup(r)
		c.lists[key] = g
	}
	return g
}

func (c *compiler) newGroup(r *feed.Rule) *group {
	op, ok := operators[r.Op]
	if !ok {
		c.flaws++
		c.fail(r.Pos, "write all, any, none or score", "rules have no operator %q", r.Op)
		op = operators[feed.OpAny]
	}
	g := &group{operator: op, parts: make([]node, len(r.Parts))}
	first := make(map[patternID]string, len(r.Parts))
	for i := range r.Parts {
		n := &g.parts[i]
		n.rule = &r.Parts[i]
		switch {
		case n.rule.Op != feed.OpPattern:
			n.group = c.group(n.rule)
		case !c.pattern(n) || c.twice(n, first):
			continue
		case n.regex == nil:
			g.words = append(g.words, n.pattern)
			continue
		}
		g.rest = append(g.rest, n)
		g.regexes = g.regexes || n.lazy()
	}
	g.words = slices.Clip(g.words)
	slices.SortStableFunc(g.rest, lazyLast)
	g.need = op.least(r, len(g.words)+len(g.rest))
	g.hash = g.hashParts(r.Threshold)
	if op.sums {
		c.score(r, g)
	}
	return g
}

// twice warns of a pattern that a part before it has; first are those as they
// were first written.
func (c *compiler) twice(n *node, first map[patternID]string) bool {
	written := n.rule.Pattern
	before, again := first[n.pattern]
	switch {
	case !again:
		first[n.pattern] = written
	case before == written:
		c.warn(n.rule.Pos, "leave one out", "pattern %q stands twice", written)
	default:
		c.warn(n.rule.Pos, "leave one out", "pattern %q matches the same words as %q", written, before)
	}
	n.again = again
	return again
}

// score reports scores that no entry reaches, or that any does.
func (c *compiler) score(r *feed.Rule, g *group) {
	most := 0.0
	for i := range r.Parts {
		most += mostWorth(r.Parts[i].Weight)
	}
	switch {
	case !(r.Threshold > 0):
		c.fail(r.Pos, "an entry without any hit has the score 0", "the threshold of a score must be above 0, not %v", r.Threshold)
	case most < r.Threshold:
		c.fail(r.Pos, "a term adds up to four times its weight",
			"no entry reaches the threshold %v: the weights add up to at most %v", r.Threshold, most)
	}
}

// pattern numbers the pattern of a node. It is not ok where the pattern is
// flawed, which it reports.
func (c *compiler) pattern(n *node) bool {
	r := n.rule
	how := reading{scope: r.Scope, translit: c.translit, written: r.Pattern}
	p, ok := c.parsed[how]
	if !ok {
		var meant pattern
		if meant, p.flaw = parse(how); p.flaw == nil {
			p.id = c.number(meant)
		}
		c.parsed[how] = p
	}
	if p.flaw != nil {
		c.flaws++
		c.fail(r.Pos, p.flaw.hint, "%s", p.flaw.text)
		return false
	}
	n.pattern, n.regex, n.tag = p.id, c.patterns[p.id].regex, r.Scope == feed.ScopeTag
	return true
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
