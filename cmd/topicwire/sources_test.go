package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"topicwire/config"
	"topicwire/feed"
	"topicwire/feed/opml"
)

// TestItemsAreRead writes any list as YAML and holds the configuration to the
// same feeds, titles and tags.
func TestItemsAreRead(t *testing.T) {
	name := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB1ў ,:#-[]{}\"'\\&*!|>%@`?~$/=<.")), 0, 8, -1), rapid.String(),
		rapid.SampledFrom([]string{"null", "~", "no", "007", "1e3", "${env:HOME}", "${file:/etc/passwd}", "---", "...", "<<", "=", "a: b", "a #b", "? x"}))
	safe := strings.NewReplacer("${env:", "$ {env:", "${file:", "$ {file:") // what would ask for a secret
	rapid.Check(t, func(t *rapid.T) {
		in := &opml.Document{Feeds: []opml.Feed{
			{URL: "https://a.example/" + name.Draw(t, "path"), Title: name.Draw(t, "title"), Tags: rapid.SliceOfN(name, 0, 4).Draw(t, "tags")},
			{URL: "https://b.example/"},
		}}
		var list, items bytes.Buffer
		if err := opml.Write(&list, in); err != nil {
			t.Fatal(err)
		}
		doc, err := opml.Read(list.Bytes())
		if err != nil {
			t.Fatal(err)
		}
		for i := range doc.Feeds {
			doc.Feeds[i].Comments = []string{"- url: x\n: [" + doc.Feeds[i].Title}
		}
		if err := writeItems(&items, doc, doc.Feeds); err != nil {
			t.Fatal(err)
		}
		text := "fetch: {contact: a@b.example}\nsources:\n" + items.String() + "topics: {all: {}}\n"
		cfg, problems := config.Parse("config.yaml", []byte(text), "/", nil)
		if cfg == nil || len(problems) > 0 || len(cfg.Sources) != len(doc.Feeds) {
			t.Fatalf("%v in\n%s", problems, text)
		}
		for i, s := range cfg.Sources {
			f := doc.Feeds[i]
			var tags []string
			for _, tag := range f.Tags {
				tags = append(tags, safe.Replace(tag))
			}
			if string(s.ID) != f.URL || s.Title != safe.Replace(f.Title) || !slices.Equal(s.Tags, tags) {
				t.Fatalf("%+v came back as %+v from\n%s", f, s, text)
			}
		}
	})
}

// TestTagsComeBack takes sources with any tags out as OPML, in again and out: the same
// tags, and the same bytes.
func TestTagsComeBack(t *testing.T) {
	tag := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB1ў ,/:#-[]{}\"'\\%&*|@\t\n$")), 1, 8, -1), rapid.String(), rapid.SampledFrom([]string{"Central Asia", "a,b", "a/b", "a-b", "null", "100%", "%2C"}))
	now := time.Date(2024, 9, 4, 10, 0, 0, 0, time.UTC)
	parse := func(t *rapid.T, items string) *config.Config {
		cfg, problems := config.Parse("config.yaml", []byte("fetch: {contact: a@b.example}\nsources:\n"+items+"topics: {all: {}}\n"), "/", nil)
		if cfg == nil || len(problems) > 0 {
			t.Fatalf("%v in\n%s", problems, items)
		}
		return cfg
	}
	export := func(t *rapid.T, cfg *config.Config) []byte {
		var out bytes.Buffer
		if err := opml.Write(&out, listOf(cfg, nil, now)); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	rapid.Check(t, func(t *rapid.T) {
		var items bytes.Buffer
		for _, url := range []string{"https://a.example/", "https://b.example/?x=1"} {
			var tags []string
			for _, s := range rapid.SliceOfN(tag, 0, 4).Draw(t, "tags") {
				s = strings.Map(func(c rune) rune {
					if c < ' ' && c != '\t' && c != '\n' || c == 0x7f || c == 0xfffe || c == 0xffff {
						return -1 // refused by the configuration
					}
					return c
				}, s)
				if strings.TrimSpace(s) != "" {
					tags = append(tags, yamlText(s))
				}
			}
			writeItem(&items, url, "", tags)
		}
		first := parse(t, items.String())
		out := export(t, first)
		doc, err := opml.Read(out)
		if err != nil {
			t.Fatal(err)
		}
		items.Reset()
		if err := writeItems(&items, doc, doc.Feeds); err != nil {
			t.Fatal(err)
		}
		second := parse(t, items.String())
		tags := map[feed.SourceID][]string{}
		for _, s := range second.Sources {
			tags[s.ID] = s.Tags
		}
		for _, s := range first.Sources {
			if !slices.Equal(tags[s.ID], s.Tags) {
				t.Fatalf("%q came back as %q by\n%s\nand\n%s", s.Tags, tags[s.ID], out, &items)
			}
		}
		if again := export(t, second); !bytes.Equal(out, again) {
			t.Fatalf("%s\nthen\n%s", out, again)
		}
	})
}

// A source's newest entry is in the table and in the record for programs.
func TestNewestEntryOfASource(t *testing.T) {
	now := time.Date(2024, 9, 4, 10, 0, 0, 0, time.UTC)
	newest := now.Add(-5 * time.Hour)
	all := []feed.Health{
		{Source: feed.Source{ID: "https://a.example/"}, State: feed.SourceState{Visited: now.Add(-time.Minute), Next: now.Add(3 * time.Hour), Why: "ttl", Rhythm: feed.Rhythm{Newest: newest}}},
		{Source: feed.Source{ID: "https://b.example/"}},
	}
	var table, records bytes.Buffer
	if err := sourceTable(&table, all, now); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(table.String(), "\n")
	at := strings.Index(lines[0], "NEWEST ENTRY")
	if at < 0 || !strings.HasPrefix(lines[1][at:], "5h ago ") || !strings.HasPrefix(lines[2][at:], "- ") {
		t.Errorf("the table:\n%s", table.String())
	}
	if err := encodeEach(&records, []sourceLine{line(&all[0]), line(&all[1])}); err != nil {
		t.Fatal(err)
	}
	lines = strings.Split(records.String(), "\n")
	if !strings.Contains(lines[0], `"newest_entry":"2024-09-04T05:00:00Z"`) || !strings.Contains(lines[1], `"newest_entry":null`) {
		t.Errorf("the records:\n%s", records.String())
	}
}
