package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
	"topicwire/feed/link"
	"topicwire/feed/opml"
)

func (r *reader) filterKeys(f *feed.SourceFilter) *keys {
	return &keys{in: "sources of a topic", own: "tags addresses without", rows: []row{
		key("tags tag with any include only", r.tagsInto(&f.Tags), "Sources with any of these tags."),
		key("addresses address url urls ids links",
			listInto(r, &f.Addresses, form(`\S`).says("The address of a source, as under sources."), "an address", r.sourceAddress),
			"Or sources with one of these addresses."),
		key("without none not exclude except", r.tagsInto(&f.Without), "No sources with any of these tags."),
	}}
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

func (r *reader) filter(n *node, ks *keys, f *feed.SourceFilter) {
	if n.Kind == yaml.SequenceNode && r.sound(n) {
		r.wrong(n, ks.in, "keys with values", "write {tags: […]}")
		return
	}
	before := len(r.problems)
	if r.read(n, ks) == nil {
		return
	}
	if r.allSources && !failed(r.problems[before:]) && takesNone(f, r.origins) {
		hint := ""
		if len(r.problems) > before {
			hint = r.problems[before].Hint
			r.problems = r.problems[:before]
		}
		by := "these tags"
		if len(f.Addresses) > 0 {
			by = "these addresses and tags"
		}
		r.fail(n, "no source is left by "+by+", so that the topic stays empty", hint)
	}
}

// sourceAddress reads an address that a source has.
func (r *reader) sourceAddress(n *node, what string) (string, bool) {
	text, ok := r.text(n, what)
	if ok && r.allSources && !r.origins.ids[feed.SourceID(text)] {
		r.fail(n, "no source has the address "+quote(link.Masked(text)), r.origins.hint(text))
		return "", false
	}
	return text, ok
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
		return "write " + link.Masked(string(id))
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
		return fmt.Sprintf("did you mean %q?", link.Masked(string(best)))
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
				r.warn(item, "no source has a tag of $"+name)
			}
			continue
		}
		r.warn(item, "no source has the tag "+quote(tag), didYouMean(tag, slices.Sorted(maps.Keys(known.tags)), nil))
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
