package config

import (
	"testing"
)

// environ is an environment of some variables.
func environ(pairs ...string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		for i := 0; i < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func TestLocations(t *testing.T) {
	for _, tt := range []struct {
		name     string
		env      func(string) (string, bool)
		own      string // "" for none
		database string
	}{
		{"a home", environ("HOME", "/home/aziza"), "/home/aziza/.config/topicwire/config.yaml", "/home/aziza/.local/share/topicwire/topicwire.db"},
		{"variables", environ("HOME", "/home/aziza", "XDG_CONFIG_HOME", "/c", "XDG_DATA_HOME", "/d/"), "/c/topicwire/config.yaml", "/d/topicwire/topicwire.db"},
		{"a path that is not absolute is invalid", environ("HOME", "/home/aziza", "XDG_CONFIG_HOME", "c"), "/home/aziza/.config/topicwire/config.yaml", "/home/aziza/.local/share/topicwire/topicwire.db"},
		{"a service without a home", environ(), "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all := Locations(tt.env)
			if first, last := all[0], all[len(all)-1]; first.File != "config.yaml" || first.Database != "" || last != System() {
				t.Errorf("first %+v, last %+v", first, last)
			}
			if tt.own == "" {
				if len(all) != 2 {
					t.Errorf("%+v", all)
				}
				return
			}
			if own := all[1]; own.File != tt.own || own.Database != tt.database || own.Mode != 0o700 {
				t.Errorf("%+v", own)
			}
		})
	}
}

// The database of a file that names none goes by where the file lies, not by how it was
// named: two commands that name it in two ways mean one database.
func TestDatabaseOfALocation(t *testing.T) {
	env := environ("HOME", "/home/aziza")
	const without = "fetch: {contact: a@b.example}\nsources: []\ntopics: {all: {}}\n"
	for _, tt := range []struct{ name, dir, text, want string }{
		{"config.yaml", "/srv/wire", without, "/srv/wire/topicwire.db"},
		{"config.yaml", "/etc/topicwire", without, "/var/lib/topicwire/topicwire.db"},
		{"/etc/topicwire/config.yaml", "/etc/topicwire", without, "/var/lib/topicwire/topicwire.db"},
		{"/etc/topicwire/other.yaml", "/etc/topicwire", without, "/etc/topicwire/topicwire.db"},
		{"config.yaml", "/home/aziza/.config/topicwire", without, "/home/aziza/.local/share/topicwire/topicwire.db"},
		{"/etc/topicwire/config.yaml", "/etc/topicwire", "storage: {path: mine.db}\n" + without, "/etc/topicwire/mine.db"},
		{"/etc/topicwire/config.yaml", "/etc/topicwire", "storage:\n" + without, "/var/lib/topicwire/topicwire.db"},
	} {
		c, problems := Parse(tt.name, []byte(tt.text), tt.dir, env)
		if c == nil {
			t.Fatalf("%s: %v", tt.name, problems)
		}
		if c.Storage.Path != tt.want {
			t.Errorf("%s in %s: %s, want %s", tt.name, tt.dir, c.Storage.Path, tt.want)
		}
	}
}

func TestShownLocation(t *testing.T) {
	env := environ("HOME", "/home/aziza")
	for file, want := range map[string]string{
		"config.yaml": "./config.yaml",
		"/home/aziza/.config/topicwire/config.yaml":     "~/.config/topicwire/config.yaml",
		"/home/azizabonu/.config/topicwire/config.yaml": "/home/azizabonu/.config/topicwire/config.yaml",
		"/etc/topicwire/config.yaml":                    "/etc/topicwire/config.yaml",
	} {
		if got := (Location{File: file}).Shown(env); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
