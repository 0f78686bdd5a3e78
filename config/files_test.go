package config

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"topicwire/feed"
)

// TestFiles reads icons by what they are, not by their names, and the file for
// researchers as it is. All are waited on for a change.
func TestFiles(t *testing.T) {
	const text = `fetch: {contact: desk@wire.example}
server: {icon: files/red.png, security_txt: files/security.txt}
sources: [{url: https://a.example/rss}]
topics:
  gif: {icon: files/dot.gif}
  none: {}
  drawing: {icon: files/drawing.svg}
`
	disk := testDisk()
	c, problems := sound(draft("c.yaml", []byte(text), "/etc/wire", testEnv, disk))
	if c == nil || len(problems) > 0 {
		t.Fatal(problems)
	}
	if got, want := c.Server.Icon.Icon, (feed.Icon{Ext: ".png", Width: 64, Height: 32}); got != want || len(c.Server.Icon.Body) < 70 {
		t.Errorf("the server's icon is %+v of %d bytes", got, len(c.Server.Icon.Body))
	}
	if !strings.HasPrefix(string(c.Server.SecurityTxt), "# How") || !strings.HasSuffix(string(c.Server.SecurityTxt), "uz\n") {
		t.Errorf("security.txt: %q", c.Server.SecurityTxt)
	}
	for i, want := range []feed.Icon{{Ext: ".gif", Width: 1, Height: 1}, {}, {Ext: ".svg"}} {
		topic := c.Topics[i]
		if topic.Icon != want {
			t.Errorf("%s: %+v, want %+v", topic.ID, topic.Icon, want)
		}
		if body := c.Icons[topic.ID]; (len(body) > 0) != (want != feed.Icon{}) {
			t.Errorf("%s: %d bytes", topic.ID, len(body))
		}
	}
	for _, name := range []string{"red.png", "security.txt", "dot.gif", "drawing.svg"} {
		if !slices.Contains(c.Files, "/etc/wire/files/"+name) {
			t.Errorf("%s is not waited on: %q", name, c.Files)
		}
	}
}

// TestFilesTooLarge asks the disk for no more than an icon may have.
func TestFilesTooLarge(t *testing.T) {
	read := func(path string, most int64) ([]byte, error) {
		if most != 512<<10 {
			t.Errorf("%s: %d bytes asked for", path, most)
		}
		return nil, errors.New("longer than " + size(most))
	}
	_, problems := draft("c.yaml", []byte("fetch: {contact: a@b.example}\nsources: [{url: https://a.example/rss}]\ntopics: {all: {icon: big.png}}\n"), "/", testEnv, disk{read: read})
	if len(problems) != 1 || problems[0].Text != `icon "big.png" cannot be read: longer than 512 KiB` || problems[0].Pos != (feed.Pos{File: "c.yaml", Line: 3, Col: 22}) {
		t.Errorf("%v", problems)
	}
}
