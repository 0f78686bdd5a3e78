package config

import (
	"bytes"
	"encoding/json"

	"topicwire/feed"
)

// A schema is a part of the JSON Schema of configuration files (draft 2020-12).
// Editors take completion and hover text from it. It is narrower than the reader
// in one point: numbers and truth values in quotation marks, which the reader
// takes, are wrong in it. What needs more than one value to judge is left to
// check.
type schema struct {
	Version     string             `json:"$schema,omitempty"`
	Ref         string             `json:"$ref,omitempty"`
	Title       string             `json:"title,omitempty"`
	Description string             `json:"description,omitempty"`
	Type        any                `json:"type,omitempty"` // a text or a list of texts
	Enum        []string           `json:"enum,omitempty"`
	Pattern     string             `json:"pattern,omitempty"`
	MaxLength   int                `json:"maxLength,omitempty"`
	Minimum     any                `json:"minimum,omitempty"`
	Above       any                `json:"exclusiveMinimum,omitempty"`
	Maximum     any                `json:"maximum,omitempty"`
	Default     any                `json:"default,omitempty"`
	Examples    []any              `json:"examples,omitempty"`
	Items       *schema            `json:"items,omitempty"`
	MinItems    int                `json:"minItems,omitempty"`
	Properties  map[string]*schema `json:"properties,omitempty"`
	Names       *schema            `json:"propertyNames,omitempty"`
	Others      any                `json:"additionalProperties,omitempty"` // false, or a schema
	MinKeys     int                `json:"minProperties,omitempty"`
	MaxKeys     int                `json:"maxProperties,omitempty"`
	Required    []string           `json:"required,omitempty"`
	AnyOf       []*schema          `json:"anyOf,omitempty"`
	Not         *schema            `json:"not,omitempty"`
	If          *schema            `json:"if,omitempty"`
	Then        *schema            `json:"then,omitempty"`
	Else        *schema            `json:"else,omitempty"`
	Defs        map[string]*schema `json:"$defs,omitempty"`
}

// Schema is the JSON Schema of a configuration file, as indented JSON. Its
// definition "included" is that of an included file.
func Schema() []byte {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(rootSchema()); err != nil {
		panic("config: " + err.Error()) // it holds nothing that cannot be encoded
	}
	return out.Bytes()
}

func rootSchema() *schema {
	r := new(reader)
	r.root = r.rootKeys(new(Config))
	s := r.root.object().says("What Topicwire reads, what it looks for, and what it publishes. docs/configuration.md describes every key.")
	s.Version, s.Title = "https://json-schema.org/draft/2020-12/schema", "A configuration of Topicwire"
	s.Required, s.If = []string{"sources"}, needs("include")
	s.Else = &schema{Required: []string{"topics"}, Properties: map[string]*schema{"topics": {Type: "object", MinKeys: 1}}}
	rule := ruleKeys.object().says("A map with one key.")
	rule.MinKeys, rule.MaxKeys = 1, 1
	s.Defs = map[string]*schema{
		"included": r.includedKeys().object().orEmpty().says("What an included file holds."),
		"text":     textSchema(),
		"lists":    listsSchema(),
		"concept":  r.root.row("lists").below.needed().says("A list with a kind: a concept, by which stories meet across languages."),
		"topics":   topicsSchema(),
		"topic":    r.root.row("topics").below.object().says("A topic: rules, and the feed they make."),
		"rules":    listOf(ref("rule").says("A pattern, a $list, or a map with one key.")),
		"rule":     {AnyOf: []*schema{ref("pattern"), rule}},
		"pattern": ref("text").says("A pattern: words, matched as a phrase; word* for words that begin so; CAPITALS for capitals alone; A NEAR/5 B; or $name for a list.",
			"Shanghai Cooperation Organi*", "security NEAR/6 (region* OR threat*)", "$region"),
		"scoped": {AnyOf: []*schema{ref("pattern"), listOf(ref("pattern"))}},
		"score":  scoreKeys.needed().says("The weights of what hits reach the threshold."),
		"republish": r.amountWord(new(feed.Republish)).schema.
			says("How much of each entry goes on to readers: full; summary, its beginning of at most 500 characters with its paragraphs and links; link, the title and the link alone."),
	}
	return s
}

// object is the schema of a map of fixed shape.
func (ks *keys) object() *schema {
	s := &schema{Type: "object", Properties: map[string]*schema{}, Others: false}
	for _, k := range ks.rows {
		s.Properties[k.name] = k.schema
	}
	return s
}

// needs is a condition: there is this key.
func needs(key string) *schema { return &schema{Required: []string{key}} }

// needed is that of a map that must have every key.
func (ks *keys) needed() *schema {
	s := ks.object()
	s.Required, _ = ks.spellings()
	return s
}

// orEmpty lets a map have no keys.
func (s *schema) orEmpty() *schema {
	s.Type = []string{"object", "null"}
	return s
}

// says gives what an editor shows.
func (s *schema) says(description string, examples ...any) *schema {
	s.Description, s.Examples = description, append(s.Examples, examples...)
	return s
}

// ref is a reference to a definition.
func ref(name string) *schema { return &schema{Ref: "#/$defs/" + name} }

// textSchema takes numbers and truth values, too, which to the reader are the
// texts that stand in the file.
func textSchema() *schema {
	const control = `\x00-\x08\x0b-\x1f\x7f`
	s := form(`^[^` + control + `]*[^\s` + control + `][^` + control + `]*$`).noSecret()
	s.Type = []string{"string", "number", "boolean"}
	return s
}

// form is a text of a form that is no number.
func form(pattern string) *schema { return &schema{Type: "string", Pattern: pattern} }

// noSecret refuses what stands for a secret, which only headers may hold, where
// the pattern alone would let it pass.
func (s *schema) noSecret() *schema {
	s.Not = form(`\$\{(env|file):`)
	return s
}

func listOf(items *schema) *schema { return &schema{Type: "array", Items: items, MinItems: 1} }

// orNone lets a list have no items.
func (s *schema) orNone() *schema {
	s.MinItems = 0
	return s
}

// letters are those of a name of a list, and more: classes of Unicode are not
// understood alike by all that read a schema.
const letters = "A-Za-z\u00a1-\ufffd"

func listsSchema() *schema {
	s := &schema{
		Names:  form(`^\s*[` + letters + `][` + letters + `0-9_-]*\s*$`).says("The name of a list: letters, digits, - and _, a letter first."),
		Others: &schema{AnyOf: []*schema{patternList().says("The patterns of the list."), ref("concept")}},
	}
	return s.orEmpty()
}

// topicForm is the form of a topic's id.
const topicForm = `^\s*[a-z0-9]+(-[a-z0-9]+)*\s*$`

func topicsSchema() *schema {
	names := &schema{Pattern: topicForm, MaxLength: 64}
	s := &schema{
		Names:  names.says("An id: lower-case Latin letters, digits and single hyphens. It is part of the feed's address for ever."),
		Others: ref("topic").says("A topic: rules, and the feed they make. {} takes everything."),
	}
	return s.orEmpty()
}
