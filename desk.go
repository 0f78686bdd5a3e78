// Package topicwire is the desk that the program brings along: the configuration at the
// root of the module and its lists, which `topicwire init --desk` writes. They are files
// of a checkout, which runs with them as they are.
//
// It holds files alone and imports nothing of the program. They are packed, to a third of
// what they take; a test holds what is packed to the files, and `make golden` packs them.
package topicwire

import (
	"bytes"
	"compress/gzip"
	_ "embed" // of what is packed
	"encoding/json"
	"fmt"
)

//go:embed desk.json.gz
var packed []byte

// A Desk is a configuration that is ready to be used.
type Desk struct {
	Name  string
	About string // in one line, without a full stop
}

// Desks are those that there are.
func Desks() []Desk {
	return []Desk{{"central-asia", "42 feeds of Central Asia in English, Russian and Uzbek, filed under five topics"}}
}

// Files are the desk's config.yaml and what that includes, by their paths from there, with
// slashes.
func (Desk) Files() (files map[string]string, err error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err == nil {
		err = json.NewDecoder(r).Decode(&files)
	}
	if err != nil {
		return nil, fmt.Errorf("unpack the desk: %w", err)
	}
	return files, nil
}
