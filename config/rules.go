package config

import (
	"cmp"
	"fmt"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

var (
	ruleKeys = keys{in: "a rule", home: "an item of any, all or none", own: "exact regex", rows: []row{
		inRule("any or one either some", "rules", "At least one of these hits."),
		inRule("all and every each", "rules", "Every one of these hits."),
		inRule("none not no without exclude neither", "rules", "None of these hits."),
		inRule("title titles headline", "scoped", "Only in the title."),
		inRule("category categories", "scoped", "Only in a category."),
		inRule("author authors by", "scoped", "Only in an author's name."),
		inRule("link url links glob", "scoped", "The link, as a glob: * any run, ? one character."),
		inRule("exact case", "scoped", "Capitals and small letters as written."),
		inRule("regex re regexp pattern", "scoped", "A regular expression (RE2) over title and text, at most 1 KB."),
		inRule("tag tags source", "scoped", "A tag of the entry's source, whole and as written."),
	}}
	scoreKeys = keys{in: "score", home: "score of a topic", own: "threshold weights", rows: []row{
		key("threshold min minimum at_least limit", kind{schema: &schema{Type: "number", Above: 0, Maximum: 1e9}}, "What the sum must reach, above 0.", 6),
		key("weights weight terms words patterns", kind{schema: weightsSchema()}, "Terms, each a pattern or a $list, with their weights. A weight may be negative.",
			map[string]any{"$terror": 4, "football": -6}),
	}}
)

// inRule is a key of a rule, with the definition of what stands there.
func inRule(spellings, definition, help string) row {
	return key(spellings, kind{schema: ref(definition)}, help)
}

func weightsSchema() *schema {
	return &schema{Type: "object", MinKeys: 1, Names: form(`\S`).says("A pattern or a $list."), Others: &schema{Type: "number"}}
}

// rules reads the list under any, all or none.
func (r *reader) rules(n *node, what string) []feed.Rule {
	var out []feed.Rule
	for _, item := range r.items(n, what) {
		if rule, ok := r.rule(item, what); ok {
			out = append(out, rule)
		}
	}
	return out
}

// rule reads one item: a pattern, a $list, or a map of one any, all or none, or
// of one scope.
func (r *reader) rule(n *node, in string) (feed.Rule, bool) {
	what := "an item of " + in
	switch {
	case n.Kind != yaml.SequenceNode && n.Kind != yaml.MappingNode:
		return r.term(n, feed.ScopeText, what)
	case !r.sound(n):
		return feed.Rule{}, false
	case n.Kind == yaml.SequenceNode:
		r.wrong(n, what, "a pattern", "write {any: […]} for a list inside a list")
		return feed.Rule{}, false
	case len(n.Content) > 0 && ruleKeys.row(n.Content[0].Value) == nil && !r.meantAsMap(n) && r.mistakenMap(n, what):
		return feed.Rule{}, false
	}
	rule, count, ok := feed.Rule{Pos: r.pos(n)}, 0, false
	r.each(n, &ruleKeys, func(key string, _, v *node) {
		count++
		switch op, scope := feed.Op(key), feed.Scope(key); op {
		case feed.OpAll, feed.OpAny, feed.OpNone:
			rule.Op, rule.Parts = op, r.rules(v, key)
			ok = len(rule.Parts) > 0
		default:
			rule, ok = r.scoped(v, scope)
			if scope == feed.ScopeTag {
				r.unknownTags(v, r.origins)
			}
		}
	})
	switch {
	case len(n.Content) == 0:
		r.fail(n, what+" is empty", "")
	case count > 1:
		r.fail(n, fmt.Sprintf("a rule inside a list has one key, this one has %d", count), "put each key into an item of its own; items that must hit together go under all")
	default:
		return rule, ok
	}
	return rule, false
}

// term reads a pattern or a $list in a scope. The scope is that of each pattern;
// a list stays a group.
func (r *reader) term(n *node, scope feed.Scope, what string) (feed.Rule, bool) {
	rule := feed.Rule{Pos: r.pos(n)}
	text, ok := r.text(n, what)
	if !ok {
		return rule, false
	}
	name, isRef := reference(text)
	if !isRef {
		rule.Pattern, rule.Scope = text, scope
		switch scope {
		case feed.ScopeRegex, feed.ScopeLink, feed.ScopeTag: // a $ is no list there, whatever follows it
			return rule, r.regexLength(n, &rule)
		}
		r.doubts(n)
		return rule, !r.partial(n, text)
	}
	l := r.lookup(n, name)
	if l == nil {
		return rule, false
	}
	l.used = true
	r.spend(n, len(l.rules))
	rule.Op, rule.List, rule.Parts = feed.OpAny, name, r.inScope(n, l, scope)
	return rule, len(l.rules) > 0
}

// topicRule reads what stands under all, any, none or score of a topic.
func (r *reader) topicRule(t *feed.Topic, op feed.Op, n *node) {
	rule, ok := feed.Rule{Op: op, Pos: r.pos(n)}, true
	if op == feed.OpScore {
		ok = r.score(n, &rule)
	} else {
		rule.Parts = r.rules(n, string(op))
		ok = len(rule.Parts) > 0
	}
	if ok {
		t.Rules = append(t.Rules, rule)
		// In the order in which they are told, whichever the file has.
		feed.SortBy(t.Rules, func(a, b feed.Rule) int { return cmp.Compare(a.Op, b.Op) })
	}
}

// score is not ok where n is no map.
func (r *reader) score(n *node, s *feed.Rule) bool {
	var threshold, weights bool
	ok := r.each(n, &scoreKeys, func(key string, _, v *node) {
		switch key {
		case "threshold":
			threshold = true
			f, ok := r.number(v, "threshold")
			if ok && f <= 0 {
				r.fail(v, "threshold must be more than 0", "")
			}
			s.Threshold = f
		case "weights":
			weights = true
			s.Parts = r.weights(v)
		}
	})
	if !ok {
		return false
	}
	if !threshold {
		r.fail(n, "score needs a threshold", "threshold: 6")
	}
	if !weights {
		r.fail(n, "score needs weights", "weights: {pattern: 3, $list: 4}")
	}
	return true
}

func (r *reader) weights(n *node) []feed.Rule {
	if null(n) {
		r.fail(n, "weights is empty", "")
		return nil
	}
	if n.Kind != yaml.MappingNode && r.sound(n) {
		r.wrong(n, "weights", "patterns with numbers", "write {pattern: 3, $list: 4}")
		return nil
	}
	out := make([]feed.Rule, 0, len(n.Content)/2)
	positive, read := false, true
	r.entries(n, "weights", func(name string, k, v *node) {
		if null(v) && r.sound(v) {
			r.fail(k, fmt.Sprintf("%s has no weight", quote(name)), "write "+name+": 3")
			read = false
			return
		}
		weight, okWeight := r.number(v, "the weight of "+quote(name))
		term, okTerm := r.term(k, feed.ScopeText, "a pattern of weights")
		if !okWeight || !okTerm {
			read = false
			return
		}
		if weight == 0 {
			r.warn(v, fmt.Sprintf("the weight of %s is 0 and adds nothing", quote(name)), "")
		}
		positive = positive || weight > 0
		term.Weight = weight
		out = append(out, term)
	})
	if read && len(out) > 0 && !positive {
		r.fail(n, "no weight is above 0, so that no entry reaches the threshold", "")
	}
	return out
}
