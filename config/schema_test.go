package config

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"topicwire/feed"
)

const schemaFile = "../config.schema.json"

// TestSchemaFile holds the schema at the top of the project to Schema.
func TestSchemaFile(t *testing.T) {
	if *update {
		if err := os.WriteFile(schemaFile, Schema(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	have, err := os.ReadFile(schemaFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(have, Schema()) {
		t.Error("config.schema.json is not what Schema gives: go test ./config -update")
	}
}

func compiled(t *testing.T, part string) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource("config.schema.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("config.schema.json" + part)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// value is what a node is to an editor, which reads YAML 1.2's core schema.
func value(n *node) any {
	switch n.Kind {
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = value(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		a := []any{}
		for _, item := range n.Content {
			a = append(a, value(item))
		}
		return a
	case yaml.ScalarNode:
		return scalar(n)
	}
	return n.Value
}

func scalar(n *node) any {
	if n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
		return n.Value
	}
	switch strings.ToLower(n.Value) {
	case "", "~", "null":
		return nil
	case "true", "false":
		if n.Value != "tRue" {
			return strings.EqualFold(n.Value, "true")
		}
	}
	if i, err := strconv.ParseInt(n.Value, 10, 64); err == nil {
		return json.Number(strconv.FormatInt(i, 10))
	}
	if i, err := strconv.ParseInt(n.Value, 0, 64); err == nil && !strings.Contains(n.Value, "_") {
		return json.Number(strconv.FormatInt(i, 10))
	}
	if f, err := strconv.ParseFloat(n.Value, 64); err == nil && strings.ContainsAny(n.Value, "0123456789") && !strings.ContainsAny(n.Value, "_xX") {
		return json.Number(strconv.FormatFloat(f, 'g', -1, 64))
	}
	return n.Value
}

// asEditorsSee is a file of testdata as a value; ok is false where it is no YAML,
// or more than one document.
func asEditorsSee(t *testing.T, path string) (v any, ok bool) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root, second, err := parse(data)
	if err != nil || second != nil {
		return nil, false
	}
	if root == nil || len(root.Content) == 0 {
		return nil, true
	}
	return value(root.Content[0]), true
}

// TestSchemaAccepts holds the schema to every file that the reader takes.
func TestSchemaAccepts(t *testing.T) {
	s := compiled(t, "")
	files, _ := filepath.Glob("testdata/*.good.yaml")
	for _, path := range append(files, "../config.yaml", "../samples/config.yaml") {
		v, ok := asEditorsSee(t, path)
		if err := s.Validate(v); !ok || err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	included := compiled(t, "#/$defs/included")
	files, _ = filepath.Glob("testdata/include/good/*.yaml")
	for _, path := range append(files, "testdata/include/bad/empty.yaml") {
		if strings.HasPrefix(filepath.Base(path), ".") {
			continue
		}
		v, ok := asEditorsSee(t, path)
		if err := included.Validate(v); !ok || err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	v, _ := asEditorsSee(t, "testdata/include/bad/keys.yaml")
	if included.Validate(v) == nil {
		t.Error("an included file with keys of the main file is accepted")
	}
}

// beyondSchema are the bad files that a schema cannot reject, by why not.
var beyondSchema = map[string][]string{
	"a duration is compared with another":       {"keep", "keep-forever"},
	"two values are compared":                   {"admin-is-listen", "admin-is-listen-socket", "admin-under-listen", "duplicate-sources", "opml-twice"},
	"a name has to be found elsewhere":          {"list-circle", "undefined-list"},
	"other files have to be read":               {"include-broken", "include-keys", "include-twice", "opml-no-list"},
	"the names of all time zones are not in it": {"timezone-city"},
	"YAML resolves it before a schema looks":    {"duplicate-keys", "trap-alias-bomb"},
}

// TestSchemaRejects holds the schema to every file that the reader refuses, but
// for those of which it is known that no schema can. A file with warnings alone
// it accepts.
func TestSchemaRejects(t *testing.T) {
	s := compiled(t, "")
	known := map[string]string{}
	for why, names := range beyondSchema {
		for _, name := range names {
			known[name] = why
		}
	}
	files, _ := filepath.Glob("testdata/*.bad.yaml")
	rejected := 0
	for _, path := range files {
		name := strings.TrimSuffix(filepath.Base(path), ".bad.yaml")
		v, ok := asEditorsSee(t, path)
		if !ok {
			continue // the editor's YAML says so
		}
		err := s.Validate(v)
		c, _, _ := parseFile(t, path)
		switch why := known[name]; {
		case c != nil && err != nil:
			t.Errorf("%s has warnings alone and is rejected: %v", name, err)
		case c == nil && err == nil && why == "":
			t.Errorf("%s is accepted", name)
		case (c != nil || err != nil) && why != "":
			t.Errorf("%s is rejected, though %s", name, why)
		}
		delete(known, name)
		if err != nil {
			rejected++
		}
	}
	for name := range known {
		t.Errorf("%s is no file, or no YAML", name)
	}
	if rejected < 60 {
		t.Errorf("the schema rejects %d files", rejected)
	}
}

// TestSchemaKnowsKeys holds the schema to the keys of the reader, each with a
// text to show.
func TestSchemaKnowsKeys(t *testing.T) {
	root := rootSchema()
	topic := root.Defs["topic"].Properties
	of := func(path string) *schema { return root.Properties[path] }
	in := map[string]*schema{
		"the file": root, "an included file": root.Defs["included"], "server": of("server"), "storage": of("storage"), "backup": of("storage").Properties["backup"],
		"fetch": of("fetch"), "stories": of("stories"), "websub": of("websub"), "alarm": of("alarm"), "reload": of("reload"), "a source": of("sources").Items, "a topic": root.Defs["topic"],
		"sources of a topic": topic["sources"], "also": topic["also"], "examples": topic["examples"],
		"an example": topic["examples"].Properties["match"].Items.AnyOf[1],
		"a rule":     root.Defs["rule"].AnyOf[1], "score": root.Defs["score"], "a list with a kind": root.Defs["concept"],
	}
	for _, ks := range allKeys() {
		s := in[ks.in]
		names, _ := ks.spellings()
		for _, key := range names {
			if p := s.Properties[key]; p == nil || p.Description == "" {
				t.Errorf("%s: the schema says nothing of %s", ks.in, key)
			}
		}
		for key := range s.Properties {
			if !slices.Contains(names, key) {
				t.Errorf("%s: the schema knows %s", ks.in, key)
			}
		}
		if s.Others != false {
			t.Errorf("%s: the schema lets other keys pass", ks.in)
		}
		delete(in, ks.in)
	}
	for name := range in {
		t.Errorf("%s has no keys", name)
	}
}

// TestSchemaDefaults holds the defaults that the schema shows to those of a
// configuration: written out, they change nothing.
func TestSchemaDefaults(t *testing.T) {
	root := rootSchema()
	var b strings.Builder
	b.WriteString("sources: [{url: 'https://a.example/'}]\n")
	for _, section := range []string{"server", "storage", "fetch", "websub", "alarm", "reload", "stories"} {
		b.WriteString(section + ":\n")
		writeDefaults(&b, "  ", root.Properties[section])
	}
	b.WriteString("topics:\n  all:\n    description: x\n")
	writeDefaults(&b, "    ", root.Defs["topic"])
	got, problems := Parse("c.yaml", []byte(b.String()), "/etc/wire", nil)
	if got == nil {
		t.Fatalf("%v\n%s", problems, b.String())
	}
	want, _ := Parse("c.yaml", []byte("sources: [{url: 'https://a.example/'}]\ntopics:\n  all:\n    description: x\n    entry_title: '{title}'\n"), "/etc/wire", nil)
	got.Topics[0].Pos, want.Topics[0].Pos = feed.Pos{}, feed.Pos{}
	a, _ := json.Marshal(got)
	w, _ := json.Marshal(want)
	if !bytes.Equal(a, w) {
		t.Errorf("got\n%s\nwant\n%s", a, w)
	}
}

func writeDefaults(b *strings.Builder, in string, s *schema) {
	for key, p := range s.Properties {
		if p.Default != nil {
			v, _ := json.Marshal(p.Default)
			b.WriteString(in + key + ": " + string(v) + "\n")
		}
	}
}
