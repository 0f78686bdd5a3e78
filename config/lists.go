package config

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// maxExpanded bounds how many patterns all uses of lists together put into
// rules, so that no small file makes a huge rule set.
const maxExpanded = 1_000_000

// A list is the patterns that rules use as $name.
type list struct {
	name  string
	kind  feed.ConceptKind // of a concept, else ""
	doc   *document        // where it stands
	at    *node            // its key
	value *node
	state listState
	used  bool
	rules []feed.Rule // patterns, those of lists it uses included, each once
	// scoped are the patterns as they are read in a scope.
	scoped map[feed.Scope][]feed.Rule
}

type listState uint8

const (
	listUnread listState = iota
	listReading
	listRead
)

// lists reads the lists of all files and expands each.
func (r *reader) lists(parts []part) {
	r.named = map[string]*list{}
	for i := range parts {
		r.within(parts[i].doc, func() { r.listsOf(parts[i].lists) })
	}
	for _, l := range r.order {
		r.readList(l, nil)
	}
}

func (r *reader) listsOf(n *node) {
	if unset(n) || n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		return
	}
	r.entries(n, "lists", func(name string, k, v *node) {
		if !listName(name) {
			hint := "letters, digits, - and _, a letter first"
			if bare := strings.TrimPrefix(name, "$"); listName(bare) {
				hint = "write " + bare + " here, and $" + bare + " where it is used"
			}
			r.fail(k, quote(name)+" is not a name for a list", hint)
			return
		}
		if first := r.named[name]; first != nil {
			r.fail(k, "list "+quote(name)+" is here a second time", "the first is in "+first.doc.pos(first.at).String())
			return
		}
		l := &list{name: name, doc: r.document, at: k, value: v}
		r.named[name] = l
		r.order = append(r.order, l)
	})
}

func listName(s string) bool {
	for i, c := range s {
		if !unicode.IsLetter(c) && (i == 0 || !unicode.IsDigit(c) && c != '-' && c != '_' && !unicode.IsMark(c)) {
			return false
		}
	}
	return s != ""
}

// reference is the name in a text of the form $name.
func reference(s string) (string, bool) {
	name, ok := strings.CutPrefix(s, "$")
	if !ok || name == "" {
		return "", false
	}
	// $5 million is a pattern: no name starts with a digit.
	return name, unicode.IsLetter([]rune(name)[0]) && !strings.ContainsAny(name, " \t\n")
}

// partial reports a pattern that has a list for one of its words.
func (r *reader) partial(n *node, text string) bool {
	if !strings.Contains(text, "$") {
		return false
	}
	for _, word := range strings.Fields(text) {
		if name, ok := strings.CutPrefix(word, "$"); ok && r.named[name] != nil {
			r.fail(n, "list $"+name+" cannot be part of a pattern", "a list stands alone as an item")
			return true
		}
	}
	return false
}

// readList fills in the patterns of l, reading first the lists that it uses.
// The path holds the lists that wait for l.
func (r *reader) readList(l *list, path []*list) {
	if l.state != listUnread {
		return
	}
	l.state = listReading
	r.within(l.doc, func() { r.fillList(l, append(path, l)) })
	l.state = listRead
}

func (r *reader) fillList(l *list, path []*list) {
	have := map[string]bool{}
	add := func(rule feed.Rule) {
		if r.expanded < maxExpanded && !have[rule.Pattern] {
			have[rule.Pattern] = true
			l.rules = append(l.rules, rule)
		}
	}
	for _, item := range r.listItems(l) {
		if r.scopeInList(item) || r.mistakenMap(item, "a pattern") {
			continue
		}
		text, ok := r.text(item, "a pattern")
		if !ok {
			continue
		}
		name, isRef := reference(text)
		if !isRef && r.partial(item, text) {
			continue
		}
		if !isRef {
			r.doubts(item)
			add(feed.Rule{Pos: r.pos(item), Pattern: text})
			continue
		}
		other := r.lookup(item, name)
		if other == nil {
			continue
		}
		other.used = true
		if len(path) >= maxDepth {
			r.fail(item, fmt.Sprintf("lists use each other more than %d deep", maxDepth))
			continue
		}
		if r.circle(item, other, path) {
			continue
		}
		r.readList(other, path)
		r.spend(item, len(other.rules))
		for _, rule := range other.rules {
			add(rule)
		}
	}
}

// circle reports a list that uses itself, by whatever way.
func (r *reader) circle(n *node, other *list, path []*list) bool {
	if other.state != listReading {
		return false
	}
	from := slices.Index(path, other)
	var names []string
	for _, l := range append(path[from:len(path):len(path)], other) {
		names = append(names, "$"+l.name)
	}
	r.fail(n, "lists use each other in a circle: "+strings.Join(names, " uses "))
	return true
}

// lookup finds the list of that name, or reports that there is none.
func (r *reader) lookup(n *node, name string) *list {
	l := r.named[name]
	if l == nil && r.full() {
		r.dropped++
	} else if l == nil && !r.lost("lists") {
		hint := "define it under lists:"
		if !listName(name) {
			hint = "the name of a list is letters, digits, - and _"
		}
		names := make([]string, len(r.order))
		for i, l := range r.order {
			names[i] = l.name
		}
		meant := nearest(name, names)
		if near := r.named[meant]; near != nil {
			near.used = true // as it was meant to be
		} else {
			meant = strings.TrimRight(name, "*")
		}
		if r.named[meant] != nil {
			hint = `did you mean "$` + meant + `"?`
		}
		r.fail(n, "there is no list $"+name, hint)
	}
	return l
}

// spend counts what a use of a list adds to the rules.
func (r *reader) spend(n *node, patterns int) {
	before := r.expanded
	r.expanded += patterns
	if before < maxExpanded && r.expanded >= maxExpanded {
		r.fail(n, fmt.Sprintf("lists put more than %d patterns into rules", maxExpanded), "use large lists in fewer places")
	}
}

// unusedLists warns of lists that no rule and no other list uses. One with a
// kind is used by stories.
func (r *reader) unusedLists() {
	if r.lost("topics") || r.lost("lists") || r.anchored {
		return
	}
	for _, l := range r.order {
		if !l.used && !l.isMap() {
			r.within(l.doc, func() { r.warn(l.at, "list "+quote(l.name)+" is not used", "use it as $"+l.name) })
		}
	}
}

// scopeInList reports a map such as {title: …}, which narrows an item of a rule
// and not one of a list.
func (r *reader) scopeInList(n *node) bool {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 {
		return false
	}
	key := n.Content[0].Value
	if k := ruleKeys.row(key); k == nil || k.schema.Ref != ref("scoped").Ref || !r.sound(n) {
		return false
	}
	r.fail(n, "a list holds patterns, not {"+key+": …}", "use the list as {"+key+": $name}")
	return true
}

// meantAsMap reports a map that stands in braces, or whose key is almost one
// that rules have.
func (r *reader) meantAsMap(n *node) bool {
	key := n.Content[0].Value
	if r.rune(start(n)) == '{' {
		return true
	}
	names, meant := ruleKeys.spellings()
	return key == strings.ToLower(key) && meant[key] == "" && nearest(key, names) != ""
}

// mistakenMap reports a map with one text where a text was meant, as YAML reads
// [SCO: lower].
func (r *reader) mistakenMap(n *node, what string) bool {
	if n.Kind != yaml.MappingNode || len(n.Content) != 2 || !r.sound(n) {
		return false
	}
	k, v := n.Content[0], n.Content[1]
	if k.Kind != yaml.ScalarNode || v.Kind != yaml.ScalarNode {
		return false
	}
	if r.broken[start(v)] {
		return true
	}
	text := strings.Trim(strings.TrimSpace(k.Value+": "+v.Value), typographic)
	r.fail(n, what+" needs a text, and a colon makes this a map", "quote it: "+quote(text))
	return true
}
