package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"topicwire/feed"
	"topicwire/server"
)

func (p *program) verifyCmd() *cobra.Command {
	return &cobra.Command{
		Use:   "verify",
		Short: "Check the database",
		Long: `Verify derives groups, stories and what is filed anew from what is stored of
entries and decisions, and compares; then it checks the pages of the file. It changes
nothing, prints what is wrong, a line each, and exits with 1 where anything is.
Beside a running server the server does it, and goes on with its work.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := p.mustLoad()
			if err != nil {
				return err
			}
			w := p.showing(false)
			s, err := p.desk(cmd, cfg)
			if err != nil {
				return err
			}
			defer s.Close()
			wrong := 0
			err = w.during(cmd.Context(), s, feed.WorkVerify, func() error {
				return server.Verify.Each(cmd.Context(), s, struct{}{}, func(line string) {
					wrong++
					w.bar.clear()
					fmt.Fprintln(p.stdout, line)
				})
			})
			switch {
			case err != nil:
				return fmt.Errorf("verify: %w", err)
			case wrong > 0:
				return &failure{exitFailed, fmt.Sprintf("verify: %s is wrong in %d places", cfg.Storage.Path, wrong), "restore a copy that is older than the damage"}
			}
			_, err = fmt.Fprintf(p.stdout, "%s: nothing is wrong\n", cfg.Storage.Path)
			return err
		},
	}
}
