package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

var topicKeys = keys{
	in: "a topic",
	known: []string{"title", "description", "language", "languages", "unknown", "sources",
		"any", "all", "none", "score", "translit", "group", "prefer", "limit", "per_source", "max_age", "backfill",
		"entry_title", "reasons", "also", "draft", "examples"},
	later: []string{"access", "footer", "was"},
	synonyms: map[string]string{
		"name": "title", "desc": "description", "summary": "description", "subtitle": "description", "lang": "language", "langs": "languages",
		"keywords": "any", "words": "any", "include": "any", "match": "any", "terms": "any", "patterns": "any", "or": "any", "rules": "any",
		"exclude": "none", "not": "none", "without": "none", "reject": "none", "ignore": "none", "block": "none",
		"and": "all", "must": "all", "require": "all", "required": "all",
		"source": "sources", "feeds": "sources", "feed": "sources",
		"max": "limit", "count": "limit", "size": "limit", "entries": "limit", "items": "limit",
		"cap": "per_source", "rate": "per_source", "max_per_source": "per_source", "prefers": "prefer", "preferred": "prefer", "priority": "prefer",
		"age": "max_age", "maxage": "max_age", "expire": "max_age", "format": "entry_title", "item_title": "entry_title", "title_format": "entry_title",
		"hidden": "draft", "private": "draft", "why": "reasons", "reason": "reasons", "also_reported": "also",
		"transliterate": "translit", "transliteration": "translit", "tests": "examples", "test": "examples", "example": "examples",
		"group_by": "group", "grouping": "group", "dedupe": "group",
	},
}

// topics reads the topics of all files.
func (r *reader) topics(parts []part, sources []feed.Source) []feed.Topic {
	known := newOrigins(sources)
	r.origins = known
	var out []feed.Topic
	for i := range parts {
		r.within(parts[i].doc, func() { out = append(out, r.topicsOf(parts[i].topics, known)...) })
	}
	return out
}

func (r *reader) topicsOf(n *node, known *origins) []feed.Topic {
	if n == nil || null(n) && n.Anchor == "" || n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		return nil
	}
	r.someTopics = true
	if n.Kind == yaml.SequenceNode && r.sound(n) {
		r.wrong(n, "topics", "ids with keys", "write each topic as ID: and its keys below, without -")
		r.cut["topics"] = true
		return nil
	}
	var out []feed.Topic
	isMap := r.entries(n, "topics", func(id string, k, v *node) {
		if first, again := r.topicsAt[id]; again {
			r.fail(k, fmt.Sprintf("topic %s is here a second time", quote(id)), "the first is in "+first.String())
			return
		}
		r.topicsAt[id] = r.pos(k)
		if !feed.TopicID(id).Valid() {
			r.fail(k, fmt.Sprintf("%s is not an id for a topic", quote(id)), idHint(id))
		}
		if null(v) && r.sound(v) {
			r.fail(k, fmt.Sprintf("topic %s has no keys", quote(id)), "write {} for a topic that takes everything")
			return
		}
		t := feed.Topic{
			ID: feed.TopicID(id), Pos: r.pos(k), Title: id, Group: feed.GroupDuplicate, Limit: feed.DefaultLimit,
			Backfill: feed.DefaultBackfill, Reasons: feed.ReasonWords, Also: feed.DefaultAlso,
		}
		r.topic(v, &t, known)
		out = append(out, t)
	})
	if !isMap {
		r.cut["topics"] = true
	}
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

func (r *reader) topic(n *node, t *feed.Topic, known *origins) {
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
			r.filter(v, t, known)
		case "any", "all", "none", "score":
			r.topicRule(t, feed.Op(key), v)
		case "group":
			s, ok := r.text(v, "group")
			if r.choice(v, "group", s, ok, []string{"duplicate", "story", "none"}, map[string]string{"stories": "story", "event": "story", "duplicates": "duplicate", "off": "none", "no": "none", "false": "none", "entry": "none"}) {
				t.Group = feed.Grouping(s)
			}
		case "limit":
			if i, ok := r.integer(v, "limit", 1, MaxLimit); ok {
				t.Limit = i
			}
		default:
			r.published(key, v, t, known)
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
