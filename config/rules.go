package config

import (
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

// rule reads one item: a pattern, a $list, or a map of one any, all or none.
func (r *reader) rule(n *node, in string) (feed.Rule, bool) {
	switch {
	case n.Kind == yaml.SequenceNode && r.sound(n):
		r.wrong(n, "an item of "+in, "a pattern", "write {any: […]} for a list inside a list")
	case n.Kind == yaml.MappingNode:
		return r.nested(n, in)
	default:
		return r.term(n, "an item of "+in)
	}
	return feed.Rule{}, false
}

// term reads a pattern or a $list.
func (r *reader) term(n *node, what string) (feed.Rule, bool) {
	rule := feed.Rule{Pos: r.pos(n)}
	text, ok := r.text(n, what)
	if !ok {
		return rule, false
	}
	name, ok := reference(text)
	if !ok {
		r.doubts(n)
		rule.Pattern = text
		return rule, !r.partial(n, text)
	}
	l := r.lookup(n, name)
	if l == nil {
		return rule, false
	}
	l.used = true
	r.spend(n, len(l.rules))
	rule.List, rule.Any = name, l.rules
	return rule, len(l.rules) > 0
}

func (r *reader) nested(n *node, in string) (feed.Rule, bool) {
	rule := feed.Rule{Pos: r.pos(n)}
	if !r.sound(n) {
		return rule, false
	}
	if len(n.Content) > 0 && ruleKeys.row(n.Content[0].Value) == nil && !r.meantAsMap(n) &&
		r.mistakenMap(n, "an item of "+in) {
		return rule, false
	}
	count, ok := 0, false
	r.each(n, &ruleKeys, func(key string, _, v *node) {
		count++
		switch key {
		case "any":
			rule.Any = r.rules(v, key)
		case "all":
			rule.All = r.rules(v, key)
		case "none":
			rule.None = r.rules(v, key)
		default:
			rule, ok = r.scoped(v, feed.Scope(key))
			if feed.Scope(key) == feed.ScopeTag {
				r.unknownTags(v, r.origins)
			}
		}
	})
	if len(n.Content) == 0 {
		r.fail(n, "an item of "+in+" is empty", "")
		return rule, false
	}
	if count > 1 {
		r.fail(n, fmt.Sprintf("a rule inside a list has one key, this one has %d", count), "put each key into an item of its own; items that must hit together go under all")
		return rule, false
	}
	return rule, ok || len(rule.Any)+len(rule.All)+len(rule.None) > 0
}

func (r *reader) score(n *node) *feed.Score {
	s := &feed.Score{Pos: r.pos(n)}
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
			s.Weights = r.weights(v)
		}
	})
	if !ok {
		return nil
	}
	if !threshold {
		r.fail(n, "score needs a threshold", "threshold: 6")
	}
	if !weights {
		r.fail(n, "score needs weights", "weights: {pattern: 3, $list: 4}")
	}
	return s
}

func (r *reader) weights(n *node) []feed.Weight {
	if null(n) {
		r.fail(n, "weights is empty", "")
		return nil
	}
	if n.Kind != yaml.MappingNode && r.sound(n) {
		r.wrong(n, "weights", "patterns with numbers", "write {pattern: 3, $list: 4}")
		return nil
	}
	out := make([]feed.Weight, 0, len(n.Content)/2)
	positive, read := false, true
	r.entries(n, "weights", func(name string, k, v *node) {
		if null(v) && r.sound(v) {
			r.fail(k, fmt.Sprintf("%s has no weight", quote(name)), "write "+name+": 3")
			read = false
			return
		}
		weight, okWeight := r.number(v, "the weight of "+quote(name))
		term, okTerm := r.term(k, "a pattern of weights")
		if !okWeight || !okTerm {
			read = false
			return
		}
		if weight == 0 {
			r.warn(v, fmt.Sprintf("the weight of %s is 0 and adds nothing", quote(name)), "")
		}
		positive = positive || weight > 0
		out = append(out, feed.Weight{Term: term, Weight: weight})
	})
	if read && len(out) > 0 && !positive {
		r.fail(n, "no weight is above 0, so that no entry reaches the threshold", "")
	}
	return out
}
