package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

func documentation(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile("../docs/configuration.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var code = regexp.MustCompile("`([^`]*)`")

// documented are the keys that the tables under a heading describe, with the
// cells of their defaults; "" where a table has none.
func documented(t *testing.T, text, heading string) map[string]string {
	t.Helper()
	_, section, found := strings.Cut(text, "\n"+heading+"\n")
	if !found {
		t.Errorf("no heading %s", heading)
	}
	section, _, _ = strings.Cut(section, "\n## ")
	section, _, _ = strings.Cut(section, "\n### ")
	keys := map[string]string{}
	column := -1 // of the default, where this is a table of keys
	inTable := false
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case len(cells) < 2:
			inTable = false
		case cells[0] == "Key":
			inTable, column = true, slices.Index(cells, "Default")
		case inTable && !strings.HasPrefix(cells[0], "---"):
			for _, name := range code.FindAllStringSubmatch(cells[0], -1) {
				if _, twice := keys[name[1]]; twice {
					t.Errorf("%s: %s has two rows", heading, name[1])
				}
				keys[name[1]] = ""
				if column >= 0 {
					keys[name[1]] = cells[column]
				}
			}
		}
	}
	return keys
}

// TestTablesOfDocumentation holds the tables of docs/configuration.md to the rows
// of keys: each key with its default, and no other.
func TestTablesOfDocumentation(t *testing.T) {
	text := documentation(t)
	headings := map[string]string{
		"server": "## server", "storage": "## storage", "fetch": "## fetch", "stories": "## stories", "websub": "## websub", "alarm": "## alarm", "reload": "## reload",
		"a source": "## sources", "a topic": "## topics", "a list with a kind": "### Lists with a kind",
	}
	for _, ks := range allKeys() {
		heading := headings[ks.in]
		delete(headings, ks.in)
		if heading == "" {
			continue
		}
		table := documented(t, text, heading)
		for _, k := range ks.rows {
			cell, found := table[k.name]
			delete(table, k.name)
			switch want := written(&k); {
			case !found:
				t.Errorf("%s: no row for %s", heading, k.name)
			case want != "" && cell != "`"+want+"`":
				t.Errorf("%s: the default of %s is %s, documented as %s", heading, k.name, want, cell)
			case want == "" && code.FindString(cell) == cell && cell != "":
				t.Errorf("%s: %s has no default, documented as %s", heading, k.name, cell)
			}
		}
		for name := range table {
			t.Errorf("%s: %s is no key", heading, name)
		}
	}
	for name := range headings {
		t.Errorf("%s has no keys", name)
	}
}

// written is the default of a key, or of the keys below it, as it is written in a
// file; "" where there is none.
func written(k *row) string {
	if k.or != "" || k.below == nil {
		return k.or
	}
	var below []string
	for _, b := range k.below.rows {
		if b.or != "" {
			below = append(below, b.name+": "+b.or)
		}
	}
	if below == nil {
		return ""
	}
	return "{" + strings.Join(below, ", ") + "}"
}

// TestDocumentation names every key in docs/configuration.md, also those that no
// table has, and none that does not work yet.
func TestDocumentation(t *testing.T) {
	text := documentation(t)
	for _, ks := range allKeys() {
		for _, k := range ks.rows {
			if !slices.ContainsFunc([]string{"`" + k.name + "`", "\n## " + k.name + "\n", "`{" + k.name + ": "}, func(s string) bool { return strings.Contains(text, s) }) {
				t.Errorf("%s: nothing of %s", ks.in, k.name)
			}
		}
		for _, name := range strings.Fields(ks.later) {
			if strings.Contains(text, "| `"+name+"` |") {
				t.Errorf("%s: %s is no key yet", ks.in, name)
			}
		}
	}
}

// TestOwnKeys holds the names that tell where they belong to the keys.
func TestOwnKeys(t *testing.T) {
	for _, ks := range allKeys() {
		for _, name := range strings.Fields(ks.own) {
			if ks.row(name) == nil {
				t.Errorf("%s: %s is no key", ks.in, name)
			}
		}
	}
}

// TestDomain holds the words and defaults of the rows to those of the domain.
func TestDomain(t *testing.T) {
	enums := map[string][]string{
		"kind":    stringsOf(feed.ConceptKinds()...),
		"group":   stringsOf(feed.GroupDuplicate, feed.GroupStory, feed.GroupNone),
		"reasons": stringsOf(feed.ReasonWords, feed.ReasonFull, feed.ReasonNone),
	}
	for _, ks := range allKeys() {
		for name, want := range enums {
			if k := ks.row(name); k != nil && !slices.Equal(k.schema.Enum, want) {
				t.Errorf("%s: %s is one of %q, not %q", ks.in, name, k.schema.Enum, want)
			}
		}
	}
	if amounts := rootSchema().Defs["republish"].Enum; !slices.Equal(amounts, stringsOf(feed.RepublishFull, feed.RepublishSummary, feed.RepublishLink)) {
		t.Errorf("republish is one of %q", amounts)
	}
	if !slices.Equal(periods, stringsOf(feed.PerHour, feed.PerDay, feed.PerWeek, feed.PerMonth)) {
		t.Errorf("periods %q", periods)
	}
	c, problems := Parse("c.yaml", []byte("sources: [{url: 'https://a.example/'}]\ntopics: {all: {}}\n"), "/", nil)
	if c == nil {
		t.Fatal(problems)
	}
	if topic := c.Topics[0]; topic.Limit != feed.DefaultLimit || topic.Also != feed.DefaultAlso || topic.Backfill != feed.DefaultBackfill {
		t.Errorf("defaults of a topic: %+v", topic)
	}
}

func stringsOf[T ~string](words ...T) (out []string) {
	for _, w := range words {
		out = append(out, string(w))
	}
	return out
}
