package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"topicwire/feed"
)

// TestFull reads every key of testdata/full.good.yaml into its place.
func TestFull(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/full.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	tashkent, err := time.LoadLocation("Asia/Tashkent")
	if err != nil {
		t.Fatal(err)
	}
	if want := (Server{"0.0.0.0:9000", "unix:/etc/wire/admin.sock", "https://wire.example/feeds", "Central Asia wire", tashkent, Picture{}, nil, ownProxy()}); !reflect.DeepEqual(c.Server, want) {
		t.Errorf("server %+v", c.Server)
	}
	if want := (Storage{Path: "/etc/wire/data/wire.db", Keep: 30 * 24 * time.Hour, Backup: Backups{Every: day, Keep: 7}, Compact: CompactOff}); c.Storage != want {
		t.Errorf("storage %+v", c.Storage)
	}
	if want := (Fetch{"desk@wire.example", 2 * time.Hour, 8, 500 * time.Millisecond, true, feed.RepublishLink, 50}); c.Fetch != want {
		t.Errorf("fetch %+v", c.Fetch)
	}
	wantSources := []feed.Source{
		{ID: "https://first.example/rss/", Pos: feed.Pos{Line: 18, Col: 10}, Title: "First: the paper", Tags: []string{"uzbekistan", "wire"},
			Language: "en", Interval: 36 * time.Hour, Header: map[string]string{"Authorization": "Bearer s3cret"}, Republish: feed.RepublishFull, MaxNew: 50},
		{ID: "http://second.example:8081/feed?x=1#top", Pos: feed.Pos{Line: 25, Col: 11}, Tags: []string{"sport"}, Republish: feed.RepublishLink, MaxNew: 900},
		{ID: "file:feeds/agency.xml", Pos: feed.Pos{Line: 26, Col: 10}, File: "/etc/wire/feeds/agency.xml", Republish: feed.RepublishLink, MaxNew: 50},
		{ID: "file:///srv/other%20feed.xml", Pos: feed.Pos{Line: 27, Col: 10}, File: "/srv/other feed.xml", Language: "uz-cyrl", Republish: feed.RepublishLink, MaxNew: 50},
	}
	if want := (WebSub{PublishTo: []string{"https://hub.example/", "http://hub.example:8081/?a=1"}}); !reflect.DeepEqual(c.WebSub, want) {
		t.Errorf("websub %+v, want %+v", c.WebSub, want)
	}
	if c.Reload.Hold != 30 {
		t.Errorf("reload %+v", c.Reload)
	}
	if !reflect.DeepEqual(c.Sources, wantSources) {
		t.Errorf("sources\n%+v\nwant\n%+v", c.Sources, wantSources)
	}
	if len(c.Topics) != 3 {
		t.Fatalf("topics %+v", c.Topics)
	}
	one := c.Topics[0]
	rules := one.Rules
	one.Rules = nil
	wantTopic := feed.Topic{ID: "regional-security", Pos: feed.Pos{Line: 41, Col: 3}, Title: "Regional security",
		Description: "Security cooperation in the region", Language: "en", Languages: []string{"en", "ru", "uz"}, DropUnknown: true,
		Sources: feed.SourceFilter{Tags: []string{"uzbekistan", "wire"}, Without: []string{"sport"}}, Group: feed.GroupStory, Limit: 20,
		Backfill: 72 * time.Hour, Reasons: feed.ReasonWords, Also: 5}
	if !reflect.DeepEqual(one, wantTopic) {
		t.Errorf("topic\n%+v\nwant\n%+v", one, wantTopic)
	}
	for _, test := range []struct{ got, want string }{
		{outline(rules.Part(feed.OpAll).Parts), "51:9 any(51:15 $wider[Central Asia*,Uzbek*,Ўзбек*,Caspian] 51:23 CSTO) 52:9 all(53:13 none(53:20 chess) 54:13 drill)"},
		{outline(rules.Part(feed.OpAny).Parts), ""},
		{outline(rules.Part(feed.OpNone).Parts), "55:12 football 55:22 футбол*"},
		{outline(c.Topics[1].Rules.Part(feed.OpAny).Parts), "62:11 $numbers[007,no,1e3,2024-09-04,null,0x1F,it's: here] 62:21 on 62:25 $5 million"},
	} {
		if test.got != test.want {
			t.Errorf("rules\n%s\nwant\n%s", test.got, test.want)
		}
	}
	score := rules.Part(feed.OpScore)
	var weights []string
	for _, term := range score.Parts {
		weights = append(weights, fmt.Sprintf("%s=%g", outline([]feed.Rule{term}), term.Weight))
	}
	if got, want := strings.Join(weights, " "), "58:17 $region[Central Asia*,Uzbek*,Ўзбек*]=4 58:29 air defen*=2.5 58:46 football=-6"; got != want || score.Threshold != 6 {
		t.Errorf("score %g %s\nwant %s", score.Threshold, got, want)
	}
	wantAll := feed.Topic{ID: "everything", Pos: feed.Pos{Line: 63, Col: 3}, Title: "everything", Group: feed.GroupDuplicate, Limit: 100,
		Backfill: 72 * time.Hour, Reasons: feed.ReasonWords, Also: 5}
	if !reflect.DeepEqual(c.Topics[2], wantAll) {
		t.Errorf("topic %+v", c.Topics[2])
	}
	if p := rules.Part(feed.OpAll).Parts[0].Parts[0].Parts[0].Pos; p.Line != 30 || p.Col != 12 {
		t.Errorf("a list's pattern stands at %v, not where it is written", p)
	}
}

// outline writes rules in one line, for comparison.
func outline(rules []feed.Rule) string {
	var out []string
	for _, r := range rules {
		s := fmt.Sprintf("%d:%d ", r.Pos.Line, r.Pos.Col)
		switch {
		case r.List != "":
			var patterns []string
			for _, p := range r.Parts {
				patterns = append(patterns, p.Pattern)
			}
			s += "$" + r.List + "[" + strings.Join(patterns, ",") + "]"
		case r.Op != feed.OpPattern:
			s += string(r.Op) + "(" + outline(r.Parts) + ")"
		default:
			s += r.Pattern
		}
		out = append(out, s)
	}
	return strings.Join(out, " ")
}

func TestDefaults(t *testing.T) {
	c, problems := Parse("c.yaml", []byte("sources: [{url: 'https://a.example/'}]\ntopics: {all: {}}\n"), "/etc/wire", nil)
	if c == nil {
		t.Fatal(problems)
	}
	want := Config{
		File:    "c.yaml",
		Server:  Server{"127.0.0.1:8080", "127.0.0.1:8081", "http://127.0.0.1:8080", "Topicwire", time.UTC, Picture{}, nil, ownProxy()},
		Storage: Storage{Path: "/etc/wire/topicwire.db", Keep: 180 * 24 * time.Hour, Backup: Backups{Every: day, Keep: 7}, Compact: CompactOff},
		Fetch:   Fetch{"", time.Hour, 32, 2 * time.Second, false, feed.RepublishSummary, 200},
		Sources: []feed.Source{{ID: "https://a.example/", Pos: feed.Pos{File: "c.yaml", Line: 1, Col: 17}, Republish: feed.RepublishSummary, MaxNew: 200}},
		WebSub:  WebSub{Hub: true},
		Stories: Stories{Preset: Balanced},
		Topics: []feed.Topic{{ID: "all", Pos: feed.Pos{File: "c.yaml", Line: 2, Col: 10}, Title: "all", Group: feed.GroupDuplicate, Limit: 100,
			Backfill: 72 * time.Hour, Reasons: feed.ReasonWords, Also: 5}},
		Files: []string{"/etc/wire/c.yaml"},
	}
	if !reflect.DeepEqual(*c, want) {
		t.Errorf("got %+v\nwant %+v", *c, want)
	}
	if len(problems) != 1 || problems[0].Severity != feed.Warning || !strings.Contains(problems[0].Text, "contact") {
		t.Errorf("problems %v", problems)
	}
}

// TestLists puts the feeds of OPML files among the others.
func TestLists(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/lists.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	listed := feed.Source{Pos: feed.Pos{Line: 4, Col: 11}, Language: "en", Interval: 2 * time.Hour, Republish: feed.RepublishFull, MaxNew: 200}
	of := func(s feed.Source, id feed.SourceID, title string, tags ...string) feed.Source {
		s.ID, s.Title, s.Tags = id, title, tags
		return s
	}
	want := []feed.Source{
		of(listed, "https://one.example/rss", "One & only", "wire", "Region", "central-asia", "late"),
		of(listed, "http://two.example/?a=1&b=2", "Two", "wire", "Region", "central-asia"),
		of(listed, "https://three.example/$%7Benv:FIRST_TOKEN%7D", "$ {env:FIRST_TOKEN}", "wire", "Region", "sport"),
		of(feed.Source{Pos: feed.Pos{Line: 9, Col: 10}, Republish: feed.RepublishSummary, MaxNew: 200}, "https://own.example/feed", "", "own"),
		of(feed.Source{Pos: feed.Pos{Line: 11, Col: 11}, Republish: feed.RepublishSummary, MaxNew: 200}, "https://four.example/", "Four", "late"),
	}
	if !reflect.DeepEqual(c.Sources, want) {
		t.Errorf("sources\n%+v\nwant\n%+v", c.Sources, want)
	}
}

// TestListsOnDisk starts the path of an OPML file at the configuration's folder
// and bounds its size.
func TestListsOnDisk(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "config.yaml")
	list := filepath.Join(dir, "more.opml")
	text := []byte("fetch: {contact: a@b.example}\nsources:\n  - opml: more.opml\ntopics: {all: {}}\n")
	if err := os.WriteFile(config, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(list, []byte("<opml><outline xmlUrl='https://a.example/'/></opml>"), 0o600); err != nil {
		t.Fatal(err)
	}
	if c, problems := Load(config); c == nil || len(c.Sources) != 1 || c.Sources[0].ID != "https://a.example/" {
		t.Errorf("%v %v", c, problems)
	}
	if err := os.Truncate(list, 16<<20+1); err != nil {
		t.Fatal(err)
	}
	c, problems := Load(config)
	if c != nil || len(problems) != 1 || problems[0].Text != `opml "more.opml" cannot be read: longer than 16 MiB` || problems[0].Pos.Line != 3 {
		t.Errorf("%v %v", c, problems)
	}
}

// TestManyListed bounds what OPML files bring.
func TestManyListed(t *testing.T) {
	var b strings.Builder
	b.WriteString("<opml>")
	for i := range maxListed + 1 {
		fmt.Fprintf(&b, "<outline xmlUrl='https://a%d.example/'/>", i)
	}
	read := func(string, int64) ([]byte, error) { return []byte(b.String()), nil }
	text := []byte("fetch: {contact: a@b.example}\nsources:\n  - opml: x.opml\ntopics: {all: {}}\n")
	_, problems := draft("", text, "/", testEnv, disk{read: read})
	if len(problems) != 1 || problems[0].Text != "OPML files bring more than 100000 sources" {
		t.Errorf("%v", problems)
	}
}

func TestOverlap(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want bool
	}{
		{"127.0.0.1:8080", "127.0.0.1:8081", false},
		{"127.0.0.1:8080", "127.0.0.1:8080", true},
		{"127.0.0.1:8080", "127.0.0.2:8080", false},
		{"127.0.0.1:8080", "localhost:8080", true},
		{"[::1]:8080", "localhost:8080", true},
		{":8080", "[::1]:8080", true},
		{"0.0.0.0:8080", "127.0.0.1:8080", true},
		{"[::]:8080", "127.0.0.1:8080", true},
		{"10.0.0.1:8080", "127.0.0.1:8080", false},
		{"127.0.0.1:0", "127.0.0.1:0", false},
		{"unix:/a", "unix:/a", true},
		{"unix:/a", "unix:/b", false},
		{"127.0.0.1:8080", "unix:/b", false},
		{"127.0.0.1:8080", "", false},
	} {
		if overlap(tt.a, tt.b) != tt.want || overlap(tt.b, tt.a) != tt.want {
			t.Errorf("%s and %s: want %v", tt.a, tt.b, tt.want)
		}
	}
}

func TestLoad(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	t.Run("paths and secrets start at the file's folder", func(t *testing.T) {
		write("key", "k3y\n")
		t.Setenv("TOPICWIRE_TEST_USER", "desk")
		path := write("config.yaml", "server: {listen: 'unix:wire.sock'}\nsources:\n  - url: https://a.example/\n    headers: {X-Key: '${env:TOPICWIRE_TEST_USER}:${file:key}'}\ntopics: {all: {}}\n")
		c, problems := Load(path)
		if c == nil {
			t.Fatal(problems)
		}
		if got := c.Sources[0].Header["X-Key"]; got != "desk:k3y" {
			t.Errorf("header %q", got)
		}
		if want := filepath.Join(dir, "topicwire.db"); c.Storage.Path != want {
			t.Errorf("storage %q", c.Storage.Path)
		}
		if want := "unix:" + filepath.Join(dir, "wire.sock"); c.Server.Listen != want {
			t.Errorf("listen %s", c.Server.Listen)
		}
	})
	for name, path := range map[string]string{"no file": filepath.Join(dir, "missing.yaml"), "a folder": dir} {
		t.Run(name, func(t *testing.T) {
			c, problems := Load(path)
			if c != nil || len(problems) != 1 || problems[0].Pos != (feed.Pos{File: path}) || !strings.HasPrefix(problems[0].Text, "the file cannot be read: ") {
				t.Errorf("%v %v", c, problems)
			}
			if strings.Count(problems[0].String(), path) != 1 {
				t.Errorf("the path repeats: %s", problems[0])
			}
		})
	}
	t.Run("too long", func(t *testing.T) {
		c, problems := Load(write("long.yaml", strings.Repeat("#", MaxSize+1)))
		if c != nil || len(problems) != 1 || problems[0].Text != "the file is longer than 4 MiB" {
			t.Errorf("%v %v", c, problems)
		}
	})
}

// TestEncodings holds what an editor may make of the same file to one meaning.
func TestEncodings(t *testing.T) {
	text := "fetch: {contact: a@b.example}\nsources:\n  - url: https://a.example/\ntopics:\n  all:\n    any: [Ўзбек*]\n    limit: many\n"
	for name, data := range map[string]string{"plain": text, "bom": "\ufeff" + text, "crlf": strings.ReplaceAll(text, "\n", "\r\n")} {
		_, problems := Parse("", []byte(data), "/", nil)
		if len(problems) != 1 || problems[0].Pos.Line != 7 || problems[0].Pos.Col != 12 {
			t.Errorf("%s: %v", name, problems)
		}
	}
	for name, test := range map[string]struct{ data, want string }{
		"utf-16":  {"\xff\xfes\x00", "error: the file is not UTF-8 here (save the file as UTF-8)"},
		"latin-1": {"a: b\nЁж: caf\xe9\n", "error: the file is not UTF-8 here (save the file as UTF-8)"},
		"nul":     {"a: b\x00", "error: the file has the control character U+0000"},
	} {
		c, problems := Parse("", []byte(test.data), "/", nil)
		if c != nil || len(problems) == 0 || !strings.HasSuffix(problems[0].String(), test.want) {
			t.Errorf("%s: %v", name, problems)
		}
		if name == "latin-1" && (problems[0].Pos.Line != 2 || problems[0].Pos.Col != 8) {
			t.Errorf("%s: %v", name, problems)
		}
	}
}

// TestListsStaySmall holds lists of lists to a size that does not explode, and
// rules to the bound on what lists put into them.
func TestListsStaySmall(t *testing.T) {
	var b strings.Builder
	b.WriteString("fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\nlists:\n  l0: [a, b]\n")
	for i := 1; i < 40; i++ {
		fmt.Fprintf(&b, "  l%d: [$l%d, $l%d]\n", i, i-1, i-1)
	}
	b.WriteString("topics:\n  one: {any: [$l39]}\n")
	c, problems := Parse("", []byte(b.String()), "/", nil)
	if c == nil || len(c.Topics[0].Rules.Part(feed.OpAny).Parts[0].Parts) != 2 {
		t.Errorf("%v", problems)
	}

	b.Reset()
	b.WriteString("fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\nlists:\n  l: [")
	for i := range 10_000 {
		fmt.Fprintf(&b, "w%d, ", i)
	}
	b.WriteString("]\ntopics:\n  one: {any: [" + strings.Repeat("$l, ", 101) + "]}\n")
	c, problems = Parse("", []byte(b.String()), "/", nil)
	if c != nil || len(problems) != 1 || !strings.Contains(problems[0].Text, "more than 1000000 patterns") {
		t.Errorf("%v", problems)
	}
}

// TestManyProblems bounds what one file reports.
func TestManyProblems(t *testing.T) {
	_, problems := Parse("c.yaml", []byte("topics: {"+strings.Repeat("A B: {}, ", 3000)+"}\n"), "/", nil)
	if len(problems) != maxProblems+1 || problems[maxProblems].Text == "" {
		t.Errorf("%d problems, the last %v", len(problems), problems[len(problems)-1])
	}
}

// TestPublisher reads the house of a source, also of all feeds of a list.
func TestPublisher(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/publisher.good.yaml")
	if len(problems) > 0 || c == nil {
		t.Fatal(problems)
	}
	for i, s := range c.Sources {
		if want := append([]string{"The House", "the  house"}, slices.Repeat([]string{"Asia Press"}, len(c.Sources))...)[i]; s.Publisher != want {
			t.Errorf("%s: publisher %q, want %q", s.ID, s.Publisher, want)
		}
	}
	if len(c.Sources) < 4 {
		t.Errorf("%d sources: the list brought none", len(c.Sources))
	}
}
