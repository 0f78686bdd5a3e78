package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// maxExamples bounds how many examples a topic has of a kind, and maxExample how
// long each is, in bytes.
const (
	maxExamples = 1000
	maxExample  = 64 << 10
)

// examplesKeys are those of a topic's own tests.
func (r *reader) examplesKeys(to *feed.Examples) *keys {
	var ex feed.Example
	one := r.exampleKeys(&ex)
	tagged := one.object().says("A title or a short text of a source with tags.")
	tagged.Required = []string{"text"}
	list := func(to *[]feed.Example) kind {
		k := into(to, listOf(&schema{AnyOf: []*schema{ref("text").says("A title or a short text."), tagged}}), func(n *node, what string) (list []feed.Example, ok bool) {
			for i, item := range r.items(n, what) {
				if i == maxExamples {
					r.fail(item, fmt.Sprintf("more than %d examples", maxExamples))
					break
				}
				ex = feed.Example{Pos: r.pos(item)}
				if r.example(item, one, &ex); ex.Text != "" && r.newExample(item, what, &ex) {
					list = append(list, ex)
				}
			}
			return list, true
		})
		k.below = one
		return k
	}
	return &keys{in: "examples", rows: []row{
		key("match matches hit hits yes good accept positive", list(&to.Match), "Titles or short texts that the topic must match."),
		key("reject rejects miss misses no bad none negative", list(&to.Reject), "Titles or short texts that the topic must not match."),
	}}
}

// exampleKeys are those of an example with tags.
func (r *reader) exampleKeys(ex *feed.Example) *keys {
	return &keys{in: "an example", rows: []row{
		key("text title", kind{schema: ref("text"), read: func(n *node, _ string) { r.exampleText(n, "the text of an example", ex) }}, "A title or a short text."),
		key("tags tag source", r.tagsInto(&ex.Tags), "The tags of its source."),
	}}
}

// examples reads a topic's own tests.
func (r *reader) examples(n *node, ks *keys) {
	r.examplesSeen = exampleSet{}
	r.read(n, ks)
}

// example reads a text, or a map of a text and the tags of its source.
func (r *reader) example(n *node, ks *keys, ex *feed.Example) {
	if n.Kind == yaml.MappingNode && slices.ContainsFunc(n.Content, func(k *node) bool { return k.Value == "text" }) {
		r.read(n, ks)
	} else if !r.mistakenMap(n, "an example") {
		r.exampleText(n, "an example", ex)
	}
}

func (r *reader) exampleText(n *node, what string, ex *feed.Example) {
	if text, ok := r.text(n, what); ok {
		ex.Text = text
		r.doubts(n)
	}
}

// An exampleSet is the examples of a topic so far, with their kinds.
type exampleSet map[string]struct {
	kind string
	pos  feed.Pos
}

// newExample reports an example that is too long, or here a second time.
func (r *reader) newExample(n *node, kind string, ex *feed.Example) bool {
	id := ex.Text + "\n\x00" + strings.Join(ex.Tags, "\x00")
	before, again := r.examplesSeen[id]
	switch {
	case len(ex.Text) > maxExample:
		r.fail(n, "an example is longer than "+size(maxExample))
	case again && before.kind == kind:
		r.warn(n, "this example is here a second time", firstIn(before.pos.Line))
	case again:
		r.fail(n, "this example is to match and to be rejected", fmt.Sprintf("the other is in line %d", before.pos.Line))
	default:
		before.kind, before.pos = kind, ex.Pos
		r.examplesSeen[id] = before
		return true
	}
	return false
}
