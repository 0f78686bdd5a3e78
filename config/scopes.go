package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// scoped reads what stands under title, category, author, link, exact, regex or
// tag: a pattern, a $list, or a list of both.
func (r *reader) scoped(n *node, scope feed.Scope) (feed.Rule, bool) {
	key, what := string(scope), "a pattern"
	if scope == feed.ScopeTag {
		what = "a tag"
	}
	switch {
	case n.Kind == yaml.ScalarNode && !null(n):
		return r.scopedTerm(n, scope, key)
	case n.Kind == yaml.MappingNode && r.sound(n):
		r.wrong(n, key, what+", a $list or a list of them", fmt.Sprintf("write %s inside: {any: [{%s: …}, {%s: …}]}", key, key, key))
		return feed.Rule{}, false
	case n.Kind != yaml.SequenceNode && r.sound(n):
		r.wrong(n, key, what+", a $list or a list of them", "")
		return feed.Rule{}, false
	}
	rule := feed.Rule{Op: feed.OpAny, Pos: r.pos(n)}
	for _, item := range r.items(n, key) {
		if r.mistakenMap(item, "an item of "+key) {
			continue
		}
		if one, ok := r.scopedTerm(item, scope, "an item of "+key); ok {
			rule.Parts = append(rule.Parts, one)
		}
	}
	return rule, len(rule.Parts) > 0
}

// scopedTerm reads a pattern or a $list in a scope. The scope is that of each
// pattern; a list stays a group.
func (r *reader) scopedTerm(n *node, scope feed.Scope, what string) (feed.Rule, bool) {
	text, isText := "", n.Kind == yaml.ScalarNode
	if isText {
		text = n.Value
	}
	if _, isRef := reference(text); isText && !isRef && readsNoWords(scope) {
		// In these a $ is no list, whatever follows it.
		text, ok := r.text(n, what)
		rule := feed.Rule{Pos: r.pos(n), Pattern: text, Scope: scope}
		return rule, ok && r.regexLength(n, &rule)
	}
	rule, ok := r.term(n, what)
	if !ok {
		return rule, false
	}
	if rule.List == "" {
		rule.Scope = scope
		return rule, true
	}
	rule.Parts = r.inScope(n, r.named[rule.List], scope)
	return rule, true
}

// readsNoWords reports the scopes whose patterns are not made of words.
func readsNoWords(scope feed.Scope) bool {
	return scope == feed.ScopeRegex || scope == feed.ScopeLink || scope == feed.ScopeTag
}

// inScope are the patterns of a list as they are read in a scope.
func (r *reader) inScope(n *node, l *list, scope feed.Scope) []feed.Rule {
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
