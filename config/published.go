package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// MaxAlso is how many other reports may be listed with an entry.
const MaxAlso = 20

// maxCap bounds how many entries of a source a topic may take in a time.
const maxCap = 100_000

// maxExamples bounds how many examples a topic has of a kind, and maxExample how
// long each is, in bytes.
const (
	maxExamples = 1000
	maxExample  = 64 << 10
)

var (
	alsoKeys = keys{
		in:       "also",
		known:    []string{"max"},
		synonyms: map[string]string{"limit": "max", "count": "max", "most": "max", "maximum": "max"},
	}
	exampleItemKeys = keys{
		in:       "an example",
		known:    []string{"text", "tags"},
		synonyms: map[string]string{"title": "text", "tag": "tags", "source": "tags"},
	}
	exampleKeys = keys{
		in:    "examples",
		known: []string{"match", "reject"},
		synonyms: map[string]string{
			"matches": "match", "hit": "match", "hits": "match", "yes": "match", "good": "match", "accept": "match", "positive": "match",
			"rejects": "reject", "miss": "reject", "misses": "reject", "no": "reject", "bad": "reject", "none": "reject", "negative": "reject",
		},
	}
)

// published reads the keys of a topic that say how it is published and tested.
func (r *reader) published(key string, v *node, t *feed.Topic, known *origins) {
	switch key {
	case "translit":
		s, ok := r.text(v, key)
		if r.choice(v, key, s, ok, []string{"uz"}, map[string]string{"uzbek": "uz", "true": "uz", "yes": "uz", "uz-latn": "uz", "uz-cyrl": "uz"}) {
			t.Translit = s
		}
	case "prefer":
		for _, tag := range r.texts(v, key, "a tag") {
			if !slices.Contains(t.Prefer, tag) {
				t.Prefer = append(t.Prefer, tag)
			}
		}
		r.unknownTags(v, known)
	case "per_source":
		t.PerSource = r.perSource(v)
	case "max_age":
		t.MaxAge, _ = r.duration(v, key, time.Hour, maxKeep)
	case "backfill":
		if d, ok := r.duration(v, key, 0, maxKeep); ok {
			t.Backfill = d
		}
	case "entry_title":
		t.EntryTitle = r.entryTitle(v)
	case "reasons":
		s, ok := r.text(v, key)
		options := []string{string(feed.ReasonWords), string(feed.ReasonFull), string(feed.ReasonNone)}
		if r.choice(v, key, s, ok, options, map[string]string{"true": "words", "yes": "words", "all": "full", "false": "none", "no": "none", "off": "none"}) {
			t.Reasons = feed.ReasonDetail(s)
		}
	case "also":
		if n, ok := r.also(v); ok {
			t.Also = n
		}
	case "draft":
		t.Draft, _ = r.boolean(v, key)
	case "examples":
		t.Examples = r.examples(v)
	}
}

// periodSlips are what people write for a period that is not its name.
var periodSlips = map[string]feed.Period{
	"h": feed.PerHour, "hours": feed.PerHour, "1h": feed.PerHour, "hourly": feed.PerHour,
	"d": feed.PerDay, "days": feed.PerDay, "1d": feed.PerDay, "24h": feed.PerDay, "daily": feed.PerDay,
	"w": feed.PerWeek, "weeks": feed.PerWeek, "1w": feed.PerWeek, "7d": feed.PerWeek, "weekly": feed.PerWeek,
	"m": feed.PerMonth, "months": feed.PerMonth, "30d": feed.PerMonth, "monthly": feed.PerMonth,
}

// perSource reads a number in a time, as 10/day.
func (r *reader) perSource(n *node) feed.Cap {
	s, ok := r.textAs(n, "per_source", "a number and a time, as in 10/day")
	if !ok {
		return feed.Cap{}
	}
	number, per, _ := strings.Cut(s, "/")
	entries, err := strconv.Atoi(number)
	period := feed.Period(per)
	switch {
	case err != nil || !slices.Contains([]feed.Period{feed.PerHour, feed.PerDay, feed.PerWeek, feed.PerMonth}, period):
		r.fail(n, fmt.Sprintf("per_source %s is not a number in a time", quote(s)), "write "+capMeant(s))
	case entries < 1 || entries > maxCap:
		r.fail(n, fmt.Sprintf("per_source %d is out of range", entries), fmt.Sprintf("from 1 to %d", maxCap))
	default:
		return feed.Cap{Entries: entries, Per: period}
	}
	return feed.Cap{}
}

// capMeant is the cap that a text was probably meant as.
func capMeant(s string) string {
	number, per := "", feed.PerDay
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return strings.ContainsRune(" \t/:,", c) }) {
		if p := periodMeant(word); p != "" {
			per = p
		} else if i, err := strconv.Atoi(word); err == nil && i > 0 && number == "" {
			number = word
		}
	}
	return cmp.Or(number, "10") + "/" + string(per)
}

func periodMeant(word string) feed.Period {
	if p := periodSlips[word]; p != "" {
		return p
	}
	return feed.Period(nearest(word, []string{string(feed.PerHour), string(feed.PerDay), string(feed.PerWeek), string(feed.PerMonth)}))
}

var placeholders = []string{"title", "source", "language", "topic"}

// entryTitle reads a text with placeholders in braces.
func (r *reader) entryTitle(n *node) string {
	if n.Kind == yaml.MappingNode && r.sound(n) {
		r.fail(n, "entry_title needs a text, and braces make this a map", `quote it, as in "{title} ({source})"`)
		return ""
	}
	text, ok := r.text(n, "entry_title")
	if !ok {
		return ""
	}
	sound, titled := true, false
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		name, next, closed := strings.Cut(after, "}")
		switch {
		case !closed:
			r.fail(n, "a { of entry_title is not closed", "known are {title}, {source}, {language}, {topic}")
			return ""
		case index(placeholders, name) < 0:
			hint := "known are {title}, {source}, {language}, {topic}"
			if best := nearest(name, placeholders); best != "" {
				hint = "did you mean {" + best + "}?"
			}
			r.fail(n, "entry_title has the unknown placeholder "+quote("{"+name+"}"), hint)
			sound = false
		}
		titled = titled || name == "title"
		rest = next
	}
	if sound && !titled {
		r.fail(n, "entry_title lacks {title}, so that all entries look alike", `as in "{title} ({source})"`)
	}
	if !sound || !titled {
		return ""
	}
	return text
}

// also reads how many other reports are listed, as feed.Topic has it.
func (r *reader) also(n *node) (most int, ok bool) {
	if n.Kind == yaml.ScalarNode && !null(n) && r.sound(n) {
		hint := "write {max: 5}"
		if i, err := strconv.Atoi(strings.TrimSpace(n.Value)); err == nil && i >= 0 && i <= MaxAlso {
			hint = fmt.Sprintf("write {max: %d}", i)
		} else if s := strings.ToLower(n.Value); s == "false" || s == "none" || s == "no" || s == "off" {
			hint = "write {max: 0}"
		}
		r.wrong(n, "also", "keys with values", hint)
		return 0, false
	}
	r.each(n, &alsoKeys, func(_ string, _, v *node) {
		if most, ok = r.integer(v, "max", 0, MaxAlso); most == 0 {
			most = -1
		}
	})
	return most, ok
}

// examples reads a topic's own tests.
func (r *reader) examples(n *node) feed.Examples {
	var out feed.Examples
	seen := exampleSet{}
	r.each(n, &exampleKeys, func(key string, _, v *node) {
		var list []feed.Example
		for i, item := range r.items(v, key) {
			if i == maxExamples {
				r.fail(item, fmt.Sprintf("more than %d examples", maxExamples), "")
				break
			}
			if ex, ok := r.example(item); ok && r.newExample(item, key, &ex, seen) {
				list = append(list, ex)
			}
		}
		if key == "match" {
			out.Match = list
		} else {
			out.Reject = list
		}
	})
	return out
}

// example reads a text, or a map of a text and the tags of its source.
func (r *reader) example(n *node) (feed.Example, bool) {
	ex := feed.Example{Pos: r.pos(n)}
	ok := false
	if n.Kind == yaml.MappingNode && slices.ContainsFunc(n.Content, func(k *node) bool { return k.Value == "text" }) {
		r.each(n, &exampleItemKeys, func(key string, _, v *node) {
			switch key {
			case "text":
				if ex.Text, ok = r.text(v, "the text of an example"); ok {
					r.doubts(v)
				}
			case "tags":
				ex.Tags = r.texts(v, key, "a tag")
				r.unknownTags(v, r.origins)
			}
		})
		return ex, ok
	}
	if r.mistakenMap(n, "an example") {
		return ex, false
	}
	if ex.Text, ok = r.text(n, "an example"); ok {
		r.doubts(n)
	}
	return ex, ok
}

// An exampleSet is the examples of a topic so far, with their kinds.
type exampleSet map[string]struct {
	kind string
	pos  feed.Pos
}

// newExample reports an example that is too long, or here a second time.
func (r *reader) newExample(n *node, kind string, ex *feed.Example, seen exampleSet) bool {
	id := ex.Text + "\n\x00" + strings.Join(ex.Tags, "\x00")
	before, again := seen[id]
	switch {
	case len(ex.Text) > maxExample:
		r.fail(n, fmt.Sprintf("an example is longer than %s", size(maxExample)), "")
	case again && before.kind == kind:
		r.warn(n, "this example is here a second time", fmt.Sprintf("the first is in line %d", before.pos.Line))
	case again:
		r.fail(n, "this example is to match and to be rejected", fmt.Sprintf("the other is in line %d", before.pos.Line))
	default:
		before.kind, before.pos = kind, ex.Pos
		seen[id] = before
		return true
	}
	return false
}
