package config

import (
	"path/filepath"
	"strings"
)

// A Location is where a configuration lies that nobody names.
type Location struct {
	File string
	// Database is where its database is where storage.path says nothing; "" for beside it.
	Database string
	// Mode is what folders of the database are made with where they are missing; 0 says
	// that they must be there.
	Mode uint32
}

// Those of a machine: what a package installs, and a service is run with.
const (
	systemFile     = "/etc/topicwire/config.yaml"
	systemDatabase = "/var/lib/topicwire/topicwire.db"
)

// System is the location of a machine's service.
func System() Location { return Location{File: systemFile, Database: systemDatabase} }

// Locations are where a configuration is looked for that nobody names, in this order: the
// working directory, the user's own (XDG Base Directory Specification 0.8), the
// machine's. env looks up the variables of the environment.
func Locations(env func(string) (string, bool)) []Location {
	all := []Location{{File: "config.yaml"}}
	if files, data := userFolder(env, "XDG_CONFIG_HOME", ".config"), userFolder(env, "XDG_DATA_HOME", ".local/share"); files != "" {
		own := Location{File: filepath.Join(files, "topicwire", "config.yaml")}
		if data != "" {
			own.Database, own.Mode = filepath.Join(data, "topicwire", "topicwire.db"), 0o700
		}
		all = append(all, own)
	}
	return append(all, System())
}

// userFolder is a base directory: of its variable where that is an absolute path, as the
// specification demands, else below the home directory; "" where there is none.
func userFolder(env func(string) (string, bool), variable, below string) string {
	if dir, _ := env(variable); filepath.IsAbs(dir) {
		return filepath.Clean(dir)
	}
	if home, _ := env("HOME"); filepath.IsAbs(home) {
		return filepath.Join(home, below)
	}
	return ""
}

// LocationOf is the location that a file lies at, however it is named; of any other file it is
// one whose database lies beside it.
func LocationOf(file string, env func(string) (string, bool)) Location {
	if abs, err := filepath.Abs(file); err == nil {
		for _, l := range Locations(env) {
			if l.Database != "" && l.File == abs {
				return l
			}
		}
	}
	return Location{File: file}
}

// Shown is its path as people write it: with ~ for the home directory, and
// ./ for the working directory.
func (l Location) Shown(env func(string) (string, bool)) string {
	home, _ := env("HOME")
	if rest, ok := strings.CutPrefix(l.File, strings.TrimRight(home, "/")+"/"); ok && len(home) > 1 {
		return "~/" + rest
	}
	if !filepath.IsAbs(l.File) {
		return "./" + l.File
	}
	return l.File
}
