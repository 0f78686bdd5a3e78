package config

import (
	"path/filepath"
	"strings"
)

// A Place is where a configuration lies that nobody names.
type Place struct {
	File string
	// Database is where its database is where storage.path says nothing; "" for beside it.
	Database string
	// Mode is what folders of the database are made with where they are missing; 0 says
	// that they must be there.
	Mode uint32
}

// The places of a machine: what a package installs, and a service is run with.
const (
	systemFile     = "/etc/topicwire/config.yaml"
	systemDatabase = "/var/lib/topicwire/topicwire.db"
)

// System is the place of a machine's service.
func System() Place { return Place{File: systemFile, Database: systemDatabase} }

// Places are where a configuration is looked for that nobody names, in this order: the
// working directory, the user's own (XDG Base Directory Specification 0.8), the
// machine's. env looks up the variables of the environment.
func Places(env func(string) (string, bool)) []Place {
	places := []Place{{File: "config.yaml"}}
	if files, data := userFolder(env, "XDG_CONFIG_HOME", ".config"), userFolder(env, "XDG_DATA_HOME", ".local/share"); files != "" {
		own := Place{File: filepath.Join(files, "topicwire", "config.yaml")}
		if data != "" {
			own.Database, own.Mode = filepath.Join(data, "topicwire", "topicwire.db"), 0o700
		}
		places = append(places, own)
	}
	return append(places, System())
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

// PlaceOf is the place that a file lies in, however it is named; of any other file it is
// one whose database lies beside it.
func PlaceOf(file string, env func(string) (string, bool)) Place {
	if abs, err := filepath.Abs(file); err == nil {
		for _, p := range Places(env) {
			if p.Database != "" && p.File == abs {
				return p
			}
		}
	}
	return Place{File: file}
}

// Shown is the path of a place as people write it: with ~ for the home directory, and
// ./ for the working directory.
func (p Place) Shown(env func(string) (string, bool)) string {
	home, _ := env("HOME")
	if rest, ok := strings.CutPrefix(p.File, strings.TrimRight(home, "/")+"/"); ok && len(home) > 1 {
		return "~/" + rest
	}
	if !filepath.IsAbs(p.File) {
		return "./" + p.File
	}
	return p.File
}
