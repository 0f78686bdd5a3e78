package config

import (
	"fmt"
	"slices"
	"testing"

	"topicwire/feed"
)

// TestConcepts reads the lists with a kind of testdata/concepts.good.yaml: in
// their order, with the patterns of the lists that they use, each once.
func TestConcepts(t *testing.T) {
	c, problems, _ := parseFile(t, "testdata/concepts.good.yaml")
	if c == nil {
		t.Fatal(problems)
	}
	var got []string
	for _, k := range c.Concepts {
		var patterns []string
		for _, r := range k.Rules {
			patterns = append(patterns, r.Pattern)
		}
		got = append(got, fmt.Sprintf("%d:%d %s %s %q", k.Pos.Line, k.Pos.Col, k.ID, k.Kind, patterns))
	}
	want := []string{
		`7:3 tashkent place ["Tashkent" "Ташкент*" "Тошкент*"]`,
		`9:3 dams place ["Rogun" "Рогун*" "(dam OR плотин*) NEAR/3 Nurek" "Tashkent" "Ташкент*" "Тошкент*"]`,
		`15:3 sco org ["SCO" "ШОС" "ШҲТ"]`,
		`16:3 alone object ["007"]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if got, want := outline(c.Topics[0].Rules.Part(feed.OpAny).Parts), "18:15 $tashkent[Tashkent,Ташкент*,Тошкент*] 18:34 $sco[SCO,ШОС,ШҲТ]"; got != want {
		t.Errorf("in a topic: %s, want %s", got, want)
	}
}

// TestConceptsOfFiles brings the concepts of included files behind those of the
// main one.
func TestConceptsOfFiles(t *testing.T) {
	files := map[string]string{
		"/etc/wire/a.yaml": "lists: {second: {kind: org, any: [b, $first]}}\n",
		"/etc/wire/b.yaml": "lists: {third: {kind: event, any: [c]}}\ntopics: {all: {}}\n",
	}
	read := func(path string, _ int64) ([]byte, error) { return []byte(files[path]), nil }
	text := "fetch: {contact: a@b.example}\nsources: [{url: 'https://a.example/'}]\ninclude: [b.yaml, a.yaml]\nlists: {first: {kind: place, any: [a]}}\n"
	c, problems := sound(draft("c.yaml", []byte(text), "/etc/wire", testEnv, disk{read: read}))
	if c == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	pos := func(file string, line, col int) feed.Pos { return feed.Pos{File: file, Line: line, Col: col} }
	var got []string
	for _, k := range c.Concepts {
		got = append(got, fmt.Sprint(k.ID, " ", k.Kind, " ", k.Pos, " ", len(k.Rules)))
	}
	want := []string{
		fmt.Sprint("first place ", pos("c.yaml", 4, 9), " 1"),
		fmt.Sprint("second org ", pos("a.yaml", 1, 9), " 2"),
		fmt.Sprint("third event ", pos("b.yaml", 1, 9), " 1"),
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
}
