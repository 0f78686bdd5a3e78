// Package topicwire is the desk that the program brings along: the configuration at the
// root of the module and its lists, which `topicwire init --desk` writes. They are files
// of a checkout, which runs with them as they are.
//
// It holds files alone and imports nothing of the program.
package topicwire

import (
	"embed"
	"io/fs"
)

//go:embed config.yaml lists/*.yaml
var files embed.FS

// A Desk is a configuration that is ready to be used.
type Desk struct {
	Name  string
	About string // in one line, without a full stop
	// Files are its config.yaml and what that includes.
	Files fs.FS
}

// Desks are those that there are.
func Desks() []Desk {
	return []Desk{{"central-asia", "42 feeds of Central Asia in English, Russian and Uzbek, filed under five topics", files}}
}
