package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// TestTopics reads every key of testdata/topics.good.yaml into its place.
func TestTopics(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/topics.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	wantStories := Stories{Preset: Precise, Duplicate: .8, DuplicateWithTitle: .5, Title: .6, SameTitle: .3, Story: .25, StoryMean: .18, MaxAge: 14 * 24 * time.Hour, MaxEntries: 200}
	if c.Stories != wantStories {
		t.Errorf("stories %+v", c.Stories)
	}
	if len(c.Topics) != 2 {
		t.Fatalf("topics %+v", c.Topics)
	}
	one := c.Topics[0]
	rules := one.Rules.Part(feed.OpAny).Parts
	one.Rules = nil
	want := feed.Topic{
		ID: "one", Pos: feed.Pos{Line: 21, Col: 3}, Title: "one", Translit: "uz", Group: feed.GroupDuplicate, Limit: 100,
		Sources:   feed.SourceFilter{Tags: []string{"region"}, Addresses: []feed.SourceID{"https://a.example/rss"}},
		PerSource: feed.Cap{Entries: 10, Per: feed.PerDay}, Prefer: []string{"wire", "region"}, MaxAge: 30 * 24 * time.Hour,
		EntryTitle: "{title} ({source}, {language}, {topic}) }", Draft: true, Reasons: feed.ReasonNone, Also: -1,
		Examples: feed.Examples{
			Match:  []feed.Example{{Pos: feed.Pos{Line: 34, Col: 11}, Text: "SCO meets"}, {Pos: feed.Pos{Line: 35, Col: 11}, Text: "A title\n\nand a text"}},
			Reject: []feed.Example{{Pos: feed.Pos{Line: 39, Col: 16}, Text: "SCO rises"}},
		},
	}
	if !reflect.DeepEqual(one, want) {
		t.Errorf("topic\n%+v\nwant\n%+v", one, want)
	}
	if two := c.Topics[1]; two.PerSource != (feed.Cap{Entries: 1, Per: feed.PerHour}) || two.Reasons != feed.ReasonFull || two.Also != 20 ||
		two.Backfill != feed.DefaultBackfill || two.Draft {
		t.Errorf("topic %+v", two)
	}
	var got []string
	for _, r := range rules {
		got = append(got, scopes(&r))
	}
	wantRules := []string{
		"41:16 title:summit",
		"42:17 $all-bodies(18:12 title:SCO 18:17 title:CSTO 19:25 title:UN)",
		"43:20 any(43:21 category:politics 43:31 $bodies(18:12 category:SCO 18:17 category:CSTO) 43:40 category:{x})",
		"44:18 author:Aziz*",
		"45:16 link:https://*.example/$bodies/*",
		"46:17 exact:Shell",
		`47:16 regex:(?i)\bs\.?c\.?o\b $x`,
		"48:9 all(49:21 title:a 50:13 none(50:28 any(50:29 exact:B)))",
	}
	if g, w := strings.Join(got, "\n"), strings.Join(wantRules, "\n"); g != w {
		t.Errorf("rules\n%s\nwant\n%s", g, w)
	}
	if c.Server.Timezone != time.UTC {
		t.Errorf("timezone %v", c.Server.Timezone)
	}
}

// scopes writes a rule in one line with the scope of each pattern. A group has
// none of its own.
func scopes(r *feed.Rule) string {
	if r.Pattern != "" {
		return fmt.Sprintf("%d:%d %s:%s", r.Pos.Line, r.Pos.Col, r.Scope, r.Pattern)
	}
	name := string(r.Op)
	if r.List != "" {
		name = "$" + r.List
	}
	var parts []string
	for i := range r.Parts {
		parts = append(parts, scopes(&r.Parts[i]))
	}
	return fmt.Sprintf("%d:%d %s%s(%s)", r.Pos.Line, r.Pos.Col, r.Scope, name, strings.Join(parts, " "))
}

// TestScopedListsStayShared reads one list in two scopes and in none, each with
// its own.
func TestScopedListsStayShared(t *testing.T) {
	c, problems := Parse("", []byte("fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\nlists: {l: [a]}\n"+
		"topics: {one: {any: [{title: $l}, {author: $l}, $l, {title: $l}]}}\n"), "/", nil)
	if c == nil {
		t.Fatal(problems)
	}
	var got []feed.Scope
	for _, r := range c.Topics[0].Rules.Part(feed.OpAny).Parts {
		got = append(got, r.Parts[0].Scope)
	}
	if want := []feed.Scope{feed.ScopeTitle, feed.ScopeAuthor, feed.ScopeText, feed.ScopeTitle}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q", got)
	}
}

// TestWords keeps what YAML takes for numbers, times and truth values as it is
// written.
func TestWords(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/words.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	if s := c.Sources[0]; s.Title != "2024" || !reflect.DeepEqual(s.Tags, []string{"no", "007", "on", "1.10"}) {
		t.Errorf("source %+v", s)
	}
	var got []string
	for _, r := range c.Topics[0].Rules.Part(feed.OpAny).Parts {
		got = append(got, r.Pattern)
	}
	want := "no yes off y n 007 0o17 1e3 12:30 2024-09-04 1_000 .5 +1 null ~ C# a#b R&D x* 1.10"
	if strings.Join(got, " ") != want || c.Topics[0].ID != "on" || c.Topics[0].Title != "1.10" || c.Topics[1].ID != "no" {
		t.Errorf("%q %+v", got, c.Topics)
	}
}

// TestZones finds the zone that was meant, and never one that depends on the
// machine.
func TestZones(t *testing.T) {
	for name, want := range map[string]string{
		"tashkent": "Asia/Tashkent", "ASIA/ALMATY": "Asia/Almaty", "new york": "America/New_York", "utc": "UTC", "berlin": "Europe/Berlin",
		"": "", "local": "", "LOCAL": "", "Atlantis": "", "+05:00": "", "../etc/passwd": "", "/etc/localtime": "",
	} {
		if got := zoneMeant(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

// TestRulesInOrder keeps the parts of a topic's rules in the order in which they
// are told, whichever the file has.
func TestRulesInOrder(t *testing.T) {
	c, problems := Parse("", []byte("fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\n"+
		"topics: {one: {score: {weights: {x: 3}, threshold: 2}, none: [c], any: [b], all: [a]}}\n"), "/", nil)
	if c == nil {
		t.Fatal(problems)
	}
	var got []string
	for r := range c.Topics[0].Rules.Each() {
		got = append(got, fmt.Sprintf("%s%s %d:%d", r.Op, r.Pattern, r.Pos.Line, r.Pos.Col))
	}
	if want := "all 3:82, a 3:83, any 3:72, b 3:73, none 3:62, c 3:63, score 3:23, x 3:34"; strings.Join(got, ", ") != want {
		t.Errorf("%q", got)
	}
}

// Former ids are read in their order, each once, also those that look like numbers.
func TestWas(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/was.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	if got, want := c.Topics[0].Was, []feed.TopicID{"security", "regional-news", "2024"}; !reflect.DeepEqual(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if c.Topics[1].Was != nil {
		t.Errorf("a topic that never was another: %q", c.Topics[1].Was)
	}
}

// A former id of one file is checked against the topics and former ids of all.
func TestWasAcrossFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "more.yaml"), []byte("topics:\n  two: {was: [one]}\n  three: {was: [old]}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	main := "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ninclude: [more.yaml]\ntopics:\n  one: {was: [old]}\n"
	c, problems := Parse("c.yaml", []byte(main), dir, nil)
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	want := []string{
		`more.yaml:2:15: error: topic "two" cannot have been "one", which is a topic (it is in c.yaml:5:3; a topic that was renamed stands under its new id alone)`,
		`more.yaml:3:17: error: two topics cannot both have been "old" (the first is "one" in c.yaml:5:15)`,
	}
	if c != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
}
