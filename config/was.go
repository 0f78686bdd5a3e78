package config

import (
	"slices"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// A former is an id that a topic says it had.
type former struct {
	id    string
	topic feed.TopicID
	doc   *document
	at    *node
}

// Renamed is the topic that had an id before.
func (c *Config) Renamed(id feed.TopicID) (now feed.TopicID, ok bool) {
	for i := range c.Topics {
		if slices.Contains(c.Topics[i].Was, id) {
			return c.Topics[i].ID, true
		}
	}
	return "", false
}

// formerInto is the kind of a topic's former ids. What they mean beside the other
// topics is known once all are read.
func (r *reader) formerInto(t *feed.Topic) kind {
	// To YAML an id of digits alone is a number.
	item := &schema{Type: []string{"string", "integer"}, Minimum: 0, Pattern: topicForm, MaxLength: 64}
	k := listInto(r, &t.Was, item.says("An id that the topic had."), "a former id", func(n *node, what string) (string, bool) {
		id, ok := r.text(n, what)
		if !ok {
			return "", false
		}
		if !feed.TopicID(id).Valid() {
			r.fail(n, quote(id)+" is not an id for a topic", idHint(id))
			return "", false
		}
		r.formers = append(r.formers, former{id, t.ID, r.document, n})
		return id, true
	})
	read := k.read
	k.read = func(n *node, what string) {
		if n.Kind == yaml.ScalarNode && feed.TopicID(n.Value).Valid() && r.sound(n) {
			r.wrong(n, what, "a list", "write ["+n.Value+"]") // also of what YAML takes for a number
			return
		}
		read(n, what)
	}
	return k
}

// checkFormers reports ids that cannot be former ones: an address leads to one place.
func (r *reader) checkFormers() {
	first := make(map[string]former, len(r.formers))
	for _, f := range r.formers {
		r.within(f.doc, func() {
			at, configured := r.topicsAt[f.id]
			other, claimed := first[f.id]
			switch {
			case f.id == string(f.topic):
				r.fail(f.at, "topic "+quote(f.id)+" cannot have been itself", "remove it; was names the ids that it had before")
			case configured:
				r.fail(f.at, "topic "+quote(string(f.topic))+" cannot have been "+quote(f.id)+", which is a topic", "it is in "+at.String()+"; a topic that was renamed stands under its new id alone")
			case claimed && other.topic != f.topic:
				r.fail(f.at, "two topics cannot both have been "+quote(f.id), "the first is "+quote(string(other.topic))+" in "+other.doc.pos(other.at).String())
			default:
				first[f.id] = f
			}
		})
	}
}
