package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"topicwire/config"
	"topicwire/feed/opml"
)

// TestItemsAreRead writes any list as YAML and holds the configuration to the
// same feeds, titles and tags.
func TestItemsAreRead(t *testing.T) {
	name := rapid.OneOf(rapid.StringOfN(rapid.RuneFrom([]rune("aB1ў ,:#-[]{}\"'\\&*!|>%@`?~$/=<.")), 0, 8, -1), rapid.String(),
		rapid.SampledFrom([]string{"null", "~", "no", "007", "1e3", "${env:HOME}", "${file:/etc/passwd}", "---", "...", "<<", "=", "a: b", "a #b", "? x"}))
	safe := strings.NewReplacer("${", "$ {") // what would ask for a secret
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
				if tag = safe.Replace(opml.Tag(tag)); tag != "" && !slices.Contains(tags, tag) {
					tags = append(tags, tag)
				}
			}
			if string(s.ID) != f.URL || s.Title != safe.Replace(f.Title) || !slices.Equal(s.Tags, tags) {
				t.Fatalf("%+v came back as %+v from\n%s", f, s, text)
			}
		}
	})
}
