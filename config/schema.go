package config

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
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
	Minimum     *float64           `json:"minimum,omitempty"`
	Above       *float64           `json:"exclusiveMinimum,omitempty"`
	Maximum     *float64           `json:"maximum,omitempty"`
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
	s := object("A configuration of Topicwire", map[string]*schema{
		"server":  orEmpty(serverSchema()),
		"storage": orEmpty(storageSchema()),
		"fetch":   orEmpty(fetchSchema()),
		"stories": orEmpty(storiesSchema()),
		"sources": sourcesSchema(),
		"lists":   ref("lists", "Patterns that several topics share. A rule uses a list as $name, and so may another list. A list with a kind is a concept, by which stories meet across languages."),
		"include": listOf(text("A file or a pattern for files, relative to this one: * any run, ? one character, inside one folder.").examples("topics/*.yaml"),
			"Files with more lists and topics. They hold nothing else, and include nothing themselves."),
		"topics": ref("topics", "The topics, by id. A topic without rules takes everything from its sources."),
	})
	s.Version = "https://json-schema.org/draft/2020-12/schema"
	s.Title, s.Description = s.Description, "What Topicwire reads, what it looks for, and what it publishes. docs/configuration.md describes every key."
	s.Required = []string{"sources"}
	s.If = &schema{Required: []string{"include"}}
	s.Else = &schema{Required: []string{"topics"}, Properties: map[string]*schema{"topics": {Type: "object", MinKeys: 1}}}
	included := object("What an included file holds.", map[string]*schema{"lists": s.Properties["lists"], "topics": s.Properties["topics"]})
	included.Type = []string{"object", "null"}
	s.Defs = map[string]*schema{
		"included": included, "text": textSchema(), "lists": listsSchema(), "concept": conceptSchema(), "topics": topicsSchema(), "topic": topicSchema(),
		"rules": rulesSchema(), "rule": ruleSchema(), "pattern": patternSchema(), "scoped": scopedSchema(), "score": scoreSchema(),
		"republish": enum("How much of each entry goes on to readers: full; summary, plain text of at most 500 characters; link, the title and the link alone.", "full", "summary", "link"),
	}
	return s
}

func object(description string, properties map[string]*schema) *schema {
	return &schema{Description: description, Type: "object", Properties: properties, Others: false}
}

// orEmpty lets a section have no keys.
func orEmpty(s *schema) *schema {
	s.Type = []string{"object", "null"}
	return s
}

// ref is a reference to a definition, with what it is for here.
func ref(name, description string) *schema {
	return &schema{Ref: "#/$defs/" + name, Description: description}
}

// text is any text.
func text(description string) *schema { return ref("text", description) }

// textSchema takes numbers and truth values, too, which to the reader are the
// texts that stand in the file.
func textSchema() *schema {
	const control = `\x00-\x08\x0b-\x1f\x7f`
	return &schema{
		Type:    []string{"string", "number", "boolean"},
		Pattern: `^[^` + control + `]*[^\s` + control + `][^` + control + `]*$`,
		Not:     secret(),
	}
}

// secret is what stands for one, which only headers may hold.
func secret() *schema { return &schema{Type: "string", Pattern: `\$\{(env|file):`} }

// noSecret refuses one where the pattern alone would let it pass.
func (s *schema) noSecret() *schema {
	s.Not = secret()
	return s
}

// form is a text of a form that is no number.
func form(description, pattern string) *schema {
	return &schema{Description: description, Type: "string", Pattern: pattern}
}

func enum(description string, values ...string) *schema {
	return &schema{Description: description, Enum: values}
}

func boolean(description string) *schema { return &schema{Description: description, Type: "boolean"} }

func integer(description string, least, most int) *schema {
	low, high := float64(least), float64(most)
	return &schema{Description: description, Type: "integer", Minimum: &low, Maximum: &high}
}

func listOf(items *schema, description string) *schema {
	return &schema{Description: description, Type: "array", Items: items, MinItems: 1}
}

// span is a duration; zero says that 0 is one.
func span(description string, zero bool) *schema {
	s := form(description, `^\s*([0-9.]+(w|d|h|m|s|ms))+\s*$`)
	if zero {
		none := 0.0
		s.Type, s.Minimum, s.Maximum = []string{"string", "integer"}, &none, &none
		s.Pattern = `^\s*(0|([0-9.]+(w|d|h|m|s|ms))+)\s*$`
	}
	return s
}

func language(description string) *schema {
	return form(description, `^\s*[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*\s*$`).examples("en", "ru", "uz", "kk", "ky", "tg")
}

func (s *schema) examples(values ...any) *schema {
	s.Examples = values
	return s
}

// or says what holds where the key is missing.
func (s *schema) or(value any) *schema {
	if d, ok := value.(time.Duration); ok {
		value = short(d)
	}
	s.Default = value
	return s
}

// oneOf is a regular expression for one of some words.
func oneOf[T ~string](words ...T) string {
	quoted := make([]string, len(words))
	for i, w := range words {
		quoted[i] = string(w)
	}
	return "(" + strings.Join(quoted, "|") + ")"
}

func digits(most int) string { return "[1-9][0-9]{0," + strconv.Itoa(len(strconv.Itoa(most))-1) + "}" }
