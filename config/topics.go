package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

// MaxAlso is how many other reports may be listed with an entry.
const MaxAlso = 20

func (r *reader) topicKeys(t *feed.Topic) *keys {
	var unknown string
	drop := wordInto(r, &unknown, "pass keep take include", "drop exclude")
	rules := func(definition string, below *keys) kind {
		return kind{schema: ref(definition), below: below, read: func(n *node, what string) { r.topicRule(t, feed.Op(what), n) }}
	}
	also := &keys{in: "also", rows: []row{
		keyOr("max limit count most maximum", "5", r.wholeInto(&t.Also, 0, MaxAlso), "How many other reports are listed; 0 for none."),
	}}
	return &keys{in: "a topic", own: "description languages unknown any all none score translit group prefer limit per_source max_age max_silence backfill entry_title reasons also draft was examples", later: "access footer", rows: []row{
		key("title name", r.textInto(&t.Title), "The feed's title; the id otherwise."),
		key("description desc summary subtitle", r.textInto(&t.Description), "The feed's description."),
		key("icon logo image picture", kind{schema: ref("text"), read: func(n *node, what string) {
			if p, ok := r.picture(n, what); ok {
				if r.icons == nil {
					r.icons = map[feed.TopicID][]byte{}
				}
				t.Icon, r.icons[t.ID] = p.Icon, p.Body
			}
		}}, "The topic's icon, a file relative to the configuration's: a PNG, JPEG or GIF of at most 512 KiB; an SVG is shown on pages alone. The server's otherwise.", "water.png"),
		key("language lang", r.languageInto(&t.Language), "The language the feed declares."),
		key("languages langs", listInto(r, &t.Languages, languageSchema(), "language", parsing(r, r.text, language)), "The languages an entry may have; all otherwise."),
		keyOr("unknown", "pass", kind{schema: drop.schema, read: func(n *node, what string) {
			drop.read(n, what)
			t.DropUnknown = unknown == "drop"
		}},
			"What becomes of an entry whose language is unknown, where languages is set."),
		key("sources source feeds feed", inner(r.filterKeys(&t.Sources), func(n *node, ks *keys) { r.filter(n, ks, &t.Sources) }),
			"The sources it takes entries from; all otherwise."),
		key("any keywords words include match terms patterns or rules", rules("rules", &ruleKeys), "At least one of these hits."),
		key("all and must require required", rules("rules", &ruleKeys), "Every one of these hits."),
		key("none exclude not without reject ignore block", rules("rules", &ruleKeys), "None of these hits."),
		key("score", rules("score", &scoreKeys), "The weights of what hits reach the threshold."),
		key("translit transliterate transliteration", wordInto(r, &t.Translit, "uz uzbek true yes uz-latn uz-cyrl"),
			"uz: Cyrillic patterns of Uzbek also match in Latin script."),
		keyOr("group group_by grouping dedupe", "duplicate", wordInto(r, &t.Group, "duplicate duplicates", "story stories event", "none off no false entry"),
			"What becomes one entry of the feed: duplicate, copies of one report; story, all reports of one event; none, every entry."),
		key("prefer prefers preferred priority", r.tagsInto(&t.Prefer),
			"Of the reports of a group, one whose source has the first of these tags leads; the earliest otherwise."),
		keyOr("limit max count size entries items", "100", r.wholeInto(&t.Limit, 1, MaxLimit), "How many entries the feed holds."),
		key("per_source cap rate max_per_source", parsed(r, &t.PerSource, capSchema(), "a number and a time, as in 10/day", perSource),
			"How many entries of one source the feed takes in an hour, day, week or month.", "10/day"),
		key("max_age age maxage expire", r.durationInto(&t.MaxAge, time.Hour, maxKeep),
			"How long after it was filed an entry leaves the feed; at least 1h. Never otherwise.", "30d"),
		keyOr("backfill", "3d", r.durationInto(&t.Backfill, 0, maxKeep),
			"What a change of rules finds that is older than this goes to the topic's page, not to subscribers."),
		keyOr("entry_title format item_title title_format", "{title}", into(&t.EntryTitle, entryTitleSchema(), r.entryTitle),
			"An entry's title, made of {title}, {source}, {language} and {topic}.", "{title} ({source})"),
		keyOr("reasons why reason", "words", wordInto(r, &t.Reasons, "words true yes", "full all", "none false no off"),
			"What readers see of why an entry is here: words, the words of the entry; full, also patterns, weights and score; none."),
		key("also also_reported", inner(also, func(n *node, ks *keys) { r.also(n, ks, &t.Also) }), "The list of other reports of an entry."),
		key("max_silence silence alarm quiet", r.durationInto(&t.MaxSilence, time.Hour, maxKeep),
			"After how long without a new entry there is an alarm; at least 1h. The topic's own rhythm decides otherwise.", "12h"),
		keyOr("draft hidden private", "false", r.truthInto(&t.Draft), "true: for operators' eyes only, published nowhere."),
		key("was former formerly former_ids old_id old_ids previous previously renamed renamed_from moved_from redirect redirects", r.formerInto(t),
			"Ids that the topic had: their addresses lead to this one, and what was filed under the last of them stays with it."),
		key("examples tests test example", inner(r.examplesKeys(&t.Examples), r.examples), "The topic's own tests, run by check."),
	}}
}

// topics reads the topics of all files.
func (r *reader) topics(parts []part, sources []feed.Source) []feed.Topic {
	r.origins = newOrigins(sources)
	blank, ks := r.topic, r.root.row("topics").below
	var out []feed.Topic
	for i := range parts {
		r.within(parts[i].doc, func() {
			r.topicsOf(parts[i].topics, func(id string, k, v *node) {
				if !r.newTopic(id, k, v) {
					return
				}
				r.topic = blank
				r.topic.ID, r.topic.Pos, r.topic.Title = feed.TopicID(id), r.pos(k), id
				at := r.read(v, ks)
				if unknown := at["unknown"].key; unknown != nil && at["languages"].key == nil {
					r.warn(unknown, "unknown means nothing without languages")
				}
				out = append(out, r.topic)
			})
		})
	}
	r.checkFormers()
	return out
}

// topicsOf visits the topics of a file.
func (r *reader) topicsOf(n *node, visit func(id string, k, v *node)) {
	if unset(n) || n.Kind == yaml.MappingNode && len(n.Content) == 0 {
		return
	}
	r.someTopics = true
	isList := n.Kind == yaml.SequenceNode && r.sound(n)
	if isList {
		r.wrong(n, "topics", "ids with keys", "write each topic as ID: and its keys below, without -")
	}
	if isList || !r.entries(n, "topics", visit) {
		r.cut["topics"] = true
	}
}

// newTopic reports a topic that no file may have, as its id or its keys show; one
// whose id alone is wrong is read all the same.
func (r *reader) newTopic(id string, k, v *node) bool {
	if first, again := r.topicsAt[id]; again {
		r.fail(k, "topic "+quote(id)+" is here a second time", "the first is in "+first.String())
		return false
	}
	r.topicsAt[id] = r.pos(k)
	if !feed.TopicID(id).Valid() {
		r.fail(k, quote(id)+" is not an id for a topic", idHint(id))
	}
	empty := null(v) && r.sound(v)
	if empty {
		r.fail(k, "topic "+quote(id)+" has no keys", "write {} for a topic that takes everything")
	}
	return !empty
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

// maxCap bounds how many entries of a source a topic may take in a time.
const maxCap = 100_000

// periods are those of caps, periodsMeant what people write for them.
var periods, periodsMeant = spellings("hour h hours 1h hourly", "day d days 1d 24h daily", "week w weeks 1w 7d weekly", "month m months 30d monthly")

func capSchema() *schema {
	return form(`^\s*[1-9][0-9]{0,` + strconv.Itoa(len(strconv.Itoa(maxCap))-1) + `}/(` + strings.Join(periods, "|") + `)\s*$`)
}

// perSource reads a number in a time, as 10/day.
func perSource(what, s string) (c feed.Cap, wrong, hint string) {
	number, per, _ := strings.Cut(s, "/")
	entries, err := strconv.Atoi(number)
	switch {
	case err != nil || !slices.Contains(periods, per):
		wrong, hint = what+" "+quote(s)+" is not a number in a time", "write "+capMeant(s)
	case entries < 1 || entries > maxCap:
		wrong, hint = fmt.Sprintf("%s %d is out of range", what, entries), fmt.Sprint("from 1 to ", maxCap)
	}
	return feed.Cap{Entries: entries, Per: feed.Period(per)}, wrong, hint
}

// capMeant is the cap that a text was probably meant as.
func capMeant(s string) string {
	number, per := "", ""
	for _, word := range strings.FieldsFunc(strings.ToLower(s), func(c rune) bool { return strings.ContainsRune(" \t/:,", c) }) {
		if p := cmp.Or(periodsMeant[word], nearest(word, periods)); p != "" {
			per = p
		} else if i, err := strconv.Atoi(word); err == nil && i > 0 && number == "" {
			number = word
		}
	}
	return cmp.Or(number, "10") + "/" + cmp.Or(per, "day")
}

var (
	placeholders = strings.Fields("title source language topic")
	placeholder  = regexp.MustCompile(`\{[^}]*\}?`)
)

func entryTitleSchema() *schema {
	other := `([^{]|\{(` + strings.Join(placeholders, "|") + `)\})*`
	return form(`^` + other + `\{title\}` + other + `$`)
}

// entryTitle reads a text with placeholders in braces.
func (r *reader) entryTitle(n *node, what string) (string, bool) {
	if n.Kind == yaml.MappingNode && r.sound(n) {
		r.fail(n, "entry_title needs a text, and braces make this a map", `quote it, as in "{title} ({source})"`)
		return "", false
	}
	text, ok := r.text(n, what)
	if !ok || text == "{title}" {
		return "", ok
	}
	sound, titled := true, false
	for _, reference := range placeholder.FindAllString(text, -1) {
		name, closed := strings.CutSuffix(reference[1:], "}")
		switch {
		case !closed:
			r.fail(n, "a { of entry_title is not closed", "known are {title}, {source}, {language}, {topic}")
			return "", false
		case !slices.Contains(placeholders, name):
			hint := "known are {title}, {source}, {language}, {topic}"
			if best := nearest(name, placeholders); best != "" {
				hint = "did you mean {" + best + "}?"
			}
			r.fail(n, "entry_title has the unknown placeholder "+quote(reference), hint)
			sound = false
		}
		titled = titled || name == "title"
	}
	if sound && !titled {
		r.fail(n, "entry_title lacks {title}, so that all entries look alike", `as in "{title} ({source})"`)
	}
	return text, sound && titled
}

// also reads how many other reports are listed, as feed.Topic has it.
func (r *reader) also(n *node, ks *keys, most *int) {
	if n.Kind == yaml.ScalarNode && !null(n) && r.sound(n) {
		hint := "write {max: 5}"
		if i, err := strconv.Atoi(strings.TrimSpace(n.Value)); err == nil && i >= 0 && i <= MaxAlso {
			hint = fmt.Sprintf("write {max: %d}", i)
		} else if slices.Contains(strings.Fields("false none no off"), strings.ToLower(n.Value)) {
			hint = "write {max: 0}"
		}
		r.wrong(n, "also", "keys with values", hint)
		return
	}
	r.read(n, ks)
	if *most == 0 {
		*most = -1
	}
}
