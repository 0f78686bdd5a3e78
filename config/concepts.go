package config

import (
	"fmt"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

var (
	conceptKeys = keys{
		in:    "a list with a kind",
		known: []string{"kind", "any"},
		synonyms: map[string]string{
			"type": "kind", "class": "kind", "is": "kind",
			"or": "any", "patterns": "any", "words": "any", "list": "any", "names": "any", "terms": "any", "items": "any",
		},
		homes: map[string]string{
			"translit": "topics: a list with a kind is always read with uz",
			"all":      "a topic: a list with a kind holds patterns of which one is enough",
			"none":     "a topic: a list with a kind holds patterns of which one is enough",
		},
	}
	kindSynonyms = map[string]string{
		"places": "place", "location": "place", "country": "place", "city": "place", "region": "place", "geo": "place",
		"organisation": "org", "organization": "org", "company": "org", "agency": "org", "group": "org",
		"role": "office", "post": "office", "position": "office", "title": "office", "person": "office",
		"action": "event", "incident": "event", "thing": "object", "item": "object", "topic": "object",
	}
)

func kindNames() []string {
	var out []string
	for _, k := range feed.ConceptKinds() {
		out = append(out, string(k))
	}
	return out
}

// isMap reports a list that was written as a map, {kind: …, any: […]}.
func (l *list) isMap() bool { return l.value.Kind == yaml.MappingNode && len(l.value.Content) > 0 }

// listItems are the items of a list. Of one with a kind it reads the kind too.
func (r *reader) listItems(l *list) []*node {
	what := "list " + quote(l.name)
	if !l.isMap() {
		return r.items(l.value, what)
	}
	var kind, patterns *node
	before := len(r.problems)
	if !r.each(l.value, &conceptKeys, func(key string, _, v *node) {
		switch key {
		case "kind":
			kind = v
		case "any":
			patterns = v
		}
	}) {
		return nil
	}
	if kind != nil {
		text, ok := r.text(kind, "kind")
		if r.choice(kind, "kind", text, ok, kindNames(), kindSynonyms) {
			l.kind = feed.ConceptKind(text)
		}
	} else if len(r.problems) == before {
		r.fail(l.value, what+" is a map without a kind", "write {kind: place, any: […]}, or its patterns in [ ] alone")
	}
	if patterns != nil {
		return r.items(patterns, "any of "+what)
	}
	if len(r.problems) == before {
		r.fail(l.value, fmt.Sprintf("%s has a kind and no patterns", what), "write {kind: place, any: […]}")
	}
	return nil
}

// concepts are the lists with a kind, once all are read.
func (r *reader) concepts() []feed.Concept {
	var out []feed.Concept
	for _, l := range r.order {
		if l.kind != "" {
			out = append(out, feed.Concept{ID: l.name, Kind: l.kind, Pos: l.doc.pos(l.at), Rules: l.rules})
		}
	}
	return out
}
