package config

import (
	"strings"
	"testing"
	"time"
)

func TestBackup(t *testing.T) {
	parse := func(storage string) (*Config, string) {
		c, problems := Parse("c.yaml", []byte("fetch: {contact: a@x.example}\nsources: [{url: 'https://a.example/'}]\ntopics: {all: {}}\nstorage: "+storage+"\n"), "/etc/wire", nil)
		var text []string
		for _, p := range problems {
			text = append(text, p.String())
		}
		return c, strings.Join(text, "\n")
	}
	for storage, want := range map[string]Backups{
		"{}":                       {"", 24 * time.Hour, 7},
		"{backup: {dir: backups}}": {"/etc/wire/backups", 24 * time.Hour, 7},
		"{backup: {dir: /b, every: 6h, keep: 2}}": {"/b", 6 * time.Hour, 2},
	} {
		c, problems := parse(storage)
		if c == nil || c.Storage.Backup != want || c.Storage.Compact != CompactOff {
			t.Errorf("%s: %+v\n%s", storage, c, problems)
		}
	}
	for storage, want := range map[string]string{
		"{backup: {every: 6h}}":         "c.yaml:4:20: error: backup has no dir (write {dir: backups})",
		"{backup: {dir: b, every: 5m}}": "every 5m is under 1h",
		"{backup: {dir: b, keep: 0}}":   "keep 0 is out of range (from 1 to 1000)",
		"{backup: backups}":             "backup needs keys with values",
		"{backup: {dir: b, folder: x}}": `unknown key "folder" in backup (did you mean "dir"?)`,
		"{compact: true}":               `compact cannot be "true" (did you mean "auto"?)`,
	} {
		if c, problems := parse(storage); c != nil || !strings.Contains(problems, want) {
			t.Errorf("%s: %s", storage, problems)
		}
	}
	if c, problems := parse("{compact: auto}"); c == nil || c.Storage.Compact != CompactAuto {
		t.Error(problems)
	}
}
