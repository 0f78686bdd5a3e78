package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
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
	if err := makeFolder(cfg); err != nil {
		return nil, err
	}
	w := p.works
	if w == nil {
		w = p.showing(false)
	}
	defer w.bar.clear()
	s, err := server.Open(ctx, server.Options{Config: cfg, Compiled: p.compiled, Version: version(), Asking: asking, Pressed: p.pace.press, Working: w.told, Migrated: func(kept string) {
		fmt.Fprintf(p.stderr, "topicwire: the database was brought to schema %d; the file as it was is %s\n", storage.Schema, kept)
	}})
	if errors.Is(err, storage.ErrLocked) {
		// It may have begun to serve only now.
		if c, derr := server.Dial(ctx, cfg.Storage.Path); derr == nil {
			return c, nil
		}
	}
	if err != nil {
		return nil, ofKey(storagePath, err) // a nil *Server would be no nil Service
	}
	return s, nil
}

// errNone says that there is no database yet.
var errNone = errors.New("no database")

// missing refuses, with errNone, a database that is not there, or an empty file: opening
// it would make one, which has no answers.
func missing(database string) error {
	switch st, err := os.Stat(database); {
	case err == nil && st.Mode().IsRegular() && st.Size() == 0:
		return fmt.Errorf("%w: %s is empty", errNone, database)
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(database); err == nil {
			return nil // a link to nowhere, of which opening tells
		}
		return fmt.Errorf("%w: %w", errNone, err)
	}
	return nil
}

// stored opens the store of a configuration for what only reads it.
func (p *program) stored(ctx context.Context, cfg *config.Config, asking bool) (server.Service, error) {
	if c, err := server.Dial(ctx, cfg.Storage.Path); err == nil {
		return c, nil // which knows what became of the file
	}
	if err := missing(cfg.Storage.Path); err != nil {
		return nil, err
	}
	return p.open(ctx, cfg, asking)
}

// desk opens what answers questions about the store of a configuration.
func (p *program) desk(cmd *cobra.Command, cfg *config.Config) (server.Service, error) {
	return p.stored(cmd.Context(), cfg, true)
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
