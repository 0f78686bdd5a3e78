package main

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"topicwire/config"
	"topicwire/server"
	"topicwire/storage"
)

// open opens the store of a configuration, or reaches the process that serves it.
// With asking only questions follow, and nothing is filed anew.
func (p *program) open(ctx context.Context, cfg *config.Config, asking bool) (server.Service, error) {
	// Asking first costs nothing; waiting for a lock that a service holds does.
	if c, err := server.Dial(ctx, cfg.Storage.Path); err == nil {
		return c, nil
	}
	s, err := server.Open(ctx, server.Options{Config: cfg, Compiled: p.compiled, Version: version(), Asking: asking, Migrated: func(kept string) {
		fmt.Fprintf(p.stderr, "topicwire: the database was brought to schema %d; the file as it was is %s\n", storage.Schema, kept)
	}})
	if errors.Is(err, storage.ErrLocked) {
		// It may have begun to serve only now.
		if c, derr := server.Dial(ctx, cfg.Storage.Path); derr == nil {
			return c, nil
		}
	}
	if err != nil {
		return nil, err // a nil *Server would be no nil Service
	}
	return s, nil
}

// desk opens what answers questions about the store of a configuration. A database
// that does not exist is refused: opening it would make an empty one, which has no
// answers.
func (p *program) desk(cmd *cobra.Command, cfg *config.Config) (server.Service, error) {
	if _, err := os.Stat(cfg.Storage.Path); err != nil {
		return nil, &failure{exitFailed, fmt.Sprintf("no database: %v", err), "run `topicwire fetch` or `topicwire serve` first"}
	}
	return p.open(cmd.Context(), cfg, true)
}

// asking loads the configuration and opens what answers questions about its store.
func (p *program) asking(cmd *cobra.Command) (*config.Config, server.Service, error) {
	cfg, err := p.mustLoad()
	if err != nil {
		return nil, nil, err
	}
	s, err := p.desk(cmd, cfg)
	return cfg, s, err
}
