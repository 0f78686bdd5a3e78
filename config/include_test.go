package config

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

// TestInclude puts lists and topics of all files together, each with its own
// place: those of the main file first, then by path.
func TestInclude(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/include.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	var got []string
	for _, topic := range c.Topics {
		r := topic.Rules[0].Parts[0]
		got = append(got, fmt.Sprintf("%s %s $%s %s", topic.Pos, topic.ID, r.List, r.Parts[0].Pos))
	}
	want := []string{
		"include/good/a.yaml:2:3 first $from-b include/good/b.yaml:1:18",
		"include/good/b.yaml:2:10 second $main include/good/b.yaml:1:18",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if want := []string{"/etc/wire", "/etc/wire/include/good/a.yaml", "/etc/wire/include/good/b.yaml"}; !reflect.DeepEqual(c.Files, want) {
		t.Errorf("files %q", c.Files)
	}
	if want := []string{"/etc/wire/include/good/*.yaml"}; !reflect.DeepEqual(c.Globs, want) {
		t.Errorf("globs %q", c.Globs)
	}
}

// tree writes files under a new folder and gives the folder.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "a [b] *?") // what a pattern would take apart
	write(t, dir, files)
	return dir
}

func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

const mainFile = "fetch: {contact: a@b.example}\nsources:\n  - url: https://a.example/\n    headers: {X-Key: '${file:key}'}\n  - opml: more.opml\n"

// TestWatched lists what a reload has to look at, new files included.
func TestWatched(t *testing.T) {
	dir := tree(t, map[string]string{
		"config.yaml":   mainFile + "include: [topics/*.yaml, extra.yaml, '*.yaml']\n",
		"key":           "k",
		"more.opml":     "<opml><outline xmlUrl='https://b.example/'/></opml>",
		"topics/a.yaml": "topics: {a: {}}\n", "topics/.b.yaml": "no: topic\n", "topics/c.yml": "no: topic\n",
		"extra.yaml": "topics: {extra: {}}\n",
	})
	in := func(names ...string) (paths []string) {
		for _, name := range names {
			paths = append(paths, filepath.Join(dir, name))
		}
		return paths
	}
	c, problems := Load(filepath.Join(dir, "config.yaml"))
	if c == nil {
		t.Fatal(problems)
	}
	if len(c.Topics) != 2 || c.Topics[0].ID != "extra" || c.Topics[1].ID != "a" {
		t.Errorf("topics %+v", c.Topics)
	}
	if want := in("config.yaml", "key", "more.opml", "extra.yaml", "topics/a.yaml"); !reflect.DeepEqual(c.Files, want) {
		t.Errorf("files %q", c.Files)
	}
	write(t, dir, map[string]string{"topics/b.yaml": "", "topics/.c.yaml": ""})
	if want := in("config.yaml", "key", "more.opml", "extra.yaml", "topics/a.yaml", "topics/b.yaml"); !reflect.DeepEqual(c.Watched(), want) {
		t.Errorf("watched %q", c.Watched())
	}
	// A file that is gone is waited for: what it is named in is broken until then.
	if err := os.Remove(filepath.Join(dir, "extra.yaml")); err != nil {
		t.Fatal(err)
	}
	if c, problems := Load(filepath.Join(dir, "config.yaml")); c != nil {
		t.Errorf("read without extra.yaml: %v", problems)
	}
	c, _ = Draft(filepath.Join(dir, "config.yaml"))
	if want := in("config.yaml", "key", "more.opml", "extra.yaml", "topics/a.yaml", "topics/b.yaml"); !reflect.DeepEqual(c.Watched(), want) {
		t.Errorf("watched while broken %q", c.Watched())
	}
}

// TestIncludedNames shows included files as the main file was named.
func TestIncludedNames(t *testing.T) {
	dir := tree(t, map[string]string{"desk/config.yaml": mainFile[:strings.Index(mainFile, "    headers")] + "include: [../shared/*.yaml]\n", "shared/a.yaml": "topics: {a: {limit: many}}\n"})
	_, problems := Load(filepath.Join(dir, "desk", "config.yaml"))
	if len(problems) != 1 || problems[0].Pos.File != filepath.Join(dir, "shared", "a.yaml") {
		t.Errorf("%v", problems)
	}
	t.Chdir(filepath.Join(dir, "desk"))
	_, problems = Load("config.yaml")
	if len(problems) != 1 || problems[0].Pos.File != "../shared/a.yaml" {
		t.Errorf("%v", problems)
	}
}

// TestIncludeItself refuses a main file that names itself, and lets a pattern
// pass it over.
func TestIncludeItself(t *testing.T) {
	dir := tree(t, map[string]string{
		"config.yaml": "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ntopics: {all: {}}\ninclude: [./config.yaml]\n",
		"glob.yaml":   "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ntopics: {all: {}}\ninclude: [gl*.yaml]\n",
	})
	_, problems := Load(filepath.Join(dir, "config.yaml"))
	if len(problems) != 1 || problems[0].Text != "the file includes itself" || problems[0].Pos.Line != 4 {
		t.Errorf("%v", problems)
	}
	if c, problems := Load(filepath.Join(dir, "glob.yaml")); c == nil || len(problems) != 0 {
		t.Errorf("%v", problems)
	}
}

// TestIncludeIsBounded holds the number and the size of included files.
func TestIncludeIsBounded(t *testing.T) {
	text := []byte("fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ninclude: ['*.yaml']\n")
	files := func(count, size int) disk {
		return disk{
			read: func(path string, most int64) ([]byte, error) {
				if int64(size) > most {
					return nil, fmt.Errorf("longer than %d", most)
				}
				id := strings.TrimSuffix(filepath.Base(path), ".yaml")
				return []byte("topics: {" + id + ": {}}" + strings.Repeat("\x00", size)), nil // which are read no further
			},
			glob: func(string) (paths []string, err error) {
				for i := range count {
					paths = append(paths, fmt.Sprintf("/t%d.yaml", i))
				}
				return paths, nil
			},
		}
	}
	c, problems := sound(draft("", text, "/etc", testEnv, files(maxIncluded, 0)))
	if c == nil || len(c.Topics) != maxIncluded {
		t.Errorf("%v", problems)
	}
	_, problems = draft("", text, "/etc", testEnv, files(maxIncluded+1, 0))
	if len(problems) != 1 || problems[0].Text != "more than 1000 files are included" {
		t.Errorf("%v", problems)
	}
	_, problems = draft("", text, "/etc", testEnv, files(8, MaxSize/2))
	if len(problems) != 8 || !strings.Contains(problems[0].Text, "\"../t7.yaml\" cannot be read: longer than") {
		t.Errorf("%v", problems)
	}
}

// A pattern for files that matches nothing is the one mistake where something is missing
// for it; what follows from it is left out, what does not is not.
func TestAPatternThatMatchesNothingIsOneMistake(t *testing.T) {
	head := "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ninclude: [conf.d/*.yaml]\n"
	for _, tt := range []struct{ name, text, want string }{
		{"nothing is missing", "topics: {all: {}}\n", `c.yaml:3:11: warning: no file matches "conf.d/*.yaml"`},
		{"lists are missing", "topics:\n  a: {any: [$x, $y]}\n  b: {none: [$z]}\n",
			`c.yaml:3:11: error: no file matches "conf.d/*.yaml", and what the file needs is missing (patterns start at the folder of this file)`},
		{"topics are missing", "", `c.yaml:3:11: error: no file matches "conf.d/*.yaml", and what the file needs is missing (patterns start at the folder of this file)`},
		{"something else is wrong", "topics: {all: {titel: x}}\n",
			`c.yaml:3:11: warning: no file matches "conf.d/*.yaml"` + "\n" + `c.yaml:4:16: error: unknown key "titel" in a topic (did you mean "title"?)`},
	} {
		_, problems := Parse("c.yaml", []byte(head+tt.text), t.TempDir(), nil)
		var lines []string
		for _, p := range problems {
			lines = append(lines, p.String())
		}
		if got := strings.Join(lines, "\n"); got != tt.want {
			t.Errorf("%s:\n%s\nwant\n%s", tt.name, got, tt.want)
		}
	}
}

// Texts that YAML reads otherwise are found, with the text in quotation marks.
func TestTrapsOfTitles(t *testing.T) {
	head := "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ntopics:\n  all:\n    "
	for text, want := range map[string]string{
		"title: {x}":           `c.yaml:5:12: error: title needs a text, has a map (quote it: "{x}")`,
		"title: [News]":        `c.yaml:5:12: error: title needs a text, has a list (quote it: "[News]")`,
		"title: null":          `c.yaml:5:12: error: title needs a text, has nothing (quote it: "null")`,
		"title: C# and F #1":   `c.yaml:5:12: warning: "#1" is read by YAML as a comment and no part of "C# and F" (quote it: "C# and F #1", or put a space after #)`,
		"title: C# # a note":   "",
		"title: 'F' #1":        "",
		"entry_title: {title}": `c.yaml:5:18: error: entry_title needs a text, and braces make this a map (quote it, as in "{title} ({source})")`,
		"any: [a, ~]":          `c.yaml:5:14: error: an item of any needs a text, has nothing (quote it: "~")`,
		"any: [*terror]":       `c.yaml:5:11: error: *terror is read by YAML as an alias, and aliases are not supported (quote it: "*terror")`,
		"languages: [no]":      "", // Norwegian
	} {
		_, problems := Parse("c.yaml", []byte(head+text+"\n"), "/", nil)
		got := ""
		for _, p := range problems {
			got += p.String()
		}
		if got != want {
			t.Errorf("%s:\n%s\nwant\n%s", text, got, want)
		}
	}
}
