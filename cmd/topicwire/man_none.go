//go:build !man

package main

import "github.com/spf13/cobra"

// builderCmds are none: see man.go.
func (p *program) builderCmds() []*cobra.Command { return nil }
