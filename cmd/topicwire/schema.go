package main

import (
	"github.com/spf13/cobra"

	"topicwire/config"
)

func (p *program) schemaCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the configuration",
		Long: `Schema prints the JSON Schema (draft 2020-12) of config.yaml, from which editors
complete keys and show what they mean. A first line names it to them:

  # yaml-language-server: $schema=./config.schema.json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := p.stdout.Write(config.Schema())
			return err
		},
	}
}
