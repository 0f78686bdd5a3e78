package config

import "topicwire/feed"

// letters are those of a name of a list, and more: classes of Unicode are not
// understood alike by all that read a schema.
const letters = "A-Za-z\u00a1-\ufffd"

func listsSchema() *schema {
	return &schema{
		Type:   []string{"object", "null"},
		Names:  form("The name of a list: letters, digits, - and _, a letter first.", `^\s*[`+letters+`][`+letters+`0-9_-]*\s*$`),
		Others: &schema{AnyOf: []*schema{patternList(), ref("concept", "")}},
	}
}

func patternList() *schema {
	return listOf(ref("pattern", "A pattern, or $name for another list."), "The patterns of the list.")
}

func conceptSchema() *schema {
	s := object("A list with a kind: a concept, by which stories meet across languages.", map[string]*schema{
		"kind": enum("What it is: a place; org, an organisation; office, what somebody is; event, what happens; object, what it happens to.", kindNames()...),
		"any":  patternList(),
	})
	s.Required = conceptKeys.known
	return s
}

func patternSchema() *schema {
	return ref("text", "A pattern: words, matched as a phrase; word* for words that begin so; CAPITALS for capitals alone; A NEAR/5 B; or $name for a list.").
		examples("Shanghai Cooperation Organi*", "security NEAR/6 (region* OR threat*)", "$region")
}

func rulesSchema() *schema {
	return listOf(ref("rule", "A pattern, a $list, or a map with one key."), "")
}

func ruleSchema() *schema {
	one := object("A map with one key.", map[string]*schema{
		"any": ref("rules", "At least one of these hits."), "all": ref("rules", "Every one of these hits."), "none": ref("rules", "None of these hits."),
		"title": ref("scoped", "Only in the title."), "category": ref("scoped", "Only in a category."), "author": ref("scoped", "Only in an author's name."),
		"link":  ref("scoped", "The link, as a glob: * any run, ? one character."),
		"exact": ref("scoped", "Capitals and small letters as written."),
		"regex": ref("scoped", "A regular expression (RE2) over title and text, at most 1 KB."),
		"tag":   ref("scoped", "A tag of the entry's source, whole and as written."),
	})
	one.MinKeys, one.MaxKeys = 1, 1
	return &schema{AnyOf: []*schema{ref("pattern", ""), one}}
}

func scopedSchema() *schema {
	return &schema{AnyOf: []*schema{ref("pattern", ""), listOf(ref("pattern", ""), "")}}
}

func scoreSchema() *schema {
	least, most := 0.0, 1e9
	s := object("The weights of what hits reach the threshold.", map[string]*schema{
		"threshold": {Description: "What the sum must reach, above 0.", Type: "number", Above: &least, Maximum: &most, Examples: []any{6}},
		"weights": {
			Description: "Terms, each a pattern or a $list, with their weights. A weight may be negative.",
			Type:        "object", MinKeys: 1, Names: form("A pattern or a $list.", `\S`), Others: &schema{Type: "number"},
			Examples: []any{map[string]any{"$terror": 4, "football": -6}},
		},
	})
	s.Required = []string{"threshold", "weights"}
	return s
}

func topicsSchema() *schema {
	return &schema{
		Type:   []string{"object", "null"},
		Names:  &schema{Description: "An id: lower-case Latin letters, digits and single hyphens. It is part of the feed's address for ever.", Pattern: `^\s*[a-z0-9]+(-[a-z0-9]+)*\s*$`, MaxLength: 64},
		Others: ref("topic", "A topic: rules, and the feed they make. {} takes everything."),
	}
}

func topicSchema() *schema {
	tags := func(description string) *schema { return listOf(text("A tag of a source."), description) }
	examples := func(description string) *schema {
		tagged := object("A title or a short text of a source with tags.", map[string]*schema{
			"text": text("A title or a short text."), "tags": tags("The tags of its source."),
		})
		tagged.Required = []string{"text"}
		return listOf(&schema{AnyOf: []*schema{text("A title or a short text."), tagged}}, description)
	}
	placeholder := `\{` + oneOf(placeholders...) + `\}`
	other := `([^{]|` + placeholder + `)*`
	return object("A topic: rules, and the feed they make.", map[string]*schema{
		"title":       text("The feed's title; the id otherwise."),
		"description": text("The feed's description."),
		"language":    language("The language the feed declares."),
		"languages":   listOf(language("A language."), "The languages an entry may have; all otherwise."),
		"unknown":     enum("What becomes of an entry whose language is unknown, where languages is set.", "pass", "drop").or("pass"),
		"sources": object("The sources it takes entries from; all otherwise.", map[string]*schema{
			"tags":      tags("Sources with any of these tags."),
			"addresses": listOf(form("The address of a source, as under sources.", `\S`), "Or sources with one of these addresses."),
			"without":   tags("No sources with any of these tags."),
		}),
		"any":      ref("rules", "At least one of these hits."),
		"all":      ref("rules", "Every one of these hits."),
		"none":     ref("rules", "None of these hits."),
		"score":    ref("score", "The weights of what hits reach the threshold."),
		"translit": enum("uz: Cyrillic patterns of Uzbek also match in Latin script.", "uz"),
		"group":    enum("What becomes one entry of the feed: duplicate, copies of one report; story, all reports of one event; none, every entry.", "duplicate", "story", "none").or("duplicate"),
		"prefer":   tags("Of the reports of a group, one whose source has the first of these tags leads; the earliest otherwise."),
		"limit":    integer("How many entries the feed holds.", 1, MaxLimit).or(feed.DefaultLimit),
		"per_source": form("How many entries of one source the feed takes in an hour, day, week or month.",
			`^\s*`+digits(maxCap)+`/`+oneOf(feed.PerHour, feed.PerDay, feed.PerWeek, feed.PerMonth)+`\s*$`).examples("10/day"),
		"max_age":     span("How long after it was filed an entry leaves the feed; at least 1h. Never otherwise.", false).examples("30d"),
		"backfill":    span("What a change of rules finds that is older than this goes to the topic's page, not to subscribers.", true).or(feed.DefaultBackfill),
		"entry_title": form("An entry's title, made of {title}, {source}, {language} and {topic}.", `^`+other+`\{title\}`+other+`$`).or("{title}").examples("{title} ({source})"),
		"reasons":     enum("What readers see of why an entry is here: words, the words of the entry; full, also patterns, weights and score; none.", "words", "full", "none").or("words"),
		"also": object("The list of other reports of an entry.", map[string]*schema{
			"max": integer("How many other reports are listed; 0 for none.", 0, MaxAlso).or(feed.DefaultAlso),
		}),
		"draft": boolean("true: for operators' eyes only, published nowhere.").or(false),
		"examples": object("The topic's own tests, run by check.", map[string]*schema{
			"match":  examples("Titles or short texts that the topic must match."),
			"reject": examples("Titles or short texts that the topic must not match."),
		}),
	})
}
