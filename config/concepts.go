package config

import (
	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// conceptKeys are those of a list with a kind; its patterns are read as those of
// any list.
func (r *reader) conceptKeys(to *feed.ConceptKind) *keys {
	anyOne := "a topic: a list with a kind holds patterns of which one is enough"
	return &keys{
		in: "a list with a kind",
		rows: []row{
			key("kind type class is", wordInto(r, to, "place places location country city region geo",
				"org organisation organization company agency group", "office role post position title person", "event action incident", "object thing item topic"),
				"What it is: a place; org, an organisation; office, what somebody is; event, what happens; object, what it happens to."),
			key("any or patterns words list names terms items", kind{schema: patternList()}, "The patterns of the list."),
		},
		homes: map[string]string{"translit": "topics: a list with a kind is always read with uz", "all": anyOne, "none": anyOne},
	}
}

func patternList() *schema {
	return listOf(ref("pattern").says("A pattern, or $name for another list."))
}

// isMap reports a list that was written as a map, {kind: …, any: […]}.
func (l *list) isMap() bool { return l.value.Kind == yaml.MappingNode && len(l.value.Content) > 0 }

// listItems are the items of a list. Of one with a kind it reads the kind too.
func (r *reader) listItems(l *list) []*node {
	what := "list " + quote(l.name)
	if !l.isMap() {
		return r.items(l.value, what)
	}
	before := len(r.problems)
	r.concept = ""
	at := r.read(l.value, r.root.row("lists").below)
	l.kind = r.concept
	sound := len(r.problems) == before
	switch {
	case sound && at["kind"].value == nil:
		r.fail(l.value, what+" is a map without a kind", "write {kind: place, any: […]}, or its patterns in [ ] alone")
	case sound && at["any"].value == nil:
		r.fail(l.value, what+" has a kind and no patterns", "write {kind: place, any: […]}")
	}
	if patterns := at["any"].value; patterns != nil {
		return r.items(patterns, "any of "+what)
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
