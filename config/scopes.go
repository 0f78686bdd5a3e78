package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// scoped reads what stands under title, category, author, link, exact, regex or
// tag: a pattern, a $list, or a list of both.
func (r *reader) scoped(n *node, scope feed.Scope) (feed.Rule, bool) {
	key, what, hint := string(scope), "a pattern", ""
	if scope == feed.ScopeTag {
		what = "a tag"
	}
	switch {
	case n.Kind == yaml.ScalarNode && !null(n):
		return r.term(n, scope, key)
	case n.Kind == yaml.MappingNode:
		hint = fmt.Sprintf("write %s inside: {any: [{%s: …}, {%s: …}]}", key, key, key)
	}
	if n.Kind != yaml.SequenceNode && r.sound(n) {
		r.wrong(n, key, what+", a $list or a list of them", hint)
		return feed.Rule{}, false
	}
	rule := feed.Rule{Op: feed.OpAny, Pos: r.pos(n)}
	for _, item := range r.items(n, key) {
		if r.mistakenMap(item, "an item of "+key) {
			continue
		}
		if one, ok := r.term(item, scope, "an item of "+key); ok {
			rule.Parts = append(rule.Parts, one)
		}
	}
	return rule, len(rule.Parts) > 0
}

// inScope are the patterns of a list as they are read in a scope.
func (r *reader) inScope(n *node, l *list, scope feed.Scope) []feed.Rule {
	if scope == feed.ScopeText {
		return l.rules
	}
	if rules := l.scoped[scope]; rules != nil {
		return rules
	}
	rules := make([]feed.Rule, len(l.rules))
	for i, rule := range l.rules {
		rule.Scope = scope
		rules[i] = rule
		r.regexLength(n, &rule)
	}
	if l.scoped == nil {
		l.scoped = map[feed.Scope][]feed.Rule{}
	}
	l.scoped[scope] = rules
	return rules
}

// regexLength reports a regular expression that is too long.
func (r *reader) regexLength(n *node, rule *feed.Rule) bool {
	if rule.Scope != feed.ScopeRegex || len(rule.Pattern) <= feed.MaxRegex {
		return true
	}
	r.fail(n, fmt.Sprintf("a regular expression of %d bytes is longer than %d", len(rule.Pattern), feed.MaxRegex), "divide it")
	return false
}
