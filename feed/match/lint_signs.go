package match

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"topicwire/feed"
)

// A tokenSign is a mark that one word of a pattern has. Its text and hint may
// name {mark} and {word}, which are groups of its expression, and {expr}, a
// regular expression for the word with its mark; {begin} and {end} are such for
// the word at an end of a text.
type tokenSign struct {
	find *regexp.Regexp
	text string
	hint string
	// fits is whether the sign is one at this place of a pattern; nil for always.
	fits func(scope feed.Scope, i int, written string) bool
}

// What is ordinary in names and texts is not here: hyphens and apostrophes in
// words, & between them, 5%, $5, #1, C5+1, RFE/RL, 24/7, 14:30, and ! or ? behind
// a word.
var tokenSigns = []tokenSign{
	{find: regexp.MustCompile(`(?P<mark>&&)`), text: "has {mark}, which is no operator", hint: "write the patterns under all"},
	{find: regexp.MustCompile(`(?P<mark>\|+)`), text: "has {mark}, which is no operator", hint: "write the patterns under any, or in NEAR write OR"},
	{find: regexp.MustCompile(`^(?P<mark>…|\.\.\.)$`), text: "has {mark} between words, which stands for none", hint: "write x NEAR/5 y for words that stand close together", fits: inside},
	{find: regexp.MustCompile(`^https?://(?P<word>.+)$`), text: "has an address, which texts hardly show", hint: "write {link: {word}}"},
	{find: regexp.MustCompile(`^(?P<mark>[-−!])+(?P<word>\$?\pL.*)$`), text: "has {mark} before {word}, which excludes nothing", hint: "write {word}, under none"},
	{find: regexp.MustCompile(`^(?P<mark>\+)+(?P<word>\$?\pL.*)$`), text: "has {mark} before {word}, which demands nothing", hint: "patterns that must hit together go under all; a phrase has all its words"},
	{find: regexp.MustCompile(`^(?P<mark>[@#])+(?P<word>\pL.*)$`), text: "has {mark} before {word}, which is ignored", hint: "write {word}, or {regex: {expr}} for the sign"},
	{find: regexp.MustCompile(`^\^(?P<word>\pL.*)$`), text: "has ^ before {word}, which asks for no beginning", hint: "leave it out, or write {regex: {begin}}"},
	{find: regexp.MustCompile(`^(?P<word>.*\p{Ll})\$$`), text: "has $ behind {word}, which asks for no end", hint: "leave it out, or write {regex: {end}}"},
	{find: regexp.MustCompile(`^=+(?P<word>\pL.*)$`), text: "has = before {word}, which is ignored", hint: "write {exact: {word}}"},
	{find: regexp.MustCompile(`^~(?P<word>\pL.*)$`), text: "has ~ before {word}, which finds no other words", hint: "list the words under any"},
	{find: regexp.MustCompile(`^(?P<word>.*\pL)(?P<mark>~[\d.]*)$`), text: "has {mark} behind {word}, which allows for no misspelling", hint: "list the spellings under any"},
	{find: regexp.MustCompile(`^(?P<word>.*[\pL\d*])(?P<mark>\^[\d.]+)$`), text: "has {mark} behind {word}, which weighs nothing", hint: "give the pattern a weight under score"},
	{find: regexp.MustCompile(`^\$(?P<word>\pL[\pL\d_-]+)$`), text: "has ${word}, which is no list here", hint: "a list stands alone as an item"},
	{find: regexp.MustCompile(`^%+(?P<word>\pL[^%]*)%*$|^(?P<word>[^%]*\pL)%+$`), text: "has % beside {word}, which stands for no letters", hint: "write {word}* for any ending"},
	{find: regexp.MustCompile(`(?P<word>\pL*\?+\pL[\pL?]*)`), text: "has ? in {word}, which stands for no letter", hint: "list the spellings under any"},
	{find: regexp.MustCompile(`^(?P<word>.*[\pL\d])(?P<mark>\++|#)$`), text: "has {mark} behind {word}, which is ignored", hint: "write {word}, or {regex: {expr}} for the sign"},
	{find: regexp.MustCompile(`^\p{Ll}{3,}\*?(?P<mark>/)\p{Ll}{3,}\*?$`), text: "has {mark} between words, which is no or", hint: "list the words under any", fits: notCategory},
}

// listed reports a list of words with semicolons. A sentence has longer parts.
func listed(written string, doubt doubt) {
	items := strings.Split(strings.TrimRight(written, "; "), ";")
	if len(items) > 1 && !slices.ContainsFunc(items, func(s string) bool { return len(strings.Fields(s)) > 2 }) {
		doubt("make an item of each", "has ;, which parts no patterns")
	}
}

func inside(_ feed.Scope, i int, written string) bool {
	return i > 0 && i+1 < len(strings.Fields(written))
}

// notCategory: publishers name categories "Politics/World".
func notCategory(scope feed.Scope, _ int, _ string) bool { return scope != feed.ScopeCategory }

func (s *tokenSign) says(token string, m []string, doubt doubt) {
	group := make(map[string]string, 2)
	for i, name := range s.find.SubexpNames() {
		if m[i] != "" {
			group[name] = m[i]
		}
	}
	word := group["word"]
	fill := strings.NewReplacer("{mark}", group["mark"], "{word}", word,
		"{expr}", expressionFor("", token, ""), "{begin}", expressionFor("^", word, ""), "{end}", expressionFor("", word, "$"))
	doubt(fill.Replace(s.hint), "%s", fill.Replace(s.text))
}

// expressionFor is a regular expression for a word as it stands, in quotes.
// Capitals alone are meant as such.
func expressionFor(before, word, behind string) string {
	expr := before + regexp.QuoteMeta(strings.TrimRight(word, "*")) + behind
	if strings.ContainsFunc(word, unicode.IsLower) {
		expr = "(?i)" + expr
	}
	return single(expr)
}

// fieldName is what stands before a colon where a search asks for a field of a
// text. With a space behind the colon it is a text more often than a question.
var fieldName = regexp.MustCompile(`(?i)(?:^|[\s(+!-])((?:all)?in(?:title|url|text)|title|url|site|link|text|body|content|author|by|source|category|tag|label|lang|language):(\pL.*|/.*)$`)

// field reports title:water and its like, and takes the name off.
func field(written string, doubt doubt) (rest string) {
	m := fieldName.FindStringSubmatchIndex(written)
	if m == nil {
		return written
	}
	name, value := written[m[2]:m[3]], strings.TrimRight(written[m[4]:m[5]], ")")
	doubt(fieldHint(name, value), "has %s:, which narrows nothing", name)
	return written[:m[2]] + written[m[4]:]
}

func fieldHint(name, value string) string {
	name = strings.TrimPrefix(strings.ToLower(name), "all")
	switch strings.TrimPrefix(name, "in") {
	case "title":
		return "write {title: " + value + "}"
	case "url":
		return "write {link: \"*" + value + "*\"}"
	case "site", "link":
		return "write {link: " + value + "}"
	case "author", "by":
		return "write {author: " + value + "}"
	case "category", "label":
		return "write {category: " + value + "}"
	case "tag":
		return "write {category: " + value + "} for the entry's, {tag: " + value + "} for its source's"
	case "lang", "language":
		return "write languages: [" + value + "] beside the topic's rules"
	case "source":
		return "name tags or addresses under the topic's sources"
	}
	return "write " + value + ", which is looked for in all of a text"
}
