package config

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// keys are the keys that a map of fixed shape may have.
type keys struct {
	in       string            // what the map is, as in "unknown key in …"
	known    []string          //
	later    []string          // of the design, not of this version
	synonyms map[string]string // what people write instead
	homes    map[string]string // where keys belong that are known elsewhere; nil for the usual
}

// maxKeys is how many keys a map of fixed shape has at most.
const maxKeys = 32

// each visits the keys of a map of fixed shape and reports the others. It
// returns false where n is no map. A section without keys may be left empty.
func (r *reader) each(n *node, ks *keys, visit func(key string, k, v *node)) bool {
	if !r.sound(n) {
		return false
	}
	if n.Kind != yaml.MappingNode {
		r.wrong(n, ks.in, "keys with values", "")
		return false
	}
	var lines [maxKeys]int // by index in known, where each key was first
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name, ok := r.key(k, ks.in)
		if !ok {
			continue
		}
		known := index(ks.known, name)
		switch {
		case known < 0:
			r.unknown(k, name, ks)
		case lines[known] != 0:
			r.again(k, name, lines[known])
		default:
			lines[known] = k.Line
			visit(name, k, v)
		}
	}
	return true
}

// entries visits the keys of a map whose keys are the operator's names.
func (r *reader) entries(n *node, what string, visit func(key string, k, v *node)) bool {
	if !r.sound(n) {
		return false
	}
	if n.Kind != yaml.MappingNode {
		r.wrong(n, what, "names with values", "")
		return false
	}
	if len(n.Content) == 0 {
		r.fail(n, what+" is empty", "")
		return false
	}
	lines := make(map[string]int, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		name, ok := r.key(k, what)
		if !ok {
			continue
		}
		if first := lines[name]; first != 0 {
			r.again(k, name, first)
			continue
		}
		lines[name] = k.Line
		visit(name, k, v)
	}
	return true
}

func (r *reader) key(k *node, in string) (string, bool) {
	if !r.sound(k) {
		return "", false
	}
	if k.Kind != yaml.ScalarNode || null(k) && k.Value == "" {
		r.wrong(k, "a key of "+in, "a text", "")
		return "", false
	}
	name := strings.TrimSpace(k.Value)
	if name == "" {
		r.fail(k, "a key of "+in+" is empty", "")
		return "", false
	}
	return name, true
}

func (r *reader) again(k *node, name string, first int) {
	r.fail(k, fmt.Sprintf("key %s is here a second time", quote(name)), fmt.Sprintf("the first is in line %d", first))
}

func (r *reader) unknown(k *node, name string, ks *keys) {
	if r.full() {
		r.fail(k, "", "")
		return
	}
	if index(ks.later, name) >= 0 {
		r.fail(k, fmt.Sprintf("key %s is not yet supported in %s", quote(name), ks.in), "remove it")
		return
	}
	hint := ""
	if s := ks.synonyms[strings.ToLower(name)]; s != "" {
		hint = fmt.Sprintf("did you mean %q?", s)
	} else if hint = didYouMean(name, ks.known); hint == "" {
		if home := ks.home(name); home != "" {
			hint = "it belongs in " + home
		} else if s := ks.synonyms[nearest(name, slices.Sorted(maps.Keys(ks.synonyms)))]; s != "" {
			hint = fmt.Sprintf("did you mean %q?", s)
		} else {
			hint = "known are " + strings.Join(ks.known, ", ")
		}
	}
	r.fail(k, fmt.Sprintf("unknown key %s in %s", quote(name), ks.in), hint)
}

func (ks *keys) home(name string) string {
	if ks.homes != nil {
		return ks.homes[name]
	}
	return homes[name]
}

// homes says where keys belong that are found elsewhere.
var homes = map[string]string{
	"listen": "server", "timezone": "server", "path": "storage", "contact": "fetch", "parallel": "fetch", "host_gap": "fetch", "allow_private": "fetch", "admin": "server", "keep": "storage", "opml": "a source", "republish": "fetch, or in a source",
	"interval": "fetch, or in a source", "tags": "a source, or in sources of a topic", "headers": "a source",
	"any": "a topic", "all": "a topic", "none": "a topic", "score": "a topic", "threshold": "score of a topic", "weights": "score of a topic",
	"limit": "a topic", "group": "a topic", "unknown": "a topic", "languages": "a topic", "description": "a topic",
	"per_source": "a topic", "prefer": "a topic", "backfill": "a topic", "max_age": "a topic, or in stories", "entry_title": "a topic", "draft": "a topic",
	"reasons": "a topic", "also": "a topic", "translit": "a topic", "examples": "a topic", "addresses": "sources of a topic", "without": "sources of a topic",
	"preset": "stories", "exact": "an item of any, all or none", "regex": "an item of any, all or none",
}

func index(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}
