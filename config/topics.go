package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

var (
	topicKeys = keys{
		in: "a topic",
		known: []string{"title", "description", "language", "languages", "unknown", "sources",
			"any", "all", "none", "score", "group", "limit"},
		later: []string{"per_source", "prefer", "backfill", "entry_title", "draft", "examples", "max_age", "access",
			"footer", "reasons", "also", "was", "translit"},
		synonyms: map[string]string{
			"name": "title", "desc": "description", "summary": "description", "subtitle": "description", "lang": "language", "langs": "languages",
			"keywords": "any", "words": "any", "include": "any", "match": "any", "terms": "any", "patterns": "any", "or": "any", "rules": "any",
			"exclude": "none", "not": "none", "without": "none", "reject": "none", "ignore": "none", "block": "none",
			"and": "all", "must": "all", "require": "all", "required": "all",
			"source": "sources", "feeds": "sources", "feed": "sources",
			"max": "limit", "count": "limit", "size": "limit", "entries": "limit", "items": "limit",
			"group_by": "group", "grouping": "group", "dedupe": "group",
		},
	}
	filterKeys = keys{
		in:    "sources of a topic",
		known: []string{"tags", "without"},
		synonyms: map[string]string{
			"tag": "tags", "with": "tags", "any": "tags", "include": "tags", "only": "tags",
			"none": "without", "not": "without", "exclude": "without", "except": "without",
		},
	}
)

// topics reads the map of topics. sources tells which tags there are.
func (r *reader) topics(n *node, sources []feed.Source) []feed.Topic {
	if null(n) && n.Anchor == "" || n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		r.fail(n, "no topics", "add topics; one without rules takes everything, as in all: {}")
		return nil
	}
	if n.Kind == yaml.SequenceNode && r.sound(n) {
		r.wrong(n, "topics", "ids with keys", "write each topic as ID: and its keys below, without -")
		return nil
	}
	tags := tagsOf(sources)
	var out []feed.Topic
	r.entries(n, "topics", func(id string, k, v *node) {
		if !feed.TopicID(id).Valid() {
			r.fail(k, fmt.Sprintf("%s is not an id for a topic", quote(id)), idHint(id))
		}
		if null(v) && r.sound(v) {
			r.fail(k, fmt.Sprintf("topic %s has no keys", quote(id)), "write {} for a topic that takes everything")
			return
		}
		t := feed.Topic{ID: feed.TopicID(id), Pos: r.pos(k), Title: id, Group: feed.GroupDuplicate, Limit: 100}
		r.topic(v, &t, sources, tags)
		out = append(out, t)
	})
	return out
}

// idHint makes an id of what was meant as one.
func idHint(id string) string {
	words := strings.FieldsFunc(strings.ToLower(id), func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') })
	slug := strings.Join(words, "-")
	if feed.TopicID(slug).Valid() && slug != id {
		return "write " + slug + ", and the name of the topic as its title"
	}
	return "lower-case Latin letters, digits and single hyphens, at most 64"
}

func (r *reader) topic(n *node, t *feed.Topic, sources []feed.Source, tags map[string]bool) {
	var unknown *node
	languages := false
	r.each(n, &topicKeys, func(key string, k, v *node) {
		switch key {
		case "title":
			if s, ok := r.text(v, "title"); ok {
				t.Title = s
			}
		case "description":
			t.Description, _ = r.text(v, "description")
		case "language":
			t.Language = r.language(v, "language")
		case "languages":
			languages = true
			for _, item := range r.items(v, "languages") {
				if tag := r.language(item, "language"); tag != "" && !slices.Contains(t.Languages, tag) {
					t.Languages = append(t.Languages, tag)
				}
			}
		case "unknown":
			unknown = k
			s, ok := r.text(v, "unknown")
			r.choice(v, "unknown", s, ok, []string{"pass", "drop"}, map[string]string{"keep": "pass", "take": "pass", "include": "pass", "exclude": "drop"})
			t.DropUnknown = s == "drop"
		case "sources":
			r.filter(v, t, sources, tags)
		case "any":
			t.Rules.Any = r.rules(v, key)
		case "all":
			t.Rules.All = r.rules(v, key)
		case "none":
			t.Rules.None = r.rules(v, key)
		case "score":
			t.Rules.Score = r.score(v)
		case "group":
			s, ok := r.text(v, "group")
			if r.choice(v, "group", s, ok, []string{"duplicate", "story", "none"}, map[string]string{"stories": "story", "event": "story", "duplicates": "duplicate", "off": "none", "no": "none", "false": "none", "entry": "none"}) {
				t.Group = feed.Grouping(s)
			}
		case "limit":
			if i, ok := r.integer(v, "limit", 1, MaxLimit); ok {
				t.Limit = i
			}
		}
	})
	if unknown != nil && !languages {
		r.warn(unknown, "unknown means nothing without languages", "")
	}
}

// choice checks a text that is one of a few.
func (r *reader) choice(n *node, what, s string, ok bool, options []string, synonyms map[string]string) bool {
	if !ok || index(options, s) >= 0 {
		return ok
	}
	hint := "one of " + strings.Join(options, ", ")
	if best := synonyms[strings.ToLower(s)]; best != "" {
		hint = fmt.Sprintf("did you mean %q?", best)
	} else if best := didYouMean(s, options); best != "" {
		hint = best
	}
	r.fail(n, fmt.Sprintf("%s cannot be %s", what, quote(s)), hint)
	return false
}

func tagsOf(sources []feed.Source) map[string]bool {
	tags := map[string]bool{}
	for i := range sources {
		for _, tag := range sources[i].Tags {
			tags[tag] = true
		}
	}
	return tags
}

func (r *reader) filter(n *node, t *feed.Topic, sources []feed.Source, tags map[string]bool) {
	if n.Kind == yaml.SequenceNode && r.sound(n) {
		r.wrong(n, "sources of a topic", "keys with values", "write {tags: […]}")
		return
	}
	before := len(r.problems)
	if !r.each(n, &filterKeys, func(key string, _, v *node) {
		names := r.texts(v, key, "a tag")
		switch key {
		case "tags":
			t.Sources.Tags = names
		case "without":
			t.Sources.Without = names
		}
		r.unknownTags(v, tags)
	}) {
		return
	}
	if r.allSources && takesNone(t.Sources, sources, tags) {
		hint := ""
		if len(r.problems) > before {
			hint = r.problems[before].Hint
			r.problems = r.problems[:before]
		}
		r.fail(n, "no source is left by these tags, so that the topic stays empty", hint)
	}
}

// unknownTags warns of tags that no source carries.
func (r *reader) unknownTags(n *node, tags map[string]bool) {
	if !r.allSources || r.full() || n.Kind != yaml.SequenceNode {
		return
	}
	for _, item := range n.Content {
		tag := strings.TrimSpace(item.Value)
		if item.Kind != yaml.ScalarNode || tag == "" || tags[tag] {
			continue
		}
		options := make([]string, 0, len(tags))
		for t := range tags {
			options = append(options, t)
		}
		slices.Sort(options)
		r.warn(item, fmt.Sprintf("no source has the tag %s", quote(tag)), didYouMean(tag, options))
	}
}

// takesNone reports whether a filter leaves no source.
func takesNone(f feed.SourceFilter, sources []feed.Source, tags map[string]bool) bool {
	if len(f.Without) == 0 {
		return len(f.Tags) > 0 && !slices.ContainsFunc(f.Tags, func(tag string) bool { return tags[tag] })
	}
	for i := range sources {
		has := func(tag string) bool { return slices.Contains(sources[i].Tags, tag) }
		if (len(f.Tags) == 0 || slices.ContainsFunc(f.Tags, has)) && !slices.ContainsFunc(f.Without, has) {
			return false
		}
	}
	return true
}
