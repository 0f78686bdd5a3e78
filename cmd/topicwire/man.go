//go:build man

package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"
)

// builderCmds are commands that only who makes packages needs; the binary that is shipped
// is built without the tag and does without their library.
func (p *program) builderCmds() []*cobra.Command {
	return []*cobra.Command{{
		Use:    "man FOLDER",
		Short:  "Write the manual pages",
		Args:   cobra.ExactArgs(1),
		Hidden: true,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return err
			}
			b, root := ownBuild(), cmd.Root()
			header := &doc.GenManHeader{Section: "1", Source: "topicwire " + b.Version, Manual: "Topicwire"}
			if at, err := time.Parse(time.RFC3339, b.Time); err == nil {
				header.Date = &at
			}
			root.DisableAutoGenTag = true
			return doc.GenManTree(root, header, args[0])
		},
	}}
}
