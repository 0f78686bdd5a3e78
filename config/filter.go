package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
	"topicwire/feed/opml"
)

var filterKeys = keys{
	in:    "sources of a topic",
	known: []string{"tags", "addresses", "without"},
	synonyms: map[string]string{
		"tag": "tags", "with": "tags", "any": "tags", "include": "tags", "only": "tags",
		"address": "addresses", "url": "addresses", "urls": "addresses", "ids": "addresses", "links": "addresses",
		"none": "without", "not": "without", "exclude": "without", "except": "without",
	},
}

// origins are the sources that topics choose from.
type origins struct {
	sources []feed.Source
	tags    map[string]bool
	ids     map[feed.SourceID]bool
	alike   map[string]feed.SourceID // by opml.AddressKey; nil until a hint needs it
	hints   int                      // that were looked for
}

// maxAddressHints bounds how often all sources are searched for the one that was
// meant.
const maxAddressHints = 20

func newOrigins(sources []feed.Source) *origins {
	o := &origins{sources: sources, tags: map[string]bool{}, ids: make(map[feed.SourceID]bool, len(sources))}
	for i := range sources {
		o.ids[sources[i].ID] = true
		for _, tag := range sources[i].Tags {
			o.tags[tag] = true
		}
	}
	return o
}

func (r *reader) filter(n *node, t *feed.Topic, known *origins) {
	if n.Kind == yaml.SequenceNode && r.sound(n) {
		r.wrong(n, "sources of a topic", "keys with values", "write {tags: […]}")
		return
	}
	before := len(r.problems)
	if !r.each(n, &filterKeys, func(key string, _, v *node) {
		switch key {
		case "tags":
			t.Sources.Tags = r.texts(v, key, "a tag")
			r.unknownTags(v, known)
		case "without":
			t.Sources.Without = r.texts(v, key, "a tag")
			r.unknownTags(v, known)
		case "addresses":
			t.Sources.Addresses = r.addresses(v, known)
		}
	}) {
		return
	}
	failed := slices.ContainsFunc(r.problems[before:], func(p feed.Problem) bool { return p.Severity == feed.Error })
	if r.allSources && !failed && takesNone(&t.Sources, known) {
		hint := ""
		if len(r.problems) > before {
			hint = r.problems[before].Hint
			r.problems = r.problems[:before]
		}
		by := "these tags"
		if len(t.Sources.Addresses) > 0 {
			by = "these addresses and tags"
		}
		r.fail(n, "no source is left by "+by+", so that the topic stays empty", hint)
	}
}

// addresses reads a list of addresses that sources have.
func (r *reader) addresses(n *node, known *origins) []feed.SourceID {
	var out []feed.SourceID
	for _, item := range r.items(n, "addresses") {
		text, ok := r.text(item, "an address")
		id := feed.SourceID(text)
		switch {
		case !ok:
		case known.ids[id] || !r.allSources:
			if !slices.Contains(out, id) {
				out = append(out, id)
			}
		default:
			r.fail(item, fmt.Sprintf("no source has the address %s", quote(masked(text))), known.hint(text))
		}
	}
	return out
}

// hint names the address of a source that was probably meant.
func (o *origins) hint(text string) string {
	if o.alike == nil {
		o.alike = make(map[string]feed.SourceID, len(o.sources))
		for i := range o.sources {
			o.alike[opml.AddressKey(string(o.sources[i].ID))] = o.sources[i].ID
		}
	}
	if id := o.alike[opml.AddressKey(text)]; id != "" {
		return "write " + string(id)
	}
	best, least := feed.SourceID(""), 4
	word := []rune(text)
	o.hints++
	for i := 0; i < len(o.sources) && o.hints <= maxAddressHints && len(text) <= 500; i++ {
		if d := edits(word, []rune(o.sources[i].ID)); d < least {
			best, least = o.sources[i].ID, d
		}
	}
	if best != "" {
		return fmt.Sprintf("did you mean %q?", best)
	}
	return "as it stands under sources:"
}

// unknownTags warns of tags that no source carries.
func (r *reader) unknownTags(n *node, known *origins) {
	if !r.allSources || r.full() {
		return
	}
	items := n.Content
	if n.Kind == yaml.ScalarNode {
		items = []*node{n}
	}
	for _, item := range items {
		tag := strings.TrimSpace(item.Value)
		if item.Kind != yaml.ScalarNode || tag == "" || known.tags[tag] {
			continue
		}
		if name, isRef := reference(tag); isRef {
			if l := r.named[name]; l != nil && !slices.ContainsFunc(l.rules, func(t feed.Rule) bool { return known.tags[t.Pattern] }) {
				r.warn(item, fmt.Sprintf("no source has a tag of $%s", name), "")
			}
			continue
		}
		options := make([]string, 0, len(known.tags))
		for t := range known.tags {
			options = append(options, t)
		}
		slices.Sort(options)
		r.warn(item, fmt.Sprintf("no source has the tag %s", quote(tag)), didYouMean(tag, options))
	}
}

// takesNone reports whether a filter leaves no source.
func takesNone(f *feed.SourceFilter, known *origins) bool {
	if len(f.Without) > 0 {
		return !slices.ContainsFunc(known.sources, func(s feed.Source) bool { return f.Takes(&s) })
	}
	return len(f.Tags)+len(f.Addresses) > 0 &&
		!slices.ContainsFunc(f.Tags, func(tag string) bool { return known.tags[tag] }) &&
		!slices.ContainsFunc(f.Addresses, func(id feed.SourceID) bool { return known.ids[id] })
}
