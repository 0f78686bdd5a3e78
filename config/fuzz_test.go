package config

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// FuzzParse holds any text to these promises: no panic, a Config or an error and
// never both, problems in order and inside the file, no secret in a message, and
// the same answer twice.
func FuzzParse(f *testing.F) {
	files, _ := filepath.Glob("testdata/*.yaml")
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	for _, s := range []string{"a: &a [*a]", "[", "\"", "- - - -", "? ? ?", "a: |\n b\n\tc", "\r\n\u2028:", "%", "x: !<a> b", "topics: {a: {any: [\"x\" 'y']}}"} {
		f.Add([]byte(s))
	}
	// What lies on this machine is no part of the input: each file is the same
	// secret, or the same list.
	read := func(path string, most int64) ([]byte, error) {
		switch {
		case most == maxSecret:
			return []byte("s3cret\n"), nil
		case strings.HasSuffix(path, "bad.yaml"):
			return []byte("lists: {a: [*b, [c]}\ntopics:\n\tx: {"), nil
		case strings.HasSuffix(path, ".yaml"):
			return []byte("lists: {inc: [b]}\ntopics: {more: {any: [$inc]}}"), nil
		case strings.Contains(path, "none"):
			return nil, fs.ErrNotExist
		case strings.Contains(path, "odd"):
			return []byte("<opml>\n<outline xmlUrl='file:///x'/><outline text='a' xmlUrl='http://one.example/"), nil
		}
		return []byte("<outline text='Folder One'><outline text='a\nb' xmlUrl='http://" + strings.ToLower(filepath.Base(path)) + ".example/'/></outline><outline xmlUrl='https://a.example/'/>"), nil
	}
	glob := func(pattern string) ([]string, error) {
		if _, err := filepath.Match(pattern, ""); err != nil {
			return nil, err
		}
		return []string{"/etc/wire/more.yaml"}, nil
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1<<16 {
			return
		}
		c, problems := sound(draft("f", data, "/etc/wire", testEnv, disk{read, glob}))
		refused := slices.ContainsFunc(problems, func(p feed.Problem) bool { return p.Severity == feed.Error })
		if (c == nil) != refused {
			t.Errorf("config %v with problems %v", c, problems)
		}
		text := string(data)
		end := 1
		for _, mark := range []string{"\n", "\r", "\u0085", "\u2028", "\u2029"} {
			end += strings.Count(text, mark)
		}
		last := feed.Pos{File: "f"}
		for _, p := range problems {
			if p.Pos.File != "f" && !strings.Contains(text, "include") || p.Text == "" || strings.ContainsAny(p.String(), "\n\r") {
				t.Errorf("problem %q", p)
			}
			if p.Pos.File != last.File {
				last = feed.Pos{}
			}
			if p.Pos.Line < last.Line && p.Pos.Line != 0 || p.Pos.Line == last.Line && p.Pos.Col < last.Col {
				t.Errorf("%v after %v", p, last)
			}
			if p.Pos.File == "f" && p.Pos.Line > end {
				t.Errorf("%v is behind the end", p)
			}
			if strings.Contains(p.String(), "s3cret") && !strings.Contains(text, "s3cret") {
				t.Errorf("a secret shows: %v", p)
			}
			last = p.Pos
		}
		if c == nil {
			return
		}
		for i := range c.Sources {
			if s := &c.Sources[i]; s.ID == "" || s.Pos.Line == 0 || s.Republish == "" || s.File != "" && !strings.HasPrefix(strings.ToLower(string(s.ID)), "file:") {
				t.Errorf("source %+v", s)
			}
		}
		if a := c.Server.Admin; a == c.Server.Listen || c.Storage.Keep < MinKeep || c.Fetch.Republish == "" {
			t.Errorf("%+v %+v %+v", c.Server, c.Storage, c.Fetch)
		}
		for i := range c.Sources {
			for j := range i {
				if c.Sources[i].ID == c.Sources[j].ID {
					t.Errorf("source %s twice", c.Sources[i].ID)
				}
			}
		}
		for i := range c.Topics {
			topic := &c.Topics[i]
			if !topic.ID.Valid() || topic.Title == "" || topic.Limit < 1 || topic.Limit > MaxLimit {
				t.Errorf("topic %+v", topic)
			}
			for _, r := range topic.Rules {
				if r.Op == feed.OpPattern || (r.Op == feed.OpScore) != (r.Threshold > 0) {
					t.Errorf("%s: %+v", topic.ID, r)
				}
			}
			checkRules(t, topic.Rules)
		}
	})
}

// checkRules holds each rule to exactly one content and a position.
func checkRules(t *testing.T, rules feed.Rules) {
	for r := range rules.Each() {
		isPattern := r.Op == feed.OpPattern
		if isPattern != (r.Pattern != "") || isPattern == (len(r.Parts) > 0) || r.Pos.Line == 0 || r.List != "" && r.Op != feed.OpAny {
			t.Errorf("rule %+v", r)
		}
	}
}
